import { asc, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { messages, usageAlerts, usageSegments } from '../../db/schema'
import { apiCallsWith } from '../billing/testing/holdings'
import type { MeteredOrganization } from '../billing/testing/metered-organization'
import { evaluateAlerts } from './alerts'
import { recordUsage } from './record-usage'
import { changePlan, DAY_10, event, organization, record, renew, travel, use, withMeteringDatabase } from './testing/stage'

withMeteringDatabase()

function told({ organizationId }: MeteredOrganization) {
  return inEngine((tx) => tx.select().from(messages).where(eq(messages.organizationId, organizationId)).orderBy(asc(messages.id)))
}

async function kindsTold(acme: MeteredOrganization): Promise<string[]> {
  return (await told(acme)).map(({ kind }) => kind)
}

function alertsOf({ subscriptionId }: MeteredOrganization) {
  return inEngine((tx) =>
    tx
      .select({ threshold: usageAlerts.threshold, passedOver: usageAlerts.passedOver, limit: usageAlerts.limitUnits })
      .from(usageAlerts)
      .where(eq(usageAlerts.subscriptionId, subscriptionId))
      .orderBy(asc(usageAlerts.limitUnits), asc(usageAlerts.threshold)),
  )
}

function evaluate(acme: MeteredOrganization): Promise<void> {
  return inEngine((tx) => evaluateAlerts(tx, { organizationId: acme.organizationId, subscriptionId: acme.subscriptionId, now: DAY_10 }))
}

describe('alerts at 80 % and 100 % (A5)', () => {
  it('is silent at one unit below 80 %, and tells at exactly 80 %', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 799n }))
    expect(await kindsTold(acme)).toEqual([])
    await record(event(acme.organizationId))
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })

  it('tells each once a period, however often usage goes on', async () => {
    const acme = await organization({ plan: 'free' })
    for (const quantity of [800n, 100n, 99n, 1n, 50n, 50n]) await record(event(acme.organizationId, { quantity }))
    expect(await kindsTold(acme)).toEqual(['usage_alert_80', 'usage_alert_100'])
  })

  it('tells only the higher of two that one jump passes', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    await record(event(acme.organizationId))
    expect(await kindsTold(acme)).toEqual(['usage_alert_100'])
    expect(await alertsOf(acme)).toEqual([
      { threshold: 80, passedOver: true, limit: 1_000n },
      { threshold: 100, passedOver: false, limit: 1_000n },
    ])
  })

  it('is set off by consuming, and once by 50 callers at the same time', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 780n }))
    await Promise.all(Array.from({ length: 50 }, () => use(acme)))
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })

  it('is told again where the transaction that told it was rolled back, which had seen it itself', async () => {
    const acme = await organization({ plan: 'free' })
    const [before, after] = [event(acme.organizationId, { quantity: 800n }), event(acme.organizationId)]
    const rolledBack = inEngine(async (tx) => {
      for (const one of [before, after]) await recordUsage({ tx, actor: 'system' }, [one])
      throw new Error('it was too late')
    })
    await expect(rolledBack).rejects.toThrow('it was too late')
    expect(await kindsTold(acme)).toEqual([])
    await record(before)
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })

  it('says everything that the mail needs', async () => {
    const acme = await organization({ plan: 'enterprise', name: 'Acme' })
    await record(event(acme.organizationId, { quantity: 1_005_000n }))
    const [message] = await told(acme)
    expect(message).toMatchObject({ kind: 'usage_alert_100', recipient: acme.email, state: 'queued' })
    expect(message?.payload).toEqual({
      organizationName: 'Acme',
      organizationSlug: acme.organizationId.replace('_', '-'),
      productId: 'api-calls',
      productName: 'API calls',
      planName: 'Enterprise',
      unit: 'calls',
      used: '1005000',
      limit: '1000000',
      percent: 100,
      periodEnd: '2026-05-31T00:00:00Z',
      currency: 'usd',
      whatHappens: 'overage',
      overageUnitPrice: '0.0005',
    })
  })

  it('tells again in the next period, and never for late usage (G59)', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 799n }))
    await travel(acme, acme.period.end)
    await renew(acme, 'free')
    await record(event(acme.organizationId, { quantity: 500n, timestamp: DAY_10 }))
    expect(await kindsTold(acme)).toEqual([])
    await record(event(acme.organizationId, { quantity: 800n }))
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })

  it('follows the thresholds of the product, and mails only those that have words', async () => {
    const acme = await organization({
      plan: 'free',
      product: { ...apiCallsWith({ alertThresholds: [50, 80] }), id: 'other-calls', meters: [{ id: 'calls', unit: 'calls', filter: null }] },
    })
    await record(event(acme.organizationId, { quantity: 500n }))
    expect(await kindsTold(acme)).toEqual([])
    expect(await alertsOf(acme)).toEqual([{ threshold: 50, passedOver: false, limit: 1_000n }])
  })
})

describe('alerts at a change of plan (G44)', () => {
  it('arms the thresholds again against the new limit', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    await changePlan(acme, 'basic', { countedAtStart: 1_000n })
    await evaluate(acme)
    expect(await kindsTold(acme)).toEqual(['usage_alert_100'])
    await record(event(acme.organizationId, { quantity: 23_000n }))
    expect(await kindsTold(acme)).toEqual(['usage_alert_100', 'usage_alert_80'])
  })

  it('tests them at once, and sends one message however often it is asked', async () => {
    const acme = await organization({ plan: 'pro' })
    await record(event(acme.organizationId, { quantity: 29_000n }))
    expect(await kindsTold(acme)).toEqual([])
    await changePlan(acme, 'basic', { countedAtStart: 29_000n })
    await evaluate(acme)
    await evaluate(acme)
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })

  it('does not tell a limit’s alert again where a change leads back to it in the same period', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 850n }))
    await changePlan(acme, 'basic', { countedAtStart: 850n })
    await changePlan(acme, 'free', { countedAtStart: 850n, position: 2 })
    await evaluate(acme)
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })

  it('does not come down to a lower alert that a jump has passed over', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    await changePlan(acme, 'free', { countedAtStart: 850n })
    await evaluate(acme)
    expect(await kindsTold(acme)).toEqual(['usage_alert_100'])
  })

  it('tests what a period begins with: usage that was stamped ahead of it', async () => {
    const acme = await organization({ plan: 'free' })
    await renew(acme, 'free')
    await inEngine((tx) => tx.update(usageSegments).set({ units: 900n }).where(eq(usageSegments.subscriptionId, acme.subscriptionId)))
    await evaluate(acme)
    expect(await kindsTold(acme)).toEqual(['usage_alert_80'])
  })
})
