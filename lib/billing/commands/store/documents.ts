import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documentLines, documents, payments, type Seller } from '../../../../db/schema'
import { type DocumentId, newId, type PaymentId, type SubscriptionId } from '../../../ids'
import { type Currency, type MinorUnits, minor, ZERO } from '../../../money'
import { type Instant, systemClock } from '../../../time'
import type { DraftDocument } from '../../core/document'
import type { Period } from '../../core/state'
import { addGrants, drawDown, type Grant, recordCreditUses, releaseCredit } from './credit'
import { recordEvents } from './events'
import { type LedgerEntry, postLedger } from './ledger'
import type { Organization } from './organization'
import { takeBackReleased } from './reverse-credit'
import { returnBought } from './reverse-purchase'

export type DocumentRow = typeof documents.$inferSelect
export type PaymentRow = typeof payments.$inferSelect

export type Issue = {
  organization: Organization
  at: Instant
  draft: DraftDocument
  kind: DocumentRow['kind']
  /** Null: a purchase of credit, which belongs to the organization. */
  subscriptionId: SubscriptionId | null
  /** It ends a period before its time and pays for the one that follows; left out: no (C17, B7). */
  early?: boolean
  /** The period that it pays for (G27); null for a purchase. */
  period: Pick<Period, 'start' | 'end'> | null
  currency: Currency
  /** True: nobody is waiting; a failure is retried (C12, renewal). False: a person's action, which fails at once. */
  dunning: boolean
  /** True: nobody is present, and the worker collects it where the call that set it off could not (G5). */
  automatic?: boolean
  /** Live grants of the organization, locked; drawn down in place. */
  grants: Grant[]
}

export type Issued = { document: DocumentRow; paymentId: PaymentId | null }

/** Who sells, as it stands on a document; the operator's settings. */
function seller(): Seller {
  const address = process.env.HEADROOM_SELLER_ADDRESS
  const taxId = process.env.HEADROOM_SELLER_TAX_ID
  const bankDetails = process.env.HEADROOM_SELLER_BANK_DETAILS
  const support = process.env.HEADROOM_SUPPORT
  return {
    name: process.env.HEADROOM_SELLER_NAME ?? 'Headroom Demo',
    ...(address && { address }),
    ...(taxId && { taxId }),
    ...(support && { support }),
    ...(bankDetails && { bankDetails }),
  }
}

/**
 * Issues documents with their lines, ledger postings, credit and payments, each table in one statement however many. Ends
 * with the numbers, so that the series is locked for the shortest time; call it as the last write of a command.
 */
export async function issueDocuments(tx: Transaction, issues: readonly Issue[]): Promise<Issued[]> {
  if (issues.length === 0) return []
  const prepared = issues.map(prepare)
  await tx.insert(documents).values(prepared.map((one) => one.document))
  await insertLines(tx, prepared)
  await recordCreditUses(
    tx,
    prepared.map(({ document, uses }) => ({ organizationId: document.organizationId, documentId: document.id, uses })),
  )
  await addGrants(tx, prepared.flatMap(grantsFrom))
  await postLedger(tx, prepared.map(issuePosting))
  const due = prepared.flatMap((one) => (one.payment ? [one.payment] : []))
  if (due.length > 0) await tx.insert(payments).values(due)
  await recordEvents(
    tx,
    prepared.flatMap(({ document: { organizationId, id, series, status, issuedAt: at } }) => {
      const subject = { kind: 'invoice', id } as const
      const isPaid = series === 'invoice' && status === 'paid' // By credit alone, so that no payment will tell of it.
      return [
        { organizationId, type: 'invoice.issued' as const, subject, at },
        ...(isPaid ? [{ organizationId, type: 'invoice.paid' as const, subject, at }] : []),
      ]
    }),
  )
  const numbers = await numberDocuments(tx, prepared)
  return prepared.map(({ document, payment }) => ({ document: { ...document, number: numbers.get(document.id) ?? null }, paymentId: payment?.id ?? null }))
}

function prepare(issue: Issue) {
  const { organization, draft, at } = issue
  const isCreditNote = draft.total < 0n
  const isPaid = isCreditNote || draft.amountDue === 0n
  const document: DocumentRow = {
    organizationId: organization.id,
    id: newId('inv'),
    series: isCreditNote ? 'credit_note' : 'invoice',
    number: null,
    kind: issue.kind,
    status: isPaid ? 'paid' : 'open',
    subscriptionId: issue.subscriptionId,
    early: issue.early ?? false,
    periodStart: issue.period?.start ?? null,
    periodEnd: issue.period?.end ?? null,
    currency: issue.currency,
    total: draft.total,
    creditApplied: draft.creditApplied,
    carriedForward: draft.carriedForward,
    prepaidApplied: draft.prepaidApplied,
    amountDue: draft.amountDue,
    creditIssued: draft.creditIssued,
    amountPaid: ZERO,
    amountRefunded: ZERO,
    differsBecause: draft.differsBecause,
    seller: seller(),
    buyer: { ...organization.billing, name: organization.billing.name ?? organization.name },
    language: organization.language,
    issuedAt: at,
    paidAt: isPaid ? at : null,
  }
  const payment = document.amountDue > 0n ? newPayment(document, issue) : null
  // What is carried forward was not on the balance before: it is owed from now on.
  const uses = drawDown(issue.grants, minor(draft.creditApplied - draft.carriedForward - draft.prepaidApplied))
  return { document, payment, uses, lines: draft.lines }
}

type Prepared = ReturnType<typeof prepare>

function newPayment(document: DocumentRow, { at, dunning, kind, automatic = false }: Issue): PaymentRow {
  return {
    organizationId: document.organizationId,
    id: newId('pay'),
    documentId: document.id,
    amount: document.amountDue,
    currency: document.currency,
    state: 'created',
    providerRef: null,
    bankReference: null,
    disputeRef: null,
    disputeLost: null,
    stopLiftedAt: null,
    attempts: 0,
    attemptsOver: 0,
    refusalRef: null,
    reopened: 0,
    methodRef: null,
    cardBrand: null,
    cardLast4: null,
    returnUrl: null,
    confirmUrl: null,
    reason: null,
    remedy: null,
    dunning,
    firstFailedAt: null,
    // A renewal is due at once; the person's own request collects an action, and the reconciler where that request died.
    retryAt: (dunning && kind !== 'pro_forma') || automatic ? at : null, // A pro-forma invoice is paid when somebody wishes to (G9).
    checkAt: dunning || automatic ? null : systemClock.now().add({ minutes: 1 }),
    leaseToken: null,
    leaseUntil: null,
    createdAt: at,
    collectedAt: null,
  }
}

async function insertLines(tx: Transaction, prepared: readonly Prepared[]): Promise<void> {
  const rows = prepared.flatMap(({ document, lines }) =>
    lines.map((line, position) => ({ ...line, organizationId: document.organizationId, documentId: document.id, position })),
  )
  if (rows.length > 0) await tx.insert(documentLines).values(rows)
}

function grantsFrom({ document }: Prepared) {
  const common = { organizationId: document.organizationId, documentId: document.id, grantedAt: document.issuedAt }
  return [
    ...(document.creditIssued > 0n ? [{ ...common, source: 'credit_note' as const, amount: document.creditIssued }] : []),
    ...(document.carriedForward > 0n ? [{ ...common, source: 'carried_forward' as const, amount: minor(-document.carriedForward) }] : []),
  ]
}

function issuePosting({ document }: Prepared): LedgerEntry {
  return {
    organizationId: document.organizationId,
    source: `${document.id}:issued`,
    at: document.issuedAt,
    currency: document.currency,
    postings: issuedPostings(document),
  }
}

/** What was bought is owed to the customer until it is used; everything else is revenue. */
function issuedPostings(document: DocumentRow): LedgerEntry['postings'] {
  const { amountDue: receivable, creditApplied, creditIssued, prepaidApplied, total } = document
  const customerCredit = minor(creditApplied - creditIssued - prepaidApplied)
  if (document.kind === 'purchase') return { receivable, customer_credit: customerCredit, prepaid: minor(prepaidApplied - total) }
  return { receivable, customer_credit: customerCredit, prepaid: prepaidApplied, revenue: minor(-total) }
}

/** Takes the next numbers of each series in one update; they go in the order of the list. */
async function numberDocuments(tx: Transaction, prepared: readonly Prepared[]): Promise<Map<DocumentId, bigint>> {
  const numbers = new Map<DocumentId, bigint>()
  for (const series of ['invoice', 'credit_note'] as const) {
    const ids = prepared.filter(({ document }) => document.series === series).map(({ document }) => document.id)
    if (ids.length === 0) continue
    const { rows } = await tx.execute<{ first: string }>(
      sql`UPDATE document_series SET next = next + ${ids.length} WHERE series = ${series} RETURNING (next - ${ids.length})::text AS first`,
    )
    const first = BigInt(rows[0]?.first ?? 0)
    const values = sql.join(
      ids.map((id, offset) => {
        numbers.set(id, first + BigInt(offset))
        return sql`(${sql.param(id, documents.id)}::uuid, ${(first + BigInt(offset)).toString()}::bigint)`
      }),
      sql`, `,
    )
    await tx.execute(sql`UPDATE documents d SET number = v.number FROM (VALUES ${values}) AS v(id, number) WHERE d.id = v.id`)
  }
  return numbers
}

function reversed(postings: LedgerEntry['postings']): LedgerEntry['postings'] {
  return Object.fromEntries(Object.entries(postings).map(([account, amount]) => [account, minor(-amount)]))
}

/** Takes back an open document: its ledger entry is reversed and the credit that it used goes back to the balance (G66). */
export async function voidDocument(tx: Transaction, document: DocumentRow, at: Instant): Promise<void> {
  await tx
    .update(documents)
    .set({ status: 'void' })
    .where(and(eq(documents.organizationId, document.organizationId), eq(documents.id, document.id), inArray(documents.status, ['open', 'uncollectible'])))
  if (document.prepaidApplied > 0n) await returnBought(tx, document, at)
  const released = await releaseCredit(tx, document.organizationId, document.id, at)
  await takeBackReleased(tx, document, released, at)
  const { organizationId, id: documentId, carriedForward } = document
  // What it had put on the account is not owed any more, whether or not a later invoice has collected it.
  if (carriedForward > 0n) await addGrants(tx, [{ organizationId, source: 'released', documentId, amount: carriedForward, grantedAt: at }])
  await postLedger(tx, [
    {
      organizationId: document.organizationId,
      source: `${document.id}:voided`,
      at,
      currency: document.currency,
      postings: reversed(issuedPostings(document)),
    },
  ])
  await recordEvents(tx, [{ organizationId: document.organizationId, type: 'invoice.voided', subject: { kind: 'invoice', id: document.id }, at }])
}

/** Marks an open document as paid with cash, and posts the cash. */
export async function payDocument(tx: Transaction, document: DocumentRow, payment: Pick<PaymentRow, 'id'>, amount: MinorUnits, at: Instant): Promise<void> {
  await tx
    .update(documents)
    .set({ status: 'paid', amountPaid: amount, paidAt: at })
    .where(and(eq(documents.organizationId, document.organizationId), eq(documents.id, document.id)))
  await postLedger(tx, [
    {
      organizationId: document.organizationId,
      source: `${payment.id}:collected`,
      at,
      currency: document.currency,
      postings: { cash: amount, receivable: minor(-amount) },
    },
  ])
}
