import { z } from '@hono/zod-openapi'
import type { Transaction } from '../../../db/client'
import { dropPendingChange, reactivateSubscription } from '../../billing/commands/cancel-subscription'
import type { PaymentKey } from '../../billing/commands/payment-steps'
import type { OpenedSubscription } from '../../billing/commands/subscribe'
import { cancelAndAbandon, subscribeAndPay } from '../../billing/flows/paid-actions'
import { setLimitsAndCharge } from '../../billing/flows/set-limits'
import { findSubscription, listSubscriptions } from '../../billing/views/subscriptions'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { minor } from '../../money'
import { type Answer, created, notFound, okay } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { catalogId, interval, minorField, pageQuery } from '../fields'
import { paidActionAnswer } from '../paid-answer'
import { presentSubscription } from '../present/subscriptions'
import { refusalAnswer } from '../refusals'
import { returnUrl } from '../return-url'
import { defineRoute, type Route, readBy, writtenBy } from '../route'
import { paidAction } from '../schemas/invoice'
import { listOf } from '../schemas/shared'
import { subscription } from '../schemas/subscription'

const area = 'Subscriptions'

async function subscriptionAnswer(
  tx: Transaction,
  of: { organizationId: OrganizationId; subscriptionId: SubscriptionId },
  shown: { evenGivenUp?: boolean } = {},
): Promise<Answer<'not_found'>> {
  const found = await findSubscription(tx, of.organizationId, of.subscriptionId, shown)
  return found ? okay(presentSubscription(found)) : notFound()
}

export const subscriptionRoutes: readonly Route[] = [
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/organizations/{organization}/subscriptions',
    tenant: 'organization',
    area,
    summary: 'Subscribe to a plan',
    description:
      'One live subscription a product. A paid plan begins when its first invoice is paid; `expected_amount_due` is what was shown of it. With `trial` it begins with the product’s trial, once an organization, and is billed when that ends.',
    body: z.strictObject({
      product: catalogId.openapi({ example: 'api-calls' }),
      plan: catalogId.openapi({ example: 'basic' }),
      interval: interval.optional(),
      trial: z.boolean().optional(),
      expected_amount_due: minorField.optional(),
    }),
    answers: {
      201: { description: 'The subscription.', schema: subscription },
      202: { description: 'The outcome of the payment is not known yet.', schema: paidAction },
    },
    problems: [
      'already_subscribed',
      'arrears_plan_active',
      'plan_not_offered',
      'quote_expired',
      'change_in_progress',
      'not_eligible',
      'payment_failed',
      'payment_action_required',
    ],
    handle: async (call, { tenant, body }) => {
      const { organizationId } = tenant
      const { expected_amount_due: expected, product, plan, interval, trial } = body
      const input = { organizationId, product, plan, interval, trial, expectedAmountDue: expected === undefined ? undefined : minor(expected) }
      return call.flow(organizationId, {
        run: (context) => subscribeAndPay(context, { ...input, returnUrl: returnUrl(tenant.slug) }),
        facts: ({ subscriptionId, documentId }: OpenedSubscription) => ({ subscription: subscriptionId, document: documentId }),
        goesOn: ({ paymentId }) => paymentId !== null,
        answer: (tx, facts) => paidActionAnswer(tx, organizationId, facts, ({ subscription: begun }) => created(begun)),
      })
    },
  }),
  defineRoute({
    ...readBy('plan:read'),
    path: '/organizations/{organization}/subscriptions',
    tenant: 'organization',
    area,
    summary: 'List subscriptions',
    description: 'Ended ones too.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(subscription) } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const page = readPage('sub', query)
      const found = await call.read((tx) => listSubscriptions(tx, tenant.organizationId, withLookahead(page)))
      return okay(listAnswer(found, page, presentSubscription))
    },
  }),
  defineRoute({
    ...readBy('plan:read'),
    path: '/subscriptions/{subscription}',
    tenant: 'subscription',
    area,
    summary: 'Read a subscription',
    answers: { 200: { description: 'The subscription.', schema: subscription } },
    problems: [],
    handle: async (call, { tenant }) => call.read((tx) => subscriptionAnswer(tx, tenant)),
  }),
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/subscriptions/{subscription}/cancel',
    tenant: 'subscription',
    area,
    summary: 'Cancel at the period’s end',
    description:
      'Service goes on until then. A paid action that waits for the bank is given up first; of a free plan, or of a subscription that has not begun, that is all.',
    body: z.strictObject({}),
    answers: { 200: { description: 'The subscription with its `cancel_at`.', schema: subscription } },
    problems: ['not_cancelable', 'change_in_progress'],
    handle: async (call, { tenant }) =>
      call.flow(tenant.organizationId, {
        run: (context) => cancelAndAbandon(context, tenant),
        facts: () => ({ subscription: tenant.subscriptionId }),
        goesOn: ({ setOff }: { setOff: PaymentKey[] }) => setOff.length > 0,
        answer: (tx) => subscriptionAnswer(tx, tenant, { evenGivenUp: true }),
      }),
  }),
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/subscriptions/{subscription}/reactivate',
    tenant: 'subscription',
    area,
    summary: 'Undo a scheduled cancellation',
    body: z.strictObject({}),
    answers: { 200: { description: 'The subscription.', schema: subscription } },
    problems: ['not_scheduled'],
    handle: async (call, { tenant }) =>
      call.command(tenant.organizationId, async (context) => {
        const reactivated = await reactivateSubscription(context, tenant)
        return reactivated.ok ? subscriptionAnswer(context.tx, tenant) : refusalAnswer(reactivated.error)
      }),
  }),
  defineRoute({
    ...writtenBy('spending:write'),
    method: 'put',
    path: '/subscriptions/{subscription}/limits',
    tenant: 'subscription',
    area,
    summary: 'Set the hard limit and what is bought automatically',
    description:
      'What is left out stays as it is. `hard_limit`: units, above the plan’s limit; null or the plan’s limit switches extra charging off. Only an owner may set it, and a change of plan resets it. `cap`: minor units a billing month, null for none.',
    body: z.strictObject({
      hard_limit: z.int().nonnegative().nullable().optional(),
      pay_as_you_go: z.strictObject({ enabled: z.boolean(), cap: minorField.nullable().optional() }).optional(),
      auto_upgrade: z.boolean().optional(),
      auto_renew: z.boolean().optional(),
    }),
    answers: { 200: { description: 'The subscription with its `limits`.', schema: subscription } },
    problems: ['limit_below_plan', 'limit_above_maximum', 'plan_not_eligible'],
    handle: async (call, { tenant, body }) => {
      const { hard_limit: hardLimit, pay_as_you_go: payAsYouGo, auto_upgrade: autoUpgrade, auto_renew: autoRenew } = body
      const request = {
        hardLimit: typeof hardLimit === 'number' ? BigInt(hardLimit) : hardLimit,
        payAsYouGo: payAsYouGo && { enabled: payAsYouGo.enabled, cap: typeof payAsYouGo.cap === 'number' ? minor(payAsYouGo.cap) : payAsYouGo.cap },
        autoUpgrade,
        autoRenew,
      }
      return call.flow(tenant.organizationId, {
        run: (context) => setLimitsAndCharge(context, { ...tenant, request }),
        facts: () => ({ subscription: tenant.subscriptionId }),
        goesOn: ({ setOff }: { setOff: PaymentKey[] }) => setOff.length > 0,
        answer: (tx) => subscriptionAnswer(tx, tenant),
      })
    },
  }),
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'delete',
    path: '/subscriptions/{subscription}/pending_change',
    tenant: 'subscription',
    area,
    summary: 'Undo a change that waits for the period’s end',
    answers: { 200: { description: 'The subscription.', schema: subscription } },
    problems: [],
    handle: async (call, { tenant }) =>
      call.command(tenant.organizationId, async (context) => {
        const dropped = await dropPendingChange(context, tenant)
        return dropped.ok ? subscriptionAnswer(context.tx, tenant) : notFound('No change waits.')
      }),
  }),
]
