import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { payments } from '../../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId } from '../../../ids'

/** The payment of an invoice; null where nothing is due of it. */
export async function findPaymentOf(tx: Transaction, of: { organizationId: OrganizationId; documentId: DocumentId }): Promise<PaymentId | null> {
  const [found] = await tx
    .select({ id: payments.id })
    .from(payments)
    .where(and(eq(payments.organizationId, of.organizationId), eq(payments.documentId, of.documentId)))
  return found?.id ?? null
}
