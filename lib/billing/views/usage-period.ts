import { and, asc, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptionPeriods, usageSegments } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { readAvailable } from '../../metering/draw-down'
import { isExtraUnpaid } from '../../metering/set-aside'
import { type ExactAmount, exact } from '../../money'
import { earliest, type Instant } from '../../time'
import { loadProducts } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import type { Reserved } from '../commands/store/reserved'
import type { SegmentRow, SubscriptionRow } from '../commands/store/subscription'
import type { Interval, Plan, Product } from '../core/catalog'
import { planOf } from '../core/catalog'
import type { Period } from '../core/state'
import { readHeldSubscription } from './held'

/** Which period of which subscription; `periodStart` null: the running one, or an ended subscription's last. */
export type PeriodChoice = { organizationId: OrganizationId; subscriptionId: SubscriptionId; periodStart?: Instant | null }

/** A period under the terms that it ended with, or has now. */
export type UsagePeriod = {
  subscription: SubscriptionRow
  product: Product
  plan: Plan
  interval: Interval
  period: Period
  isRunning: boolean
  /** Segments by meter, in the order in which they began. */
  segments: readonly SegmentRow[]
  /** Units that gateways hold in advance, per meter (G61). */
  reserved: Reserved
  /** An invoice for extra usage could not be collected (G55). */
  extraUnpaid: boolean
  /** The organization's own time. */
  now: Instant
  /** What the balance of a prepaid plan can still pay. */
  available: ExactAmount
}

/** Null where the organization has no such subscription, or the subscription no such period. */
export async function readUsagePeriod(tx: Transaction, { organizationId, subscriptionId, periodStart = null }: PeriodChoice): Promise<UsagePeriod | null> {
  const time = await readOrganizationTime(tx, organizationId)
  const loaded = await readHeldSubscription(tx, organizationId, subscriptionId)
  if (!time || !loaded?.row.startedAt) return null
  const { row, holding, segmentRows } = loaded
  if (periodStart === null || periodStart.equals(row.periodStart)) {
    const available = await readAvailable(tx, organizationId, row.endedAt ? [] : segmentRows, time.now)
    const period = row.endedAt ? { ...holding.period, end: earliest(holding.period.end, row.endedAt) } : holding.period
    const extraUnpaid = await isExtraUnpaid(tx, row, holding.terms.plan.overLimit.type)
    return {
      subscription: row,
      ...holding.terms,
      period,
      isRunning: row.endedAt === null,
      segments: segmentRows,
      reserved: holding.reserved ?? {},
      extraUnpaid,
      now: time.now,
      available,
    }
  }
  return readClosedPeriod(tx, row, periodStart, time.now)
}

async function readClosedPeriod(tx: Transaction, subscription: SubscriptionRow, periodStart: Instant, now: Instant): Promise<UsagePeriod | null> {
  const { organizationId, id: subscriptionId } = subscription
  const [closed] = await tx
    .select()
    .from(subscriptionPeriods)
    .where(
      and(
        eq(subscriptionPeriods.organizationId, organizationId),
        eq(subscriptionPeriods.subscriptionId, subscriptionId),
        eq(subscriptionPeriods.periodStart, periodStart),
      ),
    )
  if (!closed) return null
  const held = { product: subscription.product, version: closed.catalogVersion, plans: [closed.plan] }
  const product = (await loadProducts(tx, [held]))(held)
  const segments = await tx
    .select()
    .from(usageSegments)
    .where(and(eq(usageSegments.organizationId, organizationId), eq(usageSegments.subscriptionId, subscriptionId), eq(usageSegments.periodStart, periodStart)))
    .orderBy(asc(usageSegments.meter), asc(usageSegments.position))
  const { periodEnd: end, interval } = closed
  const period = { start: periodStart, end, totalDays: closed.cycleDays }
  return {
    subscription,
    product,
    plan: planOf(product, closed.plan),
    interval,
    period,
    isRunning: false,
    segments,
    reserved: {},
    extraUnpaid: false,
    now,
    available: exact('0'),
  }
}
