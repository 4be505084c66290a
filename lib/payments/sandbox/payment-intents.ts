import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { type Answer, answer } from './answer'
import type { Decline } from './cards'
import { createCharge } from './charges'
import { disputePayment } from './disputes'
import { cardErrorBody, invalidRequest, noSuch } from './failure'
import { mergeMetadata, textOrUnset } from './metadata'
import type { paymentIntentCancel, paymentIntentConfirm, paymentIntentCreate } from './parameters'
import { type HeldMethod, takePaymentMethod } from './payment-methods'
import { type Call, findObject, recordEvent, saveObject, unixNow } from './store'
import { newClientSecret, newStripeId } from './stripe-ids'

/** The provider's own least amounts, by currency, in Stripe's units. */
const MINIMUM: Record<string, number> = { usd: 50, eur: 50, gbp: 30, jpy: 50, cad: 50, aud: 50, chf: 50 }
const MAXIMUM = 99_999_999

const CONFIRMABLE: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action']
const CANCELABLE: readonly string[] = [...CONFIRMABLE, 'requires_capture', 'processing']

const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}
const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
}

export async function getPaymentIntent(call: Call, id: string, lock: 'for update' | '' = ''): Promise<Stripe.PaymentIntent> {
  const found = await findObject(call, 'payment_intent', id, lock)
  if (!found) throw noSuch('payment_intent', id, 'intent')
  return found.body
}

export async function createPaymentIntent(call: Call, given: z.output<typeof paymentIntentCreate>): Promise<Answer> {
  if (given.amount < 1) throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  if (given.amount < (MINIMUM[given.currency] ?? 1)) {
    throw invalidRequest('Amount must convert to at least 50 cents.', { code: 'amount_too_small', param: 'amount' })
  }
  if (given.amount > MAXIMUM) throw invalidRequest('Amount must be no more than $999,999.99', { code: 'amount_too_large', param: 'amount' })
  if (given.customer !== undefined && !(await findObject(call, 'customer', given.customer))) throw noSuch('customer', given.customer, 'customer')

  const id = newStripeId('pi')
  const method = given.payment_method === undefined ? null : await takeUsableMethod(call, given.payment_method, given.customer ?? null)
  const intent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: given.allowed_payment_method_types ?? null,
    amount: given.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: newClientSecret(id),
    confirmation_method: 'automatic',
    created: unixNow(),
    currency: given.currency,
    customer: given.customer ?? null,
    customer_account: null,
    description: textOrUnset(given.description, null),
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, given.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.method.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: textOrUnset(given.receipt_email, null),
    review: null,
    setup_future_usage: given.setup_future_usage ?? null,
    shipping: given.shipping === undefined ? null : completeShipping(given.shipping),
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  } satisfies Stripe.PaymentIntent
  await saveObject(call, intent)
  await recordEvent(call, 'payment_intent.created', intent)
  if (!given.confirm) return answer(intent)
  if (!method)
    throw invalidRequest('You cannot confirm this PaymentIntent because it is missing a payment method.', {
      code: 'payment_intent_unexpected_state',
      payment_intent: intent,
    })
  return charge(call, intent, method, { offSession: given.off_session ?? false, returnUrl: given.return_url ?? null })
}

function completeShipping(given: NonNullable<z.output<typeof paymentIntentCreate>['shipping']>): Stripe.PaymentIntent.Shipping {
  const { city, country, line1, line2, postal_code, state } = given.address
  return {
    address: {
      city: city ?? null,
      country: country ?? null,
      line1: line1 ?? null,
      line2: line2 ?? null,
      postal_code: postal_code ?? null,
      state: state ?? null,
    },
    carrier: given.carrier ?? null,
    name: given.name,
    phone: given.phone ?? null,
    tracking_number: given.tracking_number ?? null,
  }
}

async function takeUsableMethod(call: Call, id: string, customer: string | null): Promise<HeldMethod> {
  const taken = await takePaymentMethod(call, id)
  if (taken.method.customer !== null && taken.method.customer !== customer) {
    throw invalidRequest(
      customer === null
        ? `The PaymentMethod supplied (${id}) belongs to a Customer. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
        : `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
      { code: 'resource_missing', param: 'payment_method' },
    )
  }
  return taken
}

export async function confirmPaymentIntent(call: Call, id: string, given: z.output<typeof paymentIntentConfirm>): Promise<Answer> {
  const intent = await getPaymentIntent(call, id, 'for update')
  if (!CONFIRMABLE.includes(intent.status)) {
    throw invalidRequest(
      intent.status === 'succeeded'
        ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
        : `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${CONFIRMABLE.join(', ')}.`,
      { code: 'payment_intent_unexpected_state', payment_intent: intent },
    )
  }
  const methodId = given.payment_method ?? intent.payment_method
  if (typeof methodId !== 'string') {
    throw invalidRequest(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      { code: 'payment_intent_unexpected_state', payment_intent: intent },
    )
  }
  const customer = typeof intent.customer === 'string' ? intent.customer : null
  const method = await takeUsableMethod(call, methodId, customer)
  return charge(call, intent, method, { offSession: given.off_session ?? false, returnUrl: given.return_url ?? null })
}

type Circumstances = { offSession: boolean; returnUrl: string | null; confirmedByBank?: boolean }

/** One attempt: the bank is asked, and what it said is written, a refusal too. */
async function charge(
  call: Call,
  intent: Stripe.PaymentIntent,
  held: HeldMethod,
  { offSession, returnUrl, confirmedByBank = false }: Circumstances,
): Promise<Answer> {
  const { card, hidden } = held
  const asksToConfirm = card.authentication === 'always' || (card.authentication === 'unless_set_up' && hidden.setUp !== true)
  if (asksToConfirm && !confirmedByBank) {
    return offSession ? refuse(call, intent, held, AUTHENTICATION_REQUIRED, false) : askToConfirm(call, intent, held, returnUrl)
  }
  const decline = card.charge ?? card.attach
  if (decline) return refuse(call, intent, held, decline, confirmedByBank)

  const paid = await createCharge(call, intent, held, null, confirmedByBank)
  const succeeded: Stripe.PaymentIntent = {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: paid.id,
    next_action: null,
    payment_method: held.method.id,
    status: 'succeeded',
  }
  await saveObject(call, succeeded)
  await recordEvent(call, 'payment_intent.succeeded', succeeded)
  if (card.dispute) await disputePayment(call, intent.id, { outcome: 'open', ...card.dispute })
  return answer(succeeded)
}

async function refuse(call: Call, intent: Stripe.PaymentIntent, held: HeldMethod, decline: Decline, confirmedByBank: boolean): Promise<Answer> {
  const failed = await createCharge(call, intent, held, decline, confirmedByBank)
  return leaveRefused(call, { ...intent, latest_charge: failed.id }, held, decline, failed.id)
}

async function leaveRefused(call: Call, intent: Stripe.PaymentIntent, { method }: HeldMethod, decline: Decline, chargeId: string | null): Promise<Answer> {
  const body = cardErrorBody(decline, { ...(chargeId === null ? {} : { charge: chargeId }), payment_method: method })
  const refused: Stripe.PaymentIntent = {
    ...intent,
    last_payment_error: body.error as Stripe.PaymentIntent.LastPaymentError,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  }
  await saveObject(call, refused)
  await recordEvent(call, 'payment_intent.payment_failed', refused)
  return { status: 402, body: { error: { ...body.error, payment_intent: refused } } }
}

async function askToConfirm(call: Call, intent: Stripe.PaymentIntent, { method }: HeldMethod, returnUrl: string | null): Promise<Answer> {
  const url = `${call.publicUrl}/sandbox/bank/${intent.id}?client_secret=${intent.client_secret}`
  const asking: Stripe.PaymentIntent = {
    ...intent,
    last_payment_error: null,
    next_action: returnUrl === null ? { type: 'use_stripe_sdk' } : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
    payment_method: method.id,
    status: 'requires_action',
  }
  await saveObject(call, asking, { returnUrl })
  await recordEvent(call, 'payment_intent.requires_action', asking)
  return answer(asking)
}

/** What the customer said on the bank's page. Saying it twice changes nothing. */
export async function answerBank(call: Call, id: string, approved: boolean): Promise<Stripe.PaymentIntent> {
  const intent = await getPaymentIntent(call, id, 'for update')
  if (intent.status !== 'requires_action' || typeof intent.payment_method !== 'string') return intent
  const held = await takePaymentMethod(call, intent.payment_method)
  if (approved) await charge(call, intent, held, { offSession: false, returnUrl: null, confirmedByBank: true })
  else await leaveRefused(call, intent, held, AUTHENTICATION_FAILED, null)
  return getPaymentIntent(call, id)
}

export async function cancelPaymentIntent(call: Call, id: string, given: z.output<typeof paymentIntentCancel>): Promise<Stripe.PaymentIntent> {
  const intent = await getPaymentIntent(call, id, 'for update')
  if (!CANCELABLE.includes(intent.status)) {
    throw invalidRequest(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
      { code: 'payment_intent_unexpected_state', payment_intent: intent },
    )
  }
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    canceled_at: unixNow(),
    cancellation_reason: given.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  }
  await saveObject(call, canceled)
  await recordEvent(call, 'payment_intent.canceled', canceled)
  return canceled
}

/** The one form of query that is carried out: `metadata['key']:'value'`. */
export async function searchPaymentIntents(call: Call, query: string, limit = 10): Promise<Stripe.ApiSearchResult<Stripe.PaymentIntent>> {
  const match = /^metadata\[(["'])([^"']{1,40})\1\]:(["'])((?:[^"'\\]|\\.){0,500})\3$/.exec(query.trim())
  if (!match) throw invalidRequest(`The sandbox searches by one metadata value only, not by: ${query}`, { param: 'query' })
  const [, , key = '', , value = ''] = match
  const found = await call.client.query<{ body: Stripe.PaymentIntent }>(
    `select body from stripe_sandbox.objects where kind = 'payment_intent' and body -> 'metadata' @> $1::jsonb order by sequence desc limit $2`,
    [JSON.stringify({ [key]: value.replaceAll(/\\(.)/g, '$1') }), limit + 1],
  )
  return {
    object: 'search_result',
    data: found.rows.slice(0, limit).map((row) => row.body),
    has_more: found.rows.length > limit,
    next_page: null,
    url: '/v1/payment_intents/search',
  } satisfies Stripe.ApiSearchResult<Stripe.PaymentIntent>
}
