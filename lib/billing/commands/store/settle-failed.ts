import { and, eq } from 'drizzle-orm'
import { paymentMethods, pendingActions, subscriptions } from '../../../../db/schema'
import type { PaymentObservation } from '../../../payments/port'
import { type Instant, isBefore } from '../../../time'
import { freePlanOf } from '../../core/catalog'
import { nextRetry } from '../../core/dunning'
import { moveToFree } from './apply-terms'
import { isUnanswered } from './attempt'
import { recordAudit } from './audit'
import { type PaymentRow, voidDocument } from './documents'
import { tellBilling } from './messages'
import { failRecharge } from './recharge'
import { dropTabOfUnsoldSeats } from './seats'
import { CHECK_AFTER_SECONDS, CHECK_CONFIRMATION_AFTER_SECONDS, concernsRunningPlan, movePayment, type Settling, tellOutside, wallTimeIn } from './settling'
import { failAutomaticAction, isAutomatic } from './waiting-action'
import { movedToFreeMessage } from './words'
import { confirmationNeededMessage, paymentFailedMessage } from './words-payments'

/** The bank wants to hear from the customer first. */
export async function awaitCustomer(scene: Settling, url: string): Promise<PaymentRow> {
  const { tx, organization, payment, document, now } = scene
  // At each step of the schedule the bank is asked anew, and only its last link is of any use.
  const isNews = payment.state !== 'needs_customer' || isDueAt(payment.retryAt, now)
  if (isNews) await tellOutside(scene, 'invoice.action_required', `${payment.id}:${payment.attempts}`)
  const checkAt = wallTimeIn(CHECK_CONFIRMATION_AFTER_SECONDS)
  const waiting = { state: 'needs_customer', confirmUrl: url, checkAt, attemptsOver: payment.attempts } as const
  if (!payment.dunning || document.kind === 'pro_forma') return movePayment(scene, waiting)
  if (await isDueForAnotherCard(scene)) return movePayment(scene, waiting)
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

/** Another card was saved while this one was tried, and waits for its turn: no step of the schedule is over before it had one (C12). */
async function isDueForAnotherCard({ tx, payment, now }: Settling): Promise<boolean> {
  if (!isDueAt(payment.retryAt, now)) return false
  const [card] = await tx.select({ methodRef: paymentMethods.methodRef }).from(paymentMethods).where(eq(paymentMethods.organizationId, payment.organizationId))
  return card !== undefined && card.methodRef !== payment.methodRef
}

type Refused = Extract<PaymentObservation, { state: 'refused' }>

/** An action fails as a whole; what is owed is tried again by its schedule (C12). */
export async function refused(scene: Settling, observed: Refused): Promise<PaymentRow> {
  const { tx, organization, payment, document, now } = scene
  const { reason, remedy, refusalRef = payment.refusalRef } = observed
  const failed = { state: 'refused', reason, remedy, refusalRef, attemptsOver: payment.attempts, confirmUrl: null } as const
  if (remedy === 'new_method' || remedy === 'stop') await rememberHardDecline(scene)
  await tellOutside(scene, 'invoice.payment_failed', `${payment.id}:${payment.attempts}`)
  // A person's action fails as a whole: the flow cancels it at the provider next, which voids the invoice (C12).
  if (!payment.dunning) return movePayment(scene, { ...failed, retryAt: null, checkAt: wallTimeIn(CHECK_AFTER_SECONDS) })
  // A pro-forma invoice stays as it is: it may be paid with another card, or by bank transfer (G9).
  if (document.kind === 'pro_forma') return movePayment(scene, { ...failed, checkAt: null })
  if (await isDueForAnotherCard(scene)) return movePayment(scene, { ...failed, checkAt: null })
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
export function isHeardLate({ payment, document, now }: Settling): boolean {
  return payment.dunning && document.kind !== 'pro_forma' && !isUnanswered(payment) && isDueAt(payment.retryAt, now)
}

/** That step is made all the same, has a mail of its own, and ends the schedule where it is the last (C12, G65). */
export async function refusedBeforeStep(scene: Settling, observed: Refused): Promise<PaymentRow> {
  const { payment } = scene
  const { reason, remedy, refusalRef = payment.refusalRef } = observed
  await tellOutside(scene, 'invoice.payment_failed', `${payment.id}:${payment.attempts}`)
  return movePayment(scene, { state: 'refused', reason, remedy, refusalRef, confirmUrl: null, checkAt: null })
}

function decideNext({ now, payment }: Settling, firstFailedAt: Instant): Instant | null {
  // A try between two steps (a new card, "pay now") leaves the schedule as it is.
  if (payment.retryAt && payment.firstFailedAt && payment.retryAt.epochMilliseconds > now.epochMilliseconds) return payment.retryAt
  if (payment.firstFailedAt && !payment.retryAt) return null
  return nextRetry(firstFailedAt, now)
}

async function fallPastDue(scene: Settling): Promise<void> {
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
async function giveUp(scene: Settling): Promise<void> {
  const { tx, loaded, organization, now } = scene
  if (!loaded || scene.payment.firstFailedAt === null || !(await concernsRunningPlan(scene))) return
  const from = loaded.holding.terms
  const to = await moveToFree(tx, { organization, loaded, now, actor: 'system', reason: 'payment_failed', dropsTab: false })
  if (to) await tellBilling(tx, [movedToFreeMessage(organization, loaded.row.id, from, now)])
}

/** The name of the plan that is unpaid from now on, where giving up leads to no free one (C12). */
async function planThatStops(scene: Settling): Promise<string | null> {
  const { loaded, payment } = scene
  if (!loaded || payment.firstFailedAt === null || freePlanOf(loaded.holding.terms.product)) return null
  return (await concernsRunningPlan(scene)) ? loaded.holding.terms.plan.name : null
}

async function rememberHardDecline({ tx, payment }: Settling): Promise<void> {
  if (!payment.methodRef) return
  await tx
    .update(paymentMethods)
    .set({ refusedForGood: true })
    .where(and(eq(paymentMethods.organizationId, payment.organizationId), eq(paymentMethods.methodRef, payment.methodRef)))
}

/** Cancelled at the provider: an action's invoice is void and nothing has changed (C12); a renewal's stays open. */
export async function abandoned(scene: Settling): Promise<PaymentRow> {
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
