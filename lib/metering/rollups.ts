import { type Instant, Temporal } from '../time'
import { type BookedSegment, type Booking, unitsOf } from './booking'

export type Grain = 'hour' | 'day' | 'month'

export type RollupRow = { segment: BookedSegment; grain: Grain; bucket: Instant; key: string; quantity: bigint }

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Events summed by hour, day and month (UTC), period and key; '' stands for events without one. Nothing used, nothing kept. */
export function rollUp(bookings: readonly Pick<Booking, 'event' | 'at' | 'segment' | 'counted'>[]): RollupRow[] {
  const rows = new Map<string, RollupRow>()
  for (const { event, at, segment, counted } of bookings) {
    const quantity = unitsOf({ counted })
    if (quantity === 0n) continue
    const key = event.key ?? ''
    for (const [grain, bucket] of bucketsOf(at.epochMilliseconds)) {
      const name = `${segment.subscriptionId} ${segment.meter} ${grain} ${segment.periodStart.epochMilliseconds} ${bucket} ${key}`
      const known = rows.get(name)
      if (known) known.quantity += quantity
      else rows.set(name, { segment, grain, bucket: Temporal.Instant.fromEpochMilliseconds(bucket), key, quantity })
    }
  }
  return [...rows.values()]
}

/** Starts of the buckets that hold a moment, in epoch milliseconds. */
function bucketsOf(at: number): [Grain, number][] {
  const day = Math.floor(at / DAY_MS) * DAY_MS
  return [
    ['hour', Math.floor(at / HOUR_MS) * HOUR_MS],
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
