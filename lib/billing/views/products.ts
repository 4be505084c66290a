import type { Transaction } from '../../../db/client'
import type { OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { loadCatalog } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import { type Interval, isFree, type Plan, type Product } from '../core/catalog'
import { readLiveSubscriptions } from './held'

export type HeldProduct = { id: string; name: string; subscriptionId: SubscriptionId; periodEnd: string; isMetered: boolean }

/** A product that may be subscribed to, and what one would begin with. */
export type AvailableProduct = {
  id: string
  name: string
  currency: Currency
  isMetered: boolean
  /** A plan that costs nothing is on offer. */
  hasFreePlan: boolean
  /** Days of a trial of a paid plan (T9); null: none. */
  trialDays: number | null
  /** The smallest price of a paid plan; null where every plan is free or charges by use alone. */
  from: { price: MinorUnits; interval: Interval; perSeat: boolean } | null
  /** Units are paid for one by one: from a balance, or at the month's end. */
  isPaidByUse: boolean
}

/** Products with a live subscription, for the switcher and the short addresses, and those that may be subscribed to. */
export async function listProducts(tx: Transaction, organizationId: OrganizationId): Promise<{ held: HeldProduct[]; available: AvailableProduct[] }> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return { held: [], available: [] }
  const catalog = await loadCatalog(tx, here.now)
  const live = await readLiveSubscriptions(tx, organizationId)
  const held = live.flatMap(({ row }) => {
    const product = catalog.find((one) => one.id === row.product)
    if (!product) return []
    return [{ id: product.id, name: product.name, subscriptionId: row.id, periodEnd: row.periodEnd.toString(), isMetered: isMetered(product) }]
  })
  const available = catalog
    .filter((product) => product.currency === here.organization.currency && !held.some((one) => one.id === product.id))
    .map(viewAvailable)
  return { held, available }
}

function isMetered(product: Product): boolean {
  return product.meters.length > 0
}

function viewAvailable(product: Product): AvailableProduct {
  const offered = product.plans.filter((plan) => plan.offered)
  return {
    id: product.id,
    name: product.name,
    currency: product.currency,
    isMetered: isMetered(product),
    hasFreePlan: offered.some(isFree),
    trialDays: product.policies.trial?.days ?? null,
    from: smallestPrice(offered),
    isPaidByUse: offered.some(({ overLimit }) => overLimit.type === 'prepaid' || overLimit.type === 'arrears'),
  }
}

function smallestPrice(plans: readonly Plan[]): AvailableProduct['from'] {
  const monthly = plans.flatMap(({ prices: { month }, perSeat }) => (month === undefined || month === 0n ? [] : [{ price: month, perSeat }]))
  const least = monthly.reduce<(typeof monthly)[number] | null>((found, one) => (found && found.price <= one.price ? found : one), null)
  return least && { ...least, interval: 'month' }
}
