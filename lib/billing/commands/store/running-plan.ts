import { and, eq, inArray, isNotNull, ne, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, payments, refunds } from '../../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../../ids'
import { isFree } from '../../core/catalog'
import type { ChangeInProgress } from './account'
import type { LoadedSubscription } from './subscription'

/**
 * Which documents are renewals of the plan that is running: they charge a fee, or usage of a plan
 * that has none (P1), and no free plan has begun since. An earlier period's is one of them where nobody has paid it (G94); the last invoice of an ended plan, for usage alone, is none. What is
 * charged within a period for its seats is collected as a renewal is (G55).
 */
export function paysForRunningPlan(loaded: LoadedSubscription): SQL {
  return sql`(${chargesForPlan} AND ${isOfRunningPlan(loaded)})`
}

/** Which documents a subscription's status follows: those, and what was charged for units as they were used, whose failure makes it past due too (G55, G94). */
export function decidesStatus(loaded: LoadedSubscription): SQL {
  return sql`((${chargesForPlan} OR ${documents.kind} = 'extra_usage') AND ${isOfRunningPlan(loaded)})`
}

const hasLine = (kind: string) => sql`
  EXISTS (SELECT FROM document_lines line WHERE line.organization_id = ${documents.organizationId} AND line.document_id = ${documents.id} AND line.kind = ${kind})`

const chargesForPlan = sql`((${documents.kind} = 'renewal' AND (${hasLine('plan')} OR ${hasLine('usage')})) OR (${documents.kind} = 'adjustment' AND ${hasLine('seat_addition')}))`

/** No free plan has begun since its period. */
function isOfRunningPlan({ row, holding }: LoadedSubscription): SQL {
  const { product, plan } = holding.terms
  const freePlans = product.plans.filter(isFree).map(({ id }) => id)
  if (isFree(plan)) return sql`false`
  const endedSince = (table: 'usage_segments' | 'subscription_periods') => sql`
    NOT EXISTS (SELECT FROM ${sql.raw(table)} held WHERE held.organization_id = ${documents.organizationId} AND held.subscription_id = ${documents.subscriptionId}
      AND held.period_start > ${documents.periodStart} AND held.plan = ANY(${sql.param(freePlans)}::text[]))`
  return sql`(${eq(documents.subscriptionId, row.id)} AND ${endedSince('usage_segments')} AND ${endedSince('subscription_periods')})`
}

/** An invoice for blocks could not be collected: until it is paid no more extra units are to be had (G55). */
export function hasUnpaidExtraUsage(tx: Transaction, organizationId: OrganizationId, subscriptionId: SubscriptionId): Promise<boolean> {
  return hasFailedDocument(tx, { organizationId, id: subscriptionId }, eq(documents.kind, 'extra_usage'))
}

/** Whether an open invoice of a subscription, of those that `which` names, has been tried and was refused. */
export async function hasFailedDocument(
  tx: Transaction,
  subscription: { organizationId: OrganizationId; id: SubscriptionId },
  which: SQL | undefined,
): Promise<boolean> {
  const [failed] = await tx
    .select({ id: documents.id })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(
      and(
        eq(documents.organizationId, subscription.organizationId),
        eq(documents.subscriptionId, subscription.id),
        eq(documents.status, 'open'),
        isNotNull(payments.firstFailedAt),
        which,
      ),
    )
    .limit(1)
  return failed !== undefined
}

/**
 * A payment that decides about the running plan and is still on its way: its renewal, or a refund that will end it. A change
 * waits for the outcome, or it would credit time that nobody has paid for (G67, C12).
 */
export async function findUnsettledPlan(tx: Transaction, loaded: LoadedSubscription): Promise<ChangeInProgress | null> {
  const { organizationId } = loaded.row
  if (loaded.row.status !== 'active') return null
  const [renewal] = await tx
    .select({ invoice: documents.id, url: payments.confirmUrl })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(and(eq(documents.organizationId, organizationId), eq(documents.status, 'open'), paysForRunningPlan(loaded)))
    .limit(1)
  if (renewal) return { code: 'change_in_progress', ...renewal }
  const [refund] = await tx
    .select({ invoice: refunds.documentId })
    .from(refunds)
    .innerJoin(documents, and(eq(documents.organizationId, refunds.organizationId), eq(documents.id, refunds.documentId)))
    .where(
      and(
        eq(refunds.organizationId, organizationId),
        eq(refunds.movesToFree, true),
        inArray(refunds.state, ['created', 'pending']),
        eq(documents.subscriptionId, loaded.row.id),
        ne(documents.status, 'void'),
      ),
    )
    .limit(1)
  return refund ? { code: 'change_in_progress', ...refund, url: null } : null
}
