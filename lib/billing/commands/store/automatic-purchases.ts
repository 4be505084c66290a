import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { subscriptions } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import type { AlertCheck } from '../../../metering/alerts'
import type { PaymentKey } from '../payment-steps'
import { type LockedOrganization, lockOrganizations } from './organization'
import { blockPurchase } from './purchase-blocks'
import { planPurchase } from './purchase-plan'
import { automaticPurchasesStopped } from './stopped-purchases'
import { type LoadedSubscription, loadSubscriptions, type SubscriptionRow } from './subscription'

/** One meter of a subscription as usage leaves it, under its counter's lock. */
export type UsageStandpoint = AlertCheck & {
  subscription: SubscriptionRow
  /** Units that did not fit and were not counted; null where usage was booked (G63). */
  refused: bigint | null
}

export type PurchaseScene = LockedOrganization & { loaded: LoadedSubscription; meter: string; refused: bigint | null }

/**
 * What usage buys by itself. `isSetOff` is asked of every event under the counter's lock and must be pure and quick; `make`
 * runs in the event's own transaction, which then holds the organization, its subscriptions and the counters (G5). It issues
 * the invoice with its payment row, and answers with the payments to be collected once that is committed; none where a look
 * at the whole shows that nothing is to be bought after all; null where there was nothing to collect and it is done.
 */
export type AutomaticPurchase = {
  isSetOff(about: UsageStandpoint): boolean
  make(tx: Transaction, scene: PurchaseScene): Promise<PaymentKey[] | null>
}

const AUTOMATIC_PURCHASES: readonly AutomaticPurchase[] = [blockPurchase, planPurchase]

export function setsOffPurchase(about: UsageStandpoint): boolean {
  return AUTOMATIC_PURCHASES.some((purchase) => purchase.isSetOff(about))
}

/** Before the counters, in the order of decision 7: who buys is locked first, so that the common path of usage never is. */
export async function lockBuyers(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<Map<OrganizationId, LockedOrganization>> {
  const locked = await lockOrganizations(tx, organizationIds)
  if (locked.size === 0) return locked
  await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(inArray(subscriptions.organizationId, [...locked.keys()]), isNull(subscriptions.endedAt)))
    .orderBy(asc(subscriptions.organizationId), asc(subscriptions.id))
    .for('no key update')
  return locked
}

/** `done`: something was bought that asks for no payment, so that what did not fit may fit now. */
export type MadePurchases = { setOff: PaymentKey[]; done: boolean }

/** Makes what usage has set off, one subscription after the other; every lock is held. */
export async function makePurchases(
  tx: Transaction,
  buyers: ReadonlyMap<OrganizationId, LockedOrganization>,
  standpoints: readonly UsageStandpoint[],
): Promise<MadePurchases> {
  const made: MadePurchases = { setOff: [], done: false }
  const stopped = await automaticPurchasesStopped(tx, [...buyers.keys()])
  for (const about of standpoints) {
    const { organizationId, id } = about.subscription
    if (stopped.has(organizationId)) continue // What is extra meanwhile is on the period's tab.
    const buyer = buyers.get(organizationId)
    if (!buyer) throw new Error(`organization ${organizationId} buys without its lock`)
    for (const purchase of AUTOMATIC_PURCHASES) {
      if (!purchase.isSetOff(about)) continue
      const where = and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, id), isNull(subscriptions.endedAt))
      const [loaded] = await loadSubscriptions(tx, { where, lock: true })
      const keys = loaded ? await purchase.make(tx, { ...buyer, loaded, meter: about.segment.meter, refused: about.refused }) : []
      made.setOff.push(...(keys ?? []))
      if (keys === null) made.done = true
    }
  }
  return made
}
