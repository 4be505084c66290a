import { sql } from 'drizzle-orm'
import { postgresCode, type Transaction } from '../../db/client'
import { usageSegments } from '../../db/schema'
import { statement } from '../../db/statement'
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

type SegmentColumns = Record<'organizations' | 'subscriptions' | 'meters' | 'periodStarts' | 'positions' | 'units' | 'late', string>
type BookedColumns = Record<'segments' | 'ids' | 'idHashes' | 'contentHashes' | 'answeredUsed' | 'answeredLimits', string> &
  Record<'quantities' | 'keys' | 'properties' | 'times' | 'billable', string>
type RollupColumns = Record<'rollupSegments' | 'months' | 'rollupKeys' | 'rollupQuantities' | 'days', string>

/** Of what is written here only an id can be there already. */
const insertBooked = statement<SegmentColumns & BookedColumns & RollupColumns & { receivedAt: string }, never>((given) => {
  const receivedAt = sql`${given('receivedAt')}::timestamptz`
  return sql`
  WITH segments AS (SELECT * FROM unnest(
        ${given('organizations')}::uuid[], ${given('subscriptions')}::uuid[], ${given('meters')}::text[], ${given('periodStarts')}::timestamptz[],
        ${given('positions')}::integer[], ${given('units')}::bigint[], ${given('late')}::boolean[]
      ) WITH ORDINALITY AS s (organization_id, subscription_id, meter, period_start, position, units, late, number)),
    booked AS (SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, s.position, b.* FROM unnest(
        ${given('segments')}::integer[], ${given('ids')}::text[], ${given('idHashes')}::bytea[], ${given('contentHashes')}::bytea[],
        ${given('answeredUsed')}::bigint[], ${given('answeredLimits')}::bigint[], ${given('quantities')}::bigint[], ${given('keys')}::text[],
        ${given('properties')}::text[], ${given('times')}::timestamptz[], ${given('billable')}::boolean[]
      ) AS b (segment, id, id_hash, content_hash, answered_used, answered_limit, quantity, key, properties, at, billable)
      JOIN segments s ON s.number = b.segment),
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
  FROM unnest(
      ${given('rollupSegments')}::integer[], ${given('months')}::text[], ${given('rollupKeys')}::text[], ${given('rollupQuantities')}::bigint[], ${given('days')}::text[]
    ) AS r (segment, month, key, quantity, days) JOIN segments s ON s.number = r.segment
  ORDER BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key)
  DO UPDATE SET quantity = usage_rollups.quantity + excluded.quantity, days = add_days(usage_rollups.days, excluded.days)`
})

/**
 * Writes events, their ids, their counters and their rollups: all or nothing, in one statement however many. The
 * counters are locked, and segments of periods that are still to begin are there (`beginAhead`).
 *
 * Sent when it returns, so that a commit may be sent behind it: it waits for nothing first.
 *
 * @throws EventIdTaken
 */
export async function bookEvents(tx: Transaction, bookings: readonly Booking[]): Promise<void> {
  if (bookings.length === 0) return
  const segments = new NumberedSegments()
  const booked = bookedColumns(bookings, segments)
  try {
    await insertBooked(tx, { ...booked, ...rollupColumns(bookings, segments), ...segments.columns(), receivedAt: systemClock.now().toString() })
  } catch (fault) {
    if (postgresCode(fault) !== UNIQUE_VIOLATION) throw fault
    expectRepeats()
    throw new EventIdTaken()
  }
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

  columns(): SegmentColumns {
    const rows = [...this.#raised.values()]
    const segments = rows.map(({ segment }) => segment)
    return {
      organizations: idArray(
        'org',
        segments.map(({ organizationId }) => organizationId),
      ),
      subscriptions: idArray(
        'sub',
        segments.map(({ subscriptionId }) => subscriptionId),
      ),
      meters: textArray(segments.map(({ meter }) => meter)),
      periodStarts: timeArray(segments.map(({ periodStart }) => periodStart)),
      positions: numberArray(segments.map(({ position }) => position)),
      units: unitsArray(rows.map(({ units }) => units)),
      late: flagArray(rows.map(({ late }) => late)),
    }
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

function bookedColumns(bookings: readonly Booking[], segments: NumberedSegments): BookedColumns {
  return {
    segments: numberArray(bookings.map((booking) => segments.raise(booking))),
    ids: textArray(bookings.map(({ event }) => event.id)),
    idHashes: hashArray(bookings.map(({ fingerprint }) => fingerprint.idHash)),
    contentHashes: hashArray(bookings.map(({ fingerprint }) => fingerprint.contentHash)),
    answeredUsed: unitsArray(bookings.map(({ answer }) => answer?.used ?? null)),
    answeredLimits: unitsArray(bookings.map(({ answer }) => answer?.limit ?? null)),
    quantities: unitsArray(bookings.map(({ event }) => event.quantity)),
    keys: textArray(bookings.map(({ event }) => event.key)),
    properties: jsonArray(bookings.map(({ event }) => event.properties)),
    times: timeArray(bookings.map(({ at }) => at)),
    billable: flagArray(bookings.map(({ counted }) => counted !== null)),
  }
}

function rollupColumns(bookings: readonly Booking[], segments: NumberedSegments): RollupColumns {
  const rows = rollUp(bookings)
  return {
    rollupSegments: numberArray(rows.map(({ segment }) => segments.numberOf(segment))),
    months: textArray(rows.map(({ month }) => month)),
    rollupKeys: textArray(rows.map(({ key }) => key)),
    rollupQuantities: unitsArray(rows.map(({ quantity }) => quantity)),
    days: textArray(rows.map(daysText)),
  }
}

/** An earlier event may have made the row already, and a renewal may yet give it other terms; either keeps its units. */
export async function beginAhead(tx: Transaction, ahead: readonly SegmentRow[]): Promise<void> {
  if (ahead.length === 0) return
  await tx
    .insert(usageSegments)
    .values([...ahead])
    .onConflictDoNothing()
}
