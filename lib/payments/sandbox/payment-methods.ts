import { createHash } from 'node:crypto'
import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { cardByName, cardByNumber, type TestCard } from './cards'
import { cardErrorBody, invalidRequest, noSuch, StripeFailure } from './failure'
import { mergeMetadata } from './metadata'
import type { paymentMethodUpdate } from './parameters'
import { type Call, findObject, type Hidden, recordEvent, saveHidden, saveObject, unixNow } from './store'
import { newStripeId } from './stripe-ids'

export type HeldMethod = { method: Stripe.PaymentMethod; card: TestCard; hidden: Hidden }

const EXPIRY_MONTH = 12
const EXPIRY_YEARS_AHEAD = 4
const SECONDS_PER_YEAR = 31_556_952
const EPOCH_YEAR = 1970

export type CardDetails = { expMonth: number; expYear: number; name: string | null }

function readyMadeDetails(): CardDetails {
  return { expMonth: EXPIRY_MONTH, expYear: EPOCH_YEAR + Math.floor(unixNow() / SECONDS_PER_YEAR) + EXPIRY_YEARS_AHEAD, name: null }
}

/** Saves a new, unattached payment method of a test card. Only the last four digits are shown by it, as at Stripe. */
export async function createPaymentMethod(call: Call, card: TestCard, details: CardDetails = readyMadeDetails()): Promise<HeldMethod> {
  const method = {
    id: newStripeId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: details.name, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: details.expMonth,
      exp_year: details.expYear,
      fingerprint: createHash('sha256').update(card.number).digest('base64url').slice(0, 16),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: unixNow(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  } satisfies Stripe.PaymentMethod
  const hidden = { card: card.number }
  await saveObject(call, method, hidden)
  return { method, card, hidden }
}

function held(method: Stripe.PaymentMethod, hidden: Hidden): HeldMethod {
  const card = cardByNumber(hidden.card ?? '')
  if (!card) throw new Error(`payment method ${method.id} has no test card`)
  return { method, card, hidden }
}

/** A stored payment method, or a new one where `id` is a ready-made name such as `pm_card_visa`. */
export async function takePaymentMethod(call: Call, id: string, param = 'payment_method'): Promise<HeldMethod> {
  const readyMade = cardByName(id)
  if (readyMade) return createPaymentMethod(call, readyMade)
  const found = await findObject(call, 'payment_method', id, 'for update')
  if (!found) throw noSuch('PaymentMethod', id, param)
  return held(found.body, found.hidden)
}

/**
 * Attaches a payment method to a customer.
 *
 * @throws StripeFailure 402 where the card's bank refuses to have it saved.
 */
export async function attachPaymentMethod(call: Call, id: string, customerId: string): Promise<Stripe.PaymentMethod> {
  if (!(await findObject(call, 'customer', customerId))) throw noSuch('customer', customerId, 'customer')
  return attachHeld(call, await takePaymentMethod(call, id), customerId)
}

export async function attachHeld(call: Call, { method, card, hidden }: HeldMethod, customerId: string, setUp = false): Promise<Stripe.PaymentMethod> {
  if (method.customer === customerId) {
    if (setUp) await saveHidden(call, method.id, { ...hidden, setUp })
    return method
  }
  if (method.customer !== null) throw invalidRequest('The payment method you provided has already been attached to a customer.', { param: 'payment_method' })
  if (card.attach) throw new StripeFailure(402, cardErrorBody(card.attach))
  const attached: Stripe.PaymentMethod = { ...method, customer: customerId }
  await saveObject(call, attached, { ...hidden, setUp })
  await recordEvent(call, 'payment_method.attached', attached)
  return attached
}

export async function detachPaymentMethod(call: Call, id: string): Promise<Stripe.PaymentMethod> {
  const found = await findObject(call, 'payment_method', id, 'for update')
  if (!found) throw noSuch('PaymentMethod', id)
  const detached: Stripe.PaymentMethod = { ...found.body, customer: null }
  await saveObject(call, detached)
  await recordEvent(call, 'payment_method.detached', detached)
  return detached
}

export async function updatePaymentMethod(call: Call, id: string, given: z.output<typeof paymentMethodUpdate>): Promise<Stripe.PaymentMethod> {
  const found = await findObject(call, 'payment_method', id, 'for update')
  if (!found) throw noSuch('PaymentMethod', id)
  const updated = { ...found.body, metadata: mergeMetadata(found.body.metadata ?? {}, given.metadata) }
  await saveObject(call, updated)
  await recordEvent(call, 'payment_method.updated', updated)
  return updated
}

/** The switch by which a test makes a bank change its mind about a saved card: it is lost, or short of money, from now on. */
export async function replaceCardBehind(call: Call, id: string, cardName: string): Promise<boolean> {
  const card = cardByName(cardName)
  const found = await findObject(call, 'payment_method', id, 'for update')
  if (!card || !found) return false
  await saveHidden(call, id, { ...found.hidden, card: card.number })
  return true
}
