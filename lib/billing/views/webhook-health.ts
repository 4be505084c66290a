import { count, desc, eq, min, not } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import type { Instant } from '../../time'

/** Wall time. */
export type WebhookHealth = { lastReceivedAt: Instant | null; oldestPendingAt: Instant | null; pending: number }

/** When the payment provider was last heard of, and what of it is still to be worked on. */
export async function getWebhookHealth(tx: Transaction): Promise<WebhookHealth> {
  const [last] = await tx
    .select({ receivedAt: webhookInbox.receivedAt })
    .from(webhookInbox)
    .where(not(webhookInbox.missed))
    .orderBy(desc(webhookInbox.receivedAt))
    .limit(1)
  const [waiting] = await tx
    .select({ oldest: min(webhookInbox.receivedAt), pending: count() })
    .from(webhookInbox)
    .where(eq(webhookInbox.state, 'pending'))
  return { lastReceivedAt: last?.receivedAt ?? null, oldestPendingAt: waiting?.oldest ?? null, pending: waiting?.pending ?? 0 }
}
