import { describe, expect, it } from 'vitest'
import { instant } from '../../time'
import { apiCallsProduct, apiCallsWith, MAY, termsOf } from '../testing/holdings'
import type { CyclePolicy, Interval } from './catalog'
import { anchorFor, elapsedDays, firstPeriod, nextDayOf, nextPeriod, periodAt, unusedDays } from './period'

const day = (iso: string) => instant(`${iso}T00:00:00Z`)
const starts = (anchor: string, cycle: CyclePolicy, interval: Interval, periods: number) =>
  Array.from({ length: periods }, (_, index) => periodAt(day(anchor), cycle, interval, index, 'nominal').start.toString().slice(0, 10))

describe('C2: periods', () => {
  it.each([
    { why: 'clamped in a common year', anchor: '2026-01-31', expected: ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'] },
    { why: 'clamped in a leap year', anchor: '2028-01-31', expected: ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30', '2028-05-31'] },
    { why: 'the 30th is kept after February', anchor: '2026-01-30', expected: ['2026-01-30', '2026-02-28', '2026-03-30', '2026-04-30', '2026-05-30'] },
    { why: 'over the year', anchor: '2026-11-30', expected: ['2026-11-30', '2026-12-30', '2027-01-30', '2027-02-28', '2027-03-30'] },
  ])('months from $anchor: $why', ({ anchor, expected }) => {
    expect(starts(anchor, { months: 1 }, 'month', 5)).toEqual(expected)
  })

  it('a year from 29 February comes back to it in leap years', () => {
    expect(starts('2028-02-29', { months: 1 }, 'year', 5)).toEqual(['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29'])
  })

  it('A1: 30 days are 30 days, over February and over the change of the clocks', () => {
    expect(starts('2026-01-31', { days: 30 }, 'month', 4)).toEqual(['2026-01-31', '2026-03-02', '2026-04-01', '2026-05-01'])
  })

  it('keeps the time of day', () => {
    const period = periodAt(instant('2026-01-31T13:07:09.250Z'), { months: 1 }, 'month', 1, 'nominal')
    expect([period.start.toString(), period.end.toString()]).toEqual(['2026-02-28T13:07:09.25Z', '2026-03-31T13:07:09.25Z'])
  })

  it.each([
    { cycle: { days: 30 }, interval: 'month', dayCount: 'nominal', days: 30 },
    { cycle: { days: 7 }, interval: 'month', dayCount: 'actual', days: 7 },
    { cycle: { months: 1 }, interval: 'month', dayCount: 'nominal', days: 30 },
    { cycle: { months: 1 }, interval: 'month', dayCount: 'actual', days: 31 },
    { cycle: { months: 3 }, interval: 'month', dayCount: 'nominal', days: 90 },
    { cycle: { months: 3 }, interval: 'month', dayCount: 'actual', days: 91 },
    { cycle: { days: 30 }, interval: 'year', dayCount: 'nominal', days: 365 },
    { cycle: { months: 1 }, interval: 'year', dayCount: 'actual', days: 366 },
  ] as const)('C3: $dayCount total of $cycle by the $interval is $days', ({ cycle, interval, dayCount, days }) => {
    expect(periodAt(day('2028-01-01'), cycle, interval, 0, dayCount).totalDays).toBe(days)
  })
})

describe('the period after', () => {
  const monthly = apiCallsWith({ cycle: { months: 1 } })

  it.each([
    { product: apiCallsProduct, cycle: '30 days' },
    { product: monthly, cycle: 'a month' },
  ])('begins where the last one ended, for ten years of $cycle', ({ product }) => {
    const anchor = day('2024-01-31')
    const terms = termsOf(product, 'pro')
    let period = firstPeriod(anchor, terms)
    for (let index = 1; index <= 120; index++) {
      const next = nextPeriod(anchor, period, terms)
      expect(next.start.equals(period.end)).toBe(true)
      expect(next).toEqual(periodAt(anchor, product.policies.cycle, 'month', index, 'nominal'))
      period = next
    }
  })

  it('keeps the anchor where a year meets its months, also from 29 February', () => {
    const anchor = day('2028-02-29')
    const year = periodAt(anchor, { months: 1 }, 'year', 0, 'nominal')
    const month = nextPeriod(anchor, year, termsOf(monthly, 'pro'))
    expect(month.start.toString()).toBe('2029-02-28T00:00:00Z')
    expect(month.end.toString()).toBe('2029-03-29T00:00:00Z')
  })

  it('is anchored anew where the calendars do not meet: a year is no whole number of 30 days', () => {
    const year = periodAt(MAY, { days: 30 }, 'year', 0, 'nominal')
    const terms = termsOf(apiCallsProduct, 'pro')
    expect(anchorFor(MAY, year.end, terms)).toEqual(year.end)
    expect(nextPeriod(MAY, year, terms)).toEqual(firstPeriod(year.end, terms))
  })
})

describe('C3: days', () => {
  const period = firstPeriod(MAY, termsOf(apiCallsProduct, 'basic'))

  it.each([
    { at: '2026-05-01T00:00:00Z', elapsed: 0, unused: 30, why: 'the first instant' },
    { at: '2026-05-01T23:59:59.999Z', elapsed: 0, unused: 30, why: 'a day is not over before it is' },
    { at: '2026-05-02T00:00:00Z', elapsed: 1, unused: 29, why: 'exactly a day' },
    { at: '2026-05-30T23:59:59.999Z', elapsed: 29, unused: 1, why: 'the last day' },
    { at: '2026-05-31T00:00:00Z', elapsed: 30, unused: 0, why: 'the end' },
    { at: '2026-06-05T00:00:00Z', elapsed: 35, unused: 0, why: 'after the end nothing is left' },
    { at: '2026-04-30T23:59:59Z', elapsed: 0, unused: 30, why: 'a clock that is a moment behind' },
  ])('$at: $why', ({ at, elapsed, unused }) => {
    expect([elapsedDays(period, instant(at)), unusedDays(period, instant(at))]).toEqual([elapsed, unused])
  })

  it('G28: a 31st day of a nominal month has nothing unused', () => {
    const january = periodAt(day('2026-01-01'), { months: 1 }, 'month', 0, 'nominal')
    expect(unusedDays(january, instant('2026-01-31T12:00:00Z'))).toBe(0)
  })

  it('C10: the next day begins a multiple of 24 hours after the start', () => {
    expect(nextDayOf(period, instant('2026-05-03T17:00:00Z')).toString()).toBe('2026-05-04T00:00:00Z')
    expect(nextDayOf(period, instant('2026-05-04T00:00:00Z')).toString()).toBe('2026-05-05T00:00:00Z')
  })
})
