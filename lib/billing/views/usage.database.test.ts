import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../../db/client'
import { subscriptionPeriods, subscriptions } from '../../../db/schema'
import { newId, type OrganizationId } from '../../ids'
import { allTotals, changePlan, DAY_10, event, organization, record, renew, totalsOf, travel, use, withMeteringDatabase } from '../../metering/testing/stage'
import { minor } from '../../money'
import { addDays, type Instant } from '../../time'
import { apiCallsProduct, MAY } from '../testing/holdings'
import type { MeteredOrganization } from '../testing/metered-organization'
import { getUsageCard } from './usage'
import { getEntitlements } from './usage-entitlements'
import { getOverageHistory, getPeriods } from './usage-history'
import { readUsagePeriod } from './usage-period'
import { fillDays, getUsageByDay, getUsageByKey, type UsageChart, usageByKey, usageChart } from './usage-series'

withMeteringDatabase()

/** As a member's page reads it: under the web role, which sees this organization only. */
function asMember<Value>({ organizationId }: { organizationId: OrganizationId }, view: (tx: Parameters<Parameters<typeof inWeb>[1]>[0]) => Promise<Value>) {
  return inWeb({ organizationId }, view)
}

function cardOf(acme: MeteredOrganization, periodStart: Instant | null = null) {
  return asMember(acme, (tx) => getUsageCard(tx, { ...acme, periodStart }))
}

async function callsOf(acme: MeteredOrganization, periodStart: Instant | null = null) {
  const card = await cardOf(acme, periodStart)
  return card?.meters[0]
}

function chartOf(acme: MeteredOrganization, top?: number): Promise<UsageChart> {
  return asMember(acme, async (tx) => {
    const found = await readUsagePeriod(tx, acme)
    if (!found) throw new Error('there is no such period')
    return usageChart(tx, found, { meter: 'calls', byKey: await usageByKey(tx, found), ...(top && { top }) })
  })
}

describe('the usage card (A4)', () => {
  it('shows plan, limit, used, remaining and the period, with nothing used', async () => {
    const acme = await organization({ now: MAY })
    const card = await cardOf(acme)
    expect(card).toMatchObject({
      plan: { id: 'basic', name: 'Basic' },
      product: { id: 'api-calls' },
      status: 'active',
      currency: 'usd',
      isRunning: true,
      asOf: MAY,
      alerts: [],
    })
    expect(card?.period).toEqual({ start: MAY, end: addDays(MAY, 30), totalDays: 30 })
    expect(card?.meters).toEqual([
      {
        meter: 'calls',
        unit: 'calls',
        used: 0n,
        limit: 30_000n,
        overLimit: { type: 'block' },
        hardLimit: null,
        remaining: 30_000n,
        percent: 0,
        state: 'ok',
        overage: 0n,
        overageAmount: 0n,
        payAsYouGo: null,
        reserved: 0n,
        forecast: { usedAtPeriodEnd: null, reachesLimitAt: null, amount: null },
      },
    ])
  })

  it.each([
    { plan: 'free', used: 799n, percent: 79, state: 'ok', remaining: 201n },
    { plan: 'free', used: 800n, percent: 80, state: 'warning', remaining: 200n },
    { plan: 'free', used: 999n, percent: 99, state: 'warning', remaining: 1n },
    { plan: 'free', used: 1_000n, percent: 100, state: 'limit_reached', remaining: 0n },
    { plan: 'free', used: 1_250n, percent: 125, state: 'limit_reached', remaining: 0n },
    { plan: 'enterprise', used: 1_000_000n, percent: 100, state: 'limit_reached', remaining: null },
    { plan: 'enterprise', used: 1_000_001n, percent: 100, state: 'overage', remaining: null },
  ])('reads $percent % and $state at $used on $plan (G77, G48)', async ({ plan, used, percent, state, remaining }) => {
    const acme = await organization({ plan })
    await record(event(acme.organizationId, { quantity: used }))
    expect(await callsOf(acme)).toMatchObject({ used, percent, state, remaining })
  })

  it('shows overage calls and their charge so far: 10,000 over cost $5.00 (A3)', async () => {
    const acme = await organization({ plan: 'enterprise' })
    await record(event(acme.organizationId, { quantity: 1_010_000n }))
    expect(await callsOf(acme)).toMatchObject({ overage: 10_000n, overageAmount: 5_00n, forecast: { usedAtPeriodEnd: 3_030_000n, amount: 1_015_00n } })
  })

  it('foretells the period’s end and the day on which the limit is reached', async () => {
    const acme = await organization()
    await record(event(acme.organizationId, { quantity: 15_000n }))
    expect((await callsOf(acme))?.forecast).toEqual({ usedAtPeriodEnd: 45_000n, reachesLimitAt: addDays(MAY, 20), amount: 0n })
  })

  it('shows the running limit after a change, and only alerts that still hold (A5)', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 850n }))
    expect((await cardOf(acme))?.alerts).toEqual([{ meter: 'calls', threshold: 80, firedAt: DAY_10 }])
    await changePlan(acme, 'basic', { countedAtStart: 850n })
    const card = await cardOf(acme)
    expect(card?.alerts).toEqual([])
    expect(card?.meters[0]).toMatchObject({ used: 850n, limit: 30_000n, percent: 2, state: 'ok' })
  })

  it('lists the alert that was told, not the one that was passed over', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    expect((await cardOf(acme))?.alerts.map(({ threshold }) => threshold)).toEqual([100])
  })

  it('shows an earlier period with its late usage, and null for one that there was not', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 700n }))
    await travel(acme, acme.period.end)
    await renew(acme, 'free')
    await record(event(acme.organizationId, { quantity: 5n, timestamp: DAY_10 }), event(acme.organizationId, { quantity: 3n }))
    expect(await callsOf(acme)).toMatchObject({ used: 3n })
    expect(await callsOf(acme, MAY)).toMatchObject({ used: 705n, limit: 1_000n, forecast: { usedAtPeriodEnd: null } })
    expect(await cardOf(acme, MAY)).toMatchObject({ isRunning: false, period: { start: MAY, end: acme.period.end } })
    expect(await cardOf(acme, addDays(MAY, 1))).toBeNull()
  })

  it('shows nothing of another organization', async () => {
    const [acme, globex] = [await organization(), await organization()]
    expect(await asMember(acme, (tx) => getUsageCard(tx, { organizationId: acme.organizationId, subscriptionId: globex.subscriptionId }))).toBeNull()
    expect(await asMember(acme, (tx) => getUsageCard(tx, globex))).toBeNull()
    expect(await asMember(acme, (tx) => getUsageByKey(tx, globex))).toBeNull()
    expect(await inEngine((tx) => getUsageCard(tx, { organizationId: acme.organizationId, subscriptionId: globex.subscriptionId }))).toBeNull()
    expect(await inEngine((tx) => getOverageHistory(tx, { organizationId: acme.organizationId, subscriptionId: globex.subscriptionId }))).toEqual({
      items: [],
      next: null,
    })
    expect(await inEngine((tx) => getUsageCard(tx, { organizationId: newId('org'), subscriptionId: globex.subscriptionId }))).toBeNull()
  })
})

describe('usage by day and by key (G15, A12)', () => {
  async function busyOrganization(): Promise<MeteredOrganization> {
    const acme = await organization({ start: MAY, now: addDays(MAY, 4).add({ hours: 12 }) })
    const of = (quantity: bigint, key: string | null, days: number) =>
      event(acme.organizationId, { quantity, key, timestamp: addDays(MAY, days).add({ hours: 1 }) })
    await record(of(5n, 'alpha', 0), of(7n, 'beta', 0), of(20n, 'alpha', 2), of(2n, null, 2), of(1n, 'gamma', 2), of(0n, 'delta', 3))
    return acme
  }

  it('sums the days and leaves out those without usage', async () => {
    const acme = await busyOrganization()
    const days = await asMember(acme, (tx) => getUsageByDay(tx, acme))
    expect(days).toEqual([
      { day: '2026-05-01', meter: 'calls', quantity: 12n },
      { day: '2026-05-03', meter: 'calls', quantity: 23n },
    ])
    expect(fillDays(days ?? [], 'calls', acme.period, addDays(MAY, 3)).map(({ day, quantity }) => [day, quantity])).toEqual([
      ['2026-05-01', 12n],
      ['2026-05-02', 0n],
      ['2026-05-03', 23n],
      ['2026-05-04', 0n],
    ])
    expect(fillDays([], 'calls', acme.period, addDays(MAY, 90))).toHaveLength(30)
  })

  it('sums the keys, the largest first, null for events without one; they add up to the counter', async () => {
    const acme = await busyOrganization()
    const keys = await asMember(acme, (tx) => getUsageByKey(tx, acme))
    expect(keys).toEqual([
      { key: 'alpha', meter: 'calls', quantity: 25n },
      { key: 'beta', meter: 'calls', quantity: 7n },
      { key: null, meter: 'calls', quantity: 2n },
      { key: 'gamma', meter: 'calls', quantity: 1n },
    ])
    expect(await totalsOf(acme)).toEqual(allTotals('35'))
  })

  it('stacks the largest keys by day and puts the others together', async () => {
    const acme = await busyOrganization()
    const chart = await chartOf(acme, 2)
    expect(chart.series).toEqual([
      { key: 'alpha', total: 25n },
      { key: 'beta', total: 7n },
    ])
    expect(chart.other).toEqual({ keys: 2, total: 3n })
    expect(chart.days).toEqual([
      { day: '2026-05-01', parts: [5n, 7n], other: 0n, total: 12n },
      { day: '2026-05-02', parts: [0n, 0n], other: 0n, total: 0n },
      { day: '2026-05-03', parts: [20n, 0n], other: 3n, total: 23n },
      { day: '2026-05-04', parts: [0n, 0n], other: 0n, total: 0n },
      { day: '2026-05-05', parts: [0n, 0n], other: 0n, total: 0n },
    ])
  })

  it('adds to days in whatever order they are reported, and draws those between them empty', async () => {
    const acme = await organization({ start: MAY, now: addDays(MAY, 9) })
    for (const [day, quantity] of [
      [4, 5n],
      [8, 1n],
      [1, 2n],
      [8, 10n],
    ] as const)
      await record(event(acme.organizationId, { quantity, timestamp: addDays(MAY, day) }))
    expect((await asMember(acme, (tx) => getUsageByDay(tx, acme)))?.map(({ quantity }) => quantity)).toEqual([2n, 5n, 11n])
    const chart = await chartOf(acme)
    expect(chart.days.map(({ total }) => total)).toEqual([0n, 2n, 0n, 0n, 5n, 0n, 0n, 0n, 11n, 0n])
  })

  it('keeps two periods that share a day apart', async () => {
    const start = MAY.add({ hours: 12 })
    const acme = await organization({ start, now: addDays(start, 30).subtract({ minutes: 1 }) })
    await record(
      event(acme.organizationId, { quantity: 3n, timestamp: acme.period.end.subtract({ hours: 1 }) }),
      event(acme.organizationId, { quantity: 4n, timestamp: acme.period.end }),
    )
    expect(await asMember(acme, (tx) => getUsageByDay(tx, acme))).toEqual([{ day: '2026-05-31', meter: 'calls', quantity: 3n }])
  })

  it('draws a chart of a period without usage', async () => {
    const acme = await organization()
    const chart = await chartOf(acme)
    expect(chart).toMatchObject({ series: [], other: null })
    expect(chart.days).toHaveLength(11)
  })
})

describe('past periods and the overage history (A11, G77)', () => {
  async function withHistory(): Promise<MeteredOrganization> {
    const acme = await organization({ plan: 'enterprise', start: addDays(MAY, 150), now: addDays(MAY, 160) })
    const { organizationId, subscriptionId } = acme
    const rows = [0n, 10_000n, 0n, 1n, 200n].map((overageUnits, index) => ({
      organizationId,
      subscriptionId,
      periodStart: addDays(MAY, index * 30),
      periodEnd: addDays(MAY, index * 30 + 30),
      cycleDays: 30,
      plan: 'enterprise',
      interval: 'month' as const,
      catalogVersion: apiCallsProduct.version,
      overageUnits,
      overageAmount: minor(overageUnits / 20n),
    }))
    await inEngine((tx) => tx.insert(subscriptionPeriods).values(rows))
    return acme
  }

  it('pages through the periods by key, newest first', async () => {
    const acme = await withHistory()
    const first = await asMember(acme, (tx) => getPeriods(tx, { ...acme, limit: 3 }))
    expect(first.items.map(({ start }) => start.toString().slice(0, 10))).toEqual(['2026-08-29', '2026-07-30', '2026-06-30'])
    const second = await asMember(acme, (tx) => getPeriods(tx, { ...acme, limit: 3, before: first.next }))
    expect(second.items.map(({ start }) => start.toString().slice(0, 10))).toEqual(['2026-05-31', '2026-05-01'])
    expect(second.next).toBeNull()
  })

  it('leaves cycles without overage out, and ends on a full last page', async () => {
    const acme = await withHistory()
    const all = await asMember(acme, (tx) => getOverageHistory(tx, { ...acme, limit: 3 }))
    expect(all.items.map(({ overage, amount }) => [overage, amount])).toEqual([
      [200n, 10n],
      [1n, 0n],
      [10_000n, 500n],
    ])
    expect(all.next).toBeNull()
    const first = await asMember(acme, (tx) => getOverageHistory(tx, { ...acme, limit: 2 }))
    const second = await asMember(acme, (tx) => getOverageHistory(tx, { ...acme, limit: 2, before: first.next }))
    expect(second.items.map(({ overage }) => overage)).toEqual([10_000n])
  })
})

describe('entitlements', () => {
  it('answers what the next consume would: allowed below the limit, refused at it with the reason', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 999n }))
    const before = await asMember(acme, (tx) => getEntitlements(tx, acme.organizationId))
    expect(before.meters).toMatchObject([
      { meter: 'calls', allowed: true, reason: null, used: 999n, limit: 1_000n, remaining: 1n, resetsAt: acme.period.end, explanation: null },
    ])
    expect(await use(acme)).toMatchObject({ value: { allowed: true } })
    const after = await asMember(acme, (tx) => getEntitlements(tx, acme.organizationId))
    expect(after.meters).toMatchObject([{ allowed: false, reason: 'limit_reached', remaining: 0n, explanation: { rule: 'A2', formula: '1,000 + 1 > 1,000' } }])
    expect(await use(acme)).toMatchObject({ value: { allowed: false, reason: 'limit_reached', rule: 'A2' } })
  })

  it('goes by the running segment after a change', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    await changePlan(acme, 'basic', { countedAtStart: 1_000n })
    expect((await asMember(acme, (tx) => getEntitlements(tx, acme.organizationId))).meters).toMatchObject([{ allowed: true, used: 1_000n, remaining: 29_000n }])
  })

  it('refuses an unpaid subscription, and knows none where nothing is held', async () => {
    const acme = await organization()
    await inEngine((tx) => tx.update(subscriptions).set({ status: 'unpaid' }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect((await asMember(acme, (tx) => getEntitlements(tx, acme.organizationId))).meters).toMatchObject([{ allowed: false, reason: 'subscription_unpaid' }])
    await inEngine((tx) => tx.update(subscriptions).set({ endedAt: DAY_10 }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await asMember(acme, (tx) => getEntitlements(tx, acme.organizationId))).toEqual({ meters: [], plans: [] })
  })
})
