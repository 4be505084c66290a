import { and, desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { usageSegments } from '../../db/schema'
import type { PaymentKey } from '../billing/commands/payment-steps'
import { lockBuyers, makePurchases, setsOffPurchase } from '../billing/commands/store/automatic-purchases'
import { loadProducts } from '../billing/commands/store/catalog'
import { recordBlocked } from '../billing/commands/store/events'
import { heldVersion, type SegmentRow, toSegment } from '../billing/commands/store/subscription'
import type { CommandContext } from '../billing/context'
import { remainingUnits } from '../billing/core/limits'
import type { OrganizationId } from '../ids'
import { ok, type Result, refuse } from '../result'
import type { Instant } from '../time'
import { fireAlerts } from './alerts'
import { bookEvents } from './book-events'
import { type Booking, unitsOf } from './booking'
import { type Counter, lockCounters } from './counters'
import { decideBookings, type EventError, type EventErrorCode } from './decide-bookings'
import { drawDownAllowed, lockBalance, readAvailable, withBalance } from './draw-down'
import { type EventProperties, fingerprint, malformation, type UsageEvent } from './event'
import { findMeters } from './record-usage'
import { eventKey, findSeenEvents, type SeenEvent } from './seen-events'
import { readSetAside } from './set-aside'
import { type Denial, denialOf, NOTHING, NOTHING_SET_ASIDE, noSubscription, type Standing, standingOf } from './standing'
import { FIRST_TRY, type NotYet, notYetLocked, type UsageTerms } from './usage-terms'

export type Consume = {
  /** The caller's own, shared with recorded events: a repeat counts once (G60). */
  id: string
  organizationId: OrganizationId
  meter: string
  quantity: bigint
  key: string | null
  properties: EventProperties | null
}

export type ConsumeAnswer = ({ allowed: true; reason: null } & Standing) | ({ allowed: false } & Denial & Standing)

/** What was decided, and the payments that the units have set off: they are to be charged now that all of it is committed (G5). */
export type Consumed = { answer: ConsumeAnswer; setOff: PaymentKey[] }

export type ConsumeRefusal =
  | NotYet
  /** Nothing was counted, but what did not fit has set these off: ask again when they have been charged (G63). */
  | { code: 'set_off'; setOff: PaymentKey[] }
  /** As in `RecordUsageRefusal`: `unknown_meter`, `unknown_organization`, `event_mismatch` … */
  | { code: EventErrorCode; errors: EventError[] }

/**
 * Decides whether `quantity` units may be used now and counts them, in one step under the counter's lock: whatever the
 * number of callers, what was allowed never passes a blocking limit (A2, G47). What is not allowed leaves no trace, so
 * that it may be asked again under the same id.
 */
export async function consume(
  { tx }: CommandContext,
  request: Consume,
  { owning, asksAgain }: UsageTerms = FIRST_TRY,
): Promise<Result<Consumed, ConsumeRefusal>> {
  const { organizationId, meter } = request
  const event: UsageEvent = { ...request, timestamp: null }
  const malformed = malformation(event)
  if (malformed) return refuseOne(event, 'invalid_event', malformed)
  const buyers = await lockBuyers(tx, owning)
  const counters = await lockCounters(tx, [{ organizationId, meter, oldest: null }])
  const organization = counters.organization(organizationId)
  if (!organization) return refuseOne(event, 'unknown_organization', 'there is no such organization')
  const behind = counters.behind()
  if (behind.length > 0) return refuse({ code: 'behind', organizationIds: behind })

  const print = { organizationId, ...fingerprint(event) }
  const seen = await findSeenEvents(tx, [print])
  const first = seen.get(eventKey(print))
  if (first && !first.contentHash.equals(print.contentHash)) return refuseOne(event, 'event_mismatch', 'this id was used for an event with other content')
  const live = counters.of(organizationId, meter).find(({ running }) => running !== null)
  if (first) return ok(plain(await answerAgain(tx, request, first, live, organization.now)))
  if (!live)
    return (await findMeters(tx, [meter])).length > 0
      ? ok(plain({ allowed: false, ...noSubscription(meter), ...NOTHING }))
      : refuseOne(event, 'unknown_meter', `there is no meter "${meter}"`)

  const held = heldVersion(live.subscription)
  const product = (await loadProducts(tx, [held]))(held)
  const { bookings, ahead, errors } = decideBookings([event], { prints: [print], counters, seen, isMeter: () => true, productOf: () => product })
  const [booking] = bookings
  if (!booking) return refuse({ code: errors[0]?.code ?? 'no_subscription', errors })
  const segment = segmentOf(booking, live, ahead)
  const isRunning = segment === live.running
  const standpoint = { organization, product, subscription: live.subscription, at: organization.now }
  const counted = unitsOf(booking)
  // What does not count may always be used (G56).
  // The balance is shared by all meters, and is held from here on: what it covers is decided once (P7).
  const { now } = organization
  const balance = await lockBalance(tx, segment)
  const base = await readSetAside(tx, { subscription: live.subscription, segment, currency: product.currency })
  const aside = () => withBalance(base, balance, now)
  const denial = booking.counted === null ? null : denialOf(live.subscription, segment, counted, aside())
  if (denial) {
    const refused = { ...standpoint, segment, refused: request.quantity }
    const buying = isRunning && asksAgain && setsOffPurchase(refused) ? [refused] : []
    const unlocked = notYetLocked(buying, buyers)
    if (unlocked) return refuse(unlocked)
    const { setOff, done } = await makePurchases(tx, buyers, buying)
    if (setOff.length > 0 || done) return refuse({ code: 'set_off', setOff })
    // What does not fit is not yet everything: a smaller request may.
    if (denialOf(live.subscription, segment, 1n, aside())) await recordBlocked(tx, { organizationId, subscriptionId: live.subscription.id, at: now })
    return ok(plain({ allowed: false, ...denial, ...standingOf(live.subscription, segment, aside()) }))
  }
  const after = { ...standpoint, segment: { ...segment, units: segment.units + counted }, refused: null }
  const buying = isRunning && setsOffPurchase(after) ? [after] : []
  const unlocked = notYetLocked(buying, buyers)
  if (unlocked) return refuse(unlocked)
  const booked = standingOf(live.subscription, after.segment, aside())
  await bookEvents(tx, [{ ...booking, answer: booked }], ahead)
  if (isRunning) await fireAlerts(tx, [after])
  const recharges = await drawDownAllowed(tx, balance, { row: segment, quantity: counted, at: now })
  const setOff = [...recharges, ...(await makePurchases(tx, buyers, buying)).setOff]
  return ok({ answer: { allowed: true, reason: null, ...standingOf(live.subscription, after.segment, aside()) }, setOff })
}

function plain(answer: ConsumeAnswer): Consumed {
  return { answer, setOff: [] }
}

/** The booked segment with its units as they were before; one of a period that is still to begin may be there already. */
function segmentOf({ segment }: Booking, live: Counter, ahead: readonly SegmentRow[]): SegmentRow {
  const found = [...live.segments, ...ahead].find(({ periodStart, position }) => periodStart.equals(segment.periodStart) && position === segment.position)
  if (!found) throw new Error(`subscription ${live.subscription.id} has no segment ${segment.position} of ${segment.periodStart}`)
  return found
}

/** What was answered the first time. An id that was recorded, not consumed, has no answer of its own: it gets today's. */
async function answerAgain(tx: Transaction, request: Consume, first: SeenEvent, live: Counter | undefined, now: Instant): Promise<ConsumeAnswer> {
  const { organizationId } = request
  const today = live?.running
    ? standingOf(live.subscription, live.running, { ...NOTHING_SET_ASIDE, balance: await readAvailable(tx, organizationId, [live.running], now) })
    : NOTHING
  if (first.answeredUsed === null) return { allowed: true, reason: null, ...today }
  const { answeredUsed: used, answeredLimit: limit } = first
  if (limit === null) return { allowed: true, reason: null, used, limit, remaining: today.limit === null ? today.remaining : null }
  // What may remain depends on what the plan of that limit does beyond it.
  const [segment] = await tx
    .select()
    .from(usageSegments)
    .where(and(eq(usageSegments.organizationId, request.organizationId), eq(usageSegments.meter, request.meter), eq(usageSegments.limitUnits, limit)))
    .orderBy(desc(usageSegments.periodStart), desc(usageSegments.position))
    .limit(1)
  const overLimit = segment ? toSegment(segment).overLimit : ({ type: 'block' } as const)
  return { allowed: true, reason: null, used, limit, remaining: remainingUnits({ limit, overLimit, counted: used }) }
}

function refuseOne({ id }: UsageEvent, code: EventErrorCode, message: string): { ok: false; error: ConsumeRefusal } {
  return refuse({ code, errors: [{ index: 0, id, code, message }] })
}
