import { usageLeases } from '../../db/schema'
import { loadProducts } from '../billing/commands/store/catalog'
import { recordBlocked } from '../billing/commands/store/events'
import { heldVersion, renewsAt, type SegmentRow, toSegment, toSettings } from '../billing/commands/store/subscription'
import type { CommandContext } from '../billing/context'
import type { Product } from '../billing/core/catalog'
import { allowedExtra } from '../billing/core/extra-charging'
import { type LeaseId, newId, type OrganizationId } from '../ids'
import type { ExactAmount } from '../money'
import { ok, type Result, refuse } from '../result'
import { earliest, type Instant, isBefore, systemClock } from '../time'
import { beginAhead } from './book-events'
import { segmentKey } from './booking'
import { type Counter, lockCounters } from './counters'
import { segmentAhead } from './decide-bookings'
import { lockBalances, lotEnds, withBalance } from './draw-down'
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

  const { now } = organization
  const { subscription } = live
  const held = heldVersion(subscription)
  const product = (await loadProducts(tx, [held]))(held)
  const segment = segmentOfNow({ ...live, running: live.running }, product, now)
  const balance = (await lockBalances(tx, [segment])).get(organizationId) ?? null
  const aside = withBalance(await readSetAside(tx, live, product.currency), balance, now)
  const denial = denialOf(subscription, segment, 1n, aside)
  if (denial) {
    await recordBlocked(tx, { organizationId, subscriptionId: subscription.id, at: now })
    return ok({ ...NONE, ...denial })
  }
  const { remaining } = standingOf(subscription, segment, aside)
  const granted = remaining !== null && remaining < quantity ? remaining : quantity
  const id = newId('lease')
  // What expires with a lot cannot be paid with it any more.
  const ends = segment === live.running ? [renewsAt(subscription)] : [segment.periodEnd]
  const expiresAt = earliest(now.add({ seconds: ttlSeconds }), ...ends, ...(balance ? lotEnds(balance, now) : []))
  if (segment !== live.running) await beginAhead(tx, [segment])
  await tx.insert(usageLeases).values({
    organizationId,
    id,
    subscriptionId: subscription.id,
    meter,
    periodStart: segment.periodStart,
    segment: segment.position,
    granted,
    reservedAmount: reservedAmount(segment, granted),
    extraMaximum: allowedExtra(toSegment(segment), {
      settings: toSettings(subscription),
      spentBefore: subscription.capSpentBefore,
      currency: product.currency,
    }),
    grantedAt: now,
    expiresAt,
    expiresAtWall: systemClock.now().add({ seconds: ttlSeconds }),
  })
  return ok({ id, granted, remaining: remaining === null ? null : remaining - granted, expiresAt })
}

/** Where usage of now counts: past the end of a period whose renewal was set aside for the operator that is the next one's segment, as for any consume. */
function segmentOfNow(live: Counter & { running: SegmentRow }, product: Product, now: Instant): SegmentRow {
  if (isBefore(now, renewsAt(live.subscription))) return live.running
  const ahead = segmentAhead(live, product, now)
  return live.segments.find((segment) => segmentKey(segment) === segmentKey(ahead)) ?? ahead
}

/** What a balance must still be able to pay of it; elsewhere nothing is paid in advance. */
function reservedAmount({ overLimit, unitPrice }: SegmentRow, granted: bigint): ExactAmount {
  return ((overLimit === 'prepaid' ? (unitPrice ?? 0n) : 0n) * granted) as ExactAmount
}

const NONE = { id: null, granted: 0n, remaining: 0n, expiresAt: null } as const
