import type { Transaction } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import type { LoadedSubscription } from '../commands/store/subscription'
import { type Interval, isFree, type Plan, priceOf } from '../core/catalog'
import type { NextCharge } from '../core/renewal'
import type { Terms } from '../core/state'
import { readLiveSubscriptions } from './held'
import { seatsOf } from './seats'
import { nextChargeOf, readWaitingActions } from './subscriptions'
import { usageFigures } from './usage'
import { type UsageCardView, viewCard } from './usage-page'
import { readUsagePeriod } from './usage-period'

export type OverviewCardView = UsageCardView & {
  cancelAt: string | null
  /** The first plan change or subscription that waits for its payment. */
  isWaiting: boolean
  /** Members who hold a seat, and what all of them cost by the interval; null where the product sells none. */
  seats: { present: number; total: MinorUnits | null; interval: Interval } | null
}

/** A usage card per live subscription, the one that needs attention first. */
export async function getOverviewCards(tx: Transaction, organizationId: OrganizationId): Promise<OverviewCardView[]> {
  const waiting = await readWaitingActions(tx, organizationId)
  const cards: OverviewCardView[] = []
  for (const { row, holding } of await readLiveSubscriptions(tx, organizationId)) {
    const found = await readUsagePeriod(tx, { organizationId, subscriptionId: row.id })
    if (!found) continue
    const present = await seatsOf(tx, organizationId, found.product, holding)
    cards.push({
      ...viewCard(usageFigures(found)),
      cancelAt: row.cancelAt?.toString() ?? null,
      isWaiting: waiting.has(row.id),
      seats: present === null ? null : { present, total: seatPrice(holding.terms, present), interval: holding.terms.interval },
    })
  }
  return cards.sort((a, b) => pressing(a) - pressing(b) || a.product.name.localeCompare(b.product.name))
}

function seatPrice({ plan, interval }: Terms, present: number): MinorUnits | null {
  return plan.perSeat ? minor(priceOf(plan, interval) * BigInt(present)) : null
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

export type NextChargeView = Omit<NextCharge, 'at' | 'title'> & {
  /** `first`: it ends a trial (T9). */
  title: NextCharge['title'] | 'first'
  product: { id: string; name: string }
  plan: string
  currency: Currency
  at: string
  /** Set where the subscription moves to another plan then, or ends. */
  isCanceled: boolean
  isFree: boolean
  nextPlan: string | null
  /** What adds to it until then: units above the limit, every unit, members who join; null: nothing. */
  grows: 'above_limit' | 'every_unit' | 'members' | null
}

/** What each live subscription would be charged at its renewal with the usage as it is now, the soonest first (G75). */
export async function getNextCharges(tx: Transaction, organizationId: OrganizationId): Promise<NextChargeView[]> {
  const found: NextChargeView[] = []
  for (const held of await readLiveSubscriptions(tx, organizationId)) {
    const charge = await nextChargeOf(tx, held)
    if (charge) found.push(viewNextCharge(held, charge))
  }
  return found.sort((a, b) => Number(a.title === 'none') - Number(b.title === 'none') || a.at.localeCompare(b.at))
}

function growsBy({ overLimit, perSeat }: Plan): NextChargeView['grows'] {
  switch (overLimit.type) {
    case 'overage':
    case 'pay_as_you_go':
      return 'above_limit'
    case 'arrears':
      return 'every_unit'
    case 'block':
    case 'blocks': // Charged as they begin, not with the renewal (S7).
    case 'prepaid':
      return perSeat ? 'members' : null
  }
}

function viewNextCharge({ holding }: LoadedSubscription, charge: NextCharge): NextChargeView {
  const { terms, cancelAt, pendingChange } = holding
  const { product, plan } = terms
  return {
    ...charge,
    title: charge.title === 'next' && holding.status === 'trialing' ? 'first' : charge.title,
    at: charge.at.toString(),
    product: { id: product.id, name: product.name },
    plan: plan.name,
    currency: product.currency,
    isCanceled: cancelAt !== null,
    isFree: isFree(plan),
    nextPlan: pendingChange?.plan.name ?? null,
    grows: growsBy(plan),
  }
}
