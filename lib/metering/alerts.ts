import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { organizations, subscriptions, usageAlerts, usageSegments } from '../../db/schema'
import { loadProducts, type ProductVersion } from '../billing/commands/store/catalog'
import { recordEvents } from '../billing/commands/store/events'
import { type Message, tellBilling } from '../billing/commands/store/messages'
import { type SegmentRow, type SubscriptionRow, toSegment } from '../billing/commands/store/subscription'
import { decideAlerts } from '../billing/core/alerts'
import { type Product, planOf } from '../billing/core/catalog'
import { percentUsed } from '../billing/core/limits'
import { countedUnits } from '../billing/core/rating'
import type { UsageAlertPayload } from '../billing/message-payloads'
import type { OrganizationId, SubscriptionId } from '../ids'
import { unitPriceString } from '../money'
import type { Instant } from '../time'
import { idArray, textArray, timeArray, unitsArray } from './arrays'
import { groupBy } from './group-by'

/** A running segment with its units as they are now, under its lock. `subscription`: whose row is remembered (`readVersions`); null where it is not. */
export type AlertCheck = {
  organization: { name: string; slug: string }
  product: Product
  subscription: SubscriptionRow | null
  segment: SegmentRow
  at: Instant
}

/** A threshold that the mails know words for; others show on the page only. */
const MAILED = { 80: 'usage_alert_80', 100: 'usage_alert_100' } as const

/**
 * Tells of the thresholds that usage has reached: once per period and limit, and of two that are passed in one jump only
 * the higher (A5). Not for late usage (G59): only running segments are handed in.
 */
export async function fireAlerts(tx: Transaction, checks: readonly AlertCheck[]): Promise<void> {
  const reached = checks.filter((check) => decide(check, knownFired(check)).fire !== null)
  if (reached.length === 0) return
  const fired = await loadFired(tx, reached)
  const decided = reached.map((check) => ({ check, decision: decide(check, fired(check)) }))
  const rows = decided.flatMap(({ check: { segment, at }, decision: { fire, passedOver } }) =>
    [...passedOver, ...(fire === null ? [] : [fire])].map((threshold) => ({
      organizationId: segment.organizationId,
      subscriptionId: segment.subscriptionId,
      meter: segment.meter,
      periodStart: segment.periodStart,
      limitUnits: segment.limitUnits ?? 0n,
      threshold,
      passedOver: threshold !== fire,
      usedUnits: countedUnits(toSegment(segment)),
      firedAt: at,
    })),
  )
  if (rows.length > 0) await tx.insert(usageAlerts).values(rows).onConflictDoNothing()
  await recordEvents(
    tx,
    decided.flatMap(({ check: { segment, at }, decision: { fire } }) =>
      fire === null
        ? []
        : [
            {
              organizationId: segment.organizationId,
              type: 'usage.threshold_reached' as const,
              subject: { kind: 'usage' as const, id: segment.subscriptionId },
              at,
              fact: alertFact(segment, fire),
            },
          ],
    ),
  )
  await tellBilling(
    tx,
    decided.flatMap(({ check, decision: { fire } }) => (fire === null ? [] : alertMessage(check, fire))),
  )
}

function decide({ product, segment }: AlertCheck, fired: readonly number[]) {
  return decideAlerts({ thresholds: product.policies.alertThresholds, limit: segment.limitUnits, counted: countedUnits(toSegment(segment)), fired })
}

type Fired = { limitUnits: bigint | null; thresholds: readonly number[] }

/**
 * By the rows that are remembered, each of one period, and by meter: what has been told stays told. Usage that is beyond a threshold goes on for the
 * rest of a period, and would ask the database again with every group.
 */
const known = new WeakMap<SubscriptionRow, Map<string, Fired>>()

function knownFired({ subscription, segment: { meter, limitUnits } }: AlertCheck): readonly number[] {
  const last = subscription && known.get(subscription)?.get(meter)
  return last?.limitUnits === limitUnits ? last.thresholds : []
}

function remember({ subscription, segment: { meter, limitUnits } }: AlertCheck, thresholds: readonly number[]): void {
  if (!subscription) return
  const byMeter = known.get(subscription) ?? new Map<string, Fired>()
  known.set(subscription, byMeter.set(meter, { limitUnits, thresholds }))
}

/**
 * Thresholds that were told or passed over in the segments' periods, under their limits. Those that the caller's own transaction has written are not
 * remembered: it may yet be rolled back.
 */
async function loadFired(tx: Transaction, checks: readonly AlertCheck[]): Promise<(of: AlertCheck) => number[]> {
  const segments = checks.map(({ segment }) => segment)
  const wanted = sql`unnest(
    ${idArray(
      'org',
      segments.map((segment) => segment.organizationId),
    )}::uuid[], ${idArray(
      'sub',
      segments.map((segment) => segment.subscriptionId),
    )}::uuid[],
    ${textArray(segments.map((segment) => segment.meter))}::text[], ${timeArray(segments.map((segment) => segment.periodStart))}::timestamptz[], ${unitsArray(segments.map((segment) => segment.limitUnits))}::bigint[]
  ) AS wanted (organization_id, subscription_id, meter, period_start, limit_units)`
  const rows = await tx
    .select({
      subscriptionId: usageAlerts.subscriptionId,
      meter: usageAlerts.meter,
      limitUnits: usageAlerts.limitUnits,
      threshold: usageAlerts.threshold,
      isUnfinished: sql<boolean | null>`${usageAlerts}.xmin = pg_current_xact_id_if_assigned()::xid`,
    })
    .from(usageAlerts)
    .innerJoin(
      wanted,
      sql`(${usageAlerts.organizationId}, ${usageAlerts.subscriptionId}, ${usageAlerts.meter}, ${usageAlerts.periodStart}, ${usageAlerts.limitUnits})
        = (wanted.organization_id, wanted.subscription_id, wanted.meter, wanted.period_start, wanted.limit_units)`,
    )
  const keyOf = (of: { subscriptionId: SubscriptionId; meter: string; limitUnits: bigint | null }) => `${of.subscriptionId} ${of.meter} ${of.limitUnits}`
  const byKey = groupBy(rows, keyOf)
  const firedOf = ({ segment }: AlertCheck) => byKey.get(keyOf(segment)) ?? []
  for (const check of checks) {
    const finished = firedOf(check).filter(({ isUnfinished }) => !isUnfinished)
    remember(
      check,
      finished.map(({ threshold }) => threshold),
    )
  }
  return (of) => firedOf(of).map(({ threshold }) => threshold)
}

function alertMessage({ organization, product, segment, at }: AlertCheck, threshold: number): Message[] {
  const kind = MAILED[threshold as keyof typeof MAILED]
  if (!kind) return []
  const { organizationId, meter, periodEnd, limitUnits, unitPrice } = segment
  const counted = countedUnits(toSegment(segment))
  const payload: UsageAlertPayload = {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    productId: product.id,
    productName: product.name,
    planName: planOf(product, segment.plan).name,
    unit: product.meters.find(({ id }) => id === meter)?.unit ?? meter,
    used: counted.toString(),
    limit: (limitUnits ?? 0n).toString(),
    percent: percentUsed({ limit: limitUnits, counted }) ?? threshold,
    periodEnd: periodEnd.toString(),
    currency: product.currency,
    ...(goesOn(segment) && unitPrice !== null ? { whatHappens: 'overage', overageUnitPrice: unitPriceString(unitPrice) } : { whatHappens: 'block' }),
  }
  return [{ organizationId, kind, fact: alertFact(segment, threshold), at, payload }]
}

function alertFact({ subscriptionId, meter, periodStart, limitUnits }: SegmentRow, threshold: number): string {
  return `${subscriptionId}:${meter}:${periodStart}:${limitUnits}:${threshold}`
}

/** Whether requests go on at the limit and are charged for: always, or because the customer has turned it on. */
function goesOn({ overLimit, extraMaximum }: SegmentRow): boolean {
  return overLimit === 'overage' || ((overLimit === 'pay_as_you_go' || overLimit === 'blocks') && extraMaximum !== 0n)
}

export type AlertSubject = { organizationId: OrganizationId; subscriptionId: SubscriptionId; now: Instant }

/** Tests the alert thresholds of one subscription against its running limits, at once after a change (G44). The caller holds the segments' locks. */
export function evaluateAlerts(tx: Transaction, subject: AlertSubject): Promise<void> {
  return evaluateAlertsOf(tx, [subject])
}

/**
 * The same of many, in a constant number of statements: after renewals, for a period that has begun with usage that was
 * stamped just ahead of it (C14).
 */
export async function evaluateAlertsOf(tx: Transaction, subjects: readonly AlertSubject[]): Promise<void> {
  if (subjects.length === 0) return
  const wanted = sql`unnest(
    ${idArray(
      'org',
      subjects.map((one) => one.organizationId),
    )}::uuid[], ${idArray(
      'sub',
      subjects.map((one) => one.subscriptionId),
    )}::uuid[]
  ) AS wanted (organization_id, subscription_id)`
  const running = await tx
    .selectDistinctOn([usageSegments.subscriptionId, usageSegments.meter], {
      segment: usageSegments,
      organization: { name: organizations.name, slug: organizations.slug },
      product: subscriptions.product,
    })
    .from(subscriptions)
    .innerJoin(wanted, sql`(${subscriptions.organizationId}, ${subscriptions.id}) = (wanted.organization_id, wanted.subscription_id)`)
    .innerJoin(organizations, eq(organizations.id, subscriptions.organizationId))
    .innerJoin(
      usageSegments,
      and(
        eq(usageSegments.organizationId, subscriptions.organizationId),
        eq(usageSegments.subscriptionId, subscriptions.id),
        eq(usageSegments.periodStart, subscriptions.periodStart),
      ),
    )
    .where(isNull(subscriptions.endedAt))
    .orderBy(usageSegments.subscriptionId, usageSegments.meter, sql`${usageSegments.position} DESC`)
  const used = running.filter(({ segment }) => countedUnits(toSegment(segment)) > 0n) // After most renewals: none.
  if (used.length === 0) return
  const productOf = await loadProducts(
    tx,
    used.map(({ product, segment }) => versionOf(product, segment)),
  )
  const nowOf = new Map(subjects.map(({ subscriptionId, now }) => [subscriptionId, now]))
  await fireAlerts(
    tx,
    used.flatMap(({ organization, product, segment }) => {
      const at = nowOf.get(segment.subscriptionId)
      return at ? [{ organization, product: productOf(versionOf(product, segment)), subscription: null, segment, at }] : []
    }),
  )
}

function versionOf(product: string, { catalogVersion, plan }: SegmentRow): ProductVersion {
  return { product, version: catalogVersion, plans: [plan] }
}
