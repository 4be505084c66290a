import { usageLeases } from '../../db/schema'
import { loadProducts } from '../billing/commands/store/catalog'
import { recordBlocked } from '../billing/commands/store/events'
import { heldVersion, type SegmentRow } from '../billing/commands/store/subscription'
import type { CommandContext } from '../billing/context'
import { type LeaseId, newId, type OrganizationId } from '../ids'
import type { ExactAmount } from '../money'
import { ok, type Result, refuse } from '../result'
import { earliest, type Instant, systemClock } from '../time'
import { lockCounters } from './counters'
import { lockBalances, withBalance } from './draw-down'
import { findMeters } from './open-desk'
import { readSetAside } from './set-aside'
import { type Denial, denialOf, noSubscription, standingOf } from './standing'
import type { NotYet } from './usage-terms'

export type GrantLease = {
  organizationId: OrganizationId
  meter: string
  /** At most so many. */
  quantity: bigint
  ttlSeconds: number
}

/**
 * Units that a gateway may hand out by itself until `expiresAt`; where none are to be had, why. `remaining` is what is left beside them, so that
 * a gateway asks for no more of it than its share; null where there is no limit.
 */
export type Lease =
  | { id: LeaseId; granted: bigint; remaining: bigint | null; expiresAt: Instant }
  | ({ id: null; granted: 0n; remaining: 0n; expiresAt: null } & Denial)

export type GrantLeaseRefusal = Extract<NotYet, { code: 'behind' }> | { code: 'unknown_meter' | 'unknown_organization' }

/**
 * Sets units aside for a gateway that decides by itself: `min(quantity, what is still allowed)` (G61). Decided under the
 * counter's lock like any consume, so that what is handed out and what is consumed never pass the limit together.
 */
export async function grantLease({ tx }: CommandContext, request: GrantLease): Promise<Result<Lease, GrantLeaseRefusal>> {
  const { organizationId, meter, quantity, ttlSeconds } = request
  const counters = await lockCounters(tx, [{ organizationId, meter, oldest: null }])
  const organization = counters.organization(organizationId)
  if (!organization) return refuse({ code: 'unknown_organization' })
  const behind = counters.behind()
  if (behind.length > 0) return refuse({ code: 'behind', organizationIds: behind })
  const live = counters.of(organizationId, meter).find(({ running }) => running !== null)
  if (!live?.running) return (await findMeters(tx, [meter])).length > 0 ? ok({ ...NONE, ...noSubscription(meter) }) : refuse({ code: 'unknown_meter' })

  const { subscription, running } = live
  const held = heldVersion(subscription)
  const { currency } = (await loadProducts(tx, [held]))(held)
  const balance = (await lockBalances(tx, [running])).get(organizationId) ?? null
  const aside = withBalance(await readSetAside(tx, live, currency), balance, organization.now)
  const denial = denialOf(subscription, running, 1n, aside)
  if (denial) {
    await recordBlocked(tx, { organizationId, subscriptionId: subscription.id, at: organization.now })
    return ok({ ...NONE, ...denial })
  }
  const { remaining } = standingOf(subscription, running, aside)
  const granted = remaining !== null && remaining < quantity ? remaining : quantity
  const { now } = organization
  const id = newId('lease')
  const expiresAt = earliest(now.add({ seconds: ttlSeconds }), subscription.periodEnd)
  await tx.insert(usageLeases).values({
    organizationId,
    id,
    subscriptionId: subscription.id,
    meter,
    periodStart: running.periodStart,
    segment: running.position,
    granted,
    reservedAmount: reservedAmount(running, granted),
    grantedAt: now,
    expiresAt,
    expiresAtWall: systemClock.now().add({ seconds: ttlSeconds }),
  })
  return ok({ id, granted, remaining: remaining === null ? null : remaining - granted, expiresAt })
}

/** What a balance must still be able to pay of it; elsewhere nothing is paid in advance. */
function reservedAmount({ overLimit, unitPrice }: SegmentRow, granted: bigint): ExactAmount {
  return ((overLimit === 'prepaid' ? (unitPrice ?? 0n) : 0n) * granted) as ExactAmount
}

const NONE = { id: null, granted: 0n, remaining: 0n, expiresAt: null } as const
