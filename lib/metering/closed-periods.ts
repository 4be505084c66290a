import { asc, getTableColumns, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { subscriptionPeriods, subscriptions, usageSegments } from '../../db/schema'
import { loadProducts } from '../billing/commands/store/catalog'
import { toSegment } from '../billing/commands/store/subscription'
import { overageSoFar } from '../billing/core/rating'
import type { Instant } from '../time'
import { idArray, timeArray, unitsArray } from './arrays'
import type { Booking } from './booking'
import { groupBy } from './group-by'

/** The overage history shows a closed period with its late usage as soon as that is recorded, not when it is billed (G59). */
export async function correctClosedPeriods(tx: Transaction, bookings: readonly Booking[]): Promise<void> {
  const late = new Map(bookings.filter((booking) => booking.late).map(({ segment }) => [periodKey(segment), segment]))
  if (late.size === 0) return
  const keys = [...late.values()]
  const organizationIds = idArray(
    'org',
    keys.map(({ organizationId }) => organizationId),
  )
  const subscriptionIds = idArray(
    'sub',
    keys.map(({ subscriptionId }) => subscriptionId),
  )
  const starts = timeArray(keys.map(({ periodStart }) => periodStart))
  const wanted = sql`unnest(${organizationIds}::uuid[], ${subscriptionIds}::uuid[], ${starts}::timestamptz[]) AS wanted (organization_id, subscription_id, period_start)`
  // Held while its segments are added up: late usage of another meter has another lock.
  const periods = await tx
    .select({ period: subscriptionPeriods, product: subscriptions.product })
    .from(subscriptionPeriods)
    .innerJoin(
      wanted,
      sql`(${subscriptionPeriods.organizationId}, ${subscriptionPeriods.subscriptionId}, ${subscriptionPeriods.periodStart}) = (wanted.organization_id, wanted.subscription_id, wanted.period_start)`,
    )
    .innerJoin(subscriptions, sql`(${subscriptions.organizationId}, ${subscriptions.id}) = (wanted.organization_id, wanted.subscription_id)`)
    .orderBy(asc(subscriptionPeriods.organizationId), asc(subscriptionPeriods.subscriptionId), asc(subscriptionPeriods.periodStart))
    .for('update', { of: subscriptionPeriods })
  if (periods.length === 0) return
  const segments = await tx
    .select(getTableColumns(usageSegments))
    .from(usageSegments)
    .innerJoin(
      wanted,
      sql`(${usageSegments.organizationId}, ${usageSegments.subscriptionId}, ${usageSegments.periodStart}) = (wanted.organization_id, wanted.subscription_id, wanted.period_start)`,
    )
  const productOf = await loadProducts(
    tx,
    periods.map(({ period, product }) => ({ product, version: period.catalogVersion, plans: [period.plan] })),
  )
  const segmentsOf = groupBy(segments, periodKey)
  const corrected = periods.map(({ period, product }) => {
    const { currency } = productOf({ product, version: period.catalogVersion, plans: [period.plan] })
    return { period, overage: overageSoFar((segmentsOf.get(periodKey(period)) ?? []).map(toSegment), currency) }
  })
  await tx.execute(sql`
    UPDATE subscription_periods p SET overage_units = v.units, overage_amount = v.amount
    FROM unnest(
      ${idArray(
        'org',
        corrected.map(({ period }) => period.organizationId),
      )}::uuid[],
      ${idArray(
        'sub',
        corrected.map(({ period }) => period.subscriptionId),
      )}::uuid[],
      ${timeArray(corrected.map(({ period }) => period.periodStart))}::timestamptz[],
      ${unitsArray(corrected.map(({ overage }) => overage.units))}::bigint[],
      ${unitsArray(corrected.map(({ overage }) => overage.amount))}::bigint[]
    ) AS v (organization_id, subscription_id, period_start, units, amount)
    WHERE (p.organization_id, p.subscription_id, p.period_start) = (v.organization_id, v.subscription_id, v.period_start)`)
}

function periodKey(of: { subscriptionId: string; periodStart: Instant }): string {
  return `${of.subscriptionId} ${of.periodStart.epochMilliseconds}`
}
