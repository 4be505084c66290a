import { describe, expect, it } from 'vitest'
import { createCustomer, type Json, runInterface } from './testing/running-interface'

const api = runInterface()
const MAY_20 = '2026-05-20T00:00:00Z'

let people = 0
const join = (organization: string, role = 'member') => api.make(`/organizations/${organization}/members`, { email: `person-${++people}@example.com`, role })

/** An organization with so many members, on 20 May. */
async function team(members: number, facts: Parameters<typeof createCustomer>[1] = {}) {
  const customer = await createCustomer(api, { now: MAY_20, ...facts })
  for (let member = 1; member < members; member++) await join(customer.id)
  return { ...customer, walkTo: (to: string) => api.make(`/test_clocks/${customer.clock}/advance`, { to }) }
}

const invoicesOf = async (id: string): Promise<Json[]> => (await api.read(`/organizations/${id}/invoices`)).data

describe('seats', () => {
  it('T1: ten on Basic, one joins: $142 on 20 June, with the reason in words', async () => {
    const { id, walkTo } = await team(10)
    expect(await api.make(`/organizations/${id}/quotes`, { product: 'team-seats', plan: 'basic' })).toMatchObject({
      amount_due: 120_00,
      next_renewal: { amount: 120_00 },
    })
    const subscription = await api.make(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'basic', expected_amount_due: 120_00 })
    expect(subscription).toMatchObject({ seats: 10, trial_end: null, status: 'active', period: { cycle_days: 30 } })
    await walkTo('2026-05-25T00:00:00Z')
    const grace = await join(id)
    await join(id, 'billing')
    expect(await api.read(`/subscriptions/${subscription.id}`)).toMatchObject({
      seats: 11,
      next_charge: { base: 132_00, seats: 10_00, usage: 0, total: 142_00 },
    })
    await walkTo('2026-06-20T00:00:00Z')
    const [invoice] = await invoicesOf(id)
    expect(invoice).toMatchObject({
      kind: 'renewal',
      total: 142_00,
      differs_because: [{ code: 'members_added', text: '1 member was added: $10.00 for the time since.' }],
      lines: [
        {
          kind: 'seat_addition',
          amount: 10_00,
          quantity: 1,
          unit_price: '12',
          rule: 'T1',
          formula: '$12.00 × 1 × 25 / 30 = $10.00',
          inputs: { member_ids: grace.id },
        },
        { kind: 'plan', amount: 132_00, quantity: 11, unit_price: '12' },
      ],
    })
    expect(await api.read(`/books?organization=${id}`)).toMatchObject({ balanced: true })
  })

  it('T10, G41: a billing manager holds no seat; one who becomes it gives theirs back', async () => {
    const { id } = await team(3)
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'basic' })
    const { data } = await api.read(`/organizations/${id}/members`)
    const member = data.find(({ role }: Json) => role === 'member')
    expect(await api.send('PATCH', `/organizations/${id}/members/${member.id}`, { role: 'billing' })).toMatchObject({ status: 200 })
    expect(await api.read(`/subscriptions/${subscription}`)).toMatchObject({ seats: 2 })
  })

  it('C10: a member who joins puts a quote out of date', async () => {
    const { id } = await team(2)
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'basic' })
    const quote = await api.make(`/subscriptions/${subscription}/quotes`, { plan: 'professional' })
    expect(quote).toMatchObject({ allowed: true, amount_due: 24_00 })
    await join(id)
    expect(await api.post(`/subscriptions/${subscription}/changes`, { quote: quote.id })).toMatchObject({ status: 409, body: { code: 'quote_expired' } })
  })

  it('T10: owners and admins change the plan, members do not', async () => {
    const { id } = await team(2)
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'basic' })
    const { data } = await api.read(`/organizations/${id}/members`)
    const as = (role: string) => data.find((member: Json) => member.role === role).id
    expect(await api.post(`/subscriptions/${subscription}/quotes`, { plan: 'professional' }, { actor: as('member') })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect(await api.post(`/subscriptions/${subscription}/quotes`, { plan: 'professional' }, { actor: as('owner') })).toMatchObject({ status: 200 })
  })

  it('G81: are priced for as many as are asked for, and for no fewer than one', async () => {
    const { id } = await team(1)
    const price = (seats: unknown) => api.post(`/organizations/${id}/quotes`, { product: 'team-seats', plan: 'basic', interval: 'year', seats })
    expect(await price(25)).toMatchObject({ status: 200, body: { amount_due: 2_700_00, lines: [{ quantity: 25 }] } })
    for (const seats of [0, -1, 1.5, 100_001, '3']) expect(await price(seats), `${seats}`).toMatchObject({ status: 422, body: { errors: [{ path: 'seats' }] } })
  })
})

describe('a trial (T9, G69)', () => {
  it('is quoted at nothing, runs for 14 days, and is billed by itself', async () => {
    const { id, walkTo } = await team(2)
    const wanted = { product: 'team-seats', plan: 'basic', trial: true }
    expect(await api.make(`/organizations/${id}/quotes`, wanted)).toMatchObject({
      allowed: true,
      lines: [],
      amount_due: 0,
      next_renewal: { at: '2026-06-03T00:00:00Z', amount: 24_00 },
    })
    const begun = await api.post(`/organizations/${id}/subscriptions`, wanted)
    expect(begun).toMatchObject({
      status: 201,
      body: { status: 'trialing', trial_end: '2026-06-03T00:00:00Z', anchor: '2026-06-03T00:00:00Z', seats: 2, period: { start: MAY_20, cycle_days: 14 } },
    })
    expect(await api.post(`/organizations/${id}/subscriptions`, wanted)).toMatchObject({ status: 409, body: { code: 'already_subscribed' } })
    await walkTo('2026-06-03T00:00:00Z')
    expect(await api.read(`/subscriptions/${begun.body.id}`)).toMatchObject({ status: 'active', trial_end: null })
    expect(await invoicesOf(id)).toMatchObject([{ kind: 'renewal', total: 24_00, status: 'paid' }])
    expect((await api.read(`/organizations/${id}/notifications`)).data.map(({ kind }: Json) => kind)).toContain('trial_ending')
  })

  it('asks for a payment method, and is refused where there is none to be had', async () => {
    const { id } = await team(1, { card: null })
    expect(await api.post(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'basic', trial: true })).toMatchObject({
      status: 402,
      body: { code: 'payment_failed' },
    })
    expect(await api.post(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'free', trial: true })).toMatchObject({
      status: 409,
      body: { code: 'not_eligible', rule: 'G69', formula: 'price of free = 0' },
    })
  })

  it('is cancelled at its end, and a change in it is at once and costs nothing', async () => {
    const { id } = await team(2)
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'team-seats', plan: 'basic', trial: true })
    const quote = await api.make(`/subscriptions/${subscription}/quotes`, { plan: 'professional', interval: 'year' })
    expect(quote).toMatchObject({ effective: 'now', lines: [], total: 0, next_renewal: { amount: 432_00 } })
    expect(await api.make(`/subscriptions/${subscription}/changes`, { quote: quote.id })).toMatchObject({
      subscription: { plan: 'professional', interval: 'year', status: 'trialing' },
      invoice: null,
    })
    expect(await api.make(`/subscriptions/${subscription}/cancel`)).toMatchObject({ cancel_at: '2026-06-03T00:00:00Z', status: 'trialing' })
  })
})
