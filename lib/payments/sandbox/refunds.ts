import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { getCharge } from './charges'
import { invalidRequest, noSuch } from './failure'
import { mergeMetadata } from './metadata'
import type { refundCreate, refundUpdate } from './parameters'
import { getPaymentIntent } from './payment-intents'
import { takePaymentMethod } from './payment-methods'
import { type Call, findObject, recordEvent, saveObject, unixNow } from './store'
import { newStripeId } from './stripe-ids'

export async function getRefund(call: Call, id: string): Promise<Stripe.Refund> {
  const found = await findObject(call, 'refund', id)
  if (!found) throw noSuch('refund', id)
  return found.body
}

async function chargeToRefund(call: Call, given: z.output<typeof refundCreate>): Promise<Stripe.Charge> {
  let chargeId = given.charge
  if (given.payment_intent !== undefined) {
    // The intent's row is what two refunds of one payment queue up behind.
    const intent = await getPaymentIntent(call, given.payment_intent, 'for update')
    if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
      throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
        code: 'payment_intent_unexpected_state',
        param: 'payment_intent',
      })
    }
    chargeId = intent.latest_charge
  }
  if (chargeId === undefined)
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
      param: 'payment_intent',
    })
  const found = await findObject(call, 'charge', chargeId, 'for update')
  if (!found) throw noSuch('charge', chargeId, 'charge')
  if (found.body.status !== 'succeeded') throw invalidRequest(`Charge ${chargeId} did not succeed and cannot be refunded.`, { param: 'charge' })
  return found.body
}

export async function createRefund(call: Call, given: z.output<typeof refundCreate>): Promise<Stripe.Refund> {
  const charge = await chargeToRefund(call, given)
  const left = charge.amount_captured - charge.amount_refunded
  if (left === 0) throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  const amount = given.amount ?? left
  if (amount < 1) throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  if (amount > left)
    throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, { code: 'amount_too_large', param: 'amount' })

  const { card } = await takePaymentMethod(call, charge.payment_method ?? '')
  const refund = {
    id: newStripeId('re'),
    object: 'refund',
    amount,
    balance_transaction: newStripeId('txn'),
    charge: charge.id,
    created: unixNow(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
    metadata: mergeMetadata({}, given.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: given.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: card.refund === 'later' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  } satisfies Stripe.Refund
  if (card.refund === 'at_once') await saveObject(call, refund)
  else await saveObject(call, refund, { becomes: card.refund === 'later' ? 'succeeded' : 'failed' }, call.settleAfter)

  const refunded: Stripe.Charge = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left }
  await saveObject(call, refunded)
  await recordEvent(call, 'refund.created', refund)
  await recordEvent(call, 'charge.refunded', refunded)
  return refund
}

export async function updateRefund(call: Call, id: string, given: z.output<typeof refundUpdate>): Promise<Stripe.Refund> {
  const found = await findObject(call, 'refund', id, 'for update')
  if (!found) throw noSuch('refund', id)
  const updated: Stripe.Refund = { ...found.body, metadata: mergeMetadata(found.body.metadata ?? {}, given.metadata) }
  await saveObject(call, updated)
  await announceUpdate(call, updated)
  return updated
}

async function announceUpdate(call: Call, refund: Stripe.Refund): Promise<void> {
  await recordEvent(call, 'refund.updated', refund)
  await recordEvent(call, 'charge.refund.updated', refund)
}

/** Settles one refund whose bank took its time. False where none is due. */
export async function settleDueRefund(call: Call): Promise<boolean> {
  const due = await call.client.query<{ id: string }>(
    `select id from stripe_sandbox.objects where due_at <= now() and kind = 'refund' order by due_at limit 1 for update skip locked`,
  )
  const id = due.rows[0]?.id
  const found = id === undefined ? null : await findObject(call, 'refund', id)
  if (!found) return false
  const failed = found.hidden.becomes === 'failed'
  const settled: Stripe.Refund = failed
    ? { ...found.body, status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: newStripeId('txn') }
    : { ...found.body, status: 'succeeded' }
  await saveObject(call, settled, {})
  await announceUpdate(call, settled)
  if (!failed || typeof settled.charge !== 'string') return true
  await recordEvent(call, 'refund.failed', settled)
  const charge = await getCharge(call, settled.charge)
  await saveObject<'charge'>(call, { ...charge, amount_refunded: charge.amount_refunded - settled.amount, refunded: false })
  return true
}
