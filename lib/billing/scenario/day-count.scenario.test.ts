import { describe, expect, it } from 'vitest'
import { publish } from '../testing/publish'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

const plan = (id: string, rank: number, month: number) => ({ id, name: id, rank, prices: { month }, included: { minutes: 100 }, over_limit: { type: 'block' } })
const minutes = {
  id: 'minutes',
  name: 'Minutes',
  currency: 'usd',
  meters: [{ id: 'minutes', unit: 'minutes' }],
  plans: [plan('small', 1, 10_00), plan('large', 2, 30_00)],
  policies: { cycle: { days: 10 }, upgrade: { type: 'prorated_difference' }, downgrade: { type: 'now' }, refund: { hours: 72 } },
}

describe('C3: a period of days, changed to a version that is sold by the month', () => {
  it('is divided by the days that it was made with, until it ends', async () => {
    await publish(minutes)
    const acme = await scenario(stage, { product: 'minutes', plan: 'small' })
    await acme.walkDays(5)
    await publish({ ...minutes, policies: { ...minutes.policies, cycle: { months: 1 } } }, { version: 2, effectiveAt: '2026-01-02T00:00:00Z' })
    await acme.change('large')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['proration_credit', -5_00n],
      ['proration_charge', 15_00n],
    ])
    expect((await acme.held()).row.catalogVersion, 'the version that was bought').toBe(2)
    await acme.walkDays(1)
    await acme.change('small')
    expect(lineAmounts(await acme.latestDocument()), '4 of 10 days, and not 24 of 30').toEqual([
      ['proration_credit', -12_00n],
      ['proration_charge', 4_00n],
    ])
    await acme.walkTo('2026-01-11T00:00:00Z')
    expect((await acme.held()).holding.period).toMatchObject({ totalDays: 30 })
    expect((await acme.periods())[0]).toMatchObject({ cycleDays: 10 })
  })
})
