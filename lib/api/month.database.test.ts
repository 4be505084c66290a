import { describe, expect, it } from 'vitest'
import { addDays, instant } from '../time'
import { createCustomer, type Json, type RunningInterface, runInterface, usage } from './testing/running-interface'

const api = runInterface()

const START = '2026-01-01T00:00:00Z'
const day = (completed: number) => addDays(instant(START), completed).toString()

const advance = (clock: string, to: string) => api.make(`/test_clocks/${clock}/advance`, { to })
const record = (...events: Json[]) => api.make('/usage', { events })
const quote = (subscription: string, plan: string) => api.make(`/subscriptions/${subscription}/quotes`, { plan })
const change = (subscription: string, quoteId: string, sent: Parameters<RunningInterface['post']>[2] = {}) =>
  api.post(`/subscriptions/${subscription}/changes`, { quote: quoteId }, sent)

async function subscribe(organization: string, plan: string): Promise<Json> {
  return api.make(`/organizations/${organization}/subscriptions`, { product: 'api-calls', plan })
}

async function changeTo(subscription: string, plan: string): Promise<Json> {
  const { id } = await quote(subscription, plan)
  const changed = await change(subscription, id)
  expect(changed.status).toBe(200)
  return changed.body
}

const invoicesOf = async (organization: string): Promise<Json[]> => (await api.read(`/organizations/${organization}/invoices`)).data

describe('a month of api-calls', () => {
  it('begins free, blocks at the limit, and alerts at 80 and 100 per cent (A1, A2, A5)', async () => {
    const { id } = await createCustomer(api, { card: null })
    const subscription = await subscribe(id, 'free')
    expect(subscription).toMatchObject({
      plan: 'free',
      status: 'active',
      period: { start: START, end: day(30), cycle_days: 30 },
      next_charge: { total: 0, title: 'none' },
    })
    expect(await invoicesOf(id)).toEqual([])

    expect(await record(usage(id, 799))).toEqual({ accepted: 1, duplicates: 0, ignored: 0 })
    expect((await api.read(`/subscriptions/${subscription.id}/usage`)).alerts).toEqual([])
    await record(usage(id, 1))
    const consume = (quantity: number) => api.make('/consume', { ...usage(id, quantity) })
    expect(await consume(200)).toEqual({ allowed: true, reason: null, used: 1000, limit: 1000, remaining: 0 })
    expect(await consume(1)).toMatchObject({ allowed: false, reason: 'limit_reached', used: 1000, remaining: 0, rule: 'A2', formula: '1,000 + 1 > 1,000' })
    expect(await api.read(`/organizations/${id}/entitlements`)).toMatchObject({
      meters: [{ meter: 'calls', allowed: false, reason: 'limit_reached', resets_at: day(30), rule: 'A2' }],
    })
    const kinds = (await api.read(`/organizations/${id}/notifications`)).data.map(({ kind }: Json) => kind)
    expect(kinds.filter((kind: string) => kind.startsWith('usage_alert')).sort()).toEqual(['usage_alert_100', 'usage_alert_80'])
  })

  it('goes from free to Basic to Pro: quoted, charged once, invoiced line by line (A6, C10)', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'free')
    const first = await changeTo(subscription, 'basic')
    expect(first).toMatchObject({ subscription: { plan: 'basic' }, invoice: { status: 'paid', amount_paid: 10_00, kind: 'change' } })

    await record(usage(id, 500, { key: 'production' }), usage(id, 40, { key: 'staging' }), usage(id, 2))
    await advance(clock, day(10))
    const offered = await quote(subscription, 'pro')
    expect(offered).toMatchObject({
      kind: 'upgrade',
      allowed: true,
      effective: 'now',
      total: 13_33,
      amount_due: 13_33,
      credit_applied: 0,
      rejection: null,
      next_renewal: { at: day(30), amount: 30_00 },
    })
    expect(offered.lines).toMatchObject([
      { kind: 'proration_credit', amount: -6_67, formula: '−$10.00 × 20 / 30 = −$6.67', rule: 'A6' },
      { kind: 'proration_charge', amount: 20_00, formula: '$30.00 × 20 / 30 = $20.00' },
    ])

    const changed = await change(subscription, offered.id)
    expect(changed.status).toBe(200)
    expect(changed.body.subscription).toMatchObject({ plan: 'pro', status: 'active', period: { start: START, end: day(30) } })
    expect(changed.body.invoice).toMatchObject({ status: 'paid', total: 13_33, subtotal: 13_33, tax: 0, amount_paid: 13_33, payment: { state: 'collected' } })
    expect(changed.body.invoice.lines).toEqual(offered.lines)
    expect(changed.body.invoice.number).toMatch(/^INV-\d{6}$/)
    expect(await api.read(`/invoices/${changed.body.invoice.id}`)).toMatchObject({ id: changed.body.invoice.id, lines: offered.lines })

    expect(await api.read(`/subscriptions/${subscription}/usage`)).toMatchObject({ plan: 'pro', meters: [{ used: 542, limit: 300_000, state: 'ok' }] })
    expect((await api.read(`/subscriptions/${subscription}/usage/series?group_by=key`)).data).toEqual([
      { key: 'production', meter: 'calls', quantity: 500 },
      { key: 'staging', meter: 'calls', quantity: 40 },
      { key: null, meter: 'calls', quantity: 2 },
    ])
    expect((await api.read(`/subscriptions/${subscription}/usage/series?group_by=day`)).data).toEqual([{ day: '2026-01-01', meter: 'calls', quantity: 542 }])
    await advance(clock, day(30))
    expect((await invoicesOf(id))[0]).toMatchObject({ kind: 'renewal', status: 'paid', total: 30_00, period: { start: day(30), end: day(60) } })
  })

  it('guards a downgrade by usage and once a cycle (A7a, A7b)', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'pro')
    await record(usage(id, 5_000))
    await advance(clock, day(4))
    const refused = await quote(subscription, 'basic')
    expect(refused).toMatchObject({ kind: 'downgrade', allowed: false, lines: [], amount_due: 0 })
    expect(refused.rejection).toMatchObject({
      code: 'downgrade_usage_exceeded',
      rule: 'A7b',
      current_usage: 5_000,
      allowed_usage: 4_400,
      elapsed_days: 4,
      retry_at: day(5),
      renewal_at: day(30),
      target_limit: 30_000,
    })
    const forced = await change(subscription, refused.id)
    expect(forced.status).toBe(409)
    expect(forced.body).toMatchObject({ code: 'downgrade_usage_exceeded', current_usage: 5_000, allowed_usage: 4_400, retry_at: day(5), rule: 'A7b' })

    await advance(clock, day(14))
    const allowed = await quote(subscription, 'basic')
    expect(allowed).toMatchObject({ allowed: true, total: -10_67, credit_issued: 10_67, amount_due: 0 })
    const changed = await change(subscription, allowed.id)
    expect(changed.body).toMatchObject({
      subscription: { plan: 'basic' },
      invoice: { kind: 'credit_note', status: 'paid', total: -10_67, credit_issued: 10_67, payment: { state: 'not_needed' } },
    })
    expect(changed.body.invoice.number).toMatch(/^CN-\d{6}$/)
    expect(await api.read(`/organizations/${id}/credits`)).toMatchObject({
      credit_balance: 10_67,
      grants: [{ source: 'credit_note', amount: '10.67', remaining: '10.67', invoice: changed.body.invoice.id }],
    })

    // The upgrade in between is paid by that credit, and does not re-arm the downgrade.
    expect((await changeTo(subscription, 'pro')).invoice).toMatchObject({ credit_applied: 10_67, amount_due: 0, status: 'paid' })
    expect((await quote(subscription, 'basic')).rejection).toMatchObject({ code: 'downgrade_already_used', rule: 'A7a', retry_at: day(30) })
  })

  it('bills enterprise overage on the renewal, and lists it (A3, A11)', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'enterprise')
    await record(usage(id, 1_010_000))
    expect(await api.read(`/subscriptions/${subscription}/usage`)).toMatchObject({
      meters: [{ overage: 10_000, overage_amount: 5_00, state: 'overage', remaining: null, percent: 101 }],
    })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ next_charge: { at: day(30), base: 100_00, usage: 5_00, total: 105_00 } })
    await advance(clock, day(30))
    const [renewal] = await invoicesOf(id)
    expect(renewal).toMatchObject({ kind: 'renewal', status: 'paid', total: 105_00, differs_because: [{ code: 'usage' }] })
    expect(renewal.lines.map((line: Json) => [line.kind, line.amount, line.quantity, line.unit_price])).toEqual([
      ['overage', 5_00, 10_000, '0.0005'],
      ['plan', 100_00, 1, '100'],
    ])
    expect((await api.read(`/subscriptions/${subscription}/overage_history`)).data).toEqual([
      { period: { start: START, end: day(30) }, plan: 'enterprise', overage: 10_000, amount: 5_00, invoice: renewal.id },
    ])
    expect(await api.read(`/subscriptions/${subscription}/usage?period=${START}`)).toMatchObject({ period: { start: START }, meters: [{ used: 1_010_000 }] })
  })

  it('cancels at the period’s end, refuses changes meanwhile, and can be reactivated (A8, A9)', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'basic')
    const canceled = await api.post(`/subscriptions/${subscription}/cancel`)
    expect(canceled).toMatchObject({ status: 200, body: { status: 'active', plan: 'basic', cancel_at: day(30), next_charge: { title: 'none' } } })
    expect((await quote(subscription, 'pro')).rejection).toMatchObject({ code: 'cancellation_scheduled', rule: 'A9' })
    expect(await api.post(`/subscriptions/${subscription}/cancel`)).toMatchObject({ status: 409, body: { code: 'not_cancelable', rule: 'G68' } })
    expect(await api.post(`/subscriptions/${subscription}/reactivate`)).toMatchObject({ status: 200, body: { cancel_at: null } })
    expect(await api.post(`/subscriptions/${subscription}/reactivate`)).toMatchObject({ status: 409, body: { code: 'not_scheduled', rule: 'A8' } })
    await api.make(`/subscriptions/${subscription}/cancel`)
    await advance(clock, day(30))
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'free', status: 'active', cancel_at: null, period: { start: day(30) } })
    expect(await invoicesOf(id)).toHaveLength(1)
  })

  it('refunds a charge whose period has no usage, and moves to free (A13)', async () => {
    const { id } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'basic')
    const [invoice] = await invoicesOf(id)
    expect(await api.read(`/invoices/${invoice.id}`)).toMatchObject({ refundable: { amount: 10_00, window_closes_at: day(30) } })
    expect(await api.post(`/invoices/${invoice.id}/refunds`, { amount: 10_01 })).toMatchObject({ status: 422, body: { errors: [{ path: 'amount' }] } })
    const refunded = await api.post(`/invoices/${invoice.id}/refunds`)
    expect(refunded).toMatchObject({ status: 201, body: { amount: 10_00, invoice: invoice.id, status: 'succeeded' } })
    expect(await api.read(`/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', amount_refunded: 10_00, refundable: null })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'free' })
    expect(await api.post(`/invoices/${invoice.id}/refunds`)).toMatchObject({ status: 409, body: { code: 'refund_not_eligible', rule: 'G105' } })
  })

  it('does not refund what was used', async () => {
    const { id } = await createCustomer(api)
    await subscribe(id, 'basic')
    await record(usage(id, 1))
    const [invoice] = await invoicesOf(id)
    expect(await api.post(`/invoices/${invoice.id}/refunds`)).toMatchObject({
      status: 409,
      body: { code: 'refund_not_eligible', rule: 'A13', inputs: { usage_in_period: 1 } },
    })
  })

  it('keeps its books balanced over all of it (G87)', async () => {
    // Nobody has added them up yet: who asks first is told what is so, not what is hoped.
    expect(await api.read('/books')).toMatchObject({ balanced: true, as_of: expect.any(String), organizations: expect.any(Number) })
    const run = await api.make('/books/run')
    expect(run).toMatchObject({ balanced: true, differences: [] })
    expect(await api.read('/books')).toMatchObject({ balanced: true, as_of: run.as_of, entries: run.entries })
    const [organization] = (await api.read('/organizations')).data
    expect(await api.read(`/books?organization=${organization.id}`)).toMatchObject({ balanced: true, organizations: 1, entries: null })
  })
})
