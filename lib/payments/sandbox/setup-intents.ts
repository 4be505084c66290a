import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { type Answer, answer } from './answer'
import type { Decline } from './cards'
import { cardErrorBody, invalidRequest, noSuch } from './failure'
import { mergeMetadata, textOrUnset } from './metadata'
import type { setupIntentCancel, setupIntentConfirm, setupIntentCreate } from './parameters'
import { attachHeld, type HeldMethod, takePaymentMethod } from './payment-methods'
import { type Call, findObject, recordEvent, saveObject, unixNow } from './store'
import { newClientSecret, newStripeId } from './stripe-ids'

const OPEN: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action']

const AUTHENTICATION_FAILED: Decline = {
  code: 'setup_intent_authentication_failure',
  declineCode: null,
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
}

export async function getSetupIntent(call: Call, id: string, lock: 'for update' | '' = ''): Promise<Stripe.SetupIntent> {
  const found = await findObject(call, 'setup_intent', id, lock)
  if (!found) throw noSuch('setupintent', id, 'intent')
  return found.body
}

export async function createSetupIntent(call: Call, given: z.output<typeof setupIntentCreate>): Promise<Answer> {
  if (given.customer !== undefined && !(await findObject(call, 'customer', given.customer))) throw noSuch('customer', given.customer, 'customer')
  const id = newStripeId('seti')
  const held = given.payment_method === undefined ? null : await takePaymentMethod(call, given.payment_method)
  const intent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: given.allowed_payment_method_types ?? null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    created: unixNow(),
    customer: given.customer ?? null,
    customer_account: null,
    description: textOrUnset(given.description, null),
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: mergeMetadata({}, given.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: held?.method.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: held ? 'requires_confirmation' : 'requires_payment_method',
    usage: given.usage ?? 'off_session',
  } satisfies Stripe.SetupIntent
  await saveObject(call, intent)
  await recordEvent(call, 'setup_intent.created', intent)
  if (!given.confirm) return answer(intent)
  if (!held) throw invalidRequest('You cannot confirm this SetupIntent because it is missing a payment method.', { code: 'setup_intent_unexpected_state' })
  return setUp(call, intent, held, given.return_url ?? null)
}

export async function confirmSetupIntent(call: Call, id: string, given: z.output<typeof setupIntentConfirm>): Promise<Answer> {
  const intent = await getSetupIntent(call, id, 'for update')
  if (!OPEN.includes(intent.status)) {
    throw invalidRequest(`You cannot confirm this SetupIntent because it has a status of ${intent.status}.`, {
      code: 'setup_intent_unexpected_state',
      setup_intent: intent,
    })
  }
  const methodId = given.payment_method ?? intent.payment_method
  if (typeof methodId !== 'string') {
    throw invalidRequest('You cannot confirm this SetupIntent because it is missing a payment method.', {
      code: 'setup_intent_unexpected_state',
      setup_intent: intent,
    })
  }
  return setUp(call, intent, await takePaymentMethod(call, methodId), given.return_url ?? null)
}

/** Saves a card for later charges; its bank may refuse, or want the customer to confirm first. */
export async function setUp(call: Call, intent: Stripe.SetupIntent, held: HeldMethod, returnUrl: string | null, confirmedByBank = false): Promise<Answer> {
  const { card, method } = held
  if (card.attach) return refuse(call, intent, held, card.attach)
  if (card.authentication !== 'never' && !confirmedByBank) {
    const url = `${call.publicUrl}/sandbox/bank/${intent.id}?client_secret=${intent.client_secret}`
    const asking: Stripe.SetupIntent = {
      ...intent,
      last_setup_error: null,
      next_action: returnUrl === null ? { type: 'use_stripe_sdk' } : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
      payment_method: method.id,
      status: 'requires_action',
    }
    await saveObject(call, asking, { returnUrl })
    await recordEvent(call, 'setup_intent.requires_action', asking)
    return answer(asking)
  }
  if (typeof intent.customer === 'string') await attachHeld(call, held, intent.customer, confirmedByBank)
  const succeeded: Stripe.SetupIntent = { ...intent, last_setup_error: null, next_action: null, payment_method: method.id, status: 'succeeded' }
  await saveObject(call, succeeded)
  await recordEvent(call, 'setup_intent.succeeded', succeeded)
  return answer(succeeded)
}

async function refuse(call: Call, intent: Stripe.SetupIntent, { method }: HeldMethod, decline: Decline): Promise<Answer> {
  const body = cardErrorBody(decline, { payment_method: method })
  const refused: Stripe.SetupIntent = {
    ...intent,
    last_setup_error: body.error as Stripe.SetupIntent.LastSetupError,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  }
  await saveObject(call, refused)
  await recordEvent(call, 'setup_intent.setup_failed', refused)
  return { status: 402, body: { error: { ...body.error, setup_intent: refused } } }
}

/** What the customer said on the bank's page. Saying it twice changes nothing. */
export async function answerSetupAtBank(call: Call, id: string, approved: boolean): Promise<Stripe.SetupIntent> {
  const intent = await getSetupIntent(call, id, 'for update')
  if (intent.status !== 'requires_action' || typeof intent.payment_method !== 'string') return intent
  const held = await takePaymentMethod(call, intent.payment_method)
  if (approved) await setUp(call, intent, held, null, true)
  else await refuse(call, intent, held, AUTHENTICATION_FAILED)
  return getSetupIntent(call, id)
}

export async function cancelSetupIntent(call: Call, id: string, given: z.output<typeof setupIntentCancel>): Promise<Stripe.SetupIntent> {
  const intent = await getSetupIntent(call, id, 'for update')
  if (!OPEN.includes(intent.status)) {
    throw invalidRequest(`You cannot cancel this SetupIntent because it has a status of ${intent.status}.`, {
      code: 'setup_intent_unexpected_state',
      setup_intent: intent,
    })
  }
  const canceled: Stripe.SetupIntent = { ...intent, cancellation_reason: given.cancellation_reason ?? null, next_action: null, status: 'canceled' }
  await saveObject(call, canceled)
  await recordEvent(call, 'setup_intent.canceled', canceled)
  return canceled
}
