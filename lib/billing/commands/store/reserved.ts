import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { organizations } from '../../../../db/schema'
import { idOf, type OrganizationId, type SubscriptionId, uuidOf } from '../../../ids'
import { type ExactAmount, exact } from '../../../money'
import { systemClock } from '../../../time'
import { organizationNow } from './organization'

/** Units that open leases hold, per meter. */
export type Reserved = Readonly<Record<string, bigint>>

/**
 * What gateways hold of these subscriptions' running periods, in one statement. A lease that has run out holds nothing,
 * whether or not anybody has settled it; on a test clock it runs out in real time too (G61). Under the counters' locks it
 * cannot change.
 */
export async function readReserved(tx: Transaction, ids: readonly SubscriptionId[]): Promise<(id: SubscriptionId) => Reserved> {
  if (ids.length === 0) return () => ({})
  const { rows } = await tx.execute<{ subscription_id: string; meter: string; units: string }>(sql`
    SELECT lease.subscription_id, lease.meter, sum(lease.granted)::text AS units
    FROM usage_leases lease
    JOIN subscriptions held ON held.organization_id = lease.organization_id AND held.id = lease.subscription_id AND lease.period_start >= held.period_start
    JOIN ${organizations} ON ${organizations.id} = lease.organization_id
    WHERE lease.subscription_id = ANY(${sql.param(ids.map((id) => uuidOf('sub', id)))}::uuid[]) AND lease.settled_at IS NULL AND held.ended_at IS NULL
      AND lease.expires_at > ${organizationNow} AND lease.expires_at_wall > ${systemClock.now().toString()}::timestamptz
    GROUP BY lease.subscription_id, lease.meter`)
  const held = new Map<SubscriptionId, Record<string, bigint>>()
  for (const { subscription_id, meter, units } of rows) {
    const id = idOf('sub', subscription_id)
    held.set(id, { ...held.get(id), [meter]: BigInt(units) })
  }
  return (id) => held.get(id) ?? {}
}

/** What the units that gateways hold cost together, of all meters that are paid from a balance (G61), in one statement. */
export async function readReservedAmounts(tx: Transaction, ids: readonly OrganizationId[]): Promise<(id: OrganizationId) => ExactAmount> {
  if (ids.length === 0) return () => NOTHING
  const { rows } = await tx.execute<{ organization_id: string; amount: string }>(sql`
    SELECT lease.organization_id, sum(lease.reserved_amount)::text AS amount FROM usage_leases lease
    JOIN ${organizations} ON ${organizations.id} = lease.organization_id
    JOIN subscriptions held ON held.organization_id = lease.organization_id AND held.id = lease.subscription_id
    WHERE lease.organization_id = ANY(${sql.param(ids.map((id) => uuidOf('org', id)))}::uuid[]) AND lease.settled_at IS NULL AND held.ended_at IS NULL
      AND lease.expires_at > ${organizationNow} AND lease.expires_at_wall > ${systemClock.now().toString()}::timestamptz
    GROUP BY lease.organization_id`)
  const held = new Map(rows.map(({ organization_id, amount }) => [idOf('org', organization_id), exact(amount)]))
  return (id) => held.get(id) ?? NOTHING
}

const NOTHING = exact('0')
