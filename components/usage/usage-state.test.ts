import { describe, expect, it } from 'vitest'
import type { MeterCardView } from '@/lib/billing/views/usage-page'
import { ZERO } from '@/lib/money'
import { chartPointsOf } from './chart-points'
import { leadingMeter, meterTone } from './usage-state'

const meter = (facts: Partial<MeterCardView>): MeterCardView => ({
  meter: 'calls',
  unit: 'calls',
  used: 0n,
  limit: 100n,
  remaining: 100n,
  percent: 0,
  state: 'ok',
  overagePrice: null,
  overage: 0n,
  overageAmount: ZERO,
  overLimit: { type: 'block' },
  hardLimit: null,
  payAsYouGo: null,
  cost: null,
  ...facts,
})

describe('how a meter is shown', () => {
  it.each([
    { state: 'ok', remaining: 50n, tone: 'accent' },
    { state: 'warning', remaining: 1n, tone: 'warning' },
    { state: 'limit_reached', remaining: 0n, tone: 'danger' },
    { state: 'limit_reached', remaining: null, tone: 'warning' },
    { state: 'limit_reached', remaining: 5_000n, tone: 'warning' },
    { state: 'overage', remaining: null, tone: 'warning' },
    { state: 'overage', remaining: 0n, tone: 'danger' },
  ] as const)('$state with $remaining remaining is $tone', ({ state, remaining, tone }) => {
    expect(meterTone({ state, remaining })).toBe(tone)
  })

  it('speaks of the meter that is nearest to its limit, unlimited ones last', () => {
    const meters = [
      meter({ meter: 'a', limit: null, percent: null }),
      meter({ meter: 'b', percent: 40 }),
      meter({ meter: 'c', percent: 120 }),
      meter({ meter: 'd', percent: 99 }),
    ]
    expect(leadingMeter({ meters })?.meter).toBe('c')
    expect(leadingMeter({ meters: [] })).toBeNull()
  })
})

describe('what a chart draws', () => {
  const words = { noKey: 'No key', rest: 'Other keys' }

  it('keeps a key that is called like a series of ours apart, and leaves days to come empty', () => {
    const chart = {
      series: [
        { key: 'rest', total: 3n },
        { key: 'no-key', total: 2n },
        { key: null, total: 1n },
      ],
      other: { keys: 4, total: 7n },
      days: [
        { day: '2026-05-01', parts: [3n, 2n, 1n], other: 7n },
        { day: '2026-05-02', parts: null, other: 0n },
      ],
      limit: { perPeriod: 30_000n, perDay: 1_000n },
    }
    const { series, days, limit } = chartPointsOf(chart, words)
    expect(new Set(series.map(({ id }) => id)).size).toBe(4)
    expect(series.map(({ label }) => label)).toEqual(['rest', 'no-key', 'No key', 'Other keys'])
    expect(Object.values(days[0]?.units ?? {})).toEqual([3, 2, 1, 7])
    expect(days[1]?.units).toBeNull()
    expect(limit).toEqual({ perPeriod: 30_000, perDay: 1_000 })
  })
})
