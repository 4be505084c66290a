import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { payments, pendingActions } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId, SubscriptionId } from '../../ids'

type WaitingPayment = { id: PaymentId; documentId: DocumentId; kind: (typeof pendingActions.$inferSelect)['kind'] }

/** The payment of the paid action that a subscription waits for. */
export async function findWaitingPayment(tx: Transaction, organizationId: OrganizationId, subscriptionId: SubscriptionId): Promise<WaitingPayment | null> {
  const [found] = await tx
    .select({ id: payments.id, documentId: payments.documentId, kind: pendingActions.kind })
    .from(pendingActions)
    .innerJoin(payments, and(eq(payments.organizationId, pendingActions.organizationId), eq(payments.documentId, pendingActions.documentId)))
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.subscriptionId, subscriptionId), eq(pendingActions.state, 'waiting')))
  return found ?? null
}
