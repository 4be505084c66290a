import type { Transaction } from '../../../db/client'
import type { OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { unitPriceString } from '../../money'
import { hasPaymentMethod } from '../commands/store/account'
import { loadCatalog, loadNewestProduct } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import { type Interval, isFree, type Plan, type Product } from '../core/catalog'
import { decideChange } from '../core/change'
import type { Holding } from '../core/state'
import { readLiveSubscriptions } from './held'
import { type RejectionView, viewRejection } from './quote'
import { readAccount, readWaitingActions } from './subscriptions'

export type PlanOffer = {
  id: string
  name: string
  isFree: boolean
  prices: Partial<Record<Interval, MinorUnits>>
  included: { meter: string; unit: string; limit: bigint | null }[]
  /** A decimal in major units; null: requests are refused at the limit. */
  overagePrice: string | null
  change: 'current' | 'upgrade' | 'downgrade' | 'switch'
  /** Why it cannot be chosen now, shown before anybody presses. */
  rejection: RejectionView | null
  /** What choosing it now would charge or credit; null where it cannot be chosen. */
  preview: { amountDue: MinorUnits; creditIssued: MinorUnits; effective: 'now' | 'period_end' } | null
}

export type PlanView = {
  product: { id: string; name: string }
  currency: Currency
  now: string
  hasPaymentMethod: boolean
  subscription: null | {
    id: SubscriptionId
    plan: { id: string; name: string; isFree: boolean }
    interval: Interval
    price: MinorUnits
    status: Holding['status']
    period: { start: string; end: string; totalDays: number }
    cancelAt: string | null
    pendingChange: { plan: string; at: string } | null
    /** A paid action that waits, e.g. for the bank (G79). */
    waiting: { invoice: string; url: string | null } | null
    /** Where a cancellation leads; null: the subscription ends. */
    freePlan: string | null
  }
  offers: PlanOffer[]
}

/** What an organization holds of a product, and what else it could be on. Null where there is no such product. */
export async function getPlanView(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<PlanView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return null
  const newest = await loadNewestProduct(tx, productId, here.now)
  if (!newest) return null
  const loaded = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.product === productId)
  const account = await readAccount(tx, organizationId, newest.currency)
  const common = {
    product: { id: newest.id, name: newest.name },
    currency: newest.currency,
    now: here.now.toString(),
    hasPaymentMethod: await hasPaymentMethod(tx, organizationId),
  }
  if (!loaded) return { ...common, subscription: null, offers: newest.plans.filter((plan) => plan.offered).map((plan) => offer(newest, plan, null)) }

  const { holding, row } = loaded
  const held = holding.terms.plan
  const waiting = (await readWaitingActions(tx, organizationId)).get(row.id)
  const plans = newest.plans.filter((plan) => plan.offered || plan.id === held.id)
  return {
    ...common,
    subscription: {
      id: row.id,
      plan: { id: held.id, name: held.name, isFree: isFree(held) },
      interval: holding.terms.interval,
      price: held.prices[holding.terms.interval] ?? (0n as MinorUnits),
      status: holding.status,
      period: { start: holding.period.start.toString(), end: holding.period.end.toString(), totalDays: holding.period.totalDays },
      cancelAt: holding.cancelAt?.toString() ?? null,
      pendingChange: holding.pendingChange && { plan: holding.pendingChange.plan.name, at: holding.pendingChange.effectiveAt.toString() },
      waiting: waiting ? { invoice: waiting.documentId, url: waiting.url } : null,
      freePlan: newest.plans.find((plan) => plan.offered && isFree(plan))?.name ?? null,
    },
    offers: plans.map((plan) => {
      if (plan.id === held.id) return { ...offer(newest, plan, null), change: 'current' }
      const interval = plan.prices[holding.terms.interval] === undefined ? 'month' : holding.terms.interval
      const decision = decideChange({ holding, request: { target: { product: newest, plan, interval } }, account, now: here.now })
      return offer(newest, plan, decision)
    }),
  }
}

function offer(product: Product, plan: Plan, decision: ReturnType<typeof decideChange> | null): PlanOffer {
  return {
    id: plan.id,
    name: plan.name,
    isFree: isFree(plan),
    prices: plan.prices,
    included: product.meters.map((meter) => ({ meter: meter.id, unit: meter.unit, limit: plan.included[meter.id] ?? null })),
    overagePrice: plan.overLimit.type === 'overage' ? unitPriceString(plan.overLimit.unitPrice) : null,
    change: decision?.kind ?? 'upgrade',
    rejection: decision?.rejection ? viewRejection(decision.rejection) : null,
    preview:
      decision && !decision.rejection
        ? { amountDue: decision.document.amountDue, creditIssued: decision.document.creditIssued, effective: decision.effective }
        : null,
  }
}

export type HeldProduct = { id: string; name: string; subscriptionId: SubscriptionId; periodEnd: string }

/** Products with a live subscription, for the switcher and the short addresses, and those that may be subscribed to. */
export async function listProducts(
  tx: Transaction,
  organizationId: OrganizationId,
): Promise<{ held: HeldProduct[]; available: { id: string; name: string }[] }> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return { held: [], available: [] }
  const catalog = await loadCatalog(tx, here.now)
  const live = await readLiveSubscriptions(tx, organizationId)
  const held = live.flatMap(({ row }) => {
    const product = catalog.find((one) => one.id === row.product)
    return product ? [{ id: product.id, name: product.name, subscriptionId: row.id, periodEnd: row.periodEnd.toString() }] : []
  })
  const available = catalog
    .filter((product) => product.currency === here.organization.currency && !held.some((one) => one.id === product.id))
    .map(({ id, name }) => ({ id, name }))
  return { held, available }
}
