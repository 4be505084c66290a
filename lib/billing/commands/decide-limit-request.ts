import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { limitRequests, subscriptions } from '../../../db/schema'
import type { LimitRequestId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import type { LimitRequest } from './store/limit-request'
import { tellBilling } from './store/messages'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'
import { readSubscription } from './store/subscription'
import { limitDecidedMessage } from './store/words'

export type DecideLimitRequest = {
  organizationId: OrganizationId
  limitRequestId: LimitRequestId
  decision: 'approved' | 'declined' /** For the customer to read. */
  reason?: string | undefined
}

export type DecideLimitRequestRefusal = NotFound | { code: 'limit_request_decided'; status: 'approved' | 'declined' }

/**
 * The operator's answer to a request (S8). Approving raises the highest hard limit that may be set, which the owner then
 * sets; it never lowers it. The same answer twice is one answer, another one is refused.
 */
export async function decideLimitRequest({ tx, actor }: CommandContext, input: DecideLimitRequest): Promise<Result<LimitRequest, DecideLimitRequestRefusal>> {
  const { organizationId, limitRequestId, decision, reason } = input
  const { organization, now } = await lockOrganization(tx, organizationId)
  const isRequest = and(eq(limitRequests.organizationId, organizationId), eq(limitRequests.id, limitRequestId))
  const [request] = await tx.select().from(limitRequests).where(isRequest).for('update')
  if (!request) return refuse({ code: 'not_found' })
  if (request.status === decision) return ok(request)
  if (request.status !== 'pending') return refuse({ code: 'limit_request_decided', status: request.status })

  const decided: LimitRequest = { ...request, status: decision, decidedAt: now, decisionReason: reason ?? null }
  await tx.update(limitRequests).set({ status: decision, decidedAt: now, decisionReason: decided.decisionReason }).where(isRequest)
  if (decision === 'approved') {
    const { hardLimit, subscriptionId } = request
    await tx
      .update(subscriptions)
      .set({ hardLimitMaximum: hardLimit })
      .where(
        and(
          eq(subscriptions.organizationId, organizationId),
          eq(subscriptions.id, subscriptionId),
          or(isNull(subscriptions.hardLimitMaximum), sql`${subscriptions.hardLimitMaximum} < ${hardLimit.toString()}::bigint`),
        ),
      )
  }
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor,
      action: `limit_request.${decision}`,
      target: limitRequestId,
      after: { hard_limit: request.hardLimit.toString(), ...(reason !== undefined && { reason }) },
    },
  ])
  const asked = await readSubscription(tx, organizationId, request.subscriptionId)
  if (asked) {
    const answer = { id: limitRequestId, decision, hardLimit: request.hardLimit, at: now }
    await tellBilling(tx, [limitDecidedMessage(organization, asked.holding.terms.product, answer)])
  }
  return ok(decided)
}
