import { limitRequests } from '../../../db/schema'
import { newId, type OrganizationId, type SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { type AskedLimitRefusal, decideLimitRequest } from '../core/limit-settings'
import { recordAudit } from './store/audit'
import type { LimitRequest } from './store/limit-request'
import { type Forbidden, forbidsActor } from './store/members'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'
import { lockSubscription } from './store/subscription'

export type { LimitRequest } from './store/limit-request'

export type RequestLimit = { organizationId: OrganizationId; subscriptionId: SubscriptionId; hardLimit: bigint; useCase: string }

export type RequestLimitRefusal = Forbidden | NotFound | AskedLimitRefusal

/** Asks the operator for a higher hard limit than may be set by oneself, and says what it is for (S8). */
export async function requestLimit({ tx, actor }: CommandContext, input: RequestLimit): Promise<Result<LimitRequest, RequestLimitRefusal>> {
  const { organizationId, subscriptionId, hardLimit, useCase } = input
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'hard_limit:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, organizationId, subscriptionId)
  if (!loaded) return refuse({ code: 'not_found' })
  const decided = decideLimitRequest({ holding: loaded.holding, hardLimit })
  if (!decided.ok) return decided

  const [request] = await tx
    .insert(limitRequests)
    .values({ organizationId, id: newId('lim'), subscriptionId, hardLimit, useCase, status: 'pending', requestedBy: actor, createdAt: now })
    .returning()
  if (!request) throw new Error('the request was not written')
  await recordAudit(tx, [
    { organizationId, at: now, actor, action: 'limit_request.created', target: request.id, after: { hard_limit: hardLimit.toString(), use_case: useCase } },
  ])
  return ok(request)
}
