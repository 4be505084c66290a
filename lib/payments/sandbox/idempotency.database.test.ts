import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fresh, openedPayment, SECRET_KEY, type SimulatedPayments, simulatePayments } from '../testing/simulated-payments'

let payments: SimulatedPayments
beforeAll(async () => {
  payments = await simulatePayments()
})
afterEach(() => payments.fault({ fault: 'none' }))
afterAll(() => payments.stop())

type Answered = {
  status: number
  replayed: string | null
  requestId: string | null
  body: Record<string, unknown> & { error?: { type: string; code?: string; message: string } }
}

async function post(path: string, parameters: Record<string, string>, key: string | null): Promise<Answered> {
  const response = await fetch(`${payments.base}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET_KEY}`, ...(key === null ? {} : { 'idempotency-key': key }) },
    body: new URLSearchParams(parameters),
  })
  const { headers, status } = response
  return { status, replayed: headers.get('idempotent-replayed'), requestId: headers.get('request-id'), body: (await response.json()) as Answered['body'] }
}

describe('a key', () => {
  it('answers the first result again, byte for byte, and says so', async () => {
    const key = fresh('key')
    const first = await post('/v1/customers', { name: 'Acme', email: 'a@acme.test' }, key)
    const again = await post('/v1/customers', { email: 'a@acme.test', name: 'Acme' }, key)
    expect(again.body).toEqual(first.body)
    expect([first.replayed, again.replayed]).toEqual([null, 'true'])
    expect(again.requestId).toMatch(/^req_/)
    expect(again.requestId).not.toBe(first.requestId)
  })

  it('is nothing without one: two customers', async () => {
    const [first, second] = [await post('/v1/customers', {}, null), await post('/v1/customers', {}, null)]
    expect(first.body.id).not.toBe(second.body.id)
  })

  it('remembers a decline, also when the card has become good since', async () => {
    const { method, providerRef } = await openedPayment(payments.provider, 'pm_card_chargeCustomerFail')
    const key = fresh('key')
    const confirm = () => post(`/v1/payment_intents/${providerRef}/confirm`, { payment_method: method.methodRef }, key)
    expect(await confirm()).toMatchObject({ status: 402, body: { error: { type: 'card_error', code: 'card_declined' } } })
    await payments.fault({ fault: 'card', payment_method: method.methodRef, card: 'pm_card_visa' })
    expect(await confirm()).toMatchObject({ status: 402, replayed: 'true' })
    expect(await payments.provider.read(providerRef)).toMatchObject({ state: 'refused' })
  })

  it('remembers a 500 and a refusal of the object', async () => {
    const key = fresh('key')
    await payments.fault({ fault: 'error_remembered', executes: false, path: '/customers$' })
    expect(await post('/v1/customers', {}, key)).toMatchObject({ status: 500, replayed: null })
    expect(await post('/v1/customers', {}, key)).toMatchObject({ status: 500, replayed: 'true' })

    const other = fresh('key')
    expect(await post('/v1/customers/cus_nobody', {}, other)).toMatchObject({ status: 404, replayed: null })
    expect(await post('/v1/customers/cus_nobody', {}, other)).toMatchObject({ status: 404, replayed: 'true' })
  })

  it('remembers nothing of a call that never began', async () => {
    const key = fresh('key')
    expect(await post('/v1/customers', { nmae: 'Acme' }, key)).toMatchObject({ status: 400, body: { error: { code: 'parameter_unknown' } } })
    await payments.fault({ fault: 'rate_limit', path: '/customers$' })
    expect(await post('/v1/customers', { name: 'Acme' }, key)).toMatchObject({ status: 429 })
    expect(await post('/v1/customers', { name: 'Acme' }, key)).toMatchObject({ status: 200, replayed: null })
  })

  it.each([
    { what: 'other parameters', path: '/v1/customers', parameters: { name: 'Umbrella' } },
    { what: 'another address', path: '/v1/setup_intents', parameters: {} },
  ])('is refused with $what', async ({ path, parameters }) => {
    const key = fresh('key')
    await post('/v1/customers', { name: 'Acme' }, key)
    expect(await post(path, parameters, key)).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } })
  })

  it('answers 409 while the first call under it runs, and its result afterwards', async () => {
    const key = fresh('key')
    await payments.fault({ fault: 'delay', milliseconds: 300, path: '/customers$' })
    const both = await Promise.all([post('/v1/customers', {}, key), post('/v1/customers', {}, key)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)?.body.error).toMatchObject({ type: 'idempotency_error', code: 'idempotency_key_in_use' })
    expect(await post('/v1/customers', {}, key)).toMatchObject({ status: 200, replayed: 'true' })
  })

  it('is forgotten after 24 hours, or on demand', async () => {
    const key = fresh('key')
    const first = await post('/v1/customers', {}, key)
    const database = new Client({ connectionString: payments.databaseUrl })
    await database.connect()
    const age = (hours: number) =>
      database.query(`update stripe_sandbox.idempotency_keys set created_at = now() - $2 * interval '1 hour' where key = $1`, [key, hours])

    await age(23.9)
    expect((await post('/v1/customers', {}, key)).body.id).toBe(first.body.id)
    await age(24)
    const second = await post('/v1/customers', {}, key)
    expect(second.body.id).not.toBe(first.body.id)
    await database.end()

    await payments.fault({ fault: 'prune_keys' })
    expect((await post('/v1/customers', {}, key)).body.id).not.toBe(second.body.id)
  })

  it('may be 255 characters long and no longer', async () => {
    expect(await post('/v1/customers', {}, 'k'.repeat(255))).toMatchObject({ status: 200 })
    expect(await post('/v1/customers', {}, 'k'.repeat(256))).toMatchObject({ status: 400 })
  })
})
