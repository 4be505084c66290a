import { letRun, type Transaction } from '../../db/client'
import type { PaymentKey } from '../billing/commands/payment-steps'
import type { UsageStandpoint } from '../billing/commands/store/automatic-purchase'
import { lockBuyers, makePurchases, setsOffPurchase } from '../billing/commands/store/automatic-purchases'
import type { CommandContext } from '../billing/context'
import type { OrganizationId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { fireAlerts } from './alerts'
import { beginAhead, bookEvents } from './book-events'
import { type BookedSegment, type Booking, segmentKey } from './booking'
import { correctClosedPeriods } from './closed-periods'
import { type BookingDecision, BookingDesk, type EventError, type EventErrorCode, topCode } from './decide-bookings'
import { drawDownBookings } from './draw-down'
import type { UsageEvent } from './event'
import { type DeskFacts, lookUpSeen, openDesk } from './open-desk'
import { areRepeatsExpected } from './seen-events'
import { FIRST_TRY, type NotYet, notYetLocked, type UsageTerms } from './usage-terms'

export type RecordedUsage = {
  accepted: number
  /** Repeats, of this body or of an earlier one; they change nothing. */
  duplicates: number
  /** Kept, and not billable by the meter's filter (S2). */
  ignored: number
}

/** What was recorded, and the payments that it has set off: they are to be charged now that all of it is committed (G5). */
export type Recorded = { recorded: RecordedUsage; setOff: PaymentKey[] }

export type RecordUsageRefusal =
  | NotYet
  /** `code` stands for the body; `errors` lists every offending event, so that one repeat without them succeeds (G3, G112). */
  | { code: EventErrorCode; errors: EventError[] }

type Body = readonly UsageEvent[]
type Outcome = Result<Recorded, RecordUsageRefusal>
type Decided = Result<BookingDecision, RecordUsageRefusal>

/**
 * Records what was used, over a limit too: it happened. All of a body or none, in a constant number of statements
 * however many events and organizations; each organization's events are booked in its own time (C8).
 */
export async function recordUsage(context: CommandContext, events: Body, terms: UsageTerms = FIRST_TRY): Promise<Outcome> {
  const [outcome] = await recordBodies(context, [events], terms)
  if (!outcome) throw new Error('a body has no outcome')
  return outcome
}

/**
 * The bodies of many callers in one transaction and as many statements as one body needs, each recorded or refused by itself, as if they had
 * come one after the other. What is `NotYet` to be done is tried again alone.
 */
export function recordTogether(context: CommandContext, bodies: readonly Body[]): Promise<Outcome[]> {
  return recordBodies(context, bodies, FIRST_TRY)
}

async function recordBodies({ tx }: CommandContext, bodies: readonly Body[], { owning }: UsageTerms): Promise<Outcome[]> {
  const buyers = await lockBuyers(tx, owning)
  const events = bodies.flat()
  const facts = await openDesk(tx, events)
  const decided = await decideKnowingRepeats(tx, events, facts, () =>
    decideBodies(bodies, facts, (decisions) => notYetLocked(standpointsOf(decisions, facts).filter(setsOffPurchase), buyers)),
  )

  const accepted = decided.flatMap((one) => (one.ok ? [one.value] : []))
  const bookings = accepted.flatMap((one) => one.bookings)
  const ahead = [...new Map(accepted.flatMap((one) => one.ahead).map((segment) => [segmentKey(segment), segment])).values()]
  const standpoints = standpointsOf(accepted, facts)
  await beginAhead(tx, ahead)
  letRun(tx, bookEvents(tx, bookings))
  await correctClosedPeriods(tx, bookings)
  await fireAlerts(tx, standpoints)
  const recharges = await drawDownBookings(tx, bookings, facts.counters, ahead)
  const { setOff } = await makePurchases(tx, buyers, standpoints.filter(setsOffPurchase))
  const keysOf = shareOut([...recharges, ...setOff], decided)
  return decided.map((one) => (one.ok ? ok({ recorded: tally(one.value), setOff: keysOf(one.value) }) : one))
}

/**
 * Where no repeats have come lately all ids are taken for new, which their key refuses if they are not (`EventIdTaken`), and is done again.
 * Only what would be refused is looked up first: it may have been recorded when there was room for it, and then it is a repeat.
 */
async function decideKnowingRepeats(tx: Transaction, events: Body, facts: DeskFacts, decide: () => Decided[]): Promise<Decided[]> {
  if (!areRepeatsExpected()) {
    const decided = decide()
    if (decided.every(({ ok }) => ok)) return decided
  }
  await lookUpSeen(tx, events, facts)
  return decide()
}

/** Each in its turn. Where purchases are set off that ask for locks that nobody holds, all is decided again without their bodies. */
function decideBodies(
  bodies: readonly Body[],
  facts: DeskFacts,
  setsOff: (decisions: readonly BookingDecision[]) => Extract<NotYet, { code: 'sets_off' }> | null,
): Decided[] {
  const notYet = new Map<Body, Extract<NotYet, { code: 'sets_off' }>>()
  for (;;) {
    const desk = new BookingDesk({ ...facts, seen: facts.seen.copy() })
    let from = 0
    const decided = bodies.map((body): Decided => {
      const prints = facts.prints.slice(from, from + body.length)
      from += body.length
      const waits = notYet.get(body) ?? isBehind(body, facts)
      if (waits) return refuse(waits)
      const decision = desk.decide(body, prints)
      const code = topCode(decision.errors)
      if (code) return refuse({ code, errors: decision.errors })
      desk.accept(decision.bookings)
      return ok(decision)
    })
    const missing = setsOff(decided.flatMap((one) => (one.ok ? [one.value] : [])))
    if (!missing) return decided
    for (const body of bodies) {
      const organizationIds = named(body).filter((id) => missing.organizationIds.includes(id))
      if (organizationIds.length > 0) notYet.set(body, { code: 'sets_off', organizationIds })
    }
  }
}

function isBehind(body: Body, { behind }: DeskFacts): Extract<NotYet, { code: 'behind' }> | null {
  const organizationIds = behind.size === 0 ? [] : named(body).filter((id) => behind.has(id))
  return organizationIds.length > 0 ? { code: 'behind', organizationIds } : null
}

const named = (body: Body): OrganizationId[] => [...new Set(body.flatMap(({ organizationId }) => organizationId ?? []))]

function tally({ bookings, duplicates }: BookingDecision): RecordedUsage {
  const ignored = bookings.filter(({ counted }) => counted === null).length
  return { accepted: bookings.length - ignored, duplicates, ignored }
}

/** What an organization's usage has set off is waited for by one of its bodies. */
function shareOut(setOff: readonly PaymentKey[], decided: readonly Decided[]): (decision: BookingDecision) => PaymentKey[] {
  const waiting = new Map<OrganizationId, BookingDecision>()
  for (const one of decided) if (one.ok) for (const { segment } of one.value.bookings) waiting.set(segment.organizationId, one.value)
  return (decision) => setOff.filter(({ organizationId }) => waiting.get(organizationId) === decision)
}

/** The running segments that were booked on, with their units as they will be. Late usage sets off no alert and no purchase (G59). */
function standpointsOf(decisions: readonly BookingDecision[], { counters, productOf }: DeskFacts): UsageStandpoint[] {
  const bookings: Booking[] = decisions.flatMap((one) => one.bookings)
  const bySegment = new Map<BookedSegment, bigint>()
  for (const { segment, counted } of bookings) bySegment.set(segment, (bySegment.get(segment) ?? 0n) + (counted ?? 0n))
  const added = new Map<string, bigint>()
  for (const [segment, units] of bySegment) added.set(segmentKey(segment), (added.get(segmentKey(segment)) ?? 0n) + units)
  const meters = new Map([...bySegment.keys()].map((segment) => [`${segment.organizationId} ${segment.meter}`, segment]))
  return [...meters.values()].flatMap(({ organizationId, meter }) => {
    const organization = counters.organization(organizationId)
    const live = counters.of(organizationId, meter).find(({ running }) => running !== null)
    const units = live?.running && added.get(segmentKey(live.running))
    if (!organization || !live?.running || !units) return []
    const segment = { ...live.running, units: live.running.units + units }
    return [{ organization, product: productOf(live.subscription), subscription: live.subscription, segment, refused: null, at: organization.now }]
  })
}
