import { Stripe } from 'stripe'
import { describe, expect, it } from 'vitest'
import { systemClock } from '@/lib/time'
import { verifyStripeNotification } from './notification'

const SECRET = 'whsec_test'
const NOW = Math.floor(systemClock.now().epochMilliseconds / 1000)

function bodyOf(object: object, { livemode = false, type = 'payment_intent.succeeded' } = {}): string {
  return JSON.stringify({ id: 'evt_1', object: 'event', type, livemode, data: { object } })
}

function signed(payload: string, timestamp = NOW, secret = SECRET): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
}

const INTENT = { object: 'payment_intent', id: 'pi_1' }

describe('a webhook', () => {
  const body = bodyOf(INTENT)

  it.each([
    { name: 'genuine', signature: signed(body), genuine: true },
    { name: 'five minutes old', signature: signed(body, NOW - 295), genuine: true },
    { name: 'older', signature: signed(body, NOW - 310), genuine: false },
    { name: 'a little from the future, by a clock that is off', signature: signed(body, NOW + 290), genuine: true },
    { name: 'from a future that would let it be kept and replayed', signature: signed(body, NOW + 3_600), genuine: false },
    { name: 'signed by somebody else', signature: signed(body, NOW, 'whsec_other'), genuine: false },
    { name: 'of another body', signature: signed(`${body} `), genuine: false },
    { name: 'unsigned', signature: '', genuine: false },
    { name: 'nonsense', signature: 't=,v1=', genuine: false },
  ])('$name: $genuine', ({ signature, genuine }) => {
    expect(verifyStripeNotification(body, signature, SECRET, false) !== null).toBe(genuine)
  })

  it('belongs to its mode: a test event does not reach live books, nor the other way about', () => {
    const live = bodyOf(INTENT, { livemode: true })
    expect(verifyStripeNotification(live, signed(live), SECRET, true)).not.toBeNull()
    expect(verifyStripeNotification(live, signed(live), SECRET, false)).toBeNull()
    expect(verifyStripeNotification(body, signed(body), SECRET, true)).toBeNull()
  })

  it('that is signed but no JSON is refused and does not throw', () => {
    expect(verifyStripeNotification('not json', signed('not json'), SECRET, false)).toBeNull()
  })

  it.each([
    { object: INTENT, subject: { kind: 'payment', providerRef: 'pi_1' } },
    { object: { object: 'charge', id: 'ch_1', payment_intent: 'pi_1' }, subject: { kind: 'payment', providerRef: 'pi_1' } },
    { object: { object: 'charge', id: 'ch_1', payment_intent: null }, subject: { kind: 'other' } },
    { object: { object: 'dispute', id: 'du_1', payment_intent: 'pi_1' }, subject: { kind: 'dispute', disputeRef: 'du_1', providerRef: 'pi_1' } },
    { object: { object: 'refund', id: 're_1', payment_intent: 'pi_1' }, subject: { kind: 'refund', refundRef: 're_1', providerRef: 'pi_1' } },
    { object: { object: 'refund', id: 're_1', payment_intent: null }, subject: { kind: 'refund', refundRef: 're_1', providerRef: null } },
    { object: { object: 'checkout.session', id: 'cs_1', mode: 'setup' }, subject: { kind: 'method_setup', setupRef: 'cs_1' } },
    { object: { object: 'checkout.session', id: 'cs_1', mode: 'payment' }, subject: { kind: 'other' } },
    { object: { object: 'something_new', id: 'x' }, subject: { kind: 'other' } },
  ])('about $object is about $subject', ({ object, subject }) => {
    const payload = bodyOf(object, { type: 'some.type' })
    expect(verifyStripeNotification(payload, signed(payload), SECRET, false)).toEqual({ id: 'evt_1', type: 'some.type', subject })
  })
})
