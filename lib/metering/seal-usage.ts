import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { LATE_USAGE_HOURS } from './counters'

/** Beyond the last moment at which late usage is taken (C8), for clocks that differ. */
const MARGIN_HOURS = 24

/** The key of a segment, as the last of a chunk; what follows it comes next. */
export type SealCursor = { periodEnd: string; organizationId: string; subscriptionId: string; meter: string; position: number }

export type Sealed = { sealed: number /** Null: there are no more. */; next: SealCursor | null }

/**
 * Seals segments that can take no more usage: the sum of their events is taken and stands in them, so that the events may be deleted and the
 * books still balance (G87). One whose events do not add up stays as it is, with its events, for the books to tell of. A chunk of at most
 * `most`, in the order in which periods ended.
 */
export async function sealUsage(tx: Transaction, { after, most }: { after: SealCursor | null; most: number }): Promise<Sealed> {
  const from = after
    ? sql`AND (s.period_end, s.organization_id, s.subscription_id, s.meter, s.position) >
        (${after.periodEnd}::timestamptz, ${after.organizationId}::uuid, ${after.subscriptionId}::uuid, ${after.meter}, ${after.position})`
    : sql``
  const { rows } = await tx.execute<{
    period_end: string
    organization_id: string
    subscription_id: string
    meter: string
    position: number
    sealed: boolean
  }>(sql`
    WITH due AS (
      SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, s.position, s.period_end, s.units, c.id IS NOT NULL AS on_test_clock
      FROM usage_segments s
      JOIN subscriptions held ON held.organization_id = s.organization_id AND held.id = s.subscription_id
      JOIN organizations o ON o.id = s.organization_id
      LEFT JOIN test_clocks c ON c.id = o.test_clock_id
      WHERE s.sealed_at IS NULL AND NOT s.has_late_usage AND (held.ended_at IS NOT NULL OR held.period_start > s.period_start)
        AND s.period_end < coalesce(c.now, now()) - make_interval(hours => ${LATE_USAGE_HOURS + MARGIN_HOURS}) ${from}
      ORDER BY s.period_end, s.organization_id, s.subscription_id, s.meter, s.position LIMIT ${most}
      FOR UPDATE OF s SKIP LOCKED
    ), summed AS (
      SELECT due.*, (
        SELECT coalesce(sum(e.quantity), 0) FROM usage_events e
        WHERE e.organization_id = due.organization_id AND e.subscription_id = due.subscription_id AND e.meter = due.meter
          AND e.period_start = due.period_start AND e.segment = due.position AND e.billable
          -- Received in real time, which is the period's own where there is no test clock: the other days are not looked at.
          AND e.received_at >= CASE WHEN due.on_test_clock THEN '-infinity' ELSE due.period_start - interval '1 day' END
      ) AS events
      FROM due
    ), sealed AS (
      UPDATE usage_segments s SET sealed_units = s.units, sealed_at = now() FROM summed
      WHERE (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) =
          (summed.organization_id, summed.subscription_id, summed.meter, summed.period_start, summed.position) AND summed.events = s.units
      RETURNING s.organization_id, s.subscription_id, s.meter, s.period_start, s.position
    )
    SELECT summed.period_end::text, summed.organization_id, summed.subscription_id, summed.meter, summed.position, sealed.meter IS NOT NULL AS sealed
    FROM summed LEFT JOIN sealed USING (organization_id, subscription_id, meter, period_start, position)
    ORDER BY summed.period_end, summed.organization_id, summed.subscription_id, summed.meter, summed.position`)
  const last = rows.at(-1)
  return {
    sealed: rows.filter(({ sealed }) => sealed).length,
    next:
      last && rows.length === most
        ? {
            periodEnd: last.period_end,
            organizationId: last.organization_id,
            subscriptionId: last.subscription_id,
            meter: last.meter,
            position: last.position,
          }
        : null,
  }
}
