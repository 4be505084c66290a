import { and, asc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { subscriptions, usageSegments } from '../../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../../ids'
import { wholeDaysBetween } from '../../../time'
import { planOf, type Product } from '../../core/catalog'
import type { SegmentStart } from '../../core/change'
import type { Holding, Period, Terms, UsageSegment } from '../../core/state'
import { loadProducts } from './catalog'

export type SubscriptionRow = typeof subscriptions.$inferSelect
export type SegmentRow = typeof usageSegments.$inferSelect
export type LoadedSubscription = { row: SubscriptionRow; holding: Holding; segmentRows: SegmentRow[] }

/** A stored segment as the rules see it. */
export function toSegment(row: SegmentRow): UsageSegment {
  return {
    meter: row.meter,
    limit: row.limitUnits,
    overLimit: row.overageUnitPrice === null ? { type: 'block' } : { type: 'overage', unitPrice: row.overageUnitPrice },
    countedAtStart: row.countedAtStart,
    extraThreshold: row.extraThreshold,
    units: row.units,
    billedUnits: row.billedUnits,
    billedAmount: row.billedAmount,
  }
}

/** The day count of a period that is stored by its bounds only (C3, G28). */
export function totalDaysOf(product: Product, interval: Terms['interval'], start: Period['start'], end: Period['end']): number {
  if (product.policies.dayCount === 'actual') return wholeDaysBetween(start, end)
  if (interval === 'year') return 365
  return 'days' in product.policies.cycle ? product.policies.cycle.days : 30 * product.policies.cycle.months
}

export function toHolding(row: SubscriptionRow, product: Product, segmentRows: readonly SegmentRow[]): Holding {
  return {
    terms: { product, plan: planOf(product, row.plan), interval: row.interval },
    status: row.status,
    anchor: row.anchor,
    period: { start: row.periodStart, end: row.periodEnd, totalDays: totalDaysOf(product, row.interval, row.periodStart, row.periodEnd) },
    cancelAt: row.cancelAt,
    pendingChange:
      row.pendingPlan && row.pendingInterval && row.pendingEffectiveAt
        ? { plan: planOf(product, row.pendingPlan), interval: row.pendingInterval, effectiveAt: row.pendingEffectiveAt }
        : null,
    downgradedAt: row.downgradedAt,
    segments: segmentRows.map(toSegment),
  }
}

type Selection = { where: SQL | undefined; lock: boolean }

/** Subscriptions with the segments of their running periods, in three statements however many. With `lock`, in the order of decision 7. */
export async function loadSubscriptions(tx: Transaction, { where, lock }: Selection): Promise<LoadedSubscription[]> {
  const query = tx.select().from(subscriptions).where(where).orderBy(asc(subscriptions.organizationId), asc(subscriptions.id))
  const rows = await (lock ? query.for('update') : query)
  if (rows.length === 0) return []
  const productOf = await loadProducts(
    tx,
    rows.map((row) => ({ product: row.product, version: row.catalogVersion })),
  )
  const segments = await loadRunningSegments(tx, rows, lock)
  return rows.map((row) => {
    const segmentRows = segments.get(row.id) ?? []
    return { row, holding: toHolding(row, productOf({ product: row.product, version: row.catalogVersion }), segmentRows), segmentRows }
  })
}

async function loadRunningSegments(tx: Transaction, rows: readonly SubscriptionRow[], lock: boolean): Promise<Map<SubscriptionId, SegmentRow[]>> {
  const keys = sql.join(
    rows.map(
      (row) =>
        sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.id, subscriptions.id)}::uuid, ${row.periodStart.toString()}::timestamptz)`,
    ),
    sql`, `,
  )
  const query = tx
    .select()
    .from(usageSegments)
    .where(sql`(${usageSegments.organizationId}, ${usageSegments.subscriptionId}, ${usageSegments.periodStart}) IN (${keys})`)
    .orderBy(asc(usageSegments.organizationId), asc(usageSegments.subscriptionId), asc(usageSegments.meter), asc(usageSegments.position))
  return bySubscription(await (lock ? query.for('update') : query))
}

/** Segments of closed periods that late usage has reached and no invoice has billed yet (C8), with all segments of those periods. */
export async function lockLateSegments(tx: Transaction, ids: readonly SubscriptionId[]): Promise<Map<SubscriptionId, SegmentRow[]>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(usageSegments)
    .where(
      and(
        inArray(usageSegments.subscriptionId, [...ids]),
        sql`(${usageSegments.organizationId}, ${usageSegments.subscriptionId}, ${usageSegments.periodStart}) IN (SELECT late.organization_id, late.subscription_id, late.period_start FROM usage_segments late WHERE late.has_late_usage)`,
      ),
    )
    .orderBy(
      asc(usageSegments.organizationId),
      asc(usageSegments.subscriptionId),
      asc(usageSegments.meter),
      asc(usageSegments.periodStart),
      asc(usageSegments.position),
    )
    .for('update')
  return bySubscription(rows)
}

function bySubscription(rows: readonly SegmentRow[]): Map<SubscriptionId, SegmentRow[]> {
  const found = new Map<SubscriptionId, SegmentRow[]>()
  for (const row of rows) found.set(row.subscriptionId, [...(found.get(row.subscriptionId) ?? []), row])
  return found
}

/** One live subscription, locked after its organization; null where it is another organization's or has ended. */
export async function lockSubscription(tx: Transaction, organizationId: OrganizationId, id: SubscriptionId): Promise<LoadedSubscription | null> {
  const where = and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, id), isNull(subscriptions.endedAt))
  const [loaded] = await loadSubscriptions(tx, { where, lock: true })
  return loaded ?? null
}

export async function readSubscription(tx: Transaction, organizationId: OrganizationId, id: SubscriptionId): Promise<LoadedSubscription | null> {
  const [loaded] = await loadSubscriptions(tx, { where: and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, id)), lock: false })
  return loaded ?? null
}

/** Live ones, and ended ones that had begun; never one whose first payment failed. */
export function isVisible(): SQL | undefined {
  return or(isNull(subscriptions.endedAt), sql`${subscriptions.startedAt} is not null`)
}

export type TermsInForce = {
  organizationId: OrganizationId
  subscriptionId: SubscriptionId
  terms: Terms
  period: Period
  startsAt: Period['start']
  position: number
  starts: readonly SegmentStart[]
}

/**
 * Begins segments. At a renewal the row may be there already, with usage that was stamped just ahead of the period's end:
 * it takes the new terms and keeps its units.
 */
export async function beginSegments(tx: Transaction, inForce: readonly TermsInForce[]): Promise<void> {
  const rows = inForce.flatMap(({ terms, period, starts, organizationId, subscriptionId, startsAt, position }) =>
    starts.map((start) => ({
      organizationId,
      subscriptionId,
      meter: start.meter,
      periodStart: period.start,
      position,
      startsAt,
      periodEnd: period.end,
      catalogVersion: terms.product.version,
      plan: terms.plan.id,
      interval: terms.interval,
      limitUnits: start.limit,
      overageUnitPrice: start.overLimit.type === 'overage' ? start.overLimit.unitPrice : null,
      countedAtStart: start.countedAtStart,
      extraThreshold: start.extraThreshold,
    })),
  )
  if (rows.length === 0) return
  const taken = (column: string) => sql.raw(`excluded.${column}`)
  await tx
    .insert(usageSegments)
    .values(rows)
    .onConflictDoUpdate({
      target: [usageSegments.organizationId, usageSegments.subscriptionId, usageSegments.meter, usageSegments.periodStart, usageSegments.position],
      set: {
        periodEnd: taken('period_end'),
        catalogVersion: taken('catalog_version'),
        plan: taken('plan'),
        interval: taken('interval'),
        limitUnits: taken('limit_units'),
        overageUnitPrice: taken('overage_unit_price'),
        countedAtStart: taken('counted_at_start'),
        extraThreshold: taken('extra_threshold'),
      },
    })
}

/** Fresh segments for a new period: nothing counted yet. */
export function freshStarts(terms: Terms): SegmentStart[] {
  return terms.product.meters.map(({ id }) => {
    const limit = terms.plan.included[id] ?? null
    return { meter: id, limit, overLimit: terms.plan.overLimit, countedAtStart: 0n, extraThreshold: limit }
  })
}
