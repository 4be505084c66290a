import { describe, expect, it } from 'vitest'
import { createCustomer, type Json, runInterface, usage } from './testing/running-interface'

const api = runInterface()
const actions = async (id: string) => (await api.read(`/organizations/${id}/audit`)).data.map((entry: Json) => entry.action)

describe('credit that the operator gives or takes (G80)', () => {
  const adjust = (id: string, amount: number) => api.post(`/organizations/${id}/adjustments`, { amount, reason: 'A kindness' })

  it('meets the next invoice, is never taken below what the balance holds, and stands in the activity with its reason', async () => {
    const { id } = await createCustomer(api)
    expect(await adjust(id, 7_00)).toMatchObject({ status: 201, body: { amount: 7_00, currency: 'usd', credit_balance: 7_00 } })
    expect(await adjust(id, -2_00)).toMatchObject({ status: 201, body: { amount: -2_00, credit_balance: 5_00 } })
    expect(await adjust(id, -5_01)).toMatchObject({ status: 409, body: { code: 'insufficient_credit', credit_balance: 5_00, rule: 'G80' } })
    await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    const [invoice] = (await api.read(`/organizations/${id}/invoices`)).data
    expect(invoice).toMatchObject({ total: 10_00, credit_applied: 5_00, amount_paid: 5_00 })
    expect(await adjust(id, -1)).toMatchObject({ status: 409, body: { credit_balance: 0 } })
    expect(await api.read(`/organizations/${id}/credits`)).toMatchObject({ credit_balance: 0 })
    expect(await adjust(id, 0)).toMatchObject({ status: 422, body: { errors: [{ path: 'amount' }] } })
    for (const tooMuch of [1_000_000_000_01, -1_000_000_000_01])
      expect(await adjust(id, tooMuch), 'balances stay what a JSON number holds').toMatchObject({ status: 422, body: { errors: [{ path: 'amount' }] } })
    expect(await api.post(`/organizations/${id}/adjustments`, { amount: 1, reason: '  ' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'reason' }] },
    })
    const [entry] = (await api.read(`/organizations/${id}/audit`)).data.filter((one: Json) => one.action === 'credit.adjusted')
    expect(entry).toMatchObject({ actor: 'operator', after: { amount: '-200', reason: 'A kindness' } })
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it('taken exactly to nothing, and by many at once, never below', async () => {
    const { id } = await createCustomer(api, { card: null })
    await adjust(id, 3_00)
    const replies = await Promise.all(Array.from({ length: 5 }, () => adjust(id, -1_00)))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409])
    expect(await api.read(`/organizations/${id}/credits`)).toMatchObject({ credit_balance: 0 })
  })
})

describe('an invoice first (T13, G9)', () => {
  it('is answered with its subscription, and begins it when the operator notes the transfer', async () => {
    const { id, clock } = await createCustomer(api, { card: null })
    const { subscription, invoice } = await api.make(`/organizations/${id}/pro_forma`, { product: 'api-calls', plan: 'pro' })
    expect(subscription).toMatchObject({ status: 'awaiting_payment', plan: 'pro', waiting: { kind: 'pro_forma', invoice: invoice.id } })
    expect(invoice).toMatchObject({ kind: 'pro_forma', status: 'open', total: 30_00, amount_due: 30_00, payment: { state: 'open' } })
    expect(await api.post('/consume', { id: 'before', organization: id, meter: 'calls' })).toMatchObject({
      body: { allowed: false, reason: 'no_subscription' },
    })
    expect(await api.post(`/invoices/${invoice.id}/pay`)).toMatchObject({ status: 402, body: { reason: 'no_payment_method' } })
    expect(await api.post(`/subscriptions/${subscription.id}/quotes`, { plan: 'basic' })).toMatchObject({ status: 409, body: { code: 'change_in_progress' } })
    await api.make(`/test_clocks/${clock}/advance`, { to: '2026-02-28T12:00:00Z' })

    const paid = await api.make(`/invoices/${invoice.id}/mark_paid`, { reference: 'Transfer 42' })
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 30_00, payment: { state: 'collected', reference: 'Transfer 42' } })
    expect(await api.read(`/subscriptions/${subscription.id}`)).toMatchObject({
      status: 'active',
      anchor: '2026-02-28T12:00:00Z',
      period: { start: '2026-02-28T12:00:00Z' },
    })
    expect(await api.post('/consume', { id: 'after', organization: id, meter: 'calls' })).toMatchObject({ body: { allowed: true } })
    expect(await actions(id)).toEqual(expect.arrayContaining(['invoice.pro_forma', 'invoice.marked_paid', 'invoice.paid', 'subscription.created']))
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it('is not paid where a paid plan has begun beside it', async () => {
    const { id } = await createCustomer(api)
    const free = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'free' })
    const { invoice } = await api.make(`/organizations/${id}/pro_forma`, { product: 'api-calls', plan: 'pro' })
    const quote = await api.make(`/subscriptions/${free.id}/quotes`, { plan: 'basic' })
    await api.make(`/subscriptions/${free.id}/changes`, { quote: quote.id })
    for (const path of ['pay', 'mark_paid']) {
      const body = path === 'pay' ? {} : { reference: 'Transfer 42' }
      const refused = await api.post(`/invoices/${invoice.id}/${path}`, body)
      expect(refused).toMatchObject({ status: 409, body: { code: 'already_subscribed', subscription: free.id } })
    }
  })

  it('is priced for the seats that are asked for, or for the members now (T13)', async () => {
    const { id } = await createCustomer(api, { card: null })
    await api.make(`/organizations/${id}/members`, { email: `grace-${id}@example.com`, role: 'member', invite: false })
    const asked = { product: 'team-seats', plan: 'basic' }
    const { subscription, invoice } = await api.make(`/organizations/${id}/pro_forma`, { ...asked, seats: 5 })
    expect(invoice).toMatchObject({ total: 60_00, lines: [{ quantity: 5, amount: 60_00 }] })
    await api.make(`/subscriptions/${subscription.id}/cancel`)
    const { invoice: ofMembers } = await api.make(`/organizations/${id}/pro_forma`, { ...asked, interval: 'year' })
    expect(ofMembers).toMatchObject({ total: 216_00, lines: [{ quantity: 2 }] })
    await api.make(`/invoices/${ofMembers.id}/mark_paid`, { reference: 'Transfer 43' })
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it.each([
    { why: 'a free plan', body: { product: 'api-calls', plan: 'free' }, path: 'plan' },
    { why: 'no such plan', body: { product: 'api-calls', plan: 'gold' }, path: 'plan' },
    { why: 'no such product', body: { product: 'gold', plan: 'basic' }, path: 'product' },
    { why: 'an interval that is not sold', body: { product: 'api-calls', plan: 'basic', interval: 'year' }, path: 'interval' },
    { why: 'seats of a plan that has none', body: { product: 'api-calls', plan: 'basic', seats: 3 }, path: 'seats' },
    { why: 'seats below one', body: { product: 'team-seats', plan: 'basic', seats: 0 }, path: 'seats' },
  ])('is refused for $why', async ({ body, path }) => {
    const { id } = await createCustomer(api, { card: null })
    expect(await api.post(`/organizations/${id}/pro_forma`, body)).toMatchObject({ status: 422, body: { errors: [{ path }] } })
  })
})

describe('a refund that the operator makes as an exception (G80)', () => {
  async function used(product: string, plan: string, meter: string) {
    const customer = await createCustomer(api)
    const subscription = await api.make(`/organizations/${customer.id}/subscriptions`, { product, plan })
    await api.make('/usage', { events: [usage(customer.id, 5, { meter })] })
    const [invoice] = (await api.read(`/organizations/${customer.id}/invoices`)).data
    const [owner] = (await api.read(`/organizations/${customer.id}/members`)).data
    return { ...customer, subscription: subscription.id as string, invoice, owner: owner.id as string }
  }

  it.each([
    { product: 'api-calls', plan: 'basic', meter: 'calls', why: 'usage in the period' },
    { product: 'screenshots', plan: 'basic', meter: 'screenshots', why: 'a product that gives none' },
  ])('goes beyond $why, with its reason in the activity', async ({ product, plan, meter }) => {
    const { id, invoice, owner, subscription } = await used(product, plan, meter)
    const refunds = `/invoices/${invoice.id}/refunds`
    expect(await api.post(refunds, {})).toMatchObject({ status: 409, body: { code: 'refund_not_eligible' } })
    expect(await api.post(refunds, { reason: 'Please' }, { actor: owner })).toMatchObject({ status: 403, body: { permission: 'operator' } })
    expect(await api.post(refunds, { reason: ' ' })).toMatchObject({ status: 422, body: { errors: [{ path: 'reason' }] } })
    expect(await api.post(refunds, { amount: invoice.amount_paid + 1, reason: 'Too much' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'amount' }] },
    })
    expect(await api.post(refunds, { amount: 1_00, reason: 'A part' })).toMatchObject({ status: 201, body: { amount: 1_00 } })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan })
    expect(await api.post(refunds, { reason: 'All of it' })).toMatchObject({ status: 201, body: { amount: invoice.amount_paid - 1_00 } })
    expect(await api.read(`/subscriptions/${subscription}`), 'nobody keeps a plan that they got their money back for').toMatchObject({ plan: 'free' })
    expect(await api.post(refunds, { reason: 'Again' })).toMatchObject({ status: 409, body: { code: 'refund_not_eligible' } })
    const told = (await api.read(`/organizations/${id}/audit`)).data.filter((one: Json) => one.action === 'invoice.refunded_by_exception')
    expect(told).toMatchObject([{ actor: 'operator', after: { reason: 'All of it' } }, { after: { reason: 'A part', amount: '100' } }])
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it('long after the window', async () => {
    const { clock, invoice } = await used('api-calls', 'basic', 'calls')
    await api.make(`/test_clocks/${clock}/advance`, { to: '2026-04-15T00:00:00Z' })
    expect(await api.post(`/invoices/${invoice.id}/refunds`, {})).toMatchObject({ status: 409, body: { code: 'refund_window_closed' } })
    expect(await api.post(`/invoices/${invoice.id}/refunds`, { reason: 'A kindness' })).toMatchObject({ status: 201, body: { amount: 10_00 } })
  })
})

describe('repairs of an invoice (G80)', () => {
  async function pastDue() {
    const customer = await createCustomer(api)
    await api.make(`/organizations/${customer.id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    await api.send('PUT', `/organizations/${customer.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
    await api.make(`/test_clocks/${customer.clock}/advance`, { to: '2026-01-31T00:00:00Z' })
    const [invoice] = (await api.read(`/organizations/${customer.id}/invoices`)).data
    return { ...customer, invoice }
  }

  it.each([
    { repair: 'mark_paid', body: { reference: 'Transfer 42' }, status: 'paid' },
    { repair: 'void', body: { reason: 'Agreed on the phone' }, status: 'void' },
    { repair: 'mark_uncollectible', body: { reason: 'Agreed on the phone' }, status: 'uncollectible' },
  ])('$repair while the payment provider takes no calls is sent again under its key, and done then (G22)', async ({ repair, body, status }) => {
    const { invoice } = await pastDue()
    const send = () => api.post(`/invoices/${invoice.id}/${repair}`, body, { idempotencyKey: `${repair}-of-${invoice.id}` })
    await api.payments.fault({ fault: 'rate_limit', path: '/cancel$' })
    expect(await send()).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(await api.read(`/invoices/${invoice.id}`)).toMatchObject({ status: 'open' })
    expect(await send()).toMatchObject({ status: 200, body: { status } })
  })

  it('take it back, or give it up, with a reason that the customer reads', async () => {
    const { id, invoice } = await pastDue()
    expect(await api.make(`/invoices/${invoice.id}/mark_uncollectible`, { reason: 'Insolvent' })).toMatchObject({ status: 'uncollectible' })
    expect(await api.post(`/invoices/${invoice.id}/pay`)).toMatchObject({ status: 409, body: { code: 'not_payable' } })
    expect(await api.make(`/invoices/${invoice.id}/void`, { reason: 'A mistake of ours' })).toMatchObject({ status: 'void', payment: { state: 'abandoned' } })
    expect(await api.post(`/invoices/${invoice.id}/void`, { reason: 'Again' })).toMatchObject({
      status: 409,
      body: { code: 'not_payable', invoice_status: 'void' },
    })
    expect((await api.read(`/organizations/${id}/audit`)).data.slice(0, 2)).toMatchObject([
      { actor: 'operator', action: 'invoice.voided', before: { status: 'uncollectible' }, after: { reason: 'A mistake of ours', amount: '1000' } },
      { action: 'invoice.uncollectible', after: { reason: 'Insolvent' } },
    ])
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it('are no member’s, whatever their role', async () => {
    const { id, invoice } = await pastDue()
    const [owner] = (await api.read(`/organizations/${id}/members`)).data
    for (const [path, body] of [
      [`/invoices/${invoice.id}/void`, { reason: 'x' }],
      [`/invoices/${invoice.id}/mark_paid`, { reference: 'x' }],
      [`/organizations/${id}/adjustments`, { amount: 1, reason: 'x' }],
    ] as const) {
      expect(await api.post(path, body, { actor: owner.id })).toMatchObject({ status: 403, body: { permission: 'operator' } })
    }
  })
})
