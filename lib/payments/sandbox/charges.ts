import type { Stripe } from 'stripe'
import type { Decline } from './cards'
import { noSuch } from './failure'
import type { HeldMethod } from './payment-methods'
import { type Call, findObject, recordEvent, saveObject, unixNow } from './store'
import { newStripeId } from './stripe-ids'

export async function getCharge(call: Call, id: string): Promise<Stripe.Charge> {
  const found = await findObject(call, 'charge', id)
  if (!found) throw noSuch('charge', id)
  return found.body
}

function outcomeOf(decline: Decline | null): Stripe.Charge.Outcome {
  return {
    advice_code: decline?.adviceCode ?? null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 11,
    seller_message: decline ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  }
}

/** Records what the simulated bank said to one attempt. A declined attempt leaves a charge too, a failed one. */
export async function createCharge(
  call: Call,
  intent: Stripe.PaymentIntent,
  { method }: HeldMethod,
  decline: Decline | null,
  confirmedByBank: boolean,
): Promise<Stripe.Charge> {
  const charge = {
    id: newStripeId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: decline ? 0 : intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: decline ? null : newStripeId('txn'),
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'HEADROOM SANDBOX',
    captured: !decline,
    created: unixNow(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: method.card ? { type: 'card', card: cardDetails(intent, method.card, decline, confirmedByBank) } : null,
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: decline ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  } satisfies Stripe.Charge
  await saveObject(call, charge)
  await recordEvent(call, decline ? 'charge.failed' : 'charge.succeeded', charge)
  return charge
}

function cardDetails(
  intent: Stripe.PaymentIntent,
  card: Stripe.PaymentMethod.Card,
  decline: Decline | null,
  confirmedByBank: boolean,
): Stripe.Charge.PaymentMethodDetails.Card {
  return {
    amount_authorized: decline ? null : intent.amount,
    authorization_code: decline ? null : '123456',
    brand: card.brand,
    checks: card.checks,
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: confirmedByBank
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  }
}
