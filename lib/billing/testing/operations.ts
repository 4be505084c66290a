import { randomUUID } from 'node:crypto'
import { and, desc, eq, gt, isNull } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { documents, members, payments, subscriptions } from '@/db/schema'
import { type DocumentId, newId, type SubscriptionId } from '../../ids'
import { minor } from '../../money'
import { addDays } from '../../time'
import { addMember } from '../commands/add-member'
import { reactivateSubscription } from '../commands/cancel-subscription'
import { deleteOrganization } from '../commands/delete-organization'
import { quoteChange } from '../commands/quote-change'
import { receiveNotification } from '../commands/receive-notification'
import { removeMember } from '../commands/remove-member'
import { loadNewestProduct } from '../commands/store/catalog'
import { OrganizationGone } from '../commands/store/organization'
import { type Interval, isFree, type Plan, type Product } from '../core/catalog'
import { advanceClock } from '../flows/advance-clock'
import { readConfirmation } from '../flows/confirmation'
import { closeDueFor, runDueFor } from '../flows/due-work'
import { cancelAndAbandon, changePlanAndPay, payInvoice, subscribeAndPay } from '../flows/paid-actions'
import { beginCardSetup, completeCardSetup, setPaymentMethod } from '../flows/payment-method'
import { processInbox } from '../flows/process-inbox'
import { reconcile } from '../flows/reconcile'
import { refundInvoice } from '../flows/refund'
import { consumeAndCharge, recordAndCharge } from '../flows/use'
import type { Dice } from './depth'
import { first, RETURN_URL, type Scenario } from './scenario'

export type Answer = { ok: true } | { ok: false; error: { code: string } }

/** Something that the engine is asked to do. */
export type Operation = {
  name: string
  /** The codes with which it may be refused, whatever else is going on. */
  refusals: readonly string[]
  /** Looks at what there is (a quote is asked for, an invoice is looked up); what it gives back does it. */
  prepare: (life: Scenario, dice: Dice) => Promise<() => Promise<Answer>>
}

const DONE: Answer = { ok: true }
const CATCH_UPS = 200

const REJECTIONS = ['past_due', 'cancellation_scheduled', 'same_plan', 'plan_not_offered', 'not_eligible', 'downgrade_already_used', 'downgrade_usage_exceeded']
export const CHANGE_REFUSALS = ['not_found', 'quote_expired', 'no_payment_method', 'change_in_progress', ...REJECTIONS]

/** What is sold of a life's product, as it would be quoted now. */
async function productOf(life: Scenario): Promise<Product> {
  const now = await life.now()
  const product = await inEngine((tx) => loadNewestProduct(tx, life.product, now))
  if (!product) throw new Error(`there is no product ${life.product}`)
  return product
}

/** Plans that are sold, the lowest first. */
async function plansOf(life: Scenario): Promise<readonly Plan[]> {
  return (await productOf(life)).plans.filter(({ offered }) => offered).toSorted((a, b) => a.rank - b.rank)
}

/** The live subscription; where there is none, an id that is nobody's. */
async function subscriptionOf({ organizationId }: Scenario): Promise<{ id: SubscriptionId; plan: string | null }> {
  const where = and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt))
  const [live] = await inEngine((tx) => tx.select({ id: subscriptions.id, plan: subscriptions.plan }).from(subscriptions).where(where))
  return live ?? { id: newId('sub'), plan: null }
}

/** What the machine interface does before each request: periods that are over are closed. */
async function catchUp({ stage, organizationId }: Scenario): Promise<void> {
  for (let closed = 0; closed < CATCH_UPS; closed++) if ((await closeDueFor(stage.provider, [organizationId])) === 0) return
}

/** As the machine interface answers it: there is no such organization any more. */
function gone(fault: unknown): Answer {
  if (fault instanceof OrganizationGone) return { ok: false, error: { code: 'gone' } }
  throw fault
}

async function changeBy(life: Scenario, steps: number, dice: Dice): Promise<() => Promise<Answer>> {
  const { organizationId } = life
  const { id: subscriptionId, plan } = await subscriptionOf(life)
  const plans = await plansOf(life)
  const at = plans.findIndex(({ id }) => id === plan) + steps
  const target = plans[Math.max(0, Math.min(at, plans.length - 1))]
  const interval = dice.of(Object.keys(target?.prices ?? {}) as Interval[])
  await catchUp(life)
  const quoted = await first((context) => quoteChange(context, { organizationId, subscriptionId, plan: target?.id, interval }))
  if (!quoted.ok) return () => Promise.resolve(quoted)
  return async () => {
    await catchUp(life)
    return changePlanAndPay(life.flow, { organizationId, subscriptionId, quoteId: quoted.value.id, returnUrl: RETURN_URL })
  }
}

async function newestDocument({ organizationId }: Scenario, status: 'open' | 'paid'): Promise<DocumentId> {
  const paidInCash = status === 'paid' ? gt(documents.amountPaid, documents.amountRefunded) : undefined
  const where = and(eq(documents.organizationId, organizationId), eq(documents.status, status), paidInCash)
  const [found] = await inEngine((tx) => tx.select({ id: documents.id }).from(documents).where(where).orderBy(desc(documents.issuedAt), desc(documents.id)))
  return found?.id ?? newId('inv')
}

export const changeUp: Operation = { name: 'upgrade', refusals: CHANGE_REFUSALS, prepare: (life, dice) => changeBy(life, 1 + dice.below(2), dice) }
export const changeDown: Operation = { name: 'downgrade', refusals: CHANGE_REFUSALS, prepare: (life, dice) => changeBy(life, -1 - dice.below(2), dice) }

export const subscribeFirst: Operation = {
  name: 'subscribe',
  refusals: ['already_subscribed', 'arrears_plan_active', 'change_in_progress', 'no_payment_method', 'gone'],
  prepare: async (life, dice) => {
    const plan = dice.of(await plansOf(life)).id
    return () => subscribeAndPay(life.flow, { organizationId: life.organizationId, product: life.product, plan, returnUrl: RETURN_URL }).catch(gone)
  },
}

export const cancel: Operation = {
  name: 'cancel',
  refusals: ['not_found', 'not_cancelable', 'change_in_progress'],
  prepare: async (life) => {
    const { id: subscriptionId } = await subscriptionOf(life)
    return async () => {
      await catchUp(life)
      return cancelAndAbandon(life.flow, { organizationId: life.organizationId, subscriptionId })
    }
  },
}

export const reactivate: Operation = {
  name: 'reactivate',
  refusals: ['not_found', 'not_scheduled'],
  prepare: async (life) => {
    const { id: subscriptionId } = await subscriptionOf(life)
    return async () => {
      await catchUp(life)
      return first((context) => reactivateSubscription(context, { organizationId: life.organizationId, subscriptionId }))
    }
  },
}

export const payOpen: Operation = {
  name: 'pay an open invoice',
  refusals: ['not_found', 'not_payable', 'no_payment_method'],
  prepare: async (life) => {
    const documentId = await newestDocument(life, 'open')
    return () => payInvoice(life.flow, { organizationId: life.organizationId, documentId, returnUrl: RETURN_URL })
  },
}

export const refund: Operation = {
  name: 'refund',
  refusals: ['not_found', 'not_paid', 'refund_in_progress', 'change_in_progress', 'refund_window_closed', 'refund_not_eligible'],
  prepare: async (life) => {
    const documentId = await newestDocument(life, 'paid')
    return async () => {
      await catchUp(life)
      return refundInvoice(life.flow, { organizationId: life.organizationId, documentId })
    }
  },
}

export function saveCard(cards: readonly string[]): Operation {
  return {
    name: 'save a card',
    refusals: ['method_refused'],
    prepare: async (life, dice) => {
      const methodRef = dice.of(cards)
      return () => setPaymentMethod(life.flow, { organizationId: life.organizationId, methodRef, key: randomUUID() })
    },
  }
}

/** A card that was typed on the provider's page, and whoever did so comes back to ours. */
export const returnFromCardPage: Operation = {
  name: 'come back from the card page',
  refusals: ['quote_expired'],
  prepare: async (life) => {
    const { organizationId, stage } = life
    const open = (await life.documents()).filter(({ status }) => status === 'open')
    const expectedAmountDue = minor(open.reduce((sum, { amountDue }) => sum + amountDue, 0n))
    const about = { organizationId, currency: 'usd', returnUrl: RETURN_URL, cancelUrl: RETURN_URL, key: randomUUID(), expectedAmountDue } as const
    const begun = await beginCardSetup(life.flow, about)
    if (!begun.ok) return () => Promise.resolve(begun)
    const page = stage.payments.page(begun.value.url)
    const typed = new URLSearchParams({ number: '4242 4242 4242 4242', expiry: '12/40', cvc: '123', name: 'Ada' })
    await fetch(page, { method: 'POST', body: typed, redirect: 'manual' })
    return async () => {
      const { state } = await completeCardSetup(life.flow, { organizationId, setupRef: page.split('/').at(-1) ?? '' })
      return state === 'complete' ? DONE : { ok: false, error: { code: state } }
    }
  },
}

export function advance(days: readonly number[]): Operation {
  return {
    name: 'advance the clock',
    refusals: ['clock_backwards', 'clock_advancing', 'payments_unsettled'],
    prepare: async (life, dice) => {
      const to = addDays(await life.now(), dice.of(days))
      return () => advanceClock(life.stage.provider, { clockId: life.clockId, to })
    },
  }
}

export const record: Operation = {
  name: 'record usage',
  refusals: ['no_subscription', 'unknown_organization', 'unavailable'],
  prepare: async (life, dice) => {
    const { organizationId } = life
    const { meter, much } = await meterOf(life, dice)
    const quantity = BigInt(1 + dice.below(much))
    const event = { id: randomUUID(), organizationId, meter, quantity, timestamp: null, key: null, properties: null }
    return () => recordAndCharge(life.flow, [event])
  },
}

/**
 * A meter of the life's product, and how many units of it are much: two thirds of what the smallest paid plan includes, so that
 * a few of them reach a limit.
 */
async function meterOf(life: Scenario, dice: Dice): Promise<{ meter: string; much: number }> {
  const product = await productOf(life)
  const meter = product.meters.length === 0 ? null : dice.of(product.meters).id
  if (meter === null) return { meter: 'calls', much: 1 }
  const limits = product.plans.flatMap((plan) => (isFree(plan) ? [] : [Number(plan.included[meter] ?? 0n)])).filter((limit) => limit > 0)
  return { meter, much: Math.max(1, Math.floor((Math.min(...limits, UNITS_WITHOUT_A_LIMIT) * 2) / 3)) }
}

const UNITS_WITHOUT_A_LIMIT = 300_000

/** Three callers, who together may ask for more than there is. */
export const consumeAtOnce: Operation = {
  name: 'consume',
  refusals: ['unknown_organization', 'unavailable'],
  prepare: async (life, dice) => {
    const { organizationId } = life
    const { meter, much } = await meterOf(life, dice)
    const quantity = BigInt(1 + dice.below(much))
    const one = () => {
      const request = { id: randomUUID(), organizationId, meter, quantity, key: null, properties: null }
      return consumeAndCharge(life.flow, request)
    }
    return async () => (await Promise.all([one(), one(), one()])).find(({ ok }) => !ok) ?? DONE
  },
}

/** About the newest payment, twice: once more than needed. */
export const redeliver: Operation = {
  name: 'a notification, twice',
  refusals: [],
  prepare: async (life) => {
    const providerRef = (await life.payments()).findLast((payment) => payment.providerRef)?.providerRef ?? 'pi_of_nobody'
    const told = () => receiveNotification({ id: `evt_${randomUUID()}`, type: 'payment_intent.succeeded', subject: { kind: 'payment', providerRef } })
    return async () => {
      await told()
      await told()
      await Promise.all([processInbox(life.stage.provider), processInbox(life.stage.provider)])
      return DONE
    }
  },
}

export const reconcileDue: Operation = {
  name: 'reconcile',
  refusals: [],
  prepare: async (life) => {
    await life.letWallTimePass()
    return async () => {
      await reconcile(life.stage.provider)
      return DONE
    }
  },
}

export const sweep: Operation = {
  name: 'the due work',
  refusals: [],
  prepare: async (life) => async () => {
    await runDueFor(life.stage.provider, [life.organizationId])
    return DONE
  },
}

export const answerBank: Operation = {
  name: 'answer the bank',
  refusals: ['nothing_to_answer'],
  prepare: async (life, dice) => {
    const where = and(eq(payments.organizationId, life.organizationId), eq(payments.state, 'needs_customer'))
    const [asked] = await inEngine((tx) => tx.select().from(payments).where(where))
    const { confirmUrl, providerRef } = asked ?? { confirmUrl: null, providerRef: null }
    if (!confirmUrl || !providerRef) return () => Promise.resolve({ ok: false, error: { code: 'nothing_to_answer' } })
    const decision = dice.of(['approve', 'approve', 'decline'] as const)
    return async () => {
      await life.atBank(confirmUrl, decision)
      await readConfirmation(life.stage.provider, { organizationId: life.organizationId, providerRef })
      return DONE
    }
  },
}

export const add: Operation = {
  name: 'add a member',
  refusals: ['already_member'],
  prepare: async ({ organizationId }) => {
    const person = { email: `colleague-of-${organizationId}@example.com`, name: 'Grace', role: 'member' as const }
    return () => first((context) => addMember(context, { organizationId, ...person }))
  },
}

export const remove: Operation = {
  name: 'remove a member',
  refusals: ['member_not_found', 'last_owner'],
  prepare: async ({ organizationId }) => {
    const where = and(eq(members.organizationId, organizationId), isNull(members.removedAt))
    const [newest] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(where).orderBy(desc(members.id)))
    const memberId = newest?.id ?? newId('mem')
    return () => first((context) => removeMember(context, { organizationId, memberId }))
  },
}

export const close: Operation = {
  name: 'delete the organization',
  refusals: ['subscription_active', 'change_in_progress', 'invoices_open', 'usage_unbilled'],
  prepare:
    async ({ organizationId }) =>
    () =>
      first((context) => deleteOrganization(context, { organizationId })),
}
