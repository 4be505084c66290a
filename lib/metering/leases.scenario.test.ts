import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { usageEvents, usageLeases } from '../../db/schema'
import { settleAndCharge } from '../billing/flows/use'
import { buy, prepaidOf } from '../billing/testing/prepaid'
import { first, lineAmounts, scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { getUsageCard } from '../billing/views/usage'
import { getEntitlements } from '../billing/views/usage-entitlements'
import type { LeaseId } from '../ids'
import { minor } from '../money'
import { grantLease } from './grant-lease'

const stage = setStage()
const SHOTS = { meter: 'screenshots' }

type Life = Awaited<ReturnType<typeof scenario>>

/** 30,000 calls a period. */
const onBasic = () => scenario(stage, { plan: 'basic' })
const onGrowth = () => scenario(stage, { product: 'screenshots', plan: 'growth' })

/** With everything included used, and up to $100.00 beyond it. */
async function onScaling() {
  const acme = await scenario(stage, { product: 'scrape-credits', plan: 'scaling', from: '2026-01-10T00:00:00Z' })
  await acme.use(5_000_000)
  await acme.setLimits({ payAsYouGo: { enabled: true, cap: minor(100_00) } })
  return acme
}

type Wanted = { meter?: string; ttlSeconds?: number }

async function take(life: Life, quantity: number, { meter = 'calls', ttlSeconds = 60 }: Wanted = {}) {
  const request = { organizationId: life.organizationId, meter, quantity: BigInt(quantity), ttlSeconds }
  const lease = await life.step(() => first((context) => grantLease(context, request)))
  if (!lease.ok) throw new Error(lease.error.code)
  return lease.value
}

function settle(life: Life, leaseId: LeaseId, used: number) {
  return life.step(() => settleAndCharge(life.flow, { organizationId: life.organizationId, leaseId, used: BigInt(used) }))
}

async function granted(life: Life, quantity: number, facts: Wanted = {}): Promise<LeaseId> {
  const lease = await take(life, quantity, facts)
  expect(lease).toMatchObject({ granted: BigInt(quantity) })
  if (lease.id === null) throw new Error('nothing was granted')
  return lease.id
}

/** As many seconds as its time to live have passed on the wall, while the test clock stood still. */
function letRealTimePass(id: LeaseId): Promise<unknown> {
  return inEngine((tx) => tx.update(usageLeases).set({ expiresAtWall: sql`now() - interval '1 second'` }).where(eq(usageLeases.id, id)))
}

async function meterOf(life: Life) {
  const { organizationId, subscriptionId } = life
  const [card, entitlements] = await inEngine(async (tx) => [
    await getUsageCard(tx, { organizationId, subscriptionId }),
    await getEntitlements(tx, organizationId),
  ])
  return { card: card?.meters[0], entitlement: entitlements.meters[0] }
}

describe('G47, G61: units that are set aside', () => {
  it('G61: are as many as are asked for, or what is still allowed', async () => {
    const acme = await onBasic()
    await acme.use(29_000)
    expect(await take(acme, 600)).toMatchObject({ granted: 600n })
    expect(await take(acme, 600)).toMatchObject({ granted: 400n })
    expect(await take(acme, 600)).toMatchObject({ id: null, granted: 0n, reason: 'limit_reached', rule: 'A2', formula: '29,000 + 1,000 + 1 > 30,000' })
  })

  it('G47: count in consume, on the card and in the entitlements', async () => {
    const acme = await onBasic()
    const lease = await granted(acme, 29_990)
    expect(await acme.consume(11)).toMatchObject({ value: { allowed: false, reason: 'limit_reached', used: 0n, remaining: 10n } })
    expect(await acme.consume(10)).toMatchObject({ value: { allowed: true, used: 10n, remaining: 0n } })
    expect(await meterOf(acme)).toMatchObject({ card: { used: 10n, reserved: 29_990n, remaining: 0n }, entitlement: { allowed: false, remaining: 0n } })
    expect(await settle(acme, lease, 90)).toMatchObject({ ok: true, value: { granted: 29_990n, used: 90n } })
    expect(await meterOf(acme)).toMatchObject({ card: { used: 100n, reserved: 0n, remaining: 29_900n }, entitlement: { allowed: true, remaining: 29_900n } })
  })

  it('G61: come back by themselves at the end of their time to live, exactly then', async () => {
    const acme = await onBasic()
    await granted(acme, 30_000, { ttlSeconds: 60 })
    await acme.walkTo((await acme.now()).add({ milliseconds: 59_999 }))
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false } })
    await acme.walkTo((await acme.now()).add({ milliseconds: 1 }))
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true } })
  })

  it('G61: come back when as much real time has passed, where the test clock stands still', async () => {
    const acme = await onBasic()
    const lease = await granted(acme, 30_000)
    await letRealTimePass(lease)
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true } })
  })

  it('G61: end with the period, and count in it also when they are settled late', async () => {
    const acme = await onBasic()
    await acme.walkDays(29)
    const lease = await take(acme, 500, { ttlSeconds: 7 * 86_400 })
    if (lease.id === null) throw new Error('nothing was granted')
    expect(lease.expiresAt.toString()).toBe('2026-01-31T00:00:00Z')
    await acme.walkDays(2)
    expect(await meterOf(acme)).toMatchObject({ card: { used: 0n, reserved: 0n } })
    expect(await settle(acme, lease.id, 400)).toMatchObject({ ok: true, value: { used: 400n } })
    expect(await meterOf(acme)).toMatchObject({ card: { used: 0n } })
    const [event] = await inEngine((tx) => tx.select().from(usageEvents).where(eq(usageEvents.id, lease.id)))
    expect(event).toMatchObject({ quantity: 400n, periodStart: (await acme.periods())[0]?.periodStart })
  })

  it('G61: a second settlement gives the first answer, one above what was granted is refused, and none is taken after 35 days', async () => {
    const acme = await onBasic()
    const lease = await granted(acme, 100)
    expect(await settle(acme, lease, 101)).toEqual({ ok: false, error: { code: 'above_granted', granted: 100n } })
    const settled = await settle(acme, lease, 100)
    expect(await settle(acme, lease, 7)).toEqual(settled)
    expect(await settle(acme, lease, 101)).toEqual(settled)
    expect(await meterOf(acme)).toMatchObject({ card: { used: 100n } })
    const forgotten = await granted(acme, 50)
    await acme.walkDays(66)
    expect(await settle(acme, forgotten, 50)).toEqual({ ok: false, error: { code: 'event_too_old' } })
  })

  it('G47: many gateways and callers at once never pass the limit together', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    const ask = { organizationId: acme.organizationId, meter: 'calls', quantity: 70n, ttlSeconds: 60 }
    const leases = Array.from({ length: 12 }, () => first((context) => grantLease(context, ask)))
    const calls = Array.from({ length: 30 }, () => acme.consume(20))
    const held = (await Promise.all(leases)).reduce((sum, one) => sum + (one.ok ? one.value.granted : 0n), 0n)
    const used = (await Promise.all(calls)).reduce((sum, one) => sum + (one.ok && one.value.allowed ? 20n : 0n), 0n)
    expect(held + used).toBeLessThanOrEqual(1_000n)
    expect(held + used).toBeGreaterThan(930n)
  })

  it('G3: nothing is granted where nothing is held', async () => {
    const acme = await scenario(stage, { plan: null })
    expect(await take(acme, 1)).toMatchObject({ id: null, granted: 0n, reason: 'no_subscription', rule: 'G3' })
  })
})

describe('G61: a change while units are handed out', () => {
  it('A7b: a downgrade is decided against what is used and what is handed out', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(15)
    await acme.use(10_000)
    await granted(acme, 6_501, { ttlSeconds: 3_600 })
    expect((await acme.quote('basic')).decision).toMatchObject({
      rejection: { code: 'downgrade_usage_exceeded', currentUsage: 16_501n, allowedUsage: 16_500n },
    })
    await acme.walkTo((await acme.now()).add({ hours: 1 }))
    expect((await acme.quote('basic')).decision).toMatchObject({ rejection: null })
  })

  it('G61: what was handed out under the old plan counts against the new limit', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const lease = await granted(acme, 20_000, { ttlSeconds: 3_600 })
    await acme.change('pro')
    expect(await meterOf(acme)).toMatchObject({ card: { used: 0n, limit: 300_000n, reserved: 20_000n, remaining: 280_000n } })
    await settle(acme, lease, 15_000)
    expect(await meterOf(acme)).toMatchObject({ card: { used: 15_000n, reserved: 0n, remaining: 285_000n } })
  })

  it('G57, G61: a hard limit that is lowered stops service at once, and what is handed out is billed as it was granted', async () => {
    const acme = await onGrowth()
    await acme.setLimits({ hardLimit: 15_000n })
    await acme.use(11_500, SHOTS)
    const lease = await granted(acme, 1_000, { ...SHOTS, ttlSeconds: 3_600 })
    await acme.setLimits({ hardLimit: 11_000n })
    expect(await acme.consume(1, SHOTS)).toMatchObject({ value: { allowed: false, reason: 'hard_limit_reached', formula: '11,500 + 1,000 + 1 > 11,000' } })
    await settle(acme, lease, 900)
    expect(await meterOf(acme)).toMatchObject({ card: { used: 12_400n, overage: 2_400n, overageAmount: 12_00n, remaining: 0n } })
    await acme.use(2_000, SHOTS)
    expect(await meterOf(acme)).toMatchObject({ card: { used: 14_400n, overage: 2_400n, overageAmount: 12_00n } })
  })

  it('B6, G109: a cap that is lowered is not passed by what is recorded while a gateway holds units, nor once it has gone without settling', async () => {
    const acme = await onScaling()
    await granted(acme, 500_000, { meter: 'credits' })
    await acme.setLimits({ payAsYouGo: { enabled: true, cap: minor(10_00) } })
    await acme.use(60_000)
    await acme.walkTo((await acme.now()).add({ seconds: 60 }))
    await acme.use(1_000_000)
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(lineAmounts(await acme.latestDocument())).toEqual([
      ['extra_usage', 10_00n],
      ['plan', 475_00n],
    ])
  })

  it.each([
    { when: 'before its end', hours: 1 },
    { when: 'after its period', hours: 32 * 24 },
  ])('B6, G109: what was handed out under a higher cap is billed under it, settled $when', async ({ hours }) => {
    const acme = await onScaling()
    const lease = await granted(acme, 500_000, { meter: 'credits', ttlSeconds: 7_200 })
    await acme.setLimits({ payAsYouGo: { enabled: true, cap: minor(10_00) } })
    await acme.walkTo((await acme.now()).add({ hours }))
    expect(await settle(acme, lease, 400_000)).toMatchObject({ ok: true })
    await acme.use(1_000_000)
    await acme.walkTo('2026-03-10T00:00:00Z')
    const lines = (await acme.documents()).flatMap(({ lines }) => lines.filter(({ kind, rule }) => kind === 'extra_usage' || rule === 'C8'))
    expect(lines.map(({ amount }) => amount)).toContain(38_00n) // 400,000 at $0.000095.
  })

  it('A13: a plan whose units are handed out is not refunded as unused', async () => {
    const acme = await onBasic()
    const { id } = await acme.latestDocument()
    const lease = await granted(acme, 5)
    expect(await acme.refund(id)).toMatchObject({ ok: false, error: { code: 'refund_not_eligible' } })
    await settle(acme, lease, 0)
    expect(await acme.refund(id)).toMatchObject({ ok: true })
  })

  it('G104: an upgrade credits no allowance that is handed out', async () => {
    const acme = await scenario(stage, { product: 'scrape-credits', plan: 'hobby', from: '2026-01-10T00:00:00Z' })
    await acme.walkDays(1)
    await granted(acme, 100_000, { meter: 'credits' })
    await acme.change('startup')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'change', amountPaid: 149_00n })
  })
})

describe('P7, G61: units that bought credit pays for', () => {
  it('end with the lot that pays for them, so that none of it is owed', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await acme.walkDays(10) // Not at the end of a period.
    await buy(acme, 20_00)
    const [lot] = (await prepaidOf(acme)).lots
    if (!lot) throw new Error('nothing was bought')
    await acme.walkTo(lot.expiresAt.subtract({ seconds: 10 }))
    const lease = await take(acme, 1_000, { meter: 'output_tokens', ttlSeconds: 60 })
    expect(lease.expiresAt?.toString()).toBe(lot.expiresAt.toString())
  })
})
