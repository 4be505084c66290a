import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { pendingActions, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId, SubscriptionId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import type { CommandContext } from '../context'
import { findPlan, type Interval, isPrepaid, type Plan, type Product } from '../core/catalog'
import type { Explanation } from '../core/line'
import type { Holding } from '../core/state'
import { decideSubscribe, type SubscribeDecision } from '../core/subscribe'
import { type TrialRefusal, trialRefusal } from '../core/trial'
import { type ChangeInProgress, findWaitingAction, hasPaymentMethod, openAccount, toAccount } from './store/account'
import { loadNewestProduct } from './store/catalog'
import { mayChoose } from './store/custom-plans'
import { issueDocuments } from './store/documents'
import { type Forbidden, forbidsActor } from './store/members'
import { openSubscription } from './store/open-subscription'
import { lockOrganization, OrganizationGone } from './store/organization'
import type { PaymentKey } from './store/payment-key'
import { lockPrepaid } from './store/prepaid'
import { setOffRecharges } from './store/recharge'
import { countSeats } from './store/seats'
import { lockSubscription, readSubscription } from './store/subscription'
import { startSubscription } from './store/waiting-action'

export type Subscribe = {
  organizationId: OrganizationId
  product: string
  plan: string
  interval?: Interval | undefined
  /** Begins with the product's trial (T9). */
  trial?: boolean | undefined
  /** What the customer was shown; another amount is refused (G81). */
  expectedAmountDue?: MinorUnits | undefined
}

export type OpenedSubscription = {
  subscriptionId: SubscriptionId
  documentId: DocumentId | null
  paymentId: PaymentId | null
  /** What its beginning has bought by itself: a recharge that had slept (G101). */
  setOff?: PaymentKey[]
}

export type PriceSubscriptionRefusal =
  | Forbidden
  | { code: 'unknown_product'; product: string }
  | { code: 'unknown_plan'; plan: string }
  | { code: 'unknown_interval'; interval: string }
  | { code: 'currency_mismatch'; currency: string; planCurrency: string }
  | { code: 'plan_not_offered' }
  | { code: 'already_subscribed'; subscription: SubscriptionId }
  | ArrearsPlanActive
  | ChangeInProgress

export type SubscribeRefusal = PriceSubscriptionRefusal | { code: 'quote_expired'; amountDue: MinorUnits } | { code: 'no_payment_method' } | TrialRefusal

export type FirstSubscription = SubscribeDecision & {
  product: Product
  plan: Plan
  now: Instant
  /** Why the trial that is asked for may not begin (G69): the price of a quote says so, a subscription is refused. */
  trialRefusal: TrialRefusal | null
}

/** What a first subscription would cost now, without doing it (G81). `seats`: as if so many held one. */
export async function priceSubscription(
  { tx, actor }: CommandContext,
  input: Subscribe & { seats?: number | undefined },
): Promise<Result<FirstSubscription, PriceSubscriptionRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  // The door has let this call in before somebody closed the organization for good: nothing begins there any more.
  if (organization.deletedAt !== null) throw new OrganizationGone(organization.id)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  if (!(await mayChoose(tx, input.organizationId, input.plan))) return refuse({ code: 'unknown_plan', plan: input.plan })
  const product = await loadNewestProduct(tx, input.product, now, [input.plan])
  if (!product) return refuse({ code: 'unknown_product', product: input.product })
  const plan = findPlan(product, input.plan)
  if (!plan) return refuse({ code: 'unknown_plan', plan: input.plan })
  const interval = input.interval ?? 'month'
  if (plan.prices[interval] === undefined) return refuse({ code: 'unknown_interval', interval })
  if (product.currency !== organization.currency) return refuse({ code: 'currency_mismatch', currency: organization.currency, planCurrency: product.currency })
  if (!plan.offered) return refuse({ code: 'plan_not_offered' })
  const live = await findLive(tx, input)
  if (live) {
    const waiting = await findWaitingAction(tx, input.organizationId, live)
    if (waiting) return refuse(waiting)
    const held = (await readSubscription(tx, input.organizationId, live))?.holding
    // Its last usage is billed at its end, and only then may another be paid from a balance (P3).
    if (held && isPrepaid(plan) && held.terms.plan.overLimit.type === 'arrears') return refuse(arrearsPlanActive(live, held))
    return refuse({ code: 'already_subscribed', subscription: live })
  }
  const account = toAccount(await openAccount(tx, input.organizationId, product.currency, false))
  const seats = product.policies.seats === null ? null : (input.seats ?? (await countSeats(tx, input.organizationId, product)))
  const refusal = input.trial ? trialRefusal({ product, plan, wasUsed: await usedTrial(tx, input) }) : null
  const trial = input.trial === true && refusal === null
  const isFirst = !(await hasHadProduct(tx, input))
  return ok({ ...decideSubscribe({ product, plan, interval, account, now, seats, trial, isFirst }), product, plan, now, trialRefusal: refusal })
}

/** Begins a subscription: a free plan at once, a paid one when its first invoice is paid (G79). */
export async function subscribe(context: CommandContext, input: Subscribe): Promise<Result<OpenedSubscription, SubscribeRefusal>> {
  const { tx, actor } = context
  const priced = await priceSubscription(context, input)
  if (!priced.ok) return priced
  const { terms, period, document, now, product, trialEnd } = priced.value
  if (priced.value.trialRefusal) return refuse(priced.value.trialRefusal)
  if (input.expectedAmountDue !== undefined && input.expectedAmountDue !== document.amountDue)
    return refuse({ code: 'quote_expired', amountDue: document.amountDue })
  if ((document.amountDue > 0n || trialEnd !== null) && !(await hasPaymentMethod(tx, input.organizationId))) return refuse({ code: 'no_payment_method' })

  const { organization } = await lockOrganization(tx, input.organizationId)
  if (isPrepaid(terms.plan)) await lockPrepaid(tx, [organization.id]) // Before credit (decision 7).
  const account = await openAccount(tx, input.organizationId, product.currency, true)
  const subscriptionId = await openSubscription(tx, organization.id, priced.value)
  const isPaid = document.amountDue > 0n
  if (!isPaid) {
    const loaded = await lockSubscription(tx, organization.id, subscriptionId)
    if (loaded) await startSubscription(tx, { organization, loaded, now, actor })
  }
  if (document.lines.length === 0)
    return ok({ subscriptionId, documentId: null, paymentId: null, setOff: await wakeRecharge(tx, organization.id, terms.plan, now) })
  const [issued] = await issueDocuments(tx, [
    { organization, at: now, draft: document, kind: 'renewal', subscriptionId, period, currency: product.currency, dunning: false, grants: account.grants },
  ])
  if (!issued) throw new Error('the first invoice was not issued')
  if (isPaid) {
    await tx.insert(pendingActions).values({
      organizationId: organization.id,
      documentId: issued.document.id,
      subscriptionId,
      kind: 'subscribe',
      actor,
      decision: {},
      expiresAt: now.add({ hours: 24 }),
      state: 'waiting',
    })
  }
  return ok({ subscriptionId, documentId: issued.document.id, paymentId: issued.paymentId })
}

/** A subscription that ever began; one whose first payment failed never was (G62). */
async function hasHadProduct(tx: Transaction, { organizationId, product }: Subscribe): Promise<boolean> {
  const [earlier] = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, product), isNotNull(subscriptions.startedAt)))
    .limit(1)
  return earlier !== undefined
}

/** A saved recharge sleeps until a prepaid plan is held; a balance that is below its threshold then is a fall (G101). */
async function wakeRecharge(tx: Transaction, organizationId: OrganizationId, plan: Plan, now: Instant): Promise<PaymentKey[]> {
  if (!isPrepaid(plan)) return []
  const state = (await lockPrepaid(tx, [organizationId])).get(organizationId)
  return state ? setOffRecharges(tx, [{ state, now }]) : []
}

export type ArrearsPlanActive = Explanation & { code: 'arrears_plan_active'; subscription: SubscriptionId; planName: string; periodEnd: Instant }

function arrearsPlanActive(subscription: SubscriptionId, { terms, period }: Holding): ArrearsPlanActive {
  const { id, name } = terms.plan
  const inputs = { plan: id, period_end: period.end.toString() }
  return { code: 'arrears_plan_active', subscription, planName: name, periodEnd: period.end, rule: 'P3', formula: `live subscriptions of ${id} = 1`, inputs }
}

async function findLive(tx: Transaction, { organizationId, product }: Subscribe): Promise<SubscriptionId | null> {
  const [live] = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, product), isNull(subscriptions.endedAt)))
    .orderBy(sql`${subscriptions.startedAt} is null`) // One that has begun, before one that is invoiced first.
  return live?.id ?? null
}

/** A trial that has begun counts, however it has ended (G69). */
async function usedTrial(tx: Transaction, { organizationId, product }: Subscribe): Promise<boolean> {
  const [used] = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.organizationId, organizationId),
        eq(subscriptions.product, product),
        isNotNull(subscriptions.trialEnd),
        isNotNull(subscriptions.startedAt),
      ),
    )
    .limit(1)
  return used !== undefined
}
