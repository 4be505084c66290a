import { beforeAll, describe, expect, it } from 'vitest'
import { createCustomer, type Json, runInterface } from './testing/running-interface'

const api = runInterface()
let id: string
let subscription: string
let events = 0

const screenshots = (quantity: number, facts: Record<string, unknown> = {}) => {
  events += 1
  return { id: `shot-${events}`, organization: id, meter: 'screenshots', quantity, ...facts }
}
const consume = async (quantity: number) => (await api.post('/consume', screenshots(quantity))).body
const setLimits = (body: Json, actor?: string) => api.send('PUT', `/subscriptions/${subscription}/limits`, body, actor ? { actor } : {})
const card = async () => (await api.read(`/subscriptions/${subscription}/usage`)).meters[0]

beforeAll(async () => {
  id = (await createCustomer(api)).id
  subscription = (await api.make(`/organizations/${id}/subscriptions`, { product: 'screenshots', plan: 'growth' })).id
})

describe('PUT /subscriptions/{id}/limits', () => {
  it('S1, G103: shows the plan’s limit until a higher one is set', async () => {
    expect((await api.read(`/subscriptions/${subscription}`)).limits).toEqual({
      hard_limit: 10_000,
      pay_as_you_go: { enabled: false, cap: null },
      auto_upgrade: false,
      auto_renew: false,
    })
  })

  it('S1: is the owner’s, and nobody else’s', async () => {
    const owner = (await api.read(`/organizations/${id}/members`)).data[0].id
    const admin = (await api.make(`/organizations/${id}/members`, { email: 'admin@acme.example', role: 'admin', invite: false })).id
    expect(await setLimits({ hard_limit: 15_000 }, admin)).toMatchObject({ status: 403, body: { code: 'forbidden', permission: 'hard_limit:write' } })
    expect(await setLimits({ auto_upgrade: false }, admin)).toMatchObject({ status: 200 })
    expect(await setLimits({ hard_limit: 15_000 }, owner)).toMatchObject({ status: 200, body: { limits: { hard_limit: 15_000 } } })
    const [last] = (await api.read(`/organizations/${id}/audit`)).data
    expect(last).toMatchObject({ actor: owner, action: 'limits.updated', before: { hard_limit: null }, after: { hard_limit: '15000' } })
  })

  it('S8, G57: says what is wrong, and how high it may be', async () => {
    expect(await setLimits({ hard_limit: 9_999 })).toMatchObject({ status: 409, body: { code: 'limit_below_plan', rule: 'S1' } })
    expect(await setLimits({ hard_limit: 100_001 })).toMatchObject({ status: 409, body: { code: 'limit_above_maximum', maximum: 100_000, rule: 'S8' } })
    expect(await setLimits({ auto_upgrade: true })).toMatchObject({ status: 409, body: { code: 'plan_not_eligible' } })
    expect(await setLimits({ pay_as_you_go: { enabled: true, cap: null } })).toMatchObject({ status: 409, body: { code: 'plan_not_eligible' } })
  })
})

describe('blocks over HTTP', () => {
  it('S2, G56: tells how many events were ignored', async () => {
    const body = { events: [screenshots(10_000), screenshots(5, { properties: { cached: true } }), screenshots(5, { properties: { status: 'error' } })] }
    expect(await api.make('/usage', body)).toEqual({ accepted: 1, duplicates: 0, ignored: 2 })
    expect(await card()).toMatchObject({ used: 10_000, limit: 10_000, hard_limit: 15_000, remaining: 5_000, overage: 0, state: 'limit_reached' })
  })

  it('S3, S7, G5: a block is charged when the call that began it is answered', async () => {
    expect(await consume(1)).toMatchObject({ allowed: true, used: 10_001, limit: 15_000, remaining: 4_999 })
    const [invoice] = (await api.read(`/organizations/${id}/invoices`)).data
    expect(invoice).toMatchObject({
      kind: 'extra_usage',
      status: 'paid',
      total: 4_00,
      lines: [{ kind: 'extra_usage', quantity: 1_000, unit_price: '0.004', amount: 4_00, rule: 'S7', formula: '1,000 × $0.004 = $4.00' }],
    })
    expect(await card()).toMatchObject({ used: 10_001, overage: 1, overage_amount: 4_00, state: 'overage' })
  })

  it('G49: names the hard limit where it was set and is reached', async () => {
    expect(await consume(4_999)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await consume(1)).toMatchObject({ allowed: false, reason: 'hard_limit_reached', rule: 'S1', formula: '15,000 + 1 > 15,000' })
    const { meters } = await api.read(`/organizations/${id}/entitlements`)
    expect(meters[0]).toMatchObject({ allowed: false, reason: 'hard_limit_reached', limit: 15_000, remaining: 0 })
    expect((await api.read(`/books?organization=${id}`)).differences).toEqual([])
  })
})

describe('requests for a higher hard limit', () => {
  it('S8: are approved or declined once, by the operator', async () => {
    const ask = () => api.make(`/subscriptions/${subscription}/limit_requests`, { hard_limit: 250_000, use_case: 'A catalog.' })
    const [first, second] = [await ask(), await ask()]
    expect(first).toMatchObject({ id: expect.stringMatching(/^lim_/), status: 'pending', hard_limit: 250_000, use_case: 'A catalog.' })
    expect(await api.make(`/limit_requests/${second.id}/decline`)).toMatchObject({ status: 'declined' })
    expect(await api.make(`/limit_requests/${second.id}/decline`)).toMatchObject({ status: 'declined' })
    expect(await api.post(`/limit_requests/${second.id}/approve`)).toMatchObject({ status: 409, body: { code: 'limit_request_decided', rule: 'S8' } })
    expect(await setLimits({ hard_limit: 250_000 })).toMatchObject({ status: 409 })
    expect(await api.make(`/limit_requests/${first.id}/approve`)).toMatchObject({ status: 'approved' })
    expect(await setLimits({ hard_limit: 250_000 })).toMatchObject({ status: 200, body: { limits: { hard_limit: 250_000 } } })
  })
})

describe('leases over HTTP', () => {
  it('G61: are granted, held, settled once, and no more than was granted', async () => {
    const lease = await api.make('/leases', { organization: id, meter: 'screenshots', quantity: 500, ttl_seconds: 60 })
    expect(lease).toEqual({
      id: expect.stringMatching(/^lease_/),
      granted: 500,
      remaining: expect.any(Number),
      expires_at: '2026-01-01T00:01:00Z',
      reason: null,
    })
    expect(await card()).toMatchObject({ reserved: 500 })
    expect(await api.post(`/leases/${lease.id}/settle`, { used: 501 })).toMatchObject({ status: 422, body: { errors: [{ path: 'used', maximum: 500 }] } })
    const settled = await api.make(`/leases/${lease.id}/settle`, { used: 420 })
    expect(settled).toMatchObject({ id: lease.id, granted: 500, used: 420 })
    expect(await api.make(`/leases/${lease.id}/settle`, { used: 1 })).toEqual(settled)
    expect(await card()).toMatchObject({ used: 15_420, reserved: 0 })
  })

  it('G3: grant nothing where nothing is held, and know no unknown meter', async () => {
    const nobody = await createCustomer(api, { name: 'Nobody' })
    const ask = (organization: string, meter: string) => api.post('/leases', { organization, meter, quantity: 1, ttl_seconds: 1 })
    expect(await ask(nobody.id, 'screenshots')).toMatchObject({ status: 200, body: { id: null, granted: 0, reason: 'no_subscription', rule: 'G3' } })
    expect(await ask(id, 'nonsense')).toMatchObject({ status: 422, body: { errors: [{ path: 'meter' }] } })
    expect(await ask('ext:nobody', 'screenshots')).toMatchObject({ status: 404 })
  })

  it('G61, P6: of one who pays from a balance are what it covers, and settling draws it down', async () => {
    const payer = await createCustomer(api, { name: 'Payer' })
    await api.make(`/organizations/${payer.id}/subscriptions`, { product: 'model-tokens', plan: 'prepaid' })
    await api.make(`/organizations/${payer.id}/credits/purchases`, { amount: 5_00 })
    const ask = (quantity: number) => api.post('/leases', { organization: payer.id, meter: 'output_tokens', quantity, ttl_seconds: 60 })
    const { body: lease } = await ask(400_000)
    expect(lease).toMatchObject({ granted: 400_000, remaining: 100_000 })
    expect((await ask(400_000)).body).toMatchObject({ granted: 100_000, remaining: 0 })
    expect((await ask(1)).body).toMatchObject({ granted: 0, remaining: 0, reason: 'quota_exhausted' })
    await api.make(`/leases/${lease.id}/settle`, { used: 200_000 })
    expect((await api.read(`/organizations/${payer.id}`)).prepaid_balance).toBe('3.00')
    expect((await api.read(`/books?organization=${payer.id}`)).differences).toEqual([])
  })
})
