import { Stripe } from 'stripe'
import { systemClock } from '../../time'
import type { ProviderNotification } from '../port'
import { referenceOf } from './observe'

/** How far, in seconds, a signature's time may be from now; the SDK checks the past alone. */
const TOLERANCE = 300

function isFromTheFuture(signature: string): boolean {
  const at = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1])
  return !(at <= systemClock.now().epochMilliseconds / 1000 + TOLERANCE)
}

/** Null where the signature is not Stripe's, is too old, or comes from the other of test and live mode. */
export function verifyStripeNotification(rawBody: string, signature: string, webhookSecret: string, live: boolean): ProviderNotification | null {
  let event: Stripe.Event
  try {
    event = Stripe.webhooks.constructEvent(rawBody, signature, webhookSecret, TOLERANCE)
  } catch {
    return null
  }
  if (isFromTheFuture(signature) || event.livemode !== live || typeof event.id !== 'string') return null
  return toNotification(event)
}

/**
 * Of all that Stripe tells of, what moves a payment, a refund, a dispute or a card setup of ours, or ends one. Each change
 * is named once: `charge.succeeded` says what `payment_intent.succeeded` does.
 */
export const TOLD_OF = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'checkout.session.completed',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
] as const satisfies readonly Stripe.Event.Type[]

export function toNotification(event: Stripe.Event): ProviderNotification {
  return { id: event.id, type: event.type, subject: subjectOf(event) }
}

function aboutPayment(field: string | { id: string } | null): ProviderNotification['subject'] {
  const providerRef = referenceOf(field)
  return providerRef === null ? { kind: 'other' } : { kind: 'payment', providerRef }
}

function subjectOf(event: Stripe.Event): ProviderNotification['subject'] {
  const subject = event.data.object
  if (!('object' in subject)) return { kind: 'other' }
  switch (subject.object) {
    case 'payment_intent':
      return { kind: 'payment', providerRef: subject.id }
    case 'charge':
      return aboutPayment(subject.payment_intent)
    case 'dispute':
      return { kind: 'dispute', disputeRef: subject.id, providerRef: referenceOf(subject.payment_intent) }
    case 'refund':
      return { kind: 'refund', refundRef: subject.id, providerRef: referenceOf(subject.payment_intent) }
    case 'checkout.session':
      return subject.mode === 'setup' ? { kind: 'method_setup', setupRef: subject.id } : { kind: 'other' }
    default:
      return { kind: 'other' }
  }
}
