import { Temporal } from 'temporal-polyfill'
import { Remembered } from './remembered'

/** All time is UTC (C1). Business code is handed `now`; only a `Clock` reads one. */
export { Temporal }
export type Instant = Temporal.Instant

/** Whose time it is: the system's, or the test clock that an organisation lives on. */
export type Clock = { now(): Instant }

export const HOURS_PER_DAY = 24

/** Milliseconds are the finest grain that is stored; what is finer is cut off, never rounded over a boundary. */
function toGrain(at: Instant): Instant {
  return Temporal.Instant.fromEpochMilliseconds(at.epochMilliseconds) // Which is rounded down, before 1970 too.
}

/** As nearly every program writes one. */
const USUAL = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{3}))?Z$/
const DAYS_KEPT = 1_000
const midnights = new Remembered<number>(DAYS_KEPT)

/**
 * Usage has one an event, which Temporal took 5 to 11 µs to read on a slow machine: of the usual form it reads the day alone, and that once.
 *
 * @throws RangeError where `iso` is not an ISO 8601 instant with its offset.
 */
export function instant(iso: string): Instant {
  const [, day, hours, minutes, seconds, milliseconds = 0] = USUAL.exec(iso) ?? []
  if (day === undefined) return toGrain(Temporal.Instant.from(iso))
  const ofDay = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(milliseconds)
  return Temporal.Instant.fromEpochMilliseconds(midnightOf(day) + ofDay)
}

/** In epoch milliseconds. @throws RangeError where there is no such day. */
function midnightOf(day: string): number {
  return midnights.get(day) ?? midnights.keep(day, Temporal.Instant.from(`${day}T00:00:00Z`).epochMilliseconds)
}

/** Of what stands in an address, which anybody may have written; null where it is no instant. */
export function readInstant(written: string | string[] | undefined): string | null {
  try {
    return typeof written === 'string' ? instant(written).toString() : null
  } catch {
    return null
  }
}

export const systemClock: Clock = { now: () => toGrain(Temporal.Now.instant()) }

export function isBefore(a: Instant, b: Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0
}

export function isAtOrAfter(a: Instant, b: Instant): boolean {
  return Temporal.Instant.compare(a, b) >= 0
}

export function earliest(first: Instant, ...others: Instant[]): Instant {
  return others.reduce((found, next) => (isBefore(next, found) ? next : found), first)
}

export function latest(first: Instant, ...others: Instant[]): Instant {
  return others.reduce((found, next) => (isBefore(found, next) ? next : found), first)
}

/** A day is 24 hours (C3). */
export function addDays(at: Instant, days: number): Instant {
  return at.add({ hours: days * HOURS_PER_DAY })
}

export function addMinutes(at: Instant, minutes: number): Instant {
  return at.add({ minutes })
}

/** Whole 24-hour days from `start` to `end`, rounded down (C3). */
export function wholeDaysBetween(start: Instant, end: Instant): number {
  return Math.floor((end.epochMilliseconds - start.epochMilliseconds) / (HOURS_PER_DAY * 3_600_000))
}
