import type { DocumentId, OrganizationId, PaymentId } from '../../ids'
import type { PaymentObservation } from '../../payments/port'
import { type Instant, isBefore, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { isUnanswered, tellsOfAttempt } from './store/attempt'
import type { PaymentRow } from './store/documents'
import { lockOrganization } from './store/organization'
import { collected } from './store/settle-collected'
import { abandoned, awaitCustomer, isHeardLate, refused, refusedBeforeStep } from './store/settle-failed'
import { CHECK_AFTER_SECONDS, CHECK_CONFIRMATION_AFTER_SECONDS, lockSettling, movePayment, wallTimeIn } from './store/settling'
import { isAutomatic } from './store/waiting-action'

/**
 * `askedUnder`: the lease of the attempt that the provider was asked for. While that is under way this is its answer; else, as where it was read
 * back, it may be of one before it.
 */
export type Settle = { organizationId: OrganizationId; paymentId: PaymentId; observed: PaymentObservation; askedUnder?: string }

/** The payment as it stands after what was observed has been applied. */
export type Settled = { state: PaymentRow['state']; documentId: DocumentId; reason: string | null; confirmUrl: string | null }

/**
 * Applies what was observed at the payment provider, whoever saw it first: the request, a webhook, the return page or the
 * reconciler. Forward only, and once: invoice, subscription, ledger, activity and messages change in this transaction.
 */
export async function settle({ tx, actor }: CommandContext, { organizationId, paymentId, observed, askedUnder }: Settle): Promise<Settled> {
  const locked = await lockOrganization(tx, organizationId)
  const scene = await lockSettling(tx, locked, organizationId, paymentId, actor)
  const { payment } = scene
  const isAnswer = askedUnder !== undefined && payment.leaseToken === askedUnder
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

function summary(payment: PaymentRow): Settled {
  return { state: payment.state, documentId: payment.documentId, reason: payment.reason, confirmUrl: payment.confirmUrl }
}
