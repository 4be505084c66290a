import { and, count, eq, isNotNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import { hasPaymentMethod } from '../commands/store/account'
import { loadNewestProduct } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import type { LoadedSubscription } from '../commands/store/subscription'
import { type CyclePolicy, type Interval, isFree, isPrepaid, type Plan, type Product, priceOf } from '../core/catalog'
import { decideChange } from '../core/change'
import type { Account, Holding, PendingChange } from '../core/state'
import { readLiveSubscriptions } from './held'
import { type IncludedView, includedIn, offersByInterval, type PlanOffer, viewOffer } from './plan-offer'
import { seatsOf } from './seats'
import { readAccount, readWaitingActions } from './subscriptions'

export type { PlanOffer } from './plan-offer'

export type PlanView = {
  product: { id: string; name: string; isMetered: boolean }
  currency: Currency
  now: string
  hasPaymentMethod: boolean
  /** What a price by the month is for; one by the year is for a year. */
  cycle: CyclePolicy
  /** Members who hold a seat; null where the product sells none. */
  seats: number | null
  subscription: null | {
    id: SubscriptionId
    plan: { id: string; name: string; isFree: boolean; isPrepaid: boolean; isOffered: boolean }
    interval: Interval
    /** Of the whole interval, for all seats that are paid. */
    price: MinorUnits
    /** Of one seat, and how many the period is paid for; null where it is not sold by the seat. */
    perSeat: { price: MinorUnits; paid: number } | null
    status: Holding['status']
    period: { start: string; end: string; totalDays: number }
    /** By the terms that are held. */
    included: IncludedView[]
    entitlements: Plan['entitlements']
    trialEnd: string | null
    cancelAt: string | null
    pendingChange: { plan: { id: string; name: string }; interval: Interval; at: string; kind: PendingChange['kind'] } | null
    /** A paid action that waits, e.g. for the bank (G79). */
    waiting: { invoice: string; url: string | null } | null
    /** Where a cancellation leads; null: the subscription ends. */
    freePlan: string | null
  }
  /** By interval, those by which anything is sold. */
  offers: Partial<Record<Interval, PlanOffer[]>>
}

/** What an organization holds of a product, and what else it could be on. Null where there is no such product. */
export async function getPlanView(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<PlanView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return null
  const newest = await loadNewestProduct(tx, productId, here.now)
  if (!newest) return null
  const loaded = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.product === productId) ?? null
  const seats = await seatsOf(tx, organizationId, newest, loaded?.holding ?? null)
  const account = await readAccount(tx, organizationId, newest.currency)
  const isNew = loaded === null && !(await hasEverHeld(tx, organizationId, productId))
  return {
    product: { id: newest.id, name: newest.name, isMetered: newest.meters.length > 0 },
    currency: newest.currency,
    now: here.now.toString(),
    cycle: newest.policies.cycle,
    hasPaymentMethod: await hasPaymentMethod(tx, organizationId),
    seats,
    subscription: loaded && viewHeld(loaded, newest, (await readWaitingActions(tx, organizationId)).get(loaded.row.id)),
    offers: offersOf({ newest, holding: loaded?.holding ?? null, seats, account, now: here.now, isNew }),
  }
}

/** Also one that has ended: an introduction is had once (G62). */
async function hasEverHeld(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<boolean> {
  const [found] = await tx
    .select({ count: count() })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, productId), isNotNull(subscriptions.startedAt)))
  return (found?.count ?? 0) > 0
}

function viewHeld(
  { holding, row }: LoadedSubscription,
  newest: Product,
  waiting: { documentId: string; url: string | null } | undefined,
): NonNullable<PlanView['subscription']> {
  const { plan, interval } = holding.terms
  const price = priceOf(plan, interval)
  const paid = holding.seats?.paid ?? 0
  const pending = holding.pendingChange
  return {
    id: row.id,
    plan: { id: plan.id, name: plan.name, isFree: isFree(plan), isPrepaid: isPrepaid(plan), isOffered: plan.offered },
    interval,
    price: plan.perSeat && holding.seats ? minor(price * BigInt(paid)) : price,
    perSeat: plan.perSeat ? { price, paid } : null,
    status: holding.status,
    period: { start: holding.period.start.toString(), end: holding.period.end.toString(), totalDays: holding.period.totalDays },
    included: includedIn(holding.terms),
    entitlements: plan.entitlements,
    trialEnd: holding.trialEnd?.toString() ?? null,
    cancelAt: holding.cancelAt?.toString() ?? null,
    pendingChange: pending && {
      plan: { id: pending.plan.id, name: pending.plan.name },
      interval: pending.interval,
      at: pending.effectiveAt.toString(),
      kind: pending.kind,
    },
    waiting: waiting ? { invoice: waiting.documentId, url: waiting.url } : null,
    freePlan: newest.plans.find((one) => one.offered && isFree(one))?.name ?? null,
  }
}

type Offering = { newest: Product; holding: Holding | null; seats: number | null; account: Account; now: Holding['period']['start']; isNew: boolean }

function offersOf({ newest, holding, seats, account, now, isNew }: Offering): PlanView['offers'] {
  const held = holding?.terms
  const about = { product: newest, seats, canTry: isNew || (held !== undefined && isFree(held.plan)), canBeIntroduced: isNew }
  const listed = newest.plans.filter((plan) => plan.offered || plan.id === held?.plan.id)
  return offersByInterval(listed, (plan, interval) => {
    if (!holding || !held) return viewOffer({ ...about, plan, interval, decision: null, isCurrent: false })
    // What is held keeps the terms that it was sold under; anything else is as it is sold now (G13).
    if (isHeld(held, plan, interval)) return viewOffer({ ...about, ...held, decision: null, isCurrent: true })
    const decision = decideChange({ holding, request: { target: { product: newest, plan, interval } }, account, now })
    return viewOffer({ ...about, plan, interval, decision, isCurrent: false })
  })
}

function isHeld(held: Holding['terms'], plan: Plan, interval: Interval): boolean {
  return held.plan.id === plan.id && held.interval === interval
}
