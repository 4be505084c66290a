import { type MinorUnits, minor, prorate, sum, ZERO } from '../../money'
import { type Instant, instant } from '../../time'
import { decideCancel, decideReactivate } from '../core/cancellation'
import { freePlanOf, type Interval, isFree, limitOf, type Plan, type Product, priceOf } from '../core/catalog'
import { type ChangeDecision, decideChange, freshSegments, segmentStarts } from '../core/change'
import type { NewTerms, SegmentStart } from '../core/change-outcome'
import type { DraftDocument } from '../core/document'
import { introductionOf } from '../core/introduction'
import { decideConsume, remainingUnits } from '../core/limits'
import { firstPeriod, isReviewed, nextReview, unusedDays } from '../core/period'
import { type Billed, countedUnits, extraUnits } from '../core/rating'
import { creditGivenLater, decideRefund, type LaterDocument } from '../core/refund'
import { decideAction, type QuoteAction } from '../core/renew-early'
import { closingPeriod, decideRenewal, freeTerms } from '../core/renewal'
import { decideReview } from '../core/review'
import { seatsOf } from '../core/seats'
import { type Account, type Holding, NEW_BILLING_MONTH, NO_SETTINGS, type Period, type Terms, type UsageSegment } from '../core/state'
import { decideSubscribe } from '../core/subscribe'

type Issued = {
  draft: DraftDocument
  at: Instant
  /** The period that it pays for. */
  period: number
  /** Of a change that ended a period and began another: the one that it ended, whose time it credits. */
  endedPeriod: number | null
  refunded: bigint
}

/** Of a product that sells seats. */
const MEMBERS_AT_FIRST = 3

/** The period that is over, as far as anyone can say afterwards how much of it was free. */
export type UsedPeriod = { period: Period; units: bigint; extra: bigint; largestLimit: bigint | null }

/**
 * A customer with a card that always works, driven through time by the pure core alone: what commands do around it, with
 * neither rows nor locks. Time moves only by `wait`, which renews whatever falls due on the way.
 */
export class SimulatedCustomer {
  holding: Holding
  balance = 0n
  cashIn = 0n
  cashOut = 0n
  issued: Issued[] = []
  private period = 0
  /** Cash given back of the running period's documents that no change has taken off its credit yet. */
  private refundedNotTaken = 0n
  private limitsHeld: (bigint | null)[] = []
  private reviewAt: Instant | null
  private people = MEMBERS_AT_FIRST

  constructor(
    readonly product: Product,
    plan: Plan,
    interval: Interval,
    public now: Instant,
    private readonly minimumCharge: bigint,
  ) {
    const present = product.policies.seats ? MEMBERS_AT_FIRST : null
    const first = decideSubscribe({ product, plan, interval, account: this.account, now, seats: present, isFirst: true })
    const introduction = introductionOf(first.terms, true)
    this.reviewAt = first.reviewAt
    this.holding = {
      terms: first.terms,
      status: 'active',
      anchor: first.anchor,
      period: first.period,
      cancelAt: null,
      pendingChange: null,
      downgradedAt: null,
      settings: NO_SETTINGS,
      seats: present === null ? null : { present, paid: first.seatsPaid ?? 0, tab: [] },
      trialEnd: null,
      billingMonthStart: first.period.start,
      capSpentBefore: ZERO,
      segments: begun(freshSegments(first.terms, undefined, introduction)),
    }
    this.limitsHeld = [introduction?.included[product.meters[0]?.id ?? ''] ?? limitUnder(first.terms)]
    this.issue(first.document)
  }

  get account(): Account {
    return { creditBalance: minor(this.balance), minimumCharge: minor(this.minimumCharge) }
  }

  /** What the customer has given and neither got back nor kept as credit. Never below zero, whatever they do. */
  get netPaid(): bigint {
    return this.cashIn - this.cashOut - this.balance
  }

  /** What the rest of the running period is worth at the plan's price. */
  get valueHeld(): bigint {
    const { terms, period } = this.holding
    const price = priceOf(terms.plan, terms.interval) * seatsOf(terms.plan, this.holding.seats?.paid)
    return prorate(minor(price), BigInt(unusedDays(period, this.now)), BigInt(period.totalDays))
  }

  get current(): UsedPeriod {
    const { period, segments } = this.holding
    const limits = this.limitsHeld
    return {
      period,
      units: segments.reduce((units, segment) => units + segment.units, 0n),
      extra: segments.reduce((units, segment) => units + extraUnits(segment), 0n),
      largestLimit: limits.includes(null) ? null : limits.reduce<bigint>((largest, limit) => (limit !== null && limit > largest ? limit : largest), 0n),
    }
  }

  wait(hours: number): void {
    this.waitUntil(this.now.add({ hours }))
  }

  waitUntil(to: Instant): void {
    const isDue = (at: Instant | null): at is Instant => at !== null && at.epochMilliseconds <= to.epochMilliseconds
    for (;;) {
      const { end } = closingPeriod(this.holding)
      if (isDue(this.reviewAt) && this.reviewAt.epochMilliseconds < end.epochMilliseconds) this.review(this.reviewAt)
      else if (isDue(end)) this.renew()
      else break
    }
    this.now = to
  }

  private get refundable(): Holding {
    return { ...this.holding, refunded: minor(this.refundedNotTaken) }
  }

  private review(at: Instant): void {
    this.now = at
    const decision = decideReview({ holding: this.refundable, account: this.account, at })
    this.reviewAt = decision.nextReviewAt
    this.refundedNotTaken -= decision.refundedTaken
    this.settleSeats(decision.settledSeats, decision.seatsPaid)
    for (const { draft } of decision.documents) this.issue(draft)
  }

  private settleSeats(ids: readonly string[], paid: number | null): void {
    const { seats } = this.holding
    if (seats) this.holding = { ...this.holding, seats: { ...seats, paid: paid ?? 0, tab: seats.tab.filter(({ id }) => !ids.includes(id)) } }
  }

  /** Somebody joins, or the one who joined last leaves; the owner stays. */
  changeTeam(type: 'joined' | 'left'): void {
    const { seats, terms } = this.holding
    if (!seats || (type === 'left' && seats.present === 1)) return
    const present = seats.present + (type === 'joined' ? 1 : -1)
    const change = { id: `${this.now} ${seats.tab.length}`, member: `mem_${type === 'joined' ? this.people++ : this.leaving()}`, type, at: this.now }
    this.holding = { ...this.holding, seats: { ...seats, present, tab: terms.plan.perSeat ? [...seats.tab, change] : seats.tab } }
  }

  /** By turns one who was there at first, and one who may have joined since the last review. */
  private leaving(): number {
    return this.people % 2 === 0 ? this.people - 1 : 0
  }

  private renew(): void {
    this.now = closingPeriod(this.holding).end
    const decision = decideRenewal({ holding: this.refundable, nextProduct: this.holding.terms.product, late: [], account: this.account })
    this.begin(decision.terms, decision.anchor, decision.period)
    this.settleSeats(decision.settledSeats, decision.seatsPaid)
    if (decision.document) this.issue(decision.document)
    if (decision.seatCredit) this.issue(decision.seatCredit, null, this.period - 1)
  }

  private begin(terms: Holding['terms'], anchor: Instant, period: Period): void {
    this.period += 1
    this.refundedNotTaken = 0n
    this.limitsHeld = [limitUnder(terms)]
    this.reviewAt = isReviewed(terms) ? nextReview(anchor, period, period.start) : null
    const cleared = { cancelAt: null, pendingChange: null, downgradedAt: null }
    this.holding = { ...this.holding, ...cleared, terms, anchor, period, segments: begun(freshSegments(terms)) }
  }

  private issue(draft: DraftDocument, endedPeriod: number | null = null, period = this.period): void {
    this.balance += draft.creditIssued - draft.creditApplied
    this.cashIn += draft.amountDue
    if (draft.lines.length > 0) this.issued.push({ draft, at: this.now, period, endedPeriod, refunded: 0n })
  }

  /** Asks for units of the product's one meter; nothing is used where they are refused. */
  use(quantity: bigint): boolean {
    const running = this.running
    const { limit, overLimit } = running
    if (!decideConsume({ limit, overLimit, counted: countedUnits(running), quantity }).allowed) return false
    this.setSegments([...this.holding.segments.slice(0, -1), { ...running, units: running.units + quantity }])
    return true
  }

  /** All that the running terms still include. */
  exhaust(): void {
    this.use(remainingUnits({ ...this.running, overLimit: { type: 'block' }, counted: countedUnits(this.running) }) ?? 0n)
  }

  private get running(): UsageSegment {
    const running = this.holding.segments.at(-1)
    if (!running) throw new Error('a simulated product has one meter')
    return running
  }

  private setSegments(segments: readonly UsageSegment[]): void {
    this.holding = { ...this.holding, segments }
  }

  quote(plan: Plan, interval: Interval): ChangeDecision {
    return decideChange({ holding: this.refundable, request: { target: { product: this.product, plan, interval } }, account: this.account, now: this.now })
  }

  /** A quote of the plan that is held, from one who registered long ago. */
  quoteAction(action: Exclude<QuoteAction, 'change'>): ChangeDecision {
    const holding = { ...this.holding, refunded: minor(this.refundedNotTaken) }
    const registeredAt = instant('2000-01-01T00:00:00Z')
    return decideAction({ action, holding, request: { target: holding.terms }, account: this.account, now: this.now, registeredAt })
  }

  act(action: Exclude<QuoteAction, 'change'>): ChangeDecision {
    return this.execute(this.quoteAction(action))
  }

  /** Quotes and executes at once; what is refused changes nothing. */
  change(plan: Plan, interval: Interval): ChangeDecision {
    return this.execute(this.quote(plan, interval))
  }

  private execute(decision: ChangeDecision): ChangeDecision {
    const { outcome } = decision
    if (!outcome) return decision
    switch (outcome.type) {
      case 'keeps_terms':
        this.holding = { ...this.holding, pendingChange: null }
        break
      case 'pending':
        this.holding = { ...this.holding, pendingChange: outcome.pendingChange }
        break
      case 'new_terms':
        this.takeTerms(outcome)
        this.issue(decision.document, outcome.newPeriod ? this.period - 1 : null)
    }
    return decision
  }

  private takeTerms(outcome: NewTerms): void {
    const { holding } = this
    const segments = billed(holding.segments, outcome.settled)
    const starts = segmentStarts({ holding, outcome, countedNow: { [this.running.meter]: countedUnits(this.running) } })
    const { terms, anchor, period } = outcome
    const downgradedAt = outcome.countsAsDowngrade ? this.now : holding.downgradedAt
    this.refundedNotTaken = 0n
    if (outcome.newPeriod) this.period += 1
    this.limitsHeld = outcome.newPeriod ? [limitUnder(terms)] : [...this.limitsHeld, limitUnder(terms)]
    this.holding = {
      ...holding,
      terms,
      anchor,
      period,
      downgradedAt,
      pendingChange: null,
      segments: [...(outcome.newPeriod ? [] : segments), ...begun(starts)],
    }
    if (outcome.newPeriod || !isReviewed(terms)) this.reviewAt = isReviewed(terms) ? nextReview(anchor, period, this.now) : null
    else this.reviewAt ??= nextReview(anchor, period, this.now)
    this.settleSeats(outcome.settledSeats, outcome.seatsPaid)
  }

  cancel(): void {
    const decision = decideCancel({ holding: this.holding, now: this.now })
    if (decision.ok) this.holding = { ...this.holding, cancelAt: decision.value.cancelAt, pendingChange: null }
  }

  reactivate(): void {
    if (decideReactivate({ holding: this.holding, now: this.now }).ok) this.holding = { ...this.holding, cancelAt: null }
  }

  /** Asks for money back of one document; null: as much as there is. */
  refund(index: number, requested: MinorUnits | null): boolean {
    const document = this.issued[index % Math.max(this.issued.length, 1)]
    if (!document || document.draft.amountDue === 0n) return false
    const isRunning = document.period === this.period
    const lines = document.draft.lines
    const decision = decideRefund({
      document: {
        paidAt: document.at,
        total: document.draft.total,
        usage: sum(lines.filter(({ kind, rule }) => kind === 'overage' || rule === 'C8').map(({ amount }) => amount)),
        amountPaid: document.draft.amountDue,
        amountRefunded: minor(document.refunded),
        creditApplied: document.draft.creditApplied,
        paysRunningPlan: isRunning && !isFree(this.holding.terms.plan),
      },
      creditIssuedLater: creditGivenLater(this.laterThan(document)),
      usageInPeriod: isRunning ? this.current.units : 0n,
      policy: this.product.policies.refund,
      country: null,
      requested,
      currency: this.product.currency,
      now: this.now,
    })
    if (!decision.ok) return false
    const { amount, restoresCredit, movesToFree } = decision.value
    this.cashOut += amount
    document.refunded += amount
    if (isRunning) this.refundedNotTaken += amount
    this.balance += restoresCredit
    const free = freePlanOf(this.product)
    if (movesToFree && free) {
      const terms = freeTerms(this.product, free)
      this.begin(terms, this.now, firstPeriod(this.now, terms))
      this.settleSeats(this.holding.seats?.tab.map(({ id }) => id) ?? [], 0)
    }
    return true
  }

  private laterThan(document: Issued): LaterDocument[] {
    return this.issued.slice(this.issued.indexOf(document) + 1).flatMap((one): LaterDocument[] => {
      if (one.period === document.period) return [{ of: 'same_period', creditIssued: one.draft.creditIssued }]
      if (one.endedPeriod !== document.period) return []
      const credits = one.draft.lines.filter(({ kind, rule }) => kind === 'proration_credit' || kind === 'seat_removal' || rule === 'G67')
      const isRefunded = one.draft.amountDue > 0n && one.refunded >= one.draft.amountDue
      return [{ of: 'next_period', creditTaken: minor(-sum(credits.map(({ amount }) => amount))), isRefunded }]
    })
  }
}

function begun(starts: readonly SegmentStart[]): UsageSegment[] {
  return starts.map((start) => ({ ...start, monthStart: NEW_BILLING_MONTH, units: 0n, billedUnits: 0n, billedAmount: ZERO }))
}

function billed(segments: readonly UsageSegment[], settled: readonly Billed[]): UsageSegment[] {
  return segments.map((segment, index) => {
    const part = settled.find((one) => one.segmentIndex === index)
    return part ? { ...segment, billedUnits: segment.billedUnits + part.units, billedAmount: minor(segment.billedAmount + part.amount) } : segment
  })
}

function limitUnder(terms: Terms): bigint | null {
  return limitOf(terms, terms.product.meters[0]?.id ?? '')
}
