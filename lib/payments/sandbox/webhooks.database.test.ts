import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  fresh,
  listenForWebhooks,
  openedPayment,
  type SimulatedPayments,
  simulatePayments,
  typeOf,
  WEBHOOK_SECRET,
  type WebhookListener,
} from '../testing/simulated-payments'

let payments: SimulatedPayments
let listener: WebhookListener
beforeAll(async () => {
  listener = await listenForWebhooks()
  payments = await simulatePayments({ webhook: { url: listener.url, secret: WEBHOOK_SECRET, retryAfter: 30 } })
})
afterEach(async () => {
  await payments.fault({ fault: 'none' })
  listener.heard.length = 0
})
afterAll(async () => {
  await payments.stop()
  await listener.stop()
})

const idOf = (body: string) => (JSON.parse(body) as { id: string }).id

async function createCustomers(count: number): Promise<string[]> {
  const names: string[] = []
  for (let index = 0; index < count; index++) {
    const name = fresh('name')
    await payments.stripe.customers.create({ name })
    names.push(name)
  }
  return names
}

function heardNames(): string[] {
  return listener.heard.map(({ body }) => (JSON.parse(body) as { data: { object: { name: string } } }).data.object.name)
}

describe('an event', () => {
  it('arrives signed, and the adapter reads what it is about', async () => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    const heard = await listener.waitFor('payment_intent.succeeded')
    expect(payments.provider.verifyNotification(heard?.body ?? '', heard?.signature ?? '')).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: 'payment_intent.succeeded',
      subject: { kind: 'payment', providerRef },
    })
  })

  it('is sent again until it is taken', async () => {
    listener.failNext(3)
    const before = listener.failed()
    await createCustomers(1)
    expect(await listener.waitFor('customer.created')).not.toBeNull()
    expect(listener.failed() - before).toBe(3)
  })

  it('comes more than once on demand, the same each time', async () => {
    await payments.fault({ fault: 'webhooks', repeat: 2 })
    await createCustomers(1)
    await expect.poll(() => listener.heard.length).toBe(3)
    expect(new Set(listener.heard.map(({ body }) => idOf(body))).size).toBe(1)
  })

  it('is held, and then comes in the wrong order, on demand', async () => {
    await payments.fault({ fault: 'webhooks', mode: 'hold' })
    const names = await createCustomers(3)
    expect(await listener.waitFor('customer.created', 300)).toBeNull()
    await payments.fault({ fault: 'webhooks', mode: 'deliver', order: 'newest_first' })
    await expect.poll(() => listener.heard.length).toBe(3)
    expect(heardNames()).toEqual(names.toReversed())
  })

  it('does not verify when it was changed on the way', async () => {
    await payments.fault({ fault: 'webhooks', corrupt: 1 })
    await createCustomers(1)
    const heard = await listener.waitFor('customer.created')
    expect(payments.provider.verifyNotification(heard?.body ?? '', heard?.signature ?? '')).toBeNull()
  })

  it('does not come where events are switched off', async () => {
    await payments.fault({ fault: 'webhooks', mode: 'off' })
    await createCustomers(1)
    expect(await listener.waitFor('customer.created', 500)).toBeNull()
    await payments.fault({ fault: 'none' })
    await createCustomers(1)
    await listener.waitFor('customer.created')
    expect(
      listener.heard.map(({ body }) => typeOf(body)),
      'the one from before is lost',
    ).toEqual(['customer.created'])
  })

  it('says in the end that nothing is pending', async () => {
    await createCustomers(1)
    const heard = await listener.waitFor('customer.created')
    await expect.poll(async () => (await payments.stripe.events.retrieve(idOf(heard?.body ?? ''))).pending_webhooks).toBe(0)
  })
})

describe('what a refund and a card setup are about', () => {
  it('names the refund and its payment', async () => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    const refund = await payments.stripe.refunds.create({ payment_intent: providerRef, amount: 100 })

    const about = async (type: string) => {
      const heard = await listener.waitFor(type)
      return payments.provider.verifyNotification(heard?.body ?? '', heard?.signature ?? '')?.subject
    }
    expect(await about('refund.created')).toEqual({ kind: 'refund', refundRef: refund.id, providerRef })
    expect(await about('charge.refunded')).toEqual({ kind: 'payment', providerRef })
    expect(await about('customer.created')).toEqual({ kind: 'other' })
  })
})
