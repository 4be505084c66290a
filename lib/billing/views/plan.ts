import { and, count, eq, isNotNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import type { Instant } from '../../time'
import { hasPaymentMethod } from '../commands/store/account'
import { loadNewestProduct } from '../commands/store/catalog'
import { listCustomPlans, withCustomPlans } from '../commands/store/custom-plans'
import { readOrganizationTime } from '../commands/store/organization'
import type { LoadedSubscription } from '../commands/store/subscription'
import { type CyclePolicy, type Interval, isFree, isPrepaid, type Plan, type Product, priceOf } from '../core/catalog'
import { decideChange } from '../core/change'
import { earlyRenewalBar, exhaustedMeter } from '../core/exhausted'
import { isIntroduced } from '../core/introduction'
import { countedUnits } from '../core/rating'
import { decideAction } from '../core/renew-early'
import type { Account, Holding, PendingChange } from '../core/state'
import { readLiveSubscriptions } from './held'
import { advisePlans, type PlanAdviceView } from './plan-advice'
import { type IncludedView, includedIn, offersByInterval, type PlanOffer, viewOffer } from './plan-offer'
import { type RejectionView, viewRejection } from './quote'
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
    /** What its first days include instead, until the period's end (B1); null: they do not run. */
    introduction: { unit: string; limit: bigint }[] | null
    cancelAt: string | null
    pendingChange: { plan: { id: string; name: string }; interval: Interval; at: string; kind: PendingChange['kind'] } | null
    /** A paid action that waits, e.g. for the bank (G79). */
    waiting: { invoice: string; url: string | null } | null
    /** Where a cancellation leads; null: the subscription ends. */
    freePlan: string | null
  }
  /** What is to be had of the held plan besides a change: its yearly term begun anew, or a new period at once (B4, B7). */
  actions: ActionOffer[]
  /** What each plan would have cost; null: nothing to compare yet. */
  advice: PlanAdviceView | null
  /** By interval, those by which anything is sold. */
  offers: Partial<Record<Interval, PlanOffer[]>>
}

export type ActionOffer = {
  action: 'resubscribe' | 'renew_now'
  /** The fee of the term or period that it begins. */
  price: MinorUnits
  effectiveAt: string
  /** Units that are left and would be lost, with the meter's unit; null: none. */
  lost: { units: bigint; unit: string } | null
  rejection: RejectionView | null
}

/** What an organization holds of a product, and what else it could be on. Null where there is no such product. */
export async function getPlanView(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<PlanView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return null
  const sold = await loadNewestProduct(tx, productId, here.now)
  if (!sold) return null
  const newest = withCustomPlans(sold, await listCustomPlans(tx, organizationId))
  const loaded = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.product === productId) ?? null
  const seats = await seatsOf(tx, organizationId, newest, loaded?.holding ?? null)
  const account = await readAccount(tx, organizationId, newest.currency)
  const past = loaded === null ? await readPast(tx, organizationId, productId) : { isNew: false, hasTried: true }
  return {
    product: { id: newest.id, name: newest.name, isMetered: newest.meters.length > 0 },
    currency: newest.currency,
    now: here.now.toString(),
    cycle: newest.policies.cycle,
    hasPaymentMethod: await hasPaymentMethod(tx, organizationId),
    seats,
    subscription: loaded && viewHeld(loaded, newest, (await readWaitingActions(tx, organizationId)).get(loaded.row.id)),
    actions: loaded ? actionsOf(loaded.holding, { newest, account, now: here.now, registeredAt: here.organization.registeredAt }) : [],
    advice: loaded && (await advisePlans(tx, { product: newest, loaded, seats })),
    offers: offersOf({ newest, holding: loaded?.holding ?? null, seats, account, now: here.now, ...past }),
  }
}

/** Also of subscriptions that have ended: an introduction and a trial are had once (G62, G69). */
async function readPast(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<{ isNew: boolean; hasTried: boolean }> {
  const [found] = await tx
    .select({ held: count(), tried: count(subscriptions.trialEnd) })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, productId), isNotNull(subscriptions.startedAt)))
  return { isNew: (found?.held ?? 0) === 0, hasTried: (found?.tried ?? 0) > 0 }
}

function viewHeld(
  { holding, row }: LoadedSubscription,
  newest: Product,
  waiting: { documentId: string; url: string | null } | undefined,
): NonNullable<PlanView['subscription']> {
  const { plan, interval } = holding.terms
  const price = priceOf(plan, interval)
  const isTrial = holding.status === 'trialing'
  // What a trial leads to is for those who are there.
  const paid = (isTrial ? holding.seats?.present : holding.seats?.paid) ?? 0
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
    trialEnd: isTrial ? (holding.trialEnd?.toString() ?? null) : null,
    introduction: isIntroduced(holding) ? runningLimits(holding) : null,
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

function runningLimits({ segments, terms }: Holding): { unit: string; limit: bigint }[] {
  return terms.product.meters.flatMap(({ id, unit }) => {
    const limit = segments.findLast((segment) => segment.meter === id)?.limit
    return limit == null ? [] : [{ unit, limit }]
  })
}

type Acting = { newest: Product; account: Account; now: Instant; registeredAt: Instant }

/** Those that somebody on this plan may ask for; one that is not for them, or not yet, is not shown. */
function actionsOf(holding: Holding, { newest, account, now, registeredAt }: Acting): ActionOffer[] {
  const { plan: held, interval, product } = holding.terms
  const sold = newest.plans.find((plan) => plan.id === held.id && plan.prices[interval] !== undefined)
  const target = sold ? { product: newest, plan: sold, interval } : { product, plan: held, interval }
  const mayBeginAnew = interval === 'year' && held.resubscribe && exhaustedMeter(holding) !== null && holding.pendingChange?.kind !== 'resubscribe'
  const mayRenewEarly = earlyRenewalBar(holding, { registeredAt, now }) === null
  const offered = [...(mayBeginAnew ? (['resubscribe'] as const) : []), ...(mayRenewEarly ? (['renew_now'] as const) : [])]
  return offered.flatMap((action) => {
    const { rejection, effectiveAt } = decideAction({ action, holding, request: { target }, account, now, registeredAt })
    if (rejection?.code === 'not_eligible') return []
    return [
      {
        action,
        price: priceOf(target.plan, interval),
        effectiveAt: effectiveAt.toString(),
        lost: action === 'renew_now' ? unitsLeft(holding) : null,
        rejection: rejection && viewRejection(rejection),
      },
    ]
  })
}

function unitsLeft({ segments, terms }: Holding): ActionOffer['lost'] {
  const [meter] = terms.product.meters
  const running = meter && segments.findLast((segment) => segment.meter === meter.id)
  const left = running?.limit ? running.limit - countedUnits(running) : 0n
  return meter && left > 0n ? { units: left, unit: meter.unit } : null
}

type Offering = { newest: Product; holding: Holding | null; seats: number | null; account: Account; now: Instant; isNew: boolean; hasTried: boolean }

function offersOf({ newest, holding, seats, account, now, isNew, hasTried }: Offering): PlanView['offers'] {
  const held = holding?.terms
  const about = { product: newest, seats, canTry: !hasTried, canBeIntroduced: isNew }
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
