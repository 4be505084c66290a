import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { subscriptions } from '../../db/schema'
import type { MeteredOrganization } from '../billing/testing/metered-organization'
import type { LeaseId } from '../ids'
import { addDays, isBefore } from '../time'
import { grantLease } from './grant-lease'
import { settleLease } from './settle-lease'
import { organization, renew, travel, unitsOf, use, withMeteringDatabase } from './testing/stage'

withMeteringDatabase()

async function take({ organizationId }: MeteredOrganization, quantity: bigint) {
  const lease = await inEngine((tx) => grantLease({ tx, actor: 'system' }, { organizationId, meter: 'calls', quantity, ttlSeconds: 60 }))
  if (!lease.ok) throw new Error(lease.error.code)
  return lease.value
}

function settle({ organizationId }: MeteredOrganization, leaseId: LeaseId, used: bigint) {
  return inEngine((tx) => settleLease({ tx, actor: 'system' }, { organizationId, leaseId, used }))
}

/** On the free plan, with 1,000 units, a day after the end of a period that could not be renewed. */
async function setAside(): Promise<MeteredOrganization> {
  const acme = await organization({ plan: 'free' })
  await use(acme, { quantity: 1_000n })
  await travel(acme, addDays(acme.period.end, 1))
  await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'broken' }).where(eq(subscriptions.id, acme.subscriptionId)))
  return acme
}

describe('G61: leases of a period whose renewal was set aside for the operator', () => {
  it('are of the period that has begun, and together never more than its limit', async () => {
    const acme = await setAside()
    expect(await use(acme, { quantity: 100n })).toMatchObject({ value: { allowed: true, used: 100n } })
    const first = await take(acme, 600n)
    expect(first).toMatchObject({ granted: 600n, remaining: 300n })
    expect(first.expiresAt && isBefore(addDays(acme.period.end, 1), first.expiresAt)).toBe(true)
    expect(await take(acme, 600n)).toMatchObject({ granted: 300n, remaining: 0n })
    expect(await take(acme, 600n)).toMatchObject({ id: null, granted: 0n, reason: 'limit_reached' })
    expect(await use(acme)).toMatchObject({ value: { allowed: false } })
  })

  it('are settled there, and stand when the period is renewed at last', async () => {
    const acme = await setAside()
    const [used, held] = [await take(acme, 600n), await take(acme, 300n)]
    if (!used.id || !held.id) throw new Error('nothing was granted')
    expect(await settle(acme, used.id, 500n)).toMatchObject({ ok: true, value: { lease: { used: 500n } } })
    expect(await unitsOf(acme)).toEqual([1_000n, 500n])
    await inEngine((tx) => tx.update(subscriptions).set({ renewalError: null }).where(eq(subscriptions.id, acme.subscriptionId)))
    await renew(acme, 'free')
    expect(await use(acme, { quantity: 201n })).toMatchObject({ value: { allowed: false } })
    expect(await use(acme, { quantity: 200n })).toMatchObject({ value: { allowed: true, used: 700n } })
    expect(await settle(acme, held.id, 300n)).toMatchObject({ ok: true })
    expect(await unitsOf(acme)).toEqual([1_000n, 1_000n])
  })
})
