import { and, asc, desc, eq, gt } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, pendingActions } from '../../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId } from '../../../ids'
import type { MinorUnits } from '../../../money'
import type { Actor } from '../../context'
import { findPaymentOf } from './payment-of'

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

type Press = { organizationId: OrganizationId; actor: Actor; amount: MinorUnits; lastPurchase: DocumentId | null }

/** What such a press has bought already, where it knew of no later purchase than that; nothing to collect where nothing was due. */
export async function findPressedPurchase(
  tx: Transaction,
  { organizationId, actor, amount, lastPurchase }: Press,
): Promise<{ documentId: DocumentId; paymentId: PaymentId | null } | null> {
  const [made] = await tx
    .select({ documentId: documents.id })
    .from(documents)
    .innerJoin(pendingActions, and(eq(pendingActions.organizationId, documents.organizationId), eq(pendingActions.documentId, documents.id)))
    .where(
      and(
        eq(documents.organizationId, organizationId),
        eq(documents.total, amount),
        lastPurchase ? gt(documents.id, lastPurchase) : undefined,
        eq(pendingActions.kind, 'purchase'),
        eq(pendingActions.actor, actor),
      ),
    )
    .orderBy(asc(documents.id))
    .limit(1)
  return made ? { ...made, paymentId: await findPaymentOf(tx, { organizationId, ...made }) } : null
}
