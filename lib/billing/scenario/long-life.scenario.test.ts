import { describe, expect, it } from 'vitest'
import { addDays, instant } from '../../time'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const START = '2026-01-01T00:00:00Z'
const CYCLES = 14

/** What the documents say, without their ids. */
async function story(life: Scenario): Promise<unknown[]> {
  return (await life.documents()).map((document) => {
    const { series, kind, status, total, creditApplied, carriedForward, amountDue, amountPaid, issuedAt, periodStart } = document
    return {
      series,
      kind,
      status,
      total,
      creditApplied,
      carriedForward,
      amountDue,
      amountPaid,
      issuedAt: issuedAt.toString(),
      periodStart: periodStart?.toString(),
      lines: lineAmounts(document),
    }
  })
}

describe('fourteen cycles', () => {
  it('of ups and downs, with the books balanced after each day’s work', async () => {
    const acme = await scenario(stage, { plan: 'free', from: START })
    const at = (cycle: number, day: number) => addDays(instant(START), cycle * 30 + day)
    const plans: string[] = []
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      await acme.use(700 + cycle, { key: cycle % 2 === 0 ? 'web' : 'batch' })
      if (cycle === 1) await walkThen(acme, at(1, 4), 'basic')
      if (cycle === 3) await walkThen(acme, at(3, 10), 'pro')
      if (cycle === 4) await walkThen(acme, at(4, 2), 'basic') // 704 calls against 2 × 1,100.
      if (cycle === 6) {
        await walkThen(acme, at(6, 29), 'enterprise')
        await acme.use(1_020_000)
      }
      if (cycle === 7) await acme.use(1_000, { at: at(6, 29).add({ hours: 12 }) })
      if (cycle === 9) await walkThen(acme, at(9, 20), 'pro')
      if (cycle === 10) await acme.cancel()
      if (cycle === 12) await walkThen(acme, at(12, 1), 'basic')
      await acme.walkTo(at(cycle + 1, 0))
      plans.push((await acme.held()).row.plan)
    }
    expect(plans).toEqual([
      'free',
      'basic',
      'basic',
      'pro',
      'basic',
      'basic',
      'enterprise',
      'enterprise',
      'enterprise',
      'pro',
      'free',
      'free',
      'basic',
      'basic',
    ])
    const periods = await acme.periods()
    expect(periods).toHaveLength(CYCLES)
    expect(periods.filter(({ overageUnits }) => overageUnits > 0n).map(({ overageUnits }) => overageUnits)).toEqual([21_706n])
    const totals = (await acme.documents()).map(({ kind, total }) => `${kind} ${total}`)
    expect(totals).toEqual([
      'change 867', // 26 of 30 days of Basic.
      'renewal 1000',
      'renewal 1000',
      'change 1333', // 20 of 30 days of $20.00.
      'renewal 3000',
      'change -1867', // 28 of 30 days back.
      'renewal 1000',
      'renewal 1000',
      'change 300', // The last of 30 days of $90.00.
      'renewal 11035', // 20,706 over, at $0.0005.
      'renewal 10050', // 1,000 that came late.
      'renewal 10000',
      'change -2333',
      'renewal 3000',
      'change 967',
      'renewal 1000',
      'renewal 1000',
    ])
  })

  it('are the same documents in one step as in many', async () => {
    const [one, many] = [await prepared(), await prepared()]
    const end = addDays(instant(START), 10 * 30 + 13)
    await one.walkTo(end)
    for (let day = await many.now(); day.epochMilliseconds < end.epochMilliseconds; day = await many.now()) {
      const next = day.add({ hours: 24 * 11 + 7 })
      await many.walkTo(next.epochMilliseconds < end.epochMilliseconds ? next : end)
    }
    expect(await story(one)).toEqual(await story(many))
    expect((await one.told()).length).toBe((await many.told()).length)
  })
})

async function walkThen(acme: Scenario, to: ReturnType<typeof instant>, plan: string): Promise<void> {
  await acme.walkTo(to)
  expect(await acme.change(plan)).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
}

/** A life that has everything ahead of it: overage to bill, credit to use, a card that fails, a plan that ends. */
async function prepared(): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'pro', from: START })
  await acme.walkDays(3)
  await acme.change('basic')
  await acme.walkDays(2)
  await acme.change('enterprise')
  await acme.use(1_040_000)
  await acme.walkDays(31)
  await acme.payWith('pm_card_chargeCustomerFail')
  return acme
}
