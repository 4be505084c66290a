import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, paymentMethods, payments, pendingActions } from '../../../../db/schema'
import type { DocumentId, OrganizationId, SubscriptionId } from '../../../ids'
import type { Currency } from '../../../money'
import { chargeable } from '../../../payments/minimum-charge'
import type { Account } from '../../core/state'
import { balanceOf, type Grant, loadGrants } from './credit'

export type OpenedAccount = Account & { grants: Grant[] }

/** The credit balance with its grants. With `lock`, in the order of decision 7. */
export async function openAccount(tx: Transaction, organizationId: OrganizationId, currency: Currency, lock: boolean): Promise<OpenedAccount> {
  const grants = (await loadGrants(tx, [organizationId], lock)).get(organizationId) ?? []
  return { creditBalance: balanceOf(grants), ...chargeable(currency), grants }
}

/** The account without its grants, as decisions and their records know it. */
export function toAccount({ grants: _grants, ...account }: OpenedAccount): Account {
  return account
}

export type ChangeInProgress = { code: 'change_in_progress'; invoice: DocumentId; url: string | null }

/** The paid action that a subscription waits for, if any (G79). */
export async function findWaitingAction(tx: Transaction, organizationId: OrganizationId, subscriptionId: SubscriptionId): Promise<ChangeInProgress | null> {
  const [waiting] = await tx
    .select({ invoice: pendingActions.documentId, url: payments.confirmUrl })
    .from(pendingActions)
    .leftJoin(payments, and(eq(payments.organizationId, pendingActions.organizationId), eq(payments.documentId, pendingActions.documentId)))
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.subscriptionId, subscriptionId), eq(pendingActions.state, 'waiting')))
  return waiting ? { code: 'change_in_progress', ...waiting } : null
}

/** A card that can be charged is on file. */
export async function hasPaymentMethod(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const [method] = await tx.select({ ref: paymentMethods.methodRef }).from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId))
  return method !== undefined
}

/** Invoices that wait for money, oldest first. */
export async function openInvoices(tx: Transaction, organizationId: OrganizationId) {
  return tx
    .select({ document: documents, paymentId: payments.id, paymentState: payments.state, dunning: payments.dunning })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .leftJoin(
      pendingActions,
      and(eq(pendingActions.organizationId, documents.organizationId), eq(pendingActions.documentId, documents.id), eq(pendingActions.state, 'waiting')),
    )
    .where(and(eq(documents.organizationId, organizationId), eq(documents.status, 'open'), isNull(pendingActions.documentId)))
    .orderBy(documents.issuedAt, documents.id)
}
