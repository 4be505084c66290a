import type { MinorUnits } from '../../../money'
import type { Instant } from '../../../time'
import { documentNumber } from '../../document-number'
import type { MessagePayload, ReceiptPayload } from '../../message-payloads'
import type { DocumentRow } from './documents'
import type { Message } from './messages'
import type { Organization } from './organization'

/** What messages about money that moved tell, in the form of `lib/billing/message-payloads.ts`. */

export function aboutDocument(organization: Organization, document: DocumentRow) {
  return {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    documentId: document.id,
    documentNumber: documentNumber(document),
    amount: document.amountDue.toString(),
    currency: document.currency,
  }
}

export function renewalPaidMessage(
  organization: Organization,
  document: DocumentRow,
  paid: { planName: string; receipt: ReceiptPayload; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'renewal_paid',
    fact: `${document.id}:paid`,
    at: paid.at,
    payload: {
      ...aboutDocument(organization, document),
      planName: paid.planName,
      periodStart: document.periodStart?.toString() ?? null,
      periodEnd: document.periodEnd?.toString() ?? null,
      receipt: paid.receipt,
    },
  }
}

/** Of whatever else was paid: each charge of a card has its mail. */
export function receiptMessage(
  organization: Organization,
  document: DocumentRow,
  paid: Pick<MessagePayload<'receipt'>, 'pays' | 'planName' | 'receipt'> & { at: Instant },
): Message {
  const { at, ...payload } = paid
  return {
    organizationId: organization.id,
    kind: 'receipt',
    fact: `${document.id}:paid`,
    at,
    payload: { ...aboutDocument(organization, document), ...payload },
  }
}

/** `refund`: its id, so that each of several is told. */
export function refundMessage(
  organization: Organization,
  document: DocumentRow,
  refunded: { refund: string; amount: MinorUnits; credit: MinorUnits; endedPlan: string | null; at: Instant },
): Message {
  const { refund, amount, credit, endedPlan, at } = refunded
  return {
    organizationId: organization.id,
    kind: 'refund_issued',
    fact: `${refund}:refunded`,
    at,
    payload: { ...aboutDocument(organization, document), amount: amount.toString(), credit: credit.toString(), endedPlan },
  }
}

export function proFormaMessage(
  organization: Organization,
  document: DocumentRow,
  issued: { planName: string; receipt: ReceiptPayload; at: Instant },
): Message {
  const { planName, receipt, at } = issued
  return {
    organizationId: organization.id,
    kind: 'pro_forma_issued',
    fact: `${document.id}:pro_forma`,
    at,
    payload: { ...aboutDocument(organization, document), planName, bank: bankDetails(), receipt },
  }
}

/** Where a transfer goes, line by line; the operator's setting, as it is printed on the invoice too. */
function bankDetails(): string[] {
  const lines = (process.env.HEADROOM_SELLER_BANK_DETAILS ?? '').split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '')
}

export function paymentFailedMessage(
  organization: Organization,
  document: DocumentRow,
  failure: { reason: string; attempt: number; nextTryAt: Instant | null; lastTry: boolean; stopsPlan: string | null; at: Instant },
): Message {
  const { reason, nextTryAt, lastTry, stopsPlan } = failure
  return {
    organizationId: organization.id,
    kind: 'payment_failed',
    fact: `${document.id}:refused:${failure.attempt}`,
    at: failure.at,
    payload: { ...aboutDocument(organization, document), reason, nextTryAt: nextTryAt?.toString() ?? null, lastTry, stopsPlan },
  }
}

/** A payment that is kept as credit; null: it came in for no invoice. */
type KeptFor = DocumentRow | null

function aboutKept(organization: Organization, document: KeptFor, amount: MinorUnits) {
  return {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    documentId: document?.id ?? null,
    documentNumber: document ? documentNumber(document) : null,
    amount: amount.toString(),
    currency: organization.currency,
  }
}

/** `fact`: which payment, so that it is told once. */
export function keptAsCreditMessage(organization: Organization, document: KeptFor, kept: { fact: string; amount: MinorUnits; at: Instant }): Message {
  const payload = aboutKept(organization, document, kept.amount)
  return { organizationId: organization.id, kind: 'kept_as_credit', fact: `${kept.fact}:kept`, at: kept.at, payload }
}

/** `refund`: its id. `credit`: what was left of the credit, and went with it. */
export function keptRefundedMessage(
  organization: Organization,
  document: KeptFor,
  refunded: { refund: string; amount: MinorUnits; credit: MinorUnits; at: Instant },
): Message {
  const { refund, amount, credit, at } = refunded
  const payload = { ...aboutKept(organization, document, amount), credit: credit.toString() }
  return { organizationId: organization.id, kind: 'kept_payment_refunded', fact: `${refund}:refunded`, at, payload }
}

/** `refund`: its id. */
export function refundReturnedMessage(organization: Organization, document: KeptFor, returned: { refund: string; amount: MinorUnits; at: Instant }): Message {
  const payload = aboutKept(organization, document, returned.amount)
  return { organizationId: organization.id, kind: 'refund_returned', fact: `${returned.refund}:returned`, at: returned.at, payload }
}

/** To the operators: the bank takes a payment back, or has decided about it (G80). `kept`: the payment became credit. */
export function disputeMessage(
  organization: Organization,
  document: KeptFor,
  dispute: { fact: string; state: MessagePayload<'payment_disputed'>['state']; amount: MinorUnits; reason: string; kept: boolean; at: Instant },
): Message {
  const { fact, at, amount, ...about } = dispute
  const payload = { ...aboutKept(organization, document, amount), organizationId: organization.id, ...about }
  return { organizationId: organization.id, kind: 'payment_disputed', fact, at, payload }
}

export function confirmationNeededMessage(organization: Organization, document: DocumentRow, url: string, at: Instant): Message {
  return {
    organizationId: organization.id,
    kind: 'payment_action_required',
    fact: `${document.id}:confirm:${at}`,
    at,
    payload: { ...aboutDocument(organization, document), url },
  }
}
