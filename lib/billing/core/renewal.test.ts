import { describe, expect, it } from 'vitest'
import { exact, minor } from '../../money'
import { addDays, instant } from '../../time'
import { withYears } from '../testing/changes'
import { accountWith, apiCallsProduct, apiCallsWith, holdingOf, MAY, noCredit, segmentOf } from '../testing/holdings'
import { type Product, planOf } from './catalog'
import { type ClosedPeriod, decideRenewal, nextCharge } from './renewal'
import type { Account, Holding } from './state'

const renew = (holding: Holding, facts: { nextProduct?: Product; late?: ClosedPeriod[]; account?: Account } = {}) =>
  decideRenewal({ holding, nextProduct: holding.terms.product, late: [], account: noCredit, ...facts })

const end = addDays(MAY, 30)
const overage = { type: 'overage', unitPrice: exact('0.0005') } as const
const lateApril: ClosedPeriod = {
  period: { start: addDays(MAY, -30), end: MAY },
  segments: [segmentOf({ limit: 1_000_000n, overLimit: overage, units: 1_012_000n, billedUnits: 10_000n, billedAmount: minor(5_00) })],
}

describe('C11: one renewal', () => {
  it('charges the next period in advance, from where the last one ended', () => {
    const decision = renew(holdingOf('pro', { used: 100n }))
    expect(decision).toMatchObject({
      change: 'renewed',
      documentKind: 'renewal',
      anchor: MAY,
      period: { start: end, end: addDays(MAY, 60), totalDays: 30 },
      billed: [],
    })
    expect(decision.document).toMatchObject({
      total: 30_00n,
      amountDue: 30_00n,
      lines: [{ kind: 'plan', rule: 'C11', inputs: { period_start: '2026-05-31T00:00:00Z' } }],
    })
  })

  it('A3: 10,000 calls over are $5.00 on it', () => {
    const decision = renew(holdingOf('enterprise', { used: 1_010_000n }))
    expect(decision.document?.lines.map((line) => [line.kind, line.amount])).toEqual([
      ['overage', 5_00n],
      ['plan', 100_00n],
    ])
    expect(decision.document?.total).toBe(105_00n)
    expect(decision.billed).toEqual([{ periodStart: MAY, segmentIndex: 0, meter: 'calls', units: 10_000n, amount: 5_00n }])
  })

  it('C8: late usage of the period before is an adjustment, before the rest (C14)', () => {
    const decision = renew(holdingOf('enterprise', { used: 1_010_000n }), { late: [lateApril] })
    expect(decision.document?.lines.map((line) => [line.kind, line.amount])).toEqual([
      ['adjustment', 1_00n],
      ['overage', 5_00n],
      ['plan', 100_00n],
    ])
    expect(decision.billed.map(({ periodStart, units, amount }) => [periodStart.toString(), units, amount])).toEqual([
      ['2026-04-01T00:00:00Z', 2_000n, 1_00n],
      ['2026-05-01T00:00:00Z', 10_000n, 5_00n],
    ])
  })

  it('bills nothing twice: what it billed is not billed again', () => {
    const first = renew(holdingOf('enterprise', { used: 1_010_000n })).billed[0]
    if (!first) throw new Error('the overage was billed')
    const segments = holdingOf('enterprise', { used: 1_010_000n }).segments.map((segment) => ({
      ...segment,
      billedUnits: first.units,
      billedAmount: first.amount,
    }))
    expect(renew(holdingOf('enterprise', { segments })).document?.total).toBe(100_00n)
  })

  it('C6: credit is applied', () => {
    expect(renew(holdingOf('pro'), { account: accountWith(12_00n) }).document).toMatchObject({ creditApplied: 12_00n, amountDue: 18_00n })
  })

  it('G76: credit that covers it wholly leaves nothing due', () => {
    expect(renew(holdingOf('pro'), { account: accountWith(50_00n) }).document).toMatchObject({ creditApplied: 30_00n, amountDue: 0n })
  })

  it('C15: Free renews without a document', () => {
    expect(renew(holdingOf('free', { used: 1_000n }))).toMatchObject({ change: 'renewed', document: null, period: { start: end } })
  })

  it('a past due subscription renews all the same (G94)', () => {
    expect(renew(holdingOf('pro', { status: 'past_due' })).document?.total).toBe(30_00n)
  })

  it('nothing is cut while unpaid, and the period goes on (G65, G99)', () => {
    expect(renew(holdingOf('enterprise', { status: 'unpaid', used: 1_010_000n }))).toMatchObject({ document: null, billed: [], period: { start: end } })
  })

  it('C2: months keep their anchor through February', () => {
    const start = instant('2026-01-31T00:00:00Z')
    const holding = holdingOf('pro', { product: apiCallsWith({ cycle: { months: 1 } }), start })
    const february = renew(holding)
    expect(february.period.start.toString()).toBe('2026-02-28T00:00:00Z')
    const march = renew({ ...holding, anchor: february.anchor, period: february.period })
    expect([march.anchor.toString(), march.period.start.toString()]).toEqual(['2026-01-31T00:00:00Z', '2026-03-31T00:00:00Z'])
  })
})

describe('A8: a cancellation', () => {
  const cancelled = (planId: string, used = 0n) => holdingOf(planId, { cancelAt: end, used })

  it('goes on to Free, without a document where nothing is owed', () => {
    expect(renew(cancelled('pro'))).toMatchObject({
      change: 'moved_to_free',
      terms: { plan: { id: 'free' } },
      document: null,
      period: { start: end, end: addDays(MAY, 60) },
    })
  })

  it('bills the last overage', () => {
    const decision = renew(cancelled('enterprise', 1_010_000n))
    expect(decision).toMatchObject({ change: 'moved_to_free', documentKind: 'renewal', document: { total: 5_00n, lines: [{ kind: 'overage' }] } })
  })

  it('a product without a free plan ends', () => {
    const product = { ...apiCallsProduct, plans: apiCallsProduct.plans.filter((plan) => plan.id !== 'free') }
    expect(renew(holdingOf('pro', { product, cancelAt: end }))).toMatchObject({
      change: 'ended',
      document: null,
      terms: { plan: { id: 'pro' } },
      period: { start: end },
    })
  })
})

describe('a pending change', () => {
  const product = withYears(apiCallsWith({ downgrade: { type: 'period_end' } }))
  const waiting = (planId: string, interval: 'month' | 'year' = 'month') => ({
    plan: planOf(product, planId),
    interval,
    effectiveAt: end,
    kind: 'change' as const,
  })

  it('is applied, and its fee charged', () => {
    const decision = renew(holdingOf('pro', { product, pendingChange: waiting('basic') }))
    expect(decision).toMatchObject({ change: 'pending_applied', terms: { plan: { id: 'basic' } }, document: { total: 10_00n } })
    expect(decision.document?.differsBecause.map(({ code }) => code)).toEqual(['plan_changed'])
  })

  it('to Free has no fee, and settles the tab', () => {
    const decision = renew(holdingOf('enterprise', { product, pendingChange: waiting('free'), used: 1_010_000n }))
    expect(decision).toMatchObject({ change: 'pending_applied', terms: { plan: { id: 'free' } }, document: { total: 5_00n } })
  })

  it('to a plan that has left the catalog is for the operator to decide', () => {
    const holding = holdingOf('pro', { product, pendingChange: { ...waiting('basic'), plan: { ...planOf(product, 'basic'), id: 'gone' } } })
    expect(() => renew(holding)).toThrow(RangeError)
  })

  it('a cancellation goes before it', () => {
    expect(renew(holdingOf('pro', { product, pendingChange: waiting('basic'), cancelAt: end })).change).toBe('moved_to_free')
  })

  it('year → month after the term begins 30 days of its own', () => {
    const holding = holdingOf('pro', { product, interval: 'year', pendingChange: waiting('pro') })
    const decision = renew(holding)
    expect(decision).toMatchObject({
      anchor: holding.period.end,
      period: { start: holding.period.end, end: addDays(holding.period.end, 30), totalDays: 30 },
      document: { total: 30_00n },
    })
  })
})

describe('G13: the version that the next period runs under', () => {
  const newest: Product = {
    ...apiCallsProduct,
    version: 2,
    plans: apiCallsProduct.plans.map((plan) => (plan.id === 'pro' ? { ...plan, prices: { month: minor(40_00) } } : plan)),
  }

  it('sets the fee; arrears keep the price of their segment', () => {
    expect(renew(holdingOf('pro'), { nextProduct: newest })).toMatchObject({ terms: { product: { version: 2 } }, document: { total: 40_00n } })
  })

  it('that knows the plan no more leaves the held version in force', () => {
    const without = { ...newest, plans: newest.plans.filter((plan) => plan.id !== 'pro') }
    expect(renew(holdingOf('pro'), { nextProduct: without })).toMatchObject({
      terms: { product: { version: 1 }, plan: { id: 'pro' } },
      document: { total: 30_00n },
    })
  })
})

describe('G59, G103: late usage before a free period', () => {
  it('gets an adjustment for it alone at the next period’s end', () => {
    const decision = renew(holdingOf('free'), { late: [lateApril] })
    expect(decision).toMatchObject({ documentKind: 'adjustment', document: { total: 1_00n, lines: [{ kind: 'adjustment' }] } })
  })
})

describe('G75: the next charge', () => {
  const charge = (holding: Holding, account = noCredit, late: ClosedPeriod[] = []) => nextCharge({ holding, account, product: holding.terms.product, late })

  it.each([
    {
      why: 'fee and usage',
      holding: holdingOf('enterprise', { used: 1_010_000n }),
      credit: 0n,
      expected: { base: 100_00n, usage: 5_00n, credit: 0n, total: 105_00n, title: 'next' },
    },
    {
      why: 'credit for some of it',
      holding: holdingOf('pro'),
      credit: 12_00n,
      expected: { base: 30_00n, usage: 0n, credit: 12_00n, total: 18_00n, title: 'next' },
    },
    { why: 'credit for all of it', holding: holdingOf('pro'), credit: 99_00n, expected: { base: 30_00n, usage: 0n, credit: 30_00n, total: 0n, title: 'next' } },
    {
      why: 'what waited is collected',
      holding: holdingOf('pro'),
      credit: -30n,
      expected: { base: 30_00n, usage: 0n, credit: -30n, total: 30_30n, title: 'next' },
    },
    {
      why: 'cancelled, with a tab',
      holding: holdingOf('enterprise', { used: 1_010_000n, cancelAt: end }),
      credit: 0n,
      expected: { base: 0n, usage: 5_00n, credit: 0n, total: 5_00n, title: 'final' },
    },
    {
      why: 'cancelled, with nothing owed',
      holding: holdingOf('pro', { cancelAt: end }),
      credit: 0n,
      expected: { base: 0n, usage: 0n, credit: 0n, total: 0n, title: 'none' },
    },
    { why: 'Free', holding: holdingOf('free'), credit: 5_00n, expected: { base: 0n, usage: 0n, credit: 0n, total: 0n, title: 'none' } },
  ])('$why', ({ holding, credit, expected }) => {
    expect(charge(holding, accountWith(credit))).toMatchObject({ at: end, carriedForward: 0n, ...expected })
  })

  it('an amount too small to charge waits, and is said to', () => {
    expect(charge(holdingOf('pro'), accountWith(29_70n))).toMatchObject({ credit: 29_70n, carriedForward: 30n, total: 0n })
  })

  it('is what the renewal then charges', () => {
    const holding = holdingOf('enterprise', { used: 1_234_567n })
    const account = accountWith(7_77n)
    expect(charge(holding, account, [lateApril]).total).toBe(renew(holding, { account, late: [lateApril] }).document?.amountDue)
  })
})
