import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { subscriptionPeriods, subscriptions, usageEvents } from '../../db/schema'
import { MAY } from '../billing/testing/holdings'
import { type MeteredOrganization, subscribeForTest } from '../billing/testing/metered-organization'
import { addDays, type Instant } from '../time'
import { recordUsage } from './record-usage'
import { allTotals, changePlan, DAY_10, event, organization, record, renew, segmentsOf, totalsOf, travel, unitsOf, withMeteringDatabase } from './testing/stage'

withMeteringDatabase()

describe("each event counts in its own time's period (C8, C14, G58, G97)", () => {
  const at = async (acme: MeteredOrganization, timestamp: Instant) => {
    const recorded = await record(event(acme.organizationId, { timestamp }))
    return recorded.ok ? 'accepted' : recorded.error.code
  }

  it('takes a timestamp exactly 5 minutes ahead, and none a millisecond further', async () => {
    const acme = await organization()
    expect(await at(acme, DAY_10.add({ minutes: 5 }))).toBe('accepted')
    expect(await at(acme, DAY_10.add({ minutes: 5, milliseconds: 1 }))).toBe('timestamp_ahead')
  })

  it('takes usage of the very start of the subscription, and none a millisecond earlier', async () => {
    const acme = await organization()
    expect(await at(acme, MAY)).toBe('accepted')
    expect(await at(acme, MAY.subtract({ milliseconds: 1 }))).toBe('event_too_old')
  })

  it('gives the last millisecond to the period, and its end to the next one', async () => {
    const acme = await organization()
    await travel(acme, acme.period.end.subtract({ minutes: 3 }))
    expect(await at(acme, acme.period.end.subtract({ milliseconds: 1 }))).toBe('accepted')
    expect(await at(acme, acme.period.end)).toBe('accepted')
    const segments = await segmentsOf(acme)
    expect(segments.map(({ units, periodStart }) => [periodStart.toString(), units])).toEqual([
      ['2026-05-01T00:00:00Z', 1n],
      ['2026-05-31T00:00:00Z', 1n],
    ])
    expect(segments[1]).toMatchObject({ plan: 'basic', limitUnits: 30_000n, countedAtStart: 0n, position: 0, hasLateUsage: false })
    expect(segments[1]?.periodEnd.toString()).toBe('2026-06-30T00:00:00Z')
  })

  it('is taken back with its transaction, also where its period is still to begin', async () => {
    const acme = await organization()
    await travel(acme, acme.period.end.subtract({ minutes: 1 }))
    const takenBack = inEngine(async (tx) => {
      const recorded = await recordUsage({ tx, actor: 'operator' }, [event(acme.organizationId, { timestamp: acme.period.end })])
      expect(recorded.ok).toBe(true)
      throw new Error('changed its mind')
    })
    await expect(takenBack).rejects.toThrow('changed its mind')
    expect(await unitsOf(acme)).toEqual([0n])
    expect(await inEngine((tx) => tx.$count(usageEvents, eq(usageEvents.organizationId, acme.organizationId)))).toBe(0)
  })

  it('keeps what was stamped ahead when the renewal comes', async () => {
    const acme = await organization()
    await travel(acme, acme.period.end.subtract({ minutes: 1 }))
    await record(
      event(acme.organizationId, { timestamp: acme.period.end, quantity: 7n }),
      event(acme.organizationId, { timestamp: acme.period.end.add({ minutes: 1 }) }),
    )
    await travel(acme, acme.period.end)
    await renew(acme)
    await record(event(acme.organizationId))
    expect(await unitsOf(acme)).toEqual([0n, 9n])
    expect(await totalsOf(acme)).toEqual(allTotals('9'))
  })

  it('asks for the renewal first where the period has ended by the organization’s own time, and writes nothing', async () => {
    const [acme, other] = [await organization(), await organization()]
    await travel(acme, acme.period.end)
    const body = [event(acme.organizationId), event(other.organizationId)]
    expect(await record(...body)).toEqual({ ok: false, error: { code: 'behind', organizationIds: [acme.organizationId] } })
    expect(await unitsOf(other)).toEqual([0n])
    await renew(acme)
    expect(await record(...body)).toMatchObject({ value: { accepted: 2 } })
    expect(await unitsOf(acme)).toEqual([0n, 1n])
  })

  it('goes on recording where the renewal was set aside for the operator', async () => {
    const acme = await organization()
    await travel(acme, addDays(acme.period.end, 3))
    await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'broken' }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await at(acme, acme.period.start)).toBe('accepted')
    expect(await record(event(acme.organizationId, { quantity: 2n }))).toMatchObject({ ok: true })
    expect(await unitsOf(acme)).toEqual([1n, 2n])
  })

  it('takes late usage until exactly 35 × 24 h after the period’s end, and marks its segment', async () => {
    const acme = await organization()
    await travel(acme, acme.period.end)
    await renew(acme)
    await inEngine((tx) =>
      tx
        .update(subscriptions)
        .set({ periodEnd: addDays(acme.period.end, 60) })
        .where(eq(subscriptions.id, acme.subscriptionId)),
    )
    const last = acme.period.end.subtract({ milliseconds: 1 })
    const limit = acme.period.end.add({ hours: 35 * 24 })
    await travel(acme, limit)
    expect(await at(acme, last)).toBe('accepted')
    expect((await segmentsOf(acme)).map(({ units, hasLateUsage }) => [units, hasLateUsage])).toEqual([
      [1n, true],
      [0n, false],
    ])
    await travel(acme, limit.add({ milliseconds: 1 }))
    expect(await at(acme, last)).toBe('event_too_old')
    expect(await at(acme, acme.period.end)).toBe('accepted')
  })

  it('counts in the running segment whatever the timestamp within the period; late usage by the segment of its time', async () => {
    const acme = await organization()
    await changePlan(acme, 'pro')
    expect(await at(acme, MAY)).toBe('accepted')
    expect(await unitsOf(acme)).toEqual([0n, 1n])
    await travel(acme, acme.period.end)
    await renew(acme, 'pro')
    expect(await at(acme, DAY_10.subtract({ milliseconds: 1 }))).toBe('accepted')
    expect(await at(acme, DAY_10)).toBe('accepted')
    expect(await unitsOf(acme)).toEqual([1n, 2n, 0n])
    expect((await segmentsOf(acme)).map(({ hasLateUsage }) => hasLateUsage)).toEqual([true, true, false])
  })

  it('takes usage of the last period of a subscription that has ended, and none after it (G3)', async () => {
    const acme = await organization()
    const end = addDays(MAY, 20)
    await inEngine((tx) => tx.update(subscriptions).set({ endedAt: end, status: 'canceled' }).where(eq(subscriptions.id, acme.subscriptionId)))
    await travel(acme, addDays(MAY, 21))
    expect(await at(acme, end.subtract({ milliseconds: 1 }))).toBe('accepted')
    expect(await at(acme, end)).toBe('no_subscription')
    expect(await record(event(acme.organizationId))).toMatchObject({ error: { code: 'no_subscription' } })
    const again = await inEngine((tx) => subscribeForTest(tx, acme.organizationId, { start: addDays(MAY, 21) }))
    expect(await at(acme, end.subtract({ milliseconds: 1 }))).toBe('accepted')
    expect(await at(acme, end)).toBe('event_too_old')
    expect(await record(event(acme.organizationId))).toMatchObject({ ok: true })
    expect(await unitsOf(acme)).toEqual([2n])
    expect((await segmentsOf(again)).map(({ units }) => units)).toEqual([1n])
  })

  it('shows late usage over the limit in the closed period’s figures at once, rated by its own terms (G59)', async () => {
    const acme = await organization({ plan: 'enterprise' })
    await record(event(acme.organizationId, { quantity: 1_000_000n }))
    await travel(acme, acme.period.end)
    await renew(acme, 'enterprise')
    await record(event(acme.organizationId, { quantity: 10_000n, timestamp: acme.period.end.subtract({ milliseconds: 1 }) }))
    const [closed] = await inEngine((tx) => tx.select().from(subscriptionPeriods).where(eq(subscriptionPeriods.subscriptionId, acme.subscriptionId)))
    expect(closed).toMatchObject({ overageUnits: 10_000n, overageAmount: 5_00n })
  })
})
