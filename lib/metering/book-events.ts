import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { instantText } from '../../db/columns'
import { usageSegments } from '../../db/schema'
import type { SegmentRow } from '../billing/commands/store/subscription'
import { uuidOf } from '../ids'
import { type Instant, systemClock } from '../time'
import { column, flagArray, hashArray, positionArray, textArray, timeArray, unitsArray } from './arrays'
import { type BookedSegment, type Booking, segmentKey } from './booking'
import { daysText, rollUp } from './rollups'

/** Thrown where another caller wrote one of the ids for another meter meanwhile, under another lock: the door runs the command again. */
export class EventIdTaken extends Error {
  override name = 'EventIdTaken'
  readonly code = '40001'
}

/**
 * Writes events, their ids, their counters and their rollups: all or nothing, in one statement however many. The
 * counters are locked; the ids were looked up under that lock.
 */
export async function bookEvents(tx: Transaction, bookings: readonly Booking[], ahead: readonly SegmentRow[]): Promise<void> {
  if (bookings.length === 0) return
  const receivedAt = systemClock.now()
  const columnsOf = segmentColumns()
  await insertAhead(tx, ahead)
  const { rows } = await tx.execute<{ written: string }>(sql`
    WITH ids AS (${insertIds(bookings, receivedAt, columnsOf)} RETURNING 1),
      events AS (${insertEvents(bookings, receivedAt, columnsOf)}),
      counters AS (${raiseCounters(bookings, columnsOf)}),
      rollups AS (${raiseRollups(bookings, columnsOf)})
    SELECT count(*) AS written FROM ids`)
  if (Number(rows[0]?.written) !== bookings.length) throw new EventIdTaken()
}

/** A segment's key as Postgres reads it. */
type SegmentColumns = { organization: string; subscription: string; meter: string; periodStart: string; position: number }
type ColumnsOf = (segment: BookedSegment) => SegmentColumns

/** Each row that is written names a segment, and a body names few: its key is put into text once. */
function segmentColumns(): ColumnsOf {
  const known = new Map<BookedSegment, SegmentColumns>()
  return (segment) => {
    const found = known.get(segment) ?? {
      organization: uuidOf('org', segment.organizationId),
      subscription: uuidOf('sub', segment.subscriptionId),
      meter: segment.meter,
      periodStart: instantText(segment.periodStart),
      position: segment.position,
    }
    known.set(segment, found)
    return found
  }
}

/** organization_id, subscription_id, meter, period_start */
function keyArrays(segments: readonly SegmentColumns[]): SQL {
  const organizations = segments.map(({ organization }) => organization)
  const subscriptions = segments.map(({ subscription }) => subscription)
  const starts = segments.map(({ periodStart }) => periodStart)
  return sql`${column('uuid', organizations)}, ${column('uuid', subscriptions)}, ${textArray(segments.map(({ meter }) => meter))}, ${column('timestamptz', starts)}`
}

function insertIds(bookings: readonly Booking[], receivedAt: Instant, columnsOf: ColumnsOf): SQL {
  return sql`
    INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on, answered_used, answered_limit)
    SELECT v.organization_id, v.id_hash, v.content_hash, ${receivedAt.toString()}::timestamptz AT TIME ZONE 'UTC', v.answered_used, v.answered_limit
    FROM unnest(
      ${column(
        'uuid',
        bookings.map(({ segment }) => columnsOf(segment).organization),
      )},
      ${hashArray(bookings.map(({ fingerprint }) => fingerprint.idHash))},
      ${hashArray(bookings.map(({ fingerprint }) => fingerprint.contentHash))},
      ${unitsArray(bookings.map(({ answer }) => answer?.used ?? null))},
      ${unitsArray(bookings.map(({ answer }) => answer?.limit ?? null))}
    ) AS v (organization_id, id_hash, content_hash, answered_used, answered_limit)
    ORDER BY v.organization_id, v.id_hash
    ON CONFLICT DO NOTHING`
}

function insertEvents(bookings: readonly Booking[], receivedAt: Instant, columnsOf: ColumnsOf): SQL {
  const segments = bookings.map(({ segment }) => columnsOf(segment))
  return sql`
    INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, properties, "timestamp", period_start, segment, received_at, billable)
    SELECT v.organization_id, v.id, v.subscription_id, v.meter, v.quantity, v.key, v.properties::jsonb, v.at, v.period_start, v.segment, ${receivedAt.toString()}::timestamptz, v.billable
    FROM unnest(
      ${keyArrays(segments)},
      ${positionArray(segments.map(({ position }) => position))},
      ${textArray(bookings.map(({ event }) => event.id))},
      ${unitsArray(bookings.map(({ event }) => event.quantity))},
      ${textArray(bookings.map(({ event }) => event.key))},
      ${textArray(bookings.map(({ event }) => (event.properties ? JSON.stringify(event.properties) : null)))},
      ${timeArray(bookings.map(({ at }) => at))},
      ${flagArray(bookings.map(({ counted }) => counted !== null))}
    ) AS v (organization_id, subscription_id, meter, period_start, segment, id, quantity, key, properties, at, billable)`
}

function raiseCounters(bookings: readonly Booking[], columnsOf: ColumnsOf): SQL {
  type Raised = { segment: BookedSegment; units: bigint; late: boolean }
  const raised = new Map<string, Raised>()
  const known = new Map<BookedSegment, Raised>() // Most bodies fill one segment, and its key is text that is put together.
  for (const { segment, counted, late } of bookings) {
    if (counted === null) continue
    const row = known.get(segment) ?? raised.get(segmentKey(segment)) ?? { segment, units: 0n, late }
    if (!known.has(segment)) raised.set(segmentKey(segment), row)
    known.set(segment, row)
    row.units += counted
  }
  const rows = [...raised.values()]
  const segments = rows.map(({ segment }) => columnsOf(segment))
  return sql`
    UPDATE usage_segments s SET units = s.units + v.units, has_late_usage = s.has_late_usage OR v.late
    FROM unnest(
      ${keyArrays(segments)},
      ${positionArray(segments.map(({ position }) => position))},
      ${unitsArray(rows.map(({ units }) => units))},
      ${flagArray(rows.map(({ late }) => late))}
    ) AS v (organization_id, subscription_id, meter, period_start, position, units, late)
    WHERE (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (v.organization_id, v.subscription_id, v.meter, v.period_start, v.position)`
}

function raiseRollups(bookings: readonly Booking[], columnsOf: ColumnsOf): SQL {
  const rows = rollUp(bookings)
  return sql`
    INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
    SELECT v.organization_id, v.subscription_id, v.meter, v.period_start, v.month::date, v.key, v.quantity, v.days::bigint[]
    FROM unnest(
      ${keyArrays(rows.map(({ segment }) => columnsOf(segment)))},
      ${textArray(rows.map(({ month }) => month))},
      ${textArray(rows.map(({ key }) => key))},
      ${unitsArray(rows.map(({ quantity }) => quantity))},
      ${textArray(rows.map(daysText))}
    ) AS v (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key)
    DO UPDATE SET quantity = usage_rollups.quantity + excluded.quantity, days = add_days(usage_rollups.days, excluded.days)`
}

/** An earlier event may have made the row already, and a renewal may yet give it other terms; either keeps its units. */
async function insertAhead(tx: Transaction, ahead: readonly SegmentRow[]): Promise<void> {
  if (ahead.length === 0) return
  await tx
    .insert(usageSegments)
    .values([...ahead])
    .onConflictDoNothing()
}
