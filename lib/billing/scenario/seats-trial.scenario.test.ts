import { describe, expect, it } from 'vitest'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addTo, removeFrom, someMember } from '../testing/team'

/** T9: 14 days, a payment method required, billed automatically when it ends. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const MAY_20 = '2026-05-20T00:00:00Z'
const MAY_25 = '2026-05-25T00:00:00Z'
/** Fourteen days later; and three before that, when the customer is told. */
const END = '2026-06-03T00:00:00Z'
const NOTICE = '2026-05-31T00:00:00Z'

const nobody = (facts: Parameters<typeof scenario>[1] = {}) => scenario(stage, { product: 'team-seats', plan: null, members: 9, from: MAY_20, ...facts })

async function trial(plan = 'basic', interval?: 'month' | 'year'): Promise<Scenario> {
  const acme = await nobody()
  expect(await acme.subscribe(plan, interval, true)).toMatchObject(done)
  return acme
}

const untilOf = async (life: Scenario) => (await life.held()).row.periodEnd.toString()

describe('a trial (T9)', () => {
  it('G69: is a period of 14 days that costs nothing; the first paid one is anchored on its end and billed by itself', async () => {
    const acme = await trial()
    expect(await acme.held()).toMatchObject({
      row: { status: 'trialing', seatsPaid: 0 },
      holding: { period: { totalDays: 14 }, seats: { present: 10, tab: [] } },
    })
    expect((await acme.held()).holding.trialEnd?.toString()).toBe(END)
    expect([await untilOf(acme), (await acme.held()).row.anchor.toString()]).toEqual([END, END])
    expect(await acme.documents()).toEqual([])
    await acme.walkTo(END)
    expect(await acme.held()).toMatchObject({ row: { status: 'active', seatsPaid: 10, reviewAt: null }, holding: { trialEnd: null } })
    expect(await untilOf(acme)).toBe('2026-07-03T00:00:00Z')
    expect(await acme.documents()).toMatchObject([{ kind: 'renewal', amountPaid: 120_00n, status: 'paid' }])
  })

  it('tells of its end three days before, once', async () => {
    const acme = await trial()
    await acme.walkTo('2026-05-30T23:59:59Z')
    expect(await acme.told()).not.toContain('trial_ending')
    await acme.walkTo(NOTICE)
    expect((await acme.told()).filter((kind) => kind === 'trial_ending')).toHaveLength(1)
    await acme.walkTo(END)
    expect((await acme.told()).filter((kind) => kind === 'trial_ending')).toHaveLength(1)
  })

  it('G69: members who come and go in it cost nothing, and who is there at its end is billed', async () => {
    const acme = await trial()
    await acme.walkTo(MAY_25)
    await removeFrom(acme, await someMember(acme))
    for (let joined = 0; joined < 3; joined++) await addTo(acme)
    expect((await acme.held()).holding.seats).toMatchObject({ present: 12, tab: [] })
    await acme.walkTo(END)
    expect((await acme.documents()).map(lineAmounts)).toEqual([[['plan', 144_00n]]])
    await acme.walkTo('2026-07-03T00:00:00Z')
    expect((await acme.documents()).map(lineAmounts)).toEqual([[['plan', 144_00n]], [['plan', 144_00n]]])
  })

  it('T9: cancelled during the trial it is used to its end, not billed, and not told of again', async () => {
    const acme = await trial()
    await acme.walkTo(MAY_25)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect((await acme.held()).row.cancelAt?.toString()).toBe(END)
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'trialing' })
    await acme.walkTo(END)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active', cancelAt: null })
    expect(await acme.documents()).toEqual([])
    expect(await acme.told()).not.toContain('trial_ending')
  })

  it('A8: a cancellation is undone before its end, and the trial is billed after all', async () => {
    const acme = await trial()
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect(await acme.reactivate()).toMatchObject({ ok: true })
    await acme.walkTo(END)
    expect(await acme.documents()).toMatchObject([{ amountPaid: 120_00n }])
  })

  it('G69, G103: another plan and another interval are at once, free of charge, and the trial goes on', async () => {
    const acme = await trial()
    await acme.walkTo(MAY_25)
    expect((await acme.quote('professional')).decision).toMatchObject({
      kind: 'upgrade',
      effective: 'now',
      document: { lines: [], amountDue: 0n },
      nextRenewal: { amount: 240_00n },
    })
    expect(await acme.change('professional')).toMatchObject(done)
    expect((await acme.held()).row).toMatchObject({ plan: 'professional', status: 'trialing' })
    expect(await untilOf(acme)).toBe(END)
    expect(await acme.change('basic'), 'a downgrade too').toMatchObject(done)
    expect(await acme.change('basic', 'year')).toMatchObject(done)
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', interval: 'year', status: 'trialing' })
    await acme.walkTo(END)
    expect(await acme.documents()).toMatchObject([{ amountPaid: 1_080_00n, kind: 'renewal' }])
    expect(await untilOf(acme)).toBe('2027-06-03T00:00:00Z')
    expect((await acme.held()).row.reviewAt?.toString()).toBe('2026-07-03T00:00:00Z')
    expect(await acme.told(), 'the notice was not lost on the way').toContain('trial_ending')
  })

  it('G103: to free is at once and ends it', async () => {
    const acme = await trial()
    await acme.walkTo(MAY_25)
    expect((await acme.quote('free')).decision).toMatchObject({ effective: 'now', document: { lines: [] } })
    expect(await acme.change('free')).toMatchObject(done)
    expect(await acme.held()).toMatchObject({ row: { plan: 'free', status: 'active', seatsPaid: 0, reviewAt: null }, holding: { trialEnd: null } })
    await acme.walkTo('2026-07-25T00:00:00Z')
    expect(await acme.documents()).toEqual([])
  })

  it('C12, G69: the first charge that fails is tried again as a renewal is, and the last failure ends on Free', async () => {
    const acme = await trial()
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo(END)
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'past_due' })
    await acme.walkTo('2026-06-10T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active', seatsPaid: 0 })
    expect(await acme.told()).toContain('moved_to_free')
  })

  it('G69: needs a payment method', async () => {
    const acme = await nobody({ card: null })
    expect(await acme.subscribe('basic', 'month', true)).toMatchObject({ ok: false, error: { code: 'no_payment_method' } })
  })

  it('G69: once an organization, however it has ended', async () => {
    const acme = await trial()
    expect(await acme.change('free')).toMatchObject(done)
    expect(await acme.subscribe('basic', 'month', true), 'the live subscription first').toMatchObject({ ok: false, error: { code: 'already_subscribed' } })
  })

  it('G69: not of a free plan, nor of a product without one', async () => {
    const acme = await nobody()
    expect(await acme.subscribe('free', 'month', true)).toMatchObject({ ok: false, error: { code: 'not_eligible', rule: 'G69' } })
    const other = await scenario(stage, { plan: null })
    expect(await other.subscribe('basic', 'month', true)).toMatchObject({ ok: false, error: { code: 'not_eligible', rule: 'G69' } })
  })
})
