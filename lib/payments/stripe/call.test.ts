import { Stripe } from 'stripe'
import { expect, it } from 'vitest'
import { callingWithin } from './call'

const inUse = new Stripe.errors.StripeIdempotencyError({ type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'another one has this key' })

it('asks again while another call has its key, and sends nothing more once nobody waits for it', async () => {
  let sent = 0
  const refused = async (): Promise<Stripe.PaymentIntent> => {
    sent += 1
    throw inUse
  }
  await expect(callingWithin(450)('write', 'payment_intent', refused)).rejects.toMatchObject({ name: 'OutcomeUnknown' })
  const inTime = sent
  expect(inTime, 'at once, and each 100 ms').toBeGreaterThan(1)

  // A call that is never answered ends 300 ms later: three of the first one's pauses.
  await expect(callingWithin(300)('write', 'payment_intent', () => new Promise<Stripe.PaymentIntent>(() => {}))).rejects.toMatchObject({
    name: 'OutcomeUnknown',
  })
  expect(sent).toBe(inTime)
})
