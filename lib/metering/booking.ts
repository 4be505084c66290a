import type { OrganizationId, SubscriptionId } from '../ids'
import type { Instant } from '../time'
import type { Fingerprint, UsageEvent } from './event'

/** Where an event counts: by the segment's key, whether or not its row is there yet. */
export type BookedSegment = {
  organizationId: OrganizationId
  subscriptionId: SubscriptionId
  meter: string
  periodStart: Instant
  position: number
}

export type Booking = {
  event: UsageEvent
  fingerprint: Fingerprint
  /** The event's own time, or the organization's at receipt. */
  at: Instant
  /** The same in epoch milliseconds. */
  atMs: number
  segment: BookedSegment
  /** Units that it adds to its counter; null: it is kept, and not billable by the meter's filter (S2). */
  counted: bigint | null
  /** The segment's period is closed (C8). */
  late: boolean
  /** What a consume answers, for its repeats. */
  answer: { used: bigint; limit: bigint | null } | null
}

/** Units that a booking adds. */
export function unitsOf({ counted }: Pick<Booking, 'counted'>): bigint {
  return counted ?? 0n
}

export function segmentKey(segment: BookedSegment): string {
  return `${segment.subscriptionId} ${segment.meter} ${segment.periodStart.epochMilliseconds} ${segment.position}`
}
