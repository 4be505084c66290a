import { type Instant, Temporal } from '../time'
import { type BookedSegment, type Booking, unitsOf } from './booking'

export type Grain = 'hour' | 'day' | 'month'

export type RollupRow = { segment: BookedSegment; grain: Grain; bucket: Instant; key: string; quantity: bigint }

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

type Hour = { segment: BookedSegment; at: number; key: string; quantity: bigint }

/** Events summed by hour, day and month (UTC), period and key; '' stands for events without one. Nothing used, nothing kept. */
export function rollUp(bookings: readonly Pick<Booking, 'event' | 'at' | 'segment' | 'counted'>[]): RollupRow[] {
  const rows = new Map<string, RollupRow>()
  for (const { segment, at, key, quantity } of hoursOf(bookings))
    for (const [grain, bucket] of bucketsOf(at)) {
      const name = `${segment.subscriptionId} ${segment.meter} ${grain} ${segment.periodStart.epochMilliseconds} ${bucket} ${key}`
      const known = rows.get(name)
      if (known) known.quantity += quantity
      else rows.set(name, { segment, grain, bucket: Temporal.Instant.fromEpochMilliseconds(bucket), key, quantity })
    }
  return [...rows.values()]
}

/** A body of thousands has few hours and keys: what is summed further is these. */
function hoursOf(bookings: readonly Pick<Booking, 'event' | 'at' | 'segment' | 'counted'>[]): Hour[] {
  const hours: Hour[] = []
  const bySegment = new Map<BookedSegment, Map<string, Hour>>()
  for (const { event, at, segment, counted } of bookings) {
    const quantity = unitsOf({ counted })
    if (quantity === 0n) continue
    const start = Math.floor(at.epochMilliseconds / HOUR_MS) * HOUR_MS
    const key = event.key ?? ''
    const ofSegment = bySegment.get(segment) ?? new Map<string, Hour>()
    bySegment.set(segment, ofSegment)
    const known = ofSegment.get(`${start} ${key}`)
    if (known) {
      known.quantity += quantity
      continue
    }
    const hour = { segment, at: start, key, quantity }
    ofSegment.set(`${start} ${key}`, hour)
    hours.push(hour)
  }
  return hours
}

/** Starts of the buckets that hold an hour, in epoch milliseconds. */
function bucketsOf(hour: number): [Grain, number][] {
  const day = Math.floor(hour / DAY_MS) * DAY_MS
  return [
    ['hour', hour],
    ['day', day],
    ['month', monthStart(day)],
  ]
}

/** Months have no length to divide by; the days of a body are few, so each is looked up in the calendar once. */
const monthStarts = new Map<number, number>()
const MONTHS_KEPT = 1_000

function monthStart(day: number): number {
  const known = monthStarts.get(day)
  if (known !== undefined) return known
  if (monthStarts.size >= MONTHS_KEPT) monthStarts.clear()
  const start = Temporal.Instant.fromEpochMilliseconds(day).toZonedDateTimeISO('UTC').with({ day: 1 }).startOfDay().epochMilliseconds
  monthStarts.set(day, start)
  return start
}
