import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { payments } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
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
  const lifted = await tx
    .update(payments)
    .set({ stopLiftedAt: now })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.state, 'disputed'), isNotNull(payments.disputeLost), isNull(payments.stopLiftedAt)))
    .returning({ documentId: payments.documentId })
  if (lifted.length === 0) return refuse({ code: 'nothing_stopped' })
  await recordAudit(
    tx,
    lifted.map(({ documentId }) => ({ organizationId, at: now, actor, action: 'payment.purchases_resumed', target: documentId, after: { reason } })),
  )
  return ok(null)
}
