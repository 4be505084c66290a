import { and, eq, gt, gte, inArray, ne, or, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documentLines, documents, usageSegments } from '../../../../db/schema'
import { type MinorUnits, minor } from '../../../money'
import type { Instant } from '../../../time'
import { isFree } from '../../core/catalog'
import { USAGE_LINES } from '../../core/line'
import { creditGivenLater, type LaterDocument, type RefundRequest } from '../../core/refund'
import type { DocumentRow } from './documents'
import { readOrganizationTime } from './organization'
import type { LoadedSubscription } from './subscription'

/** What a refund of a paid document is decided from: for the refund itself and for the page that offers it (A13, G105). */
export async function loadRefundable(
  tx: Transaction,
  document: DocumentRow & { paidAt: Instant },
  loaded: LoadedSubscription,
): Promise<Omit<RefundRequest, 'requested' | 'now'>> {
  return {
    document: {
      paidAt: document.paidAt,
      total: document.total,
      usage: await usageBilledBy(tx, document),
      amountPaid: document.amountPaid,
      amountRefunded: document.amountRefunded,
      creditApplied: minor(document.creditApplied - document.carriedForward),
      paysRunningPlan: await paysRunningPlan(tx, document, loaded),
    },
    creditIssuedLater: creditGivenLater(await laterDocuments(tx, document)),
    usageInPeriod: (await usageIn(tx, document)) + heldIn(document, loaded),
    policy: loaded.holding.terms.product.policies.refund,
    country: await countryOf(tx, document.organizationId),
    currency: document.currency,
  }
}

/** Where the customer is, for a window that the law makes longer (T12). */
async function countryOf(tx: Transaction, organizationId: DocumentRow['organizationId']): Promise<string | null> {
  const here = await readOrganizationTime(tx, organizationId)
  return here?.organization.country ?? null
}

const PAYS_PLANS: ReadonlySet<DocumentRow['kind']> = new Set(['renewal', 'change', 'pro_forma'])

/** The renewal or the first invoice of the running period, and every change since, pay the running plan (G67). */
export async function paysRunningPlan(tx: Transaction, document: DocumentRow, { row, holding }: LoadedSubscription): Promise<boolean> {
  if (!document.periodStart?.equals(row.periodStart) || row.endedAt !== null || isFree(holding.terms.plan) || !PAYS_PLANS.has(document.kind)) return false
  // A period that was ended at the very instant at which it began shares its start with the next, which has an invoice of its own (G105).
  const [endedBy] = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(
      and(
        eq(documents.organizationId, document.organizationId),
        eq(documents.subscriptionId, row.id),
        eq(documents.early, true),
        eq(documents.status, 'paid'),
        sql`${documents.periodStart} = ${row.periodStart.toString()}::timestamptz`,
        gt(documents.id, document.id),
      ),
    )
    .limit(1)
  return endedBy === undefined
}

/** What a document bills for units: overage, and late usage of a period that was invoiced already (A3, C8). */
async function usageBilledBy(tx: Transaction, document: DocumentRow): Promise<MinorUnits> {
  const [row] = await tx
    .select({ total: sql<string>`coalesce(sum(${documentLines.amount}), 0)` })
    .from(documentLines)
    .where(
      and(
        eq(documentLines.organizationId, document.organizationId),
        eq(documentLines.documentId, document.id),
        or(inArray(documentLines.kind, [...USAGE_LINES]), and(eq(documentLines.kind, 'adjustment'), eq(documentLines.rule, 'C8'))),
      ),
    )
  return minor(BigInt(row?.total ?? 0))
}

/** Documents since that may have given credit for the time that this one paid for (G105). */
async function laterDocuments(tx: Transaction, document: DocumentRow): Promise<LaterDocument[]> {
  if (!document.subscriptionId || !document.periodStart) return []
  const start = document.periodStart.toString()
  // The credit line of a change names the period that it credits; what was refunded of it before is taken off in a line of its own.
  const creditTaken = sql`(SELECT -sum(line.amount) FROM document_lines line WHERE line.organization_id = ${documents.organizationId} AND line.document_id = ${documents.id}
    AND (line.kind IN ('proration_credit', 'seat_removal') OR line.rule = 'G67')
    AND EXISTS (SELECT FROM document_lines credit WHERE credit.organization_id = line.organization_id AND credit.document_id = line.document_id
      AND credit.kind = 'proration_credit' AND (credit.inputs ->> 'period_start')::timestamptz = ${start}::timestamptz))`
  const rows = await tx
    .select({
      isOfSamePeriod: sql<boolean>`${documents.periodStart} = ${start}::timestamptz AND NOT ${documents.early}`,
      creditIssued: documents.creditIssued,
      creditTaken: sql<string>`coalesce(${creditTaken}, 0)`,
      isRefunded: sql<boolean>`${documents.amountPaid} > 0 AND ${documents.amountRefunded} >= ${documents.amountPaid}`,
    })
    .from(documents)
    .where(
      and(
        eq(documents.organizationId, document.organizationId),
        eq(documents.subscriptionId, document.subscriptionId),
        gte(documents.issuedAt, document.issuedAt),
        gte(documents.periodStart, document.periodStart),
        ne(documents.id, document.id),
        inArray(documents.status, ['open', 'paid', 'uncollectible']),
      ),
    )
  return rows.map(({ isOfSamePeriod, creditIssued, creditTaken, isRefunded }) =>
    isOfSamePeriod ? { of: 'same_period', creditIssued } : { of: 'next_period', creditTaken: minor(BigInt(creditTaken)), isRefunded },
  )
}

/** What gateways hold of its period may be in use (G61). */
function heldIn({ periodStart }: DocumentRow, { row, holding }: LoadedSubscription): bigint {
  return periodStart?.equals(row.periodStart) ? Object.values(holding.reserved ?? {}).reduce((units, held) => units + held, 0n) : 0n
}

async function usageIn(tx: Transaction, document: DocumentRow): Promise<bigint> {
  if (!document.subscriptionId || !document.periodStart) return 0n
  const [row] = await tx
    .select({ total: sql<string>`coalesce(sum(${usageSegments.units}), 0)` })
    .from(usageSegments)
    .where(
      and(
        eq(usageSegments.organizationId, document.organizationId),
        eq(usageSegments.subscriptionId, document.subscriptionId),
        sql`${usageSegments.periodStart} = ${document.periodStart.toString()}::timestamptz`,
      ),
    )
  return BigInt(row?.total ?? 0)
}
