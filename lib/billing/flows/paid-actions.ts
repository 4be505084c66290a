import { inEngine } from '../../../db/client'
import type { PaymentId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { type BuyCredit, type BuyCreditRefusal, buyCredit, type OpenedPurchase } from '../commands/buy-credit'
import { type Canceled, type CancelSubscriptionRefusal, cancelSubscription, type OneSubscription } from '../commands/cancel-subscription'
import { type ChangePlan, type ChangePlanRefusal, changePlan, type OpenedChange } from '../commands/change-plan'
import { type PayInvoice, type PayInvoiceRefusal, type PreparedPayment, preparePayInvoice } from '../commands/pay-invoice'
import { voidInvoice } from '../commands/repair-invoice'
import { type SetAutoRecharge, type SetAutoRechargeRefusal, setAutoRecharge } from '../commands/set-auto-recharge'
import { settleExtraBeforeFree } from '../commands/settle-extra-before-free'
import { type OpenedSubscription, type Subscribe, type SubscribeRefusal, subscribe } from '../commands/subscribe'
import { findWaitingPayment } from '../commands/waiting-payment'
import { chargeSetOff } from './charge-set-off'
import { abandon, collect, outcomeOf } from './collect'
import type { ActionOutcome, FlowContext } from './flow-context'
import { withdrawn } from './repairs'

type Paid<Opened> = Opened & { outcome: ActionOutcome }

/** Where the bank sends a person back to. Left out: nobody is at a browser, and the confirmation link goes out with the answer. */
type Presence = { returnUrl: string }

async function collectOpened<Opened extends { paymentId: PaymentId | null }>(
  { provider }: FlowContext,
  organizationId: ChangePlan['organizationId'],
  opened: Opened,
  { returnUrl }: Presence,
): Promise<Paid<Opened>> {
  if (!opened.paymentId) return { ...opened, outcome: { type: 'done' } }
  const key = { organizationId, paymentId: opened.paymentId }
  await collect(provider, key, { returnUrl })
  return { ...opened, outcome: await outcomeOf(key) }
}

/**
 * Executes a quote and collects its invoice: the change takes effect when it is paid, or nothing changes (A6, C12, G79). Where
 * it leads to a free plan, extra usage is charged first; if that fails the subscription is past due, and stays as it is (S6).
 */
export async function changePlanAndPay(context: FlowContext, input: ChangePlan & Presence): Promise<Result<Paid<OpenedChange>, ChangePlanRefusal>> {
  await chargeSetOff(context.provider, await inEngine((tx) => settleExtraBeforeFree({ tx, actor: 'system' }, input)))
  const opened = await context.first((command) => changePlan(command, input))
  return opened.ok ? ok(await collectOpened(context, input.organizationId, opened.value, input)) : opened
}

/** Begins a subscription and collects its first invoice. */
export async function subscribeAndPay(context: FlowContext, input: Subscribe & Presence): Promise<Result<Paid<OpenedSubscription>, SubscribeRefusal>> {
  const opened = await context.first((command) => subscribe(command, input))
  if (!opened.ok) return opened
  await chargeSetOff(context.provider, opened.value.setOff ?? [])
  return ok(await collectOpened(context, input.organizationId, opened.value, input))
}

/** Buys credit: it is there when its invoice is paid, or nothing has changed (P2, P6, G79). */
export async function buyCreditAndPay(context: FlowContext, input: BuyCredit & Presence): Promise<Result<Paid<OpenedPurchase>, BuyCreditRefusal>> {
  const opened = await context.first((command) => buyCredit(command, input))
  return opened.ok ? ok(await collectOpened(context, input.organizationId, opened.value, input)) : opened
}

/** Saves auto-recharge, and charges what that buys at once (P4, G72). */
export async function setAutoRechargeAndCharge(context: FlowContext, input: SetAutoRecharge): Promise<Result<null, SetAutoRechargeRefusal>> {
  const set = await context.first((command) => setAutoRecharge(command, input))
  if (!set.ok) return set
  await chargeSetOff(context.provider, set.value.setOff)
  return ok(null)
}

/** Collects an open invoice now, whatever its schedule says. */
export async function payInvoice(
  context: FlowContext,
  input: PayInvoice & Presence,
): Promise<Result<Paid<{ paymentId: PaymentId | null; amountDue: MinorUnits }>, PayInvoiceRefusal>> {
  const opened = await prepareAfterGivingUp(context, input)
  return opened.ok ? ok(await collectOpened(context, input.organizationId, opened.value, input)) : opened
}

/** An action that has waited too long is given up here where the sweep has not done so yet: its invoice is not paid any more (G79). */
async function prepareAfterGivingUp({ provider, first }: FlowContext, input: PayInvoice): Promise<Result<PreparedPayment, PayInvoiceRefusal>> {
  const opened = await first((command) => preparePayInvoice(command, input))
  if (opened.ok) return opened
  if (opened.error.code !== 'action_expired') return refuse(opened.error)
  await abandon(provider, { organizationId: input.organizationId, paymentId: opened.error.paymentId })
  const again = await first((command) => preparePayInvoice(command, input))
  if (again.ok) return again
  return refuse(again.error.code === 'action_expired' ? { code: 'not_payable', status: 'expired' } : again.error)
}

/**
 * Cancels at the period's end; a paid action that waits for the bank is abandoned first, at the provider too (G79). Should it
 * turn out collected, payment wins, and what it began is cancelled. Extra usage is charged, and waited for, where the product
 * says so (S5).
 */
export async function cancelAndAbandon(context: FlowContext, input: OneSubscription): Promise<Result<Pick<Canceled, 'cancelAt'>, CancelSubscriptionRefusal>> {
  const canceled = await abandonAndCancel(context, input)
  if (!canceled.ok) return canceled
  await chargeSetOff(context.provider, canceled.value.setOff)
  return ok({ cancelAt: canceled.value.cancelAt })
}

async function abandonAndCancel(context: FlowContext, input: OneSubscription): Promise<Result<Canceled, CancelSubscriptionRefusal>> {
  const canceled = await context.first((command) => cancelSubscription(command, input))
  if (canceled.ok || canceled.error.code !== 'change_in_progress') return canceled
  const waiting = await inEngine((tx) => findWaitingPayment(tx, input.organizationId, input.subscriptionId))
  // A pro-forma invoice is owed by nobody until it is paid: it is void at once (G9).
  if (waiting?.kind === 'pro_forma') {
    const { organizationId } = input
    const target = { organizationId, documentId: waiting.documentId, reason: 'canceled by the customer' }
    const given = await withdrawn(context.provider, target, () => inEngine((tx) => voidInvoice({ tx, actor: 'system' }, target)))
    if (!given.ok && given.error.code === 'change_in_progress') return refuse(given.error)
  } else if (waiting) await abandon(context.provider, { organizationId: input.organizationId, paymentId: waiting.id })
  return context.first((command) => cancelSubscription(command, { ...input, gaveUp: true }))
}
