import type { Stripe } from 'stripe'
import { describe, expect, it } from 'vitest'
import { observePayment, observeRefund } from './observe'

/** Only what is looked at. */
function intent(fields: Partial<Stripe.PaymentIntent>): Stripe.PaymentIntent {
  return { id: 'pi_1', currency: 'usd', amount_received: 0, next_action: null, last_payment_error: null, ...fields } as Stripe.PaymentIntent
}

const toBank = { type: 'redirect_to_url', redirect_to_url: { url: 'https://bank.test', return_url: null } }

describe('what a payment intent says', () => {
  it.each([
    { fields: { status: 'requires_payment_method' as const }, observed: { state: 'open' } },
    { fields: { status: 'requires_confirmation' as const }, observed: { state: 'open' } },
    {
      fields: { status: 'requires_payment_method' as const, last_payment_error: { type: 'card_error' as const, code: 'expired_card' as const } },
      observed: { state: 'refused', reason: 'expired_card', remedy: 'new_method', refusalRef: 'expired_card' },
    },
    { fields: { status: 'requires_action' as const, next_action: toBank }, observed: { state: 'needs_customer', url: 'https://bank.test' } },
    {
      fields: { status: 'requires_action' as const, next_action: { type: 'use_stripe_sdk' } },
      observed: { state: 'refused', reason: 'authentication_required', remedy: 'customer_must_confirm', refusalRef: 'authentication_required' },
    },
    { fields: { status: 'processing' as const }, observed: { state: 'in_flight' } },
    { fields: { status: 'succeeded' as const, amount_received: 1333 }, observed: { state: 'collected', amount: 1333n } },
    { fields: { status: 'canceled' as const }, observed: { state: 'abandoned' } },
  ])('$fields.status is $observed.state', ({ fields, observed }) => {
    expect(observePayment(intent(fields))).toEqual(observed)
  })

  it('is not guessed for a state that we never ask for', () => {
    expect(() => observePayment(intent({ status: 'requires_capture' }))).toThrow(/requires_capture/)
  })
})

describe('what a refund says', () => {
  it.each([
    { status: 'pending', state: 'pending' },
    { status: 'requires_action', state: 'pending' },
    { status: null, state: 'pending' },
    { status: 'succeeded', state: 'succeeded' },
    { status: 'failed', state: 'failed', reason: 'failed' },
    { status: 'failed', failure_reason: 'expired_or_canceled_card', state: 'failed', reason: 'expired_or_canceled_card' },
    { status: 'canceled', state: 'failed', reason: 'canceled' },
  ])('$status is $state', ({ status, failure_reason, state, reason }) => {
    const refund = { id: 're_1', amount: 333, currency: 'usd', status, failure_reason } as Stripe.Refund
    expect(observeRefund(refund)).toEqual({ refundRef: 're_1', state, amount: 333n, ...(reason ? { reason } : {}) })
  })
})
