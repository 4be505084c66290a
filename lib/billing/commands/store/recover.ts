import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, payments, subscriptions } from '../../../../db/schema'
import type { DocumentId } from '../../../ids'
import { decidesStatus } from './running-plan'
import type { LoadedSubscription } from './subscription'

/** Back to `active` once no invoice of the running plan has failed, beside the one that is dealt with now (G94). */
export async function recoverSubscription(tx: Transaction, loaded: LoadedSubscription, settled: DocumentId): Promise<void> {
  const { organizationId, id, status } = loaded.row
  if (status !== 'past_due' && status !== 'unpaid') return
  const [failing] = await tx
    .select({ id: documents.id })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(
      and(
        eq(documents.organizationId, organizationId),
        eq(documents.subscriptionId, id),
        eq(documents.status, 'open'),
        sql`${documents.id} <> ${sql.param(settled, documents.id)}`,
        isNotNull(payments.firstFailedAt),
        decidesStatus(loaded),
      ),
    )
    .orderBy(asc(documents.issuedAt))
    .limit(1)
  if (failing) return
  await tx
    .update(subscriptions)
    .set({ status: 'active' })
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, id)))
}
