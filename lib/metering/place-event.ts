import { renewsAt, type SegmentRow, type SubscriptionRow } from '../billing/commands/store/subscription'
import { earliest, type Instant, isAtOrAfter, isBefore } from '../time'
import { type Counter, LATE_USAGE_HOURS } from './counters'

export type Placement =
  | { type: 'running'; subscription: SubscriptionRow; segment: SegmentRow }
  /** In a period that is closed: billed as an adjustment (C8). */
  | { type: 'late'; subscription: SubscriptionRow; segment: SegmentRow }
  /** Past the running period's end, whose renewal is still to come: the next period's segment, under the running terms for now. */
  | { type: 'ahead'; subscription: SubscriptionRow; running: SegmentRow }
  | { type: 'refused'; code: 'event_too_old' | 'no_subscription' }

/** `atMs`: the same moment in epoch milliseconds. */
export type Place = (at: Instant, atMs: number) => Placement

/**
 * Which segment usage of a moment belongs to: that of its own timestamp, a period's end being the next period's start (C8,
 * G58). In the running period it counts as of now, in the running segment; in a closed one by the segment that held
 * then (G97). Accepted until 35 × 24 h after that period's end, in the organization's time.
 *
 * The running period, which nearly all usage belongs to, is looked at once for however many events, and compared in milliseconds: decision 23
 * says what it costs to ask an instant.
 */
export function placing(counters: readonly Counter[], now: Instant): Place {
  const running = runningOf(counters)
  return (at, atMs) => {
    if (running && atMs >= running.fromMs) return atMs < running.untilMs ? running.within : running.ahead
    for (const counter of counters) {
      const closed = closedSegmentAt(counter, at)
      if (!closed) continue
      const { segment, periodEnd } = closed
      if (isBefore(periodEnd.add({ hours: LATE_USAGE_HOURS }), now)) return { type: 'refused', code: 'event_too_old' }
      return { type: 'late', subscription: counter.subscription, segment }
    }
    const isBeforeAll = counters.some(({ subscription }) => isBefore(at, subscription.startedAt ?? subscription.periodStart))
    return { type: 'refused', code: running || isBeforeAll ? 'event_too_old' : 'no_subscription' }
  }
}

type Running = { fromMs: number; untilMs: number; within: Placement; ahead: Placement }

function runningOf(counters: readonly Counter[]): Running | null {
  const live = counters.find(({ running }) => running !== null)
  if (!live?.running) return null
  const { subscription, running } = live
  return {
    fromMs: subscription.periodStart.epochMilliseconds,
    untilMs: renewsAt(subscription).epochMilliseconds,
    within: { type: 'running', subscription, segment: running },
    ahead: { type: 'ahead', subscription, running },
  }
}

/** A period that was cut short, by a change that began one of its own, ended where the next one began. */
function closedSegmentAt({ subscription, segments }: Counter, at: Instant): { segment: SegmentRow; periodEnd: Instant } | null {
  const segment = segments.findLast(({ startsAt }) => isAtOrAfter(at, startsAt))
  if (!segment) return null
  const next = segments.find(({ periodStart }) => isBefore(segment.periodStart, periodStart))
  const ends = [next?.periodStart, subscription.endedAt].flatMap((end) => end ?? [])
  const periodEnd = earliest(segment.periodEnd, ...ends)
  return isBefore(at, periodEnd) ? { segment, periodEnd } : null
}
