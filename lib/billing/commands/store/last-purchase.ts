import { and, desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents } from '../../../../db/schema'
import type { DocumentId, OrganizationId } from '../../../ids'

/** Paid or not, the newest invoice for credit. */
export async function findLastPurchase(tx: Transaction, organizationId: OrganizationId): Promise<DocumentId | null> {
  const [last] = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), eq(documents.kind, 'purchase')))
    .orderBy(desc(documents.id))
    .limit(1)
  return last?.id ?? null
}
