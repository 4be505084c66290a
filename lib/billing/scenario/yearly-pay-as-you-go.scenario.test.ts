import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** G53, B6: on a yearly plan too the cap counts per billing month from the anchor's day, and each is invoiced at its end. */

const stage = setStage()
const INCLUDED = 60_000_000
const cap = (acme: Scenario, amount: number | null) => acme.setLimits({ payAsYouGo: { enabled: true, cap: amount === null ? null : minor(amount) } })

async function yearly(from: string): Promise<Scenario> {
  const acme = await scenario(stage, { product: 'scrape-credits', plan: 'scaling', interval: 'year', from })
  await cap(acme, 10_00)
  return acme
}

const extras = async (acme: Scenario) =>
  (await acme.documents()).flatMap(({ kind, issuedAt, lines }) =>
    lines.filter((line) => line.kind === 'extra_usage' || line.rule === 'C8').map(({ amount }) => [issuedAt.toString().slice(0, 10), kind, amount]),
  )

describe('pay-as-you-go on a yearly plan', () => {
  it('is invoiced each billing month, over a year’s end, a leap day and short months, fifteen months long (G53)', async () => {
    const acme = await yearly('2027-12-31T00:00:00Z')
    await acme.use(INCLUDED)
    expect(await acme.consume(105_263), 'January’s cap').toMatchObject({ value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'spending_cap_reached' } })

    await acme.walkTo('2028-01-30T23:59:59.999Z')
    expect(await extras(acme)).toEqual([])
    await acme.walkTo('2028-01-31T00:00:00Z')
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ kind: 'extra_usage', amountPaid: 10_00n, status: 'paid' })
    expect(invoice.lines[0]).toMatchObject({ rule: 'B5', quantity: 105_263n, formula: '105,263 × $0.000095 = $10.00' })
    expect(invoice.periodStart?.toString()).toBe('2027-12-31T00:00:00Z')

    await acme.use(500_000) // Far over February’s cap.
    await acme.walkTo('2028-02-29T00:00:00Z')
    expect(await acme.consume(50_000)).toMatchObject({ value: { allowed: true } })
    await acme.walkTo('2028-03-31T00:00:00Z')
    await acme.walkTo('2028-04-30T00:00:00Z') // Nothing was used in April’s month.
    await cap(acme, null)
    await acme.use(1_000_000)
    await acme.walkTo('2028-12-30T00:00:00Z')
    await cap(acme, 7_00)
    await acme.use(200_000)
    await acme.walkTo('2028-12-31T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['extra_usage', 7_00n],
      ['plan', 4_750_00n],
    ])
    await acme.walkTo('2029-03-31T00:00:00Z')
    expect(await extras(acme)).toEqual([
      ['2028-01-31', 'extra_usage', 10_00n],
      ['2028-02-29', 'extra_usage', 10_00n],
      ['2028-03-31', 'extra_usage', 4_75n],
      ['2028-05-31', 'extra_usage', 95_00n],
      ['2028-12-31', 'renewal', 7_00n],
    ])
    expect((await acme.periods()).map(({ overageUnits, overageAmount }) => [overageUnits, overageAmount])).toEqual([
      [105_263n + 105_263n + 50_000n + 1_000_000n + 73_684n, 126_75n],
    ])
  }, 120_000)

  it('in one step makes the same documents as day by day', async () => {
    const walk = async (steps: readonly string[]) => {
      const acme = await yearly('2027-12-31T00:00:00Z')
      await acme.use(INCLUDED + 80_000)
      for (const to of steps) await acme.walkTo(to)
      return (await acme.documents()).map(({ kind, issuedAt, amountPaid, lines }) => [
        kind,
        issuedAt.toString(),
        amountPaid,
        lines.map(({ formula }) => formula),
      ])
    }
    expect(await walk(['2029-02-28T00:00:00Z'])).toEqual(
      await walk(['2028-01-30T23:00:00Z', '2028-01-31T00:00:00Z', '2028-12-01T00:00:00Z', '2028-12-31T00:00:00Z', '2029-02-28T00:00:00Z']),
    )
  })

  it('lets what is used after a month’s end count against the new cap, although no worker has been there yet', async () => {
    const acme = await yearly('2026-01-15T00:00:00Z')
    await acme.use(INCLUDED)
    await acme.consume(105_263)
    await acme.jumpTo('2026-02-15T00:00:00Z')
    expect(await acme.consume(105_263), 'February’s').toMatchObject({ value: { allowed: true } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'spending_cap_reached' } })
    await acme.walkTo('2026-03-15T00:00:00Z')
    expect(await extras(acme)).toEqual([
      ['2026-02-15', 'extra_usage', 10_00n],
      ['2026-03-15', 'extra_usage', 10_00n],
    ])
  })

  it('takes late usage of a closed year within its last month’s cap (C8)', async () => {
    const acme = await yearly('2026-01-15T00:00:00Z')
    await acme.walkTo('2027-01-10T00:00:00Z')
    await acme.use(INCLUDED + 60_000)
    await acme.walkTo('2027-01-15T00:00:00Z')
    await acme.use(500_000, { at: '2027-01-12T00:00:00Z' })
    await acme.walkTo('2028-01-15T00:00:00Z')
    expect(await extras(acme)).toEqual([
      ['2027-01-15', 'renewal', 5_70n],
      ['2028-01-15', 'renewal', 4_30n],
    ])
  })

  it('a month’s invoice that fails is past due and retried, and blocks nothing (G55)', async () => {
    const acme = await yearly('2026-01-15T00:00:00Z')
    await acme.use(INCLUDED + 100_000)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-02-15T00:00:00Z')
    expect((await acme.held()).row.status).toBe('past_due')
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true } })
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row.status).toBe('active')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'extra_usage', status: 'paid', amountPaid: 9_50n })
  })

  it('is settled by a change in the middle of a month, and begins anew with its period', async () => {
    const acme = await yearly('2026-01-15T00:00:00Z')
    await acme.use(INCLUDED + 50_000)
    await acme.walkTo('2026-02-15T00:00:00Z')
    await acme.use(20_000)
    await acme.walkTo('2026-03-01T00:00:00Z')
    expect(await acme.change('enterprise', 'year')).toMatchObject({ ok: true })
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 20_000_00n],
      ['extra_usage', 1_90n],
    ])
    expect((await acme.held()).row.reviewAt?.toString()).toBe('2026-04-01T00:00:00Z')
  })
})
