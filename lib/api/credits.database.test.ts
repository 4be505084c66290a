import { beforeAll, describe, expect, it } from 'vitest'
import { createCustomer, type Json, runInterface, usage } from './testing/running-interface'

/** Bought credit over HTTP: P1–P8, G17–G19, G70–G74, and what is not to be had. */

const api = runInterface()
const OUTPUT = { meter: 'output_tokens' }

let acme: Awaited<ReturnType<typeof createCustomer>>
beforeAll(async () => {
  acme = await createCustomer(api)
  await api.make(`/organizations/${acme.id}/subscriptions`, { product: 'model-tokens', plan: 'prepaid' })
})

const credits = (of = acme.id) => api.read(`/organizations/${of}/credits`)
const purchase = (amount: unknown, more = {}, of = acme.id) => api.post(`/organizations/${of}/credits/purchases`, { amount, ...more })
const recharge = (body: Json, of = acme.id) => api.send('PUT', `/organizations/${of}/credits/auto_recharge`, body)

describe('credit over HTTP', () => {
  it('P7, G73: the vendor’s own figures: −$3.00, a purchase of $20.00, $17.00', async () => {
    await api.make('/usage', { events: [usage(acme.id, 300_000, OUTPUT)] })
    expect(await credits()).toMatchObject({ prepaid_balance: '-3.00', grants: [], auto_recharge: null })
    expect(await api.read(`/organizations/${acme.id}`)).toMatchObject({ prepaid_balance: '-3.00' })
    const bought = await purchase(20_00, { expected_amount_due: 20_00 })
    expect(bought).toMatchObject({
      status: 201,
      body: {
        invoice: { kind: 'purchase', status: 'paid', total: 20_00, period: null, subscription: null, lines: [{ kind: 'prepaid_purchase', amount: 20_00 }] },
        grant: { source: 'purchase', amount: '20.00', remaining: '17.00', granted_at: '2026-01-01T00:00:00Z', expires_at: '2027-01-01T00:00:00Z' },
      },
    })
    expect(await credits()).toMatchObject({
      prepaid_balance: '17.00',
      grants: [{ amount: '20.00', remaining: '17.00', draws: [{ for: 'debt', amount: '3.00' }] }],
    })
  })

  it('P6, G48: the check and the consume call are one answer, in units that the balance covers', async () => {
    expect(await api.read(`/organizations/${acme.id}/entitlements`)).toMatchObject({
      meters: [
        { meter: 'input_tokens', allowed: true, limit: null, remaining: 13_600_000 },
        { meter: 'output_tokens', allowed: true, limit: null, remaining: 1_700_000 },
      ],
    })
    expect((await api.post('/consume', usage(acme.id, 1_700_001, OUTPUT))).body).toMatchObject({
      allowed: false,
      reason: 'quota_exhausted',
      rule: 'P6',
      remaining: 1_700_000,
    })
    const once = usage(acme.id, 13, OUTPUT)
    const first = await api.post('/consume', once)
    expect(first.body).toMatchObject({ allowed: true, limit: null, remaining: 1_699_987 })
    expect((await api.post('/consume', once)).body, 'a repeat counts nothing').toEqual(first.body)
    expect(await credits()).toMatchObject({ prepaid_balance: '16.99987' })
    const [subscription] = (await api.read(`/organizations/${acme.id}/subscriptions`)).data
    expect(await api.read(`/subscriptions/${subscription.id}/usage`)).toMatchObject({
      meters: [{}, { meter: 'output_tokens', limit: null, remaining: 1_699_987, percent: null }],
    })
  })

  it('G61: a lease sets aside what its units cost, of both meters', async () => {
    const lease = await api.make('/leases', { organization: acme.id, meter: 'output_tokens', quantity: 1_000_000, ttl_seconds: 600 })
    expect(lease.granted).toBe(1_000_000)
    expect((await api.post('/consume', usage(acme.id, 700_000, OUTPUT))).body).toMatchObject({ allowed: false, remaining: 699_987 })
    expect((await api.post('/leases', { organization: acme.id, meter: 'input_tokens', quantity: 9_000_000, ttl_seconds: 600 })).body).toMatchObject({
      granted: 5_599_896,
    })
    await api.make(`/leases/${lease.id}/settle`, { used: 10_000 })
    expect(await credits()).toMatchObject({ prepaid_balance: '16.89987' })
  })

  it.each([
    { amount: 4_99, status: 409, code: 'below_minimum', facts: { minimum: 5_00 } },
    { amount: 0, status: 409, code: 'below_minimum', facts: {} },
    { amount: 100_01, status: 409, code: 'above_maximum', facts: { maximum: 100_00 } },
    { amount: -5_00, status: 422, code: 'invalid_request', facts: {} },
    { amount: 5_00.5, status: 422, code: 'invalid_request', facts: {} },
    { amount: '20.00', status: 422, code: 'invalid_request', facts: {} },
  ])('P2: $amount cents are refused: $code', async ({ amount, status, code, facts }) => {
    const before = await api.countRows()
    expect(await purchase(amount)).toMatchObject({ status, body: { code, ...facts } })
    expect(await api.countRows()).toEqual(before)
  })

  it('takes no other currency, and sells none where no product is priced in it (G26)', async () => {
    expect(await purchase(20_00, { currency: 'eur' })).toMatchObject({ status: 422, body: { errors: [{ path: 'currency' }] } })
    const clock = await api.make('/test_clocks', { now: '2026-01-01T00:00:00Z' })
    const euro = await api.make('/organizations', { name: 'Euro', owner: { email: 'euro@example.com' }, currency: 'eur', test_clock: clock.id })
    expect(await purchase(20_00, {}, euro.id)).toMatchObject({ status: 422, body: { errors: [{ path: 'amount' }] } })
  })

  it('G81, C12: another amount than the one that was shown, or a declined card, buys nothing', async () => {
    expect(await purchase(20_00, { expected_amount_due: 19_99 })).toMatchObject({ status: 409, body: { code: 'quote_expired', amount_due: 20_00 } })
    const poor = await createCustomer(api, { card: 'pm_card_chargeCustomerFail' })
    expect(await purchase(20_00, {}, poor.id)).toMatchObject({ status: 402, body: { code: 'payment_failed' } })
    const none = await createCustomer(api, { card: null })
    expect(await purchase(20_00, {}, none.id)).toMatchObject({ status: 402, body: { reason: 'no_payment_method' } })
    expect(await credits(poor.id)).toMatchObject({ prepaid_balance: '0.00', grants: [] })
  })

  it('P2: the trust tier rises with what was paid and the days since; the operator’s is a floor', async () => {
    const rich = await createCustomer(api)
    expect((await purchase(50_00, {}, rich.id)).status).toBe(201)
    await api.make(`/test_clocks/${rich.clock}/advance`, { to: '2026-01-08T00:00:00Z' })
    expect(await api.read(`/organizations/${rich.id}`)).toMatchObject({ trust_tier: 2 })
    await api.send('PATCH', `/organizations/${rich.id}`, { trust_tier: 4 })
    expect((await purchase(5_000_00, {}, rich.id)).status).toBe(201)
  })

  it('P4: auto-recharge takes what can be bought, shows what it is, and buys at once on saving', async () => {
    const good = { enabled: true, threshold: 5_00, amount: 20_00 }
    for (const [body, code] of [
      [{ ...good, amount: 4_99 }, 'below_minimum'],
      [{ ...good, amount: 100_01 }, 'above_maximum'],
    ] as const)
      expect(await recharge(body)).toMatchObject({ status: 409, body: { code } })
    for (const bad of [{ ...good, threshold: 50_000_01 }, { ...good, threshold: -1 }, { ...good, monthly_limit: 1.5 }, { enabled: true }])
      expect((await recharge(bad)).status).toBe(422)
    const fresh = await createCustomer(api)
    await api.make(`/organizations/${fresh.id}/subscriptions`, { product: 'model-tokens', plan: 'prepaid' })
    expect(await recharge({ ...good, monthly_limit: 100_00 }, fresh.id)).toMatchObject({
      status: 200,
      body: { prepaid_balance: '20.00', auto_recharge: { enabled: true, threshold: 5_00, amount: 20_00, monthly_limit: 100_00 } },
    })
    expect((await api.post('/consume', usage(fresh.id, 1_600_000, OUTPUT))).body).toMatchObject({ allowed: true })
    expect(await credits(fresh.id)).toMatchObject({ prepaid_balance: '24.00', grants: [{ source: 'auto_recharge' }, { source: 'auto_recharge' }] })
  })

  it('G74, T10: a member gives their own personal credit, not more than they have, nor another’s; billing managers do not', async () => {
    const add = (role: string) => api.make(`/organizations/${acme.id}/members`, { email: `${role}-credit@example.com`, role, invite: false })
    const [member, other, billing] = [await add('member'), await add('admin'), await add('billing')]
    const give = (body: Json, sent = {}) => api.post(`/organizations/${acme.id}/credits/contributions`, body, sent)
    const granted = await api.make(`/organizations/${acme.id}/members/${member.id}/credit`, { amount: 10_00 })
    expect(granted).toMatchObject({ id: member.id, personal_credit: 10_00 })
    expect(await give({ member: member.id, amount: 10_01 })).toMatchObject({ status: 409, body: { code: 'insufficient_credit', rule: 'G74' } })
    expect(await give({ member: member.id, amount: 1_00 }, { actor: other.id })).toMatchObject({ status: 403 })
    expect(await give({ member: billing.id, amount: 1_00 }, { actor: billing.id })).toMatchObject({ status: 403 })
    expect(await give({ member: member.id, amount: 0 })).toMatchObject({ status: 422 })
    expect(await give({ member: member.id, amount: 4_00 }, { actor: member.id })).toMatchObject({
      status: 200,
      body: { credit_balance: 4_00, grants: [{ source: 'contribution', amount: '4.00' }, {}] },
    })
    const listed = (await api.read(`/organizations/${acme.id}/members`)).data.find(({ id }: Json) => id === member.id)
    expect(listed).toMatchObject({ personal_credit: 6_00 })
  })

  it('P3: no prepaid plan beside a monthly one', async () => {
    const other = await createCustomer(api)
    const monthly = await api.make(`/organizations/${other.id}/subscriptions`, { product: 'model-tokens', plan: 'monthly' })
    expect(await api.post(`/organizations/${other.id}/subscriptions`, { product: 'model-tokens', plan: 'prepaid' })).toMatchObject({
      status: 409,
      body: { code: 'arrears_plan_active', rule: 'P3', subscription: monthly.id },
    })
    expect(await api.make(`/subscriptions/${monthly.id}/quotes`, { plan: 'prepaid' })).toMatchObject({
      allowed: false,
      rejection: { code: 'not_eligible', rule: 'P3' },
    })
  })

  it('leaves the books balanced', async () => {
    expect(await api.make('/books/run')).toMatchObject({ balanced: true, differences: [] })
  })
})
