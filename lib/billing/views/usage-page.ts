import { and, desc, eq, isNotNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { type Currency, divideRounded, type ExactAmount, exact, extend, type MinorUnits } from '../../money'
import { type Instant, systemClock, wholeDaysBetween } from '../../time'
import { loadNewestProduct } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import { reachesAt } from '../core/forecast'
import type { UsageState } from '../core/limits'
import type { SubscriptionStatus } from '../core/state'
import { readHeldSubscription, readLiveSubscriptions } from './held'
import { type OverLimitView, viewOverLimit } from './over-limit'
import { type MeterUsage, type UsageFigures, usageFigures } from './usage'
import { readUsagePeriod } from './usage-period'
import { fillDays, type KeyUsage, usageByKey, usageChart } from './usage-series'

/** The usage page and card as a browser gets them: instants as ISO 8601, counts as bigint. */

export type MeterCardView = {
  meter: string
  unit: string
  used: bigint
  /** Null: unlimited. */
  limit: bigint | null
  /** Null: nothing stops it. */
  remaining: bigint | null
  percent: number | null
  state: UsageState
  /** What one unit above the limit costs now, a decimal in major units; null: it is refused (A2), or there is no limit. */
  overagePrice: string | null
  overage: bigint
  overageAmount: MinorUnits
  overLimit: OverLimitView
  /** What the owner has set above the plan's limit, and the most that it can cost (S1, S7); null: nothing. */
  hardLimit: { units: bigint; most: MinorUnits } | null
  payAsYouGo: MeterUsage['payAsYouGo']
  /** What all of the usage comes to, where units are paid one by one; null where they are included. */
  cost: MinorUnits | null
}

export type UsageCardView = {
  subscriptionId: SubscriptionId
  product: { id: string; name: string }
  plan: string
  status: SubscriptionStatus
  currency: Currency
  period: { start: string; end: string }
  isRunning: boolean
  /** The organization's own time. */
  asOf: string
  /** Whole per cents of a limit at which somebody is told (A5). */
  alertThresholds: readonly number[]
  meters: MeterCardView[]
  /** Of bought credit, where the plan draws it, and when it is used up at this pace; null: not within a year, or too early to tell. */
  balance: { amount: ExactAmount; runsOutAt: string | null } | null
}

/** Where the period ends at its present pace. */
export type ForecastView = {
  usedAtPeriodEnd: bigint | null
  /** The period's extra charge at that usage. */
  amount: MinorUnits | null
  /** Shares of the limit that are still to come, and when; those beyond the period's end are left out. */
  milestones: { percent: number; at: string }[]
  /** When requests would be refused although extra ones are paid: at the hard limit, or where the cap is spent. */
  stopsAt: string | null
}

export type ChartDayView = { day: string /** In the order of `series`; null: the day has not begun. */; parts: bigint[] | null; other: bigint }

export type ChartView = {
  /** The largest keys; `key` null: calls without one. */
  series: { key: string | null; total: bigint }[]
  other: { keys: number; total: bigint } | null
  /** Every day of the period. */
  days: ChartDayView[]
  limit: { perPeriod: bigint; perDay: bigint } | null
}

/** `permille`: the share of all, in tenths of a per cent. */
export type KeyShareView = { key: string | null; quantity: bigint; permille: number }

export type KeysView = { items: KeyShareView[]; others: { keys: number; quantity: bigint; permille: number } | null; total: bigint }

export type MeterDetailView = { meter: string; unit: string; forecast: ForecastView; chart: ChartView; keys: KeysView }

export type UsagePageView = {
  card: UsageCardView
  meters: MeterDetailView[]
  /** Wall time of the read in epoch milliseconds, so that of two answers the later one is known. */
  readAt: number
}

/** Keys by name; the rest is one line. */
const KEYS_NAMED = 100

/** The subscription that a product's pages are about: the live one, or else the last one that ended. Null where there never was one. */
export async function findSubscriptionOf(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<SubscriptionId | null> {
  const live = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.product === productId && row.startedAt !== null)
  return live?.row.id ?? findLastEnded(tx, organizationId, productId)
}

async function findLastEnded(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<SubscriptionId | null> {
  const [found] = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.product, productId),
        isNotNull(subscriptions.startedAt),
        isNotNull(subscriptions.endedAt),
      ),
    )
    .orderBy(desc(subscriptions.endedAt))
    .limit(1)
  return found?.id ?? null
}

/** What the usage page is about, before it knows which period. */
export type UsagePlace = {
  product: { id: string; name: string; isMetered: boolean }
  subscriptionId: SubscriptionId | null
  /** Null: none, or it has ended. */
  running: { start: string; end: string; plan: string } | null
  /** Whether the plan in force charges units by themselves: those above its limit, or all of them. Null: neither. */
  charges: 'above_limit' | 'every_unit' | null
}

/** Null where there is no such product. */
export async function getUsagePlace(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<UsagePlace | null> {
  const here = await readOrganizationTime(tx, organizationId)
  const newest = here && (await loadNewestProduct(tx, productId, here.now))
  if (!newest) return null
  const product = { id: newest.id, name: newest.name, isMetered: newest.meters.length > 0 }
  const subscriptionId = await findSubscriptionOf(tx, organizationId, productId)
  const found = subscriptionId && (await readHeldSubscription(tx, organizationId, subscriptionId))
  if (!found) return { product, subscriptionId: null, running: null, charges: null }
  const { plan } = found.holding.terms
  const { start, end } = found.holding.period
  return {
    product,
    subscriptionId,
    running: found.row.endedAt ? null : { start: start.toString(), end: end.toString(), plan: plan.name },
    charges: plan.overLimit.type === 'arrears' ? 'every_unit' : plan.overLimit.type === 'block' || plan.overLimit.type === 'prepaid' ? null : 'above_limit',
  }
}

type PageChoice = { organizationId: OrganizationId; productId: string; periodStart: Instant | null }

/** All that the usage page shows of one period, from counters and rollups. Null where there is no such subscription or period. */
export async function getUsagePage(tx: Transaction, { organizationId, productId, periodStart }: PageChoice): Promise<UsagePageView | null> {
  const readAt = systemClock.now().epochMilliseconds
  const subscriptionId = await findSubscriptionOf(tx, organizationId, productId)
  const found = subscriptionId && (await readUsagePeriod(tx, { organizationId, subscriptionId, periodStart }))
  if (!found) return null
  const card = usageFigures(found)
  const byKey = await usageByKey(tx, found)
  const meters: MeterDetailView[] = []
  for (const usage of card.meters) {
    const { meter, unit } = usage
    const drawn = await usageChart(tx, found, { meter, byKey })
    const keys = viewKeys(byKey.filter((one) => one.meter === meter))
    meters.push({
      meter,
      unit,
      forecast: viewForecast(card, usage),
      chart: { ...drawn, days: allDays(card, usage, drawn.days), limit: paceOf(card, usage) },
      keys,
    })
  }
  return { card: viewCard(card), meters, readAt }
}

export function viewCard({
  subscriptionId,
  product,
  plan,
  status,
  currency,
  period,
  isRunning,
  asOf,
  alertThresholds,
  meters,
  balance,
}: UsageFigures): UsageCardView {
  return {
    subscriptionId,
    product,
    plan: plan.name,
    status,
    currency,
    period: { start: period.start.toString(), end: period.end.toString() },
    isRunning,
    asOf: asOf.toString(),
    alertThresholds,
    meters: meters.map((usage) => viewMeter(usage, currency)),
    balance: balance && { amount: balance.amount, runsOutAt: balance.runsOutAt?.toString() ?? null },
  }
}

function viewMeter(usage: MeterUsage, currency: Currency): MeterCardView {
  const { meter, unit, used, limit, remaining, percent, state, overage, overageAmount, payAsYouGo } = usage
  const overLimit = viewOverLimit(usage.overLimit, meter)
  const hardLimit = viewHardLimit(usage, currency)
  const isPaid = limit !== null && goesOn(overLimit, { isHardLimitSet: hardLimit !== null, paysAsItGoes: payAsYouGo?.enabled === true })
  return {
    meter,
    unit,
    used,
    limit,
    remaining,
    percent,
    state,
    overagePrice: isPaid && 'unitPrice' in overLimit ? overLimit.unitPrice : null,
    overage,
    overageAmount,
    overLimit,
    hardLimit,
    payAsYouGo,
    cost: costOf(usage, overLimit, currency),
  }
}

/** Whether a unit above the limit is served at a price, under the customer's own settings. */
function goesOn({ type }: OverLimitView, { isHardLimitSet, paysAsItGoes }: { isHardLimitSet: boolean; paysAsItGoes: boolean }): boolean {
  switch (type) {
    case 'overage':
      return true
    case 'blocks':
      return isHardLimitSet
    case 'pay_as_you_go':
      return paysAsItGoes
    case 'block':
    case 'arrears':
    case 'prepaid':
      return false
  }
}

function viewHardLimit({ overLimit, hardLimit, limit }: MeterUsage, currency: Currency): MeterCardView['hardLimit'] {
  if (overLimit.type !== 'blocks' || hardLimit === null || limit === null || hardLimit <= limit) return null
  return { units: hardLimit, most: mostOf({ ...overLimit, currency }, hardLimit - limit) }
}

/** The most that so many extra units can cost: every block that they begin (S7). */
export function mostOf({ unitPrice, block, currency }: { unitPrice: ExactAmount; block: bigint; currency: Currency }, units: bigint): MinorUnits {
  return extend(unitPrice, ((units + block - 1n) / block) * block, currency)
}

function costOf({ used, overageAmount }: MeterUsage, overLimit: OverLimitView, currency: Currency): MinorUnits | null {
  if (overLimit.type === 'arrears') return overageAmount
  return overLimit.type === 'prepaid' && overLimit.unitPrice !== null ? extend(exact(overLimit.unitPrice), used, currency) : null
}

function viewForecast({ period, asOf: now, isRunning, alertThresholds }: UsageFigures, usage: MeterUsage): ForecastView {
  const { used: counted, limit, forecast, remaining, overLimit } = usage
  const shares = isRunning && limit !== null && limit > 0n ? [...new Set([...alertThresholds, 100])].sort((a, b) => a - b) : []
  const milestones = shares.flatMap((percent) => {
    const units = ((limit ?? 0n) * BigInt(percent) + 99n) / 100n // Rounded up: the first count at which the share is reached.
    const at = reachesAt({ period, now, counted, units })
    return at ? [{ percent, at: at.toString() }] : []
  })
  const goesOnAbove = overLimit.type === 'blocks' || overLimit.type === 'pay_as_you_go'
  const stopsAt =
    isRunning && goesOnAbove && remaining !== null && limit !== null && counted + remaining > limit
      ? reachesAt({ period, now, counted, units: counted + remaining })
      : null
  return { usedAtPeriodEnd: forecast.usedAtPeriodEnd, amount: forecast.amount, milestones, stopsAt: stopsAt?.toString() ?? null }
}

/** The days to come too, so that the room that is left is seen. */
function allDays({ period }: UsageFigures, { meter }: MeterUsage, begun: readonly { day: string; parts: bigint[]; other: bigint }[]): ChartDayView[] {
  const known = new Map(begun.map((one) => [one.day, one]))
  return fillDays([], meter, period, period.end).map(({ day }) => {
    const one = known.get(day)
    return { day, parts: one?.parts ?? null, other: one?.other ?? 0n }
  })
}

function paceOf({ period }: UsageFigures, { limit }: MeterUsage): ChartView['limit'] {
  const days = BigInt(Math.max(wholeDaysBetween(period.start, period.end), 1))
  return limit === null ? null : { perPeriod: limit, perDay: limit / days }
}

/** One meter's keys with their shares. */
export function viewKeys(keys: readonly KeyUsage[]): KeysView {
  const total = keys.reduce((all, { quantity }) => all + quantity, 0n)
  const permille = (quantity: bigint) => (total === 0n ? 0 : Number(divideRounded(quantity * 1000n, total)))
  const rest = keys.slice(KEYS_NAMED)
  const restQuantity = rest.reduce((all, { quantity }) => all + quantity, 0n)
  return {
    items: keys.slice(0, KEYS_NAMED).map(({ key, quantity }) => ({ key, quantity, permille: permille(quantity) })),
    others: rest.length === 0 ? null : { keys: rest.length, quantity: restQuantity, permille: permille(restQuantity) },
    total,
  }
}
