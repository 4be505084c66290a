import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { lineAmounts, scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { getUsageCard } from '../billing/views/usage'
import { getOverageHistory } from '../billing/views/usage-history'

const stage = setStage()

// After every step the scenario adds the books up: events, counters, rollups, alerts and what was billed of them.
describe('usage through renewals and changes', () => {
  it('C8, G59: overage is billed by the renewal, late usage by the one after, and the history shows both at once', async () => {
    const acme = await scenario(stage, { plan: 'enterprise', from: '2026-01-01T00:00:00Z' })
    await acme.use(1_010_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['overage', 5_00n],
      ['plan', 100_00n],
    ])
    await acme.walkTo('2026-02-10T00:00:00Z')
    await acme.use(20_000, { at: '2026-01-30T23:59:59.999Z' })
    const ids = { organizationId: acme.organizationId, subscriptionId: acme.subscriptionId }
    expect((await inEngine((tx) => getOverageHistory(tx, ids))).items).toMatchObject([{ overage: 30_000n, amount: 15_00n }])
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['adjustment', 10_00n],
      ['plan', 100_00n],
    ])
    expect((await inEngine((tx) => getOverageHistory(tx, ids))).items).toMatchObject([{ overage: 30_000n, amount: 15_00n }])
  })

  it('G58, C14: what is stamped just ahead of the renewal belongs to the next period, whose alerts it sets off', async () => {
    const acme = await scenario(stage, { plan: 'free', from: '2026-01-01T00:00:00Z' })
    await acme.walkTo('2026-01-30T23:57:00Z')
    await acme.use(999)
    await acme.use(800, { at: '2026-01-31T00:00:00Z' })
    expect(await acme.consume(2)).toMatchObject({ value: { allowed: false, used: 999n } })
    expect((await acme.told()).filter((kind) => kind.startsWith('usage_alert'))).toEqual(['usage_alert_80'])
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect((await acme.told()).filter((kind) => kind.startsWith('usage_alert'))).toEqual(['usage_alert_80', 'usage_alert_80'])
    expect(await acme.consume(200)).toMatchObject({ value: { allowed: true, used: 1_000n, remaining: 0n } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
  })

  it('A6, A7: usage goes on counting through an upgrade and a downgrade, in the running segment', async () => {
    const acme = await scenario(stage, { plan: 'free', from: '2026-01-01T00:00:00Z' })
    expect(await acme.consume(1_000)).toMatchObject({ value: { allowed: true } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false } })
    expect(await acme.change('basic')).toMatchObject({ ok: true })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true, used: 1_001n, limit: 30_000n } })
    expect(await acme.change('pro')).toMatchObject({ ok: true })
    await acme.walkDays(20)
    expect(await acme.change('basic')).toMatchObject({ ok: true })
    await acme.use(4)
    const card = await inEngine((tx) => getUsageCard(tx, { organizationId: acme.organizationId, subscriptionId: acme.subscriptionId }))
    expect(card?.meters).toMatchObject([{ used: 1_005n, limit: 30_000n, remaining: 28_995n }])
    expect(card?.alerts).toEqual([])
  })

  it('G44, A5: a change tests the thresholds against the new limit at once, and an upgrade clears what no longer holds', async () => {
    const acme = await scenario(stage, { plan: 'pro', from: '2026-01-01T00:00:00Z' })
    await acme.use(25_000)
    await acme.walkDays(28)
    expect(await acme.told()).not.toContain('usage_alert_80')
    expect(await acme.change('basic')).toMatchObject({ ok: true })
    expect((await acme.told()).filter((kind) => kind.startsWith('usage_alert'))).toEqual(['usage_alert_80'])
    const alerts = async () =>
      (await inEngine((tx) => getUsageCard(tx, { organizationId: acme.organizationId, subscriptionId: acme.subscriptionId })))?.alerts.map(
        ({ threshold }) => threshold,
      )
    expect(await alerts()).toEqual([80])
    expect(await acme.change('pro')).toMatchObject({ ok: true })
    expect(await alerts()).toEqual([])
  })

  it('G97: late usage in a period that saw a change is rated by the plan of its own time', async () => {
    const acme = await scenario(stage, { plan: 'pro', from: '2026-01-01T00:00:00Z' })
    await acme.use(100_000)
    await acme.walkDays(10)
    expect(await acme.change('enterprise')).toMatchObject({ ok: true })
    await acme.use(1_000_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['overage', 50_00n],
      ['plan', 100_00n],
    ])
    await acme.use(250_000, { at: '2026-01-05T00:00:00Z' }) // Pro blocks at its limit, so what passed it is not billed.
    await acme.use(1_000, { at: '2026-01-20T00:00:00Z' })
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['adjustment', 50n],
      ['plan', 100_00n],
    ])
  })
})
