import type { Stripe } from 'stripe'
import {
  type CollectedFacts,
  type DisputeObservation,
  OutcomeUnknown,
  type PaymentMethod,
  type PaymentObservation,
  ProviderMisuse,
  type RefundObservation,
} from '../port'
import { fromStripeAmount } from './amounts'
import { shownRefusal } from './refusal'

/** What a payment intent says about our payment. */
export function observePayment(intent: Stripe.PaymentIntent): PaymentObservation {
  switch (intent.status) {
    case 'succeeded':
      return { state: 'collected', amount: fromStripeAmount(intent.amount_received, intent.currency) }
    case 'canceled':
      return { state: 'abandoned' }
    case 'processing':
      return { state: 'in_flight' }
    case 'requires_action': {
      const url = intent.next_action?.redirect_to_url?.url
      // Without a return address Stripe offers no page to send anyone to, so the customer has to start from ours.
      return url ? { state: 'needs_customer', url } : shownRefusal({ code: 'authentication_required' })
    }
    case 'requires_payment_method':
      return intent.last_payment_error ? shownRefusal(intent.last_payment_error) : { state: 'open' }
    case 'requires_confirmation':
      return { state: 'open' }
    default:
      // `requires_capture` and whatever comes later: we never ask for it, and guessing about money is worse than stopping.
      throw new ProviderMisuse(`payment ${intent.id} has the state ${intent.status}, which is never asked for`)
  }
}

export function observeCharge(charge: Stripe.Charge): CollectedFacts {
  return {
    collectedRef: charge.id,
    providerRef: referenceOf(charge.payment_intent),
    payerRef: referenceOf(charge.customer),
    amount: fromStripeAmount(charge.amount_captured, charge.currency),
    currency: charge.currency,
  }
}

export function observeRefund(refund: Stripe.Refund): RefundObservation {
  const amount = fromStripeAmount(refund.amount, refund.currency)
  switch (refund.status) {
    case 'succeeded':
      return { refundRef: refund.id, state: 'succeeded', amount }
    case 'failed':
    case 'canceled':
      return { refundRef: refund.id, state: 'failed', amount, reason: refund.failure_reason ?? refund.status }
    default:
      return { refundRef: refund.id, state: 'pending', amount }
  }
}

/** What is not decided for good is open, and whatever comes later of Stripe's states too. */
export function observeDispute({ id, status, amount, currency, reason, payment_intent }: Stripe.Dispute): DisputeObservation {
  const state = status === 'lost' ? 'lost' : status === 'won' || status === 'warning_closed' || status === 'prevented' ? 'won' : 'open'
  return { disputeRef: id, providerRef: referenceOf(payment_intent), state, amount: fromStripeAmount(amount, currency), reason }
}

export function observeMethod(method: Stripe.PaymentMethod): PaymentMethod {
  const { id, card } = method
  if (!card) throw new ProviderMisuse(`payment method ${id} is no card`)
  return { methodRef: id, brand: card.brand, last4: card.last4, expMonth: card.exp_month, expYear: card.exp_year }
}

/** The id in a field that Stripe may have expanded. */
export function referenceOf(field: string | { id: string } | null | undefined): string | null {
  return typeof field === 'string' ? field : (field?.id ?? null)
}

/** The object in a field that we asked to have expanded. */
export function expanded<Value extends { id: string }>(field: string | Value | null, what: string): Value {
  if (field === null || typeof field === 'string') throw new OutcomeUnknown(`Stripe answered without the ${what}`)
  return field
}
