import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock } from '@/lib/time'
import { fresh, openedPayment, SECRET_KEY, type SimulatedPayments, simulatePayments } from '../testing/simulated-payments'
import { startSandbox } from './start'

let payments: SimulatedPayments
beforeAll(async () => {
  payments = await simulatePayments()
})
afterAll(() => payments.stop())

async function ask(method: string, path: string, body = '', headers: Record<string, string> = {}): Promise<{ status: number; error: Record<string, unknown> }> {
  const response = await fetch(`${payments.base}${path}`, {
    method,
    headers: { authorization: `Bearer ${SECRET_KEY}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(method === 'GET' ? {} : { body }),
  })
  return { status: response.status, error: ((await response.json()) as { error: Record<string, unknown> }).error }
}

describe('what is refused', () => {
  it.each([
    { path: '/v1/customers', body: 'nmae=Acme', error: { code: 'parameter_unknown', param: 'nmae' } },
    { path: '/v1/customers', body: 'invoice_settings[colour]=red', error: { code: 'parameter_unknown', param: 'invoice_settings[colour]' } },
    { path: '/v1/payment_intents', body: 'amount=500', error: { code: 'parameter_missing', param: 'currency' } },
    { path: '/v1/payment_intents', body: 'amount=5.00&currency=usd', error: { code: 'parameter_invalid_integer', param: 'amount' } },
    { path: '/v1/payment_intents', body: 'amount=500&currency=usd&confirm=yes', error: { code: 'parameter_invalid_boolean', param: 'confirm' } },
    { path: '/v1/payment_intents', body: 'amount=49&currency=usd', error: { code: 'amount_too_small', param: 'amount' } },
    { path: '/v1/payment_intents', body: 'amount=500&currency=usd&capture_method=manual', error: { code: 'parameter_unknown', param: 'capture_method' } },
    { path: '/v1/customers', body: 'metadata=1&metadata[a]=2', error: { type: 'invalid_request_error' } },
  ])('POST $path with $body', async ({ path, body, error }) => {
    expect(await ask('POST', path, body)).toMatchObject({ status: 400, error })
  })

  it('payment_method_types from a caller of this API version, which no longer has them', async () => {
    const body = 'amount=500&currency=usd&payment_method_types[]=card'
    expect(await ask('POST', '/v1/payment_intents', body, { 'stripe-version': '2026-10-28.endive' })).toMatchObject({
      error: { code: 'parameter_unknown', param: 'payment_method_types' },
    })
    expect(await ask('POST', '/v1/payment_intents', body, { 'stripe-version': '2024-06-20' })).toMatchObject({ status: 200 })
  })

  it('a wrong key, an address that is not simulated, and a body that is too large', async () => {
    expect(await ask('GET', '/v1/customers/cus_1', '', { authorization: 'Bearer sk_test_wrong' })).toMatchObject({ status: 401 })
    expect(await ask('GET', '/v1/subscriptions')).toMatchObject({
      status: 404,
      error: { message: expect.stringContaining('Unrecognized request URL (GET: /v1/subscriptions)') },
    })
    const tooLarge = await fetch(`${payments.base}/v1/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET_KEY}` },
      body: `name=${'x'.repeat(300_000)}`,
    })
    expect(tooLarge.status).toBe(413)
  })

  it('a fault that does not exist, or without the key', async () => {
    const post = (headers: Record<string, string>, body: string) => fetch(`${payments.base}/_sandbox/faults`, { method: 'POST', headers, body })
    expect((await post({ authorization: `Bearer ${SECRET_KEY}` }, '{"fault":"earthquake"}')).status).toBe(422)
    expect((await post({}, '{"fault":"none"}')).status).toBe(401)
  })
})

describe('what is answered', () => {
  it('expands ids on demand, and only those that stand for objects', async () => {
    const { payerRef, method, providerRef } = await openedPayment(payments.provider)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })

    const intent = await payments.stripe.paymentIntents.retrieve(providerRef, { expand: ['customer', 'latest_charge.customer', 'payment_method'] })
    expect(intent).toMatchObject({
      customer: { id: payerRef, name: 'Acme' },
      latest_charge: { paid: true, customer: { id: payerRef } },
      payment_method: { card: { last4: '4242' } },
    })
    const list = await payments.stripe.paymentIntents.list({ customer: payerRef, expand: ['data.customer'] })
    expect(list.data[0]).toMatchObject({ customer: { id: payerRef } })
    await expect(payments.stripe.paymentIntents.retrieve(providerRef, { expand: ['description'] })).rejects.toMatchObject({ param: 'expand' })
    await expect(payments.stripe.paymentIntents.retrieve(providerRef, { expand: ['a.b.c.d.e'] })).rejects.toMatchObject({ param: 'expand' })
  })

  it('pages through lists, newest first, forwards and backwards', async () => {
    const customer = await payments.stripe.customers.create({})
    const created: string[] = []
    for (let amount = 100; amount < 105; amount++)
      created.unshift((await payments.stripe.paymentIntents.create({ amount, currency: 'usd', customer: customer.id })).id)

    const seen: string[] = []
    for await (const intent of payments.stripe.paymentIntents.list({ customer: customer.id, limit: 2 })) seen.push(intent.id)
    expect(seen).toEqual(created)
    const back = await payments.stripe.paymentIntents.list({ customer: customer.id, limit: 2, ending_before: created[3] ?? '' })
    expect(back).toMatchObject({ has_more: true, data: [{ id: created[1] }, { id: created[2] }] })
  })

  it('records an event for each thing that happened, with the object as it was', async () => {
    const { payerRef, method, providerRef } = await openedPayment(payments.provider)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    const events = (await payments.stripe.events.list({ limit: 8 })).data
    const about = events.filter(({ data }) => 'id' in data.object && [payerRef, providerRef, method.methodRef].includes(String(data.object.id)))
    expect(about.map(({ type }) => type)).toEqual([
      'payment_intent.succeeded',
      'payment_intent.created',
      'customer.updated',
      'payment_method.attached',
      'customer.created',
    ])
    expect(about[1]).toMatchObject({
      data: { object: { status: 'requires_payment_method' } },
      request: { id: expect.stringMatching(/^req_/), idempotency_key: expect.any(String) },
    })
    expect(await payments.stripe.events.retrieve(about[0]?.id ?? '')).toMatchObject({
      type: 'payment_intent.succeeded',
      data: { object: { status: 'succeeded' } },
    })
    expect((await payments.stripe.events.list({ type: 'payment_intent.canceled' })).data).toEqual([])
  })

  it('lists events of several types, in both directions, and refuses what Stripe refuses', async () => {
    const { events } = payments.stripe
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    await payments.stripe.refunds.create({ payment_intent: providerRef, amount: 100 })
    const types = ['payment_intent.succeeded', 'refund.created']
    const [refunded, collected] = (await events.list({ types, limit: 2 })).data
    expect([refunded?.type, collected?.type]).toEqual(['refund.created', 'payment_intent.succeeded'])
    const before = { types, ending_before: collected?.id ?? '' }
    expect(await events.list(before)).toMatchObject({ has_more: false, data: [{ id: refunded?.id }] })
    const after = { types, starting_after: refunded?.id ?? '', limit: 1 }
    expect(await events.list(after)).toMatchObject({ data: [{ id: collected?.id }] })
    const missing = { code: 'resource_missing', param: 'starting_after' }
    await expect(events.list({ starting_after: 'evt_nothing' })).rejects.toMatchObject(missing)
    await expect(events.list({ type: 'refund.created', types })).rejects.toMatchObject({ param: 'types' })
    await expect(events.list({ types: Array.from({ length: 21 }, () => 'refund.created') })).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
  })

  it('forgets an event after 30 days', async () => {
    await payments.stripe.customers.create({})
    const [kept] = (await payments.stripe.events.list({ limit: 1 })).data
    const age = async (seconds: number) => {
      const client = new Client({ connectionString: payments.databaseUrl })
      await client.connect()
      const created = Math.floor(systemClock.now().epochMilliseconds / 1000) - seconds
      await client.query(`update stripe_sandbox.objects set created = $2, body = jsonb_set(body, '{created}', to_jsonb($2::bigint)) where id = $1`, [
        kept?.id,
        created,
      ])
      await client.end()
    }
    const isListed = async () => (await payments.stripe.events.list({ limit: 1 })).data[0]?.id === kept?.id
    await age(30 * 86_400 - 60)
    expect(await isListed()).toBe(true)
    await age(30 * 86_400 + 60)
    expect(await isListed()).toBe(false)
    await expect(payments.stripe.events.retrieve(kept?.id ?? '')).rejects.toMatchObject({ code: 'resource_missing' })
    await expect(payments.stripe.events.list({ starting_after: kept?.id ?? '' })).rejects.toMatchObject({ code: 'resource_missing' })
  })

  it('keeps a name that could reach a prototype as plain data', async () => {
    const customer = await payments.stripe.customers.create({ metadata: { constructor: 'x' } })
    expect(customer.metadata).toEqual({ constructor: 'x' })
    expect(await ask('POST', '/v1/customers', '__proto__[polluted]=1')).toMatchObject({ status: 400, error: { code: 'parameter_unknown', param: '__proto__' } })
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('beside a live key', () => {
  const settings = { databaseUrl: 'postgres://127.0.0.1:9/none', port: 0, publicUrl: 'http://127.0.0.1:9', webhook: null, secretKey: SECRET_KEY }

  it.each(['sk_live_1', 'rk_live_1'])('does not start: %s', async (key) => {
    await expect(startSandbox({ ...settings, secretKey: key })).rejects.toThrow(/live Stripe key/)
    vi.stubEnv('STRIPE_SECRET_KEY', key)
    await expect(startSandbox(settings)).rejects.toThrow(/live Stripe key/)
    vi.unstubAllEnvs()
  })
})
