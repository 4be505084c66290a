import { and, eq } from 'drizzle-orm'
import { documents, payments } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { hasPaymentMethod } from './store/account'
import { lockOrganization } from './store/organization'

export type PayInvoice = { organizationId: OrganizationId; documentId: DocumentId; expectedAmountDue?: MinorUnits | undefined }

export type PayInvoiceRefusal =
  | { code: 'not_found' }
  | { code: 'not_payable'; status: string }
  | { code: 'quote_expired'; amountDue: MinorUnits }
  | { code: 'no_payment_method' }

/** Checks that an invoice is open at the amount that was shown (G81); the flow then collects it. */
export async function preparePayInvoice(
  { tx }: CommandContext,
  input: PayInvoice,
): Promise<Result<{ paymentId: PaymentId; amountDue: MinorUnits }, PayInvoiceRefusal>> {
  await lockOrganization(tx, input.organizationId)
  const [found] = await tx
    .select({ document: documents, paymentId: payments.id })
    .from(documents)
    .leftJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(and(eq(documents.organizationId, input.organizationId), eq(documents.id, input.documentId)))
  if (!found) return refuse({ code: 'not_found' })
  const { document, paymentId } = found
  if (document.status !== 'open' || !paymentId) return refuse({ code: 'not_payable', status: document.status })
  if (input.expectedAmountDue !== undefined && input.expectedAmountDue !== document.amountDue)
    return refuse({ code: 'quote_expired', amountDue: document.amountDue })
  if (!(await hasPaymentMethod(tx, input.organizationId))) return refuse({ code: 'no_payment_method' })
  return ok({ paymentId, amountDue: document.amountDue })
}
