import { describe, expect, it } from 'vitest'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** B1: "For the first 7-days after you sign up you will have access to 5,000 free requests", then 1,000 a month. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const product = 'scrape-credits'

async function period(life: Scenario): Promise<[start: string, end: string, limit: bigint | null | undefined]> {
  const { row, holding } = await life.held()
  return [row.periodStart.toString(), row.periodEnd.toString(), holding.segments.at(-1)?.limit]
}

describe('B1: the free plan’s first seven days', () => {
  it('Decided: are a period of their own with 5,000 requests; then the monthly cycle begins with 1,000 and nothing used (G62)', async () => {
    const acme = await scenario(stage, { product, plan: 'free', from: '2026-01-24T09:30:00Z' })
    expect((await acme.held()).row).toMatchObject({ status: 'active', cycleDays: 7 })
    expect((await acme.held()).row.anchor.toString()).toBe('2026-01-31T09:30:00Z')
    expect(await period(acme)).toEqual(['2026-01-24T09:30:00Z', '2026-01-31T09:30:00Z', 5_000n])
    expect(await acme.consume(5_000)).toMatchObject({ value: { allowed: true, used: 5_000n, limit: 5_000n, remaining: 0n } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached', used: 5_000n } })

    await acme.walkTo('2026-01-31T09:30:00Z')
    expect(await period(acme)).toEqual(['2026-01-31T09:30:00Z', '2026-02-28T09:30:00Z', 1_000n])
    expect(await acme.consume(1_000)).toMatchObject({ value: { allowed: true, used: 1_000n, limit: 1_000n } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })

    await acme.walkTo('2026-05-01T00:00:00Z')
    expect((await acme.periods()).map(({ periodStart }) => periodStart.toString())).toEqual([
      '2026-01-24T09:30:00Z',
      '2026-01-31T09:30:00Z',
      '2026-02-28T09:30:00Z',
      '2026-03-31T09:30:00Z',
    ])
    expect(await acme.documents()).toEqual([])
  })

  it('run until the very millisecond of their end', async () => {
    const acme = await scenario(stage, { product, plan: 'free', from: '2026-03-01T00:00:00Z' })
    await acme.walkTo('2026-03-07T23:59:59.999Z')
    expect(await acme.consume(5_000)).toMatchObject({ value: { allowed: true } })
    await acme.walkTo('2026-03-08T00:00:00Z')
    expect(await acme.consume(1_001)).toMatchObject({ value: { allowed: false, limit: 1_000n } })
  })

  it('take what is stamped just ahead of their end as the first month’s (G58)', async () => {
    const acme = await scenario(stage, { product, plan: 'free', from: '2026-03-01T00:00:00Z' })
    await acme.walkTo('2026-03-07T23:58:00Z')
    await acme.use(900, { at: '2026-03-08T00:00:00Z' })
    await acme.use(4_999, { at: '2026-03-07T23:59:59.999Z' })
    await acme.walkTo('2026-03-08T00:00:00Z')
    expect(await acme.consume(101)).toMatchObject({ value: { allowed: false, used: 900n, limit: 1_000n } })
  })

  it('end with a paid plan, which begins a month of its own at the full price; what was used does not count (G34)', async () => {
    const acme = await scenario(stage, { product, plan: 'free', from: '2026-01-28T00:00:00Z' })
    await acme.use(4_000)
    await acme.walkDays(3)
    expect(await acme.change('hobby')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ amountPaid: 49_00n, kind: 'change' })
    expect(lineAmounts(invoice)).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 49_00n],
    ])
    expect(invoice.lines[1]?.rule).toBe('G34')
    expect(await period(acme)).toEqual(['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z', 100_000n])
    expect(await acme.consume(100_000)).toMatchObject({ value: { allowed: true, used: 100_000n } })
  })

  it('are not given again: who comes back to Free has 1,000 at once', async () => {
    const acme = await scenario(stage, { product, plan: 'free', from: '2026-01-01T00:00:00Z' })
    expect(await acme.change('hobby')).toMatchObject(done)
    await acme.cancel()
    await acme.walkTo('2026-02-02T00:00:00Z')
    expect(await period(acme)).toEqual(['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z', 1_000n])
  })

  it('are not given to who begins with a paid plan', async () => {
    const acme = await scenario(stage, { product, plan: 'hobby', from: '2026-01-01T00:00:00Z' })
    await acme.refund((await acme.latestDocument()).id)
    expect(await period(acme)).toEqual(['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', 1_000n])
  })

  it('are not lost by a first payment that was declined, for nothing began (G62)', async () => {
    const acme = await scenario(stage, { product, plan: null, card: 'pm_card_chargeCustomerFail', from: '2026-01-01T00:00:00Z' })
    expect(await acme.subscribe('hobby')).toMatchObject({ value: { outcome: { type: 'declined' } } })
    expect(await acme.subscribe('free')).toMatchObject({ ok: true })
    expect(await period(acme)).toEqual(['2026-01-01T00:00:00Z', '2026-01-08T00:00:00Z', 5_000n])
  })
})
