import { and, asc, eq, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, refunds, subscriptions, usageSegments } from '../../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../../ids'
import { exact, larger, type MinorUnits, minor, sum, ZERO } from '../../../money'
import { earliest, type Instant, isAtOrAfter } from '../../../time'
import { type OverLimitPolicy, type Product, planOf, unitPriceOf } from '../../core/catalog'
import type { SegmentStart } from '../../core/change-outcome'
import type { Holding, Period, Seats, Settings, Terms, UsageSegment } from '../../core/state'
import { loadProducts, type ProductVersion } from './catalog'
import { type Reserved, readReserved } from './reserved'
import { loadSeats } from './seats'

export type SubscriptionRow = typeof subscriptions.$inferSelect
export type SegmentRow = typeof usageSegments.$inferSelect
export type LoadedSubscription = { row: SubscriptionRow; holding: Holding; segmentRows: SegmentRow[] }

/** The one order in which counters are locked, whoever locks them. */
export const COUNTER_ORDER = [
  usageSegments.organizationId,
  usageSegments.subscriptionId,
  usageSegments.meter,
  usageSegments.periodStart,
  usageSegments.position,
].map((column) => asc(column))

/** A stored segment as the rules see it. */
export function toSegment(row: SegmentRow): UsageSegment {
  return {
    meter: row.meter,
    limit: row.limitUnits,
    overLimit: toOverLimit(row),
    countedAtStart: row.countedAtStart,
    extraThreshold: row.extraThreshold,
    extraMaximum: row.extraMaximum,
    monthStart: { extraUnits: row.extraAtMonthStart, billedAmount: row.billedAtMonthStart },
    units: row.units,
    billedUnits: row.billedUnits,
    billedAmount: row.billedAmount,
  }
}

/** The policy as this one meter knows it. */
function toOverLimit({ overLimit, unitPrice, blockUnits, meter }: SegmentRow): OverLimitPolicy {
  switch (overLimit) {
    case 'block':
      return { type: 'block' }
    case 'overage':
    case 'pay_as_you_go':
      return { type: overLimit, unitPrice: unitPrice ?? FREE_OF_CHARGE }
    case 'blocks':
      return { type: 'blocks', unitPrice: unitPrice ?? FREE_OF_CHARGE, block: blockUnits ?? 1n }
    case 'arrears':
    case 'prepaid':
      return { type: overLimit, unitPrices: unitPrice === null ? {} : { [meter]: unitPrice } }
  }
}

const FREE_OF_CHARGE = exact('0')

/** When the running period will close: at its end, or before it where a term is begun anew (B4, G42). See `closingPeriod`. */
export function renewsAt({ periodEnd, pendingKind, pendingEffectiveAt, cancelAt }: SubscriptionRow): Instant {
  return pendingKind === 'resubscribe' && pendingEffectiveAt && !cancelAt ? earliest(pendingEffectiveAt, periodEnd) : periodEnd
}

/** The same in SQL, of a row whose cancellation has given its pending change up. */
export const renewsAtColumn = sql<string>`least(${subscriptions.periodEnd}, CASE WHEN ${subscriptions.pendingKind} = 'resubscribe' THEN ${subscriptions.pendingEffectiveAt} END)`

/** A period that closes before its own end, as everything that is done at a period's end sees it. */
export function closingEarly(loaded: LoadedSubscription): LoadedSubscription {
  const end = renewsAt(loaded.row)
  if (end.equals(loaded.row.periodEnd)) return loaded
  return { ...loaded, row: { ...loaded.row, periodEnd: end }, holding: { ...loaded.holding, period: { ...loaded.holding.period, end } } }
}

/** The customer's own settings as a row holds them. */
export function toSettings(row: Pick<SubscriptionRow, 'hardLimit' | 'payAsYouGo' | 'payAsYouGoCap' | 'autoUpgrade' | 'autoRenew'>): Settings {
  const { hardLimit, payAsYouGo: enabled, payAsYouGoCap: cap, autoUpgrade, autoRenew } = row
  return { hardLimit, payAsYouGo: { enabled, cap }, autoUpgrade, autoRenew }
}

/** What a row says in the words of the rules. `pendingProduct`: the version in which a waiting change's plan was quoted. */
export function toHolding(
  row: SubscriptionRow,
  about: { product: Product; pendingProduct: Product; segmentRows: readonly SegmentRow[]; reserved: Reserved; refunded: MinorUnits; seats: Seats | null },
): Holding {
  const { product, pendingProduct, segmentRows, reserved, refunded, seats } = about
  return {
    terms: { product, plan: planOf(product, row.plan), interval: row.interval },
    status: row.status,
    anchor: row.anchor,
    period: { start: row.periodStart, end: row.periodEnd, totalDays: row.cycleDays },
    cancelAt: row.cancelAt,
    pendingChange:
      row.pendingPlan && row.pendingInterval && row.pendingEffectiveAt
        ? {
            plan: planOf(pendingProduct, row.pendingPlan),
            interval: row.pendingInterval,
            effectiveAt: row.pendingEffectiveAt,
            kind: row.pendingKind ?? 'change',
          }
        : null,
    downgradedAt: row.downgradedAt,
    settings: toSettings(row),
    seats,
    trialEnd: row.status === 'trialing' || row.status === 'awaiting_payment' ? row.trialEnd : null,
    billingMonthStart: row.billingMonthStart,
    capSpentBefore: row.capSpentBefore,
    segments: segmentRows.map(toSegment),
    reserved,
    refunded,
  }
}

type Versioned = Pick<SubscriptionRow, 'product' | 'catalogVersion' | 'pendingCatalogVersion' | 'plan' | 'pendingPlan'>

/** The version that is held, with the plans that the row names, should they be the organization's own (G10). */
export function heldVersion({ product, catalogVersion, plan, pendingPlan }: Omit<Versioned, 'pendingCatalogVersion'>): ProductVersion {
  return { product, version: catalogVersion, plans: [plan, pendingPlan] }
}

function pendingVersion({ pendingCatalogVersion, ...row }: Versioned): ProductVersion {
  return heldVersion({ ...row, catalogVersion: pendingCatalogVersion ?? row.catalogVersion })
}

type Selection = { where: SQL | undefined; lock: boolean }

/** Subscriptions with the segments of their running periods, in a constant number of statements. With `lock`, in the order of decision 7. */
export async function loadSubscriptions(tx: Transaction, { where, lock }: Selection): Promise<LoadedSubscription[]> {
  const query = tx.select().from(subscriptions).where(where).orderBy(asc(subscriptions.organizationId), asc(subscriptions.id))
  const rows = await (lock ? query.for('no key update') : query) // As with organizations: alerts refer to it while they hold counters.
  if (rows.length === 0) return []
  const productOf = await loadProducts(
    tx,
    rows.flatMap((row) => [heldVersion(row), pendingVersion(row)]),
  )
  const segments = await loadRunningSegments(tx, rows, lock)
  const reservedOf = await readReserved(
    tx,
    rows.map(({ id }) => id),
  )
  const refundedOf = await loadRefunded(tx, rows)
  const seats = await loadSeats(
    tx,
    rows.map((row) => ({ row, product: productOf(heldVersion(row)) })),
  )
  return rows.map((row) => {
    const segmentRows = segments.get(row.id) ?? []
    const product = productOf(heldVersion(row))
    const pendingProduct = productOf(pendingVersion(row))
    return {
      row,
      holding: toHolding(row, {
        product,
        pendingProduct,
        segmentRows,
        reserved: reservedOf(row.id),
        refunded: refundedOf(row),
        seats: seats.get(row.id) ?? null,
      }),
      segmentRows,
    }
  })
}

/**
 * Cash refunded on documents that pay the running period, less what a change has taken off its credit already: the rest is
 * not credited again (G67). Counted, not dated: a refund may come at the very instant of a change, or while one waits.
 */
async function loadRefunded(tx: Transaction, rows: readonly SubscriptionRow[]): Promise<(row: SubscriptionRow) => MinorUnits> {
  const found = await tx
    .select({ id: documents.subscriptionId, periodStart: documents.periodStart, amount: refunds.amount })
    .from(refunds)
    .innerJoin(documents, and(eq(documents.organizationId, refunds.organizationId), eq(documents.id, refunds.documentId)))
    .where(
      and(
        inArray(refunds.organizationId, [...new Set(rows.map((row) => row.organizationId))]),
        ne(documents.kind, 'extra_usage'), // That was no part of what a change credits.
        ne(refunds.state, 'failed'), // One that is on its way counts, or its time could be credited meanwhile.
        inArray(
          documents.subscriptionId,
          rows.map((row) => row.id),
        ),
      ),
    )
  return (row) => {
    const ofPeriod = found.filter((one) => one.id === row.id && one.periodStart && isAtOrAfter(one.periodStart, row.periodStart))
    // Below zero where the bank has sent a refund back since: making it anew takes nothing off again.
    return larger(minor(sum(ofPeriod.map((one) => one.amount)) - row.refundedTaken), ZERO)
  }
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
    .orderBy(...COUNTER_ORDER)
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
    .orderBy(...COUNTER_ORDER)
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
 * it takes the new terms and keeps its units. The caller writes the subscription's row in the same transaction: which segment runs is remembered by
 * the version of that row (`lib/metering/subscription-versions.ts`).
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
      overLimit: start.overLimit.type,
      unitPrice: unitPriceOf(start.overLimit, start.meter),
      blockUnits: start.overLimit.type === 'blocks' ? start.overLimit.block : null,
      countedAtStart: start.countedAtStart,
      extraThreshold: start.extraThreshold,
      extraMaximum: start.extraMaximum,
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
        overLimit: taken('over_limit'),
        unitPrice: taken('unit_price'),
        blockUnits: taken('block_units'),
        countedAtStart: taken('counted_at_start'),
        extraThreshold: taken('extra_threshold'),
        extraMaximum: taken('extra_maximum'),
      },
    })
}
