import type { z } from '@hono/zod-openapi'
import type { Party } from '../../../db/schema'
import type { GrantView } from '../../billing/views/credits'
import type { DocumentDetail, DocumentView } from '../../billing/views/documents'
import { type Currency, decimalString, exactFromMinor } from '../../money'
import type { credits, invoice } from '../schemas/invoice'
import { at, atOrNull, presentBilling, presentLine, whole } from './values'

function presentParty({ name, ...details }: Party) {
  return { name, ...presentBilling(details) }
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
    tax: 0,
    total: whole(view.total),
    amount_due: whole(view.amountDue),
    amount_paid: whole(view.amountPaid),
    amount_refunded: whole(view.amountRefunded),
    credit_issued: whole(view.creditIssued),
    differs_because: view.differsBecause,
    seller: presentParty(view.seller),
    buyer: presentParty(view.buyer),
    payment: { state: payment.state, reason: payment.reason, reference: payment.reference, url: payment.url, next_try_at: atOrNull(payment.nextTryAt) },
    ...('refundable' in view ? { refundable: presentRefundable(view.refundable) } : {}),
  }
}

function presentRefundable(refundable: DocumentDetail['refundable']) {
  return refundable && { amount: whole(refundable.amount), window_closes_at: at(refundable.windowClosesAt) }
}

export function presentGrant(view: GrantView, currency: Currency): z.output<typeof credits>['grants'][number] {
  return {
    id: view.id,
    source: view.source,
    amount: decimalString(exactFromMinor(view.amount, currency), currency),
    remaining: decimalString(exactFromMinor(view.remaining, currency), currency),
    granted_at: at(view.grantedAt),
    expires_at: atOrNull(view.expiresAt),
    invoice: view.documentId,
  }
}
