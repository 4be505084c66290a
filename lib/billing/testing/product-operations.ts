import { and, desc, eq, isNull } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { members, subscriptions } from '@/db/schema'
import { newId, type SubscriptionId } from '../../ids'
import { minor } from '../../money'
import { addMember } from '../commands/add-member'
import { quoteChange } from '../commands/quote-change'
import { removeMember } from '../commands/remove-member'
import type { LimitsRequest } from '../core/limit-settings'
import type { QuoteAction } from '../core/renew-early'
import { buyCreditAndPay, changePlanAndPay, setAutoRechargeAndCharge } from '../flows/paid-actions'
import { setLimitsAndCharge } from '../flows/set-limits'
import type { Dice } from './depth'
import { CHANGE_REFUSALS, type Operation } from './operations'
import { first, RETURN_URL, type Scenario } from './scenario'

/** What is asked of some products and refused by the others: limits, early renewals, people who come and go, credit. */

async function liveId({ organizationId }: Scenario): Promise<SubscriptionId> {
  const where = and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt))
  const [live] = await inEngine((tx) => tx.select({ id: subscriptions.id }).from(subscriptions).where(where))
  return live?.id ?? newId('sub')
}

/** One of the switches or bounds, at random: off, just enough, or a lot. */
function anyRequest(dice: Dice): LimitsRequest {
  switch (dice.below(5)) {
    case 0:
      return { autoUpgrade: dice.below(3) > 0 }
    case 1:
      return { autoRenew: dice.below(3) > 0 }
    case 2:
      return { hardLimit: dice.of([null, 2_001n, 5_000n, 12_500n, 60_000n, 100_000n]) }
    default:
      return { payAsYouGo: { enabled: dice.below(4) > 0, cap: dice.of([null, minor(0), minor(1), minor(9_99), minor(50_00)]) } }
  }
}

export const setAnyLimit: Operation = {
  name: 'set a limit',
  refusals: ['not_found', 'plan_not_eligible', 'limit_below_plan', 'limit_above_maximum'],
  prepare: async (life, dice) => {
    const subscriptionId = await liveId(life)
    const request = anyRequest(dice)
    return () => setLimitsAndCharge(life.flow, { organizationId: life.organizationId, subscriptionId, request })
  },
}

/** A term begun anew, or renewed early: mostly refused, for it needs a term that is used up, or an old customer. */
export const renewAnyhow: Operation = {
  name: 'renew early, or begin the year anew',
  refusals: CHANGE_REFUSALS,
  prepare: async (life, dice) => {
    const ids = { organizationId: life.organizationId, subscriptionId: await liveId(life) }
    const action: QuoteAction = dice.of(['resubscribe', 'renew_now'])
    const quoted = await first((context) => quoteChange(context, { ...ids, action }))
    if (!quoted.ok) return () => Promise.resolve(quoted)
    return () => changePlanAndPay(life.flow, { ...ids, quoteId: quoted.value.id, returnUrl: RETURN_URL })
  },
}

export const join: Operation = {
  name: 'somebody joins',
  refusals: [],
  prepare: async ({ organizationId }, dice) => {
    const role = dice.of(['member', 'member', 'admin', 'billing'] as const)
    const person = { email: `${newId('user')}@example.com`, name: 'Grace', role, invite: false }
    return () => first((context) => addMember(context, { organizationId, ...person }))
  },
}

export const leave: Operation = {
  name: 'somebody leaves',
  refusals: ['member_not_found', 'last_owner'],
  prepare: async ({ organizationId }, dice) => {
    const where = and(eq(members.organizationId, organizationId), isNull(members.removedAt))
    const present = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(where).orderBy(desc(members.id)))
    const memberId = present[dice.below(Math.max(present.length, 1))]?.id ?? newId('mem')
    return () => first((context) => removeMember(context, { organizationId, memberId }))
  },
}

const PURCHASE_REFUSALS = ['below_minimum', 'above_maximum', 'no_payment_method', 'no_credit_sold']
const anyAmount = (dice: Dice) => minor(dice.of([4_99, 5_00, 20_00, 99_99, 100_00, 250_00]))

export const buyCredit: Operation = {
  name: 'buy credit',
  refusals: PURCHASE_REFUSALS,
  prepare: async (life, dice) => {
    const amount = anyAmount(dice)
    return () => buyCreditAndPay(life.flow, { organizationId: life.organizationId, amount, returnUrl: RETURN_URL })
  },
}

export const refillByItself: Operation = {
  name: 'set auto-recharge',
  refusals: [...PURCHASE_REFUSALS, 'threshold_too_high'],
  prepare: async (life, dice) => {
    const setting = { enabled: dice.below(4) > 0, threshold: anyAmount(dice), amount: anyAmount(dice), monthlyLimit: dice.of([null, minor(150_00)]) }
    return () => setAutoRechargeAndCharge(life.flow, { organizationId: life.organizationId, ...setting })
  },
}
