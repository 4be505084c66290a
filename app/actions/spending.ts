'use server'

import { z } from 'zod'
import { requestLimit } from '@/lib/billing/commands/request-limit'
import type { SetLimitsRefusal } from '@/lib/billing/commands/set-limits'
import type { LimitsRequest } from '@/lib/billing/core/limit-settings'
import { setLimitsAndCharge } from '@/lib/billing/flows/set-limits'
import { isId, type SubscriptionId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAction, defineFlowAction, type FlowContext } from './define-action'
import { billingFlow } from './flow'

const subscriptionId = z.custom<SubscriptionId>((value) => typeof value === 'string' && isId('sub', value))
/** More than anybody counts or owes, and less than what a database column holds. */
const LARGEST = 10n ** 15n
const whole = z.bigint().min(0n).max(LARGEST)

/** What a page needs to word a refusal. */
export type LimitsRefusalView = { code: SetLimitsRefusal['code']; maximum?: bigint }

/** Units above the plan's limit that may be charged; null: none (S1). Refuses with `SetLimitsRefusal`. */
export const setHardLimitAction = defineFlowAction({
  permission: 'hard_limit:write',
  input: z.strictObject({ subscriptionId, hardLimit: whole.nullable() }),
  runFlow: (context, { subscriptionId: id, hardLimit }) => setLimitsOf(context, id, { hardLimit }),
})

/** Pay-as-you-go under its cap (B5, B6), and what is bought by itself (B3, B7). Refuses with `SetLimitsRefusal`. */
export const setSpendingAction = defineFlowAction({
  permission: 'spending:write',
  input: z.strictObject({
    subscriptionId,
    /** `cap`: minor units a billing month; null: none. */
    payAsYouGo: z.strictObject({ enabled: z.boolean(), cap: whole.nullable() }).optional(),
    autoUpgrade: z.boolean().optional(),
    autoRenew: z.boolean().optional(),
  }),
  runFlow: (context, { subscriptionId: id, payAsYouGo, ...automatic }) =>
    setLimitsOf(context, id, {
      ...automatic,
      ...(payAsYouGo && { payAsYouGo: { enabled: payAsYouGo.enabled, cap: payAsYouGo.cap === null ? null : minor(payAsYouGo.cap) } }),
    }),
})

/** Asks for a higher hard limit than may be set by oneself (S8). Refuses with `RequestLimitRefusal`. */
export const requestLimitAction = defineAction({
  permission: 'hard_limit:write',
  input: z.strictObject({ subscriptionId, hardLimit: whole, useCase: z.string().trim().min(1).max(2_000) }),
  run: async (context, input): Promise<Result<null, LimitsRefusalView>> => {
    const requested = await requestLimit(context, { ...input, organizationId: context.viewer.organization.id })
    return requested.ok ? ok(null) : refuse({ code: requested.error.code })
  },
})

async function setLimitsOf(context: FlowContext, id: SubscriptionId, request: LimitsRequest): Promise<Result<null, LimitsRefusalView>> {
  const set = await setLimitsAndCharge(billingFlow(context), { organizationId: context.viewer.organization.id, subscriptionId: id, request })
  if (set.ok) return ok(null)
  return refuse({ code: set.error.code, ...('maximum' in set.error && { maximum: set.error.maximum }) })
}
