import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { addDays, instant } from '../../time'
import { amounts, change, newTerms, withYears } from '../testing/changes'
import { afterDays, apiCallsProduct, apiCallsWith, holdingOf, MAY } from '../testing/holdings'
import { type Product, planOf } from './catalog'
import { segmentStarts } from './change'

describe('C17: the other upgrade policies', () => {
  const team = seatless({ basic: 120_00, professional: 240_00 })

  it('T5: full price less what is unused; $240 − $100 = $140; the period does not move', () => {
    const start = instant('2026-05-20T00:00:00Z')
    const holding = holdingOf('basic', { product: team, start })
    const decision = change(holding, 'professional', { now: instant('2026-05-25T09:00:00Z') })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -100_00n],
      ['proration_charge', 240_00n],
    ])
    expect(decision.document.total).toBe(140_00n)
    expect(decision.document.lines.map((line) => line.rule)).toEqual(['T5', 'T5'])
    expect(newTerms(decision)).toMatchObject({ newPeriod: false, anchor: start, period: holding.period })
    expect(decision.nextRenewal).toEqual({ at: addDays(start, 30), amount: 240_00n })
  })

  it('G35: from a free plan it starts a period at once, charged in full', () => {
    const decision = change(holdingOf('free', { product: team }), 'basic')
    expect(amounts(decision)).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 120_00n],
    ])
    expect(newTerms(decision)).toMatchObject({ newPeriod: true, anchor: afterDays(10), period: { start: afterDays(10), end: addDays(afterDays(10), 30) } })
  })

  it('T5 has no least day: on a 31st day the credit is nothing and the price is full (G107)', () => {
    const product = { ...team, policies: { ...team.policies, cycle: { months: 1 } } }
    expect(amounts(change(holdingOf('basic', { product }), 'professional', { now: instant('2026-05-31T09:00:00Z') }))).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 240_00n],
    ])
  })

  const credits = (unused: 'time' | 'time_and_allowance') => apiCallsWith({ upgrade: { type: 'new_period', unused }, cycle: { months: 1 } })
  const hobby = (product: Product) => ({
    ...product,
    plans: product.plans.map((one) =>
      one.id === 'basic'
        ? { ...one, prices: { month: minor(49_00) }, included: { calls: 100_000n } }
        : one.id === 'pro'
          ? { ...one, prices: { month: minor(149_00) } }
          : one,
    ),
  })

  it.each([
    { used: 30_000n, credit: -32_67n, total: 116_33n, why: 'two thirds of both are left: G104’s example' },
    { used: 100_000n, credit: 0n, total: 149_00n, why: 'everything is used' },
    { used: 100_001n, credit: 0n, total: 149_00n, why: 'more than everything is used' },
    { used: 50_000n, credit: -24_50n, total: 124_50n, why: 'allowance is the smaller share' },
    { used: 0n, credit: -32_67n, total: 116_33n, why: 'time is the smaller share' },
  ])('G104 with $used used: $credit + $149.00 ($why)', ({ used, credit, total }) => {
    const decision = change(holdingOf('basic', { product: hobby(credits('time_and_allowance')), used }), 'pro')
    expect(amounts(decision)).toEqual([
      ['proration_credit', credit],
      ['proration_charge', 149_00n],
    ])
    expect(decision.document.total).toBe(total)
  })

  it('G104 shows its rule and both shares', () => {
    const [credit] = change(holdingOf('basic', { product: hobby(credits('time_and_allowance')), used: 30_000n }), 'pro').document.lines
    expect(credit).toMatchObject({ rule: 'G104', formula: '−$49.00 × min(20 / 30, 70,000 / 100,000) = −$32.67' })
  })

  it('by time alone the allowance does not matter', () => {
    expect(amounts(change(holdingOf('basic', { product: hobby(credits('time')), used: 100_000n }), 'pro'))[0]).toEqual(['proration_credit', -32_67n])
  })

  it('starts a period of its own with a fresh allowance', () => {
    const holding = holdingOf('basic', { product: credits('time'), used: 29_000n })
    const decision = change(holding, 'pro')
    const outcome = newTerms(decision)
    expect(outcome).toMatchObject({ newPeriod: true, anchor: afterDays(10), period: { start: afterDays(10) } })
    expect(segmentStarts({ holding, outcome, countedNow: { calls: 29_000n } })).toMatchObject([{ countedAtStart: 0n, extraThreshold: 300_000n }])
    expect(decision.nextRenewal).toEqual({ at: outcome.period.end, amount: 30_00n })
  })
})

describe('C16, T8: intervals', () => {
  const product = withYears(apiCallsProduct)

  it('month → year is at once: a year’s price less what is unused of the month, a new term, a fresh allowance', () => {
    const holding = holdingOf('basic', { product, used: 12_000n })
    const decision = change(holding, 'basic', { interval: 'year' })
    expect(decision).toMatchObject({ kind: 'switch', effective: 'now' })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -6_67n],
      ['proration_charge', 100_00n],
    ])
    expect(newTerms(decision)).toMatchObject({ newPeriod: true, anchor: afterDays(10), period: { totalDays: 365, end: instant('2027-05-11T05:00:00Z') } })
    expect(decision.document.differsBecause).toEqual([{ code: 'interval_switched', text: 'The interval changed from a month to a year.' }])
  })

  it('T8: 10 seats’ $120 a month → $1,080 a year after 15 days: $1,080 − $60', () => {
    const team = withYears(seatless({ basic: 120_00, professional: 240_00 }), { basic: 1_080_00 })
    const decision = change(holdingOf('basic', { product: team }), 'basic', { interval: 'year', now: afterDays(15) })
    expect(decision.document.total).toBe(1_020_00n)
  })

  it.each([
    { from: 'basic', to: 'basic', kind: 'switch' },
    { from: 'basic', to: 'pro', kind: 'switch' },
    { from: 'pro', to: 'basic', kind: 'switch' },
  ])('year → month waits for the term’s end: $from → $to is a $kind (G96, G100)', ({ from, to, kind }) => {
    const decision = change(holdingOf(from, { product, interval: 'year' }), to, { interval: 'month' })
    expect(decision).toMatchObject({ kind, effective: 'period_end', effectiveAt: instant('2027-05-01T00:00:00Z'), rejection: null })
  })

  it.each([
    { from: 'pro', to: 'basic', interval: 'year', kind: 'switch', effective: 'now', why: 'both paid: by the interval' },
    { from: 'free', to: 'basic', interval: 'year', kind: 'upgrade', effective: 'now', why: 'from free: by rank' },
  ] as const)('G96: $from month → $to $interval is a $kind ($why)', ({ from, to, interval, kind, effective }) => {
    const decision = change(holdingOf(from, { product }), to, { interval })
    expect(decision).toMatchObject({ kind, effective })
    expect(newTerms(decision)).toMatchObject({ newPeriod: true, period: { totalDays: 365 } })
  })

  it('a year → Free under an immediate downgrade gives the rest of the year back and starts Free’s month', () => {
    const decision = change(holdingOf('basic', { product, interval: 'year' }), 'free', { interval: 'month' })
    expect(decision).toMatchObject({ kind: 'downgrade', effective: 'now' })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -97_26n],
      ['proration_charge', 0n],
    ])
    expect(newTerms(decision)).toMatchObject({ newPeriod: true, countsAsDowngrade: true, period: { totalDays: 30 } })
  })
})

describe('G43: plans of one rank', () => {
  const withTwin = (price: number): Product => ({
    ...apiCallsProduct,
    plans: [...apiCallsProduct.plans, { ...planOf(apiCallsProduct, 'basic'), id: 'twin', prices: { month: minor(price) } }],
  })

  it.each([
    { price: 15_00, first: -6_67n, second: 10_00n, down: false, why: 'dearer: like an upgrade' },
    { price: 5_00, first: -6_67n, second: 3_33n, down: true, why: 'cheaper: like a downgrade' },
    { price: 10_00, first: -6_67n, second: 6_67n, down: true, why: 'the same: like a downgrade' },
  ])('a switch to a plan at $price is done $why', ({ price, first, second, down }) => {
    const decision = change(holdingOf('basic', { product: withTwin(price) }), 'twin')
    expect(decision.kind).toBe('switch')
    expect(decision.document.lines.map((line) => line.amount)).toEqual([first, second])
    expect(newTerms(decision).countsAsDowngrade).toBe(down)
  })
})

describe('G33, G93: a change that waits', () => {
  const product = apiCallsWith({ downgrade: { type: 'period_end' } })
  const pendingChange = { plan: planOf(product, 'basic'), interval: 'month', effectiveAt: addDays(MAY, 30), kind: 'change' } as const
  const holding = holdingOf('pro', { product, pendingChange })

  it('is dropped by choosing the current plan: kind switch, no lines', () => {
    const decision = change(holding, 'pro')
    expect(decision).toMatchObject({
      kind: 'switch',
      rejection: null,
      dropsPendingChange: true,
      outcome: { type: 'keeps_terms' },
      nextRenewal: { amount: 30_00n },
    })
    expect(decision.document).toMatchObject({ lines: [], total: 0n })
  })

  it('is dropped by an immediate change', () => {
    expect(change(holding, 'enterprise')).toMatchObject({ effective: 'now', dropsPendingChange: true })
  })

  it('is replaced by another one, and not by itself', () => {
    expect(change(holding, 'free')).toMatchObject({ dropsPendingChange: true, outcome: { type: 'pending', pendingChange: { plan: { id: 'free' } } } })
    expect(change(holding, 'basic')).toMatchObject({ dropsPendingChange: false, outcome: { type: 'pending', pendingChange: { plan: { id: 'basic' } } } })
  })
})

/** A team's plans, priced for the team as a whole, under T5 and T7. */
function seatless(prices: { basic: number; professional: number }): Product {
  const [free, basic, professional] = apiCallsProduct.plans
  if (!free || !basic || !professional) throw new Error('api-calls has three plans')
  return {
    ...apiCallsWith({ upgrade: { type: 'full_new_minus_unused' }, downgrade: { type: 'period_end' } }),
    plans: [
      free,
      { ...basic, prices: { month: minor(prices.basic) } },
      { ...professional, id: 'professional', name: 'Professional', prices: { month: minor(prices.professional) } },
    ],
  }
}
