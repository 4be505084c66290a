import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { usageLeases, usageSegments } from '../../db/schema'
import type { PaymentKey } from '../billing/commands/payment-steps'
import { lockBuyers, makePurchases, setsOffPurchase } from '../billing/commands/store/automatic-purchases'
import { loadProducts } from '../billing/commands/store/catalog'
import { heldVersion, type SegmentRow, toSegment } from '../billing/commands/store/subscription'
import type { CommandContext } from '../billing/context'
import { afterEarlierUsage, withLeased } from '../billing/core/extra-charging'
import { extraUnits } from '../billing/core/rating'
import type { UsageSegment } from '../billing/core/state'
import type { LeaseId, OrganizationId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { type Instant, isAtOrAfter, isBefore, systemClock } from '../time'
import { fireAlerts } from './alerts'
import { bookEvents } from './book-events'
import type { Booking } from './booking'
import { correctClosedPeriods } from './closed-periods'
import { type Counter, LATE_USAGE_HOURS, lockCounters } from './counters'
import { drawDownBookings } from './draw-down'
import { fingerprint } from './event'
import { findSeenEvents } from './seen-events'
import { FIRST_TRY, type NotYet, notYetLocked, type UsageTerms } from './usage-terms'

export type SettleLease = { organizationId: OrganizationId; leaseId: LeaseId; used: bigint }

export type SettledLease = { id: LeaseId; granted: bigint; used: bigint; settledAt: Instant }

export type LeaseSettlement = { lease: SettledLease; setOff: PaymentKey[] }

export type SettleLeaseRefusal =
  | NotYet
  | { code: 'lease_not_found' }
  | { code: 'above_granted'; granted: bigint }
  /** Its period takes no more usage (C8), or its id was used for an event of another kind (G60). */
  | { code: 'event_too_old' | 'event_mismatch' }

type LeaseRow = typeof usageLeases.$inferSelect

/**
 * Books what of a lease was used, in the period and under the terms in which it was granted, and gives the rest back; after
 * its end too, as usage that was reported late (G61). Settling again changes nothing and answers as the first time.
 */
export async function settleLease(
  { tx }: CommandContext,
  { organizationId, leaseId, used }: SettleLease,
  { owning }: UsageTerms = FIRST_TRY,
): Promise<Result<LeaseSettlement, SettleLeaseRefusal>> {
  const buyers = await lockBuyers(tx, owning)
  const asked = await findLease(tx, organizationId, leaseId)
  if (!asked) return refuse({ code: 'lease_not_found' })
  // Its own segment is locked too where its period is closed.
  const counters = await lockCounters(tx, [{ organizationId, meter: asked.meter, oldest: asked.grantedAt.subtract({ milliseconds: 1 }) }])
  const lease = await findLease(tx, organizationId, leaseId)
  const organization = counters.organization(organizationId)
  if (!lease || !organization) return refuse({ code: 'lease_not_found' })
  const before = settledLease(lease)
  if (before) return ok({ lease: before, setOff: [] })
  if (used > lease.granted) return refuse({ code: 'above_granted', granted: lease.granted })
  const behind = counters.behind()
  if (behind.length > 0) return refuse({ code: 'behind', organizationIds: behind })

  const { now } = organization
  const counter = counters.of(organizationId, lease.meter).find(({ subscription }) => subscription.id === lease.subscriptionId)
  const segment = counter && segmentOf(counter, lease)
  if (!counter || !segment || isBefore(segment.periodEnd.add({ hours: LATE_USAGE_HOURS }), now)) return refuse({ code: 'event_too_old' })
  const booking = toBooking(lease, used, segment, counter, now)
  const print = { organizationId, ...booking.fingerprint }
  if (used > 0n && (await findSeenEvents(tx, [print])).get(organizationId, print.idHash)) return refuse({ code: 'event_mismatch' })

  const held = heldVersion(counter.subscription)
  const product = (await loadProducts(tx, [held]))(held)
  const bounded = { ...segment, ...boundsOf(withLeased(toSegment(segment), { used, promised: lease.extraMaximum })) }
  const after = { ...bounded, units: segment.units + used }
  const isOfRunning = counter.running !== null && segment.periodStart.equals(counter.subscription.periodStart)
  const following = isOfRunning ? moveBaselines(counter, bounded, after) : []
  const standpoint = { organization, product, subscription: counter.subscription, refused: null, at: now }
  const standpoints = isOfRunning ? [after, ...following].map((one) => ({ ...standpoint, segment: one })) : []
  const buying = standpoints.filter(setsOffPurchase)
  const unlocked = notYetLocked(buying, buyers)
  if (unlocked) return refuse(unlocked)

  await tx.update(usageLeases).set({ settledUnits: used, settledAt: now }).where(isLease(organizationId, leaseId))
  if (used > 0n) await bookEvents(tx, [booking])
  const isRaised = bounded.extraMaximum !== segment.extraMaximum
  for (const moved of [...(isRaised ? [bounded] : []), ...following]) await writeBounds(tx, moved)
  await correctClosedPeriods(tx, [booking])
  await fireAlerts(tx, standpoints.slice(-1))
  const recharges = await drawDownBookings(tx, [booking], counters, [])
  const setOff = [...recharges, ...(await makePurchases(tx, buyers, buying)).setOff]
  return ok({ lease: { id: leaseId, granted: lease.granted, used, settledAt: now }, setOff })
}

const isLease = (organizationId: OrganizationId, id: LeaseId) => and(eq(usageLeases.organizationId, organizationId), eq(usageLeases.id, id))

async function findLease(tx: Transaction, organizationId: OrganizationId, id: LeaseId): Promise<LeaseRow | null> {
  const [lease] = await tx.select().from(usageLeases).where(isLease(organizationId, id))
  return lease ?? null
}

function settledLease({ id, granted, settledUnits: used, settledAt }: LeaseRow): SettledLease | null {
  return used !== null && settledAt !== null ? { id, granted, used, settledAt } : null
}

function segmentOf({ segments }: Counter, lease: LeaseRow): SegmentRow | null {
  return segments.find(({ periodStart, position }) => position === lease.segment && periodStart.equals(lease.periodStart)) ?? null
}

/** An event like any other, whose id is the lease's. One that is settled late was used while it held. */
function toBooking(lease: LeaseRow, used: bigint, segment: SegmentRow, { subscription, running }: Counter, now: Instant): Booking {
  const { organizationId, id, meter } = lease
  const event = { id, organizationId, meter, quantity: used, timestamp: null, key: null, properties: null }
  const isOver = isAtOrAfter(now, lease.expiresAt) || isAtOrAfter(systemClock.now(), lease.expiresAtWall)
  const late = running === null || isBefore(segment.periodStart, subscription.periodStart)
  const at = isOver ? lease.grantedAt : now
  return { event, fingerprint: fingerprint(event), at, atMs: at.epochMilliseconds, segment, counted: used, late, answer: null }
}

/**
 * Where the plan has changed since the lease was granted, what it used under the old plan counts against the new limit as if
 * it had been used before the change; what the old plan bills as extra does not (C13).
 */
function moveBaselines({ segments }: Counter, before: SegmentRow, after: SegmentRow): SegmentRow[] {
  const included = after.units - before.units - (extraUnits(toSegment(after)) - extraUnits(toSegment(before)))
  const following = segments.filter(({ periodStart, position }) => periodStart.equals(before.periodStart) && position > before.position)
  return following.map((row) => ({ ...row, ...boundsOf(afterEarlierUsage(toSegment(row), included)) }))
}

function boundsOf({ countedAtStart, extraThreshold, extraMaximum }: UsageSegment) {
  return { countedAtStart, extraThreshold, extraMaximum }
}

async function writeBounds(tx: Transaction, row: SegmentRow): Promise<void> {
  await tx
    .update(usageSegments)
    .set(boundsOf(toSegment(row)))
    .where(
      and(
        eq(usageSegments.organizationId, row.organizationId),
        eq(usageSegments.subscriptionId, row.subscriptionId),
        eq(usageSegments.meter, row.meter),
        eq(usageSegments.periodStart, row.periodStart),
        eq(usageSegments.position, row.position),
      ),
    )
}
