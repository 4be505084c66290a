import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { creditGrants, creditReversals, payments } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { lockOrganization } from './store/organization'

export type ResumePurchases = { organizationId: OrganizationId; reason: string }

/**
 * After a dispute was lost nothing is bought by itself any more, because the same card would be charged into the next one (G80). The
 * operator, who has spoken to the customer, lets it go on. A dispute that is still open goes on stopping it: nobody knows yet how it ends.
 */
export async function resumePurchases(
  { tx, actor }: CommandContext,
  { organizationId, reason }: ResumePurchases,
): Promise<Result<null, { code: 'nothing_stopped' }>> {
  const { now } = await lockOrganization(tx, organizationId)
  const targets = new Set([...(await liftOfInvoices(tx, organizationId, now)), ...(await liftOfKept(tx, organizationId, now))])
  if (targets.size === 0) return refuse({ code: 'nothing_stopped' })
  await recordAudit(
    tx,
    [...targets].map((target) => ({ organizationId, at: now, actor, action: 'payment.purchases_resumed', target, after: { reason } })),
  )
  return ok(null)
}

async function liftOfInvoices(tx: Transaction, organizationId: OrganizationId, now: Instant): Promise<string[]> {
  const lifted = await tx
    .update(payments)
    .set({ stopLiftedAt: now })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.state, 'disputed'), isNotNull(payments.disputeLost), isNull(payments.stopLiftedAt)))
    .returning({ documentId: payments.documentId })
  return lifted.map(({ documentId }) => documentId)
}

/** Of payments that are kept as credit; one of an invoice that is void is named by its invoice, as above. */
async function liftOfKept(tx: Transaction, organizationId: OrganizationId, now: Instant): Promise<string[]> {
  const { grantId, cause, state, stopLiftedAt } = creditReversals
  const lifted = await tx
    .update(creditReversals)
    .set({ stopLiftedAt: now })
    .where(and(eq(creditReversals.organizationId, organizationId), eq(cause, 'dispute'), eq(state, 'taken'), isNull(stopLiftedAt)))
    .returning({ grantId })
  if (lifted.length === 0) return []
  const grantIds = lifted.map((reversal) => reversal.grantId)
  const grants = await tx
    .select({ id: creditGrants.id, documentId: creditGrants.documentId })
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organizationId), inArray(creditGrants.id, grantIds)))
  return grants.map(({ id, documentId }) => documentId ?? id)
}
