'use server'

import { z } from 'zod'
import { contributeCredit } from '@/lib/billing/commands/personal-credit'
import type { ActionOutcome } from '@/lib/billing/flows/flow-context'
import { buyCreditAndPay, setAutoRechargeAndCharge } from '@/lib/billing/flows/paid-actions'
import { type DocumentId, isId } from '@/lib/ids'
import { type MinorUnits, minor } from '@/lib/money'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAction, defineFlowAction } from './define-action'
import { billingFlow, pressedFlow, returnUrlOf } from './flow'

/** More than anybody buys, and less than what a database column holds. */
const LARGEST = 10n ** 12n
const amount = z.bigint().min(1n).max(LARGEST)

/** What a page needs to word a refusal. */
export type CreditRefusal = { code: string; limit?: MinorUnits; amountDue?: MinorUnits }

/** Buys credit at what was shown; it is there when it is paid (P2, G79). Refuses with `BuyCreditRefusal`. */
export const buyCreditAction = defineFlowAction({
  permission: 'credits:buy',
  input: z.strictObject({
    amount,
    expectedAmountDue: z.bigint().min(0n).max(LARGEST),
    /** What the page knew of. */
    lastPurchase: z.custom<DocumentId>((value) => typeof value === 'string' && isId('inv', value)).nullable(),
    press: z.uuid(),
  }),
  runFlow: async (context, { press, ...input }): Promise<Result<ActionOutcome, CreditRefusal>> => {
    const bought = await buyCreditAndPay(pressedFlow(context, { action: 'buy-credit', key: press, asked: input }), {
      organizationId: context.viewer.organization.id,
      amount: minor(input.amount),
      expectedAmountDue: minor(input.expectedAmountDue),
      lastPurchase: input.lastPurchase,
      returnUrl: returnUrlOf(context, '/payment/confirmed'),
    })
    return bought.ok ? ok(bought.value.outcome) : refuse(forPage(bought.error))
  },
})

/** Saves how the balance is refilled by itself, which buys at once where it is too low already (P4). Refuses with `SetAutoRechargeRefusal`. */
export const setAutoRechargeAction = defineFlowAction({
  permission: 'auto_recharge:write',
  input: z.strictObject({ enabled: z.boolean(), threshold: amount, amount, monthlyLimit: amount.nullable() }),
  runFlow: async (context, input): Promise<Result<null, CreditRefusal>> => {
    const set = await setAutoRechargeAndCharge(billingFlow(context), {
      organizationId: context.viewer.organization.id,
      enabled: input.enabled,
      threshold: minor(input.threshold),
      amount: minor(input.amount),
      monthlyLimit: input.monthlyLimit === null ? null : minor(input.monthlyLimit),
    })
    return set.ok ? ok(null) : refuse(forPage(set.error))
  },
})

/** Gives credit of one's own to the team (T10, G74). Refuses with `insufficient_credit`. */
export const contributeCreditAction = defineAction({
  permission: 'credit:contribute',
  input: z.strictObject({ amount }),
  run: async (context, input): Promise<Result<null, CreditRefusal>> => {
    const { organization, member } = context.viewer
    const given = await contributeCredit(context, { organizationId: organization.id, memberId: member.id, amount: minor(input.amount) })
    return given.ok ? ok(null) : refuse(forPage(given.error))
  },
})

type Facts = { code: string; minimum?: MinorUnits; maximum?: MinorUnits; available?: MinorUnits; amountDue?: MinorUnits }

/** The one figure that a refusal's sentence names. */
function forPage({ code, minimum, maximum, available, amountDue }: Facts): CreditRefusal {
  const limit = minimum ?? maximum ?? available
  return { code, ...(limit !== undefined && { limit }), ...(amountDue !== undefined && { amountDue }) }
}
