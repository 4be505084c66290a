import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Instant, instant } from '../../time'
import { type Action, actions, type Choice, choices, instants, products, propertyRuns } from '../testing/arbitraries'
import { recompute } from '../testing/formula'
import { SimulatedCustomer } from '../testing/simulated-customer'
import { type Interval, type Plan, type Product, planOf } from './catalog'
import { sameCharge } from './change'
import { exhaustedMeter } from './exhausted'
import { isIntroduced } from './introduction'

vi.setConfig({ testTimeout: 3_600_000 })

/** Whatever else a product is made of: a first period with more, terms that may be begun anew, and renewals before their time (B1, B4, B7). */
const catalogs: fc.Arbitrary<Product> = fc
  .tuple(products(), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 500 }), fc.boolean())
  .map(([product, days, calls, resubscribe]) => ({
    ...product,
    plans: product.plans.map((plan) => (plan.rank > 0 ? { ...plan, resubscribe } : plan)),
    policies: {
      ...product.policies,
      introduction: { days, included: { calls: BigInt(calls) } },
      exhausted: { from: null, earlyRenewal: { registeredBefore: instant('2010-01-01T00:00:00Z'), until: instant('2100-01-01T00:00:00Z') } },
    },
  }))

type Early = { do: 'act'; action: 'resubscribe' | 'renew_now' }
const early = fc.constantFrom<Early>({ do: 'act', action: 'resubscribe' }, { do: 'act', action: 'renew_now' })
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: actions }, { weight: 2, arbitrary: early }), { maxLength: 25 })

function chosen(product: Product, { plan, interval }: { plan: number; interval: Interval }): [Plan, Interval] {
  const found = product.plans[plan] ?? planOf(product, 'free')
  return [found, found.prices[interval] === undefined ? 'month' : interval]
}

function take(who: SimulatedCustomer, step: Early | Action): void {
  switch (step.do) {
    case 'act':
      who.act(step.action)
      break
    case 'wait':
      who.wait(step.hours)
      break
    case 'wait_for_last_day':
      who.wait(24)
      break
    case 'use':
      who.use(step.quantity)
      break
    case 'exhaust':
      who.exhaust()
      break
    case 'change':
      who.change(...chosen(who.product, step))
      break
    case 'cancel':
      who.cancel()
      break
    case 'reactivate':
      who.reactivate()
      break
    case 'refund':
      who.refund(step.index, null)
  }
}

function holds<Case>(cases: fc.Arbitrary<Case>, check: (one: Case) => void): void {
  fc.assert(
    fc.property(cases, (one) => {
      check(one)
    }),
    propertyRuns,
  )
}

describe('whatever is begun anew, renewed early or introduced', () => {
  const lives = fc.tuple(catalogs, choices, instants, steps)
  const customer = ([product, choice, start]: [Product, Choice, Instant]) => new SimulatedCustomer(product, ...chosen(product, choice), start, 0n)

  it('nobody holds more in cash and credit than they paid in', () => {
    holds(lives, ([product, choice, start, life]) => {
      const who = customer([product, choice, start])
      for (const step of life) {
        take(who, step)
        expect(who.netPaid).toBeGreaterThanOrEqual(0n)
        expect(who.cashIn).toBeGreaterThanOrEqual(who.cashOut)
      }
    })
  })

  it('each formula gives its line’s amount, and a term begun anew or renewed early costs its full price in one line', () => {
    holds(lives, ([product, choice, start, life]) => {
      const who = customer([product, choice, start])
      for (const step of life) take(who, step)
      for (const { draft } of who.issued) {
        for (const line of draft.lines) {
          expect(BigInt(recompute(line.formula).stated.split('e')[0] ?? ''), line.formula).toBe(line.amount)
          if (line.rule === 'B4' || line.rule === 'B7') {
            expect(line.kind).toBe('plan')
            expect(draft.lines.some(({ kind }) => kind === 'proration_credit')).toBe(false)
          }
        }
      }
    })
  })

  it('what is quoted is what is charged; a term is begun anew only where it is used up, and only by who pays by the year', () => {
    holds(fc.tuple(lives, early), ([[product, choice, start, life], { action }]) => {
      const who = customer([product, choice, start])
      for (const step of life) take(who, step)
      const quoted = who.quoteAction(action)
      if (quoted.rejection) expect(quoted).toMatchObject({ outcome: null, document: { lines: [], amountDue: 0n } })
      else expect(sameCharge(quoted, who.quoteAction(action))).toBe(true)
      if (action === 'resubscribe' && !quoted.rejection) {
        expect(exhaustedMeter(who.holding)).not.toBeNull()
        expect(who.holding.terms.interval).toBe('year')
        expect(quoted.effectiveAt.epochMilliseconds).toBeGreaterThan(who.now.epochMilliseconds)
        expect(quoted.effectiveAt.epochMilliseconds).toBeLessThanOrEqual(who.holding.period.end.epochMilliseconds)
      }
    })
  })

  it('an introduction is the first period and no other, and a paid plan ends it at its full price', () => {
    holds(lives, ([product, choice, start, life]) => {
      const who = customer([product, choice, start])
      for (const step of life) {
        take(who, step)
        if (isIntroduced(who.holding)) expect(who.holding.period.start.equals(start)).toBe(true)
      }
    })
  })

  it('in one step or in many gives the same documents, periods and balance', () => {
    const walks = fc.tuple(catalogs, choices, instants, fc.array(fc.integer({ min: 0, max: 24 * 40 }), { maxLength: 8 }))
    holds(walks, ([product, choice, start, hours]) => {
      const leap = customer([product, choice, start])
      const walk = customer([product, choice, start])
      for (const who of [leap, walk]) {
        who.exhaust()
        who.act('resubscribe')
      }
      leap.wait(hours.reduce((total, some) => total + some, 0))
      for (const some of hours) walk.wait(some)
      const facts = (who: SimulatedCustomer) => who.issued.map(({ at, draft }) => `${at} ${draft.total} ${draft.lines.map(({ formula }) => formula).join()}`)
      expect(facts(walk)).toEqual(facts(leap))
      expect(walk.holding.period).toEqual(leap.holding.period)
      expect([walk.balance, walk.cashIn]).toEqual([leap.balance, leap.cashIn])
    })
  })
})
