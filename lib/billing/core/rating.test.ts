import { describe, expect, it } from 'vitest'
import { exact, minor } from '../../money'
import { recompute } from '../testing/formula'
import { apiCallsProduct, holdingOf, segmentOf } from '../testing/holdings'
import { arrearsLines, billedNow, countedUnits, extraUnits, lateUsageLine, overageSoFar, unbilled } from './rating'
import type { UsageSegment } from './state'

const { period } = holdingOf('enterprise')
const context = { period, currency: 'usd', meters: apiCallsProduct.meters }
const overage = { type: 'overage', unitPrice: exact('0.0005') } as const
const enterprise = (facts: Partial<UsageSegment>) => segmentOf({ limit: 1_000_000n, overLimit: overage, ...facts })

describe('A3: overage', () => {
  it.each([
    { units: 0n, extra: 0n, amount: 0n, why: 'nothing used' },
    { units: 999_999n, extra: 0n, amount: 0n, why: 'one below' },
    { units: 1_000_000n, extra: 0n, amount: 0n, why: 'exactly the limit' },
    { units: 1_000_009n, extra: 9n, amount: 0n, why: '9 × $0.0005 = $0.0045 rounds to nothing' },
    { units: 1_000_010n, extra: 10n, amount: 1n, why: '$0.005 rounds away from zero' },
    { units: 1_010_000n, extra: 10_000n, amount: 5_00n, why: 'the document’s example' },
  ])('$units calls: $extra over, $amount ($why)', ({ units, extra, amount }) => {
    const segment = enterprise({ units })
    expect(extraUnits(segment)).toBe(extra)
    expect(overageSoFar([segment], 'usd')).toEqual({ units: extra, amount })
    expect(arrearsLines([segment], context).map((line) => line.amount)).toEqual(amount === 0n ? [] : [amount])
  })

  it('is a line with its rule, formula and inputs', () => {
    expect(arrearsLines([enterprise({ units: 1_010_000n })], context)).toMatchObject([
      {
        kind: 'overage',
        description: '10,000 calls over the limit of 1,000,000',
        amount: 5_00n,
        quantity: 10_000n,
        unitPrice: exact('0.0005'),
        rule: 'A3',
        formula: '10,000 × $0.0005 = $5.00',
        inputs: { used: 1_010_000, limit: 1_000_000, extra_units: 10_000, billed_before: '0.00', period_start: '2026-05-01T00:00:00Z' },
      },
    ])
  })

  it('is rated on the whole: what was billed as a part rounds with the rest', () => {
    const segment = enterprise({ units: 1_000_019n, billedUnits: 9n, billedAmount: minor(0n) })
    expect(unbilled(segment, 'usd')).toEqual({ units: 10n, amount: 1n }) // 19 × $0.0005 = $0.0095, once.
    const [line] = arrearsLines([enterprise({ units: 1_020_000n, billedUnits: 10_000n, billedAmount: minor(5_00) })], context)
    expect(line).toMatchObject({ amount: 5_00n, quantity: 10_000n, formula: '20,000 × $0.0005 − $5.00 = $5.00' })
  })

  it('C13: one line a segment, each with the terms of its own time', () => {
    const segments = [
      enterprise({ units: 1_002_000n }),
      segmentOf({ limit: 300_000n, units: 5n, countedAtStart: 1_000_000n }),
      enterprise({
        limit: 500_000n,
        countedAtStart: 1_000_005n,
        extraThreshold: 1_000_005n,
        units: 100n,
        overLimit: { type: 'overage', unitPrice: exact('0.01') },
      }),
    ]
    expect(arrearsLines(segments, context).map((line) => [line.quantity, line.amount])).toEqual([
      [2_000n, 1_00n],
      [100n, 1_00n],
    ])
    expect(billedNow(segments, context).map(({ segmentIndex, units, amount }) => [segmentIndex, units, amount])).toEqual([
      [0, 2_000n, 1_00n],
      [2, 100n, 1_00n],
    ])
  })

  it('in a currency without a minor unit', () => {
    const yen = { ...context, currency: 'jpy' }
    const segment = enterprise({ units: 1_000_003n, overLimit: { type: 'overage', unitPrice: exact('0.5') } })
    expect(arrearsLines([segment], yen)).toMatchObject([{ amount: 2n, formula: '3 × ¥0.5 = ¥2' }])
  })
})

describe('G45: over a blocking limit', () => {
  it('units are counted and not billed', () => {
    const segment = segmentOf({ limit: 1_000n, units: 1_200n })
    expect([countedUnits(segment), extraUnits(segment)]).toEqual([1_200n, 0n])
    expect(arrearsLines([segment], context)).toEqual([])
  })

  it('an unlimited meter has no extra units', () => {
    expect(extraUnits(segmentOf({ limit: null, overLimit: overage, units: 10n ** 12n }))).toBe(0n)
  })
})

describe('C8, G59: late usage', () => {
  const billed = { billedUnits: 10_000n, billedAmount: minor(5_00) }
  const late = (segments: UsageSegment[]) => lateUsageLine({ period, segments }, context)

  it('is the whole closed period’s rating now, less what was billed', () => {
    expect(late([enterprise({ units: 1_012_000n, ...billed })])).toMatchObject({
      kind: 'adjustment',
      rule: 'C8',
      amount: 1_00n,
      quantity: 2_000n,
      unitPrice: exact('0.0005'),
      formula: '12,000 × $0.0005 − $5.00 = $1.00',
      inputs: { late_units: 2_000, billed_before: '5.00', period_start: '2026-05-01T00:00:00Z', period_end: '2026-05-31T00:00:00Z' },
    })
  })

  it.each([
    { units: 1_010_000n, why: 'nothing came late' },
    { units: 1_010_009n, why: 'what came rounds to nothing' },
  ])('$units: no line, for $why', ({ units }) => {
    expect(late([enterprise({ units, ...billed })])).toBeNull()
  })

  it('within the limit nothing is billed', () => {
    expect(late([enterprise({ units: 900_000n })])).toBeNull()
    expect(late([segmentOf({ limit: 1_000n, units: 5_000n })])).toBeNull()
  })

  it('of segments with several prices is one line of its amount, each rated by itself', () => {
    const dearer = enterprise({ units: 1_000_150n, overLimit: { type: 'overage', unitPrice: exact('0.01') } })
    const line = late([enterprise({ units: 1_012_000n, ...billed }), dearer])
    expect(line).toMatchObject({
      amount: 2_50n,
      quantity: 1n,
      unitPrice: exact('2.50'),
      formula: 'round(12,000 × $0.0005) + round(150 × $0.01) − $5.00 = $2.50',
    })
    const { stated, recomputed } = recompute(line?.formula ?? '')
    expect(recomputed).toBe(stated)
  })

  it('is not made of rounding alone: two segments billed half a cent each are settled', () => {
    const half = { units: 1_000_010n, billedUnits: 10n, billedAmount: minor(1n) }
    expect(late([enterprise(half), enterprise(half)])).toBeNull()
  })
})
