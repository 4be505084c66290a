import { z } from '@hono/zod-openapi'
import type { Transaction } from '../../../db/client'
import type { OpenedRefund } from '../../billing/commands/refund-invoice'
import { payInvoice } from '../../billing/flows/paid-actions'
import { refundInvoice } from '../../billing/flows/refund'
import { findDocument, findRefund, listDocuments } from '../../billing/views/documents'
import { readUnitWord } from '../../billing/views/unit-word'
import { type DocumentId, isId, type OrganizationId } from '../../ids'
import { minor } from '../../money'
import { printDocument } from '../../printing/print-document'
import { type Answer, accepted, created, file, notFound, okay, problem } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { minorField, pageQuery, text } from '../fields'
import { unsuccessful } from '../paid-answer'
import { presentInvoice } from '../present/invoices'
import { whole } from '../present/values'
import { refusalAnswer } from '../refusals'
import { returnUrl } from '../return-url'
import { defineRoute, type Route, readBy, writtenBy } from '../route'
import { invoice, refund } from '../schemas/invoice'
import { listOf } from '../schemas/shared'

const area = 'Invoices'
const REASON_LENGTH = 500
const PDF = 'application/pdf'

async function invoiceAnswer(tx: Transaction, of: { organizationId: OrganizationId; documentId: DocumentId }) {
  const found = await findDocument(tx, of.organizationId, of.documentId)
  return found ? okay(presentInvoice(found)) : notFound()
}

async function paidAnswer(tx: Transaction, of: { organizationId: OrganizationId; documentId: DocumentId }) {
  const found = await findDocument(tx, of.organizationId, of.documentId)
  if (!found) return notFound()
  // It was taken back by the operator while somebody was about to pay it: no bank has refused anything.
  if (found.payment.owed && found.payment.state === 'abandoned') return refusalAnswer({ code: 'not_payable', status: found.status })
  return unsuccessful(found, () => accepted(presentInvoice(found))) ?? okay(presentInvoice(found))
}

/** What became of a refund, as it stands now. */
export async function refundAnswer(
  tx: Transaction,
  organizationId: OrganizationId,
  refundId: string | null | undefined,
): Promise<Answer<'not_found' | 'payment_failed'>> {
  const found = refundId && isId('re', refundId) ? await findRefund(tx, organizationId, refundId) : null
  if (!found) return notFound()
  const body = {
    id: found.id,
    amount: whole(found.amount),
    currency: found.currency,
    invoice: found.documentId,
    status: found.state === 'created' ? 'pending' : found.state,
  }
  switch (found.state) {
    case 'succeeded':
      return created(body)
    case 'failed':
      return problem('payment_failed', 'The payment provider could not refund this payment.', {
        reason: 'refund_failed',
        invoice: found.documentId,
        refund: found.id,
      })
    case 'created':
    case 'pending':
      return accepted(body)
  }
}

export const invoiceRoutes: readonly Route[] = [
  defineRoute({
    ...readBy('invoices:read'),
    outlivesOrganization: true,
    path: '/organizations/{organization}/invoices',
    tenant: 'organization',
    area,
    summary: 'List invoices and credit notes',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(invoice) } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const page = readPage('inv', query)
      const found = await call.readPage(page, (tx) => listDocuments(tx, tenant.organizationId, withLookahead(page)))
      return okay(listAnswer(found, page, presentInvoice))
    },
  }),
  defineRoute({
    ...readBy('invoices:read'),
    outlivesOrganization: true,
    path: '/invoices/{invoice}',
    tenant: 'invoice',
    area,
    summary: 'Read an invoice',
    description: 'Every line carries its rule, its formula with the numbers filled in, and its inputs.',
    answers: { 200: { description: 'The invoice.', schema: invoice } },
    problems: [],
    handle: async (call, { tenant }) => call.read((tx) => invoiceAnswer(tx, tenant)),
  }),
  defineRoute({
    ...readBy('invoices:read'),
    outlivesOrganization: true,
    path: '/invoices/{invoice}/pdf',
    tenant: 'invoice',
    area,
    summary: 'Print an invoice',
    description: 'The invoice or credit note as a PDF, in the organization’s language when it was issued. While its payment stands as it is, the same bytes.',
    answers: { 200: { description: 'The document.', schema: null, file: PDF } },
    problems: [],
    handle: async (call, { tenant }) => {
      const found = await call.read(async (tx) => {
        const document = await findDocument(tx, tenant.organizationId, tenant.documentId)
        return document && { document, unitWord: await readUnitWord(tx, document.language) }
      })
      if (!found) return notFound()
      const { name, pdf } = await printDocument(found.document, found.unitWord)
      return file(name, PDF, pdf)
    },
  }),
  defineRoute({
    ...writtenBy('invoices:pay'),
    method: 'post',
    path: '/invoices/{invoice}/pay',
    tenant: 'invoice',
    area,
    summary: 'Pay an open invoice now',
    body: z.strictObject({ expected_amount_due: minorField.optional() }),
    answers: {
      200: { description: 'The paid invoice.', schema: invoice },
      202: { description: 'The outcome of the payment is not known yet.', schema: invoice },
    },
    problems: ['not_payable', 'quote_expired', 'already_subscribed', 'change_in_progress', 'payment_failed', 'payment_action_required'],
    handle: async (call, { tenant, body }) => {
      const expected = body.expected_amount_due
      return call.flow(tenant.organizationId, {
        run: (context) =>
          payInvoice(context, { ...tenant, expectedAmountDue: expected === undefined ? undefined : minor(expected), returnUrl: returnUrl(tenant.slug) }),
        facts: () => ({ document: tenant.documentId }),
        goesOn: () => true,
        answer: (tx) => paidAnswer(tx, tenant),
      })
    },
  }),
  defineRoute({
    ...writtenBy('refunds:request'),
    method: 'post',
    path: '/invoices/{invoice}/refunds',
    tenant: 'invoice',
    area,
    summary: 'Refund an invoice',
    description:
      'All that can be refunded, if no amount is named. A full refund of what pays the running plan moves to the free plan at once; what is left of the other invoices of its period can then be refunded too. Overage stays paid where the product asks for an unused period. With a `reason` the operator refunds beyond what the product allows, and never more than came in.',
    body: z.strictObject({
      amount: z.int().positive().optional(),
      reason: text(1, REASON_LENGTH)
        .refine((value) => value.trim() !== '', 'must not be blank')
        .optional()
        .openapi({ description: 'The operator’s alone: an exception from the window and the conditions of the product.' }),
    }),
    answers: {
      201: { description: 'The refund.', schema: refund },
      202: { description: 'The refund is under way.', schema: refund },
    },
    problems: ['refund_window_closed', 'refund_not_eligible', 'refund_in_progress', 'change_in_progress', 'payment_failed'],
    handle: async (call, { tenant, body }) =>
      call.flow(tenant.organizationId, {
        run: (context) => refundInvoice(context, { ...tenant, amount: body.amount === undefined ? undefined : minor(body.amount), reason: body.reason }),
        facts: ({ refundId }: OpenedRefund) => ({ document: tenant.documentId, refund: refundId }),
        goesOn: () => true,
        answer: (tx, facts) => refundAnswer(tx, tenant.organizationId, facts.refund),
      }),
  }),
]
