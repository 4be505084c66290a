import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { exactColumn, idColumn, instantColumn, minorColumn } from '../columns'
import { type BillingDetails, DOCUMENT_LANGUAGES, organizations } from './organizations'

export type Party = BillingDetails & { name: string }
/** `support`: where questions go, a mail address or a page. `bankDetails`: where a transfer goes, line by line. */
export type Seller = Party & { support?: string; bankDetails?: string }

/** Invoices and credit notes. What an issued one says never changes; only its payment does. */
export const documents = pgTable(
  'documents',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('inv').notNull(),
    series: text({ enum: ['invoice', 'credit_note'] }).notNull(),
    /** Gapless in its series; given as the last statement of the issuing transaction. */
    number: bigint({ mode: 'bigint' }),
    kind: text({ enum: ['renewal', 'change', 'extra_usage', 'purchase', 'adjustment', 'pro_forma'] }).notNull(),
    status: text({ enum: ['open', 'paid', 'void', 'uncollectible'] }).notNull(),
    subscriptionId: idColumn('sub'),
    /** It ended a period before its time and pays for the one that follows (C17, B7): of one instant there may be several. */
    early: boolean().notNull().default(false),
    /** The period that it pays for (G27). */
    periodStart: instantColumn(),
    periodEnd: instantColumn(),
    currency: text().notNull(),
    total: minorColumn().notNull(),
    creditApplied: minorColumn().notNull(),
    /** The part of `creditApplied` that was too small to charge and waits on the account. */
    carriedForward: minorColumn().notNull(),
    /** The part of `creditApplied` that credit which was bought has paid (G70). */
    prepaidApplied: minorColumn().notNull().default(sql`0`),
    amountDue: minorColumn().notNull(),
    creditIssued: minorColumn().notNull(),
    amountPaid: minorColumn().notNull().default(sql`0`),
    amountRefunded: minorColumn().notNull().default(sql`0`),
    differsBecause: jsonb().$type<{ code: string; text: string }[]>().notNull(),
    seller: jsonb().$type<Seller>().notNull(),
    buyer: jsonb().$type<Party>().notNull(),
    /** The organization's when it was issued: printed again, it reads the same. */
    language: text({ enum: DOCUMENT_LANGUAGES }).notNull().default('en'),
    issuedAt: instantColumn().notNull(),
    paidAt: instantColumn(),
  },
  (document) => [
    primaryKey({ columns: [document.organizationId, document.id] }),
    // Not ordered: by an index that is, a customer's list would be looked for among everybody's newest, past all that others did since.
    index('documents_by_id').using('hash', document.id),
    uniqueIndex('documents_number').on(document.series, document.number),
    // One renewal a period, whatever runs twice (C11).
    uniqueIndex('documents_one_renewal')
      .on(document.organizationId, document.subscriptionId, document.periodStart)
      .where(sql`kind = 'renewal' and status <> 'void' and not early`),
    index('documents_of_subscription').on(document.organizationId, document.subscriptionId, document.periodStart),
    // What waits for a bank transfer, over all organizations: the operator's queue.
    index('documents_awaiting_transfer').on(document.id).where(sql`status = 'open' and kind = 'pro_forma'`),
    // What one looks for in a long history: what is rare in it is found without reading the rest.
    index('documents_by_issue').on(document.organizationId, document.issuedAt),
    index('documents_not_renewals').on(document.organizationId, document.kind, document.id).where(sql`kind <> 'renewal'`),
    index('documents_credit_notes').on(document.organizationId, document.id).where(sql`series = 'credit_note'`),
    index('documents_not_paid').on(document.organizationId, document.status, document.id).where(sql`status <> 'paid'`),
    index('documents_refunded').on(document.organizationId, document.id).where(sql`amount_refunded > 0`),
    check('documents_amount_due', sql`${document.amountDue} = greatest(${document.total}, 0) - ${document.creditApplied} and ${document.amountDue} >= 0`),
  ],
)

export const documentLines = pgTable(
  'document_lines',
  {
    organizationId: idColumn('org').notNull(),
    documentId: idColumn('inv').notNull(),
    position: smallint().notNull(),
    kind: text({
      enum: [
        'plan',
        'proration_credit',
        'proration_charge',
        'overage',
        'extra_usage',
        'seat_addition',
        'seat_removal',
        'prepaid_purchase',
        'usage',
        'adjustment',
      ],
    }).notNull(),
    description: text().notNull(),
    amount: minorColumn().notNull(),
    quantity: bigint({ mode: 'bigint' }).notNull(),
    unitPrice: exactColumn().notNull(),
    rule: text().notNull(),
    formula: text().notNull(),
    inputs: jsonb().$type<Readonly<Record<string, string | number>>>().notNull(),
  },
  (line) => [
    primaryKey({ columns: [line.organizationId, line.documentId, line.position] }),
    foreignKey({ columns: [line.organizationId, line.documentId], foreignColumns: [documents.organizationId, documents.id] }),
  ],
)

export const documentSeries = pgTable('document_series', {
  series: text({ enum: ['invoice', 'credit_note'] }).primaryKey(),
  next: bigint({ mode: 'bigint' }).notNull(),
})

/** One payment an invoice; every retry, new card and bank confirmation is a further attempt of it. */
export const payments = pgTable(
  'payments',
  {
    organizationId: idColumn('org').notNull(),
    id: idColumn('pay').notNull(),
    documentId: idColumn('inv').notNull(),
    amount: minorColumn().notNull(),
    currency: text().notNull(),
    /** `created`: not yet known to the provider. */
    state: text({ enum: ['created', 'open', 'in_flight', 'needs_customer', 'refused', 'collected', 'abandoned', 'disputed'] }).notNull(),
    providerRef: text().unique(),
    /** What the operator marked it paid by: money that came past the provider (T13). */
    bankReference: text(),
    /** The dispute about it that was last heard of (G80). */
    disputeRef: text(),
    /** What those that were lost took back; null: none was lost. */
    disputeLost: minorColumn(),
    /** The operator lets purchases by themselves go on after the last one that was lost; null: they are stopped. */
    stopLiftedAt: instantColumn(),
    /** Raised before each call, and part of its idempotency key. */
    attempts: integer().notNull().default(0),
    /** How many of them are over: answered by the provider, or of a card that has been replaced. One that comes next has a key of its own. */
    attemptsOver: integer().notNull().default(0),
    /** The provider's name for the refusal that was settled last; one that is read back under it says nothing of an attempt since. */
    refusalRef: text(),
    /** How many payments of it were canceled at the provider by somebody else; what follows is opened there under another name. */
    reopened: smallint().notNull().default(0),
    /** The card of the running attempt, so that a repeat sends the same bytes. */
    methodRef: text(),
    /** What that card is called on documents, which outlive it. */
    cardBrand: text(),
    cardLast4: text(),
    returnUrl: text(),
    /** Where the bank asks the customer to confirm. */
    confirmUrl: text(),
    reason: text(),
    remedy: text({ enum: ['retry_later', 'new_method', 'customer_must_confirm', 'stop'] }),
    /** Renewals are tried again (C12); a person's own action is not. */
    dunning: boolean().notNull(),
    firstFailedAt: instantColumn(),
    /** Billing time. */
    retryAt: instantColumn(),
    /** Wall time: when the reconciler looks again. */
    checkAt: instantColumn(),
    /** Single flight: who talks to the provider now, until when; wall time. */
    leaseToken: uuid(),
    leaseUntil: instantColumn(),
    createdAt: instantColumn().notNull(),
    collectedAt: instantColumn(),
  },
  (payment) => [
    primaryKey({ columns: [payment.organizationId, payment.id] }),
    index('payments_by_id').using('hash', payment.id),
    unique('payments_one_per_document').on(payment.organizationId, payment.documentId),
    foreignKey({ columns: [payment.organizationId, payment.documentId], foreignColumns: [documents.organizationId, documents.id] }),
    index('payments_retry').on(payment.retryAt).where(sql`retry_at is not null`),
    index('payments_check').on(payment.checkAt).where(sql`check_at is not null`),
  ],
)

/** Each dispute about a payment (G80): a bank may open several, about parts of it, and change its mind about each. What they come to is kept with the payment. */
export const disputes = pgTable(
  'disputes',
  {
    organizationId: idColumn('org').notNull(),
    paymentId: idColumn('pay').notNull(),
    /** The provider's. */
    disputeRef: text().notNull().unique(),
    state: text({ enum: ['open', 'won', 'lost'] }).notNull(),
    /** What is disputed; of a lost one what was lost: never more than was left of the payment. */
    amount: minorColumn().notNull(),
    /** How often it has changed since it was first heard of. */
    turn: smallint().notNull().default(0),
    createdAt: instantColumn().notNull(),
  },
  (dispute) => [
    primaryKey({ columns: [dispute.organizationId, dispute.paymentId, dispute.disputeRef] }),
    foreignKey({ columns: [dispute.organizationId, dispute.paymentId], foreignColumns: [payments.organizationId, payments.id] }),
  ],
)

export const refunds = pgTable(
  'refunds',
  {
    organizationId: idColumn('org').notNull(),
    id: idColumn('re').notNull(),
    documentId: idColumn('inv').notNull(),
    paymentId: idColumn('pay').notNull(),
    amount: minorColumn().notNull(),
    movesToFree: boolean().notNull(),
    /** Credit that had paid a part and goes back with it (G67). */
    restoresCredit: minorColumn().notNull().default(sql`0`),
    refundRef: text().unique(),
    state: text({ enum: ['created', 'pending', 'succeeded', 'failed'] }).notNull(),
    /** Raised before each call, and part of its idempotency key. */
    attempts: integer().notNull().default(0),
    /** The operator's, where they refunded beyond the product's own window; null: by the rules. */
    overrideReason: text(),
    /** Why the provider did not make it, in its words. */
    reason: text(),
    actor: text().notNull(),
    /** Wall time: when it is looked at again. Moving it takes the refund: nobody else calls the provider about it until then. */
    checkAt: instantColumn(),
    createdAt: instantColumn().notNull(),
    completedAt: instantColumn(),
  },
  (refund) => [
    primaryKey({ columns: [refund.organizationId, refund.id] }),
    foreignKey({ columns: [refund.organizationId, refund.documentId], foreignColumns: [documents.organizationId, documents.id] }),
    index('refunds_check').on(refund.checkAt).where(sql`check_at is not null`),
    uniqueIndex('refunds_one_in_flight').on(refund.organizationId, refund.documentId).where(sql`state in ('created', 'pending')`),
  ],
)

export const ledgerAccount = pgEnum('ledger_account', [
  'receivable',
  'revenue',
  'customer_credit',
  'cash',
  'refunds',
  /** Credit that was bought and not used yet (P5). */
  'prepaid',
  /** What members may give to their team (G74). */
  'personal_credit',
  /** What the operator gave or took by hand (G80). */
  'adjustments',
  /** Money that a customer's bank has taken back (G80). */
  'disputes',
])

/**
 * The books, entered twice and only ever added to: a trigger rejects UPDATE and DELETE, and a deferred one holds each
 * transaction's sum at zero per currency. A mistake is undone by a transaction that says what it reverses.
 *
 * Positive amounts are debits. `source` names the fact (`inv_…:issued`, `pay_…:collected`), so that one fact posts once.
 */
export const ledgerPostings = pgTable(
  'ledger_postings',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    source: text().notNull(),
    account: ledgerAccount().notNull(),
    transactionId: uuid().notNull(),
    amount: exactColumn().notNull(),
    currency: text().notNull(),
    /** Billing time (the organization's clock). */
    postedAt: instantColumn().notNull(),
  },
  (posting) => [
    primaryKey({ columns: [posting.organizationId, posting.source, posting.account] }),
    index('ledger_postings_by_account').on(posting.organizationId, posting.account),
    check('ledger_postings_amount_not_zero', sql`${posting.amount} <> 0`),
  ],
)
