import { describe, expect, it } from 'vitest'
import { Customer, lines } from '../testing/customer'
import { type Json, runInterface } from '../testing/running-interface'

/** The vendor's own examples, as an operator's back end would live through them. */
const api = runInterface()

/** Ten members at their price since 20 May 2026. */
async function teamOfTen(plan: string, interval: 'month' | 'year' = 'month', product = 'team-seats'): Promise<{ team: Customer; id: string }> {
  const team = await Customer.begin(api, { now: '2026-05-20T00:00:00Z' })
  for (let member = 2; member <= 10; member++) await team.join(`member${member}`)
  const { id } = await team.subscribe(product, plan, { interval })
  return { team, id }
}

/** The document's yearly examples use $12 a member a month. */
async function publishYearly(): Promise<string> {
  const { data } = await api.read('/products')
  const seats = data.find(({ id }: Json) => id === 'team-seats')
  const plans = seats.plans.map((plan: Json) => (plan.id === 'basic' ? { ...plan, prices: { month: 12_00, year: 144_00 } } : plan))
  const { version: _, ...rest } = seats
  await api.make('/products', { ...rest, id: 'team-seats-at-12', name: 'Team seats at $12', plans, effective_at: '2020-01-01T00:00:00Z' })
  return 'team-seats-at-12'
}

describe('team-seats, month by month', () => {
  it('T1: 10 members at $12 from 20 May, one joins on 25 May: 20 June is $132 + $10 = $142', async () => {
    const { team, id } = await teamOfTen('basic')
    expect(await team.subscription(id)).toMatchObject({ seats: 10, status: 'active' })
    expect(await team.newest()).toMatchObject({ total: 120_00, status: 'paid' })
    await team.to('2026-05-25T00:00:00Z')
    await team.join('eleventh')
    expect(await team.invoices()).toHaveLength(1)
    expect(await team.subscription(id)).toMatchObject({ seats: 11, next_charge: { total: 142_00 } })
    await team.to('2026-06-20T00:00:00Z')
    const june = await team.newest()
    expect(june).toMatchObject({ kind: 'renewal', total: 142_00, status: 'paid' })
    expect(lines(june).sort()).toEqual([
      ['plan', 132_00],
      ['seat_addition', 10_00],
    ])
    expect(june.differs_because.map(({ code }: Json) => code)).toContain('members_added')
    await team.to('2026-07-20T00:00:00Z')
    expect(await team.newest()).toMatchObject({ total: 132_00 })
  })

  it('T3: a member leaves on 25 May: 20 June is $108, and the $10 reduces the one after', async () => {
    const { team } = await teamOfTen('basic')
    const gone = await team.join('tenth-and-a-half')
    await team.leave(gone) // Joined and left on one day: nothing (T5b).
    await team.to('2026-05-25T00:00:00Z')
    const members = (await api.read(`/organizations/${team.id}/members?limit=100`)).data
    await team.leave(members.find(({ role }: Json) => role === 'member').id)
    await team.to('2026-06-20T00:00:00Z')
    const [, june, note] = await team.invoices()
    expect(june).toMatchObject({ kind: 'renewal', total: 108_00, credit_applied: 0, amount_paid: 108_00 })
    expect(note).toMatchObject({ kind: 'credit_note', total: -10_00, credit_issued: 10_00, status: 'paid' })
    expect(lines(note)).toEqual([['seat_removal', -10_00]])
    await team.to('2026-07-20T00:00:00Z')
    const july = await team.newest()
    expect(july).toMatchObject({ total: 108_00, credit_applied: 10_00, amount_due: 98_00 })
    expect(july.differs_because.map(({ code }: Json) => code)).toContain('credit_applied')
  })

  it('T5b: joined on 25 May and left on 30 May: the 5 days are charged, and no credit is given', async () => {
    const { team } = await teamOfTen('basic')
    await team.to('2026-05-25T00:00:00Z')
    const guest = await team.join('guest')
    await team.to('2026-05-30T00:00:00Z')
    await team.leave(guest)
    await team.to('2026-06-20T00:00:00Z')
    const [, june, ...rest] = await team.invoices()
    expect(lines(june).sort()).toEqual([
      ['plan', 120_00],
      ['seat_addition', 2_00],
    ])
    expect(rest).toEqual([])
  })

  it('T5: Basic → Professional on 25 May is $240 − $100 = $140, and 20 June $240', async () => {
    const { team, id } = await teamOfTen('basic')
    await team.to('2026-05-25T00:00:00Z')
    const { invoice, subscription } = await team.change(id, { plan: 'professional' })
    expect(invoice).toMatchObject({ total: 140_00, kind: 'change' })
    expect(lines(invoice)).toEqual([
      ['proration_credit', -100_00],
      ['proration_charge', 240_00],
    ])
    expect(subscription.period).toMatchObject({ start: '2026-05-20T00:00:00Z', end: '2026-06-20T00:00:00Z' })
    await team.to('2026-06-20T00:00:00Z')
    expect(await team.newest()).toMatchObject({ total: 240_00, kind: 'renewal' })
  })

  it('G36: one joins after 5 days, upgrade after 15: 4.00 + 264.00 − 60.00 = $208.00, and the tab is empty afterwards', async () => {
    const { team, id } = await teamOfTen('basic')
    await team.days(5)
    await team.join('eleventh')
    await team.days(10)
    const { invoice } = await team.change(id, { plan: 'professional' })
    expect(invoice.total).toBe(208_00)
    expect(lines(invoice).sort()).toEqual([
      ['proration_charge', 264_00],
      ['proration_credit', -60_00],
      ['seat_addition', 4_00],
    ])
    await team.to('2026-06-20T00:00:00Z')
    expect(lines(await team.newest())).toEqual([['plan', 264_00]])
  })

  it('T7: a downgrade waits for the cycle’s end, and can be undone', async () => {
    const { team, id } = await teamOfTen('professional')
    const { subscription } = await team.change(id, { plan: 'basic' })
    expect(subscription.pending_change).toMatchObject({ plan: 'basic', interval: 'month', effective_at: '2026-06-20T00:00:00Z' })
    expect((await api.send('DELETE', `/subscriptions/${id}/pending_change`)).body.pending_change).toBeNull()
    await team.change(id, { plan: 'basic' })
    await team.to('2026-06-20T00:00:00Z')
    expect(await team.newest()).toMatchObject({ total: 120_00 })
    expect(await team.subscription(id)).toMatchObject({ plan: 'basic', pending_change: null })
  })

  it('T8: monthly → yearly at once is the year less what is unused of the month', async () => {
    const { team, id } = await teamOfTen('basic')
    await team.to('2026-05-25T00:00:00Z')
    const { invoice, subscription } = await team.change(id, { plan: 'basic', interval: 'year' })
    expect(lines(invoice)).toEqual([
      ['proration_credit', -100_00],
      ['proration_charge', 1_080_00],
    ])
    expect(subscription).toMatchObject({ interval: 'year', period: { start: '2026-05-25T00:00:00Z', end: '2027-05-25T00:00:00Z', cycle_days: 365 } })
  })

  it('G35: from Free the first paid period begins at once, in full', async () => {
    const { team, id } = await teamOfTen('free')
    await team.days(11)
    const { invoice, subscription } = await team.change(id, { plan: 'basic' })
    expect(invoice.total).toBe(120_00)
    expect(subscription.period.start).toBe('2026-05-31T00:00:00Z')
    await team.to('2026-06-30T00:00:00Z')
    expect(await team.subscription(id)).toMatchObject({ period: { start: '2026-06-30T00:00:00Z', end: '2026-07-31T00:00:00Z' } })
  })

  it('T10, G41: a billing manager holds no seat', async () => {
    const { team, id } = await teamOfTen('basic')
    await team.join('books', 'billing')
    expect(await team.subscription(id)).toMatchObject({ seats: 10 })
  })
})

describe('team-seats, year by year', () => {
  it('T2: one joins on 25 May: 20 June $142.03, next year $1,584', async () => {
    const { team, id } = await teamOfTen('basic', 'year', await publishYearly())
    expect(await team.newest()).toMatchObject({ total: 1_440_00 })
    await team.to('2026-05-25T00:00:00Z')
    await team.join('eleventh')
    await team.to('2026-06-20T00:00:00Z')
    const review = await team.newest()
    expect(review).toMatchObject({ kind: 'adjustment', total: 142_03, status: 'paid' })
    expect(lines(review)).toEqual([['seat_addition', 142_03]])
    await team.to('2027-05-20T00:00:00Z')
    expect(await team.newest()).toMatchObject({ kind: 'renewal', total: 1_584_00 })
    expect(await team.invoices()).toHaveLength(3)
    expect(await team.subscription(id)).toMatchObject({ seats: 11 })
  })

  it('T4: one leaves on 25 May: credit of $142.03 on 20 June, year 2 is $1,296 less it', async () => {
    const { team } = await teamOfTen('basic', 'year', 'team-seats-at-12')
    await team.to('2026-05-25T00:00:00Z')
    const members = (await api.read(`/organizations/${team.id}/members?limit=100`)).data
    await team.leave(members.find(({ role }: Json) => role === 'member').id)
    await team.to('2026-06-20T00:00:00Z')
    expect(await team.newest()).toMatchObject({ kind: 'credit_note', total: -142_03, credit_issued: 142_03 })
    await team.to('2027-05-20T00:00:00Z')
    expect(await team.newest()).toMatchObject({ total: 1_296_00, credit_applied: 142_03, amount_due: 1_153_97 })
  })

  it('T6: $2,160.00 − $1,065.21 = $1,094.79', async () => {
    const { team, id } = await teamOfTen('basic', 'year')
    expect(await team.newest()).toMatchObject({ total: 1_080_00 })
    await team.to('2026-05-25T00:00:00Z')
    const { invoice } = await team.change(id, { plan: 'professional' })
    expect(lines(invoice)).toEqual([
      ['proration_credit', -1_065_21],
      ['proration_charge', 2_160_00],
    ])
    expect(invoice.total).toBe(1_094_79)
  })
})

describe('T9: a trial', () => {
  it('needs a card, lasts 14 days, and is billed when it ends', async () => {
    const without = await Customer.begin(api, { card: null })
    expect(await without.trySubscribe('team-seats', 'basic', { trial: true })).toMatchObject({ status: 402 })
    const team = await Customer.begin(api, { now: '2026-01-31T12:00:00Z' })
    const trial = await team.subscribe('team-seats', 'basic', { trial: true })
    expect(trial).toMatchObject({ status: 'trialing', trial_end: '2026-02-14T12:00:00Z', period: { end: '2026-02-14T12:00:00Z' } })
    expect(await team.invoices()).toEqual([])
    await team.join('second')
    await team.to('2026-02-14T12:00:00Z')
    expect(await team.newest()).toMatchObject({ total: 24_00, status: 'paid', period: { start: '2026-02-14T12:00:00Z', end: '2026-03-14T12:00:00Z' } })
    expect(await team.subscription(trial.id)).toMatchObject({ status: 'active', trial_end: null })
  })

  it('is had once, and costs nothing where it is canceled', async () => {
    const team = await Customer.begin(api)
    const { id } = await team.subscribe('team-seats', 'professional', { trial: true })
    expect((await api.make(`/subscriptions/${id}/cancel`)).cancel_at).toBe('2026-01-15T00:00:00Z')
    await team.to('2026-01-15T00:00:00Z')
    expect(await team.subscription(id)).toMatchObject({ plan: 'free', status: 'active' })
    expect(await team.invoices()).toEqual([])
  })
})

describe('T12: refunds', () => {
  it.each([
    { country: 'US', at: '2026-05-23T00:00:00Z', status: 201 },
    { country: 'US', at: '2026-05-23T00:00:00.001Z', status: 409 },
    { country: 'DE', at: '2026-06-06T00:00:00Z', status: 201 },
    { country: 'DE', at: '2026-06-06T00:00:00.001Z', status: 409 },
  ])('$country at $at: $status', async ({ country, at, status }) => {
    const team = await Customer.begin(api, { now: '2026-05-20T00:00:00Z', organization: { country } })
    const { id } = await team.subscribe('team-seats', 'basic')
    const { id: invoice } = await team.newest()
    await team.to(at)
    const refund = await team.balanced(api.post(`/invoices/${invoice}/refunds`))
    expect(refund.status).toBe(status)
    if (status === 201) expect(await team.subscription(id)).toMatchObject({ plan: 'free' })
    else expect(refund.body.code).toBe('refund_window_closed')
  })
})

describe('T13: invoice first', () => {
  it('starts the plan when a bank transfer is marked as paid', async () => {
    const team = await Customer.begin(api, { card: null })
    const free = await team.subscribe('team-seats', 'free')
    const issued = await team.balanced(api.make(`/organizations/${team.id}/pro_forma`, { product: 'team-seats', plan: 'basic', interval: 'year', seats: 5 }))
    expect(issued).toMatchObject({ subscription: { status: 'awaiting_payment' }, invoice: { kind: 'pro_forma', status: 'open', total: 540_00 } })
    await team.days(40)
    expect(await team.subscription(free.id)).toMatchObject({ status: 'active', plan: 'free' })
    const paid = await team.balanced(api.make(`/invoices/${issued.invoice.id}/mark_paid`, { reference: 'TRANSFER 4711' }))
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 540_00 })
    expect(await team.subscription(issued.subscription.id)).toMatchObject({
      status: 'active',
      plan: 'basic',
      period: { start: '2026-02-10T00:00:00Z', end: '2027-02-10T00:00:00Z' },
    })
  })
})
