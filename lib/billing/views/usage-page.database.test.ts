import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb, type Transaction } from '../../../db/client'
import { documents, subscriptionPeriods, subscriptions } from '../../../db/schema'
import { event, organization, record, renew, travel, withMeteringDatabase } from '../../metering/testing/stage'
import { minor } from '../../money'
import { addDays, type Instant } from '../../time'
import { apiCallsProduct, MAY } from '../testing/holdings'
import type { MeteredOrganization } from '../testing/metered-organization'
import { getOveragePage, getPastPeriods } from './overage-page'
import { getNextCharges, getOverviewCards } from './overview'
import { getUsagePage, getUsagePlace } from './usage-page'

withMeteringDatabase()

const PRODUCT = apiCallsProduct.id

/** As a page reads it: under the web role of an organization. */
function asMember<Value>({ organizationId }: Pick<MeteredOrganization, 'organizationId'>, view: (tx: Transaction) => Promise<Value>) {
  return inWeb({ organizationId }, view)
}

function pageOf(acme: MeteredOrganization, periodStart: Instant | null = null, productId = PRODUCT) {
  return asMember(acme, (tx) => getUsagePage(tx, { organizationId: acme.organizationId, productId, periodStart }))
}

describe('the usage page', () => {
  it('is plain data: the card, every day of the period, and the pace', async () => {
    const acme = await organization()
    await record(event(acme.organizationId, { quantity: 15_000n, key: 'alpha', timestamp: addDays(MAY, 9) }))
    const page = await pageOf(acme)
    expect(page?.card).toMatchObject({ plan: 'Basic', isRunning: true, asOf: '2026-05-11T00:00:00Z', alertThresholds: [80, 100] })
    expect(page?.card.period).toEqual({ start: '2026-05-01T00:00:00Z', end: '2026-05-31T00:00:00Z' })
    expect(page?.card.meters).toMatchObject([{ used: 15_000n, limit: 30_000n, remaining: 15_000n, percent: 50, overagePrice: null }])
    const [calls] = page?.meters ?? []
    expect(calls?.chart.days).toHaveLength(30)
    expect(calls?.chart.days[9]).toEqual({ day: '2026-05-10', parts: [15_000n], other: 0n })
    expect(calls?.chart.days.map(({ parts }) => parts === null).lastIndexOf(false)).toBe(10)
    expect(calls?.chart.limit).toEqual({ perPeriod: 30_000n, perDay: 1_000n })
    // 1,500 a day: 24,000 after 16 days, 30,000 after 20, 45,000 after 30.
    expect(calls?.forecast).toEqual({
      usedAtPeriodEnd: 45_000n,
      amount: 0n,
      milestones: [
        { percent: 80, at: '2026-05-17T00:00:00Z' },
        { percent: 100, at: '2026-05-21T00:00:00Z' },
      ],
      stopsAt: null,
    })
  })

  it('foretells no milestone that is reached already, and none of a closed period', async () => {
    const acme = await organization()
    await record(event(acme.organizationId, { quantity: 24_000n }))
    expect((await pageOf(acme))?.meters[0]?.forecast.milestones.map(({ percent }) => percent)).toEqual([100])
    await travel(acme, acme.period.end)
    await renew(acme)
    const past = await pageOf(acme, MAY)
    expect(past?.card).toMatchObject({ isRunning: false, meters: [{ used: 24_000n }] })
    expect(past?.meters[0]?.forecast).toEqual({ usedAtPeriodEnd: null, amount: null, milestones: [], stopsAt: null })
    expect(past?.meters[0]?.chart.days.every(({ parts }) => parts !== null)).toBe(true)
    expect((await pageOf(acme))?.card.meters[0]?.used).toBe(0n)
  })

  it('names a hundred keys and puts the others into one line, with shares of all', async () => {
    const acme = await organization()
    const keys = Array.from({ length: 103 }, (_, index) => event(acme.organizationId, { quantity: index === 0 ? 98n : 1n, key: `key-${index}` }))
    await record(...keys)
    const shares = (await pageOf(acme))?.meters[0]?.keys
    expect(shares?.items).toHaveLength(100)
    expect(shares?.items[0]).toEqual({ key: 'key-0', quantity: 98n, permille: 490 })
    expect(shares?.others).toEqual({ keys: 3, quantity: 3n, permille: 15 })
    expect(shares?.total).toBe(200n)
  })

  it('has keys without a share where nothing was used', async () => {
    const acme = await organization()
    expect((await pageOf(acme))?.meters[0]?.keys).toEqual({ items: [], others: null, total: 0n })
  })

  it('knows where the price above the limit stands, and what it has come to', async () => {
    const acme = await organization({ plan: 'enterprise' })
    await record(event(acme.organizationId, { quantity: 1_010_000n }))
    expect((await pageOf(acme))?.card.meters).toMatchObject([{ overagePrice: '0.0005', overage: 10_000n, overageAmount: 5_00n, state: 'overage' }])
  })

  it('is about the last subscription where it has ended', async () => {
    const acme = await organization()
    await inEngine((tx) =>
      tx
        .update(subscriptions)
        .set({ status: 'canceled', endedAt: addDays(MAY, 5) })
        .where(eq(subscriptions.id, acme.subscriptionId)),
    )
    expect((await pageOf(acme))?.card).toMatchObject({ isRunning: false, period: { end: '2026-05-06T00:00:00Z' } })
    expect(await asMember(acme, (tx) => getUsagePlace(tx, acme.organizationId, PRODUCT))).toMatchObject({ subscriptionId: acme.subscriptionId, running: null })
  })

  it('is nothing for a product that is not sold or a period that there was not', async () => {
    const acme = await organization()
    expect(await pageOf(acme, null, 'nothing')).toBeNull()
    expect(await pageOf(acme, addDays(MAY, 1))).toBeNull()
    expect(await asMember(acme, (tx) => getUsagePlace(tx, acme.organizationId, 'nothing'))).toBeNull()
  })

  it('shows nothing of another organization', async () => {
    const [acme, globex] = [await organization(), await organization()]
    await record(event(globex.organizationId, { quantity: 5n }))
    const foreign = { organizationId: globex.organizationId, productId: PRODUCT, periodStart: null }
    expect(await asMember(acme, (tx) => getUsagePage(tx, foreign))).toBeNull()
    expect(await asMember(acme, (tx) => getUsagePlace(tx, globex.organizationId, PRODUCT))).toBeNull()
    expect(await asMember(acme, (tx) => getOverviewCards(tx, globex.organizationId))).toEqual([])
    expect(await asMember(acme, (tx) => getNextCharges(tx, globex.organizationId))).toEqual([])
    const history = { organizationId: globex.organizationId, subscriptionId: globex.subscriptionId, productId: PRODUCT, limit: 5 }
    expect(await asMember(acme, (tx) => getOveragePage(tx, history))).toBeNull()
    expect(await asMember(acme, (tx) => getPastPeriods(tx, history))).toEqual({ items: [], next: null })
    expect((await pageOf(acme))?.card.meters[0]?.used).toBe(0n)
  })
})

describe('the overage history with names (A11)', () => {
  it('names the plan and pages by key', async () => {
    const acme = await organization({ plan: 'enterprise', start: addDays(MAY, 90), now: addDays(MAY, 95) })
    const { organizationId, subscriptionId } = acme
    const closed = { organizationId, subscriptionId, plan: 'enterprise', interval: 'month' as const, catalogVersion: apiCallsProduct.version }
    const row = (days: number, overageUnits: bigint) => ({
      ...closed,
      periodStart: addDays(MAY, days),
      periodEnd: addDays(MAY, days + 30),
      cycleDays: 30,
      overageUnits,
      overageAmount: minor(overageUnits / 20n),
    })
    await inEngine((tx) => tx.insert(subscriptionPeriods).values([row(0, 10_000n), row(30, 0n), row(60, 200n)]))
    const choice = { organizationId, subscriptionId, productId: PRODUCT }
    const first = await asMember(acme, (tx) => getOveragePage(tx, { ...choice, limit: 1 }))
    expect(first).toEqual({
      currency: 'usd',
      items: [{ start: '2026-06-30T00:00:00Z', end: '2026-07-30T00:00:00Z', plan: 'Enterprise', overage: 200n, unit: 'calls', amount: 10n, invoice: null }],
      next: '2026-06-30T00:00:00Z',
    })
    const second = await asMember(acme, (tx) => getOveragePage(tx, { ...choice, limit: 1, before: addDays(MAY, 60) }))
    expect(second?.items.map(({ overage, amount }) => [overage, amount])).toEqual([[10_000n, 5_00n]])
    expect(second?.next).toBeNull()
    const periods = await asMember(acme, (tx) => getPastPeriods(tx, { ...choice, limit: 2 }))
    expect(periods.items.map(({ start, plan }) => `${start} ${plan}`)).toEqual(['2026-06-30T00:00:00Z Enterprise', '2026-05-31T00:00:00Z Enterprise'])
  })
})

describe('the overview', () => {
  it.each([
    { plan: 'free', used: 0n, charge: { title: 'none', total: 0n, grows: null } },
    { plan: 'basic', used: 0n, charge: { title: 'next', base: 10_00n, usage: 0n, total: 10_00n, grows: null } },
    { plan: 'enterprise', used: 1_010_000n, charge: { title: 'next', base: 100_00n, usage: 5_00n, total: 105_00n, grows: 'above_limit' } },
  ])('shows what $plan would be charged at its renewal', async ({ plan, used, charge }) => {
    const acme = await organization({ plan })
    if (used > 0n) await record(event(acme.organizationId, { quantity: used }))
    const charges = await asMember(acme, (tx) => getNextCharges(tx, acme.organizationId))
    expect(charges).toMatchObject([{ ...charge, at: '2026-05-31T00:00:00Z', product: { id: PRODUCT }, isCanceled: false, nextPlan: null }])
    expect(await asMember(acme, (tx) => tx.select().from(documents))).toEqual([])
  })

  it('shows a final charge for usage of a canceled subscription, and nothing without', async () => {
    const acme = await organization({ plan: 'enterprise' })
    const cancelAt = acme.period.end
    await inEngine((tx) => tx.update(subscriptions).set({ cancelAt }).where(eq(subscriptions.id, acme.subscriptionId)))
    const charges = () => asMember(acme, (tx) => getNextCharges(tx, acme.organizationId))
    expect(await charges()).toMatchObject([{ title: 'none', isCanceled: true }])
    await record(event(acme.organizationId, { quantity: 1_010_000n }))
    expect(await charges()).toMatchObject([{ title: 'final', total: 5_00n, base: 0n, isCanceled: true }])
    expect(await asMember(acme, (tx) => getOverviewCards(tx, acme.organizationId))).toMatchObject([{ cancelAt: '2026-05-31T00:00:00Z' }])
  })

  it('has no card where nothing is held any more', async () => {
    const acme = await organization()
    await inEngine((tx) => tx.update(subscriptions).set({ status: 'canceled', endedAt: MAY }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await asMember(acme, (tx) => getOverviewCards(tx, acme.organizationId))).toEqual([])
    expect(await asMember(acme, (tx) => getNextCharges(tx, acme.organizationId))).toEqual([])
  })
})
