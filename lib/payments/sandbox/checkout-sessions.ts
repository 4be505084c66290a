import type { Stripe } from 'stripe'
import type { z } from 'zod'
import type { ErrorBody } from './failure'
import { invalidRequest, noSuch } from './failure'
import { mergeMetadata } from './metadata'
import type { checkoutSessionCreate } from './parameters'
import type { HeldMethod } from './payment-methods'
import { createSetupIntent, getSetupIntent, setUp } from './setup-intents'
import { type Call, findObject, recordEvent, saveObject, unixNow } from './store'
import { newStripeId } from './stripe-ids'

const LIFETIME_SECONDS = 24 * 3600

export async function createCheckoutSession(call: Call, given: z.output<typeof checkoutSessionCreate>): Promise<Stripe.Checkout.Session> {
  if (given.currency === undefined && given.payment_method_types === undefined) {
    throw invalidRequest('You must provide `currency` or `payment_method_types` when creating a Checkout Session in `setup` mode.', {
      code: 'parameter_missing',
      param: 'currency',
    })
  }
  const customer = await findObject(call, 'customer', given.customer)
  if (!customer) throw noSuch('customer', given.customer, 'customer')
  const { body } = await createSetupIntent(call, { customer: given.customer, allowed_payment_method_types: ['card'], metadata: given.metadata })
  const id = newStripeId('cs_test', 58)
  const session = {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: given.allowed_payment_method_types ?? null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: given.cancel_url ?? null,
    client_reference_id: given.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: unixNow(),
    currency: given.currency ?? null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: given.customer,
    customer_account: null,
    customer_creation: null,
    customer_details: null,
    customer_email: null,
    discounts: null,
    expires_at: unixNow() + LIFETIME_SECONDS,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: mergeMetadata({}, given.metadata),
    mode: 'setup',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'always',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_status: 'no_payment_required',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: (body as Stripe.SetupIntent).id,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: given.success_url,
    total_details: null,
    ui_mode: 'hosted_page',
    url: `${call.publicUrl}/sandbox/checkout/${id}`,
    wallet_options: null,
  } satisfies Stripe.Checkout.Session
  await saveObject(call, session)
  return session
}

/** The session as it is now: one whose day has passed has expired, whether or not anyone looked. */
export async function getCheckoutSession(call: Call, id: string): Promise<Stripe.Checkout.Session> {
  const found = await findObject(call, 'checkout.session', id, 'for update')
  if (!found) throw noSuch('checkout.session', id, 'session')
  const session = found.body
  return session.status === 'open' && session.expires_at <= unixNow() ? expire(call, session) : session
}

async function expire(call: Call, session: Stripe.Checkout.Session): Promise<Stripe.Checkout.Session> {
  const expired: Stripe.Checkout.Session = { ...session, status: 'expired', url: null }
  await saveObject(call, expired)
  await recordEvent(call, 'checkout.session.expired', expired)
  return expired
}

export async function expireCheckoutSession(call: Call, id: string): Promise<Stripe.Checkout.Session> {
  const session = await getCheckoutSession(call, id)
  if (session.status !== 'open') throw invalidRequest('Only Checkout Sessions with a status in ["open"] can be expired.')
  return expire(call, session)
}

function setupIntentIdOf(session: Stripe.Checkout.Session): string {
  if (typeof session.setup_intent !== 'string') throw new Error(`session ${session.id} has no setup intent`)
  return session.setup_intent
}

export type CardEntry = { next: 'success'; url: string } | { next: 'bank'; url: string } | { next: 'again'; message: string } | { next: 'gone' }

/** What happens when the form on the card page is sent. Sending it again after success leads to the same place. */
export async function enterCard(call: Call, id: string, held: HeldMethod): Promise<CardEntry> {
  const session = await getCheckoutSession(call, id)
  if (session.status !== 'open') return session.status === 'complete' ? { next: 'success', url: successUrl(session) } : { next: 'gone' }
  const intent = await getSetupIntent(call, setupIntentIdOf(session), 'for update')
  const result = await setUp(call, intent, held, `${call.publicUrl}/sandbox/checkout/${id}`)
  if (result.status !== 200) return { next: 'again', message: (result.body as ErrorBody).error.message }
  const after = result.body as Stripe.SetupIntent
  const bankUrl = after.next_action?.redirect_to_url?.url
  if (bankUrl) return { next: 'bank', url: bankUrl }
  return { next: 'success', url: successUrl(await completeCheckoutSession(call, session)) }
}

/** Closes the session whose card was saved. */
export async function completeCheckoutSession(call: Call, session: Stripe.Checkout.Session): Promise<Stripe.Checkout.Session> {
  const complete: Stripe.Checkout.Session = { ...session, status: 'complete', url: null }
  await saveObject(call, complete)
  await recordEvent(call, 'checkout.session.completed', complete)
  return complete
}

/** Where the person goes afterwards; the literal placeholder is Stripe's. */
export function successUrl(session: Stripe.Checkout.Session): string {
  return (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}

/** The session that waits for a setup intent which the bank was asked about. */
export async function sessionOfSetupIntent(call: Call, setupIntentId: string): Promise<Stripe.Checkout.Session | null> {
  const found = await call.client.query<{ id: string }>(
    `select id from stripe_sandbox.objects where kind = 'checkout.session' and body ->> 'setup_intent' = $1`,
    [setupIntentId],
  )
  const id = found.rows[0]?.id
  return id === undefined ? null : getCheckoutSession(call, id)
}
