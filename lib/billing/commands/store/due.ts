import { and, eq, inArray } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { pendingActions, subscriptions } from '../../../../db/schema'
import type { SubscriptionId } from '../../../ids'
import type { LoadedSubscription } from './subscription'

/** Which of those that are due may go on, and which wait: a paid action of theirs has no answer yet, and settles the same tab (G79). */
export async function splitWaiting(
  tx: Transaction,
  due: readonly LoadedSubscription[],
): Promise<{ ready: LoadedSubscription[]; waiting: LoadedSubscription[] }> {
  if (due.length === 0) return { ready: [], waiting: [] }
  const ids = due.map(({ row }) => row.id)
  const actions = await tx
    .select({ id: pendingActions.subscriptionId })
    .from(pendingActions)
    .where(and(inArray(pendingActions.subscriptionId, ids), eq(pendingActions.state, 'waiting')))
  const isWaiting = new Set(actions.map(({ id }) => id))
  return { ready: due.filter(({ row }) => !isWaiting.has(row.id)), waiting: due.filter(({ row }) => isWaiting.has(row.id)) }
}

/** Those that could not be decided are no longer due, and keep their error for the operator; the others go on. */
export async function setAsideBroken(tx: Transaction, broken: readonly { id: SubscriptionId; error: string }[]): Promise<void> {
  for (const { id, error } of broken) await tx.update(subscriptions).set({ renewalError: error }).where(eq(subscriptions.id, id))
}
