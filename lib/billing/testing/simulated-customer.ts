import { type MinorUnits, minor, prorate, sum, ZERO } from '../../money'
import { type Instant, instant } from '../../time'
import { decideCancel, decideReactivate } from '../core/cancellation'
import { freePlanOf, type Interval, isFree, limitOf, type Plan, type Product, priceOf } from '../core/catalog'
import { type ChangeDecision, decideChange, freshSegments, segmentStarts } from '../core/change'
import type { NewTerms, SegmentStart } from '../core/change-outcome'
import type { DraftDocument } from '../core/document'
import { spentThisMonth } from '../core/extra-charging'
import { introductionOf } from '../core/introduction'
import { decideConsume, remainingUnits } from '../core/limits'
import { firstPeriod, isReviewed, nextReview, unusedDays } from '../core/period'
import { type Billed, countedUnits, extraUnits } from '../core/rating'
import { creditGivenLater, decideRefund, type LaterDocument } from '../core/refund'
import { decideAction, type QuoteAction } from '../core/renew-early'
import { type ClosedPeriod, closingPeriod, decideRenewal, freeTerms, type RenewalDecision, type RenewalInput } from '../core/renewal'
import { decideReview } from '../core/review'
import { seatsOf } from '../core/seats'
import { settingsUnder } from '../core/settings'
import { type Account, type Holding, NEW_BILLING_MONTH, NO_SETTINGS, type Period, type Terms, type UsageSegment } from '../core/state'
import { decideSubscribe } from '../core/subscribe'
import { trialRefusal } from '../core/trial'

export type Issued = {
  draft: DraftDocument
  at: Instant
  /** Of what is due; the rest is owed. */
  paid: MinorUnits
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
 * neither rows nor locks. Time moves only by `wait`, which does whatever falls due on the way.
 */
export class SimulatedCustomer {
  holding: Holding
  balance = 0n
  cashIn = 0n
  cashOut = 0n
  issued: Issued[] = []
  protected period = 0
  /** Cash given back of the running period's documents that no change has taken off its credit yet. */
  private refundedNotTaken = 0n
  private limitsHeld: (bigint | null)[] = []
  /** The period before the running one, as late usage finds it (C8); null: nothing of it can be billed any more. */
  protected closed: ClosedPeriod | null = null
  private reviewAt: Instant | null
  private people = MEMBERS_AT_FIRST

  constructor(
    readonly product: Product,
    plan: Plan,
    interval: Interval,
    public now: Instant,
    private readonly minimumCharge: bigint,
    wantsTrial = false,
  ) {
    const present = product.policies.seats ? MEMBERS_AT_FIRST : null
    const trial = wantsTrial && trialRefusal({ product, plan, wasUsed: false }) === null
    const first = decideSubscribe({ product, plan, interval, account: this.account, now, seats: present, isFirst: true, trial })
    const introduction = introductionOf(first.terms, true)
    this.reviewAt = first.reviewAt
    this.holding = {
      terms: first.terms,
      status: first.trialEnd ? 'trialing' : 'active',
      anchor: first.anchor,
      period: first.period,
      cancelAt: null,
      pendingChange: null,
      downgradedAt: null,
      settings: NO_SETTINGS,
      seats: present === null ? null : { present, paid: first.seatsPaid ?? 0, tab: [] },
      trialEnd: first.trialEnd,
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
    for (let due = this.nextDue(); due.at.epochMilliseconds <= to.epochMilliseconds; due = this.nextDue()) {
      this.now = due.at
      due.happens()
    }
    this.now = to
  }

  /** What comes first of all that time brings. */
  protected nextDue(): { at: Instant; happens: () => void } {
    const { end } = closingPeriod(this.holding)
    const { reviewAt } = this
    if (reviewAt && reviewAt.epochMilliseconds < end.epochMilliseconds) return { at: reviewAt, happens: () => this.review(reviewAt) }
    return { at: end, happens: () => this.renew() }
  }

  protected get refundable(): Holding {
    return { ...this.holding, refunded: minor(this.refundedNotTaken) }
  }

  private review(at: Instant): void {
    const decision = decideReview({ holding: this.refundable, account: this.account, at })
    this.reviewAt = decision.nextReviewAt
    this.refundedNotTaken -= decision.refundedTaken
    this.settleSeats(decision.settledSeats, decision.seatsPaid)
    const segments = this.holding.segments.map((segment, index) => decision.begun.find((one) => one.segmentIndex === index)?.segment ?? segment)
    const ended = decision.billed.filter(({ segmentIndex }) => decision.begun.every((one) => one.segmentIndex !== segmentIndex))
    this.setSegments(billed(segments, ended))
    if (this.holding.status !== 'trialing') this.holding = { ...this.holding, billingMonthStart: at }
    if (decision.begun.length > 0) this.holding = { ...this.holding, capSpentBefore: ZERO }
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

  /** What a test may get wrong on purpose. */
  protected decideRenewal(input: RenewalInput): RenewalDecision {
    return decideRenewal(input)
  }

  protected renew(): RenewalDecision {
    const late = this.closed ? [this.closed] : []
    const { period, segments } = { ...this.holding, period: closingPeriod(this.holding) }
    const decision = this.decideRenewal({ holding: this.refundable, nextProduct: this.holding.terms.product, late, account: this.account })
    const billedOf = (start: Instant) => decision.billed.filter(({ periodStart }) => periodStart.equals(start))
    for (const { period: before, segments: used } of late) this.lateIsSettled(billed(used, billedOf(before.start)))
    this.begin(decision.terms, decision.anchor, decision.period)
    this.closed = { period, segments: billed(segments, billedOf(period.start)) }
    this.settleSeats(decision.settledSeats, decision.seatsPaid)
    if (decision.document) this.issue(decision.document)
    if (decision.seatCredit) this.issue(decision.seatCredit, null, this.period - 1)
    return decision
  }

  /** For whoever holds it against the rules: a period of which nothing is billed any more. */
  protected lateIsSettled(_segments: readonly UsageSegment[]): void {}

  protected begin(terms: Holding['terms'], anchor: Instant, period: Period): void {
    this.period += 1
    this.refundedNotTaken = 0n
    this.limitsHeld = [limitUnder(terms)]
    this.reviewAt = isReviewed(terms) ? nextReview(anchor, period, period.start) : null
    const { holding } = this
    const settings = settingsUnder(holding.settings, { from: holding.terms, to: terms })
    const cleared = { cancelAt: null, pendingChange: null, downgradedAt: null, trialEnd: null, capSpentBefore: ZERO, billingMonthStart: period.start }
    const status = holding.status === 'trialing' ? 'active' : holding.status
    const segments = begun(freshSegments(terms, { settings, spentBefore: ZERO }))
    this.holding = { ...holding, ...cleared, status, settings, terms, anchor, period, segments }
  }

  protected issue(draft: DraftDocument, endedPeriod: number | null = null, period = this.period): void {
    this.balance += draft.creditIssued - draft.creditApplied
    const document: Issued = { draft, at: this.now, paid: ZERO, period, endedPeriod, refunded: 0n }
    if (draft.lines.length > 0) this.issued.push(document)
    this.collect(document)
  }

  protected collect(document: Issued): void {
    document.paid = document.draft.amountDue
    this.cashIn += document.paid
  }

  protected decideConsume(asked: Parameters<typeof decideConsume>[0]): ReturnType<typeof decideConsume> {
    return decideConsume(asked)
  }

  /** Asks for units of the product's one meter; nothing is used where they are refused. */
  use(quantity: bigint): boolean {
    const { running } = this
    const { settings, terms } = this.holding
    const { allowed } = this.decideConsume({ ...running, counted: countedUnits(running), quantity, settings, currency: terms.product.currency })
    if (allowed) this.setRunning({ ...running, units: running.units + quantity })
    return allowed
  }

  /** All that the running terms still include. */
  exhaust(): void {
    this.use(remainingUnits({ ...this.running, overLimit: { type: 'block' }, counted: countedUnits(this.running) }) ?? 0n)
  }

  protected get running(): UsageSegment {
    const running = this.holding.segments.at(-1)
    if (!running) throw new Error('a simulated product has one meter')
    return running
  }

  protected setRunning(running: UsageSegment): void {
    this.setSegments([...this.holding.segments.slice(0, -1), running])
  }

  private setSegments(segments: readonly UsageSegment[]): void {
    this.holding = { ...this.holding, segments }
  }

  quote(plan: Plan, interval: Interval): ChangeDecision {
    return decideChange({ holding: this.refundable, request: { target: { product: this.product, plan, interval } }, account: this.account, now: this.now })
  }

  /** A quote of the plan that is held, from one who registered long ago. */
  quoteAction(action: Exclude<QuoteAction, 'change'>): ChangeDecision {
    const registeredAt = instant('2000-01-01T00:00:00Z')
    return decideAction({ action, holding: this.refundable, request: { target: this.holding.terms }, account: this.account, now: this.now, registeredAt })
  }

  act(action: Exclude<QuoteAction, 'change'>): ChangeDecision {
    return this.execute(this.quoteAction(action))
  }

  /** Quotes and executes at once; what is refused changes nothing. */
  change(plan: Plan, interval: Interval): ChangeDecision {
    return this.execute(this.quote(plan, interval))
  }

  protected execute(decision: ChangeDecision): ChangeDecision {
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
    const { terms, anchor, period } = outcome
    const settings = settingsUnder(holding.settings, { from: holding.terms, to: terms })
    const spentBefore = outcome.newPeriod ? ZERO : minor(holding.capSpentBefore + spentThisMonth([this.running], terms.product.currency))
    const starts = segmentStarts({ holding, outcome, countedNow: { [this.running.meter]: countedUnits(this.running) }, standing: { settings, spentBefore } })
    const isOfTrial = holding.status === 'trialing' && !outcome.newPeriod
    const downgradedAt = outcome.countsAsDowngrade ? this.now : holding.downgradedAt
    this.refundedNotTaken = 0n
    if (outcome.newPeriod) {
      this.period += 1
      // Of two periods that begin at one instant the core names both by it: the one that has ended before it began has no usage of its own time.
      this.closed = holding.period.start.equals(period.start) ? null : { period: { start: holding.period.start, end: this.now }, segments }
    }
    this.limitsHeld = outcome.newPeriod ? [limitUnder(terms)] : [...this.limitsHeld, limitUnder(terms)]
    this.holding = {
      ...holding,
      terms,
      anchor,
      period,
      settings,
      downgradedAt,
      status: isOfTrial ? 'trialing' : 'active',
      trialEnd: isOfTrial ? holding.trialEnd : null,
      capSpentBefore: spentBefore,
      billingMonthStart: outcome.newPeriod ? period.start : holding.billingMonthStart,
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
    if (!document || document.paid === 0n) return false
    const isRunning = document.period === this.period
    const lines = document.draft.lines
    const decision = decideRefund({
      document: {
        paidAt: document.at,
        total: document.draft.total,
        usage: sum(lines.filter(({ kind, rule }) => kind === 'overage' || rule === 'C8').map(({ amount }) => amount)),
        amountPaid: document.paid,
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
    if (movesToFree && free) this.moveTo(freeTerms(this.product, free))
    return true
  }

  /** At once and without a document: what was used of the period that this ends is billed by nobody. */
  protected moveTo(terms: Terms): void {
    this.closed = null
    this.begin(terms, this.now, firstPeriod(this.now, terms))
    this.settleSeats(this.holding.seats?.tab.map(({ id }) => id) ?? [], 0)
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
