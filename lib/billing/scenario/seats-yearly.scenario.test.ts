import { beforeAll, describe, expect, it } from 'vitest'
import { teamSeats } from '../catalog/team-seats'
import { publish } from '../testing/publish'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addTo, removeFrom, someMember } from '../testing/team'

/**
 * The vendor's worked examples of its yearly plan, with its own figures and dates. Its examples of members use $12 a month,
 * paid yearly, which is $144.00 a year; those of plan changes use the plan's own prices.
 */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const MAY_20 = '2026-05-20T00:00:00Z'
const MAY_25 = '2026-05-25T00:00:00Z'
const JUNE_20 = '2026-06-20T00:00:00Z'
const YEAR_2 = '2027-05-20T00:00:00Z'

/** Sold at the price of the examples. */
const vector = {
  ...teamSeats,
  id: 'team-seats-at-12',
  plans: teamSeats.plans.map((plan) => (plan.id === 'basic' ? { ...plan, prices: { month: 12_00, year: 12_00 * 12 } } : plan)),
}

beforeAll(() => publish(vector))

const yearly = (facts: Parameters<typeof scenario>[1] = {}) =>
  scenario(stage, { product: 'team-seats-at-12', plan: 'basic', interval: 'year', members: 9, from: MAY_20, ...facts })
const shipped = (facts: Parameters<typeof scenario>[1] = {}) => yearly({ product: 'team-seats', ...facts })

async function issuedAt(life: Scenario, at: string) {
  return (await life.documents()).filter(({ issuedAt }) => issuedAt.toString() === at)
}

describe('team-seats by the year', () => {
  it('T2, G38: 10 members at $12 × 12 from 20 May, one joins on 25 May: 20 June is $142.03, and year 2 is $1,584', async () => {
    const acme = await yearly()
    expect(await issuedAt(acme, MAY_20)).toMatchObject([{ amountPaid: 1_440_00n }])
    await acme.walkTo(MAY_25)
    await addTo(acme)
    await acme.walkTo(JUNE_20)
    const [review, ...others] = await issuedAt(acme, JUNE_20)
    expect(others).toEqual([])
    expect(review).toMatchObject({
      kind: 'adjustment',
      series: 'invoice',
      status: 'paid',
      amountPaid: 142_03n,
      differsBecause: [{ code: 'members_added', text: '1 member was added: $142.03 for the time since.' }],
      lines: [{ kind: 'seat_addition', rule: 'T2', quantity: 1n, formula: '$144.00 × 1 × 360 / 365 = $142.03' }],
    })
    await acme.walkTo(YEAR_2)
    expect((await acme.documents()).length, 'G38: a review without a change makes no document').toBe(3)
    expect(await issuedAt(acme, YEAR_2)).toMatchObject([{ kind: 'renewal', amountPaid: 1_584_00n }])
  })

  it('T4, G38: one of ten is removed on 25 May: 20 June is a credit note of $142.03, and year 2 is $1,296 less that', async () => {
    const acme = await yearly()
    await acme.walkTo(MAY_25)
    await removeFrom(acme, await someMember(acme))
    await acme.walkTo(JUNE_20)
    expect(await issuedAt(acme, JUNE_20)).toMatchObject([
      {
        kind: 'adjustment',
        series: 'credit_note',
        status: 'paid',
        total: -142_03n,
        creditIssued: 142_03n,
        differsBecause: [{ code: 'members_removed' }],
        lines: [{ kind: 'seat_removal', rule: 'T4', formula: '−$144.00 × 1 × 360 / 365 = −$142.03' }],
      },
    ])
    expect(await acme.credit()).toBe(142_03n)
    await acme.walkTo(YEAR_2)
    expect(await issuedAt(acme, YEAR_2)).toMatchObject([{ total: 1_296_00n, creditApplied: 142_03n, amountPaid: 1_153_97n }])
  })

  it('T6: from Basic to Professional on 25 May: $2,160.00 − $1,065.21 = $1,094.79', async () => {
    const acme = await shipped()
    expect(await issuedAt(acme, MAY_20)).toMatchObject([{ amountPaid: 1_080_00n }])
    await acme.walkTo(MAY_25)
    expect(await acme.change('professional')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ amountPaid: 1_094_79n })
    expect(invoice.lines).toMatchObject([
      { kind: 'proration_credit', amount: -1_065_21n, formula: '−$108.00 × 10 × 360 / 365 = −$1,065.21' },
      { kind: 'proration_charge', amount: 2_160_00n, formula: '$216.00 × 10 = $2,160.00' },
    ])
    expect((await acme.held()).row.periodEnd.toString(), 'the period does not move').toBe(YEAR_2)
  })

  it('T7: Free is chosen on 25 May and comes a year after the beginning, without a charge', async () => {
    const acme = await shipped()
    await acme.walkTo(MAY_25)
    expect(await acme.change('free')).toMatchObject(done)
    await acme.walkTo(YEAR_2)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', interval: 'month', reviewAt: null })
    expect(await acme.documents()).toHaveLength(1)
  })

  it('T8, G100: from the year to the month when the year ends, and to a higher monthly plan likewise', async () => {
    const acme = await shipped()
    await acme.walkTo(MAY_25)
    expect((await acme.quote('professional', 'month')).decision).toMatchObject({ kind: 'switch', effective: 'period_end' })
    expect(await acme.change('basic', 'month')).toMatchObject(done)
    await acme.walkTo(YEAR_2)
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', interval: 'month', reviewAt: null })
    expect(await issuedAt(acme, YEAR_2)).toMatchObject([{ amountPaid: 120_00n, differsBecause: [{ code: 'interval_switched' }] }])
  })

  it('T5b, G40: joined and left between two reviews is charged for those days; left after one, the rest is credited', async () => {
    const acme = await yearly()
    await acme.walkTo(MAY_25)
    const guest = await addTo(acme)
    const other = await addTo(acme)
    await acme.walkTo('2026-06-04T00:00:00Z')
    await removeFrom(acme, guest)
    await acme.walkTo(JUNE_20)
    // $144 × 10/365 and $144 × 360/365.
    expect((await issuedAt(acme, JUNE_20)).map(lineAmounts)).toEqual([
      [
        ['seat_addition', 142_03n],
        ['seat_addition', 3_95n],
      ],
    ])
    await removeFrom(acme, other)
    await acme.walkTo('2026-07-20T00:00:00Z')
    // On 20 June 31 days have passed: 334 are left.
    expect((await issuedAt(acme, '2026-07-20T00:00:00Z')).map(lineAmounts)).toEqual([[['seat_removal', -131_77n]]])
  })

  it('G36: an upgrade between two reviews settles the tab, and the review finds nothing', async () => {
    const acme = await yearly()
    await acme.walkTo(MAY_25)
    await addTo(acme)
    await acme.walkTo('2026-06-04T00:00:00Z')
    expect(await acme.change('professional')).toMatchObject(done)
    // $144 × 10/365; −$144 × 10 × 350/365; $216 × 11.
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['seat_addition', 3_95n],
      ['proration_credit', -1_380_82n],
      ['proration_charge', 2_376_00n],
    ])
    await acme.walkTo('2026-08-20T00:00:00Z')
    expect(await acme.documents()).toHaveLength(2)
  })

  it('additions and removals of one month are two documents; the credit does not meet the invoice beside it', async () => {
    const acme = await yearly()
    await acme.walkTo(MAY_25)
    await removeFrom(acme, await someMember(acme))
    await addTo(acme)
    await acme.walkTo(JUNE_20)
    expect(await issuedAt(acme, JUNE_20)).toMatchObject([
      { total: 142_03n, amountPaid: 142_03n, creditApplied: 0n },
      { total: -142_03n, creditIssued: 142_03n },
    ])
  })

  it('G75: what joined is on the next renewal only after the last review', async () => {
    const acme = await yearly()
    await acme.walkTo('2027-04-10T00:00:00Z')
    await addTo(acme)
    expect((await acme.quote('professional', 'month')).decision.nextRenewal.amount, '11 × $24 and no part of the year').toBe(264_00n)
    await acme.walkTo('2027-04-21T00:00:00Z')
    await addTo(acme)
    // 336 days have passed: $144 × 29/365 = $11.44, and 12 × $24.
    expect((await acme.quote('professional', 'month')).decision.nextRenewal.amount).toBe(299_44n)
    await acme.walkTo(YEAR_2)
    expect(lineAmounts((await issuedAt(acme, YEAR_2))[0] ?? { lines: [] })).toEqual([
      ['seat_addition', 11_44n],
      ['plan', 1_728_00n],
    ])
  })

  it('G55: a review that cannot be paid is tried again as a renewal is, blocks nothing, and is past due until then', async () => {
    const acme = await yearly()
    await acme.walkTo(MAY_25)
    await addTo(acme)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-06-21T12:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'past_due', plan: 'basic' })
    expect((await acme.payments()).at(-1)).toMatchObject({ attempts: 2 })
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row).toMatchObject({ status: 'active' })
    expect((await issuedAt(acme, JUNE_20))[0]).toMatchObject({ status: 'paid', amountPaid: 142_03n })
  })

  it('G39: on the 366th day of a leap year nothing is charged and nothing is credited', async () => {
    const acme = await yearly({ from: '2027-12-31T00:00:00Z' })
    await acme.walkTo('2028-12-30T12:00:00Z') // 365 completed days.
    await removeFrom(acme, await someMember(acme))
    await acme.walkTo('2028-12-31T00:00:00Z')
    expect(await issuedAt(acme, '2028-12-31T00:00:00Z')).toMatchObject([{ total: 1_296_00n, lines: [{ kind: 'plan' }] }])
    expect((await acme.held()).holding.seats).toMatchObject({ present: 9, paid: 9, tab: [] })
  })
})

describe('a seat that is given up after its review was refunded', () => {
  it('G67, G38: gives no credit, its review issues nothing, and the books still know that it is paid for no more', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year', members: 2, from: '2026-01-01T00:00:00Z' })
    await acme.walkTo('2026-01-05T00:00:00Z')
    const guest = await addTo(acme)
    await acme.walkTo('2026-02-01T00:00:00Z')
    const review = await acme.latestDocument()
    expect(review).toMatchObject({ kind: 'adjustment', status: 'paid' })
    expect(await acme.refund(review.id)).toMatchObject({ ok: true })
    await removeFrom(acme, guest)
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect((await acme.latestDocument()).id).toBe(review.id)
    expect((await acme.held()).row.seatsPaid).toBe(3)
  })
})
