import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { Stripe } from 'stripe'
import { afterEach, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { processInbox } from '../billing/flows/process-inbox'
import { reconcile } from '../billing/flows/reconcile'
import { getWebhookHealth } from '../billing/views/webhook-health'
import { createCustomer, type Json, runInterface, usage, WEBHOOK_SECRET } from './testing/running-interface'

const api = runInterface({ webhooks: true })
afterEach(() => api.payments.fault({ fault: 'none' }))

const DAY_30 = '2026-01-31T00:00:00Z'

async function onBasic(): Promise<{ id: string; clock: string; subscription: string }> {
  const customer = await createCustomer(api)
  const subscription = await api.make(`/organizations/${customer.id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
  return { ...customer, subscription: subscription.id }
}

const setCard = (organization: string, card: string, facts: Record<string, unknown> = {}) =>
  api.send('PUT', `/organizations/${organization}/payment_method`, { payment_method: card, ...facts })
const quote = async (subscription: string, plan: string) => (await api.make(`/subscriptions/${subscription}/quotes`, { plan })).id as string
const change = (subscription: string, quoteId: string, idempotencyKey?: string) =>
  api.post(`/subscriptions/${subscription}/changes`, { quote: quoteId }, idempotencyKey ? { idempotencyKey } : {})
const planOf = async (subscription: string) => (await api.read(`/subscriptions/${subscription}`)).plan
const invoicesOf = async (organization: string): Promise<Json[]> => (await api.read(`/organizations/${organization}/invoices`)).data

/** What the person does on the bank's page. */
async function answerBank(url: string, decision: 'approve' | 'decline'): Promise<void> {
  const page = api.payments.page(url)
  expect(await (await fetch(page)).text()).toContain('Approve')
  const secret = new URL(url).searchParams.get('client_secret') ?? ''
  const answered = await fetch(page.split('?')[0] ?? '', { method: 'POST', redirect: 'manual', body: new URLSearchParams({ client_secret: secret, decision }) })
  expect(answered.headers.get('location')).toContain('/payment/confirmed')
}

/** What the worker does when a notification has come in. */
async function untilNotified(isDone: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    await processInbox(api.payments.provider)
    if (await isDone()) return
    await sleep(50)
  }
  throw new Error('no notification changed it')
}

describe('a declined payment (C12, A10)', () => {
  it('leaves everything as it was, repeats its 402 under its key, and may be tried again under another', async () => {
    const { id, subscription } = await onBasic()
    await setCard(id, 'pm_card_chargeCustomerFail')
    const declined = await change(subscription, await quote(subscription, 'pro'), 'upgrade-1')
    expect(declined).toMatchObject({
      status: 402,
      body: { code: 'payment_failed', status: 402, reason: expect.any(String), invoice: expect.stringMatching(/^inv_/) },
    })
    expect(declined.headers.get('content-type')).toBe('application/problem+json')
    expect(await planOf(subscription)).toBe('basic')
    const [voided] = await invoicesOf(id)
    expect(voided).toMatchObject({ id: declined.body.invoice, status: 'void', amount_paid: 0, payment: { state: 'abandoned' } })

    await setCard(id, 'pm_card_visa')
    const sentAgain = await api.post(`/subscriptions/${subscription}/changes`, { quote: await quote(subscription, 'pro') }, { idempotencyKey: 'upgrade-1' })
    expect(sentAgain).toMatchObject({ status: 409, body: { code: 'idempotency_mismatch', rule: 'C7' } })
    expect((await change(subscription, await quote(subscription, 'pro'), 'upgrade-2')).status).toBe(200)
    expect(await planOf(subscription)).toBe('pro')
  })

  it('of a first subscription leaves none to be seen', async () => {
    const { id } = await createCustomer(api, { card: 'pm_card_chargeCustomerFail' })
    const body = { product: 'api-calls', plan: 'basic' }
    const declined = await api.post(`/organizations/${id}/subscriptions`, body, { idempotencyKey: 'first' })
    expect(declined).toMatchObject({ status: 402, body: { code: 'payment_failed' } })
    expect(await api.read(`/organizations/${id}/subscriptions`)).toEqual({ data: [], next_cursor: null })
    const again = await api.post(`/organizations/${id}/subscriptions`, body, { idempotencyKey: 'first' })
    expect(again.body).toEqual(declined.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await invoicesOf(id)).toHaveLength(1)
  })

  it('refuses a paid plan without a card, and a card that the bank refuses', async () => {
    const { id } = await createCustomer(api, { card: null })
    expect(await api.post(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })).toMatchObject({
      status: 402,
      body: { code: 'payment_failed', reason: 'no_payment_method' },
    })
    expect(await setCard(id, 'pm_card_visa_chargeDeclined')).toMatchObject({ status: 402, body: { code: 'payment_failed', reason: expect.any(String) } })
    expect(await api.get(`/organizations/${id}/payment_method`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await setCard(id, 'pm_card_mastercard')).toMatchObject({ status: 200, body: { brand: 'mastercard', last4: '4444' } })
  })
})

describe('a payment that the bank wants confirmed (G79)', () => {
  it('waits, keeps other changes out, and takes effect when the customer has approved', async () => {
    const { id, subscription } = await onBasic()
    await setCard(id, 'pm_card_authenticationRequired')
    const quoteId = await quote(subscription, 'pro')
    const asked = await change(subscription, quoteId, 'confirmed')
    expect(asked).toMatchObject({ status: 402, body: { code: 'payment_action_required', url: expect.stringContaining('/sandbox/bank/') } })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({
      plan: 'basic',
      waiting: { kind: 'change', invoice: asked.body.invoice, url: asked.body.url },
    })
    expect(await api.read(`/invoices/${asked.body.invoice}`)).toMatchObject({ status: 'open', payment: { state: 'needs_customer', url: asked.body.url } })
    const other = await api.post(`/subscriptions/${subscription}/quotes`, { plan: 'free' })
    expect(other).toMatchObject({ status: 409, body: { code: 'change_in_progress', rule: 'G79', invoice: asked.body.invoice, url: asked.body.url } })
    expect(await api.make('/consume', usage(id, 1))).toMatchObject({ allowed: true })

    await answerBank(asked.body.url, 'approve')
    await untilNotified(async () => (await planOf(subscription)) === 'pro')
    expect(await api.read(`/invoices/${asked.body.invoice}`)).toMatchObject({ status: 'paid', payment: { state: 'collected', url: null } })
    const again = await change(subscription, quoteId, 'confirmed')
    expect(again).toMatchObject({ status: 402, body: asked.body })
    expect((await api.read(`/subscriptions/${subscription}`)).waiting).toBeNull()
  })

  it('is given up where the customer declines, or cancels', async () => {
    const { id, subscription } = await onBasic()
    await setCard(id, 'pm_card_authenticationRequired')
    const declined = await change(subscription, await quote(subscription, 'pro'))
    await answerBank(declined.body.url, 'decline')
    await untilNotified(async () => (await api.read(`/invoices/${declined.body.invoice}`)).status === 'void')
    expect(await planOf(subscription)).toBe('basic')

    const asked = await change(subscription, await quote(subscription, 'pro'))
    expect(asked.body.code).toBe('payment_action_required')
    expect(await api.post(`/subscriptions/${subscription}/cancel`)).toMatchObject({ status: 200, body: { cancel_at: DAY_30, waiting: null } })
    expect(await api.read(`/invoices/${asked.body.invoice}`)).toMatchObject({ status: 'void' })
  })
})

describe('a payment whose outcome is not known (G79)', () => {
  it('keeps a refund of the running plan out, which would end its period: nothing goes back until it is known', async () => {
    const { id, subscription } = await onBasic()
    const [first] = await invoicesOf(id)
    await api.payments.fault({ fault: 'drop_after', method: 'POST', path: '/confirm$', times: 5 })
    await api.payments.fault({ fault: 'drop_before', method: 'GET', path: '^/v1/payment_intents', times: 50 })
    await api.payments.fault({ fault: 'drop_before', method: 'POST', path: '/cancel$', times: 50 })
    const unknown = await change(subscription, await quote(subscription, 'pro'))
    expect(unknown.status).toBe(202)
    expect(await api.post(`/invoices/${first.id}/refunds`, {})).toMatchObject({
      status: 409,
      body: { code: 'change_in_progress', rule: 'G79', invoice: unknown.body.invoice.id },
    })

    await api.payments.fault({ fault: 'none' })
    await inEngine((tx) => tx.execute(sql`UPDATE payments SET check_at = now() WHERE check_at IS NOT NULL`))
    await reconcile(api.payments.provider)
    expect(await planOf(subscription)).toBe('pro')
    expect(await api.read(`/invoices/${first.id}`)).toMatchObject({ amount_refunded: 0 })
  })

  it('answers 202 with the subscription as it was, and the state as it is now when asked again', async () => {
    const { subscription } = await onBasic()
    const quoteId = await quote(subscription, 'pro')
    await api.payments.fault({ fault: 'drop_after', method: 'POST', path: '/confirm$', times: 5 })
    await api.payments.fault({ fault: 'drop_before', method: 'GET', path: '^/v1/payment_intents', times: 50 })
    const unknown = await change(subscription, quoteId, 'unknown')
    expect(unknown).toMatchObject({ status: 202, body: { subscription: { plan: 'basic' }, invoice: { status: 'open', payment: { state: 'in_flight' } } } })
    expect(unknown.headers.get('idempotent-replayed')).toBeNull()
    const meanwhile = await change(subscription, quoteId, 'unknown')
    expect(meanwhile).toMatchObject({ status: 202, body: { invoice: { id: unknown.body.invoice.id } } })
    expect(meanwhile.headers.get('idempotent-replayed')).toBe('true')

    await api.payments.fault({ fault: 'none' })
    await inEngine((tx) => tx.execute(sql`UPDATE payments SET check_at = now() WHERE check_at IS NOT NULL`))
    await reconcile(api.payments.provider)
    const now = await change(subscription, quoteId, 'unknown')
    expect(now).toMatchObject({ status: 200, body: { subscription: { plan: 'pro' }, invoice: { id: unknown.body.invoice.id, status: 'paid' } } })
    const kept = await change(subscription, quoteId, 'unknown')
    expect(kept.body).toEqual(now.body)
    expect((await invoicesOf(now.body.subscription.organization)).filter(({ kind }) => kind === 'change')).toHaveLength(1)
  })
})

describe('a first payment whose outcome is not known (G79)', () => {
  it('answers 202 with the subscription that waits for it and its invoice, as documented, and 201 under its key once it is', async () => {
    const { id } = await createCustomer(api)
    await api.payments.fault({ fault: 'drop_after', method: 'POST', path: '/confirm$', times: 5 })
    await api.payments.fault({ fault: 'drop_before', method: 'GET', path: '^/v1/payment_intents', times: 50 })
    const subscribe = () => api.post(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' }, { idempotencyKey: 'first' })
    const unknown = await subscribe()
    expect(unknown).toMatchObject({
      status: 202,
      body: { subscription: { id: expect.any(String) }, invoice: { status: 'open', payment: { state: 'in_flight' } } },
    })
    await api.payments.fault({ fault: 'none' })
    await inEngine((tx) => tx.execute(sql`UPDATE payments SET check_at = now() WHERE check_at IS NOT NULL`))
    await reconcile(api.payments.provider)
    expect(await subscribe()).toMatchObject({ status: 201, body: { id: unknown.body.subscription.id, plan: 'basic', status: 'active' } })
  })
})

describe('open invoices', () => {
  it('of a renewal that failed can be paid, and are collected by a new card at the amount that was shown (C12, G81)', async () => {
    const { id, clock, subscription } = await onBasic()
    await setCard(id, 'pm_card_chargeCustomerFail')
    await api.make(`/test_clocks/${clock}/advance`, { to: DAY_30 })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ status: 'past_due', plan: 'basic' })
    const [open] = await invoicesOf(id)
    expect(open).toMatchObject({ status: 'open', amount_due: 10_00, payment: { state: 'refused', next_try_at: '2026-02-01T00:00:00Z' } })
    expect((await api.make(`/subscriptions/${subscription}/quotes`, { plan: 'pro' })).rejection).toMatchObject({ code: 'past_due' })

    expect(await api.post(`/invoices/${open.id}/pay`, {}, { idempotencyKey: 'pay-1' })).toMatchObject({
      status: 402,
      body: { code: 'payment_failed', invoice: open.id },
    })
    expect(await api.post(`/invoices/${open.id}/pay`, { expected_amount_due: 1 })).toMatchObject({
      status: 409,
      body: { code: 'quote_expired', amount_due: 10_00 },
    })
    expect(await setCard(id, 'pm_card_visa', { expected_amount_due: 9_99 })).toMatchObject({ status: 409, body: { code: 'quote_expired', amount_due: 10_00 } })
    expect((await api.read(`/organizations/${id}/payment_method`)).last4).toBe('0341')

    expect(await setCard(id, 'pm_card_visa', { expected_amount_due: 10_00 })).toMatchObject({ status: 200 })
    expect(await api.read(`/invoices/${open.id}`)).toMatchObject({ status: 'paid', amount_paid: 10_00 })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ status: 'active' })
    expect(await api.post(`/invoices/${open.id}/pay`)).toMatchObject({ status: 409, body: { code: 'not_payable', invoice_status: 'paid' } })
  })
})

describe('notifications of the payment provider', () => {
  const event = (id: string) =>
    JSON.stringify({
      id,
      object: 'event',
      type: 'payment_intent.succeeded',
      livemode: false,
      data: { object: { id: 'pi_of_somebody', object: 'payment_intent' } },
    })
  const send = (body: string, signature: string) =>
    fetch(api.webhookUrl, { method: 'POST', headers: { 'stripe-signature': signature, 'content-type': 'application/json' }, body })
  const sign = (payload: string, secret = WEBHOOK_SECRET) => Stripe.webhooks.generateTestHeaderString({ payload, secret })
  const kept = async (id: string) => (await inEngine((tx) => tx.execute<{ state: string }>(sql`SELECT state FROM webhook_inbox WHERE id = ${id}`))).rows

  it('are kept once by their id, whatever follows', async () => {
    const body = event('evt_once')
    for (let times = 0; times < 3; times++) expect((await send(body, sign(body))).status).toBe(200)
    expect(await kept('evt_once')).toHaveLength(1)
    expect(await inEngine(getWebhookHealth)).toMatchObject({ lastReceivedAt: expect.anything(), oldestPendingAt: expect.anything() })
  })

  it('are refused where the signature is not genuine', async () => {
    const body = event('evt_forged')
    for (const signature of ['', 't=1,v1=00', sign(body, 'whsec_somebody_elses'), sign(event('evt_other'))]) {
      const answer = await send(body, signature)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ code: 'invalid_signature' })
    }
    expect(await kept('evt_forged')).toEqual([])
  })
})
