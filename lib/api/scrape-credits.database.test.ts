import { describe, expect, it } from 'vitest'
import { createCustomer, type Json, runInterface, usage } from './testing/running-interface'

const api = runInterface()

const advance = (clock: string, to: string) => api.make(`/test_clocks/${clock}/advance`, { to })
const credits = (organization: string, quantity: number) => ({ ...usage(organization, quantity), meter: 'credits' })
const record = (organization: string, quantity: number) => api.make('/usage', { events: [credits(organization, quantity)] })
const consume = (organization: string, quantity: number) => api.make('/consume', credits(organization, quantity))
const quote = (subscription: string, body: Json) => api.make(`/subscriptions/${subscription}/quotes`, body)
const setLimits = (subscription: string, body: Json) => api.send('PUT', `/subscriptions/${subscription}/limits`, body)
const invoices = async (organization: string): Promise<Json[]> => (await api.read(`/organizations/${organization}/invoices`)).data
const subscribe = (organization: string, plan: string, interval?: string): Promise<Json> =>
  api.make(`/organizations/${organization}/subscriptions`, { product: 'scrape-credits', plan, ...(interval && { interval }) })

async function execute(subscription: string, body: Json): Promise<Json> {
  const { id } = await quote(subscription, body)
  return api.make(`/subscriptions/${subscription}/changes`, { quote: id })
}

/** Registered before or after 4 November 2025. */
async function registered(registered_at: string, now: string) {
  const clock = await api.make('/test_clocks', { now })
  const { id } = await api.make('/organizations', {
    name: 'Acme',
    owner: { email: `owner-${clock.id}@example.com`, name: 'Ada' },
    test_clock: clock.id,
    registered_at,
  })
  await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
  return { id: id as string, clock: clock.id as string }
}

describe('scrape-credits over HTTP', () => {
  it('B1, B2: seven days with 5,000, then 1,000 a month; concurrency is returned', async () => {
    const { id, clock } = await createCustomer(api, { card: null })
    const begun = await subscribe(id, 'free')
    expect(begun).toMatchObject({
      status: 'active',
      concurrency: 5,
      anchor: '2026-01-08T00:00:00Z',
      period: { start: '2026-01-01T00:00:00Z', end: '2026-01-08T00:00:00Z', cycle_days: 7 },
    })
    expect(await consume(id, 5_000)).toEqual({ allowed: true, reason: null, used: 5_000, limit: 5_000, remaining: 0 })
    expect(await api.read(`/organizations/${id}/entitlements`)).toMatchObject({
      meters: [{ meter: 'credits', allowed: false, reason: 'limit_reached', limit: 5_000, resets_at: '2026-01-08T00:00:00Z' }],
      entitlements: { concurrency: 5 },
    })
    await advance(clock, '2026-01-08T00:00:00Z')
    expect((await api.read(`/subscriptions/${begun.id}/usage`)).meters).toMatchObject([{ meter: 'credits', used: 0, limit: 1_000 }])
  })

  it('G62: the first quote tells when the monthly cycle begins', async () => {
    const { id } = await createCustomer(api, { card: null })
    expect(await api.make(`/organizations/${id}/quotes`, { product: 'scrape-credits', plan: 'free' })).toMatchObject({
      amount_due: 0,
      next_renewal: { at: '2026-01-08T00:00:00Z', amount: 0 },
    })
  })

  it('B3: hobby → startup by itself at 100 %, and the card says where it leads', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby')
    expect((await api.read(`/subscriptions/${subscription}/usage`)).next_tier).toEqual({ plan: 'startup', name: 'Startup', automatic: false, failed_at: null })
    expect(await setLimits(subscription, { auto_upgrade: true })).toMatchObject({ status: 200, body: { limits: { auto_upgrade: true, auto_renew: false } } })
    await advance(clock, '2026-01-11T00:00:00Z')
    await record(id, 30_000)
    expect(await consume(id, 70_001)).toMatchObject({ allowed: true, used: 70_001, limit: 1_000_000 })
    expect((await invoices(id))[0]).toMatchObject({ kind: 'change', status: 'paid', total: 116_33, amount_paid: 116_33 })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'startup', concurrency: 50, anchor: '2026-01-11T00:00:00Z' })
    const kinds = (await api.read(`/organizations/${id}/notifications`)).data.map(({ kind }: Json) => kind)
    expect(kinds).toContain('auto_upgraded')
  })

  it('B3: a declined one blocks, is told, and is done with a new card (G95)', async () => {
    const { id } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby')
    await setLimits(subscription, { auto_upgrade: true })
    await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
    await record(id, 100_000)
    expect(await consume(id, 1)).toMatchObject({ allowed: false, reason: 'limit_reached', rule: 'A2' })
    expect((await api.read(`/subscriptions/${subscription}/usage`)).next_tier).toMatchObject({ automatic: true, failed_at: '2026-01-01T00:00:00Z' })
    expect((await api.read(`/organizations/${id}/notifications`)).data.map(({ kind }: Json) => kind)).toContain('auto_upgrade_failed')
    await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
    expect(await consume(id, 1)).toMatchObject({ allowed: true, used: 1, limit: 1_000_000 })
  })

  it('B4: re-subscribe is refused with what is left, scheduled at 100 %, shown, undone and done', async () => {
    const { id, clock } = await createCustomer(api, { now: '2026-01-31T00:00:00Z' })
    const { id: subscription } = await subscribe(id, 'hobby', 'year')
    const refused = await quote(subscription, { action: 'resubscribe' })
    expect(refused).toMatchObject({
      kind: 'resubscribe',
      allowed: false,
      rejection: { code: 'not_eligible', rule: 'G42', formula: '0 < 1,200,000', current_usage: 0, target_limit: 1_200_000 },
    })
    expect(await api.post(`/subscriptions/${subscription}/changes`, { quote: refused.id })).toMatchObject({
      status: 409,
      body: { code: 'not_eligible', rule: 'G42' },
    })
    await advance(clock, '2026-02-10T00:00:00Z')
    await record(id, 1_200_000)
    expect(await quote(subscription, { action: 'resubscribe' })).toMatchObject({
      kind: 'resubscribe',
      allowed: true,
      effective: 'period_end',
      effective_at: '2026-02-28T00:00:00Z',
      lines: [],
      amount_due: 0,
      next_renewal: { at: '2026-02-28T00:00:00Z', amount: 490_00 },
    })
    const scheduled = await execute(subscription, { action: 'resubscribe' })
    expect(scheduled).toMatchObject({
      invoice: null,
      subscription: {
        pending_change: { plan: 'hobby', interval: 'year', effective_at: '2026-02-28T00:00:00Z', kind: 'resubscribe' },
        period: { end: '2027-01-31T00:00:00Z' },
      },
    })
    expect((await api.read(`/subscriptions/${subscription}`)).next_charge).toMatchObject({ at: '2026-02-28T00:00:00Z', total: 490_00 })
    expect(await api.send('DELETE', `/subscriptions/${subscription}/pending_change`)).toMatchObject({ status: 200, body: { pending_change: null } })
    await execute(subscription, { action: 'resubscribe' })
    await advance(clock, '2026-02-28T00:00:00Z')
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({
      anchor: '2026-02-28T00:00:00Z',
      period: { start: '2026-02-28T00:00:00Z', end: '2027-02-28T00:00:00Z', cycle_days: 365 },
      pending_change: null,
    })
    expect((await invoices(id))[0]).toMatchObject({ kind: 'renewal', status: 'paid', total: 490_00 })
  })

  it('B4: a higher monthly plan while exhausted is a switch at once, with one line', async () => {
    const { id } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby', 'year')
    expect(await quote(subscription, { plan: 'startup', interval: 'month' })).toMatchObject({ kind: 'switch', effective: 'period_end' })
    await record(id, 1_200_000)
    expect(await quote(subscription, { plan: 'startup', interval: 'month' })).toMatchObject({
      kind: 'switch',
      effective: 'now',
      lines: [{ kind: 'plan', amount: 149_00, rule: 'B4' }],
      amount_due: 149_00,
    })
  })

  it('B7: renew now for who registered before, and for nobody else', async () => {
    const before = await registered('2025-11-03T23:59:59.999Z', '2025-12-01T00:00:00Z')
    const { id: subscription } = await subscribe(before.id, 'hobby')
    await record(before.id, 60_000)
    expect(await quote(subscription, { action: 'renew_now' })).toMatchObject({ kind: 'renew', allowed: true, effective: 'now', amount_due: 49_00 })
    expect(await execute(subscription, { action: 'renew_now' })).toMatchObject({ invoice: { kind: 'renewal', status: 'paid', amount_paid: 49_00 } })
    expect((await api.read(`/subscriptions/${subscription}/usage`)).meters).toMatchObject([{ used: 0 }])
    expect(await setLimits(subscription, { auto_renew: true })).toMatchObject({ status: 200, body: { limits: { auto_renew: true } } })

    const since = await registered('2025-11-04T00:00:00Z', '2025-12-01T00:00:00Z')
    const { id: other } = await subscribe(since.id, 'hobby')
    expect(await quote(other, { action: 'renew_now' })).toMatchObject({ allowed: false, rejection: { code: 'not_eligible', rule: 'G64' } })
    expect(await setLimits(other, { auto_renew: true })).toMatchObject({ status: 409, body: { code: 'plan_not_eligible', rule: 'G64' } })
  })

  it('refuses an action of another plan, an unknown action and an unknown interval (422)', async () => {
    const { id } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby')
    for (const body of [{ action: 'renew_now', plan: 'startup' }, { action: 'resubscribe', interval: 'year' }, { action: 'upgrade' }, { plan: 'no-such' }]) {
      expect(await api.post(`/subscriptions/${subscription}/quotes`, body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
    }
  })

  it('B5, B6: pay-as-you-go under its cap, billed at the month’s end', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'scaling')
    await record(id, 5_000_000)
    expect(await consume(id, 1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(await setLimits(subscription, { pay_as_you_go: { enabled: true, cap: 10_00 } })).toMatchObject({
      status: 200,
      body: { limits: { pay_as_you_go: { enabled: true, cap: 10_00 } } },
    })
    expect(await consume(id, 105_263)).toEqual({ allowed: true, reason: null, used: 5_105_263, limit: 5_000_000, remaining: 0 })
    expect(await consume(id, 1)).toMatchObject({ allowed: false, reason: 'spending_cap_reached', rule: 'B6' })
    expect((await api.read(`/subscriptions/${subscription}/usage`)).meters).toMatchObject([
      { state: 'overage', overage: 105_263, overage_amount: 10_00, remaining: 0 },
    ])
    await advance(clock, '2026-02-01T00:00:00Z')
    const [renewal] = await invoices(id)
    expect(renewal).toMatchObject({ kind: 'renewal', total: 485_00 })
    expect(renewal.lines).toMatchObject([
      { kind: 'extra_usage', amount: 10_00, quantity: 105_263, unit_price: '0.000095', rule: 'B5' },
      { kind: 'plan', amount: 475_00 },
    ])
  })

  it.each([
    { pay_as_you_go: { enabled: true, cap: -1 } },
    { pay_as_you_go: { enabled: true, cap: 1.5 } },
    { pay_as_you_go: { enabled: true, cap: 1e18 } },
    { pay_as_you_go: { enabled: true, cap: '10' } },
    { pay_as_you_go: { cap: 10_00 } },
    { pay_as_you_go: true },
    { auto_upgrade: 'yes' },
    { no_such_limit: 1 },
  ])('limits of %j are not valid (422)', async (body) => {
    const { id } = await createCustomer(api, { card: null })
    const { id: subscription } = await subscribe(id, 'free')
    expect(await setLimits(subscription, body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
  })

  it('B9: refunded within seven days of the charge to the millisecond, in full, and the plan goes to free at once', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby')
    await record(id, 60_000)
    await advance(clock, '2026-01-08T00:00:00Z')
    const [invoice] = await invoices(id)
    expect(await api.post(`/invoices/${invoice.id}/refunds`, {})).toMatchObject({ status: 201, body: { amount: 49_00 } })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'free', period: { start: '2026-01-08T00:00:00Z' } })

    const late = await createCustomer(api)
    await subscribe(late.id, 'hobby')
    await advance(late.clock, '2026-01-08T00:00:00.001Z')
    const [charged] = await invoices(late.id)
    expect(await api.post(`/invoices/${charged.id}/refunds`, {})).toMatchObject({ status: 409, body: { code: 'refund_window_closed' } })
  })

  it('B9: an invoice of a period that an upgrade has ended is refunded and moves nothing (G105)', async () => {
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby')
    await record(id, 100_000)
    await advance(clock, '2026-01-02T00:00:00Z')
    const [first] = await invoices(id)
    await execute(subscription, { plan: 'startup' })
    expect(await api.post(`/invoices/${first.id}/refunds`, {})).toMatchObject({ status: 201, body: { amount: 49_00 } })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'startup' })
  })

  it('B9: at one instant too, the invoice of the plan that was left moves nothing, and that of the new one does (G105)', async () => {
    const { id } = await createCustomer(api)
    const { id: subscription } = await subscribe(id, 'hobby')
    await record(id, 100_000)
    const [first] = await invoices(id)
    const { invoice: second } = await execute(subscription, { plan: 'startup' })
    expect(await api.post(`/invoices/${first.id}/refunds`, {})).toMatchObject({ status: 201, body: { amount: 49_00 } })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'startup' })
    expect(await api.post(`/invoices/${second.id}/refunds`, {})).toMatchObject({ status: 201, body: { amount: 149_00 } })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'free' })
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true, differences: [] })
  })

  it('sells no plan that is not offered, and renews it for who holds it', async () => {
    const { id } = await createCustomer(api)
    for (const plan of ['hobby-legacy', 'professional', 'custom']) {
      expect(await api.post(`/organizations/${id}/subscriptions`, { product: 'scrape-credits', plan })).toMatchObject({
        status: 409,
        body: { code: 'plan_not_offered' },
      })
    }
    const { id: subscription } = await subscribe(id, 'hobby')
    expect(await quote(subscription, { plan: 'professional' })).toMatchObject({ allowed: false, rejection: { code: 'plan_not_offered' } })
  })
})
