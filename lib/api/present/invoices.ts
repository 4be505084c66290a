import type { z } from '@hono/zod-openapi'
import type { Party, Seller } from '../../../db/schema'
import type { DocumentDetail, DocumentView } from '../../billing/views/documents'
import type { RelatedDocument } from '../../billing/views/related-documents'
import type { invoice } from '../schemas/invoice'
import { at, atOrNull, presentBilling, presentLine, whole } from './values'

function presentParty({ name, ...details }: Party) {
  return { name, ...presentBilling(details) }
}

function presentSeller({ bankDetails, ...party }: Seller) {
  return { ...presentParty(party), ...(bankDetails === undefined ? {} : { bank_details: bankDetails }) }
}

export function presentInvoice(view: DocumentView | DocumentDetail): z.output<typeof invoice> {
  const { payment, period } = view
  return {
    id: view.id,
    number: view.number,
    kind: view.kind,
    status: view.status,
    organization: view.organizationId,
    subscription: view.subscriptionId,
    currency: view.currency,
    issued_at: at(view.issuedAt),
    paid_at: atOrNull(view.paidAt),
    period: period && { start: at(period.start), end: at(period.end) },
    lines: view.lines.map(presentLine),
    subtotal: whole(view.total),
    credit_applied: whole(view.creditApplied),
    carried_forward: whole(view.carriedForward),
    prepaid_applied: whole(view.prepaidApplied),
    tax: 0,
    total: whole(view.total),
    amount_due: whole(view.amountDue),
    amount_paid: whole(view.amountPaid),
    amount_refunded: whole(view.amountRefunded),
    credit_issued: whole(view.creditIssued),
    differs_because: view.differsBecause,
    seller: presentSeller(view.seller),
    buyer: presentParty(view.buyer),
    language: view.language,
    payment: {
      state: payment.state,
      reason: payment.reason,
      reference: payment.reference,
      card: payment.card,
      url: payment.url,
      next_try_at: atOrNull(payment.nextTryAt),
    },
    ...('refundable' in view ? { refundable: presentRefundable(view.refundable), related: view.related.map(presentRelated) } : {}),
  }
}

function presentRelated({ id, number, issuedAt, total }: RelatedDocument) {
  return { id, number, issued_at: at(issuedAt), total: whole(total) }
}

function presentRefundable(refundable: DocumentDetail['refundable']) {
  return refundable && { amount: whole(refundable.amount), window_closes_at: at(refundable.windowClosesAt) }
}
