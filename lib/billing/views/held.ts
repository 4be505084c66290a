import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import { once } from '../../../db/snapshot'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { type LoadedSubscription, loadSubscriptions, readSubscription } from '../commands/store/subscription'

/** What an organization holds now: its live subscriptions with the usage of their running periods. Nearly every part of a page is about them. */
export function readLiveSubscriptions(tx: Transaction, organizationId: OrganizationId): Promise<LoadedSubscription[]> {
  const where = and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt))
  return once(tx, `live subscriptions of ${organizationId}`, () => loadSubscriptions(tx, { where, lock: false }))
}

/** One subscription, live or ended. Null where it is another organization's. */
export async function readHeldSubscription(tx: Transaction, organizationId: OrganizationId, id: SubscriptionId): Promise<LoadedSubscription | null> {
  const live = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.id === id)
  return live ?? once(tx, `subscription ${organizationId} ${id}`, () => readSubscription(tx, organizationId, id))
}
