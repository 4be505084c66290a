import { describe, expect, it } from 'vitest'
import type { ProductInput } from '../billing/catalog/document'
import { type Json, runInterface, usage } from './testing/running-interface'

const api = runInterface()

/** Seats, a metered allowance, pay-as-you-go under a cap, upgrades that begin a period, and a guarded downgrade: no shipped product mixes them so. */
function mixed({ id, currency, prices, unitPrices }: { id: string; currency: string; prices: [number, number]; unitPrices: [string, string] }): ProductInput {
  const meter = `${id}_renders`
  const paid = (plan: string, rank: number, units: number) => ({
    ...{ id: plan, name: plan === 'team' ? 'Team' : 'Studio', rank, prices: { month: prices[rank - 1] }, per_seat: true, included: { [meter]: units } },
    over_limit: { type: 'pay_as_you_go' as const, unit_price: unitPrices[rank - 1] ?? '' },
  })
  return {
    id,
    name: 'Renders for teams',
    currency,
    meters: [{ id: meter, unit: 'renders' }],
    plans: [
      { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, included: { [meter]: 100 }, over_limit: { type: 'block' } },
      paid('team', 1, 1_000),
      paid('studio', 2, 5_000),
    ],
    policies: {
      cycle: { months: 1 },
      upgrade: { type: 'new_period', unused: 'time' },
      downgrade: { type: 'now', once_per_cycle: true, usage_ratio: { bonus: '1.1' } },
      refund: { hours: 72 },
      seats: { roles: ['owner', 'admin', 'member'] },
    },
  }
}

/** One customer on a clock, and the books asked after each step. */
async function customer(product: ProductInput, now: string) {
  const clock = await api.make('/test_clocks', { now })
  const owner = { email: `owner-${clock.id}@example.com`, name: 'Ada' }
  const { id } = await api.make('/organizations', { name: 'Acme', owner, currency: product.currency, test_clock: clock.id })
  await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
  const meter = product.meters[0]?.id ?? ''
  const balanced = async <Value>(work: Promise<Value>): Promise<Value> => {
    const value = await work
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true, differences: [] })
    return value
  }
  let subscription = ''
  let consumed = 0
  return {
    id,
    subscribe: async (plan: string) => {
      subscription = (await balanced(api.make(`/organizations/${id}/subscriptions`, { product: product.id, plan }))).id
    },
    held: () => api.read(`/subscriptions/${subscription}`),
    card: () => api.read(`/subscriptions/${subscription}/usage`),
    join: (name: string) => balanced(api.make(`/organizations/${id}/members`, { email: `${name}-${clock.id}@example.com`, role: 'member', invite: false })),
    limit: (cap: number) => balanced(api.send('PUT', `/subscriptions/${subscription}/limits`, { pay_as_you_go: { enabled: true, cap } })),
    use: (quantity: number) => balanced(api.make('/usage', { events: [usage(id, quantity, { meter })] })),
    consume: (quantity: number) => {
      consumed += 1
      return balanced(api.make('/consume', { id: `consume-${consumed}`, organization: id, meter, quantity }))
    },
    quote: (plan: string) => api.make(`/subscriptions/${subscription}/quotes`, { plan }),
    change: async (plan: string) => {
      const { id: quote } = await api.make(`/subscriptions/${subscription}/quotes`, { plan })
      return balanced(api.make(`/subscriptions/${subscription}/changes`, { quote }))
    },
    cancel: () => balanced(api.make(`/subscriptions/${subscription}/cancel`)),
    walkTo: (to: string) => balanced(api.make(`/test_clocks/${clock.id}/advance`, { to })),
    invoices: async (): Promise<Json[]> => (await api.read(`/organizations/${id}/invoices`)).data,
  }
}

const lines = (invoice: Json) => invoice.lines.map(({ kind, amount }: Json) => [kind, amount])

describe('a sixth product that mixes policies', () => {
  const atelier = mixed({ id: 'atelier', currency: 'usd', prices: [10_00, 25_00], unitPrices: ['0.01', '0.005'] })

  it('is published without a restart and walked through three months, from 31 January', async () => {
    await api.make('/products', atelier)
    const acme = await customer(atelier, '2026-01-31T00:00:00Z')
    await acme.join('grace')
    await acme.join('edsger')

    // January: three seats in advance; what is above the allowance is refused until it is switched on, and then up to the cap.
    await acme.subscribe('team')
    expect((await acme.invoices())[0]).toMatchObject({ total: 30_00, status: 'paid' })
    expect(await acme.held()).toMatchObject({ seats: 3, period: { start: '2026-01-31T00:00:00Z', end: '2026-02-28T00:00:00Z' } })
    expect(await acme.consume(1_000)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await acme.consume(1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(await acme.limit(5_00)).toMatchObject({ status: 200 })
    expect(await acme.consume(500)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await acme.consume(1)).toMatchObject({ allowed: false, reason: 'spending_cap_reached', rule: 'B6' })

    // February: the renewal bills 500 renders above the allowance, which is the cap and not a cent more.
    await acme.walkTo('2026-02-28T00:00:00Z')
    const [renewal] = await acme.invoices()
    expect(lines(renewal)).toEqual(
      expect.arrayContaining([
        ['extra_usage', 5_00],
        ['plan', 30_00],
      ]),
    )
    expect(renewal).toMatchObject({ total: 35_00, status: 'paid' })

    // One joins after 10 completed days; after 20 the team moves up: its seat so far, less what is unused of three, and four seats anew.
    await acme.walkTo('2026-03-10T00:00:00Z')
    await acme.join('barbara')
    await acme.walkTo('2026-03-20T00:00:00Z')
    const { invoice, subscription } = await acme.change('studio')
    expect(lines(invoice)).toEqual(
      expect.arrayContaining([
        ['seat_addition', 3_33],
        ['proration_credit', -10_00],
        ['proration_charge', 100_00],
      ]),
    )
    expect(invoice).toMatchObject({ total: 93_33, status: 'paid' })
    expect(subscription).toMatchObject({ plan: 'studio', seats: 4, anchor: '2026-03-20T00:00:00Z', period: { end: '2026-04-20T00:00:00Z' } })
    expect(await acme.card()).toMatchObject({ meters: [{ used: 0, limit: 5_000 }] })

    // Down again: 500 renders fit Team's 1,000 after 14 completed days (513), and once a cycle.
    await acme.use(500)
    await acme.walkTo('2026-04-02T00:00:00Z')
    expect(await acme.quote('team')).toMatchObject({
      allowed: false,
      rejection: { code: 'downgrade_usage_exceeded', current_usage: 500, allowed_usage: 476, retry_at: '2026-04-03T00:00:00Z' },
    })
    await acme.walkTo('2026-04-03T00:00:00Z')
    const down = await acme.change('team')
    expect(down.invoice).toMatchObject({ kind: 'credit_note', total: -32_00, credit_issued: 32_00 })
    expect(lines(down.invoice)).toEqual([
      ['proration_credit', -53_33],
      ['proration_charge', 21_33],
    ])
    expect(await acme.quote('free')).toMatchObject({ allowed: false, rejection: { code: 'downgrade_already_used' } })

    // The credit meets the next renewal.
    await acme.walkTo('2026-04-20T00:00:00Z')
    expect((await acme.invoices())[0]).toMatchObject({ kind: 'renewal', total: 40_00, credit_applied: 32_00, amount_paid: 8_00 })
    await acme.cancel()
    await acme.walkTo('2026-05-20T00:00:00Z')
    expect(await acme.held()).toMatchObject({ plan: 'free', status: 'active' })
  })
})

describe('a seventh product, priced in yen', () => {
  const koubou = mixed({ id: 'koubou', currency: 'jpy', prices: [1_000, 2_500], unitPrices: ['0.5', '0.25'] })

  it('has no smaller unit than the yen, in every line and formula, over three months', async () => {
    await api.make('/products', koubou)
    const acme = await customer(koubou, '2026-01-01T00:00:00Z')
    await acme.subscribe('team')
    expect((await acme.invoices())[0]).toMatchObject({
      currency: 'jpy',
      total: 1_000,
      lines: [{ formula: expect.stringContaining('¥1,000'), unit_price: '1000' }],
    })

    // 1,501 above the allowance at ¥0.5 are ¥750.5: rounded once, half away from zero.
    await acme.limit(751)
    expect(await acme.consume(2_501)).toMatchObject({ allowed: true })
    expect(await acme.consume(2), '1,503 would be ¥751.5').toMatchObject({ allowed: false, reason: 'spending_cap_reached' })
    expect(await acme.card()).toMatchObject({ meters: [{ overage: 1_501, overage_amount: 751 }] })
    await acme.walkTo('2026-02-01T00:00:00Z')
    expect((await acme.invoices())[0]).toMatchObject({ total: 1_751, amount_paid: 1_751 })

    // After 10 completed days: ¥1,000 × 20/30 = ¥667 back, ¥2,500 for a month of Studio.
    await acme.walkTo('2026-02-11T00:00:00Z')
    const { invoice } = await acme.change('studio')
    expect(lines(invoice)).toEqual([
      ['proration_credit', -667],
      ['proration_charge', 2_500],
    ])
    expect(invoice.lines[0].formula).toContain('¥1,000 × 1 × 20 / 30')
    expect(invoice).toMatchObject({ total: 1_833, amount_paid: 1_833 })

    // Leaving: 20 above the allowance at ¥0.25 are ¥5, less than can be charged, and wait on the account.
    await acme.limit(1_000)
    await acme.use(5_020)
    await acme.cancel()
    await acme.walkTo('2026-03-11T00:00:00Z')
    expect((await acme.invoices())[0]).toMatchObject({ total: 5, carried_forward: 5, amount_due: 0, status: 'paid' })
    expect(await api.read(`/organizations/${acme.id}`)).toMatchObject({ currency: 'jpy', credit_balance: -5 })
  })

  it('is not sold to somebody who pays in dollars (G26)', async () => {
    const dollars = await customer({ ...koubou, currency: 'usd' }, '2026-01-01T00:00:00Z')
    const refused = await api.post(`/organizations/${dollars.id}/subscriptions`, { product: 'koubou', plan: 'team' })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'plan' }] } })
  })
})
