import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { organizations, testClocks } from '@/db/schema'
import type { MemberId } from '../../ids'
import { instant } from '../../time'
import { teamSeats } from '../catalog/team-seats'
import { addMember } from '../commands/add-member'
import { runDueFor } from '../flows/due-work'
import { publish } from '../testing/publish'
import { first, lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addTo, giveRole, removeFrom, someMember } from '../testing/team'

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }

/** A trial that can be asked for again: nobody is left on a free plan. */
const withoutFree = { ...teamSeats, id: 'team-without-free', plans: teamSeats.plans.filter(({ id }) => id !== 'free') }

/** What a product may mix: seats whose upgrades are prorated, and whose downgrades are at once. */
const prorated = {
  ...teamSeats,
  id: 'team-prorated',
  policies: { ...teamSeats.policies, upgrade: { type: 'prorated_difference' as const }, downgrade: { type: 'now' as const } },
}

beforeAll(async () => {
  await publish(withoutFree)
  await publish(prorated)
})

const startsAndTotals = async (life: Scenario) => (await life.documents()).map(({ issuedAt, total }) => [issuedAt.toString().slice(0, 10), total])

/** Somebody comes on each 5th and goes on each 20th, from the second month on; one step a call. */
async function comeAndGo(life: Scenario, months: readonly string[], oneStep: boolean): Promise<void> {
  for (const month of months) {
    await life.walkTo(`${month}-05T00:00:00Z`)
    const guest: MemberId = await addTo(life)
    if (!oneStep) for (let day = 6; day <= 19; day += 4) await life.walkTo(`${month}-${String(day).padStart(2, '0')}T12:00:00Z`)
    await life.walkTo(`${month}-20T00:00:00Z`)
    if (Number(month.slice(5)) % 2 === 0) await removeFrom(life, guest)
  }
}

const MONTHS = [
  '2027-12',
  '2028-01',
  '2028-02',
  '2028-03',
  '2028-04',
  '2028-05',
  '2028-06',
  '2028-07',
  '2028-08',
  '2028-09',
  '2028-10',
  '2028-11',
  '2028-12',
  '2029-01',
]

describe('a long life with seats', () => {
  it.each([['month'], ['year']] as const)(
    'C2, G24: by the %s from the 31st over a leap day and two year’s ends; one step or many gives the same documents',
    async (interval) => {
      const lives = []
      for (const oneStep of [true, false]) {
        const life = await scenario(stage, { product: 'team-seats', plan: 'basic', interval, members: 2, from: '2027-10-31T00:00:00Z' })
        await comeAndGo(life, MONTHS, oneStep)
        await life.walkTo('2029-03-31T00:00:00Z')
        lives.push(await startsAndTotals(life))
      }
      const [one, many] = lives
      expect(many).toEqual(one)
      const days = new Set(one?.map(([day]) => day))
      if (interval === 'month') for (const day of ['2028-02-29', '2028-03-31', '2028-04-30', '2029-02-28', '2029-03-31']) expect(days).toContain(day)
      else for (const day of ['2028-01-31', '2028-02-29', '2028-10-31']) expect(days, 'reviews keep the day and clamp to the month’s end').toContain(day)
    },
  )

  it('walks a team through fourteen months: a trial, both intervals, both plans, roles, a card that fails, and the end', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: null, members: 4, from: '2027-12-17T00:00:00Z' })
    expect(await acme.subscribe('basic', 'month', true)).toMatchObject(done)
    await acme.walkTo('2027-12-31T00:00:00Z')
    expect((await acme.latestDocument()).total, 'the trial ends on the 31st').toBe(60_00n)
    await acme.walkTo('2028-01-10T00:00:00Z')
    const bob = await addTo(acme)
    await acme.walkTo('2028-02-29T00:00:00Z') // 31 January; 29 February.
    await giveRole(acme, bob, 'billing')
    await acme.walkTo('2028-03-05T00:00:00Z')
    expect(await acme.change('professional')).toMatchObject(done)
    await acme.walkTo('2028-03-31T00:00:00Z')
    await addTo(acme)
    expect(await acme.change('professional', 'year')).toMatchObject(done)
    await acme.payWith('pm_card_chargeCustomerFail')
    await addTo(acme)
    await acme.walkTo('2028-05-01T00:00:00Z')
    expect((await acme.held()).row.status, 'the review of 30 April failed').toBe('past_due')
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row.status).toBe('active')
    await acme.walkTo('2028-12-31T12:00:00Z')
    await removeFrom(acme, await someMember(acme))
    expect(await acme.change('basic', 'month')).toMatchObject(done)
    await acme.walkTo('2029-03-31T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', interval: 'month' })
    expect((await acme.latestDocument()).lines).toMatchObject([{ kind: 'plan', quantity: 6n }])
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await acme.walkTo('2029-05-01T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'free', seatsPaid: 0, status: 'active' })
  })

  it('a worker that was away for months makes the same documents as one that was not, each of its own day', async () => {
    const lives = []
    for (const isAway of [false, true]) {
      const life = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year', members: 2, from: '2027-10-31T00:00:00Z' })
      const jump = (to: string) =>
        isAway
          ? inEngine((tx) =>
              tx
                .update(testClocks)
                .set({ now: instant(to) })
                .where(life.onItsClock),
            )
          : life.walkTo(to)
      await jump('2028-01-05T00:00:00Z')
      await addTo(life)
      await jump('2028-03-05T00:00:00Z')
      await removeFrom(life, await someMember(life))
      await jump('2028-11-15T00:00:00Z')
      for (let pass = 0; pass < 30 && (await runDueFor(stage.provider, [life.organizationId])) > 0; pass++);
      await life.expectBalanced()
      lives.push(await startsAndTotals(life))
    }
    const [there, away] = lives
    expect(away).toEqual(there)
    expect(there).toEqual([
      ['2027-10-31', 324_00n],
      ['2028-01-31', 88_47n], // $108 × 299 / 365.
      ['2028-03-31', -70_72n], // $108 × 239 / 365.
      ['2028-10-31', 324_00n],
    ])
  })

  it('C12: where a renewal fails for the last time the plan ends, and its tab with it', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', members: 1, from: '2026-05-20T00:00:00Z' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-06-22T00:00:00Z')
    await addTo(acme)
    await acme.walkTo('2026-06-27T00:00:00Z')
    expect(await acme.held()).toMatchObject({ row: { plan: 'free', seatsPaid: 0 }, holding: { seats: { present: 3, tab: [] } } })
    await acme.walkTo('2026-08-27T00:00:00Z')
    expect((await acme.documents()).filter(({ lines }) => lines.some(({ kind }) => kind === 'seat_addition'))).toEqual([])
  })

  it('G69: a trial is had once, also where the subscription ended with it', async () => {
    const acme = await scenario(stage, { product: 'team-without-free', plan: null, from: '2026-05-20T00:00:00Z' })
    expect(await acme.subscribe('basic', 'month', true)).toMatchObject(done)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await acme.walkTo('2026-06-03T00:00:00Z')
    expect((await acme.held()).row.status).toBe('canceled')
    expect(await acme.subscribe('basic', 'month', true)).toMatchObject({
      ok: false,
      error: { code: 'not_eligible', rule: 'G69', formula: '1 trial used of 1' },
    })
    expect(await acme.subscribe('basic', 'month')).toMatchObject(done)
  })

  it('C16, A6, A7 with seats: the difference for the days left, and credit for them; the tab comes first both times', async () => {
    const acme = await scenario(stage, { product: 'team-prorated', plan: 'basic', members: 9, from: '2026-05-01T00:00:00Z' })
    await acme.walkDays(5)
    await addTo(acme)
    await acme.walkDays(10)
    expect(await acme.change('professional')).toMatchObject(done)
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['seat_addition', 4_00n],
      ['proration_credit', -60_00n],
      ['proration_charge', 132_00n],
    ])
    await acme.walkDays(5)
    await removeFrom(acme, await someMember(acme))
    expect(await acme.change('basic')).toMatchObject(done)
    // −$24 × 11 × 10/30 and $12 × 10 × 10/30; who left today takes no day back.
    expect(await acme.latestDocument()).toMatchObject({ series: 'credit_note', total: -48_00n })
    expect((await acme.held()).holding.seats).toMatchObject({ present: 10, paid: 10, tab: [] })
  })
})

describe('T12: a refund within 72 hours, and 14 days more where the law asks for it', () => {
  const PAID = '2026-05-20T00:00:00Z'
  async function teamIn(country: string | null): Promise<Scenario> {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', members: 9, from: PAID })
    await inEngine((tx) => tx.update(organizations).set({ country }).where(eq(organizations.id, acme.organizationId)))
    return acme
  }

  it.each([
    { country: 'US', last: '2026-05-23T00:00:00Z', rule: '72 hours' },
    { country: null, last: '2026-05-23T00:00:00Z', rule: '72 hours' },
    { country: 'DE', last: '2026-06-06T00:00:00Z', rule: '17 days' },
    { country: 'GB', last: '2026-06-06T00:00:00Z', rule: '17 days' },
  ])('$country: $rule after the charge it is given, a millisecond later it is not', async ({ country, last }) => {
    const late = await teamIn(country)
    await late.walkTo(instant(last).add({ milliseconds: 1 }))
    expect(await late.refund((await late.latestDocument()).id)).toMatchObject({ ok: false, error: { code: 'refund_window_closed', rule: 'T12' } })
    const inTime = await teamIn(country)
    await addTo(inTime)
    await inTime.walkTo(last)
    expect(await inTime.refund((await inTime.latestDocument()).id)).toMatchObject({ ok: true })
    expect(await inTime.held(), 'a full refund moves to free at once, and the tab is dropped').toMatchObject({
      row: { plan: 'free', seatsPaid: 0 },
      holding: { seats: { tab: [] } },
    })
    expect(await inTime.cash()).toBe(0n)
  })

  it('an hour beyond 72 is too late at home', async () => {
    const acme = await teamIn('US')
    await acme.walkTo('2026-05-23T01:00:00Z')
    expect(await acme.refund((await acme.latestDocument()).id)).toMatchObject({ ok: false, error: { code: 'refund_window_closed' } })
  })

  it('G67: what was refunded of a period is not credited again for a member who leaves it', async () => {
    const acme = await teamIn('DE')
    expect(await acme.refund((await acme.latestDocument()).id, 119_00)).toMatchObject({ ok: true })
    await removeFrom(acme, await someMember(acme))
    await acme.walkTo('2026-06-20T00:00:00Z')
    expect(
      (await acme.documents()).map(({ series }) => series),
      '$12 of credit, and $119 were given back',
    ).toEqual(['invoice', 'invoice'])
    expect(await acme.credit()).toBe(0n)
  })

  it('G67: nor by a yearly review, once a refund has paid for it', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', interval: 'year', members: 9, from: PAID })
    expect(await acme.refund((await acme.latestDocument()).id, 100_00)).toMatchObject({ ok: true })
    await removeFrom(acme, await someMember(acme))
    await acme.walkTo('2026-06-20T00:00:00Z')
    // $108 × 1 of credit, less the $100 that went out.
    expect(await acme.credit()).toBe(8_00n)
    await removeFrom(acme, await someMember(acme))
    await acme.walkTo('2026-07-20T00:00:00Z')
    expect(await acme.credit(), 'once').toBe(8_00n + 98_83n) // $108 × 334 / 365.
  })
})

describe('at once', () => {
  it('a member is added while a quote executes: the price was right for who was there, or nothing happened', async () => {
    for (let round = 0; round < 3; round++) {
      const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', members: 9, from: '2026-05-20T00:00:00Z' })
      await acme.walkTo('2026-05-25T00:00:00Z')
      const { id } = await acme.quote('professional')
      const { organizationId } = acme
      const join = () => first((context) => addMember(context, { organizationId, email: `guest-${round}@example.com`, role: 'member', invite: false }))
      const [changed] = await Promise.all([acme.execute(id), join()])
      await acme.expectBalanced()
      const { seats } = (await acme.held()).holding
      if (changed.ok) expect(seats).toMatchObject({ present: 11, paid: 10, tab: [{ type: 'joined' }] })
      else expect(changed).toMatchObject({ error: { code: 'quote_expired' } })
      await acme.walkTo('2026-06-20T00:00:00Z')
      expect((await acme.latestDocument()).total, '$24 × 11 and its 25 days, or $12 × 11 and its').toBe(changed.ok ? 284_00n : 142_00n)
    }
  })

  it('two come at once, and both are on the tab', async () => {
    const acme = await scenario(stage, { product: 'team-seats', plan: 'basic', from: '2026-05-20T00:00:00Z' })
    await Promise.all([addTo(acme), addTo(acme)])
    expect((await acme.held()).holding.seats).toMatchObject({ present: 3, paid: 1, tab: [{ type: 'joined' }, { type: 'joined' }] })
  })
})
