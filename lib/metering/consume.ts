import { and, desc, eq } from 'drizzle-orm'
import { letRun, type Transaction } from '../../db/client'
import { usageSegments } from '../../db/schema'
import type { PaymentKey } from '../billing/commands/payment-steps'
import type { UsageStandpoint } from '../billing/commands/store/automatic-purchase'
import { lockBuyers, makePurchases, setsOffPurchase } from '../billing/commands/store/automatic-purchases'
import { recordBlocked } from '../billing/commands/store/events'
import type { LockedOrganization } from '../billing/commands/store/organization'
import { type SegmentRow, toSegment } from '../billing/commands/store/subscription'
import type { CommandContext } from '../billing/context'
import { remainingUnits } from '../billing/core/limits'
import type { OrganizationId, SubscriptionId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { fireAlerts } from './alerts'
import { beginAhead, bookEvents } from './book-events'
import { type Booking, segmentKey, unitsOf } from './booking'
import type { Counter, MeteredOrganization } from './counters'
import { BookingDesk, type EventError, type EventErrorCode } from './decide-bookings'
import { drawDownAllowed, type HeldBalance, lockBalances, takeOff, withBalance } from './draw-down'
import { type EventPrint, type EventProperties, malformation, type UsageEvent } from './event'
import { type DeskFacts, lookUpSeen, openDesk } from './open-desk'
import { areRepeatsExpected, type SeenEvent } from './seen-events'
import { readSetAside } from './set-aside'
import { type Denial, denialOf, NOTHING, NOTHING_SET_ASIDE, noSubscription, type SetAside, type Standing, standingOf } from './standing'
import { FIRST_TRY, type NotYet, notYetLocked, type UsageTerms } from './usage-terms'

export type Consume = {
  /** The caller's own, shared with recorded events: a repeat counts once (G60). */
  id: string
  /** Null: the caller named one that there is not. */
  organizationId: OrganizationId | null
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
  | { code: ConsumeErrorCode; errors: EventError[] }

/** What is used now is never too old, and without a subscription it is answered, not refused. */
export type ConsumeErrorCode = Exclude<EventErrorCode, 'event_too_old' | 'no_subscription'>

type Outcome = Result<Consumed, ConsumeRefusal>

/**
 * Decides whether `quantity` units may be used now and counts them, in one step under the counter's lock: whatever the
 * number of callers, what was allowed never passes a blocking limit (A2, G47). What is not allowed leaves no trace, so
 * that it may be asked again under the same id.
 */
export async function consume(context: CommandContext, request: Consume, terms: UsageTerms = FIRST_TRY): Promise<Outcome> {
  const [outcome] = await consumeAll(context, [request], terms)
  if (!outcome) throw new Error('a request has no outcome')
  return outcome
}

/**
 * The requests of many callers in one transaction and as many statements as one needs, each decided by itself after those before it. What is
 * `NotYet` to be decided is tried again alone.
 */
export function consumeTogether(context: CommandContext, requests: readonly Consume[]): Promise<Outcome[]> {
  return consumeAll(context, requests, FIRST_TRY)
}

async function consumeAll({ tx }: CommandContext, requests: readonly Consume[], terms: UsageTerms): Promise<Outcome[]> {
  const buyers = await lockBuyers(tx, terms.owning)
  const events = requests.map((request): UsageEvent => ({ ...request, timestamp: null }))
  const facts = await openDesk(tx, events)
  const round = new Round(tx, events, facts, { ...(await readHoldings(tx, events, facts)), buyers, asksAgain: terms.asksAgain })
  const outcomes: Outcome[] = []
  if (areRepeatsExpected()) await round.lookUp()
  for (const [index, event] of events.entries()) outcomes.push(await round.decide(event, facts.prints[index] as EventPrint))
  const keysOf = await round.write()
  return outcomes.map((outcome, index) => (outcome.ok ? ok({ ...outcome.value, setOff: keysOf(index) }) : outcome))
}

type Live = Counter & { running: SegmentRow }

/** A request of an organization that there is; `live`: null without a running subscription of the meter. */
type Wish = { event: UsageEvent; print: EventPrint; organization: MeteredOrganization; live: Live | null }
type LiveWish = Wish & { live: Live }

type Holdings = {
  /** What is set aside of a meter's running segment, without the balance. */
  asideOf: (live: Live) => SetAside
  balances: ReadonlyMap<OrganizationId, HeldBalance>
}

type RoundTerms = Holdings & { buyers: ReadonlyMap<OrganizationId, LockedOrganization>; asksAgain: boolean }

/** What stands in the way beside what is counted. A balance is shared by all meters, and is held from here on: what it covers is decided once (P7). */
async function readHoldings(tx: Transaction, events: readonly UsageEvent[], { counters, productOf, behind }: DeskFacts): Promise<Holdings> {
  const lives = new Map<string, Live>()
  for (const { organizationId, meter } of events) {
    const live = organizationId && !behind.has(organizationId) ? liveOf(counters.of(organizationId, meter)) : null
    if (live) lives.set(segmentKey(live.running), live)
  }
  const held = [...lives.values()]
  const balances = await lockBalances(
    tx,
    held.map(({ running }) => running),
  )
  const asides = new Map<string, SetAside>()
  for (const live of held) asides.set(segmentKey(live.running), await readSetAside(tx, live, productOf(live.subscription).currency))
  const asideOf = ({ running }: Live) => asides.get(segmentKey(running)) ?? NOTHING_SET_ASIDE
  return { balances, asideOf }
}

function liveOf(counters: readonly Counter[]): Live | null {
  const live = counters.find(({ running }) => running !== null)
  return live?.running ? { ...live, running: live.running } : null
}

/** Requests decided one after the other, each from what those before it have left; written at the end, all at once. */
class Round {
  readonly #tx: Transaction
  readonly #events: readonly UsageEvent[]
  readonly #facts: DeskFacts
  readonly #terms: RoundTerms
  readonly #desk: BookingDesk
  readonly #bookings: Booking[] = []
  readonly #ahead = new Map<string, SegmentRow>()
  /** Segments with the units of this round, by their keys. */
  readonly #after = new Map<string, SegmentRow>()
  /** Running segments that were booked on, as they are after the last one. */
  readonly #standpoints = new Map<string, UsageStandpoint>()
  readonly #blocked = new Set<SubscriptionId>()
  /** By organization: the last request that counted, which waits for what its usage has set off. */
  readonly #waiting = new Map<OrganizationId, number>()
  #isLookedUp = false
  #decided = -1

  constructor(tx: Transaction, events: readonly UsageEvent[], facts: DeskFacts, terms: RoundTerms) {
    this.#tx = tx
    this.#events = events
    this.#facts = facts
    this.#terms = terms
    this.#desk = new BookingDesk(facts)
  }

  async decide(event: UsageEvent, print: EventPrint): Promise<Outcome> {
    this.#decided++
    const { counters, behind, isMeter } = this.#facts
    const { organizationId, meter } = event
    const malformed = malformation(event)
    if (malformed) return refuseOne(event, 'invalid_event', malformed)
    const organization = organizationId && counters.organization(organizationId)
    if (!organization) return refuseOne(event, 'unknown_organization', 'there is no such organization')
    if (behind.has(organization.id)) return refuse({ code: 'behind', organizationIds: [organization.id] })

    const wish = { event, print, organization, live: liveOf(counters.of(organization.id, meter)) }
    if (!wish.live) await this.lookUp()
    const repeated = await this.#answerRepeat(wish)
    if (repeated) return repeated
    if (wish.live) return this.#decideFor({ ...wish, live: wish.live })
    return isMeter(meter)
      ? ok(plain({ allowed: false, ...noSubscription(meter), ...NOTHING }))
      : refuseOne(event, 'unknown_meter', `there is no meter "${meter}"`)
  }

  /** Reads what is remembered of all the ids: before the first of them that is not to be counted, for it may have been, and then the answer is that of the first time. */
  async lookUp(): Promise<void> {
    if (this.#isLookedUp) return
    this.#isLookedUp = true
    await lookUpSeen(this.#tx, this.#events, this.#facts)
  }

  /** Null for an id of which nothing is known. */
  async #answerRepeat({ event, print, organization, live }: Wish): Promise<Outcome | null> {
    const first = this.#facts.seen.get(organization.id, print.idHash)
    if (!first) return null
    if (first.contentHash !== print.contentHash) return refuseOne(event, 'event_mismatch', 'this id was used for an event with other content')
    return ok(plain(await this.#answerAgain(organization, event.meter, first, live)))
  }

  async #decideFor(wish: LiveWish): Promise<Outcome> {
    const { live, organization, event, print } = wish
    const { subscription } = live
    const { bookings, ahead, errors } = this.#desk.decide([event], [print])
    const [booking] = bookings
    if (!booking) return (await this.#lookUpRepeat(wish)) ?? refuseUncounted(errors)
    const segment = this.#segmentOf(booking, live, ahead)
    const isRunning = segmentKey(segment) === segmentKey(live.running)
    const standpoint = { organization, product: this.#facts.productOf(subscription), subscription, at: organization.now }
    const counted = unitsOf(booking)
    // What does not count may always be used (G56).
    const denial = booking.counted === null ? null : denialOf(subscription, segment, counted, this.#aside(live, organization))
    if (denial) {
      const about = { ...standpoint, segment, refused: event.quantity }
      return (await this.#lookUpRepeat(wish)) ?? this.#deny(about, denial, { live, isRunning })
    }

    const after = { ...standpoint, segment: { ...segment, units: segment.units + counted }, refused: null }
    const unlocked = notYetLocked(isRunning && setsOffPurchase(after) ? [after] : [], this.#terms.buyers)
    if (unlocked) return (await this.#lookUpRepeat(wish)) ?? refuse(unlocked)
    const answer = standingOf(subscription, after.segment, this.#aside(live, organization))
    const answered = { ...booking, answer }
    this.#desk.accept([answered])
    this.#bookings.push(answered)
    for (const one of ahead) this.#ahead.set(segmentKey(one), one)
    this.#after.set(segmentKey(segment), after.segment)
    if (isRunning) this.#standpoints.set(segmentKey(segment), after)
    this.#waiting.set(organization.id, this.#decided)
    const balance = this.#terms.balances.get(organization.id)
    if (balance) takeOff(balance, segment, counted)
    return ok(plain({ allowed: true, reason: null, ...standingOf(subscription, after.segment, this.#aside(live, organization)) }))
  }

  async #lookUpRepeat(wish: Wish): Promise<Outcome | null> {
    await this.lookUp()
    return this.#answerRepeat(wish)
  }

  async #deny(about: UsageStandpoint, denial: Denial, { live, isRunning }: { live: Live; isRunning: boolean }): Promise<Outcome> {
    const { buyers, asksAgain } = this.#terms
    const { subscription, segment, at } = about
    const buying = isRunning && asksAgain && setsOffPurchase(about) ? [about] : []
    const unlocked = notYetLocked(buying, buyers)
    if (unlocked) return refuse(unlocked)
    const { setOff, done } = await makePurchases(this.#tx, buyers, buying)
    if (setOff.length > 0 || done) return refuse({ code: 'set_off', setOff })
    const aside = this.#aside(live, { id: subscription.organizationId, now: at })
    // What does not fit is not yet everything: a smaller request may.
    if (denialOf(subscription, segment, 1n, aside) && !this.#blocked.has(subscription.id)) {
      this.#blocked.add(subscription.id)
      await recordBlocked(this.#tx, { organizationId: subscription.organizationId, subscriptionId: subscription.id, at })
    }
    return ok(plain({ allowed: false, ...denial, ...standingOf(subscription, segment, aside) }))
  }

  /** Writes what was allowed. Answers which request waits for which payments that it has set off. */
  async write(): Promise<(index: number) => PaymentKey[]> {
    const standpoints = [...this.#standpoints.values()]
    await beginAhead(this.#tx, [...this.#ahead.values()])
    letRun(this.#tx, bookEvents(this.#tx, this.#bookings))
    await fireAlerts(this.#tx, standpoints)
    const recharges = await drawDownAllowed(this.#tx, this.#spent())
    const { setOff } = await makePurchases(this.#tx, this.#terms.buyers, standpoints.filter(setsOffPurchase))
    const keys = [...recharges, ...setOff]
    return (index) => keys.filter(({ organizationId }) => this.#waiting.get(organizationId) === index)
  }

  /** The balances that were drawn on, each at its organization's time. */
  #spent(): { balance: HeldBalance; at: MeteredOrganization['now'] }[] {
    return [...this.#terms.balances].flatMap(([id, balance]) => {
      const organization = this.#facts.counters.organization(id)
      return organization && balance.taken.size > 0 ? [{ balance, at: organization.now }] : []
    })
  }

  #aside(live: Live, { id, now }: Pick<MeteredOrganization, 'id' | 'now'>): SetAside {
    return withBalance(this.#terms.asideOf(live), this.#terms.balances.get(id) ?? null, now)
  }

  /** The booked segment with its units as they are before it; one of a period that is still to begin may be there already. */
  #segmentOf({ segment }: Booking, live: Live, ahead: readonly SegmentRow[]): SegmentRow {
    const known = this.#after.get(segmentKey(segment))
    const found = known ?? [...live.segments, ...ahead].find((row) => segmentKey(row) === segmentKey(segment))
    if (!found) throw new Error(`subscription ${live.subscription.id} has no segment ${segment.position} of ${segment.periodStart}`)
    return found
  }

  /** What was answered the first time. An id that was recorded, not consumed, has no answer of its own: it gets today's. */
  async #answerAgain({ id: organizationId, now }: MeteredOrganization, meter: string, first: SeenEvent, live: Live | null): Promise<ConsumeAnswer> {
    const running = live && (this.#after.get(segmentKey(live.running)) ?? live.running)
    const balance = this.#terms.balances.get(organizationId) ?? null
    const today = live && running ? standingOf(live.subscription, running, withBalance(NOTHING_SET_ASIDE, balance, now)) : NOTHING
    if (first.answeredUsed === null) return { allowed: true, reason: null, ...today }
    const { answeredUsed: used, answeredLimit: limit } = first
    if (limit === null) return { allowed: true, reason: null, used, limit, remaining: today.limit === null ? today.remaining : null }
    // What may remain depends on what the plan of that limit does beyond it.
    const [segment] = await this.#tx
      .select()
      .from(usageSegments)
      .where(and(eq(usageSegments.organizationId, organizationId), eq(usageSegments.meter, meter), eq(usageSegments.limitUnits, limit)))
      .orderBy(desc(usageSegments.periodStart), desc(usageSegments.position))
      .limit(1)
    const overLimit = segment ? toSegment(segment).overLimit : ({ type: 'block' } as const)
    return { allowed: true, reason: null, used, limit, remaining: remainingUnits({ limit, overLimit, counted: used }) }
  }
}

function plain(answer: ConsumeAnswer): Consumed {
  return { answer, setOff: [] }
}

/** A running period has a place for what is used now; only a counter may be full. */
function refuseUncounted(errors: EventError[]): { ok: false; error: ConsumeRefusal } {
  const code = errors[0]?.code
  if (code === undefined || code === 'event_too_old' || code === 'no_subscription') throw new Error(`what is used now has no place: ${code ?? 'no reason'}`)
  return refuse({ code, errors })
}

function refuseOne({ id }: UsageEvent, code: ConsumeErrorCode, message: string): { ok: false; error: ConsumeRefusal } {
  return refuse({ code, errors: [{ index: 0, id, code, message }] })
}
