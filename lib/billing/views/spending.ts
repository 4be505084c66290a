import { and, desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { limitRequests } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { type Currency, type MinorUnits, sum, unitPriceString } from '../../money'
import type { Instant } from '../../time'
import { loadNewestProduct } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import type { LoadedSubscription } from '../commands/store/subscription'
import { type AutomaticChange, automaticChangeOf, automaticTarget } from '../core/automatic-change'
import { findPlan, type Interval, isFree, type Plan, type Product, priceOf } from '../core/catalog'
import { spentThisMonth } from '../core/extra-charging'
import { hardLimitMaximum, planLimitOf } from '../core/limit-settings'
import { countedUnits, overageSoFar } from '../core/rating'
import type { Holding } from '../core/state'
import { type AutoRechargeView, getAutoRecharge } from './credits'
import { readLiveSubscriptions } from './held'
import { mostOf } from './usage-page'

/**
 * The most that can be charged beside the plan's price: an amount, or why none can be named. `automatic`: plans that are
 * bought by themselves, each at its price. `recharge`: a monthly ceiling of credit that is bought by itself.
 */
export type MostView =
  | { type: 'nothing' }
  | { type: 'amount'; amount: MinorUnits }
  | { type: 'unlimited' }
  | { type: 'balance' }
  | { type: 'recharge'; amount: MinorUnits }
  | { type: 'automatic'; change: AutomaticChange; plan: string; price: MinorUnits }

export type SpendingView = {
  subscriptionId: SubscriptionId
  product: { id: string; name: string }
  plan: { name: string; isFree: boolean; price: MinorUnits; interval: Interval }
  currency: Currency
  period: { start: string; end: string }
  /** Whole per cents of a limit at which somebody is told (A5). */
  alertThresholds: readonly number[]
  /** There is a limit that they are shares of. */
  isLimited: boolean
  most: MostView
  /** What happens at the limit where nothing is set: units are refused, or charged one by one. */
  aboveLimit: 'refused' | 'charged' | 'every_unit' | 'balance'
  /** Null where no plan of the product has it; so with the rest. */
  hardLimit: HardLimitView | null
  payAsYouGo: PayAsYouGoView | null
  autoUpgrade: AutomaticView | null
  autoRenew: AutomaticView | null
  /** Null where it was never set, or the plan draws no balance down. */
  recharge: AutoRechargeView | null
}

/** A control that the plan in force does not have names the plans that do. */
export type Availability = { isAvailable: true } | { isAvailable: false; plans: string[] }

export type HardLimitView = Availability & {
  unit: string
  planLimit: bigint
  /** Null: as the plan's. */
  units: bigint | null
  used: bigint
  /** What may be set without asking (S8). */
  maximum: bigint
  unitPrice: string
  block: bigint
  spent: MinorUnits
  request: { hardLimit: bigint; status: 'pending' | 'approved' | 'declined'; createdAt: string } | null
}

export type PayAsYouGoView = Availability & {
  enabled: boolean
  cap: MinorUnits | null
  spent: MinorUnits
  /** When the cap begins anew. */
  renewsAt: string
  unit: string
  unitPrice: string
}

/** What would be bought by itself once everything included is used. */
export type AutomaticView = Availability & {
  enabled: boolean
  plan: { name: string; price: MinorUnits; interval: Interval } | null
  /** It was tried in this period and did not succeed (G95). */
  hasFailed: boolean
  /** From when on, or until when, it is to be had; null: without a date. */
  from: string | null
  until: string | null
}

/** Everything that the customer allows, or not, to be charged beyond the plan. Null where nothing is held of the product. */
export async function getSpendingView(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<SpendingView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  const loaded = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.product === productId && row.startedAt !== null)
  if (!here || !loaded) return null
  const newest = (await loadNewestProduct(tx, productId, here.now)) ?? loaded.holding.terms.product
  return viewSpending(loaded, {
    newest,
    now: here.now,
    registeredAt: here.organization.registeredAt,
    request: newest.policies.hardLimit ? await findRequest(tx, organizationId, loaded.row.id) : null,
    recharge: loaded.holding.terms.plan.overLimit.type === 'prepaid' ? await getAutoRecharge(tx, organizationId) : null,
  })
}

async function findRequest(tx: Transaction, organizationId: OrganizationId, subscriptionId: SubscriptionId): Promise<HardLimitView['request']> {
  const { hardLimit, status, createdAt } = limitRequests
  const [request] = await tx
    .select({ hardLimit, status, createdAt })
    .from(limitRequests)
    .where(and(eq(limitRequests.organizationId, organizationId), eq(limitRequests.subscriptionId, subscriptionId)))
    .orderBy(desc(createdAt))
    .limit(1)
  return request ? { ...request, createdAt: request.createdAt.toString() } : null
}

type Around = { newest: Product; now: Instant; registeredAt: Instant; request: HardLimitView['request']; recharge: AutoRechargeView | null }

function viewSpending(loaded: LoadedSubscription, around: Around): SpendingView {
  const { row, holding } = loaded
  const { product, plan, interval } = holding.terms
  return {
    subscriptionId: row.id,
    product: { id: product.id, name: product.name },
    plan: { name: plan.name, isFree: isFree(plan), price: priceOf(plan, interval), interval },
    currency: product.currency,
    period: { start: holding.period.start.toString(), end: holding.period.end.toString() },
    alertThresholds: product.policies.alertThresholds,
    isLimited: planLimitOf(holding) > 0n,
    most: mostBeyond(holding, around),
    aboveLimit: aboveLimitOf(plan),
    hardLimit: hardLimitOf(loaded, around),
    payAsYouGo: payAsYouGoOf(loaded, around),
    autoUpgrade: autoUpgradeOf(loaded, around),
    autoRenew: autoRenewOf(loaded, around),
    recharge: around.recharge,
  }
}

function aboveLimitOf({ overLimit }: Plan): SpendingView['aboveLimit'] {
  switch (overLimit.type) {
    case 'block':
    case 'blocks':
    case 'pay_as_you_go':
      return 'refused'
    case 'overage':
      return 'charged'
    case 'arrears':
      return 'every_unit'
    case 'prepaid':
      return 'balance'
  }
}

/** What the settings as they are allow beside the price (S7, B3, B6, B7, P4). */
function mostBeyond(holding: Holding, { newest, now, recharge }: Around): MostView {
  const { terms, settings } = holding
  const { plan, product } = terms
  const change = automaticChangeOf({ terms, settings, now })
  const target = change && automaticTarget(change, terms, newest)
  if (target) return { type: 'automatic', change, plan: target.plan.name, price: priceOf(target.plan, target.interval) }
  switch (plan.overLimit.type) {
    case 'block':
      return { type: 'nothing' }
    case 'overage':
    case 'arrears':
      return { type: 'unlimited' }
    case 'prepaid':
      if (!recharge?.enabled) return { type: 'balance' }
      return recharge.monthlyLimit === null ? { type: 'unlimited' } : { type: 'recharge', amount: recharge.monthlyLimit }
    case 'blocks': {
      const room = (settings.hardLimit ?? 0n) - planLimitOf({ terms })
      return room > 0n ? { type: 'amount', amount: mostOf({ ...plan.overLimit, currency: product.currency }, room) } : { type: 'nothing' }
    }
    case 'pay_as_you_go': {
      const { enabled, cap } = settings.payAsYouGo
      return enabled ? (cap === null ? { type: 'unlimited' } : { type: 'amount', amount: cap }) : { type: 'nothing' }
    }
  }
}

/** Of the running segments, the most that was counted of any meter. */
function usedOf({ segments }: Holding): bigint {
  return segments.reduce((most, segment) => (countedUnits(segment) > most ? countedUnits(segment) : most), 0n)
}

function availability(isAvailable: boolean, newest: Product, has: (plan: Plan) => boolean): Availability {
  return isAvailable ? { isAvailable } : { isAvailable, plans: newest.plans.filter((plan) => plan.offered && has(plan)).map(({ name }) => name) }
}

function hardLimitOf({ row, holding }: LoadedSubscription, { newest, request }: Around): HardLimitView | null {
  const { plan, product } = holding.terms
  const hasIt = (one: Plan) => one.overLimit.type === 'blocks'
  const blocks = plan.overLimit.type === 'blocks' ? plan.overLimit : null
  if (!product.policies.hardLimit || !newest.plans.some(hasIt)) return null
  return {
    ...availability(blocks !== null && !isFree(plan), newest, hasIt),
    unit: product.meters[0]?.unit ?? '',
    planLimit: planLimitOf(holding),
    units: holding.settings.hardLimit,
    used: usedOf(holding),
    maximum: hardLimitMaximum({ holding, approvedMaximum: row.hardLimitMaximum }),
    unitPrice: blocks ? unitPriceString(blocks.unitPrice) : '0',
    block: blocks?.block ?? 1n,
    spent: overageSoFar(holding.segments, product.currency).amount,
    request,
  }
}

function payAsYouGoOf({ row, holding }: LoadedSubscription, { newest }: Around): PayAsYouGoView | null {
  const { plan, product } = holding.terms
  const hasIt = (one: Plan) => one.overLimit.type === 'pay_as_you_go'
  if (!newest.plans.some(hasIt)) return null
  const { payAsYouGo } = holding.settings
  return {
    ...availability(hasIt(plan), newest, hasIt),
    enabled: payAsYouGo.enabled,
    cap: payAsYouGo.cap,
    spent: sum([spentThisMonth(holding.segments, product.currency), row.capSpentBefore]),
    renewsAt: (row.reviewAt ?? row.periodEnd).toString(),
    unit: product.meters[0]?.unit ?? '',
    unitPrice: plan.overLimit.type === 'pay_as_you_go' ? unitPriceString(plan.overLimit.unitPrice) : '0',
  }
}

function autoUpgradeOf({ row, holding }: LoadedSubscription, { newest, now }: Around): AutomaticView | null {
  const { plan, product, interval } = holding.terms
  const hasIt = (one: Plan) => one.nextTier !== null
  if (!newest.plans.some(hasIt)) return null
  const next = plan.nextTier === null ? null : findPlan(newest, plan.nextTier)
  const price = next?.prices[interval]
  const from = product.policies.exhausted?.from ?? null
  return {
    ...availability(next !== null && (from === null || now.epochMilliseconds >= from.epochMilliseconds), newest, hasIt),
    enabled: holding.settings.autoUpgrade,
    plan: next && price !== undefined ? { name: next.name, price, interval } : null,
    hasFailed: row.autoPurchaseFailedAt !== null,
    from: from?.toString() ?? null,
    until: null,
  }
}

/** Shown to those who have it, and to nobody else (B7). */
function autoRenewOf({ row, holding }: LoadedSubscription, { now, registeredAt }: Around): AutomaticView | null {
  const { plan, product, interval } = holding.terms
  const early = product.policies.exhausted?.earlyRenewal ?? null
  const isHad = early && registeredAt.epochMilliseconds < early.registeredBefore.epochMilliseconds && now.epochMilliseconds < early.until.epochMilliseconds
  if (!isHad) return null
  return {
    ...availability(!isFree(plan), product, (one) => !isFree(one)),
    enabled: holding.settings.autoRenew,
    plan: { name: plan.name, price: priceOf(plan, interval), interval },
    hasFailed: row.autoPurchaseFailedAt !== null,
    from: null,
    until: early.until.toString(),
  }
}
