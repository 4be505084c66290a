import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { subscriptions } from '../../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../../ids'
import { isFree } from '../../core/catalog'
import { type ChangeInProgress, findWaitingAction } from './account'
import { type LoadedSubscription, loadSubscriptions } from './subscription'

export type AlreadySubscribed = { code: 'already_subscribed'; subscription: SubscriptionId }

/** The live subscription of a product that has begun; one that waits for its first payment is none yet. Locked. */
export async function lockRunning(tx: Transaction, organizationId: OrganizationId, product: string): Promise<LoadedSubscription | null> {
  const where = and(
    eq(subscriptions.organizationId, organizationId),
    eq(subscriptions.product, product),
    isNull(subscriptions.endedAt),
    isNotNull(subscriptions.startedAt),
  )
  const [running] = await loadSubscriptions(tx, { where, lock: true })
  return running ?? null
}

/** The subscription of a product that waits for its first payment; null where none does. */
export async function findAwaiting(tx: Transaction, organizationId: OrganizationId, product: string): Promise<SubscriptionId | null> {
  const [awaiting] = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, product), isNull(subscriptions.endedAt), isNull(subscriptions.startedAt)),
    )
    .orderBy(asc(subscriptions.id))
    .limit(1)
  return awaiting?.id ?? null
}

/**
 * Why a plan that was invoiced first cannot begin (G9): something paid runs, or is being paid for. A free subscription
 * makes room.
 */
export async function findObstacle(tx: Transaction, organizationId: OrganizationId, product: string): Promise<AlreadySubscribed | ChangeInProgress | null> {
  const running = await lockRunning(tx, organizationId, product)
  if (!running) return null
  if (!isFree(running.holding.terms.plan)) return { code: 'already_subscribed', subscription: running.row.id }
  return findWaitingAction(tx, organizationId, running.row.id)
}
