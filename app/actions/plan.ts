'use server'

import { z } from 'zod'
import { viewersLocale } from '@/lib/auth/session'
import { dropPendingChange, reactivateSubscription } from '@/lib/billing/commands/cancel-subscription'
import type { ChangePlanRefusal } from '@/lib/billing/commands/change-plan'
import { quoteChange } from '@/lib/billing/commands/quote-change'
import { type PriceSubscriptionRefusal, priceSubscription } from '@/lib/billing/commands/subscribe'
import type { Rejection } from '@/lib/billing/core/rejection'
import { QUOTE_ACTIONS } from '@/lib/billing/core/renew-early'
import type { TrialRefusal } from '@/lib/billing/core/trial'
import type { ActionOutcome } from '@/lib/billing/flows/flow-context'
import { cancelAndAbandon, changePlanAndPay, subscribeAndPay } from '@/lib/billing/flows/paid-actions'
import { type FirstQuoteView, viewFirstQuote, viewQuote } from '@/lib/billing/views/quote'
import { isId, type QuoteId, type SubscriptionId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAction, defineFlowAction } from './define-action'
import { billingFlow, pressedFlow, returnUrlOf } from './flow'

const subscriptionId = z.custom<SubscriptionId>((value) => typeof value === 'string' && isId('sub', value))
const quoteId = z.custom<QuoteId>((value) => typeof value === 'string' && isId('quote', value))
const name = z.string().min(1).max(64)
const interval = z.enum(['month', 'year']).optional()

/** Where the bank sends a person back to. */
const BANK_RETURN = '/payment/confirmed'

/** Prices a change for the dialog; what it shows is what `changePlanAction` charges (C10). */
export const quoteChangeAction = defineAction({
  permission: 'plan:write',
  input: z.strictObject({ subscriptionId, plan: name, interval, action: z.enum(QUOTE_ACTIONS).optional() }),
  run: async (context, input) => {
    const quoted = await quoteChange(context, { ...input, organizationId: context.viewer.organization.id })
    return quoted.ok ? ok(viewQuote(quoted.value, await viewersLocale())) : quoted
  },
})

type ChangeRefusalView = Exclude<ChangePlanRefusal, Rejection> | Pick<Rejection, 'code' | 'message'>

/** Executes a quote: paid first, changed second. Refuses with `ChangePlanRefusal`. */
export const changePlanAction = defineFlowAction({
  permission: 'plan:write',
  input: z.strictObject({ subscriptionId, quoteId, press: z.uuid() }),
  runFlow: async (context, { press, ...input }): Promise<Result<ActionOutcome, ChangeRefusalView>> => {
    const changed = await changePlanAndPay(pressedFlow(context, { action: 'change-plan', key: press, asked: input }), {
      ...input,
      organizationId: context.viewer.organization.id,
      returnUrl: returnUrlOf(context, BANK_RETURN),
    })
    if (changed.ok) return ok(changed.value.outcome)
    // A rejection's instants do not cross to the browser; the dialog asks for a new quote and shows them from there.
    return 'renewalAt' in changed.error ? refuse({ code: changed.error.code, message: changed.error.message }) : refuse(changed.error)
  },
})

/** Prices a first subscription (G81). */
export const quoteSubscriptionAction = defineAction({
  permission: 'plan:write',
  input: z.strictObject({ product: name, plan: name, interval, trial: z.boolean().optional() }),
  run: async (context, input): Promise<Result<FirstQuoteView, PriceSubscriptionRefusal | TrialRefusal>> => {
    const priced = await priceSubscription(context, { ...input, organizationId: context.viewer.organization.id })
    if (!priced.ok) return priced
    const { trialRefusal } = priced.value
    return trialRefusal ? refuse(trialRefusal) : ok(viewFirstQuote(priced.value, await viewersLocale()))
  },
})

/** Begins a subscription at the amount that was shown. Refuses with `SubscribeRefusal`. */
export const subscribeAction = defineFlowAction({
  permission: 'plan:write',
  input: z.strictObject({ product: name, plan: name, interval, trial: z.boolean().optional(), expectedAmountDue: z.bigint(), press: z.uuid() }),
  runFlow: async (context, { press, ...input }) => {
    const subscribed = await subscribeAndPay(pressedFlow(context, { action: 'subscribe', key: press, asked: input }), {
      ...input,
      expectedAmountDue: minor(input.expectedAmountDue),
      organizationId: context.viewer.organization.id,
      returnUrl: returnUrlOf(context, BANK_RETURN),
    })
    return subscribed.ok ? ok(subscribed.value.outcome) : subscribed
  },
})

/** Schedules the end (A8). */
export const cancelSubscriptionAction = defineFlowAction({
  permission: 'plan:write',
  input: z.strictObject({ subscriptionId }),
  runFlow: async (context, input) => {
    const canceled = await cancelAndAbandon(billingFlow(context), { ...input, organizationId: context.viewer.organization.id })
    return canceled.ok ? ok({ cancelAt: canceled.value.cancelAt?.toString() ?? null }) : canceled
  },
})

export const reactivateSubscriptionAction = defineAction({
  permission: 'plan:write',
  input: z.strictObject({ subscriptionId }),
  run: (context, input) => reactivateSubscription(context, { ...input, organizationId: context.viewer.organization.id }),
})

export const dropPendingChangeAction = defineAction({
  permission: 'plan:write',
  input: z.strictObject({ subscriptionId }),
  run: (context, input) => dropPendingChange(context, { ...input, organizationId: context.viewer.organization.id }),
})
