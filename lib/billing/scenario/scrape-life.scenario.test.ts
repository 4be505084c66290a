import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** Sixteen months of one customer of scrape-credits; after each step the books are added up. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }

describe('a life with scrape-credits', () => {
  it('from the free week up the ladder to pay-as-you-go, over a year’s end, a leap day and a 31st, and back to Free', async () => {
    const acme = await scenario(stage, { product: 'scrape-credits', plan: 'free', from: '2027-11-24T00:00:00Z' })
    await acme.use(5_000)
    await acme.walkTo('2027-12-31T00:00:00Z')
    const period = async () => {
      const { row } = await acme.held()
      return [row.plan, row.periodStart.toString(), row.periodEnd.toString()]
    }
    // The free week ended on 1 December, and its month began there.
    expect(await period()).toEqual(['free', '2027-12-01T00:00:00Z', '2028-01-01T00:00:00Z'])

    expect(await acme.change('hobby')).toMatchObject(done)
    expect(await acme.setLimits({ autoUpgrade: true })).toMatchObject({ ok: true })
    expect(await period()).toEqual(['hobby', '2027-12-31T00:00:00Z', '2028-01-31T00:00:00Z'])
    await acme.use(60_000)
    await acme.walkTo('2028-02-29T00:00:00Z')
    expect(await period(), 'anchored on the 31st, over the leap day').toEqual(['hobby', '2028-02-29T00:00:00Z', '2028-03-31T00:00:00Z'])

    await acme.walkTo('2028-03-05T12:00:00Z')
    await acme.use(100_000)
    expect(await period(), 'hobby → startup by itself').toEqual(['startup', '2028-03-05T12:00:00Z', '2028-04-05T12:00:00Z'])
    await acme.walkTo('2028-05-31T00:00:00Z')
    expect(await acme.consume(1_000_001), 'does not fit, and the next plan serves it').toMatchObject({ value: { allowed: true, used: 1_000_001n } })
    expect(await period()).toEqual(['business', '2028-05-31T00:00:00Z', '2028-06-30T00:00:00Z'])
    await acme.walkTo('2028-06-15T00:00:00Z')
    await acme.use(1_999_999)
    expect(await period()).toEqual(['scaling', '2028-06-15T00:00:00Z', '2028-07-15T00:00:00Z'])

    await acme.use(5_000_000)
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
    await acme.setLimits({ payAsYouGo: { enabled: true, cap: minor(20_00) } })
    await acme.use(300_000)
    await acme.walkTo('2028-07-15T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['extra_usage', 20_00n],
      ['plan', 475_00n],
    ])
    await acme.use(10_000, { at: '2028-07-14T00:00:00Z' })
    await acme.use(5_050_000)
    expect(await acme.change('enterprise')).toMatchObject(done)
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 2_000_00n],
      ['extra_usage', 4_75n],
    ])
    expect((await acme.held()).row).toMatchObject({ payAsYouGo: true, payAsYouGoCap: 20_00n })

    // A declined renewal is collected by a new card; a downgrade waits; and then it ends.
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2028-08-16T00:00:00Z')
    expect((await acme.held()).row.status).toBe('past_due')
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row.status).toBe('active')
    expect(await acme.change('startup')).toMatchObject({ ok: true })
    await acme.walkTo('2028-09-15T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'startup', payAsYouGo: false, payAsYouGoCap: null })
    await acme.cancel()
    await acme.walkTo('2028-10-15T00:00:00Z')
    expect((await acme.held()).row.plan).toBe('free')
    await acme.walkTo('2029-03-31T00:00:00Z')
    expect(await period(), 'Free has no introduction again').toEqual(['free', '2029-03-15T00:00:00Z', '2029-04-15T00:00:00Z'])
    expect((await acme.held()).holding.segments).toMatchObject([{ limit: 1_000n }])
    expect((await acme.documents()).map(({ kind, amountPaid }) => `${kind} ${amountPaid}`)).toEqual([
      'change 4900', // free → hobby
      'renewal 4900',
      'renewal 4900',
      'change 14900', // by itself
      'renewal 14900',
      'renewal 14900',
      'change 27417', // by itself: nothing was used and 5 of 30 days were left, −$24.83
      'change 47500', // by itself
      'renewal 49500',
      'change 200475',
      'renewal 200000',
      'renewal 14900',
    ])
  }, 120_000)
})
