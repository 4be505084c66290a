import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type NewestOf, newestOf } from '../../../db/newest'
import { type DocumentLanguage, documentLines, documents, type Party, payments, refunds, type Seller, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId, RefundId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { type Instant, isBefore, systemClock } from '../../time'
import { isUnderWay } from '../commands/store/attempt'
import { readOrganizationTime } from '../commands/store/organization'
import { loadRefundable } from '../commands/store/refundable'
import { readSubscription } from '../commands/store/subscription'
import type { Line } from '../core/line'
import { decideRefund } from '../core/refund'
import { documentNumber } from '../document-number'
import { type DocumentFilter, whereDocuments } from './document-filter'
import { listRelatedDocuments, type RelatedDocument } from './related-documents'

type DocumentRow = typeof documents.$inferSelect
type PaymentRow = typeof payments.$inferSelect

/**
 * How the money of a document stands. `not_needed`: nothing is due. `open`: not tried yet. `in_flight`: being looked up.
 * `needs_customer`: the bank asks to confirm at `url`.
 */
export type PaymentState = 'not_needed' | 'open' | 'in_flight' | 'needs_customer' | 'refused' | 'collected' | 'abandoned' | 'disputed'

export type DocumentPayment = {
  state: PaymentState
  /** The bank's, of the last refusal. */
  reason: string | null
  /** Of a bank transfer (T13). */
  reference: string | null
  /** What paid it; null where nothing has, or no card did. */
  card: { brand: string; last4: string } | null
  url: string | null
  /** Owed whatever becomes of an attempt (C12): only an operator takes its invoice back. */
  owed: boolean
  /** Of a renewal that failed: when it is tried again by itself (C12). */
  nextTryAt: Instant | null
}

export type DocumentView = {
  id: DocumentId
  /** As printed: `INV-000042`, `CN-000007`. */
  number: string
  kind: DocumentRow['kind'] | 'credit_note'
  status: DocumentRow['status']
  organizationId: OrganizationId
  subscriptionId: SubscriptionId | null
  /** Of that subscription; null: a purchase of credit. */
  product: string | null
  currency: Currency
  issuedAt: Instant
  paidAt: Instant | null
  /** The period that it pays for (G27). */
  period: { start: Instant; end: Instant } | null
  lines: Line[]
  /** The sum of the lines; this version computes no tax (G25). */
  total: MinorUnits
  /** Credit that paid a part, less what an earlier small amount added. */
  creditApplied: MinorUnits
  /** The part of `creditApplied` that was too small to charge and waits on the account. */
  carriedForward: MinorUnits
  /** Part of `creditApplied`: what credit that was bought has paid (G70). */
  prepaidApplied: MinorUnits
  amountDue: MinorUnits
  amountPaid: MinorUnits
  amountRefunded: MinorUnits
  /** What a credit note added to the credit balance. */
  creditIssued: MinorUnits
  /** Why it is not simply the plan's price (G20). */
  differsBecause: { code: string; text: string }[]
  seller: Seller
  buyer: Party
  language: DocumentLanguage
  payment: DocumentPayment
}

export type DocumentDetail = DocumentView & {
  /** What a refund would give back now; null where none is possible (A13). */
  refundable: { amount: MinorUnits; windowClosesAt: Instant } | null
  /** Of a credit note its invoices, of an invoice its credit notes. */
  related: RelatedDocument[]
}

/** `withLines`: false where only the documents' own figures are shown. */
export type DocumentPage = { limit: number; before?: DocumentId | null; filter?: DocumentFilter; withLines?: boolean }

/** Invoices and credit notes, newest first. */
export async function listDocuments(
  tx: Transaction,
  organizationId: OrganizationId,
  { limit, before, filter = {}, withLines = true }: DocumentPage,
): Promise<DocumentView[]> {
  const where = await whereDocuments(tx, organizationId, filter)
  if (!where) return []
  const page = newestOf(documents, { where: and(where, before ? lt(documents.id, before) : undefined), key: documents.id, limit })
  const rows = await selectDocuments(tx, page).orderBy(desc(documents.id)).limit(limit)
  const ids = withLines ? rows.map(({ document }) => document.id) : []
  const lines = await loadLines(tx, organizationId, ids)
  return rows.map((row) => toView(row, lines.get(row.document.id) ?? []))
}

function selectDocuments(tx: Transaction, from: typeof documents | NewestOf<typeof documents> = documents) {
  return tx
    .select({ document: documents, payment: payments, product: subscriptions.product })
    .from(from)
    .leftJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .leftJoin(subscriptions, and(eq(subscriptions.organizationId, documents.organizationId), eq(subscriptions.id, documents.subscriptionId)))
}

/** Null where it is another organization's. */
export async function findDocument(tx: Transaction, organizationId: OrganizationId, id: DocumentId): Promise<DocumentDetail | null> {
  const [found] = await selectDocuments(tx).where(and(eq(documents.organizationId, organizationId), eq(documents.id, id)))
  if (!found) return null
  const lines = await loadLines(tx, organizationId, [id])
  return {
    ...toView(found, lines.get(id) ?? []),
    refundable: await refundableOf(tx, found.document),
    related: await listRelatedDocuments(tx, found.document),
  }
}

async function loadLines(tx: Transaction, organizationId: OrganizationId, ids: readonly DocumentId[]): Promise<Map<DocumentId, Line[]>> {
  const found = new Map<DocumentId, Line[]>()
  if (ids.length === 0) return found
  const rows = await tx
    .select()
    .from(documentLines)
    .where(and(eq(documentLines.organizationId, organizationId), inArray(documentLines.documentId, [...ids])))
    .orderBy(asc(documentLines.documentId), asc(documentLines.position))
  for (const { organizationId: _, documentId, position: __, ...line } of rows) {
    const lines = found.get(documentId)
    if (lines) lines.push(line)
    else found.set(documentId, [line])
  }
  return found
}

type FoundDocument = { document: DocumentRow; payment: PaymentRow | null; product: string | null }

function toView({ document, payment, product }: FoundDocument, lines: Line[]): DocumentView {
  return {
    id: document.id,
    number: documentNumber(document),
    kind: document.series === 'credit_note' ? 'credit_note' : document.kind,
    status: document.status,
    organizationId: document.organizationId,
    subscriptionId: document.subscriptionId,
    product,
    currency: document.currency,
    issuedAt: document.issuedAt,
    paidAt: document.paidAt,
    period: document.periodStart && document.periodEnd && { start: document.periodStart, end: document.periodEnd },
    lines,
    total: document.total,
    creditApplied: document.creditApplied,
    carriedForward: document.carriedForward,
    prepaidApplied: document.prepaidApplied,
    amountDue: document.amountDue,
    amountPaid: document.amountPaid,
    amountRefunded: document.amountRefunded,
    creditIssued: document.creditIssued,
    differsBecause: document.differsBecause,
    seller: document.seller,
    buyer: document.buyer,
    language: document.language,
    payment: paymentOf(payment),
  }
}

function paymentOf(payment: PaymentRow | null): DocumentPayment {
  if (!payment) return { state: 'not_needed', reason: null, reference: null, card: null, url: null, owed: false, nextTryAt: null }
  const { state, reason, bankReference: reference, confirmUrl, dunning: owed, retryAt: nextTryAt } = payment
  return { state: stateOf(payment), reason, reference, card: cardOf(payment), url: state === 'needs_customer' ? confirmUrl : null, owed, nextTryAt }
}

/** Of the last attempt, which is the one that collected. */
function cardOf({ state, bankReference, cardBrand, cardLast4 }: PaymentRow): DocumentPayment['card'] {
  const hasPaid = state === 'collected' || state === 'disputed'
  return hasPaid && bankReference === null && cardBrand !== null && cardLast4 !== null ? { brand: cardBrand, last4: cardLast4 } : null
}

function stateOf(payment: PaymentRow): PaymentState {
  const { state, dunning } = payment
  if (state !== 'created' && state !== 'open' && state !== 'refused') return state
  // What somebody has in hand, to collect it or to settle it otherwise, is under way, whatever the bank has said of it before.
  const isHeld = payment.leaseUntil !== null && isBefore(systemClock.now(), payment.leaseUntil)
  if (isHeld || isUnderWay(payment)) return 'in_flight'
  // Somebody's own action is collected as they ask for it: until it has settled, it is under way.
  if (state !== 'refused') return dunning ? 'open' : 'in_flight'
  return state
}

async function refundableOf(tx: Transaction, document: DocumentRow): Promise<DocumentDetail['refundable']> {
  const { paidAt, subscriptionId } = document
  if (document.status !== 'paid' || !paidAt || !subscriptionId || document.amountPaid === 0n) return null
  const loaded = await readSubscription(tx, document.organizationId, subscriptionId)
  const time = await readOrganizationTime(tx, document.organizationId)
  if (!loaded || !time) return null
  const decision = decideRefund({ ...(await loadRefundable(tx, { ...document, paidAt }, loaded)), requested: null, now: time.now })
  return decision.ok ? { amount: decision.value.amount, windowClosesAt: decision.value.windowClosesAt } : null
}

export type RefundView = { id: RefundId; documentId: DocumentId; amount: MinorUnits; currency: Currency; state: (typeof refunds.$inferSelect)['state'] }

/** Null where it is another organization's. */
export async function findRefund(tx: Transaction, organizationId: OrganizationId, id: RefundId): Promise<RefundView | null> {
  const [found] = await tx
    .select({ id: refunds.id, documentId: refunds.documentId, amount: refunds.amount, currency: documents.currency, state: refunds.state })
    .from(refunds)
    .innerJoin(documents, and(eq(documents.organizationId, refunds.organizationId), eq(documents.id, refunds.documentId)))
    .where(and(eq(refunds.organizationId, organizationId), eq(refunds.id, id)))
  return found ?? null
}
