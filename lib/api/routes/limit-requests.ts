import { z } from '@hono/zod-openapi'
import { decideLimitRequest } from '../../billing/commands/decide-limit-request'
import { type LimitRequest, requestLimit } from '../../billing/commands/request-limit'
import type { LimitRequestId, OrganizationId } from '../../ids'
import { created, okay } from '../answer'
import type { Call } from '../call'
import { text } from '../fields'
import { whole } from '../present/values'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, writtenBy, writtenByOperator } from '../route'
import { limitRequest } from '../schemas/subscription'

const area = 'Subscriptions'
const USE_CASE_MAX = 2_000
const REASON_MAX = 500

function present({ id, status, hardLimit, useCase }: LimitRequest): z.output<typeof limitRequest> {
  return { id, status, hard_limit: whole(hardLimit), use_case: useCase }
}

type Tenant = { organizationId: OrganizationId; limitRequestId: LimitRequestId }

const decisionBody = z.strictObject({ reason: text(1, REASON_MAX).optional().openapi({ description: 'For the customer, in the activity.' }) })

function decide(call: Call, { organizationId, limitRequestId }: Tenant, decision: 'approved' | 'declined', reason: string | undefined) {
  return call.command(organizationId, async (context) => {
    const decided = await decideLimitRequest(context, { organizationId, limitRequestId, decision, reason })
    return decided.ok ? okay(present(decided.value)) : refusalAnswer(decided.error)
  })
}

export const limitRequestRoutes: readonly Route[] = [
  defineRoute({
    ...writtenBy('hard_limit:write'),
    method: 'post',
    path: '/subscriptions/{subscription}/limit_requests',
    tenant: 'subscription',
    area,
    summary: 'Ask for a higher hard limit',
    description: 'The operator approves or declines it; once approved, it may be set with `PUT …/limits`.',
    body: z.strictObject({
      hard_limit: z.int().nonnegative().openapi({ example: 250_000 }),
      use_case: text(1, USE_CASE_MAX).openapi({ example: 'A preview of every page of a catalog, made anew each night.' }),
    }),
    answers: { 201: { description: 'The request.', schema: limitRequest } },
    problems: ['limit_below_plan', 'plan_not_eligible'],
    handle: async (call, { tenant, body }) =>
      call.command(tenant.organizationId, async (context) => {
        const asked = await requestLimit(context, { ...tenant, hardLimit: BigInt(body.hard_limit), useCase: body.use_case })
        return asked.ok ? created(present(asked.value)) : refusalAnswer(asked.error)
      }),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/limit_requests/{limit_request}/approve',
    tenant: 'limit_request',
    area,
    summary: 'Approve a higher hard limit',
    description: 'Raises what the owner may set; approving again changes nothing.',
    body: decisionBody,
    answers: { 200: { description: 'The request.', schema: limitRequest } },
    problems: ['limit_request_decided'],
    handle: async (call, { tenant, body }) => decide(call, tenant, 'approved', body.reason),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/limit_requests/{limit_request}/decline',
    tenant: 'limit_request',
    area,
    summary: 'Decline a higher hard limit',
    body: decisionBody,
    answers: { 200: { description: 'The request.', schema: limitRequest } },
    problems: ['limit_request_decided'],
    handle: async (call, { tenant, body }) => decide(call, tenant, 'declined', body.reason),
  }),
]
