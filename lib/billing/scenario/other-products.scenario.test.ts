import { beforeAll, describe, expect, it } from 'vitest'
import { setPaymentMethod } from '../flows/payment-method'
import { publish } from '../testing/publish'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/**
 * Products that no file of ours ships: whatever a document mixes, the engine sells it without a line of code. Each differs
 * from the shipped one in every policy that it has.
 */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }

const free = { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, included: { pages: 10 }, over_limit: { type: 'block' } }
const small = { id: 'small', name: 'Small', rank: 1, prices: { month: 31_00, year: 310_00 }, included: { pages: 100 }, over_limit: { type: 'block' } }
const large = { id: 'large', name: 'Large', rank: 2, prices: { month: 93_00 }, included: { pages: 1_000 }, over_limit: { type: 'overage', unit_price: '0.10' } }

/** Months that keep their day, counted as long as they are; an upgrade begins a period, a downgrade waits for its end. */
const reports = {
  id: 'reports',
  name: 'Reports',
  currency: 'usd',
  meters: [{ id: 'pages', unit: 'pages' }],
  plans: [free, small, large],
  policies: {
    cycle: { months: 1 },
    day_count: 'actual',
    upgrade: { type: 'new_period', unused: 'time_and_allowance' },
    downgrade: { type: 'period_end' },
    refund: { hours: 72, requires_no_usage: false },
  },
}

/** Nothing is metered; an upgrade is charged in full less what is unused, and the period stays. */
const team = {
  id: 'team',
  name: 'Team',
  currency: 'usd',
  meters: [],
  plans: [
    { id: 'team-basic', name: 'Basic', rank: 1, prices: { month: 120_00 }, included: {}, over_limit: { type: 'block' } },
    { id: 'team-pro', name: 'Professional', rank: 2, prices: { month: 240_00 }, included: {}, over_limit: { type: 'block' } },
  ],
  policies: { cycle: { months: 1 }, upgrade: { type: 'full_new_minus_unused' }, downgrade: { type: 'now' }, refund: { hours: 72 } },
}

/** Billed for what is used beyond the limit, without a free plan to fall back to. */
const exports = {
  ...reports,
  id: 'exports',
  name: 'Exports',
  meters: [{ id: 'exports', unit: 'exports' }],
  plans: [{ ...large, id: 'standard', name: 'Standard', included: { exports: 100 } }],
}

beforeAll(async () => {
  for (const document of [reports, team, exports]) await publish(document)
})

describe('a product of months whose upgrade begins a period', () => {
  it('C2, C3: periods from 31 January keep their day, and count as many days as they have', async () => {
    const acme = await scenario(stage, { product: 'reports', plan: 'small', from: '2026-01-31T09:00:00Z' })
    await acme.walkTo('2026-04-30T09:00:00Z')
    expect((await acme.periods()).map(({ periodStart, periodEnd }) => [periodStart.toString(), periodEnd.toString()])).toEqual([
      ['2026-01-31T09:00:00Z', '2026-02-28T09:00:00Z'],
      ['2026-02-28T09:00:00Z', '2026-03-31T09:00:00Z'],
      ['2026-03-31T09:00:00Z', '2026-04-30T09:00:00Z'],
    ])
    expect((await acme.held()).holding.period).toMatchObject({ totalDays: 31 })
    expect(await acme.documents()).toMatchObject([31_00n, 31_00n, 31_00n, 31_00n].map((amountPaid) => ({ amountPaid })))
  })

  it('C17, G104: the smaller share of time and allowance is credited, and a fresh period begins at once', async () => {
    const acme = await scenario(stage, { product: 'reports', plan: 'small', from: '2026-01-31T00:00:00Z' })
    await acme.use(30, { meter: 'pages' })
    await acme.walkDays(10)
    expect(await acme.change('large')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    // −$31.00 × min(18 / 28, 70 / 100) + $93.00
    expect(lineAmounts(invoice)).toEqual([
      ['proration_credit', -19_93n],
      ['proration_charge', 93_00n],
    ])
    expect(invoice).toMatchObject({ amountPaid: 73_07n, status: 'paid' })
    const { holding } = await acme.held()
    expect(holding.period.start.toString()).toBe('2026-02-10T00:00:00Z')
    expect(holding.period.end.toString()).toBe('2026-03-10T00:00:00Z')
    expect(holding.segments).toMatchObject([{ units: 0n, countedAtStart: 0n, limit: 1_000n }])
  })

  it('C16, C13: a downgrade waits for the end, and what was used over the limit is billed with it', async () => {
    const acme = await scenario(stage, { product: 'reports', plan: 'large', from: '2026-03-10T00:00:00Z' })
    await acme.use(1_005, { meter: 'pages' })
    await acme.walkDays(3)
    expect((await acme.quote('small')).decision).toMatchObject({ effective: 'period_end', document: { lines: [], total: 0n }, rejection: null })
    expect(await acme.change('small')).toMatchObject(done)
    expect((await acme.held()).row).toMatchObject({ plan: 'large', pendingPlan: 'small' })
    await acme.walkTo('2026-04-10T00:00:00Z')
    const renewal = await acme.latestDocument()
    expect(lineAmounts(renewal)).toEqual([
      ['overage', 50n],
      ['plan', 31_00n],
    ])
    expect((await acme.held()).row).toMatchObject({ plan: 'small', pendingPlan: null })
  })

  it('C16: month → year is a term of its own at once, and year → month waits for its end', async () => {
    const acme = await scenario(stage, { product: 'reports', plan: 'small', from: '2026-05-10T00:00:00Z' })
    await acme.walkDays(10)
    expect(await acme.change('small', 'year')).toMatchObject(done)
    // −$31.00 × min(21 / 31, 100 / 100) + $310.00
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 289_00n })
    expect((await acme.held()).holding.period.end.toString()).toBe('2027-05-20T00:00:00Z')
    expect(await acme.change('small', 'month')).toMatchObject(done)
    await acme.walkTo('2027-05-20T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', amountPaid: 31_00n })
    expect((await acme.held()).holding.period.end.toString()).toBe('2027-06-20T00:00:00Z')
  })

  it('G13: a new version’s price holds from the next renewal on, and until then what was bought', async () => {
    const sold = { ...reports, id: 'priced', meters: [{ id: 'priced', unit: 'pages' }], plans: [{ ...small, included: { priced: 100 } }] }
    await publish(sold)
    const acme = await scenario(stage, { product: 'priced', plan: 'small', from: '2026-05-10T00:00:00Z' })
    await publish({ ...sold, plans: [{ ...sold.plans[0], prices: { month: 40_00 } }] }, { version: 2, effectiveAt: '2026-05-15T00:00:00Z' })
    await publish(
      { ...sold, plans: [{ ...sold.plans[0], prices: { month: 90_00 } }] },
      { version: 3, effectiveAt: '2026-05-15T00:00:00Z', applies: 'new_subscriptions' },
    )
    expect((await acme.held()).holding.terms.product.version).toBe(1)
    await acme.walkTo('2026-06-10T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', amountPaid: 40_00n })
    expect((await acme.held()).holding.terms.product.version).toBe(2)
  })
})

describe('a product without meters, charged in full less what is unused', () => {
  it('T5: $240 − $100 after 5 days, the period stays, and a downgrade at once is credited', async () => {
    const acme = await scenario(stage, { product: 'team', plan: 'team-basic', from: '2026-05-20T00:00:00Z' })
    await acme.walkDays(5)
    expect(await acme.change('team-pro')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 140_00n })
    await acme.walkTo('2026-06-20T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', amountPaid: 240_00n })
    await acme.walkDays(15)
    expect(await acme.change('team-basic')).toMatchObject(done)
    expect(await acme.latestDocument()).toMatchObject({ series: 'credit_note', creditIssued: 60_00n })
    expect(await acme.change('team-pro'), 'and up again, any number of times').toMatchObject(done)
    expect(await acme.change('team-basic')).toMatchObject(done)
  })
})

describe('a product without a free plan', () => {
  it('A8: ends where it was cancelled, and its usage is billed', async () => {
    const acme = await scenario(stage, { product: 'exports', plan: 'standard', from: '2026-03-01T00:00:00Z' })
    await acme.use(150, { meter: 'exports' })
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await acme.walkTo('2026-04-02T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'canceled' })
    expect(lineAmounts(await acme.latestDocument())).toEqual([['overage', 5_00n]])
  })

  it('C12: is unpaid after the last failure, and active again where the invoice is paid', async () => {
    const acme = await scenario(stage, { product: 'exports', plan: 'standard', from: '2026-03-01T00:00:00Z' })
    expect(await acme.payWith('pm_card_chargeCustomerFail')).toMatchObject({ ok: true })
    await acme.walkTo('2026-04-08T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'unpaid', plan: 'standard' })
    expect(await acme.payWith('pm_card_visa')).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ status: 'active', plan: 'standard' })
    await acme.walkTo('2026-05-01T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', amountPaid: 93_00n })
  })

  it('G99: while it is unpaid nothing is invoiced, and what was used meanwhile is billed by the first renewal after', async () => {
    const acme = await scenario(stage, { product: 'exports', plan: 'standard', from: '2026-03-01T00:00:00Z' })
    expect(await acme.payWith('pm_card_chargeCustomerFail')).toMatchObject({ ok: true })
    await acme.walkTo('2026-04-08T00:00:00Z')
    await acme.use(150, { meter: 'exports' })
    await acme.use(120, { meter: 'exports', at: '2026-03-20T00:00:00Z' })
    const issued = (await acme.documents()).length
    await acme.walkTo('2026-05-02T00:00:00Z')
    expect((await acme.documents()).length).toBe(issued)

    // Not asked of the books: May has no fee, because nothing is cut for a period that begins unpaid (G65).
    const card = { organizationId: acme.organizationId, methodRef: 'pm_card_visa', key: 'paid at last' }
    expect(await setPaymentMethod(acme.flow, card)).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ status: 'active', plan: 'standard' })
    await acme.walkTo('2026-06-01T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['adjustment', 2_00n],
      ['adjustment', 5_00n],
      ['plan', 93_00n],
    ])
  })
})
