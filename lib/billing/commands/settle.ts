import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, paymentMethods, payments, pendingActions, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId } from '../../ids'
import { minor } from '../../money'
import type { PaymentObservation } from '../../payments/port'
import { type Instant, isBefore, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { freePlanOf } from '../core/catalog'
import { nextRetry } from '../core/dunning'
import type { ReceiptPayload } from '../message-payloads'
import { moveToFree } from './store/apply-terms'
import { isUnanswered, tellsOfAttempt } from './store/attempt'
import { recordAudit } from './store/audit'
import { addGrants } from './store/credit'
import { type DocumentRow, type PaymentRow, payDocument, voidDocument } from './store/documents'
import { recordEvents } from './store/events'
import { postLedger } from './store/ledger'
import { tellBilling } from './store/messages'
import { findObstacle } from './store/obstacles'
import { type LockedOrganization, lockOrganization } from './store/organization'
import { readReceipt } from './store/receipt'
import { failRecharge } from './store/recharge'
import { recoverSubscription } from './store/recover'
import { decidesStatus } from './store/running-plan'
import { dropTabOfUnsoldSeats } from './store/seats'
import { type LoadedSubscription, lockSubscription } from './store/subscription'
import { applyWaitingAction, failAutomaticAction, isAutomatic } from './store/waiting-action'
import { movedToFreeMessage } from './store/words'
import { confirmationNeededMessage, paymentFailedMessage, receiptMessage, renewalPaidMessage } from './store/words-payments'

/** `isAnswer`: the provider has said it of the attempt under way; else it was read back, and may be of one before it. */
export type Settle = { organizationId: OrganizationId; paymentId: PaymentId; observed: PaymentObservation; isAnswer?: boolean }

/** The payment as it stands after what was observed has been applied. */
export type Settled = { state: PaymentRow['state']; documentId: DocumentId; reason: string | null; confirmUrl: string | null }

type Scene = LockedOrganization & {
  tx: Transaction
  payment: PaymentRow
  document: DocumentRow
  loaded: LoadedSubscription | null
  action: typeof pendingActions.$inferSelect | null
  actor: CommandContext['actor']
}

/** How long until the reconciler looks at a payment whose outcome is not known. */
const CHECK_AFTER_SECONDS = 20
/** A confirmation at the bank takes a person's time. */
const CHECK_CONFIRMATION_AFTER_SECONDS = 60

/**
 * Applies what was observed at the payment provider, whoever saw it first: the request, a webhook, the return page or the
 * reconciler. Forward only, and once: invoice, subscription, ledger, activity and messages change in this transaction.
 */
export async function settle({ tx, actor }: CommandContext, { organizationId, paymentId, observed, isAnswer = false }: Settle): Promise<Settled> {
  const locked = await lockOrganization(tx, organizationId)
  const scene = await setScene(tx, locked, organizationId, paymentId, actor)
  const { payment } = scene
  if (payment.state === 'collected' || payment.state === 'disputed') return summary(payment)
  if (payment.state === 'abandoned' && observed.state !== 'collected') return summary(payment)
  if (isKnownFailure(payment, observed)) return summary(payment)
  if (payment.dunning && !isAnswer && !tellsOfAttempt(payment, observed)) return summary(await movePayment(scene, seenBefore(payment, observed)))
  switch (observed.state) {
    case 'open':
      return summary(await movePayment(scene, seenOpen(payment)))
    case 'in_flight':
      return summary(await movePayment(scene, { state: 'in_flight', checkAt: wallTimeIn(CHECK_AFTER_SECONDS) }))
    case 'needs_customer':
      // Nobody is there to confirm what was bought by itself: it has failed (G111), and the flow gives it up next.
      if (scene.action && isAutomatic(scene.action)) return summary(await refused(scene, CONFIRMATION_ASKED))
      return summary(await awaitCustomer(scene, observed.url))
    case 'collected':
      return summary(await collected(scene, observed.amount))
    case 'refused':
      return summary(await (isAnswer || !isHeardLate(scene) ? refused(scene, observed) : refusedBeforeStep(scene, observed)))
    case 'abandoned':
      // Somebody canceled a renewal's payment at the provider. It is owed all the same, so the schedule runs to its end (C12).
      if (payment.dunning && scene.document.status === 'open') return summary(await refused(scene, { state: 'refused', ...CANCELED_AT_PROVIDER }))
      return summary(await abandoned(scene))
  }
}

const CONFIRMATION_ASKED = { state: 'refused', reason: 'authentication_required', remedy: 'customer_must_confirm' } as const
const CANCELED_AT_PROVIDER = { reason: 'canceled', remedy: 'retry_later' } as const

/** A late notification of a failure that was settled: no attempt has been made since, so it takes no step of the schedule. */
function isKnownFailure(payment: PaymentRow, observed: PaymentObservation): boolean {
  const isFailure = observed.state === 'refused' || observed.state === 'abandoned'
  return payment.dunning && payment.state === 'refused' && !isUnanswered(payment) && isFailure
}

/** The provider has not heard of the attempt under way: it takes no step of the schedule, and what was due is due. */
function seenBefore(payment: PaymentRow, observed: PaymentObservation): Partial<PaymentRow> {
  switch (observed.state) {
    case 'refused':
      return { state: 'refused', checkAt: lookToCome(payment) }
    case 'needs_customer':
      return { state: 'needs_customer', checkAt: wallTimeIn(CHECK_CONFIRMATION_AFTER_SECONDS) }
    default:
      return seenOpen(payment)
  }
}

/** Known to the provider and not confirmed: a renewal, and what was bought by itself, is confirmed when it is due; another action is looked at again and cancelled. */
function seenOpen(payment: PaymentRow): Partial<PaymentRow> {
  const state = payment.state === 'created' || payment.state === 'in_flight' ? 'open' : payment.state
  return { state, checkAt: payment.dunning || payment.retryAt ? lookToCome(payment) : wallTimeIn(CHECK_AFTER_SECONDS) }
}

/**
 * What was read before an attempt was begun, and is heard late, says nothing of that attempt: should its process die, and the
 * provider's word of it be lost, the look that it was begun with is the only one that finds it.
 */
function lookToCome(payment: PaymentRow): Instant | null {
  return isUnanswered(payment) && payment.checkAt && isBefore(systemClock.now(), payment.checkAt) ? payment.checkAt : null
}

function wallTimeIn(seconds: number): Instant {
  return systemClock.now().add({ seconds })
}

function summary(payment: PaymentRow): Settled {
  return { state: payment.state, documentId: payment.documentId, reason: payment.reason, confirmUrl: payment.confirmUrl }
}

async function setScene(
  tx: Transaction,
  locked: LockedOrganization,
  organizationId: OrganizationId,
  paymentId: PaymentId,
  actor: CommandContext['actor'],
): Promise<Scene> {
  const [found] = await tx
    .select({ documentId: payments.documentId, subscriptionId: documents.subscriptionId })
    .from(payments)
    .innerJoin(documents, and(eq(documents.organizationId, payments.organizationId), eq(documents.id, payments.documentId)))
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
  if (!found) throw new Error(`payment ${paymentId} does not exist`)
  // The order of decision 7: organization, subscription and counters, then the payment.
  const loaded = found.subscriptionId ? await lockSubscription(tx, organizationId, found.subscriptionId) : null
  const [payment] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
    .for('update')
  const [document] = await tx
    .select()
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, found.documentId)))
    .for('update')
  const [action] = await tx
    .select()
    .from(pendingActions)
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.documentId, found.documentId), eq(pendingActions.state, 'waiting')))
  if (!payment || !document) throw new Error(`payment ${paymentId} lost its document`)
  return { tx, ...locked, payment, document, loaded, action: action ?? null, actor }
}

async function movePayment({ tx, payment }: Scene, to: Partial<PaymentRow>): Promise<PaymentRow> {
  const moved = { ...payment, ...to }
  if (Object.keys(to).length > 0)
    await tx
      .update(payments)
      .set(to)
      .where(and(eq(payments.organizationId, payment.organizationId), eq(payments.id, payment.id)))
  return moved
}

async function awaitCustomer(scene: Scene, url: string): Promise<PaymentRow> {
  const { tx, organization, payment, document, now } = scene
  // At each step of the schedule the bank is asked anew, and only its last link is of any use.
  const isNews = payment.state !== 'needs_customer' || isDueAt(payment.retryAt, now)
  if (isNews) await tellOutside(scene, 'invoice.action_required', `${payment.id}:${payment.attempts}`)
  const checkAt = wallTimeIn(CHECK_CONFIRMATION_AFTER_SECONDS)
  const waiting = { state: 'needs_customer', confirmUrl: url, checkAt, attemptsOver: payment.attempts } as const
  if (!payment.dunning || document.kind === 'pro_forma') return movePayment(scene, waiting)
  // Nobody is present at a renewal: the link goes by mail.
  if (isNews) {
    await tellBilling(tx, [confirmationNeededMessage(organization, document, url, now)])
    await fallPastDue(scene)
  }
  const firstFailedAt = payment.firstFailedAt ?? now
  // A last step that is due ends the schedule all the same, whatever a person is being asked meanwhile (G65).
  return movePayment(scene, { ...waiting, firstFailedAt, retryAt: decideNext(scene, firstFailedAt) ?? payment.retryAt })
}

function isDueAt(due: Instant | null, now: Instant): boolean {
  return due !== null && !isBefore(now, due)
}

async function collected(scene: Scene, amount: PaymentRow['amount']): Promise<PaymentRow> {
  const { tx, organization, payment, document, loaded, action, now, actor } = scene
  const paid = await movePayment(scene, { state: 'collected', collectedAt: now, retryAt: null, checkAt: null, confirmUrl: null, reason: null, remedy: null })
  if (document.status !== 'open' && document.status !== 'uncollectible') {
    await keepAsCredit(scene, amount)
    return paid
  }
  if (await cannotBegin(scene)) {
    await dropProForma(scene)
    await keepAsCredit(scene, amount)
    return paid
  }
  await payDocument(tx, document, payment, amount, now)
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'invoice.paid',
      target: document.id,
      after: { amount: amount.toString(), currency: document.currency },
    },
  ])
  const receipt = await readReceipt(tx, document, amount)
  if (action) await applyWaitingAction(tx, { organization, loaded, action, document, receipt, now })
  await tellPaid(scene, receipt)
  if (loaded) await recoverSubscription(tx, loaded, document.id, now)
  return paid
}

/** What tells of a change or of credit bought by itself has the receipt in it; everything else has a mail of its own. */
const TELL_THEMSELVES: ReadonlySet<string> = new Set(['change', 'auto_upgrade', 'auto_renew', 'auto_recharge'])

async function tellPaid(scene: Scene, receipt: ReceiptPayload): Promise<void> {
  const { tx, organization, document, payment, loaded, action, now } = scene
  if (action && TELL_THEMSELVES.has(action.kind)) return
  const planName = loaded?.holding.terms.plan.name ?? null
  // What a plan cost that has ended since renews nothing (G65).
  if (document.kind === 'renewal' && payment.dunning && planName !== null && (await concernsRunningPlan(scene)))
    return tellBilling(tx, [renewalPaidMessage(organization, document, { planName, receipt, at: now })])
  const pays = document.kind === 'purchase' ? 'purchase' : action?.kind === 'subscribe' || action?.kind === 'pro_forma' ? 'plan' : 'other'
  await tellBilling(tx, [receiptMessage(organization, document, { pays, planName, receipt, at: now })])
}

/** Something paid was begun meanwhile (G9). */
async function cannotBegin({ tx, organization, action, loaded }: Scene): Promise<boolean> {
  return action?.kind === 'pro_forma' && loaded !== null && (await findObstacle(tx, organization.id, loaded.row.product)) !== null
}

/** Its plan has nowhere to begin: the invoice is void, and the money the customer's. */
async function dropProForma({ tx, organization, document, loaded, now }: Scene): Promise<void> {
  await voidDocument(tx, document, now)
  await tx
    .update(pendingActions)
    .set({ state: 'dropped' })
    .where(and(eq(pendingActions.organizationId, organization.id), eq(pendingActions.documentId, document.id)))
  if (loaded)
    await tx
      .update(subscriptions)
      .set({ status: 'canceled', endedAt: now })
      .where(and(eq(subscriptions.organizationId, organization.id), eq(subscriptions.id, loaded.row.id)))
}

/** A voided invoice whose payment turned out collected: payment wins, and the money is the customer's (G80). */
async function keepAsCredit({ tx, organization, payment, document, now }: Scene, amount: PaymentRow['amount']): Promise<void> {
  await addGrants(tx, [{ organizationId: organization.id, source: 'orphan_payment', documentId: document.id, amount, grantedAt: now }])
  await postLedger(tx, [
    {
      organizationId: organization.id,
      source: `${payment.id}:collected`,
      at: now,
      currency: document.currency,
      postings: { cash: amount, customer_credit: minor(-amount) },
    },
  ])
  await recordAudit(tx, [
    { organizationId: organization.id, at: now, actor: 'system', action: 'payment.kept_as_credit', target: document.id, after: { amount: amount.toString() } },
  ])
}

type Refused = Extract<PaymentObservation, { state: 'refused' }>

async function refused(scene: Scene, observed: Refused): Promise<PaymentRow> {
  const { tx, organization, payment, document, now } = scene
  const { reason, remedy, refusalRef = payment.refusalRef } = observed
  const failed = { state: 'refused', reason, remedy, refusalRef, attemptsOver: payment.attempts, confirmUrl: null } as const
  if (remedy === 'new_method' || remedy === 'stop') await rememberHardDecline(scene)
  await tellOutside(scene, 'invoice.payment_failed', `${payment.id}:${payment.attempts}`)
  // A person's action fails as a whole: the flow cancels it at the provider next, which voids the invoice (C12).
  if (!payment.dunning) return movePayment(scene, { ...failed, retryAt: null, checkAt: wallTimeIn(CHECK_AFTER_SECONDS) })
  // A pro-forma invoice stays as it is: it may be paid with another card, or by bank transfer (G9).
  if (document.kind === 'pro_forma') return movePayment(scene, { ...failed, checkAt: null })
  const firstFailedAt = payment.firstFailedAt ?? now
  const retryAt = decideNext(scene, firstFailedAt)
  const lastTry = retryAt === null
  const stopsPlan = lastTry ? await planThatStops(scene) : null
  await tellBilling(tx, [paymentFailedMessage(organization, document, { reason, attempt: payment.attempts, nextTryAt: retryAt, lastTry, stopsPlan, at: now })])
  await fallPastDue(scene)
  if (lastTry) await giveUp(scene)
  return movePayment(scene, { ...failed, firstFailedAt, retryAt, checkAt: null })
}

/** Of an attempt whose answer we have had: the bank that it was waiting for says no, when the next step is due. */
function isHeardLate({ payment, document, now }: Scene): boolean {
  return payment.dunning && document.kind !== 'pro_forma' && !isUnanswered(payment) && isDueAt(payment.retryAt, now)
}

/** That step is made all the same, has a mail of its own, and ends the schedule where it is the last (C12, G65). */
async function refusedBeforeStep(scene: Scene, observed: Refused): Promise<PaymentRow> {
  const { payment } = scene
  const { reason, remedy, refusalRef = payment.refusalRef } = observed
  await tellOutside(scene, 'invoice.payment_failed', `${payment.id}:${payment.attempts}`)
  return movePayment(scene, { state: 'refused', reason, remedy, refusalRef, confirmUrl: null, checkAt: null })
}

async function tellOutside(
  { tx, organization, document, now }: Scene,
  type: 'invoice.action_required' | 'invoice.payment_failed',
  fact: string,
): Promise<void> {
  await recordEvents(tx, [{ organizationId: organization.id, type, subject: { kind: 'invoice', id: document.id }, at: now, fact }])
}

function decideNext({ now, payment }: Scene, firstFailedAt: Instant): Instant | null {
  // A try between two steps (a new card, "pay now") leaves the schedule as it is.
  if (payment.retryAt && payment.firstFailedAt && payment.retryAt.epochMilliseconds > now.epochMilliseconds) return payment.retryAt
  if (payment.firstFailedAt && !payment.retryAt) return null
  return nextRetry(firstFailedAt, now)
}

/** The plan that is running and not paid for; a final invoice of an ended plan changes no status (G94). */
async function concernsRunningPlan({ tx, loaded, document }: Scene): Promise<boolean> {
  if (!loaded) return false
  const [found] = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.organizationId, document.organizationId), eq(documents.id, document.id), decidesStatus(loaded)))
  return found !== undefined
}

async function fallPastDue(scene: Scene): Promise<void> {
  const { tx, loaded, organization, now, document } = scene
  if (loaded?.row.status !== 'active' || !(await concernsRunningPlan(scene))) return
  loaded.row.status = 'past_due'
  await tx
    .update(subscriptions)
    .set({ status: 'past_due' })
    .where(and(eq(subscriptions.organizationId, organization.id), eq(subscriptions.id, loaded.row.id)))
  await recordAudit(tx, [
    { organizationId: organization.id, at: now, actor: 'system', action: 'subscription.past_due', target: loaded.row.id, after: { invoice: document.id } },
  ])
}

/** First failure + 7 × 24 h: the plan ends, the invoice stays open (C12, G65). */
async function giveUp(scene: Scene): Promise<void> {
  const { tx, loaded, organization, now } = scene
  if (!loaded || scene.payment.firstFailedAt === null || !(await concernsRunningPlan(scene))) return
  const from = loaded.holding.terms
  const to = await moveToFree(tx, { organization, loaded, now, actor: 'system', reason: 'payment_failed', dropsTab: false })
  if (to) await tellBilling(tx, [movedToFreeMessage(organization, loaded.row.id, from, now)])
}

/** The name of the plan that is unpaid from now on, where giving up leads to no free one (C12). */
async function planThatStops(scene: Scene): Promise<string | null> {
  const { loaded, payment } = scene
  if (!loaded || payment.firstFailedAt === null || freePlanOf(loaded.holding.terms.product)) return null
  return (await concernsRunningPlan(scene)) ? loaded.holding.terms.plan.name : null
}

async function rememberHardDecline({ tx, payment }: Scene): Promise<void> {
  if (!payment.methodRef) return
  await tx
    .update(paymentMethods)
    .set({ refusedForGood: true })
    .where(and(eq(paymentMethods.organizationId, payment.organizationId), eq(paymentMethods.methodRef, payment.methodRef)))
}

/** Cancelled at the provider: an action's invoice is void and nothing has changed (C12); a renewal's stays open. */
async function abandoned(scene: Scene): Promise<PaymentRow> {
  const { tx, organization, payment, document, loaded, action, now } = scene
  // The account's row comes before credit grants, which voiding gives back (decision 7).
  if (action?.kind === 'auto_recharge') await failRecharge(tx, { organization, document, reason: payment.reason ?? 'canceled', now })
  if (document.status === 'open' && !payment.dunning) await voidDocument(tx, document, now)
  if (action) {
    await tx
      .update(pendingActions)
      .set({ state: 'dropped' })
      .where(and(eq(pendingActions.organizationId, organization.id), eq(pendingActions.documentId, document.id)))
    // A subscription whose first payment failed never was.
    if (action.kind === 'subscribe' && loaded) {
      await tx
        .update(subscriptions)
        .set({ status: 'canceled', endedAt: now })
        .where(and(eq(subscriptions.organizationId, organization.id), eq(subscriptions.id, loaded.row.id)))
    }
    if (loaded) await dropTabOfUnsoldSeats(tx, loaded, now)
    if (isAutomatic(action) && loaded) await failAutomaticAction(tx, { organization, loaded, action, document, reason: payment.reason, now })
    await recordAudit(tx, [
      {
        organizationId: organization.id,
        at: now,
        actor: 'system',
        action: 'payment.failed',
        target: document.id,
        after: { reason: payment.reason ?? 'not confirmed in time' },
      },
    ])
  }
  return movePayment(scene, { state: 'abandoned', retryAt: null, checkAt: null, confirmUrl: null })
}
