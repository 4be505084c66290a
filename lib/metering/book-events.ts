import { type SQL, sql } from 'drizzle-orm'
import { postgresCode, type Transaction } from '../../db/client'
import { usageSegments } from '../../db/schema'
import type { SegmentRow } from '../billing/commands/store/subscription'
import { systemClock } from '../time'
import { flagArray, hashArray, idArray, jsonArray, numberArray, textArray, timeArray, unitsArray } from './arrays'
import { type BookedSegment, type Booking, segmentKey } from './booking'
import { daysText, rollUp } from './rollups'
import { expectRepeats } from './seen-events'

/**
 * Thrown where one of the ids is there: it was not looked up, or another caller wrote it for another meter meanwhile, under another lock. The door
 * runs the command again, which then looks them up.
 */
export class EventIdTaken extends Error {
  override name = 'EventIdTaken'
  readonly code = '40001'
}

const UNIQUE_VIOLATION = '23505'

/**
 * Writes events, their ids, their counters and their rollups: all or nothing, in one statement however many. The
 * counters are locked, and segments of periods that are still to begin are there (`beginAhead`).
 *
 * Sent when it returns, so that a commit may be sent behind it: it waits for nothing first.
 *
 * @throws EventIdTaken
 */
export function bookEvents(tx: Transaction, bookings: readonly Booking[]): Promise<void> {
  if (bookings.length === 0) return Promise.resolve()
  const receivedAt = sql`${systemClock.now().toString()}::timestamptz`
  const segments = new NumberedSegments()
  const booked = bookings.map((booking) => segments.raise(booking))
  // Of what is written here only an id can be there already.
  return tx
    .execute(
      sql`
    WITH segments AS (SELECT * FROM ${segments.rows()}),
      booked AS (SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, s.position, b.* FROM ${bookedRows(bookings, booked)} JOIN segments s ON s.number = b.segment),
      ids AS (
        INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on, answered_used, answered_limit)
        SELECT organization_id, id_hash, content_hash, ${receivedAt} AT TIME ZONE 'UTC', answered_used, answered_limit FROM booked ORDER BY organization_id, id_hash
      ),
      events AS (
        INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, properties, "timestamp", period_start, segment, received_at, billable)
        SELECT organization_id, id, subscription_id, meter, quantity, key, properties::jsonb, at, period_start, position, ${receivedAt}, billable FROM booked
      ),
      counters AS (
        UPDATE usage_segments u SET units = u.units + s.units, has_late_usage = u.has_late_usage OR s.late FROM segments s
        WHERE (u.organization_id, u.subscription_id, u.meter, u.period_start, u.position) = (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position)
          AND s.units IS NOT NULL
      )
    INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
    SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, r.month::date, r.key, r.quantity, r.days::bigint[]
    FROM ${rollupRows(bookings, segments)} JOIN segments s ON s.number = r.segment
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key)
    DO UPDATE SET quantity = usage_rollups.quantity + excluded.quantity, days = add_days(usage_rollups.days, excluded.days)`,
    )
    .then(
      () => {},
      (fault: unknown) => {
        if (postgresCode(fault) !== UNIQUE_VIOLATION) throw fault
        expectRepeats()
        throw new EventIdTaken()
      },
    )
}

/** Units null: nothing of it counts. */
type Raised = { number: number; segment: BookedSegment; units: bigint | null; late: boolean }

/** A body names few segments: the key of each is sent once, and what is booked on it says its number, from 1. */
class NumberedSegments {
  readonly #raised = new Map<string, Raised>()
  readonly #known = new Map<BookedSegment, Raised>() // A segment's key is text that is put together.

  raise({ segment, counted, late }: Booking): number {
    const raised = this.#of(segment)
    if (counted !== null) {
      raised.units = (raised.units ?? 0n) + counted
      raised.late ||= late
    }
    return raised.number
  }

  numberOf(segment: BookedSegment): number {
    return this.#of(segment).number
  }

  rows(): SQL {
    const rows = [...this.#raised.values()]
    const segments = rows.map(({ segment }) => segment)
    return sql`unnest(
        ${idArray(
          'org',
          segments.map(({ organizationId }) => organizationId),
        )},
        ${idArray(
          'sub',
          segments.map(({ subscriptionId }) => subscriptionId),
        )},
        ${textArray(segments.map(({ meter }) => meter))},
        ${timeArray(segments.map(({ periodStart }) => periodStart))},
        ${numberArray(segments.map(({ position }) => position))},
        ${unitsArray(rows.map(({ units }) => units))},
        ${flagArray(rows.map(({ late }) => late))}
      ) WITH ORDINALITY AS s (organization_id, subscription_id, meter, period_start, position, units, late, number)`
  }

  #of(segment: BookedSegment): Raised {
    const known = this.#known.get(segment)
    if (known) return known
    const key = segmentKey(segment)
    const raised = this.#raised.get(key) ?? { number: this.#raised.size + 1, segment, units: null, late: false }
    this.#raised.set(key, raised)
    this.#known.set(segment, raised)
    return raised
  }
}

function bookedRows(bookings: readonly Booking[], segments: readonly number[]): SQL {
  return sql`unnest(
        ${numberArray(segments)},
        ${textArray(bookings.map(({ event }) => event.id))},
        ${hashArray(bookings.map(({ fingerprint }) => fingerprint.idHash))},
        ${hashArray(bookings.map(({ fingerprint }) => fingerprint.contentHash))},
        ${unitsArray(bookings.map(({ answer }) => answer?.used ?? null))},
        ${unitsArray(bookings.map(({ answer }) => answer?.limit ?? null))},
        ${unitsArray(bookings.map(({ event }) => event.quantity))},
        ${textArray(bookings.map(({ event }) => event.key))},
        ${jsonArray(bookings.map(({ event }) => event.properties))},
        ${timeArray(bookings.map(({ at }) => at))},
        ${flagArray(bookings.map(({ counted }) => counted !== null))}
      ) AS b (segment, id, id_hash, content_hash, answered_used, answered_limit, quantity, key, properties, at, billable)`
}

function rollupRows(bookings: readonly Booking[], segments: NumberedSegments): SQL {
  const rows = rollUp(bookings)
  return sql`unnest(
      ${numberArray(rows.map(({ segment }) => segments.numberOf(segment)))},
      ${textArray(rows.map(({ month }) => month))},
      ${textArray(rows.map(({ key }) => key))},
      ${unitsArray(rows.map(({ quantity }) => quantity))},
      ${textArray(rows.map(daysText))}
    ) AS r (segment, month, key, quantity, days)`
}

/** An earlier event may have made the row already, and a renewal may yet give it other terms; either keeps its units. */
export async function beginAhead(tx: Transaction, ahead: readonly SegmentRow[]): Promise<void> {
  if (ahead.length === 0) return
  await tx
    .insert(usageSegments)
    .values([...ahead])
    .onConflictDoNothing()
}
