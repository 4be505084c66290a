import { describe, expect, it } from 'vitest'
import { publish } from '../testing/publish'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** A week is as long as the schedule of retries, so that the last one falls due together with the next renewal. */
const weekly = {
  id: 'weekly',
  name: 'Weekly',
  currency: 'usd',
  meters: [],
  plans: [
    { id: 'none', name: 'None', rank: 0, prices: { month: 0 }, included: {}, over_limit: { type: 'block' } },
    { id: 'week', name: 'Week', rank: 1, prices: { month: 7_00 }, included: {}, over_limit: { type: 'block' } },
  ],
  policies: { cycle: { days: 7 }, upgrade: { type: 'prorated_difference' }, downgrade: { type: 'period_end' }, refund: { hours: 72 } },
}

describe('C14: the order of one instant', () => {
  it('usage stamped before the boundary counts before it, and at the boundary after it', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_001_000)
    await acme.walkTo('2026-01-30T23:59:59.999Z')
    await acme.use(1_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    await acme.use(5)
    expect((await acme.latestDocument()).lines[0]).toMatchObject({ kind: 'overage', quantity: 2_000n, amount: 1_00n })
    expect((await acme.held()).holding.segments).toMatchObject([{ units: 5n, countedAtStart: 0n }])
  })

  it('late usage comes before what the period owes itself, and both before the fee', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.walkTo('2026-02-05T00:00:00Z')
    await acme.use(1_004_000, { at: '2026-01-20T00:00:00Z' })
    await acme.use(1_010_000)
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['adjustment', 2_00n],
      ['overage', 5_00n],
      ['plan', 100_00n],
    ])
  })

  it('the renewal comes before the retry that falls due with it, which then ends the plan (C12)', async () => {
    await publish(weekly)
    const acme = await scenario(stage, { product: 'weekly', plan: 'week' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkDays(14)
    expect((await acme.documents()).map(({ kind, status, periodStart }) => [kind, status, periodStart?.toString()])).toEqual([
      ['renewal', 'paid', '2026-01-01T00:00:00Z'],
      ['renewal', 'open', '2026-01-08T00:00:00Z'],
      ['renewal', 'open', '2026-01-15T00:00:00Z'],
    ])
    expect((await acme.held()).row).toMatchObject({ plan: 'none', status: 'active' })
  })
})
