import { z } from '@hono/zod-openapi'
import type { OpenedChange } from '../../billing/commands/change-plan'
import { quoteChange } from '../../billing/commands/quote-change'
import { priceSubscription } from '../../billing/commands/subscribe'
import { QUOTE_ACTIONS } from '../../billing/core/renew-early'
import { changePlanAndPay } from '../../billing/flows/paid-actions'
import { isId } from '../../ids'
import { Halt, invalidRequest, okay } from '../answer'
import { catalogId, interval } from '../fields'
import { paidActionAnswer } from '../paid-answer'
import { presentFirstQuote, presentQuote } from '../present/quotes'
import { refusalAnswer } from '../refusals'
import { returnUrl } from '../return-url'
import { defineRoute, type Route, writtenBy } from '../route'
import { paidAction } from '../schemas/invoice'
import { quote } from '../schemas/subscription'

const area = 'Plan changes'

/** Beyond any team, so that a price stays a number that JSON can hold. */
const MOST_SEATS = 100_000

export const changeRoutes: readonly Route[] = [
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/organizations/{organization}/quotes',
    tenant: 'organization',
    area,
    summary: 'Price a first subscription',
    body: z.strictObject({
      product: catalogId.openapi({ example: 'api-calls' }),
      plan: catalogId.openapi({ example: 'basic' }),
      interval: interval.optional(),
      trial: z.boolean().optional(),
      seats: z.int().min(1).max(MOST_SEATS).optional().openapi({ description: 'As if so many members held a seat; the members now, if left out.' }),
    }),
    answers: { 200: { description: 'What it would cost; subscribe with its `amount_due` as `expected_amount_due`.', schema: quote } },
    problems: ['plan_not_offered', 'already_subscribed', 'arrears_plan_active', 'change_in_progress'],
    handle: async (call, { tenant, body }) =>
      call.command(tenant.organizationId, async (context) => {
        const priced = await priceSubscription(context, { organizationId: tenant.organizationId, ...body })
        return priced.ok ? okay(presentFirstQuote(priced.value)) : refusalAnswer(priced.error)
      }),
  }),
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/subscriptions/{subscription}/quotes',
    tenant: 'subscription',
    area,
    summary: 'Price a change of plan',
    description:
      'What a change would cost now, line by line; its execution charges exactly that. A change that a rule refuses is a quote too, with `allowed: false`, the reason and when it may be tried again.',
    body: z.strictObject({
      plan: catalogId.optional().openapi({ example: 'pro' }),
      interval: interval.optional(),
      action: z.enum(QUOTE_ACTIONS).optional().openapi({
        description:
          '`resubscribe` begins a yearly term anew once everything included is used, `renew_now` a new period at once; both are of the plan that is held.',
      }),
    }),
    answers: { 200: { description: 'The quote.', schema: quote } },
    problems: ['change_in_progress'],
    handle: async (call, { tenant, body }) => {
      return call.command(tenant.organizationId, async (context) => {
        const quoted = await quoteChange(context, { ...tenant, plan: body.plan, interval: body.interval, action: body.action })
        return quoted.ok ? okay(presentQuote(quoted.value)) : refusalAnswer(quoted.error)
      })
    },
  }),
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/subscriptions/{subscription}/changes',
    tenant: 'subscription',
    area,
    summary: 'Execute a quote',
    description: 'Paid first, changed second: a payment that fails leaves everything as it was.',
    body: z.strictObject({ quote: z.string().max(64) }),
    answers: {
      200: { description: 'The change is made.', schema: paidAction },
      202: { description: 'The outcome of the payment is not known yet; the subscription is as it was.', schema: paidAction },
    },
    problems: [
      'quote_expired',
      'change_in_progress',
      'past_due',
      'cancellation_scheduled',
      'same_plan',
      'plan_not_offered',
      'not_eligible',
      'downgrade_already_used',
      'downgrade_usage_exceeded',
      'payment_failed',
      'payment_action_required',
    ],
    handle: async (call, { tenant, body }) => {
      const { quote: quoteId } = body
      if (!isId('quote', quoteId)) throw new Halt(invalidRequest([{ path: 'quote', message: 'must be the id of a quote' }]))
      return call.flow(tenant.organizationId, {
        run: (context) => changePlanAndPay(context, { ...tenant, quoteId, returnUrl: returnUrl(tenant.slug) }),
        facts: ({ subscriptionId, documentId }: OpenedChange) => ({ subscription: subscriptionId, document: documentId }),
        goesOn: ({ paymentId }) => paymentId !== null,
        answer: (tx, facts) => paidActionAnswer(tx, tenant.organizationId, facts, okay),
      })
    },
  }),
]
