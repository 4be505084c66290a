import { and, eq } from 'drizzle-orm'
import { documents, payments, pendingActions, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { type ChangeInProgress, hasPaymentMethod } from './store/account'
import { type Forbidden, forbidsActor } from './store/members'
import { type AlreadySubscribed, findObstacle } from './store/obstacles'
import { lockOrganization } from './store/organization'

export type PayInvoice = { organizationId: OrganizationId; documentId: DocumentId; expectedAmountDue?: MinorUnits | undefined }

export type PayInvoiceRefusal =
  | Forbidden
  | { code: 'not_found' }
  | { code: 'not_payable'; status: string }
  | { code: 'quote_expired'; amountDue: MinorUnits }
  | { code: 'no_payment_method' }
  | AlreadySubscribed
  | ChangeInProgress

export type PreparedPayment = { paymentId: PaymentId; amountDue: MinorUnits }

/** Its paid action has waited too long, and is given up before anything else happens to it (G79). */
export type ActionExpired = { code: 'action_expired'; paymentId: PaymentId }

/** Checks that an invoice is open at the amount that was shown (G81); the flow then collects it. */
export async function preparePayInvoice({ tx, actor }: CommandContext, input: PayInvoice): Promise<Result<PreparedPayment, PayInvoiceRefusal | ActionExpired>> {
  const { now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'invoices:pay')
  if (forbidden) return refuse(forbidden)
  const [found] = await tx
    .select({ document: documents, paymentId: payments.id, expiresAt: pendingActions.expiresAt, product: subscriptions.product })
    .from(documents)
    .leftJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .leftJoin(
      pendingActions,
      and(eq(pendingActions.organizationId, documents.organizationId), eq(pendingActions.documentId, documents.id), eq(pendingActions.state, 'waiting')),
    )
    .leftJoin(subscriptions, and(eq(subscriptions.organizationId, documents.organizationId), eq(subscriptions.id, documents.subscriptionId)))
    .where(and(eq(documents.organizationId, input.organizationId), eq(documents.id, input.documentId)))
  if (!found) return refuse({ code: 'not_found' })
  const { document, paymentId, expiresAt, product } = found
  if (document.status !== 'open' || !paymentId) return refuse({ code: 'not_payable', status: document.status })
  if (expiresAt && isAtOrAfter(now, expiresAt)) return refuse({ code: 'action_expired', paymentId })
  if (input.expectedAmountDue !== undefined && input.expectedAmountDue !== document.amountDue)
    return refuse({ code: 'quote_expired', amountDue: document.amountDue })
  const obstacle = document.kind === 'pro_forma' && product ? await findObstacle(tx, input.organizationId, product) : null
  if (obstacle) return refuse(obstacle)
  if (!(await hasPaymentMethod(tx, input.organizationId))) return refuse({ code: 'no_payment_method' })
  return ok({ paymentId, amountDue: document.amountDue })
}
