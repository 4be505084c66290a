import { inEngine } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import type { ProviderNotification } from '../../payments/port'
import { systemClock } from '../../time'

/**
 * Keeps a notification of the payment provider, once by its id; the worker reads its subject back and settles. Types that
 * are about nothing of ours are kept and ignored.
 */
export async function receiveNotification({ id, type, subject }: ProviderNotification): Promise<void> {
  const now = systemClock.now()
  const state = subject.kind === 'other' ? 'ignored' : 'pending'
  await inEngine((tx) => tx.insert(webhookInbox).values({ id, type, subject, state, nextTryAt: now, receivedAt: now }).onConflictDoNothing())
}
