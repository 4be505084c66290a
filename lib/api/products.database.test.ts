import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { apiCalls } from '../billing/catalog/api-calls'
import type { ProductInput } from '../billing/catalog/document'
import { publishShippedProducts } from '../billing/commands/publish-catalog'
import { createCustomer, type Json, runInterface, usage } from './testing/running-interface'

const api = runInterface()

/** A product of its own with two plans and a meter, for what must not touch the shipped ones. */
function product(id: string, basic = 10_00): ProductInput {
  const meter = `${id.replaceAll('-', '_')}_calls`
  return {
    ...apiCalls,
    id,
    meters: [{ id: meter, unit: 'calls' }],
    plans: apiCalls.plans.map((plan) => ({ ...plan, included: { [meter]: 100 }, ...(plan.id === 'basic' && { prices: { month: basic } }) })),
  }
}

const inCatalog = async (id: string, query = '') => (await api.read(`/products${query}`)).data.find((one: Json) => one.id === id)
const advance = (clock: string, to: string) => api.make(`/test_clocks/${clock}/advance`, { to })

describe('POST /products (G13)', () => {
  it('publishes what GET /products prints, as the next version, and takes usage and subscriptions at once, without a restart', async () => {
    const first = await api.make('/products', product('fresh'))
    expect(first).toMatchObject({ id: 'fresh', version: 1, source: 'api', applies: 'next_renewal' })
    const printed = await inCatalog('fresh')
    expect(await api.make('/products', printed)).toMatchObject({ version: 2, plans: printed.plans, policies: printed.policies })

    // A test clock in the past finds a product that was published just now, as it finds the shipped ones.
    const { id } = await createCustomer(api, { now: '2024-01-31T00:00:00Z' })
    const subscription = await api.make(`/organizations/${id}/subscriptions`, { product: 'fresh', plan: 'basic' })
    expect(subscription).toMatchObject({ status: 'active', catalog_version: 2, plan: 'basic' })
    expect(await api.make('/usage', { events: [usage(id, 5, { meter: 'fresh_calls' })] })).toMatchObject({ accepted: 1 })
  })

  it('moves running subscriptions to the newest version at their renewal, and to none that is for new ones only', async () => {
    await api.make('/products', product('moving', 10_00))
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'moving', plan: 'basic' })
    await api.make('/products', { ...product('moving', 12_00), applies: 'next_renewal' })
    await api.make('/products', { ...product('moving', 99_00), applies: 'new_subscriptions' })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ catalog_version: 1, next_charge: { base: 12_00 } })
    await advance(clock, '2026-01-31T00:00:00Z')
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ catalog_version: 2 })
    expect((await api.read(`/organizations/${id}/invoices`)).data[0]).toMatchObject({ total: 12_00 })
    // Who comes now is sold the newest of all.
    const other = await createCustomer(api)
    expect(await api.make(`/organizations/${other.id}/subscriptions`, { product: 'moving', plan: 'basic' })).toMatchObject({ catalog_version: 3 })
    expect((await api.read(`/organizations/${other.id}/invoices`)).data[0]).toMatchObject({ total: 99_00 })
  })

  it('waits for effective_at, in each organization’s own time', async () => {
    await api.make('/products', product('waiting', 10_00))
    await api.make('/products', { ...product('waiting', 20_00), effective_at: '2026-02-01T00:00:00Z' })
    const { id, clock } = await createCustomer(api)
    const quoted = () => api.make(`/organizations/${id}/quotes`, { product: 'waiting', plan: 'basic' })
    expect(await quoted()).toMatchObject({ amount_due: 10_00 })
    await advance(clock, '2026-01-31T23:59:59Z')
    expect(await quoted()).toMatchObject({ amount_due: 10_00 })
    await advance(clock, '2026-02-01T00:00:00Z')
    expect(await quoted()).toMatchObject({ amount_due: 20_00 })
  })

  it('lets who holds a plan or an interval that is dropped keep their version', async () => {
    const yearly = {
      ...product('dropped'),
      plans: product('dropped').plans.map((plan) => ({ ...plan, prices: { ...plan.prices, year: plan.id === 'free' ? 0 : 100_00 } })),
    }
    await api.make('/products', yearly)
    const { id, clock } = await createCustomer(api)
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'dropped', plan: 'basic', interval: 'year' })
    const { id: other } = await api.make(`/organizations/${(await createCustomer(api)).id}/subscriptions`, { product: 'dropped', plan: 'pro' })
    await api.make('/products', { ...product('dropped'), plans: product('dropped').plans.filter((plan) => plan.id !== 'pro') })
    await advance(clock, '2027-01-01T00:00:00Z')
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ interval: 'year', catalog_version: 1, period: { end: '2028-01-01T00:00:00Z' } })
    expect(await api.read(`/subscriptions/${other}`)).toMatchObject({ plan: 'pro', catalog_version: 1 })
    const late = await createCustomer(api)
    expect(await api.post(`/organizations/${late.id}/subscriptions`, { product: 'dropped', plan: 'pro' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'plan' }] },
    })
  })

  it.each([
    { why: 'a cycle of 0 days', change: { policies: { ...apiCalls.policies, cycle: { days: 0 } } }, path: 'policies.cycle.days' },
    { why: 'a price below 0', change: { plans: [{ ...product('x').plans[0], prices: { month: -1 } }] }, path: 'plans.0.prices.month' },
    { why: 'a limit of no meter', change: { plans: [{ ...product('x').plans[0], included: { other: 1 } }] }, path: 'plans.0.included.other' },
    {
      why: 'a meter of another product, by which its events are booked',
      change: { meters: [{ id: 'calls', unit: 'calls' }], plans: [{ ...apiCalls.plans[0] }] },
      path: 'meters.0.id',
    },
    { why: 'another currency', change: { currency: 'eur' }, path: 'currency' },
    { why: 'no currency at all', change: { currency: 'zzz' }, path: 'currency' },
    { why: 'a meter less', change: { meters: [], plans: [{ ...apiCalls.plans[0], included: {} }] }, path: 'meters' },
    { why: 'an id that only a plan of one organization has', change: { plans: [{ ...product('x').plans[0], id: 'plan_x' }] }, path: 'plans.0.id' },
    { why: 'a year that no calendar has', change: { effective_at: '+012026-01-01T00:00:00Z' }, path: 'effective_at' },
    { why: 'a field that nobody knows', change: { surprise: 1 }, path: 'surprise' },
  ])('refuses $why with its path', async ({ change, path }) => {
    await api.make('/products', product('careful'))
    const before = await api.countRows()
    const reply = await api.post('/products', { ...product('careful'), ...change })
    expect(reply.status, JSON.stringify(reply.body)).toBe(422)
    expect(reply.body.errors.map((error: Json) => error.path)).toContain(path)
    expect(await api.countRows()).toEqual(before)
  })

  it('is the operator’s product from then on: the file of a start is ignored', async () => {
    await api.make('/products', { ...(await inCatalog('screenshots')), name: 'Our screenshots' })
    const again = await inEngine(publishShippedProducts)
    expect(again.find((one) => one.product === 'screenshots')).toMatchObject({ result: 'unchanged' })
    expect((await inCatalog('screenshots')).name).toBe('Our screenshots')
  })

  it('numbers two that come at once one after the other', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, index) => api.make('/products', product('at-once', 10_00 + index))))
    expect((await inCatalog('at-once')).version).toBe(6)
  })
})

describe('a plan for one organization (G10)', () => {
  const make = (organization: string, body: Record<string, unknown>) => api.post(`/organizations/${organization}/plans`, body)

  it('ranks just above what it is based on, is sold to it alone, and renews', async () => {
    const { id, clock } = await createCustomer(api)
    const stranger = await createCustomer(api, { name: 'Stranger' })
    const { body: plan, status } = await make(id, {
      product: 'api-calls',
      based_on: 'basic',
      name: 'Basic for Acme',
      prices: { month: 15_00 },
      included: { calls: 50_000 },
    })
    expect(status).toBe(201)
    expect(plan).toMatchObject({
      id: expect.stringMatching(/^plan_/),
      name: 'Basic for Acme',
      rank: 1.5,
      prices: { month: 15_00 },
      included: { calls: 50_000 },
      over_limit: { type: 'block' },
      offered: true,
      custom: { based_on: 'basic' },
    })
    const ids = async (query: string) => (await inCatalog('api-calls', query)).plans.map((one: Json) => one.id)
    expect(await ids(`?organization=${id}`)).toContain(plan.id)
    expect(await ids('')).not.toContain(plan.id)
    expect(await ids(`?organization=${stranger.id}`)).not.toContain(plan.id)

    const unknown = { status: 422, body: { errors: [{ path: 'plan', message: `there is no plan "${plan.id}"` }] } }
    expect(await api.post(`/organizations/${stranger.id}/subscriptions`, { product: 'api-calls', plan: plan.id })).toMatchObject(unknown)
    expect(await api.post(`/organizations/${stranger.id}/quotes`, { product: 'api-calls', plan: plan.id })).toMatchObject(unknown)
    const { id: theirs } = await api.make(`/organizations/${stranger.id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    expect(await api.post(`/subscriptions/${theirs}/quotes`, { plan: plan.id })).toMatchObject(unknown)
    expect(await api.post(`/organizations/${id}/subscriptions`, { product: 'screenshots', plan: plan.id })).toMatchObject({ status: 422 })

    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    const up = await api.make(`/subscriptions/${subscription}/quotes`, { plan: plan.id })
    expect(up).toMatchObject({ kind: 'upgrade', allowed: true, amount_due: 5_00 })
    expect(await api.make(`/subscriptions/${subscription}/changes`, { quote: up.id })).toMatchObject({ subscription: { plan: plan.id } })
    expect(await api.make(`/subscriptions/${subscription}/quotes`, { plan: 'pro' }), 'the next one is above it').toMatchObject({ kind: 'upgrade' })
    await api.make('/usage', { events: [usage(id, 45_000)] })
    expect(await api.read(`/subscriptions/${subscription}/usage`)).toMatchObject({ meters: [{ limit: 50_000, used: 45_000, state: 'warning' }] })
    await advance(clock, '2026-03-02T00:00:00Z')
    expect((await api.read(`/organizations/${id}/invoices`)).data.slice(0, 2)).toMatchObject([
      { kind: 'renewal', total: 15_00, lines: [{ description: expect.stringContaining('Basic for Acme') }] },
      { kind: 'renewal', total: 15_00 },
    ])
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
    expect((await api.read(`/organizations/${id}/audit`)).data.map((entry: Json) => entry.action)).toContain('plan.created')
    await api.make(`/subscriptions/${subscription}/cancel`)
    await advance(clock, '2026-04-01T00:00:00Z')
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: 'free' })
    expect(await api.read(`/subscriptions/${subscription}/usage?period=2026-01-01T00:00:00Z`)).toMatchObject({ meters: [{ used: 45_000 }] })
  })

  it('follows its product into newer versions, whose policies and whose rank of the base hold', async () => {
    await api.make('/products', product('followed'))
    const { id, clock } = await createCustomer(api)
    const { body: plan } = await make(id, { product: 'followed', based_on: 'basic', name: 'Ours', prices: { month: 17_00 } })
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'followed', plan: plan.id })
    const renumbered = product('followed').plans.map((one) => ({ ...one, rank: one.rank * 10 }))
    await api.make('/products', { ...product('followed'), plans: renumbered })
    await advance(clock, '2026-01-31T00:00:00Z')
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ plan: plan.id, catalog_version: 2, status: 'active' })
    expect((await inCatalog('followed', `?organization=${id}`)).plans.find((one: Json) => one.id === plan.id).rank).toBe(10.5)
  })

  it('is priced in the organization’s currency, which the product’s own plans are not (G26)', async () => {
    const clock = await api.make('/test_clocks', { now: '2026-01-01T00:00:00Z' })
    const owner = { email: 'euro@example.com', name: 'Eva' }
    const { id } = await api.make('/organizations', { name: 'Euro', owner, currency: 'eur', test_clock: clock.id })
    await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
    expect(await api.post(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'plan' }] },
    })
    const base = { product: 'api-calls', based_on: 'enterprise', name: 'Großkunde' }
    expect(await make(id, base)).toMatchObject({ status: 422, body: { errors: [{ path: 'prices' }, { path: 'over_limit' }] } })
    const { body: plan } = await make(id, { ...base, prices: { month: 90_00 }, over_limit: { type: 'overage', unit_price: '0.001' } })
    expect(plan).toMatchObject({ custom: { currency: 'eur' } })
    const subscription = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: plan.id })
    await api.make('/usage', { events: [usage(id, 1_001_000)] })
    await advance(clock.id, '2026-01-31T00:00:00Z')
    const [renewal] = (await api.read(`/organizations/${id}/invoices`)).data
    expect(renewal).toMatchObject({ currency: 'eur', total: 91_00, status: 'paid' })
    expect(await api.post(`/subscriptions/${subscription.id}/quotes`, { plan: 'pro' }), 'priced in dollars').toMatchObject({ status: 422 })
    await api.make(`/subscriptions/${subscription.id}/cancel`)
    await advance(clock.id, '2026-03-02T00:00:00Z')
    expect(await api.read(`/subscriptions/${subscription.id}`)).toMatchObject({ plan: 'free', status: 'active' })
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it.each([
    { why: 'no such product', change: { product: 'nothing' }, path: 'product' },
    { why: 'no such plan', change: { based_on: 'gold' }, path: 'based_on' },
    { why: 'a meter of another product', change: { included: { credits: 5 } }, path: 'included.credits' },
    { why: 'a price of nothing', change: { prices: { month: 0 } }, path: 'prices' },
    { why: 'no price', change: { prices: {} }, path: 'prices' },
    { why: 'a free plan without a price', change: { based_on: 'free' }, path: 'prices' },
    { why: 'blocks without a hard limit policy', change: { over_limit: { type: 'blocks', unit_price: '0.01', block: 1_000 } }, path: 'over_limit' },
  ])('refuses $why', async ({ change, path }) => {
    const { id } = await createCustomer(api, { card: null })
    const reply = await make(id, { product: 'api-calls', based_on: 'pro', name: 'Ours', ...change })
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path }] } })
  })

  it('is shown to its own members, and asked for by nobody else’s', async () => {
    const mine = await createCustomer(api, { card: null })
    const theirs = await createCustomer(api, { card: null })
    const [owner] = (await api.read(`/organizations/${theirs.id}/members`)).data
    expect((await api.get(`/products?organization=${theirs.id}`, { actor: owner.id })).status).toBe(200)
    expect((await api.get(`/products?organization=${mine.id}`, { actor: owner.id })).status).toBe(422)
  })
})
