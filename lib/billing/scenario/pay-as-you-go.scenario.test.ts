import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { publish } from '../testing/publish'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** B5, B6: "Users on our Scaling, Enterprise or Custom plans have access to a Pay-As-You-Go option", under a monthly cap. */

const stage = setStage()
const product = 'scrape-credits'
const INCLUDED = 5_000_000
const allowed = (used: number) => ({ value: { allowed: true, used: BigInt(used) } })
const refused = (reason: string) => ({ value: { allowed: false, reason } })

const pays = (acme: Scenario, cap: number | null, enabled = true) => acme.setLimits({ payAsYouGo: { enabled, cap: cap === null ? null : minor(cap) } })

/** On scaling, with everything included used. */
async function atLimit(from = '2026-01-10T00:00:00Z'): Promise<Scenario> {
  const acme = await scenario(stage, { product, plan: 'scaling', from })
  await acme.use(INCLUDED)
  return acme
}

/** What was billed for units, invoice by invoice. */
const billed = async (acme: Scenario) =>
  (await acme.documents()).flatMap(({ lines }) => lines.filter(({ kind, rule }) => kind === 'extra_usage' || rule === 'C8').map(({ amount }) => amount))

describe('B5: pay-as-you-go', () => {
  it('“a pop-up will give you the option”: blocked until it is turned on (G49), then each credit at $0.000095', async () => {
    const acme = await atLimit()
    expect(await acme.consume(1)).toMatchObject(refused('limit_reached'))
    expect(await pays(acme, null)).toMatchObject({ ok: true })
    expect(await acme.consume(1_000_000)).toMatchObject({ value: { allowed: true, used: 6_000_000n, limit: 5_000_000n, remaining: null } })
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['extra_usage', 95_00n],
      ['plan', 475_00n],
    ])
    expect((await acme.held()).row, 'and it stays on').toMatchObject({ payAsYouGo: true, payAsYouGoCap: null })
  })

  it('what was recorded while it was off is not billed when it is turned on, and turning it off keeps the tab (G51)', async () => {
    const acme = await atLimit()
    await acme.use(200_000)
    await pays(acme, null)
    await acme.use(100_000)
    await pays(acme, null, false)
    expect(await acme.consume(1)).toMatchObject(refused('limit_reached'))
    await acme.use(300_000)
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(await billed(acme)).toEqual([9_50n])
  })

  it.each(['free', 'hobby', 'startup', 'business'])('is not to be had on %s', async (plan) => {
    const acme = await scenario(stage, { product, plan })
    expect(await pays(acme, 10_00)).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'B5' } })
    expect(await pays(acme, null, false)).toMatchObject({ ok: true })
  })

  it('is not to be had before 4 November 2025 (G64)', async () => {
    const acme = await scenario(stage, { product, plan: 'scaling', from: '2025-11-03T23:59:59.999Z' })
    expect(await pays(acme, null)).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'G64' } })
    await acme.walkTo('2025-11-04T00:00:00Z')
    expect(await pays(acme, null)).toMatchObject({ ok: true })
  })
})

describe('B6: the cap', () => {
  it('$10.00 at $0.000095: 105,263 units, billed $10.00 at the billing month’s end (G52)', async () => {
    const acme = await atLimit()
    await pays(acme, 10_00)
    expect(await acme.consume(105_264)).toMatchObject(refused('spending_cap_reached'))
    expect(await acme.consume(105_263)).toMatchObject({ value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'spending_cap_reached', rule: 'B6', used: 5_105_263n } })
    await acme.walkTo('2026-02-09T23:59:59.999Z')
    expect(await acme.documents()).toHaveLength(1)
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(await billed(acme)).toEqual([10_00n])
    await acme.use(INCLUDED)
    expect(await acme.consume(105_263), 'and counts anew').toMatchObject({ value: { allowed: true } })
  })

  it('is never passed by what arrived late or was recorded over it; raising it does not bill that', async () => {
    const acme = await atLimit()
    await pays(acme, 10_00)
    await acme.use(500_000)
    await pays(acme, 20_00)
    expect(await acme.consume(105_263), '$10.00 more').toMatchObject(allowed(INCLUDED + 605_263))
    expect(await acme.consume(1)).toMatchObject(refused('spending_cap_reached'))
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(await billed(acme)).toEqual([20_00n])
    await acme.use(400_000, { at: '2026-02-01T00:00:00Z' })
    await acme.walkTo('2026-03-10T00:00:00Z')
    expect(await billed(acme), 'late usage too').toEqual([20_00n])
  })

  it('late usage is billed up to it, as an adjustment (C8)', async () => {
    const acme = await atLimit()
    await pays(acme, 10_00)
    await acme.use(60_000)
    await acme.walkTo('2026-02-10T00:00:00Z')
    await acme.use(60_000, { at: '2026-02-01T00:00:00Z' })
    await acme.walkTo('2026-03-10T00:00:00Z')
    expect(await billed(acme)).toEqual([5_70n, 4_30n])
  })

  it('lowered below what is spent stops service at once and bills what was spent', async () => {
    const acme = await atLimit()
    await pays(acme, 50_00)
    expect(await acme.consume(100_000)).toMatchObject({ value: { allowed: true } })
    expect(await pays(acme, 5_00)).toMatchObject({ ok: true })
    expect(await acme.consume(1)).toMatchObject(refused('spending_cap_reached'))
    await acme.use(50_000)
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(await billed(acme)).toEqual([9_50n])
  })

  it('of nothing serves nothing beyond the plan; exactly what is spent serves no more', async () => {
    const acme = await atLimit()
    await pays(acme, 0)
    expect(await acme.consume(1)).toMatchObject(refused('spending_cap_reached'))
    await pays(acme, 1_00)
    expect(await acme.consume(10_526)).toMatchObject({ value: { allowed: true } })
    expect(await acme.consume(1)).toMatchObject(refused('spending_cap_reached'))
    await pays(acme, 1_01)
    expect(await acme.consume(105)).toMatchObject({ value: { allowed: true } })
    expect(await acme.consume(1)).toMatchObject(refused('spending_cap_reached'))
  })

  it('holds for 40 callers at once', async () => {
    const acme = await atLimit()
    await pays(acme, 1_00)
    const answers = await Promise.all(Array.from({ length: 40 }, () => acme.consumeOnly(1_000)))
    expect(answers.filter((answer) => answer.ok && answer.value.allowed)).toHaveLength(10)
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(await billed(acme)).toEqual([95n])
  })
})

describe('over a change of plan', () => {
  it('scaling → enterprise keeps it with its cap, settles what was spent at the old price, and begins a new billing month (G92, G104)', async () => {
    const acme = await atLimit()
    await pays(acme, 10_00)
    await acme.consume(100_000)
    expect(await acme.change('enterprise')).toMatchObject({ ok: true })
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 2_000_00n],
      ['extra_usage', 9_50n],
    ])
    expect((await acme.held()).row).toMatchObject({ plan: 'enterprise', payAsYouGo: true, payAsYouGoCap: 10_00n, capSpentBefore: 0n })
    await acme.use(25_000_000)
    expect(await acme.consume(125_001), '$10.00 at $0.00008').toMatchObject(refused('spending_cap_reached'))
    expect(await acme.consume(125_000)).toMatchObject({ value: { allowed: true } })
  })

  it('a change to a plan without it switches it off', async () => {
    const acme = await atLimit()
    await pays(acme, 10_00)
    await acme.change('hobby')
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'hobby', payAsYouGo: false, payAsYouGoCap: null })
  })

  it('within a billing month what was spent stays counted: $9.50 of $10.00 leaves $0.50, whatever arrives late (G92, G97)', async () => {
    await publish(withoutNewPeriods)
    const acme = await scenario(stage, { product: 'steady', plan: 'small', from: '2026-01-10T00:00:00Z' })
    await pays(acme, 10_00)
    await acme.use(100)
    expect(await acme.consume(95)).toMatchObject({ value: { allowed: true } })
    await acme.walkDays(5)
    expect(await acme.change('large')).toMatchObject({ ok: true })
    await acme.use(900)
    expect(await acme.consume(6)).toMatchObject(refused('spending_cap_reached'))
    expect(await acme.consume(5)).toMatchObject({ value: { allowed: true } })
    await acme.walkTo('2026-02-10T00:00:00Z')
    await acme.use(300, { at: '2026-01-12T00:00:00Z' })
    await acme.use(300, { at: '2026-01-17T00:00:00Z' })
    await acme.walkTo('2026-03-10T00:00:00Z')
    expect(await billed(acme)).toEqual([9_50n, 50n])
  })
})

/** An upgrade that keeps its period, and with it the billing month. */
const withoutNewPeriods = {
  id: 'steady',
  name: 'Steady',
  currency: 'usd',
  meters: [{ id: 'pages', unit: 'pages' }],
  plans: [
    { id: 'small', name: 'Small', rank: 1, prices: { month: 30_00 }, included: { pages: 100 }, over_limit: { type: 'pay_as_you_go', unit_price: '0.1' } },
    { id: 'large', name: 'Large', rank: 2, prices: { month: 60_00 }, included: { pages: 1_000 }, over_limit: { type: 'pay_as_you_go', unit_price: '0.1' } },
  ],
  policies: { cycle: { months: 1 }, upgrade: { type: 'prorated_difference' }, downgrade: { type: 'period_end' }, refund: null },
} as const
