import { inEngine, type Transaction } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import type { ProviderNotification } from '../../payments/port'
import { systemClock } from '../../time'

/**
 * Keeps a notification of the payment provider, once by its id; the worker reads its subject back and settles. Types that
 * are about nothing of ours are kept and ignored.
 */
export async function receiveNotification(notification: ProviderNotification): Promise<void> {
  await inEngine((tx) => keepNotifications(tx, [notification], { missed: false }))
}

/** How many of them are new. What comes after it was found, or is found after it came, is one row. */
export async function keepNotifications(tx: Transaction, notifications: readonly ProviderNotification[], { missed }: { missed: boolean }): Promise<number> {
  if (notifications.length === 0) return 0
  const now = systemClock.now()
  const rows = notifications.map(({ id, type, subject }) => {
    const state = subject.kind === 'other' ? ('ignored' as const) : ('pending' as const)
    return { id, type, subject, state, missed, nextTryAt: now, receivedAt: now }
  })
  const kept = await tx.insert(webhookInbox).values(rows).onConflictDoNothing().returning({ id: webhookInbox.id })
  return kept.length
}
