import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { subscriptions } from '../../../../db/schema'
import type { Billed } from '../../core/rating'
import type { SegmentRow, SubscriptionRow } from './subscription'

/** `segmentRows`: those of the periods that `billed` names, each period's in order. */
type BilledBy = { row: SubscriptionRow; segmentRows: readonly SegmentRow[]; billed: readonly Billed[] }

/** Remembers what documents now bill, segment by segment, of many subscriptions in one statement. */
export async function addBilled(tx: Transaction, subscriptionsBilled: readonly BilledBy[]): Promise<void> {
  const billed = subscriptionsBilled.flatMap(({ row, segmentRows, billed }) =>
    billed.map((part) => {
      const rows = segmentRows.filter((segment) => segment.periodStart.equals(part.periodStart))
      const position = rows[part.segmentIndex]?.position ?? 0
      return sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.id, subscriptions.id)}::uuid, ${part.meter}::text, ${part.periodStart.toString()}::timestamptz, ${position}::smallint, ${part.units.toString()}::bigint, ${part.amount.toString()}::bigint)`
    }),
  )
  if (billed.length === 0) return
  await tx.execute(sql`
    UPDATE usage_segments s SET billed_units = s.billed_units + v.units, billed_amount = s.billed_amount + v.amount
    FROM (VALUES ${sql.join(billed, sql`, `)}) AS v(organization_id, subscription_id, meter, period_start, position, units, amount)
    WHERE (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (v.organization_id, v.subscription_id, v.meter, v.period_start, v.position)`)
}
