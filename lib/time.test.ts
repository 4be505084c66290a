import { describe, expect, it } from 'vitest'
import { addDays, addMinutes, earliest, instant, isAtOrAfter, isBefore, latest, systemClock, Temporal, wholeDaysBetween } from './time'

const NOON = instant('2026-03-01T12:00:00Z')

describe('C1: instants are UTC', () => {
  it.each([
    { text: '2026-03-01T12:00:00Z', is: '2026-03-01T12:00:00Z' },
    { text: '2026-03-01T13:00:00+01:00', is: '2026-03-01T12:00:00Z' },
    { text: '2026-03-01T12:00:00.123Z', is: '2026-03-01T12:00:00.123Z' },
    // What is finer than a millisecond is cut off: rounding it up could carry usage over a period's end.
    { text: '2026-02-28T23:59:59.999999999Z', is: '2026-02-28T23:59:59.999Z' },
    { text: '1969-12-31T23:59:59.9999Z', is: '1969-12-31T23:59:59.999Z' },
  ])('$text is $is', ({ text, is }) => {
    expect(instant(text).toString()).toBe(is)
  })

  it.each([
    ...['', 'now', '2026-03-01', '2026-03-01T12:00:00', '2026-02-29T00:00:00Z', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z'],
    ...['2026-03-01T24:00:00Z', '2026-03-01T12:60:00Z', '2026-03-01T12:00:61Z', '2026-03-01T12:00:00.Z', '2026-03-01T12:00:00.123', '-000000-01-01T00:00:00Z'],
  ])('refuses %j', (text) => {
    expect(() => instant(text)).toThrow(RangeError)
  })

  // What is written as nearly everybody writes it is read by ourselves.
  it.each([
    '2026-03-01T00:00:00.000Z',
    '2026-03-01T23:59:59.999Z',
    '2026-03-01T23:59:59Z',
    '2028-02-29T01:02:03.004Z',
    '1969-12-31T23:59:59.001Z',
    '0000-01-01T00:00:00.001Z',
    '9999-12-31T23:59:59.999Z',
    '2016-12-31T23:59:60Z',
    '2026-03-01t12:00:00z',
    '2026-03-01 12:00:00.5Z',
  ])('%s is what Temporal reads', (text) => {
    expect(instant(text).epochNanoseconds).toBe(Temporal.Instant.from(text).epochNanoseconds)
    expect(instant(text).epochNanoseconds).toBe(Temporal.Instant.from(text).epochNanoseconds) // Again, when its day is known.
  })

  it('the system’s clock gives whole milliseconds', () => {
    expect(systemClock.now().epochNanoseconds % 1_000_000n).toBe(0n)
  })
})

describe('C3: a day is 24 hours, and only completed ones count', () => {
  it.each([
    { to: '2026-03-01T12:00:00Z', days: 0 },
    { to: '2026-03-02T11:59:59.999Z', days: 0 },
    { to: '2026-03-02T12:00:00Z', days: 1 },
    { to: '2026-03-31T11:59:59.999Z', days: 29 },
    { to: '2026-03-31T12:00:00Z', days: 30 },
    // Clocks go forward in Europe on 29 March: no day of UTC is shorter for it.
    { to: '2026-03-30T12:00:00Z', days: 29 },
    { to: '2026-03-01T11:59:59.999Z', days: -1 },
  ])('to $to: $days', ({ to, days }) => {
    expect(wholeDaysBetween(NOON, instant(to))).toBe(days)
  })

  it('days and minutes add up', () => {
    expect(addDays(NOON, 30).toString()).toBe('2026-03-31T12:00:00Z')
    expect(addMinutes(NOON, 15).toString()).toBe('2026-03-01T12:15:00Z')
  })
})

describe('before, at and after', () => {
  const later = NOON.add({ milliseconds: 1 })

  it('an instant is not before itself, and is at itself', () => {
    expect([isBefore(NOON, NOON), isBefore(NOON, later), isBefore(later, NOON)]).toEqual([false, true, false])
    expect([isAtOrAfter(NOON, NOON), isAtOrAfter(NOON, later), isAtOrAfter(later, NOON)]).toEqual([true, false, true])
  })

  it('the earliest and the latest of several', () => {
    expect(earliest(later, NOON, later)).toBe(NOON)
    expect(latest(NOON, later, NOON)).toBe(later)
    expect([earliest(NOON), latest(NOON)]).toEqual([NOON, NOON])
  })
})
