import { Temporal } from 'temporal-polyfill'

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

/** @throws RangeError where `iso` is not an ISO 8601 instant with its offset. */
export function instant(iso: string): Instant {
  return toGrain(Temporal.Instant.from(iso))
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
