import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { subscriptions } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import type { AutomaticPurchase, UsageStandpoint } from './automatic-purchase'
import { type LockedOrganization, lockOrganizations } from './organization'
import type { PaymentKey } from './payment-key'
import { blockPurchase } from './purchase-blocks'
import { planPurchase } from './purchase-plan'
import { automaticPurchasesStopped } from './stopped-purchases'
import { loadSubscriptions } from './subscription'

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
