import { inEngine } from '../../../db/client'
import type { PaymentId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import { cancelSubscription, type NotFound, type OneSubscription } from '../commands/cancel-subscription'
import { type ChangePlan, type ChangePlanRefusal, changePlan, type OpenedChange } from '../commands/change-plan'
import { type PayInvoice, type PayInvoiceRefusal, preparePayInvoice } from '../commands/pay-invoice'
import { type OpenedSubscription, type Subscribe, type SubscribeRefusal, subscribe } from '../commands/subscribe'
import { findWaitingPayment } from '../commands/waiting-payment'
import type { CancelRefusal } from '../core/cancellation'
import { abandon, collect, outcomeOf } from './collect'
import type { ActionOutcome, FlowContext } from './flow-context'

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

/** Executes a quote and collects its invoice: the change takes effect when it is paid, or nothing changes (A6, C12, G79). */
export async function changePlanAndPay(context: FlowContext, input: ChangePlan & Presence): Promise<Result<Paid<OpenedChange>, ChangePlanRefusal>> {
  const opened = await context.first((command) => changePlan(command, input))
  return opened.ok ? ok(await collectOpened(context, input.organizationId, opened.value, input)) : opened
}

/** Begins a subscription and collects its first invoice. */
export async function subscribeAndPay(context: FlowContext, input: Subscribe & Presence): Promise<Result<Paid<OpenedSubscription>, SubscribeRefusal>> {
  const opened = await context.first((command) => subscribe(command, input))
  return opened.ok ? ok(await collectOpened(context, input.organizationId, opened.value, input)) : opened
}

/** Collects an open invoice now, whatever its schedule says. */
export async function payInvoice(
  context: FlowContext,
  input: PayInvoice & Presence,
): Promise<Result<Paid<{ paymentId: PaymentId | null; amountDue: MinorUnits }>, PayInvoiceRefusal>> {
  const opened = await context.first((command) => preparePayInvoice(command, input))
  return opened.ok ? ok(await collectOpened(context, input.organizationId, opened.value, input)) : opened
}

/** Cancels at the period's end; a paid action that waits for the bank is abandoned first (G79). */
export async function cancelAndAbandon(
  context: FlowContext,
  input: OneSubscription,
): Promise<Result<{ cancelAt: Instant }, NotFound | CancelRefusal | { code: 'change_in_progress' }>> {
  const canceled = await context.first((command) => cancelSubscription(command, input))
  if (canceled.ok || canceled.error.code !== 'change_in_progress') return canceled
  const waiting = await inEngine((tx) => findWaitingPayment(tx, input.organizationId, input.subscriptionId))
  if (waiting) await abandon(context.provider, { organizationId: input.organizationId, paymentId: waiting })
  const again = await context.first((command) => cancelSubscription(command, input))
  if (!again.ok && again.error.code === 'change_in_progress') return refuse({ code: 'change_in_progress' })
  return again
}
