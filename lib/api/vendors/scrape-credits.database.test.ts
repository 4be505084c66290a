import { describe, expect, it } from 'vitest'
import { Customer, lines } from '../testing/customer'
import { type Json, runInterface } from '../testing/running-interface'

/** The vendor's own examples, as an operator's back end would live through them. */
const api = runInterface()
const METER = 'credits'
const PRODUCT = 'scrape-credits'

async function holder(plan: string, facts: { interval?: 'month' | 'year'; now?: string; organization?: Json; card?: string } = {}) {
  const { interval = 'month', now = '2026-02-01T00:00:00Z', organization, card } = facts
  const acme = await Customer.begin(api, { now, ...(organization && { organization }), ...(card && { card }) })
  const { id } = await acme.subscribe(PRODUCT, plan, { interval })
  return { acme, id }
}

describe('B1: the first seven days', () => {
  it('are a period of 5,000 of their own; then the month begins with 1,000 and nothing used', async () => {
    const { acme, id } = await holder('free', { now: '2026-01-24T00:00:00Z' })
    expect(await acme.card(id)).toMatchObject({ period: { end: '2026-01-31T00:00:00Z' }, meters: [{ limit: 5_000 }] })
    expect(await acme.subscription(id)).toMatchObject({ status: 'active', anchor: '2026-01-31T00:00:00Z' })
    expect(await acme.consume(METER, 5_000)).toMatchObject({ allowed: true })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    await acme.to('2026-01-31T00:00:00Z')
    expect(await acme.card(id)).toMatchObject({ period: { start: '2026-01-31T00:00:00Z', end: '2026-02-28T00:00:00Z' }, meters: [{ used: 0, limit: 1_000 }] })
    await acme.to('2026-02-28T00:00:00Z')
    expect((await acme.card(id)).period.end).toBe('2026-03-31T00:00:00Z')
  })

  it('G34: a paid plan chosen in them starts a month of its own at full price', async () => {
    const { acme, id } = await holder('free')
    await acme.record(METER, 3_000)
    await acme.days(3)
    const { invoice, subscription } = await acme.change(id, { plan: 'hobby' })
    expect(invoice.total).toBe(49_00)
    expect(subscription.period).toMatchObject({ start: '2026-02-04T00:00:00Z', end: '2026-03-04T00:00:00Z' })
    expect((await acme.card(id)).meters[0]).toMatchObject({ used: 0, limit: 100_000 })
  })

  it('B2: concurrency is an entitlement of the plan', async () => {
    const { acme, id } = await holder('free')
    expect(await acme.subscription(id)).toMatchObject({ concurrency: 5 })
    expect((await api.read(`/organizations/${acme.id}/entitlements`)).entitlements).toEqual({ concurrency: 5 })
  })
})

describe('G104: an upgrade is a period of its own', () => {
  it('Hobby → Startup after 10 days with 30,000 used: −$32.67 + $149.00 = $116.33', async () => {
    const { acme, id } = await holder('hobby')
    await acme.record(METER, 30_000)
    await acme.days(10)
    const { invoice, subscription } = await acme.change(id, { plan: 'startup' })
    expect(lines(invoice)).toEqual([
      ['proration_credit', -32_67],
      ['proration_charge', 149_00],
    ])
    expect(subscription.period.start).toBe('2026-02-11T00:00:00Z')
    expect((await acme.card(id)).meters[0]).toMatchObject({ used: 0, limit: 1_000_000 })
  })

  it('with every credit used it is $149.00', async () => {
    const { acme, id } = await holder('hobby')
    await acme.record(METER, 100_000)
    await acme.days(10)
    expect((await acme.change(id, { plan: 'startup' })).invoice.total).toBe(149_00)
  })
})

describe('B3: auto-upgrade', () => {
  it('is made once by the event that reaches 100 per cent', async () => {
    const { acme, id } = await holder('hobby')
    expect((await acme.limits(id, { auto_upgrade: true })).body.limits.auto_upgrade).toBe(true)
    await acme.record(METER, 99_999)
    expect(await acme.subscription(id)).toMatchObject({ plan: 'hobby' })
    await acme.record(METER, 1)
    expect(await acme.subscription(id)).toMatchObject({ plan: 'startup', limits: { auto_upgrade: true } })
    expect(await acme.newest()).toMatchObject({ kind: 'change', total: 149_00, status: 'paid' })
    expect((await acme.card(id)).meters[0].used).toBe(0)
    expect(await acme.told()).toContain('auto_upgraded')
  })

  it('is made once among many at once: who set it off waits for it, and the others are answered as it is (G5, G63)', async () => {
    const { acme, id } = await holder('hobby')
    await acme.limits(id, { auto_upgrade: true })
    await acme.record(METER, 99_990)
    const answers = await Promise.all(Array.from({ length: 12 }, () => api.make('/consume', acme.event(METER, 20))))
    expect(answers.some(({ allowed }: Json) => allowed)).toBe(true)
    for (const { allowed, reason } of answers) expect([allowed, reason]).toEqual(allowed ? [true, null] : [false, 'limit_reached'])
    expect(await acme.consume(METER, 20)).toMatchObject({ allowed: true })
    expect((await acme.invoices()).filter(({ kind, status }) => kind === 'change' && status === 'paid')).toHaveLength(1)
    expect(await acme.subscription(id)).toMatchObject({ plan: 'startup' })
  })

  it('G95: where its payment fails the plan blocks, and it is not tried again before a new card', async () => {
    const { acme, id } = await holder('hobby')
    await acme.limits(id, { auto_upgrade: true })
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
    await acme.record(METER, 100_000)
    expect(await acme.subscription(id)).toMatchObject({ plan: 'hobby' })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(await acme.told()).toContain('auto_upgrade_failed')
    const before = (await acme.invoices()).length
    await acme.consume(METER, 1)
    expect(await acme.invoices()).toHaveLength(before)
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_visa' })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: true })
    expect(await acme.subscription(id)).toMatchObject({ plan: 'startup' })
  })

  it.each([
    { plan: 'scaling', settings: { auto_upgrade: true } },
    { plan: 'hobby', settings: { pay_as_you_go: { enabled: true, cap: null } } },
    { plan: 'free', settings: { auto_upgrade: true } },
    { plan: 'hobby', settings: { hard_limit: 200_000 } },
  ])('$plan cannot have $settings', async ({ plan, settings }) => {
    const { acme, id } = await holder(plan)
    expect(await acme.limits(id, settings)).toMatchObject({ status: 409, body: { code: 'plan_not_eligible' } })
  })
})

describe('B4: a yearly term that is used up', () => {
  it('G42, G98: begins anew on the next monthly anniversary: 31 January, exhausted on 10 February, 28 February', async () => {
    const { acme, id } = await holder('hobby', { interval: 'year', now: '2026-01-31T00:00:00Z' })
    expect(await acme.newest()).toMatchObject({ total: 490_00 })
    expect((await acme.card(id)).meters[0].limit).toBe(1_200_000)
    expect(await acme.quote(id, { action: 'resubscribe' })).toMatchObject({ allowed: false, rejection: { code: 'not_eligible' } })
    await acme.to('2026-02-10T00:00:00Z')
    await acme.record(METER, 1_200_000)
    const { quoted, subscription } = await acme.change(id, { action: 'resubscribe' })
    expect(quoted).toMatchObject({ kind: 'resubscribe', effective: 'period_end', effective_at: '2026-02-28T00:00:00Z', amount_due: 0 })
    expect(subscription.pending_change).toMatchObject({ plan: 'hobby', interval: 'year', effective_at: '2026-02-28T00:00:00Z' })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false })
    await acme.to('2026-02-28T00:00:00Z')
    expect(await acme.newest()).toMatchObject({ kind: 'renewal', total: 490_00, status: 'paid' })
    expect(await acme.subscription(id)).toMatchObject({
      anchor: '2026-02-28T00:00:00Z',
      period: { start: '2026-02-28T00:00:00Z', end: '2027-02-28T00:00:00Z' },
    })
    expect((await acme.card(id)).meters[0].used).toBe(0)
  })

  it('is left at once for a higher monthly plan, without credit', async () => {
    const { acme, id } = await holder('hobby', { interval: 'year' })
    expect(await acme.quote(id, { plan: 'startup', interval: 'month' })).toMatchObject({ kind: 'switch', effective: 'period_end' })
    await acme.record(METER, 1_200_000)
    const { invoice, quoted, subscription } = await acme.change(id, { plan: 'startup', interval: 'month' })
    expect(quoted).toMatchObject({ kind: 'switch', effective: 'now' })
    expect(lines(invoice)).toEqual([['plan', 149_00]])
    expect(subscription).toMatchObject({ plan: 'startup', interval: 'month', period: { end: '2026-03-01T00:00:00Z' } })
  })
})

describe('B5, B6: pay-as-you-go under a cap', () => {
  it('G52: $10.00 at $0.000095 are 105,263 units, billed $10.00', async () => {
    const { acme, id } = await holder('scaling')
    await acme.record(METER, 5_000_000)
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    await acme.limits(id, { pay_as_you_go: { enabled: true, cap: 10_00 } })
    expect(await acme.consume(METER, 105_264)).toMatchObject({ allowed: false, reason: 'spending_cap_reached' })
    expect(await acme.consume(METER, 105_263)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false, reason: 'spending_cap_reached' })
    await acme.record(METER, 50_000)
    await acme.to('2026-03-01T00:00:00Z')
    const renewal = await acme.newest()
    expect(lines(renewal).sort()).toEqual([
      ['extra_usage', 10_00],
      ['plan', 475_00],
    ])
  })

  it('lowered below what is spent, it stops service at once and bills what was spent', async () => {
    const { acme, id } = await holder('scaling')
    await acme.limits(id, { pay_as_you_go: { enabled: true, cap: 100_00 } })
    await acme.record(METER, 5_100_000)
    expect((await acme.limits(id, { pay_as_you_go: { enabled: true, cap: 5_00 } })).status).toBe(200)
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false, reason: 'spending_cap_reached' })
    await acme.to('2026-03-01T00:00:00Z')
    expect(lines(await acme.newest())).toContainEqual(['extra_usage', 9_50])
  })

  it('G92: $9.50 of $10.00 leaves $0.50 over a change of plan that keeps the billing month', async () => {
    const { data } = await api.read('/products')
    const { version: _, ...scrape } = data.find(({ id }: Json) => id === PRODUCT)
    const kept = { ...scrape, id: 'kept-month', meters: [{ id: 'kept_credits', unit: 'credits', filter: null }], effective_at: '2020-01-01T00:00:00Z' }
    const plans = scrape.plans.map((plan: Json) => ({ ...plan, included: { kept_credits: plan.included.credits } }))
    const policies = { ...scrape.policies, upgrade: { type: 'prorated_difference' }, introduction: null }
    await api.make('/products', { ...kept, plans, policies })
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('kept-month', 'scaling')
    await acme.limits(id, { pay_as_you_go: { enabled: true, cap: 10_00 } })
    await acme.record('kept_credits', 5_100_000)
    await acme.days(5)
    const { invoice, subscription } = await acme.change(id, { plan: 'enterprise' })
    expect(lines(invoice)).toContainEqual(['extra_usage', 9_50])
    expect(subscription.limits.pay_as_you_go).toEqual({ enabled: true, cap: 10_00 })
    await acme.record('kept_credits', 20_000_000)
    expect(await acme.consume('kept_credits', 6_251)).toMatchObject({ allowed: false, reason: 'spending_cap_reached' })
    expect(await acme.consume('kept_credits', 6_250)).toMatchObject({ allowed: true })
  })

  it('G53: on a yearly plan it is invoiced each billing month', async () => {
    const { acme, id } = await holder('scaling', { interval: 'year', now: '2026-01-31T00:00:00Z' })
    await acme.limits(id, { pay_as_you_go: { enabled: true, cap: 20_00 } })
    await acme.record(METER, 60_000_000)
    await acme.record(METER, 100_000)
    await acme.to('2026-02-28T00:00:00Z')
    expect(await acme.newest()).toMatchObject({ kind: 'extra_usage', total: 9_50, status: 'paid' })
    expect(await acme.consume(METER, 210_526)).toMatchObject({ allowed: true, remaining: 0 })
    await acme.to('2026-03-31T00:00:00Z')
    expect(await acme.newest()).toMatchObject({ kind: 'extra_usage', total: 20_00 })
  })

  it.each([-1, 1.5, 2 ** 60, '10'])('a cap of %s is not valid', async (cap) => {
    const { acme, id } = await holder('scaling')
    expect((await acme.limits(id, { pay_as_you_go: { enabled: true, cap } })).status).toBe(422)
  })
})

describe('B7, G64: the transition', () => {
  const early = { registered_at: '2025-11-03T23:59:59.999Z' }

  it.each([
    { organization: early, now: '2025-12-01T00:00:00Z', allowed: true, why: 'registered before, in time' },
    { organization: { registered_at: '2025-11-04T00:00:00Z' }, now: '2025-12-01T00:00:00Z', allowed: false, why: 'registered too late' },
    { organization: early, now: '2026-01-04T23:59:59Z', allowed: true, why: 'the last second' },
    { organization: early, now: '2026-01-05T00:00:00Z', allowed: false, why: 'it is over' },
  ])('renew now: $allowed ($why)', async ({ organization, now, allowed }) => {
    const { acme, id } = await holder('startup', { organization, now })
    await acme.record(METER, 400_000)
    const quoted = await acme.quote(id, { action: 'renew_now' })
    expect([quoted.kind, quoted.allowed]).toEqual(['renew', allowed])
    if (!allowed) expect(quoted.rejection.code).toBe('not_eligible')
    else {
      const { invoice } = await acme.change(id, { action: 'renew_now' })
      expect(invoice).toMatchObject({ total: 149_00, kind: 'renewal' })
      expect((await acme.card(id)).meters[0].used).toBe(0)
    }
  })

  it('auto-renew starts a new period at 100 per cent, excludes auto-upgrade, and ends with the transition', async () => {
    const { acme, id } = await holder('hobby', { organization: early, now: '2025-12-20T00:00:00Z' })
    expect((await acme.limits(id, { auto_renew: true })).body.limits.auto_renew).toBe(true)
    expect((await acme.limits(id, { auto_upgrade: true, auto_renew: true })).status).toBeGreaterThanOrEqual(400)
    await acme.record(METER, 100_000)
    expect(await acme.newest()).toMatchObject({ total: 49_00, kind: 'renewal', status: 'paid' })
    expect((await acme.card(id)).meters[0]).toMatchObject({ used: 0 })
    await acme.to('2026-01-05T00:00:00Z')
    const before = (await acme.invoices()).length
    await acme.record(METER, 100_000)
    expect(await acme.invoices()).toHaveLength(before)
  })

  it.each([{ auto_upgrade: true }])('before 4 November 2025 %j is not to be had', async (settings) => {
    const { acme, id } = await holder('hobby', { organization: { registered_at: '2025-10-01T00:00:00Z' }, now: '2025-11-03T00:00:00Z' })
    expect((await acme.limits(id, settings)).body.code).toBe('plan_not_eligible')
  })
})

describe('B8, B9, G43', () => {
  it('B9: refunded in full within 7 days, and the plan goes to Free at once', async () => {
    const { acme, id } = await holder('hobby')
    await acme.record(METER, 50_000)
    await acme.to('2026-02-08T00:00:00Z')
    expect(await acme.balanced(api.make(`/invoices/${(await acme.newest()).id}/refunds`))).toMatchObject({ amount: 49_00 })
    expect(await acme.subscription(id)).toMatchObject({ plan: 'free' })
  })

  it('legacy plans are not sold, and a switch of equal rank goes by its price', async () => {
    const acme = await Customer.begin(api)
    expect((await acme.trySubscribe(PRODUCT, 'hobby-legacy')).body.code).toBe('plan_not_offered')
    const { id } = await acme.subscribe(PRODUCT, 'student')
    expect(await acme.quote(id, { plan: 'hobby' })).toMatchObject({ kind: 'switch', effective: 'now', allowed: true })
  })
})
