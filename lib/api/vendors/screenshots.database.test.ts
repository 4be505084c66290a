import { describe, expect, it } from 'vitest'
import { Customer, lines } from '../testing/customer'
import { type Json, runInterface } from '../testing/running-interface'

/** The vendor's own examples, as an operator's back end would live through them. */
const api = runInterface()
const METER = 'screenshots'

async function growth(facts: { hardLimit?: number; card?: string } = {}): Promise<{ acme: Customer; id: string }> {
  const acme = await Customer.begin(api, { card: 'pm_card_visa' })
  const { id } = await acme.subscribe('screenshots', 'growth')
  if (facts.hardLimit) expect((await acme.limits(id, { hard_limit: facts.hardLimit })).status).toBe(200)
  return { acme, id }
}

const extra = async (acme: Customer): Promise<Json[]> => (await acme.invoices()).filter(({ kind }) => kind === 'extra_usage')
const charged = async (acme: Customer): Promise<number> => (await extra(acme)).reduce((sum, { total }) => sum + total, 0)

describe('S3: extra screenshots in blocks of 1,000', () => {
  it.each([
    { rendered: 10_000, blocks: 0, amount: 0 },
    { rendered: 10_001, blocks: 1_000, amount: 4_00 },
    { rendered: 10_999, blocks: 1_000, amount: 4_00 },
    { rendered: 11_000, blocks: 1_000, amount: 4_00 },
    { rendered: 11_001, blocks: 2_000, amount: 8_00 },
    { rendered: 12_000, blocks: 2_000, amount: 8_00 },
    { rendered: 12_500, blocks: 3_000, amount: 12_00 },
  ])('$rendered rendered: $blocks charged, $amount cents', async ({ rendered, blocks, amount }) => {
    const { acme } = await growth({ hardLimit: 15_000 })
    await acme.record(METER, rendered)
    const invoices = await extra(acme)
    expect(invoices.reduce((sum, { total }) => sum + total, 0)).toBe(amount)
    expect(invoices.flatMap(({ lines: of }: Json) => of).reduce((sum, { quantity }: Json) => sum + quantity, 0)).toBe(blocks)
    for (const invoice of invoices) expect(invoice).toMatchObject({ status: 'paid', lines: [{ kind: 'extra_usage', rule: 'S7' }] })
    await acme.to('2026-02-01T00:00:00Z')
    expect(await charged(acme)).toBe(amount)
    expect(lines(await acme.newest())).toEqual([['plan', 79_00]])
  })

  it('S7: is charged as each block begins, once, whatever comes in which portions', async () => {
    const { acme, id } = await growth({ hardLimit: 15_000 })
    for (const quantity of [9_990, 10, 1, 500, 499, 1, 1_999]) expect(await acme.consume(METER, quantity)).toMatchObject({ allowed: true })
    expect((await extra(acme)).map(({ total }) => total)).toEqual([4_00, 4_00, 4_00])
    expect(await acme.card(id)).toMatchObject({
      meters: [{ used: 13_000, hard_limit: 15_000, overage: 3_000, overage_amount: 12_00, state: 'overage' }],
    })
    expect(await acme.consume(METER, 2_001)).toMatchObject({ allowed: false, reason: 'hard_limit_reached', limit: 15_000, remaining: 2_000 })
  })
})

describe('S1, S8, G57: the hard limit', () => {
  it.each([
    { hard_limit: 9_999, status: 409, code: 'limit_below_plan' },
    { hard_limit: 10_000, status: 200 },
    { hard_limit: null, status: 200 },
    { hard_limit: 100_000, status: 200 },
    { hard_limit: 100_001, status: 409, code: 'limit_above_maximum' },
    { hard_limit: -1, status: 422, code: 'invalid_request' },
    { hard_limit: 1.5, status: 422, code: 'invalid_request' },
  ])('$hard_limit: $status $code', async ({ hard_limit, status, code }) => {
    const { acme, id } = await growth()
    const reply = await acme.limits(id, { hard_limit })
    expect(reply.status).toBe(status)
    if (code) expect(reply.body.code).toBe(code)
    if (code === 'limit_above_maximum') expect(reply.body.maximum).toBe(100_000)
  })

  it('is not to be had on Free', async () => {
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('screenshots', 'free')
    expect((await acme.limits(id, { hard_limit: 500 })).body.code).toBe('plan_not_eligible')
  })

  it('is the owner’s alone', async () => {
    const { acme, id } = await growth()
    const admin = await acme.join('admin', 'admin')
    const reply = await api.send('PUT', `/subscriptions/${id}/limits`, { hard_limit: 12_000 }, { actor: admin })
    expect([reply.status, reply.body.permission]).toEqual([403, 'hard_limit:write'])
  })

  it('without one the plan’s limit holds, and what was recorded over it is never billed (G50)', async () => {
    const { acme, id } = await growth()
    await acme.record(METER, 12_000)
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    await acme.limits(id, { hard_limit: 20_000 })
    expect(await charged(acme)).toBe(0)
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: true, remaining: 7_999 })
    expect(await charged(acme)).toBe(4_00)
  })

  it('a higher one is requested, and approved by the operator', async () => {
    const { acme, id } = await growth()
    const asked = await acme.balanced(api.make(`/subscriptions/${id}/limit_requests`, { hard_limit: 250_000, use_case: 'A catalog of every web shop' }))
    expect(asked).toMatchObject({ status: 'pending', hard_limit: 250_000 })
    expect((await acme.limits(id, { hard_limit: 250_000 })).status).toBe(409)
    expect(await api.make(`/limit_requests/${asked.id}/approve`)).toMatchObject({ status: 'approved' })
    expect((await acme.limits(id, { hard_limit: 250_000 })).status).toBe(200)
  })
})

describe('S2, G56: what counts', () => {
  it.each([
    { properties: undefined, counts: true },
    { properties: { status: 'success' }, counts: true },
    { properties: { status: 'success', cached: false }, counts: true },
    { properties: { status: 'success', cached: true }, counts: false },
    { properties: { cached: true }, counts: false },
    { properties: { status: 'failed' }, counts: false },
  ])('$properties: $counts', async ({ properties, counts }) => {
    const { acme, id } = await growth()
    expect(await acme.record(METER, 7, { properties })).toEqual({ accepted: counts ? 1 : 0, duplicates: 0, ignored: counts ? 0 : 1 })
    expect((await acme.card(id)).meters[0].used).toBe(counts ? 7 : 0)
    await acme.consume(METER, 3, { properties })
    expect((await acme.card(id)).meters[0].used).toBe(counts ? 10 : 0)
  })
})

describe('S4, S5, S6: changes and the end', () => {
  it('S4: an upgrade resets the hard limit', async () => {
    const { acme, id } = await growth({ hardLimit: 15_000 })
    const { subscription } = await acme.change(id, { plan: 'scale' })
    expect(subscription.limits.hard_limit).toBe(50_000) // Without extra charging it is the plan’s limit (G103).
  })

  it('S6: a downgrade is at once with credit, and the extra usage stays on the tab', async () => {
    const { acme, id } = await growth({ hardLimit: 15_000 })
    await acme.record(METER, 10_500)
    const before = await charged(acme)
    await acme.days(10)
    const { subscription, quoted } = await acme.change(id, { plan: 'basic' })
    expect(quoted).toMatchObject({ kind: 'downgrade', effective: 'now' })
    expect(subscription).toMatchObject({ plan: 'basic', limits: { hard_limit: 2_000 } })
    expect(await charged(acme)).toBe(before)
    expect(quoted.credit_issued).toBeGreaterThan(0)
  })

  it('S5: canceling charges the extra usage first, and service goes on to the period’s end', async () => {
    const { acme, id } = await growth({ hardLimit: 15_000 })
    await acme.record(METER, 10_001)
    const canceled = await acme.balanced(api.make(`/subscriptions/${id}/cancel`))
    expect(canceled.cancel_at).toBe('2026-02-01T00:00:00Z')
    expect(await charged(acme)).toBe(4_00)
    await acme.to('2026-02-01T00:00:00Z')
    expect(await acme.subscription(id)).toMatchObject({ plan: 'free' })
    expect(await charged(acme)).toBe(4_00)
  })

  it('G55: a block that cannot be charged makes the subscription past due, and only extra units are blocked', async () => {
    const { acme, id } = await growth({ hardLimit: 15_000 })
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
    await acme.record(METER, 9_999)
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: true })
    await acme.consume(METER, 1)
    expect(await acme.subscription(id)).toMatchObject({ status: 'past_due' })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false })
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_visa' })
    expect(await acme.subscription(id)).toMatchObject({ status: 'active' })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: true })
  })
})

describe('G61: leases', () => {
  it('set units aside, never more than is allowed, and give the rest back', async () => {
    const { acme, id } = await growth()
    await acme.record(METER, 9_000)
    const lease = await api.make('/leases', { organization: acme.id, meter: METER, quantity: 5_000, ttl_seconds: 60 })
    expect(lease).toMatchObject({ granted: 1_000 })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false })
    expect(await acme.card(id)).toMatchObject({ meters: [{ used: 9_000, reserved: 1_000, remaining: 0 }] })
    expect((await api.post(`/leases/${lease.id}/settle`, { used: 1_001 })).status).toBe(422)
    expect((await acme.balanced(api.post(`/leases/${lease.id}/settle`, { used: 400 }))).status).toBe(200)
    expect(await acme.card(id)).toMatchObject({ meters: [{ used: 9_400, reserved: 0, remaining: 600 }] })
    const none = await api.make('/leases', { organization: acme.id, meter: 'nothing', quantity: 1, ttl_seconds: 60 }).catch((fault: Error) => fault.message)
    expect(none).toContain('422')
  })

  it('end with their time and with the period', async () => {
    const { acme, id } = await growth()
    await api.make('/leases', { organization: acme.id, meter: METER, quantity: 10_000, ttl_seconds: 3_600 })
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: false })
    await acme.to('2026-01-01T01:00:00Z')
    expect(await acme.consume(METER, 1)).toMatchObject({ allowed: true })
    await acme.to('2026-01-31T23:59:59Z')
    const late = await api.make('/leases', { organization: acme.id, meter: METER, quantity: 5, ttl_seconds: 3_600 })
    expect(late.expires_at).toBe('2026-02-01T00:00:00Z')
    await acme.to('2026-02-02T00:00:00Z')
    await acme.balanced(api.make(`/leases/${late.id}/settle`, { used: 5 }))
    expect((await acme.card(id)).meters[0].used).toBe(0)
  })
})
