import { and, eq, ne } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, subscriptions } from '../../../../db/schema'
import type { DocumentId } from '../../../ids'
import type { Instant } from '../../../time'
import { recordEvents } from './events'
import { decidesStatus, hasFailedDocument } from './running-plan'
import type { LoadedSubscription } from './subscription'

/** Back to `active` once no invoice of the running plan has failed, beside the one that is dealt with now (G94). */
export async function recoverSubscription(tx: Transaction, loaded: LoadedSubscription, settled: DocumentId, at: Instant): Promise<void> {
  const { organizationId, id, status } = loaded.row
  if (status !== 'past_due' && status !== 'unpaid') return
  if (await hasFailedDocument(tx, loaded.row, and(ne(documents.id, settled), decidesStatus(loaded)))) return
  await tx
    .update(subscriptions)
    .set({ status: 'active' })
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, id)))
  await recordEvents(tx, [{ organizationId, type: 'subscription.changed', subject: { kind: 'subscription', id }, at }])
}
