import { and, eq, gte, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, usageSegments } from '../../../../db/schema'
import { type MinorUnits, minor } from '../../../money'
import type { Instant } from '../../../time'
import { isFree } from '../../core/catalog'
import type { RefundRequest } from '../../core/refund'
import type { DocumentRow } from './documents'
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
      amountPaid: document.amountPaid,
      amountRefunded: document.amountRefunded,
      paysRunningPlan: paysRunningPlan(document, loaded),
    },
    creditIssuedLater: await creditIssuedAfter(tx, document),
    usageInPeriod: await usageIn(tx, document),
    policy: loaded.holding.terms.product.policies.refund,
    currency: document.currency,
  }
}

/** The renewal or the first invoice of the running period, and every change since, pay the running plan (G67). */
export function paysRunningPlan(document: DocumentRow, { row, holding }: LoadedSubscription): boolean {
  const isOfRunningPeriod = document.periodStart?.equals(row.periodStart) ?? false
  return row.endedAt === null && !isFree(holding.terms.plan) && isOfRunningPeriod && document.kind !== 'adjustment'
}

async function creditIssuedAfter(tx: Transaction, document: DocumentRow): Promise<MinorUnits> {
  if (!document.subscriptionId || !document.periodStart) return minor(0n)
  const [row] = await tx
    .select({ total: sql<string>`coalesce(sum(${documents.creditIssued}), 0)` })
    .from(documents)
    .where(
      and(
        eq(documents.organizationId, document.organizationId),
        eq(documents.subscriptionId, document.subscriptionId),
        sql`${documents.periodStart} = ${document.periodStart.toString()}::timestamptz`,
        gte(documents.issuedAt, document.issuedAt),
        ne(documents.id, document.id),
        ne(documents.status, 'void'),
      ),
    )
  return minor(BigInt(row?.total ?? 0))
}

async function usageIn(tx: Transaction, document: DocumentRow): Promise<bigint> {
  if (!document.subscriptionId || !document.periodStart) return 0n
  // A document for usage alone pays for the periods of its lines, not for the one in which it was cut (G27).
  const paidFor = sql`coalesce(
    (SELECT array_agg((line.inputs ->> 'period_start')::timestamptz) FROM document_lines line
      WHERE line.organization_id = ${sql.param(document.organizationId, usageSegments.organizationId)}::uuid AND line.document_id = ${sql.param(document.id, documents.id)}::uuid
      HAVING bool_and(line.kind IN ('overage', 'adjustment'))),
    ARRAY[${document.periodStart.toString()}::timestamptz])`
  const [row] = await tx
    .select({ total: sql<string>`coalesce(sum(${usageSegments.units}), 0)` })
    .from(usageSegments)
    .where(
      and(
        eq(usageSegments.organizationId, document.organizationId),
        eq(usageSegments.subscriptionId, document.subscriptionId),
        sql`${usageSegments.periodStart} = ANY(${paidFor})`,
      ),
    )
  return BigInt(row?.total ?? 0)
}
