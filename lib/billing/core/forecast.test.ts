import { describe, expect, it } from 'vitest'
import { exact, ZERO } from '../../money'
import { addDays, instant } from '../../time'
import { holdingOf, MAY } from '../testing/holdings'
import { balanceRunsOutAt, forecastUsage, reachesAt } from './forecast'
import { NEW_BILLING_MONTH, type UsageSegment } from './state'

const { period } = holdingOf('basic')
const overage = { type: 'overage', unitPrice: exact('0.0005') } as const
const forecast = (facts: Partial<Parameters<typeof forecastUsage>[0]>) =>
  forecastUsage({ period, now: addDays(MAY, 10), counted: 12_000n, limit: 30_000n, overLimit: { type: 'block' }, currency: 'usd', ...facts })

describe('a forecast is a straight line', () => {
  it('10,000 after 10 of 30 days are 30,000 at the end', () => {
    expect(forecast({ counted: 10_000n }).usedAtPeriodEnd).toBe(30_000n)
  })

  it('12,000 after 10 days reach 30,000 after 25', () => {
    expect(forecast({})).toEqual({ usedAtPeriodEnd: 36_000n, reachesLimitAt: instant('2026-05-26T00:00:00Z'), amount: 0n })
  })

  it.each([
    { now: MAY.add({ minutes: 59, seconds: 59, milliseconds: 999 }), known: false, why: 'less than an hour' },
    { now: MAY.add({ hours: 1 }), known: true, why: 'exactly an hour' },
    { now: MAY, known: false, why: 'nothing has gone by' },
  ])('at $now it is known: $known ($why)', ({ now, known }) => {
    const { usedAtPeriodEnd, reachesLimitAt, amount } = forecast({ now })
    expect([usedAtPeriodEnd !== null, reachesLimitAt !== null, amount !== null]).toEqual([known, known, known])
  })

  it.each([
    { counted: 0n, reaches: null, why: 'nothing used reaches nothing' },
    { counted: 9_999n, reaches: null, why: 'not in this period' },
    { counted: 10_000n, reaches: null, why: 'exactly at its end, which is the next period’s' },
    { counted: 10_001n, reaches: '2026-05-30T23:55:40.826Z', why: 'just before' },
    { counted: 30_000n, reaches: null, why: 'reached already' },
    { counted: 40_000n, reaches: null, why: 'passed already' },
  ])('$counted used: $reaches ($why)', ({ counted, reaches }) => {
    expect(forecast({ counted }).reachesLimitAt?.toString() ?? null).toBe(reaches)
  })

  it('at the limit’s instant the line has reached it, a millisecond before it has not', () => {
    const counted = 12_345n
    const at = forecast({ counted }).reachesLimitAt
    if (!at) throw new Error('it is reached')
    const used = (ms: number) => (counted * BigInt(ms)) / BigInt(10 * 24 * 3_600_000)
    const since = at.epochMilliseconds - MAY.epochMilliseconds
    expect([used(since) >= 30_000n, used(since - 1) >= 30_000n]).toEqual([true, false])
  })

  it('tells when any share of the limit is reached (A5)', () => {
    expect(reachesAt({ period, now: addDays(MAY, 10), counted: 12_000n, units: 24_000n })).toEqual(addDays(MAY, 20))
  })

  it('A3: overage is priced at what is used by then', () => {
    const enterprise = { limit: 1_000_000n, overLimit: overage }
    expect(forecast({ ...enterprise, counted: 340_000n })).toMatchObject({ usedAtPeriodEnd: 1_020_000n, amount: 10_00n })
    expect(forecast({ ...enterprise, counted: 333_333n })).toMatchObject({ usedAtPeriodEnd: 999_999n, amount: 0n })
  })

  it('C13: extra begins beyond what was counted at a change', () => {
    expect(forecast({ limit: 1_000_000n, overLimit: overage, extraThreshold: 1_010_000n, counted: 340_000n }).amount).toBe(5_00n)
  })

  it('a meter without a limit has neither a day nor a charge', () => {
    expect(forecast({ limit: null, overLimit: overage })).toMatchObject({ usedAtPeriodEnd: 36_000n, reachesLimitAt: null, amount: 0n })
  })

  it('after the end it is what was used', () => {
    expect(forecast({ now: addDays(MAY, 40) })).toMatchObject({ usedAtPeriodEnd: 12_000n })
  })
})

describe('P6: a balance runs out', () => {
  const prepaid = { type: 'prepaid', unitPrices: { input: exact('0.00000125'), output: exact('0.00001') } } as const
  const segment = (meter: 'input' | 'output', units: bigint, overLimit: UsageSegment['overLimit'] = prepaid): UsageSegment => ({
    meter,
    limit: null,
    overLimit,
    countedAtStart: 0n,
    extraThreshold: null,
    extraMaximum: null,
    monthStart: NEW_BILLING_MONTH,
    units,
    billedUnits: 0n,
    billedAmount: ZERO,
  })
  const used = [segment('input', 4_000_000n), segment('output', 500_000n)] // $5.00 + $5.00 in ten days.
  const now = addDays(MAY, 10)
  const runsOut = (facts: Partial<Parameters<typeof balanceRunsOutAt>[0]>) => balanceRunsOutAt({ period, now, segments: used, balance: exact('7'), ...facts })

  it.each([
    { balance: '7', at: addDays(now, 7), why: 'a dollar a day, of all meters together' },
    { balance: '25', at: addDays(now, 25), why: 'beyond the period’s end' },
    { balance: '365', at: addDays(now, 365), why: 'a year to the day' },
    { balance: '365.01', at: null, why: 'longer than a year' },
    { balance: '0', at: null, why: 'used up already' },
    { balance: '-3', at: null, why: 'owed' },
    { balance: '0.000000000001', at: now.add({ milliseconds: 1 }), why: 'the smallest amount, rounded up' },
  ])('$balance: $at ($why)', ({ balance, at }) => {
    expect(runsOut({ balance: exact(balance) })).toEqual(at)
  })

  it('is not known in the first hour, where nothing was drawn, or where the plan draws nothing', () => {
    expect(runsOut({ now: MAY.add({ minutes: 59 }) })).toBeNull()
    expect(runsOut({ segments: [segment('input', 0n)] })).toBeNull()
    expect(runsOut({ segments: [segment('input', 4_000_000n, { ...prepaid, type: 'arrears' })] })).toBeNull()
  })
})
