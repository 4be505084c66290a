import { and, eq, exists, inArray, isNull, ne, or } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { creditReversals, disputes, payments } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'

/**
 * Organizations for which nothing is bought by itself: their bank takes a payment back, or has taken it (G80). A dispute
 * that was won stops nothing any more, nor does a lost one after which the operator lets them go on; whatever they buy themselves does.
 */
export async function automaticPurchasesStopped(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<ReadonlySet<OrganizationId>> {
  if (organizationIds.length === 0) return new Set()
  const open = tx
    .select({ disputeRef: disputes.disputeRef })
    .from(disputes)
    .where(and(eq(disputes.organizationId, payments.organizationId), eq(disputes.paymentId, payments.id), eq(disputes.state, 'open')))
  const ofInvoices = tx
    .selectDistinct({ id: payments.organizationId })
    .from(payments)
    .where(and(inArray(payments.organizationId, [...organizationIds]), eq(payments.state, 'disputed'), or(isNull(payments.stopLiftedAt), exists(open))))
  const { organizationId, cause, state, stopLiftedAt } = creditReversals
  const keptAsCredit = tx
    .selectDistinct({ id: organizationId })
    .from(creditReversals)
    .where(and(inArray(organizationId, [...organizationIds]), eq(cause, 'dispute'), ne(state, 'undone'), isNull(stopLiftedAt)))
  const rows = await ofInvoices.union(keptAsCredit)
  return new Set(rows.map(({ id }) => id))
}
