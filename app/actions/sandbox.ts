'use server'

import { z } from 'zod'
import { type AdvanceRefusal, advanceClock } from '@/lib/billing/flows/advance-clock'
import { setPaymentMethod } from '@/lib/billing/flows/payment-method'
import { makeSandboxUsage } from '@/lib/billing/flows/sandbox-usage'
import { isId, type SubscriptionId } from '@/lib/ids'
import { paymentProvider } from '@/lib/payments/provider'
import { ok, type Result, refuse } from '@/lib/result'
import { instant } from '@/lib/time'
import { defineFlowAction } from './define-action'
import { billingFlow } from './flow'

const subscriptionId = z.custom<SubscriptionId>((value) => typeof value === 'string' && isId('sub', value))

/** Walks the organization's test clock forward; everything that falls due on the way is done (only with simulated payments). */
export const advanceClockAction = defineFlowAction({
  permission: 'usage:read',
  input: z.strictObject({ to: z.iso.datetime() }),
  runFlow: async ({ viewer }, { to }): Promise<Result<{ now: string }, { code: AdvanceRefusal['code'] | 'no_test_clock' }>> => {
    const provider = paymentProvider(process.env)
    const { testClockId } = viewer.organization
    if (!testClockId || provider.mode !== 'sandbox') return refuse({ code: 'no_test_clock' })
    const advanced = await advanceClock(provider, { clockId: testClockId, to: instant(to) })
    return advanced.ok ? ok({ now: advanced.value.now.toString() }) : refuse({ code: advanced.error.code })
  },
})

const TEST_CARDS = { works: 'pm_card_visa', declined: 'pm_card_chargeCustomerFail', confirms: 'pm_card_authenticationRequired' } as const

/** Puts one of the provider's test cards on file, so that a visitor sees what a bank's answer does; what is open is collected with it. */
export const putTestCardAction = defineFlowAction({
  permission: 'payment:write',
  input: z.strictObject({ requestId: z.uuid(), card: z.enum(['works', 'declined', 'confirms']) }),
  runFlow: async (context, { requestId, card }): Promise<Result<null, { code: 'no_test_clock' | 'refused' }>> => {
    const flow = billingFlow(context)
    if (flow.provider.mode !== 'sandbox') return refuse({ code: 'no_test_clock' })
    const { id: organizationId } = context.viewer.organization
    const put = await setPaymentMethod(flow, { organizationId, methodRef: TEST_CARDS[card], key: requestId })
    return put.ok ? ok(null) : refuse({ code: 'refused' })
  },
})

/** Reports made-up usage, so that a visitor sees what a limit does. */
export const makeUsageAction = defineFlowAction({
  permission: 'usage:read',
  input: z.strictObject({
    subscriptionId,
    upTo: z.union([z.strictObject({ percent: z.number().int().min(1).max(200) }), z.strictObject({ units: z.number().int().min(1).max(10_000_000) })]),
  }),
  runFlow: async ({ viewer }, input): Promise<Result<{ recorded: number }, { code: 'not_found' | 'already_used' | 'no_test_clock' }>> => {
    const provider = paymentProvider(process.env)
    if (!viewer.organization.testClockId || provider.mode !== 'sandbox') return refuse({ code: 'no_test_clock' })
    return makeSandboxUsage(provider, { ...input, organizationId: viewer.organization.id })
  },
})
