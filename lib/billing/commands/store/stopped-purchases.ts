import { and, eq, inArray, isNull, ne } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { creditReversals, payments } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'

/**
 * Organizations for which nothing is bought by itself: their bank takes a payment back, or has taken it (G80). A dispute
 * that was won stops nothing any more, nor does a lost one after which the operator lets them go on; whatever they buy themselves does.
 */
export async function automaticPurchasesStopped(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<ReadonlySet<OrganizationId>> {
  if (organizationIds.length === 0) return new Set()
  const ofInvoices = tx
    .selectDistinct({ id: payments.organizationId })
    .from(payments)
    .where(and(inArray(payments.organizationId, [...organizationIds]), eq(payments.state, 'disputed'), isNull(payments.stopLiftedAt)))
  const { organizationId, cause, state, stopLiftedAt } = creditReversals
  const keptAsCredit = tx
    .selectDistinct({ id: organizationId })
    .from(creditReversals)
    .where(and(inArray(organizationId, [...organizationIds]), eq(cause, 'dispute'), ne(state, 'undone'), isNull(stopLiftedAt)))
  const rows = await ofInvoices.union(keptAsCredit)
  return new Set(rows.map(({ id }) => id))
}
