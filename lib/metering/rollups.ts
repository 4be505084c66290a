import { type Instant, Temporal } from '../time'
import type { BookedSegment, Booking } from './booking'

export type Grain = 'hour' | 'day' | 'month'

export type RollupRow = { segment: BookedSegment; grain: Grain; bucket: Instant; key: string; quantity: bigint }

const GRAINS = ['hour', 'day', 'month'] as const
const GRAIN_MS = { hour: 3_600_000, day: 86_400_000 }

/** Events summed by hour, day and month (UTC), period and key; '' stands for events without one. Nothing used, nothing kept. */
export function rollUp(bookings: readonly Pick<Booking, 'event' | 'at' | 'segment'>[]): RollupRow[] {
  const rows = new Map<string, RollupRow>()
  for (const { event, at, segment } of bookings) {
    if (event.quantity === 0n) continue
    const key = event.key ?? ''
    for (const grain of GRAINS) {
      const bucket = bucketStart(grain, at)
      const name = `${segment.subscriptionId} ${segment.meter} ${grain} ${segment.periodStart.epochMilliseconds} ${bucket.epochMilliseconds} ${key}`
      const known = rows.get(name)
      if (known) known.quantity += event.quantity
      else rows.set(name, { segment, grain, bucket, key, quantity: event.quantity })
    }
  }
  return [...rows.values()]
}

export function bucketStart(grain: Grain, at: Instant): Instant {
  if (grain === 'month') return at.toZonedDateTimeISO('UTC').with({ day: 1 }).startOfDay().toInstant()
  const length = GRAIN_MS[grain]
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at.epochMilliseconds / length) * length)
}
