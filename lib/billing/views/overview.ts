import type { Transaction } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import type { Currency } from '../../money'
import { readSubscription } from '../commands/store/subscription'
import type { NextCharge } from '../core/renewal'
import { findSubscription, listSubscriptions, type SubscriptionDetail, type SubscriptionView } from './subscriptions'
import { getUsageCard } from './usage'
import { type UsageCardView, viewCard } from './usage-page'

export type OverviewCardView = UsageCardView & {
  cancelAt: string | null
  /** The first plan change or subscription that waits for its payment. */
  isWaiting: boolean
}

/** More products than an organization will hold at once. */
const SUBSCRIPTIONS_READ = 50

/** A usage card per live subscription, the one that needs attention first. */
export async function getOverviewCards(tx: Transaction, organizationId: OrganizationId): Promise<OverviewCardView[]> {
  const cards: OverviewCardView[] = []
  for (const { id: subscriptionId, cancelAt, waitingAction } of await liveSubscriptions(tx, organizationId)) {
    const card = await getUsageCard(tx, { organizationId, subscriptionId })
    if (card) cards.push({ ...viewCard(card), cancelAt: cancelAt?.toString() ?? null, isWaiting: waitingAction !== null })
  }
  return cards.sort((a, b) => pressing(a) - pressing(b) || a.product.name.localeCompare(b.product.name))
}

/** The lower, the sooner somebody has to do something. */
function pressing({ status, meters, isWaiting, cancelAt }: OverviewCardView): number {
  if (status === 'unpaid' || status === 'past_due' || isWaiting) return 0
  const states = meters.map(({ state }) => state)
  if (states.includes('limit_reached')) return 1
  if (states.includes('overage')) return 2
  if (states.includes('warning')) return 3
  return cancelAt ? 4 : 5
}

export type NextChargeView = Omit<NextCharge, 'at'> & {
  product: { id: string; name: string }
  plan: string
  currency: Currency
  at: string
  /** Set where the subscription moves to another plan then, or ends. */
  isCanceled: boolean
  nextPlan: string | null
  /** Whether extra units until then are charged with it. */
  isMetered: boolean
}

/** What each live subscription would be charged at its renewal with the usage as it is now, the soonest first (G75). */
export async function getNextCharges(tx: Transaction, organizationId: OrganizationId): Promise<NextChargeView[]> {
  const found: NextChargeView[] = []
  for (const { id } of await liveSubscriptions(tx, organizationId)) {
    const subscription = await findSubscription(tx, organizationId, id)
    const held = await readSubscription(tx, organizationId, id)
    if (!subscription?.nextCharge || !held) continue
    found.push({ ...viewNextCharge(subscription, subscription.nextCharge), isMetered: held.holding.terms.plan.overLimit.type === 'overage' })
  }
  return found.sort((a, b) => Number(a.title === 'none') - Number(b.title === 'none') || a.at.localeCompare(b.at))
}

function viewNextCharge({ product, plan, currency, cancelAt, pendingChange }: SubscriptionDetail, charge: NextCharge): Omit<NextChargeView, 'isMetered'> {
  const isCanceled = cancelAt !== null
  return { ...charge, at: charge.at.toString(), product, plan: plan.name, currency, isCanceled, nextPlan: pendingChange?.plan.name ?? null }
}

async function liveSubscriptions(tx: Transaction, organizationId: OrganizationId): Promise<SubscriptionView[]> {
  const all = await listSubscriptions(tx, organizationId, { limit: SUBSCRIPTIONS_READ })
  return all.filter(({ endedAt }) => endedAt === null)
}
