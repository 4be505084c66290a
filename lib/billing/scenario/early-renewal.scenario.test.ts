import { describe, expect, it } from 'vitest'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** B7: "Users who registered before November 4, 2025 will continue to have access … until January 5, 2026". */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const product = 'scrape-credits'
const before = { product, plan: 'hobby', registeredAt: '2025-06-01T00:00:00Z' } as const

describe('B7: renew now', () => {
  it('starts a new period at once at the full price with fresh credits; those that are left are lost (G64, G96)', async () => {
    const acme = await scenario(stage, { ...before, from: '2025-11-10T00:00:00Z' })
    await acme.use(60_000)
    await acme.walkDays(5)
    expect((await acme.quoteAction('renew_now')).decision).toMatchObject({ kind: 'renew', effective: 'now', document: { total: 49_00n } })
    expect(await acme.act('renew_now')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ kind: 'renewal', amountPaid: 49_00n, status: 'paid' })
    expect(lineAmounts(invoice)).toEqual([['plan', 49_00n]])
    const { row } = await acme.held()
    expect([row.anchor, row.periodStart, row.periodEnd].map(String)).toEqual(['2025-11-15T00:00:00Z', '2025-11-15T00:00:00Z', '2025-12-15T00:00:00Z'])
    expect(await acme.consume(100_000)).toMatchObject({ value: { allowed: true, used: 100_000n } })
    expect(await acme.told()).toContain('renewal_paid')
    await acme.walkTo('2025-12-16T00:00:00Z')
    expect((await acme.documents()).map(({ amountPaid }) => amountPaid)).toEqual([49_00n, 49_00n, 49_00n])
  })

  it('may be done again and again, also at one instant, and on a yearly plan', async () => {
    const acme = await scenario(stage, { ...before, from: '2025-11-10T00:00:00Z' })
    expect(await acme.act('renew_now')).toMatchObject(done)
    await acme.use(100_000)
    expect(await acme.act('renew_now')).toMatchObject(done)
    expect(await acme.consume(100_000)).toMatchObject({ value: { allowed: true } })
    expect(await acme.documents()).toHaveLength(3)
    const yearly = await scenario(stage, { ...before, interval: 'year', from: '2025-11-10T00:00:00Z' })
    await yearly.walkDays(20)
    expect(await yearly.act('renew_now')).toMatchObject(done)
    expect((await yearly.held()).row.periodEnd.toString()).toBe('2026-11-30T00:00:00Z')
  })

  it('is declined as a whole: nothing changes, and it may be tried again (C12)', async () => {
    const acme = await scenario(stage, { ...before, from: '2025-11-10T00:00:00Z' })
    await acme.use(60_000)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkDays(1)
    expect(await acme.act('renew_now')).toMatchObject({ value: { outcome: { type: 'declined' } } })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void' })
    expect((await acme.held()).holding).toMatchObject({ status: 'active', segments: [{ units: 60_000n }] })
    await acme.payWith('pm_card_visa')
    expect(await acme.act('renew_now')).toMatchObject(done)
  })

  it.each([
    { registeredAt: '2025-11-03T23:59:59.999Z', at: '2026-01-04T23:59:59.999Z', code: null },
    { registeredAt: '2025-11-04T00:00:00.000Z', at: '2026-01-04T23:59:59.999Z', code: 'not_eligible' },
    { registeredAt: '2025-11-03T23:59:59.999Z', at: '2026-01-05T00:00:00.000Z', code: 'not_eligible' },
  ])('registered $registeredAt, at $at: $code', async ({ registeredAt, at, code }) => {
    const acme = await scenario(stage, { product, plan: 'startup', registeredAt, from: at })
    const { decision, id } = await acme.quoteAction('renew_now')
    expect(decision.rejection?.code ?? null).toBe(code)
    if (code) expect(await acme.execute(id)).toMatchObject({ error: { code, rule: 'G64' } })
  })

  it('ends with the period of grace: a quote of before is out of date after it', async () => {
    const acme = await scenario(stage, { ...before, from: '2026-01-04T12:00:00Z' })
    await acme.walkTo('2026-01-04T23:55:00Z')
    const { id } = await acme.quoteAction('renew_now')
    await acme.walkTo('2026-01-05T00:00:00Z')
    expect(await acme.execute(id)).toMatchObject({ ok: false })
    expect(await acme.documents()).toHaveLength(1)
  })

  it('is not of the free plan', async () => {
    const acme = await scenario(stage, { ...before, plan: 'free', from: '2025-11-10T00:00:00Z' })
    expect((await acme.quoteAction('renew_now')).decision.rejection).toMatchObject({ code: 'not_eligible', rule: 'G64' })
  })
})
