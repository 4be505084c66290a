import { and, asc, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { usageAlerts } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { type Currency, type ExactAmount, type MinorUnits, sum, ZERO } from '../../money'
import type { Instant } from '../../time'
import { type SegmentRow, toSegment, toSettings } from '../commands/store/subscription'
import { decideAlerts } from '../core/alerts'
import { canUpgradeItself } from '../core/automatic-change'
import { findPlan, type Interval, isPrepaid, limitOf, type Meter, type OverLimitPolicy } from '../core/catalog'
import { hasBegun } from '../core/exhausted'
import { allowedExtra, spentThisMonth } from '../core/extra-charging'
import { balanceRunsOutAt, type Forecast, forecastUsage } from '../core/forecast'
import { percentUsed, remainingUnits, type UsageState, usageState } from '../core/limits'
import { countedUnits, overageSoFar } from '../core/rating'
import { NEW_BILLING_MONTH, type Period, type SubscriptionStatus, type UsageSegment } from '../core/state'
import { type PeriodChoice, readUsagePeriod, type UsagePeriod } from './usage-period'

export type MeterUsage = {
  meter: string
  unit: string
  /** Counted usage, what was paid for as extra before a change left out (C13, G46). */
  used: bigint
  /** Null: unlimited. */
  limit: bigint | null
  overLimit: OverLimitPolicy
  /** Units, where the owner has set one above the plan's limit (S1). */
  hardLimit: bigint | null
  /** Null: nothing stops it (G48). */
  remaining: bigint | null
  /** Rounded down; null where unlimited (G77). */
  percent: number | null
  state: UsageState
  /** Extra units of the whole period, and their charge so far in minor units, billed or not (A4). */
  overage: bigint
  overageAmount: MinorUnits
  /** Above the limit at the customer's own wish, and what of the cap this billing month has spent (B5, B6); null where the plan has no such thing. */
  payAsYouGo: { enabled: boolean; cap: MinorUnits | null; spent: MinorUnits } | null
  /** Units that gateways were handed in advance, and that have not come back (G61). */
  reserved: bigint
  forecast: Forecast
}

export type HeldAlert = { meter: string; threshold: number; firedAt: Instant }

export type UsageFigures = {
  organizationId: OrganizationId
  subscriptionId: SubscriptionId
  product: { id: string; name: string }
  plan: { id: string; name: string }
  interval: Interval
  status: SubscriptionStatus
  currency: Currency
  period: Period
  isRunning: boolean
  /** The organization's own time. */
  asOf: Instant
  meters: MeterUsage[]
  /** Of bought credit, where the running plan draws it; `runsOutAt`: when, at the period's pace; null: not within a year, or not known. */
  balance: { amount: ExactAmount; runsOutAt: Instant | null } | null
  /** Where a press leads once everything is used, or auto-upgrade by itself (B3); null: nowhere, or not now. */
  nextTier: NextTier | null
  /** Whole per cents of the limit at which the customer is told (A5). */
  alertThresholds: readonly number[]
}

/** `failedAt`: the automatic upgrade was tried in this period and did not succeed (G95). */
export type NextTier = { id: string; name: string; isAutomatic: boolean; failedAt: Instant | null }

export type UsageCard = UsageFigures & {
  /** Those that still hold against the limit in force (A5). */
  alerts: HeldAlert[]
}

const NO_FORECAST: Forecast = { usedAtPeriodEnd: null, reachesLimitAt: null, amount: null }

/** The usage card of the running or an earlier period (A4), from counters only. Null where there is no such period. */
export async function getUsageCard(tx: Transaction, choice: PeriodChoice): Promise<UsageCard | null> {
  const found = await readUsagePeriod(tx, choice)
  if (!found) return null
  const figures = usageFigures(found)
  return { ...figures, alerts: await heldAlerts(tx, found, figures.meters) }
}

/** The card without its alerts, from what was read of the period. */
export function usageFigures(found: UsagePeriod): UsageFigures {
  const { subscription, product, plan, interval, period, isRunning, now } = found
  return {
    organizationId: subscription.organizationId,
    subscriptionId: subscription.id,
    product: { id: product.id, name: product.name },
    plan: { id: plan.id, name: plan.name },
    interval,
    status: subscription.status,
    currency: product.currency,
    period,
    isRunning,
    asOf: now,
    meters: product.meters.map((meter) => meterUsage(found, meter)),
    balance: isRunning && isPrepaid(plan) ? balanceOf(found) : null,
    nextTier: nextTierOf(found),
    alertThresholds: product.policies.alertThresholds,
  }
}

function balanceOf({ segments, period, now, available }: UsagePeriod): UsageFigures['balance'] {
  return { amount: available, runsOutAt: balanceRunsOutAt({ period, now, segments: segments.map(toSegment), balance: available }) }
}

function nextTierOf({ subscription, product, plan, interval, isRunning, now }: UsagePeriod): NextTier | null {
  if (!isRunning || !canUpgradeItself({ plan, interval }) || !hasBegun(product.policies.exhausted, now)) return null
  const next = plan.nextTier === null ? null : findPlan(product, plan.nextTier)
  return next && { id: next.id, name: next.name, isAutomatic: subscription.autoUpgrade, failedAt: subscription.autoPurchaseFailedAt }
}

function meterUsage(found: UsagePeriod, { id, unit }: Meter): MeterUsage {
  const { subscription, product, plan, interval, period, isRunning, extraUnpaid, now } = found
  const reserved = found.reserved[id] ?? 0n
  const segments = segmentsOf(found.segments, id)
  const last: UsageSegment = segments.at(-1) ?? unusedSegment(id, limitOf({ product, plan, interval }, id), plan.overLimit)
  const { limit, overLimit, extraThreshold } = last
  const settings = isRunning ? toSettings(subscription) : null
  const extraMaximum = settings ? allowedExtra(last, { settings, spentBefore: subscription.capSpentBefore, currency: product.currency }) : last.extraMaximum
  const counted = countedUnits(last)
  const { units: overage, amount: overageAmount } = overageSoFar(segments, product.currency)
  return {
    meter: id,
    unit,
    used: counted,
    limit,
    overLimit,
    hardLimit: isRunning ? subscription.hardLimit : null,
    remaining: remainingUnits({
      meter: id,
      limit,
      overLimit,
      extraThreshold,
      extraMaximum,
      counted,
      reserved,
      balance: found.available,
      extraUnpaid,
      ...(settings && { settings }),
    }),
    percent: percentUsed({ limit, counted }),
    state: usageState({ limit, counted, extra: overage }),
    overage,
    overageAmount,
    payAsYouGo: overLimit.type === 'pay_as_you_go' && isRunning ? payAsYouGoOf(subscription, segments, product.currency) : null,
    reserved,
    forecast: isRunning
      ? withEarlier(
          forecastUsage({ meter: id, period, now, counted, limit, overLimit, extraThreshold, extraMaximum, currency: product.currency }),
          segments,
          product.currency,
        )
      : NO_FORECAST,
  }
}

function payAsYouGoOf(row: UsagePeriod['subscription'], segments: readonly UsageSegment[], currency: Currency): MeterUsage['payAsYouGo'] {
  return { enabled: row.payAsYouGo, cap: row.payAsYouGoCap, spent: sum([spentThisMonth(segments, currency), row.capSpentBefore]) }
}

/** What earlier segments of the period cost stays on its tab whatever comes. */
function withEarlier(forecast: Forecast, segments: readonly UsageSegment[], currency: Currency): Forecast {
  const earlier = overageSoFar(segments.slice(0, -1), currency).amount
  return { ...forecast, amount: forecast.amount === null ? null : sum([forecast.amount, earlier]) }
}

function segmentsOf(rows: readonly SegmentRow[], meter: string): UsageSegment[] {
  return rows.filter((row) => row.meter === meter).map(toSegment)
}

function unusedSegment(meter: string, limit: bigint | null, overLimit: OverLimitPolicy): UsageSegment {
  return {
    meter,
    limit,
    overLimit,
    countedAtStart: 0n,
    extraThreshold: limit,
    extraMaximum: null,
    monthStart: NEW_BILLING_MONTH,
    units: 0n,
    billedUnits: 0n,
    billedAmount: ZERO,
  }
}

/** Told alerts of this period and of the limit in force, where usage is still at or over their threshold. */
async function heldAlerts(tx: Transaction, { subscription, product, period }: UsagePeriod, meters: readonly MeterUsage[]): Promise<HeldAlert[]> {
  const rows = await tx
    .select()
    .from(usageAlerts)
    .where(
      and(
        eq(usageAlerts.organizationId, subscription.organizationId),
        eq(usageAlerts.subscriptionId, subscription.id),
        eq(usageAlerts.periodStart, period.start),
        eq(usageAlerts.passedOver, false),
      ),
    )
    .orderBy(asc(usageAlerts.meter), asc(usageAlerts.threshold))
  return rows.flatMap(({ meter, limitUnits, threshold, firedAt }) => {
    const usage = meters.find((one) => one.meter === meter)
    if (!usage || usage.limit !== limitUnits) return []
    const { holding } = decideAlerts({ thresholds: product.policies.alertThresholds, limit: usage.limit, counted: usage.used, fired: [] })
    return holding.includes(threshold) ? [{ meter, threshold, firedAt }] : []
  })
}
