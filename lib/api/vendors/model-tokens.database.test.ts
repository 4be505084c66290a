import { describe, expect, it } from 'vitest'
import { Customer, lines } from '../testing/customer'
import { type Json, runInterface } from '../testing/running-interface'

/** The vendor's own examples, as an operator's back end would live through them. $0.00000125 and $0.00001 a token. */
const api = runInterface()

async function prepaid(credit = 0, facts: { now?: string; organization?: Json; card?: string } = {}) {
  const acme = await Customer.begin(api, facts)
  const { id } = await acme.subscribe('model-tokens', 'prepaid')
  if (credit > 0) await buy(acme, credit)
  return { acme, id }
}

const buy = (acme: Customer, amount: number): Promise<Json> => acme.balanced(api.make(`/organizations/${acme.id}/credits/purchases`, { amount }))
const tryBuy = (acme: Customer, amount: unknown) => acme.balanced(api.post(`/organizations/${acme.id}/credits/purchases`, { amount }))
const recharge = (acme: Customer, settings: Json) => acme.balanced(api.send('PUT', `/organizations/${acme.id}/credits/auto_recharge`, settings))
const balance = async (acme: Customer): Promise<string> => (await acme.credits()).prepaid_balance

describe('P2: purchases', () => {
  it('become a grant that expires after a year, and an invoice', async () => {
    const { acme } = await prepaid(0, { now: '2027-03-01T00:00:00Z' })
    const { invoice, grant } = await buy(acme, 20_00)
    expect(invoice).toMatchObject({ kind: 'purchase', status: 'paid', total: 20_00 })
    expect(lines(invoice)).toEqual([['prepaid_purchase', 20_00]])
    expect(grant).toMatchObject({ amount: '20.00', remaining: '20.00', expires_at: '2028-03-01T00:00:00Z' })
    expect(await balance(acme)).toBe('20.00')
    expect(await api.read(`/organizations/${acme.id}`)).toMatchObject({ prepaid_balance: '20.00', credit_balance: 0 })
  })

  it.each([
    { amount: 499, status: 409, code: 'below_minimum' },
    { amount: 5_00, status: 201 },
    { amount: 100_00, status: 201 },
    { amount: 100_01, status: 409, code: 'above_maximum' },
    { amount: 0, status: 409, code: 'below_minimum' },
    { amount: -500, status: 422, code: 'invalid_request' },
    { amount: 10.5, status: 422, code: 'invalid_request' },
    { amount: '500', status: 422, code: 'invalid_request' },
  ])('of $amount cents: $status $code', async ({ amount, status, code }) => {
    const { acme } = await prepaid()
    const reply = await tryBuy(acme, amount)
    expect(reply.status).toBe(status)
    if (code) expect(reply.body.code).toBe(code)
    if (code === 'above_maximum') expect(reply.body.maximum).toBe(100_00)
  })

  it('G71: the tier rises with what was paid and the days since the first payment', async () => {
    const { acme } = await prepaid(50_00)
    expect((await tryBuy(acme, 100_01)).body).toMatchObject({ code: 'above_maximum', maximum: 100_00 })
    await acme.days(6)
    expect((await tryBuy(acme, 100_01)).body.maximum).toBe(100_00)
    await acme.days(1)
    expect((await tryBuy(acme, 500_01)).body.maximum).toBe(500_00)
    await buy(acme, 500_00)
    expect((await tryBuy(acme, 5_000_01)).body.maximum).toBe(1_000_00)
    await acme.days(7)
    expect((await tryBuy(acme, 5_000_01)).body.maximum).toBe(5_000_00)
  })

  it('the operator’s tier is a floor', async () => {
    const { acme } = await prepaid(0, { organization: { trust_tier: 3 } })
    expect((await tryBuy(acme, 1_000_01)).body.maximum).toBe(1_000_00)
  })

  it('G79: declined, nothing is granted', async () => {
    const { acme } = await prepaid(0, { card: 'pm_card_chargeCustomerFail' })
    expect((await tryBuy(acme, 20_00)).status).toBe(402)
    expect(await balance(acme)).toBe('0.00')
    expect(await acme.newest()).toMatchObject({ status: 'void' })
  })

  it('P5: are not refundable', async () => {
    const { acme } = await prepaid(20_00)
    const refused = await api.post(`/invoices/${(await acme.newest()).id}/refunds`)
    expect([refused.status, refused.body.code]).toEqual([409, 'refund_not_eligible'])
  })
})

describe('P5, P6, P7: drawing down', () => {
  it('at twelve decimals, from the grant that ends first', async () => {
    const { acme } = await prepaid(5_00)
    await acme.days(1)
    await buy(acme, 5_00)
    expect(await acme.consume('input_tokens', 1)).toMatchObject({ allowed: true, limit: null })
    expect(await balance(acme)).toBe('9.99999875')
    await acme.record('output_tokens', 500_000)
    expect(await balance(acme)).toBe('4.99999875')
    expect((await acme.credits()).grants.map(({ remaining }: Json) => remaining)).toEqual(['4.99999875', '0.00'])
  })

  it('P6: used up, the check and the consume call answer quota_exhausted; buying restores service at once', async () => {
    const { acme } = await prepaid(5_00)
    expect(await acme.consume('output_tokens', 500_001)).toMatchObject({ allowed: false, reason: 'quota_exhausted', remaining: 500_000 })
    expect(await acme.consume('output_tokens', 500_000)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await acme.consume('input_tokens', 1)).toMatchObject({ allowed: false, reason: 'quota_exhausted' })
    const { meters } = await api.read(`/organizations/${acme.id}/entitlements`)
    expect(meters.map(({ allowed, reason }: Json) => [allowed, reason])).toEqual([
      [false, 'quota_exhausted'],
      [false, 'quota_exhausted'],
    ])
    await buy(acme, 5_00)
    expect(await acme.consume('input_tokens', 1)).toMatchObject({ allowed: true })
  })

  it('never below zero, however many ask at once on both meters', async () => {
    const { acme } = await prepaid(5_00)
    const ask = (index: number) => api.make('/consume', acme.event(index % 2 ? 'output_tokens' : 'input_tokens', index % 2 ? 60_000 : 480_000))
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index)))
    expect(answers.filter(({ allowed }: Json) => allowed)).toHaveLength(8)
    expect(await acme.balanced(balance(acme))).toBe('0.20')
  })

  it('P7, G73: −$3.00, a purchase of $20.00: $17.00', async () => {
    const { acme } = await prepaid(5_00)
    await acme.record('output_tokens', 800_000)
    expect(await balance(acme)).toBe('-3.00')
    const { grant } = await buy(acme, 20_00)
    expect(grant).toMatchObject({ amount: '20.00', remaining: '17.00' })
    expect(await balance(acme)).toBe('17.00')
  })

  it('P5: what is left after a year expires, with notices 30, 7 and 1 days before', async () => {
    const { acme } = await prepaid(10_00)
    await acme.to('2026-12-31T23:59:59Z')
    expect(await balance(acme)).toBe('10.00')
    expect((await acme.told()).filter((kind) => kind === 'credit_expiring')).toHaveLength(3)
    await acme.to('2027-01-01T00:00:00Z')
    expect(await balance(acme)).toBe('0.00')
    expect(await acme.consume('input_tokens', 1)).toMatchObject({ allowed: false, reason: 'quota_exhausted' })
  })
})

describe('P4: auto-recharge', () => {
  it('buys once per fall below the threshold, and on saving too', async () => {
    const { acme } = await prepaid(10_00)
    expect((await recharge(acme, { enabled: true, threshold: 10_00, amount: 20_00 })).status).toBe(200)
    expect(await balance(acme)).toBe('10.00') // Not strictly below.
    await acme.consume('input_tokens', 1)
    expect(await balance(acme)).toBe('29.99999875')
    expect(await acme.told()).toContain('auto_recharge_done')
    await recharge(acme, { enabled: true, threshold: 50_00, amount: 30_00 })
    expect(await balance(acme)).toBe('59.99999875')
  })

  it('never twice at once', async () => {
    const { acme } = await prepaid(10_00)
    await recharge(acme, { enabled: true, threshold: 9_00, amount: 20_00 })
    await Promise.all(Array.from({ length: 10 }, () => api.make('/consume', acme.event('output_tokens', 15_000))))
    expect((await acme.invoices()).filter(({ kind }) => kind === 'purchase')).toHaveLength(2)
    expect(await acme.balanced(balance(acme))).toBe('28.50')
  })

  it('stays below its monthly limit, with a notice', async () => {
    const { acme } = await prepaid(10_00)
    await recharge(acme, { enabled: true, threshold: 9_00, amount: 20_00, monthly_limit: 30_00 })
    await acme.record('output_tokens', 200_000)
    expect(await balance(acme)).toBe('28.00')
    await acme.record('output_tokens', 2_000_000)
    expect(await balance(acme)).toBe('8.00')
    expect(await acme.told()).toContain('auto_recharge_ceiling')
    await acme.to('2026-02-01T00:00:00Z')
    await acme.record('output_tokens', 1)
    expect(await balance(acme)).toBe('27.99999')
  })

  it('turns itself off after three failures in a row', async () => {
    const { acme } = await prepaid(10_00)
    await recharge(acme, { enabled: true, threshold: 9_00, amount: 20_00 })
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
    for (let event = 0; event < 4; event++) await acme.record('output_tokens', 110_000)
    expect((await acme.credits()).auto_recharge).toMatchObject({ enabled: false })
    expect((await acme.told()).filter((kind) => kind === 'auto_recharge_failed').length).toBeGreaterThanOrEqual(2)
    expect(await acme.told()).toContain('auto_recharge_off')
    expect((await acme.invoices()).filter(({ kind, status }) => kind === 'purchase' && status === 'void')).toHaveLength(3)
  })

  it.each([
    { enabled: true, threshold: 5_00, amount: 4_99 },
    { enabled: true, threshold: 5_00, amount: 100_01 },
    { enabled: true, threshold: -1, amount: 10_00 },
    { enabled: true, threshold: 5.5, amount: 10_00 },
    { enabled: true, amount: 10_00 },
  ])('%j is refused', async (settings) => {
    const { acme } = await prepaid(10_00)
    expect((await recharge(acme, settings)).status).toBeGreaterThanOrEqual(400)
    expect((await acme.credits()).prepaid_balance).toBe('10.00')
  })
})

describe('P1, P3: monthly', () => {
  it('is invoiced at the month’s end, bought credit first, and the rest is billed', async () => {
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('model-tokens', 'monthly')
    await buy(acme, 10_00)
    await acme.record('input_tokens', 2_000_000)
    await acme.record('output_tokens', 1_000_000)
    expect(await balance(acme)).toBe('10.00')
    expect((await acme.subscription(id)).next_charge).toMatchObject({ usage: 12_50, credit: 10_00, total: 2_50 })
    await acme.to('2026-02-01T00:00:00Z')
    const bill = await acme.newest()
    expect(lines(bill).sort()).toEqual([
      ['usage', 10_00],
      ['usage', 2_50],
    ])
    expect(bill).toMatchObject({ kind: 'renewal', total: 12_50, credit_applied: 10_00, amount_due: 2_50, amount_paid: 2_50 })
    expect(await balance(acme)).toBe('0.00')
  })

  it('must be canceled, and have ended, before prepaid starts', async () => {
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('model-tokens', 'monthly')
    expect((await acme.trySubscribe('model-tokens', 'prepaid')).body.code).toBe('arrears_plan_active')
    expect((await acme.balanced(api.make(`/subscriptions/${id}/cancel`))).cancel_at).toBe('2026-02-01T00:00:00Z')
    expect((await acme.trySubscribe('model-tokens', 'prepaid')).body.code).toBe('arrears_plan_active')
    await acme.to('2026-02-01T00:00:00Z')
    expect(await acme.subscription(id)).toMatchObject({ status: 'canceled' })
    expect(await acme.subscribe('model-tokens', 'prepaid')).toMatchObject({ status: 'active' })
  })

  it('G65: unpaid after the last failure; paying makes it active', async () => {
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('model-tokens', 'monthly')
    await acme.record('output_tokens', 1_000_000)
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
    await acme.to('2026-02-01T00:00:00Z')
    expect(await acme.subscription(id)).toMatchObject({ status: 'past_due' })
    expect(await acme.consume('input_tokens', 1)).toMatchObject({ allowed: true })
    await acme.to('2026-02-08T00:00:00Z')
    expect(await acme.subscription(id)).toMatchObject({ status: 'unpaid' })
    expect(await acme.consume('input_tokens', 1)).toMatchObject({ allowed: false, reason: 'subscription_unpaid' })
    await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_visa' })
    expect(await acme.subscription(id)).toMatchObject({ status: 'active' })
  })

  it('G68: prepaid cancels at once and keeps the balance', async () => {
    const { acme, id } = await prepaid(10_00)
    expect(await acme.balanced(api.make(`/subscriptions/${id}/cancel`))).toMatchObject({ status: 'canceled' })
    expect(await balance(acme)).toBe('10.00')
  })
})

describe('G74, T10: contributions', () => {
  it('move a member’s own credit to the team, never more than they have, and not of a billing manager', async () => {
    const acme = await Customer.begin(api)
    const member = await acme.join('giver')
    const books = await acme.join('books', 'billing')
    await acme.balanced(api.make(`/organizations/${acme.id}/members/${member}/credit`, { amount: 30_00 }))
    const members = (await api.read(`/organizations/${acme.id}/members`)).data
    expect(members.find(({ id }: Json) => id === member).personal_credit).toBe(30_00)
    const give = (amount: number, actor?: string) =>
      acme.balanced(api.post(`/organizations/${acme.id}/credits/contributions`, { member, amount }, actor ? { actor } : {}))
    expect((await give(30_01, member)).body.code).toBe('insufficient_credit')
    expect((await give(12_00, member)).body).toMatchObject({ credit_balance: 12_00 })
    expect((await give(1_00, books)).status).toBe(403)
    expect((await give(18_01, member)).status).toBe(409)
  })
})
