import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { addDays } from '../../time'
import { change, withYears } from '../testing/changes'
import { accountWith, afterDays, apiCallsProduct, apiCallsWith, holdingOf, MAY } from '../testing/holdings'
import { type Product, planOf } from './catalog'
import { sameCharge } from './change'
import type { Holding } from './state'

/** Each reason, made true by itself: what it does to the holding, or to the plan that is asked for. */
const REASONS = [
  'past_due',
  'cancellation_scheduled',
  'same_plan',
  'plan_not_offered',
  'not_eligible',
  'downgrade_already_used',
  'downgrade_usage_exceeded',
] as const
type Reason = (typeof REASONS)[number]

const withdrawn: Product = { ...apiCallsProduct, plans: apiCallsProduct.plans.map((plan) => (plan.id === 'basic' ? { ...plan, offered: false } : plan)) }

function refusedFor(reasons: readonly Reason[]): string | undefined {
  const has = (reason: Reason) => reasons.includes(reason)
  const facts: Partial<Holding> = {
    status: has('past_due') ? 'past_due' : 'active',
    cancelAt: has('cancellation_scheduled') ? addDays(MAY, 30) : null,
    downgradedAt: has('downgrade_already_used') ? afterDays(1) : null,
  }
  const holding = holdingOf(has('same_plan') ? 'basic' : 'pro', { ...facts, used: has('downgrade_usage_exceeded') ? 29_999n : 0n })
  const offered = has('plan_not_offered') ? withdrawn : apiCallsProduct
  const product = has('not_eligible') ? { ...offered, currency: 'eur' } : offered
  return change(holding, 'basic', { product }).rejection?.code
}

describe('G8: the order of refusals', () => {
  it.each(REASONS)('%s by itself', (reason) => {
    expect(refusedFor([reason])).toBe(reason)
  })

  it.each(REASONS.flatMap((first, index) => REASONS.slice(index + 1).map((second) => ({ first, second }))))(
    '$first is told before $second',
    ({ first, second }) => {
      expect(refusedFor([second, first])).toBe(first)
    },
  )

  it('without a reason it is allowed', () => {
    expect(refusedFor([])).toBeUndefined()
  })
})

describe('a refusal', () => {
  it.each([
    { code: 'past_due', rule: 'G65', holding: holdingOf('basic', { status: 'past_due' }), says: 'Update the payment method' },
    { code: 'past_due', rule: 'G65', holding: holdingOf('basic', { status: 'unpaid' }), says: 'Update the payment method' },
    { code: 'cancellation_scheduled', rule: 'A9', holding: holdingOf('basic', { cancelAt: addDays(MAY, 30) }), says: 'Reactivate it first' },
    { code: 'same_plan', rule: 'G8', holding: holdingOf('pro'), says: 'You are on Pro by the month already.' },
    { code: 'not_eligible', rule: 'G26', holding: holdingOf('basic', { status: 'canceled' }), says: 'cannot be chosen' },
  ])('$code carries rule, formula and inputs, and no time at which waiting would help', ({ code, rule, holding, says }) => {
    const { rejection } = change(holding, 'pro')
    expect(rejection).toMatchObject({ code, rule, retryAt: null, renewalAt: addDays(MAY, 30), currentUsage: null, allowedUsage: null, meter: null })
    expect(rejection?.message).toContain(says)
    expect(rejection?.formula).not.toBe('')
    expect(Object.keys(rejection?.inputs ?? {})).not.toHaveLength(0)
  })

  it('a plan that is held and not sold any more is kept by those who have it, and can be chosen to drop a change (G93)', () => {
    const product: Product = { ...withdrawn, policies: { ...withdrawn.policies, downgrade: { type: 'period_end' } } }
    const pendingChange = { plan: planOf(product, 'free'), interval: 'month', effectiveAt: addDays(MAY, 30), kind: 'change' } as const
    expect(change(holdingOf('basic', { product, pendingChange }), 'basic').rejection).toBeNull()
  })

  it('an interval that the plan is not sold by is not offered', () => {
    expect(change(holdingOf('basic'), 'pro', { interval: 'year' }).rejection?.code).toBe('plan_not_offered')
    const yearly = withYears(apiCallsProduct)
    const product = { ...yearly, plans: yearly.plans.map((plan) => (plan.id === 'pro' ? { ...plan, prices: { month: minor(30_00) } } : plan)) }
    expect(change(holdingOf('basic', { product, interval: 'year' }), 'pro').rejection?.code).toBe('plan_not_offered')
  })
})

describe('G30: executing a quote', () => {
  const quoted = change(holdingOf('basic', { used: 100n }), 'pro')

  it('later in the same day charges the same', () => {
    expect(sameCharge(quoted, change(holdingOf('basic', { used: 5_000n }), 'pro', { now: afterDays(10).add({ minutes: 14 }) }))).toBe(true)
  })

  it.each([
    { what: 'another day', decided: change(holdingOf('basic'), 'pro', { now: afterDays(11) }) },
    { what: 'another plan held', decided: change(holdingOf('free'), 'pro') },
    { what: 'credit that came', decided: change(holdingOf('basic'), 'pro', { account: accountWith(1_00n) }) },
    { what: 'a debt that came', decided: change(holdingOf('basic'), 'pro', { account: accountWith(-30n) }) },
    { what: 'a refund', decided: change(holdingOf('basic', { refunded: minor(1_00) }), 'pro') },
    { what: 'a cancellation', decided: change(holdingOf('basic', { cancelAt: addDays(MAY, 30) }), 'pro') },
    { what: 'a higher price', decided: change(holdingOf('basic'), 'pro', { product: dearer() }) },
    { what: 'a change that now waits', decided: change(holdingOf('pro', { product: apiCallsWith({ downgrade: { type: 'period_end' } }) }), 'basic') },
  ])('$what makes it another charge', ({ decided }) => {
    expect(sameCharge(quoted, decided)).toBe(false)
  })

  it('traffic does not expire it: extra units are as of the quote, whatever they do to credit and amount due', () => {
    const product: Product = {
      ...apiCallsProduct,
      plans: [...apiCallsProduct.plans, { ...planOf(apiCallsProduct, 'enterprise'), id: 'scale', rank: 4, prices: { month: minor(300_00) } }],
    }
    const at = (used: bigint) => change(holdingOf('enterprise', { product, used }), 'scale', { account: accountWith(1_000_00n) })
    expect(at(1_010_000n).document.creditApplied).not.toBe(at(1_020_000n).document.creditApplied)
    expect(sameCharge(at(1_010_000n), at(1_020_000n))).toBe(true)
    expect(sameCharge(at(1_000_000n), at(1_020_000n))).toBe(true)
  })

  it('G106: nor where the allowance left is part of the credit', () => {
    const product = apiCallsWith({ upgrade: { type: 'new_period', unused: 'time_and_allowance' } })
    const at = (used: bigint, now = afterDays(10)) => change(holdingOf('basic', { product, used }), 'pro', { now })
    expect(at(20_000n).document.total).not.toBe(at(21_000n).document.total)
    expect(sameCharge(at(20_000n), at(21_000n))).toBe(true)
  })

  it('usage expires it where it turns a rule: a downgrade that does not fit any more', () => {
    const fits = change(holdingOf('pro', { used: 5_000n }), 'basic', { now: afterDays(5) })
    const exceeds = change(holdingOf('pro', { used: 5_501n }), 'basic', { now: afterDays(5) })
    expect(sameCharge(fits, fits)).toBe(true)
    expect(sameCharge(fits, exceeds)).toBe(false)
  })

  it('a change that waits costs nothing both times', () => {
    const product = apiCallsWith({ downgrade: { type: 'period_end' } })
    expect(sameCharge(change(holdingOf('pro', { product }), 'basic'), change(holdingOf('pro', { product, used: 9n }), 'basic'))).toBe(true)
  })
})

function dearer(): Product {
  return {
    ...apiCallsProduct,
    version: 2,
    plans: apiCallsProduct.plans.map((plan) => (plan.id === 'pro' ? { ...plan, prices: { month: minor(40_00) } } : plan)),
  }
}
