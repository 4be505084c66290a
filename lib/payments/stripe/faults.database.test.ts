import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import type { FaultRequest } from '../sandbox/faults'
import { fresh, openedPayment, SECRET_KEY, type SimulatedPayments, simulatePayments } from '../testing/simulated-payments'
import { stripeProvider } from './stripe-provider'

let payments: SimulatedPayments
beforeAll(async () => {
  payments = await simulatePayments({}, { answerWithin: 400 })
})
afterEach(() => payments.fault({ fault: 'none' }))
afterAll(() => payments.stop())

const CONFIRM = { method: 'POST', path: '/confirm$' } as const
const unknown = { name: 'OutcomeUnknown' }
const unavailable = { name: 'ProviderUnavailable' }

describe('an attempt whose answer is lost', () => {
  it.each<{ name: string; fault: FaultRequest; truth: string }>([
    { name: 'carried out, both answers lost', fault: { fault: 'drop_after', times: 2, ...CONFIRM }, truth: 'collected' },
    { name: 'never arrived, twice', fault: { fault: 'drop_before', times: 2, ...CONFIRM }, truth: 'open' },
    { name: 'slower than we wait', fault: { fault: 'delay', milliseconds: 800, ...CONFIRM }, truth: 'collected' },
    { name: 'a 500 after it was carried out', fault: { fault: 'error_remembered', executes: true, ...CONFIRM }, truth: 'collected' },
    { name: 'a 500 before it was', fault: { fault: 'error_remembered', executes: false, ...CONFIRM }, truth: 'open' },
    { name: 'a 200 that is not from Stripe', fault: { fault: 'garble', status: 200, body: '{"ok":true}', ...CONFIRM }, truth: 'open' },
    {
      name: 'a 502 without an error',
      fault: { fault: 'garble', status: 502, body: '{"object":"payment_intent","status":"succeeded"}', ...CONFIRM },
      truth: 'open',
    },
    { name: 'JSON that is no object', fault: { fault: 'garble', status: 200, body: '"OK"', ...CONFIRM }, truth: 'open' },
    { name: 'null', fault: { fault: 'garble', status: 200, body: 'null', ...CONFIRM }, truth: 'open' },
    { name: 'an HTML page', fault: { fault: 'garble', status: 503, body: '<h1>Service unavailable</h1>', ...CONFIRM }, truth: 'open' },
  ])('is unknown and not failed: $name', async ({ fault, truth }) => {
    const { payerRef, method, providerRef } = await openedPayment(payments.provider)
    await payments.fault(fault)
    await expect(payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).rejects.toMatchObject(unknown)

    await expect.poll(async () => (await payments.provider.read(providerRef)).state).toBe(truth)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    const charges = (await payments.stripe.charges.list({ customer: payerRef })).data
    expect(charges, 'one charge in the end, whatever happened').toHaveLength(1)
  })

  it('is resent once under its key, so that one lost answer goes unnoticed', async () => {
    const { payerRef, method, providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'drop_after', times: 1, ...CONFIRM })
    expect(await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toEqual({ state: 'collected', amount: 13_33n })
    expect((await payments.stripe.charges.list({ customer: payerRef })).data).toHaveLength(1)
  })

  it('waits for the first one under its key, which answers both', async () => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'delay', milliseconds: 150, ...CONFIRM })
    const attempt = { providerRef, methodRef: method.methodRef, key: fresh('confirm') }
    const answers = await Promise.all([payments.provider.attempt(attempt), payments.provider.attempt(attempt)])
    expect(answers).toEqual([
      { state: 'collected', amount: 13_33n },
      { state: 'collected', amount: 13_33n },
    ])
  })

  it('is unknown where the first one under its key runs for longer than a call may', async () => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'delay', milliseconds: 600, ...CONFIRM })
    const attempt = { providerRef, methodRef: method.methodRef, key: fresh('confirm') }
    const outcomes = await Promise.allSettled([payments.provider.attempt(attempt), payments.provider.attempt(attempt)])
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: unknown },
      { status: 'rejected', reason: unknown },
    ])
    await expect.poll(async () => (await payments.provider.read(providerRef)).state).toBe('collected')
  })

  it('keeps answering a remembered 500 under its key, and moves on under the next', async () => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'error_remembered', executes: false, ...CONFIRM })
    const key = fresh('confirm')
    await expect(payments.provider.attempt({ providerRef, methodRef: method.methodRef, key })).rejects.toMatchObject(unknown)
    await expect(payments.provider.attempt({ providerRef, methodRef: method.methodRef, key })).rejects.toMatchObject(unknown)
    expect(await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toEqual({ state: 'collected', amount: 13_33n })
  })
})

describe('an opening whose answer is lost', () => {
  it('is found by our id, and opening again under the same key opens nothing new', async () => {
    const { payerRef } = await openedPayment(payments.provider)
    const request = { paymentId: fresh('pay'), payerRef, amount: minor(20_00), currency: 'usd', description: 'x', key: fresh('open') }
    await payments.fault({ fault: 'drop_after', times: 2, path: '^/v1/payment_intents$' })
    await expect(payments.provider.open(request)).rejects.toMatchObject(unknown)

    const found = await payments.provider.find(request.paymentId)
    expect(found?.observation).toEqual({ state: 'open' })
    expect(await payments.provider.open(request)).toEqual({ providerRef: found?.providerRef })
  })
})

describe('a refund whose answer is lost', () => {
  it('is found by our id', async () => {
    const { provider } = payments
    const { method, providerRef } = await openedPayment(provider)
    await provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    await payments.fault({ fault: 'drop_after', times: 2, path: '^/v1/refunds$', method: 'POST' })
    const refundId = fresh('re')
    await expect(provider.refund({ providerRef, refundId, amount: minor(5_00), key: fresh('refund') })).rejects.toMatchObject(unknown)
    expect(await provider.findRefund({ providerRef, refundId })).toMatchObject({ state: 'succeeded', amount: 5_00n })
  })
})

describe('a call that surely did nothing', () => {
  it('is unavailable when Stripe is busy, and works later under the same key', async () => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'rate_limit', ...CONFIRM })
    const key = fresh('confirm')
    await expect(payments.provider.attempt({ providerRef, methodRef: method.methodRef, key })).rejects.toMatchObject(unavailable)
    expect(await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key })).toEqual({ state: 'collected', amount: 13_33n })
  })

  it('is unavailable for a reading, whatever was lost', async () => {
    const { providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'drop_before', times: 2, method: 'GET' })
    await expect(payments.provider.read(providerRef)).rejects.toMatchObject(unavailable)
    await payments.fault({ fault: 'garble', status: 200, body: '{}', method: 'GET' })
    await expect(payments.provider.read(providerRef)).rejects.toMatchObject(unavailable)
  })

  it('is unavailable where nobody listens, and our mistake where the key is wrong', async () => {
    const nobody = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: 'http://127.0.0.1:9' })
    await expect(nobody.abandon({ providerRef: 'pi_1', key: fresh('abandon') })).rejects.toMatchObject(unavailable)
    const wrong = stripeProvider({ secretKey: 'sk_test_wrong', webhookSecret: null, mode: 'sandbox', apiBase: payments.base })
    await expect(wrong.abandon({ providerRef: 'pi_1', key: fresh('abandon') })).rejects.toMatchObject({ name: 'ProviderMisuse', about: 'call' })
  })
})

it('is unknown where the connection was reset first and refused then: the first sending may have arrived', async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.once('data', () => {
      server.close()
      socket.resetAndDestroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const provider = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: `http://127.0.0.1:${port}` })
  await expect(provider.attempt({ providerRef: 'pi_1', methodRef: 'pm_1', key: fresh('confirm') })).rejects.toMatchObject(unknown)
  expect(sockets).toHaveLength(1)
})

it('is unknown where an answer trickles in without end', async () => {
  const server = createServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
    const drip = setInterval(() => socket.write(' '), 50)
    socket.on('close', () => clearInterval(drip)).on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const provider = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: `http://127.0.0.1:${port}`, answerWithin: 300 })
  await expect(provider.attempt({ providerRef: 'pi_1', methodRef: 'pm_1', key: fresh('confirm') })).rejects.toMatchObject(unknown)
  server.close()
})
