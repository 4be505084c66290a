import { renewsAt, type SegmentRow, type SubscriptionRow } from '../billing/commands/store/subscription'
import { isBillable } from '../billing/core/billable'
import { limitOf, type Product, planOf } from '../billing/core/catalog'
import { nextPeriod } from '../billing/core/period'
import type { Period } from '../billing/core/state'
import type { OrganizationId } from '../ids'
import { ZERO } from '../money'
import { type Instant, isAtOrAfter } from '../time'
import { type BookedSegment, type Booking, segmentKey } from './booking'
import { ByPair } from './by-pair'
import type { Counter, Counters, MeteredOrganization } from './counters'
import { type EventPrint, type Fingerprint, malformation, type UsageEvent } from './event'
import { type Place, type Placement, placing } from './place-event'
import type { SeenEvents } from './seen-events'

/** How far ahead of the organization's time a sender's clock may be (G58). */
const MINUTES_AHEAD = 5
const AHEAD_MS = MINUTES_AHEAD * 60_000
/** What an int8 holds. */
const MAX_COUNTER = 2n ** 63n - 1n

/** Ranked: what is malformed before what is not found before what a rule refuses (G112). */
export const EVENT_ERRORS = {
  invalid_event: 'malformed',
  unknown_meter: 'malformed',
  timestamp_ahead: 'malformed',
  counter_full: 'malformed',
  unknown_organization: 'not_found',
  event_mismatch: 'refused',
  event_too_old: 'refused',
  no_subscription: 'refused',
} as const

export type EventErrorCode = keyof typeof EVENT_ERRORS
export type EventError = { index: number; id: string; code: EventErrorCode; message: string }

const RANKS = ['malformed', 'not_found', 'refused'] as const

export type BookingDecision = {
  bookings: Booking[]
  /** Segments of periods that are still to begin. */
  ahead: SegmentRow[]
  duplicates: number
  errors: EventError[]
}

export type BookingContext = {
  counters: Counters
  /** What is remembered of the events' ids; grows by what is accepted. */
  seen: SeenEvents
  isMeter: (meter: string) => boolean
  productOf: (subscription: SubscriptionRow) => Product
}

type Fate = { type: 'booked'; booking: Booking } | { type: 'duplicate' } | { type: 'refused'; code: EventErrorCode; message: string }

/** The code that stands for the whole body (G112). */
export function topCode(errors: readonly EventError[]): EventErrorCode | null {
  const ranked = RANKS.flatMap((rank) => errors.filter(({ code }) => EVENT_ERRORS[code] === rank))
  return ranked[0]?.code ?? null
}

/** Where the bodies of one transaction are decided, each after those that were accepted before it. */
export class BookingDesk {
  readonly #context: BookingContext
  readonly #places = new Map<readonly Counter[], Place>()
  readonly #periods = new Map<BookedSegment, string>()
  readonly #units = new Map<string, bigint>()

  constructor(context: BookingContext) {
    this.#context = context
  }

  /**
   * What becomes of each event of a body (G3, G58, G60, G97): booked, a duplicate, or refused. Every refused one is listed, so that one
   * repeat without them succeeds. Until it is accepted it changes nothing for the next.
   */
  decide(events: readonly UsageEvent[], prints: readonly EventPrint[]): BookingDecision {
    const body = new Body(this, this.#context)
    const bookings: Booking[] = []
    const errors: EventError[] = []
    let duplicates = 0
    events.forEach((event, index) => {
      const fate = body.decide(event, printOf(prints, index))
      if (fate.type === 'booked') bookings.push(fate.booking)
      else if (fate.type === 'duplicate') duplicates++
      else errors.push({ index, id: event.id, code: fate.code, message: fate.message })
    })
    return { bookings, ahead: [...body.ahead.values()], duplicates, errors }
  }

  /** From here on these stand: their ids are known and their units count. */
  accept(bookings: readonly Booking[]): void {
    for (const { segment, counted, fingerprint, answer } of bookings) {
      const { idHash, contentHash } = fingerprint
      this.#context.seen.set(segment.organizationId, idHash, { contentHash, answeredUsed: answer?.used ?? null, answeredLimit: answer?.limit ?? null })
      if (counted !== null) this.#units.set(this.periodOf(segment), this.unitsOf(segment) + counted)
    }
  }

  /** Names a segment's period. That is text which is put together: of each segment once, however many events are booked on it. */
  periodOf(segment: BookedSegment): string {
    const known = this.#periods.get(segment)
    if (known !== undefined) return known
    const name = segmentKey({ ...segment, position: 0 })
    this.#periods.set(segment, name)
    return name
  }

  /** Of a segment's period, with what was accepted. */
  unitsOf(segment: BookedSegment): bigint {
    return this.#units.get(this.periodOf(segment)) ?? unitsOfPeriod(this.#context.counters, segment)
  }

  placeOf({ id, now }: MeteredOrganization, meter: string): Place {
    const counters = this.#context.counters.of(id, meter)
    const known = this.#places.get(counters)
    if (known) return known
    const place = placing(counters, now)
    this.#places.set(counters, place)
    return place
  }
}

class Body {
  readonly ahead = new Map<string, SegmentRow>()
  readonly #desk: BookingDesk
  readonly #context: BookingContext
  readonly #fates = new ByPair<OrganizationId, string, { contentHash: string; fate: Fate }>()
  readonly #units = new Map<string, bigint>()

  constructor(desk: BookingDesk, context: BookingContext) {
    this.#desk = desk
    this.#context = context
  }

  decide(event: UsageEvent, print: EventPrint): Fate {
    const organization = event.organizationId && this.#context.counters.organization(event.organizationId)
    const refused = refusalOfForm(event, print, organization, this.#context.isMeter)
    if (refused) return refused
    if (!organization) return refusal('unknown_organization', 'there is no such organization')
    const repeated = this.#fateOfRepeat(organization.id, print)
    if (repeated) return repeated
    const fate = this.#place(event, organization, print)
    this.#fates.set(organization.id, print.idHash, { contentHash: print.contentHash, fate })
    return fate
  }

  /** Null for an id that is new. A repeat of a refused event of the same body is refused with it. */
  #fateOfRepeat(organizationId: OrganizationId, { idHash, contentHash }: Fingerprint): Fate | null {
    const earlier = this.#fates.get(organizationId, idHash)
    const first = this.#context.seen.get(organizationId, idHash) ?? earlier
    if (!first) return null
    if (first.contentHash !== contentHash) return refusal('event_mismatch', 'this id was used for an event with other content')
    return earlier?.fate.type === 'refused' ? earlier.fate : { type: 'duplicate' }
  }

  #place(event: UsageEvent, organization: MeteredOrganization, print: EventPrint): Fate {
    const at = event.timestamp ?? organization.now
    const atMs = print.timestampMs ?? organization.nowMs
    const placement = this.#desk.placeOf(organization, event.meter)(at, atMs)
    if (placement.type === 'refused') return wordPlacement(placement.code)
    const segment = this.#segmentOf(placement, at)
    const counted = this.#isBillable(placement.subscription, event) ? event.quantity : null
    if (!this.#fits(segment, counted ?? 0n)) return refusal('counter_full', 'the period holds too many units to count these')
    return { type: 'booked', booking: { event, fingerprint: print, at, atMs, segment, counted, late: placement.type === 'late', answer: null } }
  }

  #segmentOf(placement: Exclude<Placement, { type: 'refused' }>, at: Instant): BookedSegment {
    if (placement.type !== 'ahead') return placement.segment
    const ahead = segmentAhead(placement, this.#context.productOf(placement.subscription), at)
    this.ahead.set(segmentKey(ahead), ahead)
    return ahead
  }

  /** By the filter of the version that the subscription holds (S2). */
  #isBillable(subscription: SubscriptionRow, { meter, properties }: UsageEvent): boolean {
    const filter = this.#context.productOf(subscription).meters.find(({ id }) => id === meter)?.filter ?? null
    return isBillable(filter, properties)
  }

  /** A counter never runs over: everything of the period together stays within what its rollups and answers hold. */
  #fits(segment: BookedSegment, quantity: bigint): boolean {
    const period = this.#desk.periodOf(segment)
    const units = (this.#units.get(period) ?? this.#desk.unitsOf(segment)) + quantity
    if (units > MAX_COUNTER) return false
    this.#units.set(period, units)
    return true
  }
}

function printOf(prints: readonly EventPrint[], index: number): EventPrint {
  const print = prints[index]
  if (!print) throw new RangeError(`event ${index} has no fingerprint`)
  return print
}

function unitsOfPeriod(counters: Counters, { organizationId, subscriptionId, meter, periodStart }: BookedSegment): bigint {
  const counter = counters.of(organizationId, meter).find(({ subscription }) => subscription.id === subscriptionId)
  const segments = counter?.segments.filter((segment) => segment.periodStart.equals(periodStart)) ?? []
  return segments.reduce((units, segment) => units + segment.units, 0n)
}

/** The period that will begin where the running one ends, as if it were renewed unchanged; the renewal has the last word. */
export function segmentAhead(
  { subscription, running }: Pick<Extract<Placement, { type: 'ahead' }>, 'subscription' | 'running'>,
  product: Product,
  at: Instant,
): SegmentRow {
  const terms = { product, plan: planOf(product, subscription.plan), interval: subscription.interval }
  const { periodStart: start, periodEnd, cycleDays } = subscription
  const end = renewsAt(subscription)
  const anchor = end.equals(periodEnd) ? subscription.anchor : end // A term that is begun anew is anchored on its own start (G98).
  const limit = limitOf(terms, running.meter) // Not the running one: an introduction's ends with it (B1).
  let period: Period = { start, end, totalDays: cycleDays }
  while (isAtOrAfter(at, period.end)) period = nextPeriod(anchor, period, terms)
  const fresh = {
    position: 0,
    units: 0n,
    countedAtStart: 0n,
    limitUnits: limit,
    extraThreshold: running.overLimit === 'arrears' ? 0n : limit,
    extraAtMonthStart: 0n,
    billedAtMonthStart: ZERO,
    billedUnits: 0n,
    billedAmount: ZERO,
    hasLateUsage: false,
  }
  return { ...running, ...fresh, periodStart: period.start, startsAt: period.start, periodEnd: period.end }
}

function refusalOfForm(
  event: UsageEvent,
  { timestampMs }: EventPrint,
  organization: MeteredOrganization | null,
  isMeter: (meter: string) => boolean,
): Fate | null {
  const malformed = malformation(event)
  if (malformed) return refusal('invalid_event', malformed)
  if (!isMeter(event.meter)) return refusal('unknown_meter', `there is no meter "${event.meter}"`)
  const isAhead = timestampMs !== null && organization && timestampMs > organization.nowMs + AHEAD_MS
  return isAhead ? refusal('timestamp_ahead', `the timestamp is more than ${MINUTES_AHEAD} minutes ahead of ${organization.now}`) : null
}

function wordPlacement(code: Extract<Placement, { type: 'refused' }>['code']): Fate {
  switch (code) {
    case 'event_too_old':
      return refusal(code, 'the period of this timestamp takes no more usage: it ended more than 35 days ago, or before the subscription began')
    case 'no_subscription':
      return refusal(code, 'the organization has no live subscription with this meter')
  }
}

function refusal(code: EventErrorCode, message: string): Fate {
  return { type: 'refused', code, message }
}
