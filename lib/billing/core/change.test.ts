import { describe, expect, it } from 'vitest'
import { exact, minor, sum } from '../../money'
import { addDays, instant } from '../../time'
import { amounts, change, newTerms, withYears } from '../testing/changes'
import { recompute } from '../testing/formula'
import { accountWith, afterDays, apiCallsProduct, apiCallsWith, holdingOf, MAY, noCredit, segmentOf } from '../testing/holdings'
import { type Product, planOf } from './catalog'
import { segmentStarts } from './change'
import { decideSubscribe } from './subscribe'

describe('A6: upgrade', () => {
  it('after 10 completed days Basic → Pro is −$6.67 + $20.00 = $13.33', () => {
    const decision = change(holdingOf('basic', { used: 12_000n }), 'pro')
    expect(decision).toMatchObject({ kind: 'upgrade', effective: 'now', rejection: null })
    expect(decision.document).toMatchObject({ total: 13_33n, creditApplied: 0n, amountDue: 13_33n, creditIssued: 0n })
    expect(decision.document.lines).toMatchObject([
      {
        kind: 'proration_credit',
        amount: -6_67n,
        quantity: 1n,
        unitPrice: exact('10'),
        rule: 'A6',
        formula: '−$10.00 × 20 / 30 = −$6.67',
        description: 'Unused time on Basic: 20 of 30 days',
        inputs: { price: '10.00', unused_days: 20, total_days: 30 },
      },
      {
        kind: 'proration_charge',
        amount: 20_00n,
        rule: 'A6',
        formula: '$30.00 × 20 / 30 = $20.00',
        description: 'Pro for the rest of the period: 20 of 30 days',
      },
    ])
    expect(decision.document.differsBecause).toEqual([{ code: 'plan_changed', text: 'The plan changed from Basic to Pro.' }])
  })

  it('keeps period, anchor and usage, and raises the limit', () => {
    const holding = holdingOf('basic', { used: 12_000n })
    const outcome = newTerms(change(holding, 'pro'))
    expect(outcome).toMatchObject({ anchor: MAY, period: holding.period, newPeriod: false, countsAsDowngrade: false, settled: [] })
    expect(segmentStarts({ holding, outcome, countedNow: { calls: 12_500n } })).toEqual([
      { meter: 'calls', limit: 300_000n, overLimit: { type: 'block' }, countedAtStart: 12_500n, extraThreshold: 300_000n, extraMaximum: 0n },
    ])
  })

  it.each([
    { days: 0, credit: -10_00n, charge: 30_00n, why: 'the first day: the whole difference' },
    { days: 1, credit: -9_67n, charge: 29_00n, why: 'a day later' },
    { days: 15, credit: -5_00n, charge: 15_00n, why: 'half way' },
    { days: 29, credit: -33n, charge: 1_00n, why: 'the last day still counts' },
  ])('after $days days it is $credit + $charge: $why', ({ days, credit, charge }) => {
    expect(amounts(change(holdingOf('basic'), 'pro', { now: afterDays(days) }))).toEqual([
      ['proration_credit', credit],
      ['proration_charge', charge],
    ])
  })

  it('G35: from Free the period goes on and is prorated, and the credit of $0 is a line (G7)', () => {
    const decision = change(holdingOf('free', { used: 400n }), 'basic')
    expect(amounts(decision)).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 6_67n],
    ])
    expect(newTerms(decision)).toMatchObject({ newPeriod: false, anchor: MAY })
  })

  it('any number of times, also after a downgrade', () => {
    expect(change(holdingOf('basic', { downgradedAt: afterDays(3) }), 'enterprise').rejection).toBeNull()
  })

  it('G28: on a 31st day both lines count one day, so that no upgrade is free', () => {
    const holding = holdingOf('basic', { product: apiCallsWith({ cycle: { months: 1 } }) })
    const lastDay = change(holding, 'pro', { now: instant('2026-05-31T09:00:00Z') })
    expect(amounts(lastDay)).toEqual([
      ['proration_credit', -33n],
      ['proration_charge', 1_00n],
    ])
    expect(amounts(change(holding, 'pro', { now: instant('2026-05-30T09:00:00Z') }))).toEqual(amounts(lastDay))
  })

  it('G107: so it does on the 366th day of a year', () => {
    const product = withYears(apiCallsProduct)
    const holding = holdingOf('basic', { product, interval: 'year', start: instant('2028-01-01T00:00:00Z') })
    expect(amounts(change(holding, 'pro', { now: instant('2028-12-31T09:00:00Z') }))).toEqual([
      ['proration_credit', -27n],
      ['proration_charge', 82n],
    ])
  })

  it('a step up that costs less counts no day more than there is', () => {
    const cheaper = apiCallsWith({ cycle: { months: 1 } })
    const product = { ...cheaper, plans: cheaper.plans.map((one) => (one.id === 'pro' ? { ...one, prices: { month: minor(5_00) } } : one)) }
    expect(amounts(change(holdingOf('basic', { product }), 'pro', { now: instant('2026-05-31T09:00:00Z') })).map(([, amount]) => amount)).toEqual([0n, 0n])
  })

  it('G75: the next renewal is the new fee; extra units so far are on this document', () => {
    expect(change(holdingOf('basic'), 'pro').nextRenewal).toEqual({ at: addDays(MAY, 30), amount: 30_00n })
  })
})

describe('A7: downgrade', () => {
  it('gives the rest of the period back as a credit note (G6)', () => {
    const decision = change(holdingOf('pro', { used: 5_000n }), 'basic', { now: afterDays(15) })
    expect(decision).toMatchObject({ kind: 'downgrade', effective: 'now', rejection: null })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -15_00n],
      ['proration_charge', 5_00n],
    ])
    expect(decision.document).toMatchObject({ total: -10_00n, creditIssued: 10_00n, amountDue: 0n, creditApplied: 0n })
    expect(newTerms(decision)).toMatchObject({ countsAsDowngrade: true, newPeriod: false })
  })

  it('lowers the limit at once, and usage goes on counting against it', () => {
    const holding = holdingOf('pro', { used: 5_000n })
    const outcome = newTerms(change(holding, 'basic', { now: afterDays(15) }))
    expect(segmentStarts({ holding, outcome, countedNow: { calls: 5_000n } })).toMatchObject([
      { limit: 30_000n, countedAtStart: 5_000n, extraThreshold: 30_000n },
    ])
  })

  it('C15: Free is a downgrade', () => {
    const decision = change(holdingOf('basic'), 'free')
    expect(decision.kind).toBe('downgrade')
    expect(amounts(decision)).toEqual([
      ['proration_credit', -6_67n],
      ['proration_charge', 0n],
    ])
    expect(decision.nextRenewal.amount).toBe(0n)
  })

  it('G28: on a 31st day there is nothing left to give back', () => {
    const holding = holdingOf('pro', { product: apiCallsWith({ cycle: { months: 1 } }) })
    const decision = change(holding, 'basic', { now: instant('2026-05-31T09:00:00Z') })
    expect(amounts(decision)).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 0n],
    ])
    expect(decision.document.creditIssued).toBe(0n)
  })

  it('is refused as A7b says, without lines and without an outcome', () => {
    const decision = change(holdingOf('pro', { used: 5_000n }), 'basic', { now: afterDays(4) })
    expect(decision.rejection?.code).toBe('downgrade_usage_exceeded')
    expect(decision).toMatchObject({ outcome: null, dropsPendingChange: false, effective: 'now' })
    expect(decision.document).toMatchObject({ lines: [], total: 0n, amountDue: 0n })
    expect(decision.nextRenewal).toEqual({ at: addDays(MAY, 30), amount: 30_00n })
  })

  it('that waits for the period has no lines, and its fee is the next renewal', () => {
    const holding = holdingOf('pro', { product: apiCallsWith({ downgrade: { type: 'period_end' } }), used: 299_000n })
    const decision = change(holding, 'basic')
    expect(decision).toMatchObject({
      kind: 'downgrade',
      effective: 'period_end',
      effectiveAt: addDays(MAY, 30),
      nextRenewal: { at: addDays(MAY, 30), amount: 10_00n },
      outcome: { type: 'pending', downgrade: true, pendingChange: { interval: 'month', effectiveAt: addDays(MAY, 30) } },
    })
    expect(decision.document.lines).toEqual([])
  })
})

describe('G67: time that was refunded already', () => {
  it.each([
    { refunded: 0, lines: [-20_00n, 6_67n], issued: 13_33n, why: 'nothing was' },
    { refunded: 5_00, lines: [-20_00n, 6_67n, 5_00n], issued: 8_33n, why: 'a part is not credited again' },
    { refunded: 29_00, lines: [-20_00n, 6_67n, 20_00n], issued: 0n, why: 'more than is unused: nothing is credited' },
  ])('$refunded refunded: $why', ({ refunded, lines, issued }) => {
    const { document } = change(holdingOf('pro', { refunded: minor(refunded) }), 'basic')
    expect(document.lines.map((line) => line.amount)).toEqual(lines)
    expect(document.creditIssued).toBe(issued)
    expect(document.differsBecause.map(({ code }) => code)).toEqual(['plan_changed'])
  })
})

describe('C13: extra units at a change', () => {
  const grown: Product = { ...apiCallsProduct, plans: [...apiCallsProduct.plans, bigger()] }
  const enterprise = (used: bigint) => holdingOf('enterprise', { product: grown, used })

  it('are settled on an upgrade at the old price', () => {
    const decision = change(enterprise(1_010_000n), 'scale')
    expect(amounts(decision)).toEqual([
      ['proration_credit', -66_67n],
      ['proration_charge', 200_00n],
      ['overage', 5_00n],
    ])
    expect(newTerms(decision)).toMatchObject({ settledUnits: { calls: 10_000n }, settled: [{ segmentIndex: 0, units: 10_000n, amount: 5_00n }] })
    expect(decision.nextRenewal.amount).toBe(300_00n)
  })

  it('do not count against the new limit: counted is min(used, old limit)', () => {
    const holding = enterprise(1_010_000n)
    const outcome = newTerms(change(holding, 'scale'))
    expect(segmentStarts({ holding, outcome, countedNow: { calls: 1_010_500n } })).toMatchObject([
      { limit: 5_000_000n, countedAtStart: 1_000_000n, extraThreshold: 5_000_000n },
    ])
  })

  it('stay on the tab of a downgrade, and meet the next renewal', () => {
    const scale = holdingOf('scale', { product: grown, segments: [segmentOf({ limit: 100n, overLimit: overage('0.01'), units: 300n })] })
    const decision = change(scale, 'enterprise')
    expect(amounts(decision).map(([kind]) => kind)).toEqual(['proration_credit', 'proration_charge'])
    expect(newTerms(decision)).toMatchObject({ settledUnits: {}, settled: [] })
    expect(decision.nextRenewal.amount).toBe(102_00n)
  })

  it('G90: several baselines: what was rated since the last one does not count', () => {
    const holding = holdingOf('enterprise', {
      product: grown,
      segments: [
        segmentOf({ limit: 1_000_000n, overLimit: overage('0.0005'), units: 1_200_000n, billedUnits: 200_000n, billedAmount: minor(100_00) }),
        segmentOf({ limit: 500_000n, overLimit: overage('0.001'), countedAtStart: 1_000_000n, extraThreshold: 1_000_000n, units: 50_000n }),
      ],
    })
    const decision = change(holding, 'scale')
    expect(decision.document.lines.filter((line) => line.kind === 'overage')).toMatchObject([{ amount: 50_00n, quantity: 50_000n }])
    expect(segmentStarts({ holding, outcome: newTerms(decision), countedNow: { calls: 1_050_000n } })).toMatchObject([{ countedAtStart: 1_000_000n }])
  })

  it('C13: what counted at the change is above the new limit: extra begins beyond it', () => {
    const holding = enterprise(1_010_000n)
    const outcome = { ...newTerms(change(holding, 'scale')), terms: { ...holding.terms, plan: planOf(grown, 'pro') } }
    expect(segmentStarts({ holding, outcome, countedNow: { calls: 1_010_000n } })).toMatchObject([
      { limit: 300_000n, countedAtStart: 1_000_000n, extraThreshold: 1_000_000n },
    ])
  })

  it('G45: units over a blocking limit, unpaid, go on counting', () => {
    const holding = holdingOf('pro', { used: 300_050n })
    const outcome = newTerms(change(holding, 'enterprise'))
    expect(segmentStarts({ holding, outcome, countedNow: { calls: 300_050n } })).toMatchObject([{ countedAtStart: 300_050n, extraThreshold: 1_000_000n }])
  })
})

describe('G29: how long a quote holds', () => {
  it.each([
    { now: '2026-05-05T12:00:00Z', expires: '2026-05-05T12:15:00Z', why: '15 minutes' },
    { now: '2026-05-05T23:50:00Z', expires: '2026-05-06T00:00:00Z', why: 'another day begins' },
    { now: '2026-05-30T23:59:59Z', expires: '2026-05-31T00:00:00Z', why: 'the period ends' },
  ])('made at $now it is out at $expires: $why', ({ now, expires }) => {
    expect(change(holdingOf('basic'), 'pro', { now: instant(now) }).expiresAt).toEqual(instant(expires))
  })

  it('a period of half a day more: the end comes before the next day', () => {
    const holding = holdingOf('basic')
    const short = { ...holding, period: { ...holding.period, end: addDays(MAY, 29).add({ hours: 5, minutes: 10 }) } }
    expect(change(short, 'pro', { now: afterDays(29) }).expiresAt).toEqual(short.period.end)
  })
})

describe('the version of the catalog', () => {
  const newest: Product = {
    ...apiCallsProduct,
    version: 2,
    plans: apiCallsProduct.plans.map((one) => ({ ...one, rank: one.rank * 10, prices: { month: minor((one.prices.month ?? 0n) * 2n) } })),
  }

  it('G13: what is held is credited at its own version’s price, the target charged at the newest', () => {
    const decision = change(holdingOf('basic'), 'pro', { product: newest })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -6_67n],
      ['proration_charge', 40_00n],
    ])
    expect(newTerms(decision).terms.product.version).toBe(2)
  })

  it('ranks are compared within one version', () => {
    expect(change(holdingOf('pro'), 'basic', { product: newest }).kind).toBe('downgrade')
  })

  it('another product’s plan is a bug', () => {
    expect(() => change(holdingOf('basic'), 'pro', { product: { ...apiCallsProduct, id: 'other' } })).toThrow(RangeError)
  })
})

describe('the first subscription', () => {
  const subscribe = (planId: string, account = noCredit) =>
    decideSubscribe({ product: apiCallsProduct, plan: planOf(apiCallsProduct, planId), interval: 'month', account, now: MAY })

  it('charges the first period in advance', () => {
    const decision = subscribe('pro')
    expect(decision.document.lines).toMatchObject([{ kind: 'plan', amount: 30_00n, rule: 'C11', formula: '$30.00 × 1 = $30.00' }])
    expect(decision).toMatchObject({
      anchor: MAY,
      period: { start: MAY, end: addDays(MAY, 30), totalDays: 30 },
      nextRenewal: { at: addDays(MAY, 30), amount: 30_00n },
    })
    expect(decision.expiresAt).toEqual(instant('2026-05-01T00:15:00Z'))
  })

  it('C6: credit pays for it', () => {
    expect(subscribe('pro', accountWith(40_00n)).document).toMatchObject({ creditApplied: 30_00n, amountDue: 0n })
  })

  it('C15: Free has no lines', () => {
    expect(subscribe('free').document).toMatchObject({ lines: [], total: 0n, amountDue: 0n })
  })
})

it('C9: every line’s formula gives its amount', () => {
  const used = 1_234_567n
  const decisions = [
    change(holdingOf('basic'), 'pro'),
    change(holdingOf('pro'), 'free', { now: afterDays(7) }),
    change(holdingOf('enterprise', { used }), 'free'),
  ]
  for (const line of decisions.flatMap((decision) => decision.document.lines)) {
    const { stated, recomputed } = recompute(line.formula)
    expect(recomputed, line.formula).toBe(stated)
    expect(stated).toBe(`${line.amount}e-2`)
  }
  for (const { document } of decisions) expect(sum(document.lines.map((line) => line.amount))).toBe(document.total)
})

function overage(price: string) {
  return { type: 'overage', unitPrice: exact(price) } as const
}

function bigger() {
  return {
    ...planOf(apiCallsProduct, 'enterprise'),
    id: 'scale',
    name: 'Scale',
    rank: 4,
    prices: { month: minor(300_00) },
    included: { calls: 5_000_000n },
    overLimit: overage('0.0003'),
  }
}
