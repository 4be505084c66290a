import { expect } from 'vitest'
import { minor, sum } from '../../money'
import { type Instant, latest } from '../../time'
import { type Interval, type Plan, type Product, planOf } from '../core/catalog'
import type { DraftDocument } from '../core/document'
import type { Action } from './arbitraries'
import { SimulatedCustomer } from './simulated-customer'

/** The plan and interval that a choice means; Free is sold by the month. */
export function chosen(product: Product, { plan, interval }: { plan: number; interval: Interval }): [Plan, Interval] {
  const found = product.plans[plan] ?? planOf(product, 'free')
  return [found, found.prices[interval] === undefined ? 'month' : interval]
}

export function customer(product: Product, choice: { plan: number; interval: Interval }, start: Instant, minimum = 0n): SimulatedCustomer {
  return new SimulatedCustomer(product, ...chosen(product, choice), start, minimum)
}

export function act(who: SimulatedCustomer, action: Action): void {
  switch (action.do) {
    case 'wait':
      who.wait(action.hours)
      break
    case 'wait_for_last_day':
      who.waitUntil(latest(who.now, who.holding.period.end.subtract({ hours: 1 })))
      break
    case 'use':
      who.use(action.quantity)
      break
    case 'exhaust':
      who.exhaust()
      break
    case 'change':
      who.change(...chosen(who.product, action))
      break
    case 'join':
      who.changeTeam('joined')
      break
    case 'leave':
      who.changeTeam('left')
      break
    case 'cancel':
      who.cancel()
      break
    case 'reactivate':
      who.reactivate()
      break
    case 'refund': {
      const document = who.issued[action.index % Math.max(who.issued.length, 1)]
      const part = document && action.percent !== null ? (document.draft.amountDue * BigInt(action.percent)) / 100n : 0n
      who.refund(action.index, part > 0n ? minor(part) : null)
    }
  }
}

export function checkDocument({ lines, total, creditApplied, amountDue, creditIssued }: DraftDocument, minimum: bigint): void {
  expect(sum(lines.map((line) => line.amount))).toBe(total)
  expect(amountDue).toBe((total > 0n ? total : 0n) - creditApplied)
  expect(creditIssued).toBe(total < 0n ? -total : 0n)
  expect(amountDue === 0n || amountDue >= minimum).toBe(true)
}
