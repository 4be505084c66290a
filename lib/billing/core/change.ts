import { type MinorUnits, minor, sum, ZERO } from '../../money'
import { addMinutes, earliest, type Instant } from '../../time'
import { type Interval, type IntroductionPolicy, isFree, isPrepaid, limitOf, type OverLimitPolicy, type Plan, priceOf } from './catalog'
import type { ChangeOutcome, NewTerms, SegmentStart } from './change-outcome'
import { notEligible, notFromBalance, notOffered, samePlan, standsStill } from './change-refusals'
import { type ChangeKind, type ChangeRoute, type ChangeTarget, type ImmediateChange, immediateChange, kindOf, routeOf } from './change-route'
import { type DraftDocument, draftDocument, settleTotal } from './document'
import { checkDowngrade } from './downgrade'
import { extraMaximumOf } from './extra-charging'
import { isChargedAsItBegins } from './extra-invoice'
import { type Line, USAGE_LINES } from './line'
import { isReviewed, nextDayOf, nextReview } from './period'
import { arrearsLines, type Billed, billedNow, countedUnits, extraUnits } from './rating'
import type { Rejection } from './rejection'
import { refundedLine, seatsOf, seatsPaidFor, settleSeats } from './seats'
import { type Account, type Holding, NO_SETTINGS, type PendingChange, type Settings, type Terms, type UsageSegment } from './state'
import { changeInTrial } from './trial'

export type { Rejection } from './rejection'

export const QUOTE_MINUTES = 15

export type ChangeRequest = { target: ChangeTarget }

/** What a change would do: the quote shows it and its execution does it (C10). */
export type ChangeDecision = {
  kind: ChangeKind | 'resubscribe' | 'renew'
  effective: 'now' | 'period_end'
  effectiveAt: Instant
  /** No lines where the change waits or is refused. */
  document: DraftDocument
  /** The next renewal's fee and the arrears that are known now, before credit (G75). */
  nextRenewal: { at: Instant; amount: MinorUnits }
  /** When a quote of this decision is out (G29). */
  expiresAt: Instant
  /** Null: allowed. */
  rejection: Rejection | null
  /** A change that waits is given up for this one (G33). */
  dropsPendingChange: boolean
  /** What will be true; null where refused. */
  outcome: ChangeOutcome | null
  /** What the document was settled against, and what had been refunded by then: for `sameCharge`. */
  account: Account
  refunded: MinorUnits
  /** Who was there, and whose coming and going was on the tab; another number or name makes a quote out of date (C10). */
  seats: { present: number; tab: string[] } | null
}

/** Of a change to another plan or interval. */
export type DecidedChange = ChangeDecision & { kind: ChangeKind }

export type ChangeInput = { holding: Holding; request: ChangeRequest; account: Account; now: Instant }

/**
 * Decides a plan change: refused in G8's order, or what it costs and what will be true after it (A6, A7, C15–C17).
 * A refusal is a value; asking for another product's plan is a bug.
 *
 * @throws RangeError where the target's product is not the held one.
 */
export function decideChange(input: ChangeInput): DecidedChange {
  const { holding, request, now } = input
  if (request.target.product.id !== holding.terms.product.id) throw new RangeError(`${request.target.product.id} is not the product that is held`)
  const route = routeOf(holding, request.target, now)
  const rejection = refusal(input, route)
  if (rejection) return refused(input, route, rejection)
  if (holding.status === 'trialing' && route.type !== 'keep') return doneInTrial(input)
  switch (route.type) {
    case 'keep':
      return kept(input)
    case 'wait':
      return waiting(input)
    case 'upgrade':
    case 'downgrade':
    case 'new_term':
    case 'leave_term':
      return done(input, immediateChange(route, holding, { ...request.target }, now))
  }
}

/** The first reason in G8's order; null where the change is allowed. */
function refusal({ holding, request, now }: ChangeInput, route: ChangeRoute): Rejection | null {
  const { target } = request
  const still = standsStill(holding)
  if (still) return still
  if (route.type === 'keep') return holding.pendingChange ? null : samePlan(holding)
  if (!target.plan.offered || target.plan.prices[target.interval] === undefined) return notOffered(holding, target)
  if ((holding.status !== 'active' && holding.status !== 'trialing') || target.product.currency !== holding.terms.product.currency)
    return notEligible(holding, target)
  if (isPrepaid(target.plan) !== isPrepaid(holding.terms.plan)) return notFromBalance(holding, target)
  return route.type === 'downgrade' && holding.status === 'active'
    ? checkDowngrade({ policy: holding.terms.product.policies.downgrade, target: target.plan, holding, now })
    : null
}

/** What no kind of answer differs in. */
export function commonAnswer({ holding, request, account, now }: ChangeInput) {
  const { currency } = holding.terms.product
  return {
    kind: kindOf(holding.terms, request.target),
    document: draftDocument([], account, currency),
    expiresAt: earliest(addMinutes(now, QUOTE_MINUTES), nextDayOf(holding.period, now), holding.period.end),
    rejection: null,
    dropsPendingChange: holding.pendingChange !== null,
    account,
    refunded: holding.refunded ?? ZERO,
    seats: holding.seats && { present: holding.seats.present, tab: holding.seats.tab.map(({ id }) => id) },
  } satisfies Partial<ChangeDecision>
}

function refused(input: ChangeInput, route: ChangeRoute, rejection: Rejection): DecidedChange {
  const { holding, now } = input
  const waits = route.type === 'wait'
  return {
    ...commonAnswer(input),
    effective: waits ? 'period_end' : 'now',
    effectiveAt: waits ? holding.period.end : now,
    nextRenewal: renewalAfter(input, holding.pendingChange ?? holding.terms),
    rejection,
    dropsPendingChange: false,
    outcome: null,
  }
}

/** The current plan, chosen to drop the change that waits (G93). */
function kept(input: ChangeInput): DecidedChange {
  const { holding, now } = input
  return { ...commonAnswer(input), effective: 'now', effectiveAt: now, nextRenewal: renewalAfter(input, holding.terms), outcome: { type: 'keeps_terms' } }
}

function waiting(input: ChangeInput): DecidedChange {
  const { holding, request } = input
  const { plan, interval } = request.target
  const pendingChange: PendingChange = { plan, interval, effectiveAt: holding.period.end, kind: 'change' }
  const shared = commonAnswer(input)
  const before = holding.pendingChange
  return {
    ...shared,
    effective: 'period_end',
    effectiveAt: holding.period.end,
    nextRenewal: renewalAfter(input, pendingChange),
    dropsPendingChange: before !== null && !(before.plan.id === plan.id && before.interval === interval),
    outcome: { type: 'pending', pendingChange, downgrade: shared.kind === 'downgrade' },
  }
}

export function done(input: ChangeInput, change: ImmediateChange): DecidedChange {
  const { holding, account, now } = input
  const { product } = holding.terms
  const rating = { period: holding.period, currency: product.currency, meters: product.meters, monthStart: holding.billingMonthStart }
  // Blocks have invoices of their own as they begin (S7); a change never bills them a second time.
  const onDocument = (segment: UsageSegment) => change.settlesExtra && !isChargedAsItBegins(segment)
  const settled = billedNow(holding.segments, rating).filter(({ segmentIndex }) => {
    const segment = holding.segments[segmentIndex]
    return segment !== undefined && onDocument(segment)
  })
  const arrears = arrearsLines(holding.segments.filter(onDocument), rating)
  const onTab = change.settlesExtra ? 0n : arrearsOf(holding)
  const seats = settleSeats({ holding, until: { now }, before: null })
  const credits = [...seats.removals, ...change.lines.filter(({ kind }) => kind === 'proration_credit')]
  const givenBack = refundedLine(credits, holding.refunded ?? ZERO, product)
  return {
    ...commonAnswer(input),
    effective: 'now',
    effectiveAt: now,
    document: draftDocument([...seats.additions, ...seats.removals, ...change.lines, ...givenBack, ...arrears], account, product.currency, {
      from: holding.terms,
      to: change.terms,
      seats,
    }),
    nextRenewal: { at: change.period.end, amount: minor(feeOf(holding, change.terms) + onTab) },
    outcome: {
      type: 'new_terms',
      terms: change.terms,
      anchor: change.anchor,
      period: change.period,
      newPeriod: change.newPeriod,
      countsAsDowngrade: change.countsAsDowngrade,
      settledUnits: unitsByMeter(settled),
      settled,
      settledSeats: seats.ids,
      seatsPaid: seatsPaidFor(change.terms, holding.seats?.present ?? null),
    },
  }
}

/** At once and free of charge, whatever the route of a paid period would be (G69, G103). */
function doneInTrial(input: ChangeInput): DecidedChange {
  const { holding, request, now } = input
  const change = changeInTrial(holding, request.target, now)
  return {
    ...commonAnswer(input),
    effective: 'now',
    effectiveAt: now,
    nextRenewal: { at: change.period.end, amount: minor(feeOf(holding, change.terms)) },
    outcome: {
      type: 'new_terms',
      ...change,
      countsAsDowngrade: false,
      settledUnits: {},
      settled: [],
      settledSeats: [],
      seatsPaid: seatsPaidFor(change.terms, 0),
    },
  }
}

function unitsByMeter(billed: readonly Billed[]): Record<string, bigint> {
  const units: Record<string, bigint> = {}
  for (const entry of billed) units[entry.meter] = (units[entry.meter] ?? 0n) + entry.units
  return units
}

function arrearsOf({ segments, period, terms }: Holding): MinorUnits {
  const { currency, meters } = terms.product
  return sum(arrearsLines(segments, { period, currency, meters }).map((line) => line.amount))
}

/** The renewal at the running period's end, with the tab of the period as it stands (G75). */
export function renewalAfter(
  { holding, now }: Pick<ChangeInput, 'holding' | 'now'>,
  next: { plan: Plan; interval: Interval; effectiveAt?: Instant },
): ChangeDecision['nextRenewal'] {
  const fee = holding.cancelAt ? 0n : feeOf(holding, next)
  return { at: next.effectiveAt ?? holding.period.end, amount: minor(fee + arrearsOf(holding) + additionsOf(holding, now)) }
}

/** The fee of those who are present (G75). */
function feeOf({ seats }: Holding, { plan, interval }: { plan: Plan; interval: Interval }): bigint {
  return isFree(plan) ? 0n : priceOf(plan, interval) * seatsOf(plan, seats?.present)
}

/** Who came since the last review is on the renewal, unless another review comes before it (T1, T2). */
function additionsOf(holding: Holding, now: Instant): MinorUnits {
  const isReviewedFirst = isReviewed(holding.terms) && nextReview(holding.anchor, holding.period, now) !== null
  if (isReviewedFirst) return ZERO
  return sum(settleSeats({ holding, until: 'period', before: null }).additions.map((line) => line.amount))
}

/** What of the customer's own settings a period or a change begins with. */
type Standing = { settings: Settings; spentBefore: MinorUnits }

const NOTHING_SET: Standing = { settings: NO_SETTINGS, spentBefore: ZERO }

/**
 * How each meter goes on under new terms (C13, G90). What was rated as extra does not count against the new limit; what was
 * used over a blocking limit does (G45). `countedNow` is taken at the execution, not at the quote (G30).
 */
export function segmentStarts(input: {
  holding: Holding
  outcome: NewTerms
  countedNow: Readonly<Record<string, bigint>>
  standing?: Standing
}): SegmentStart[] {
  const { holding, outcome, countedNow, standing = NOTHING_SET } = input
  if (outcome.newPeriod) return freshSegments(outcome.terms, standing)
  return outcome.terms.product.meters.map(({ id }) => segmentStart(outcome.terms, id, countedAfter(holding, id, countedNow[id]), standing))
}

/** The segments of a period that begins: nothing counts yet. */
export function freshSegments(terms: Terms, standing: Standing = NOTHING_SET, introduction: IntroductionPolicy | null = null): SegmentStart[] {
  return terms.product.meters.map(({ id }) => segmentStart(terms, id, 0n, { ...standing, allowance: introduction?.included[id] }))
}

type Beginning = Standing & {
  /** In place of the plan's own, as while an introduction runs (B1). */
  allowance?: bigint | undefined
}

function segmentStart(terms: Terms, meter: string, countedAtStart: bigint, { settings, spentBefore, allowance }: Beginning): SegmentStart {
  const { overLimit } = terms.plan
  const limit = allowance ?? limitOf(terms, meter)
  const threshold = extraThresholdOf(overLimit, limit, countedAtStart)
  const bounds = { overLimit, meter, settings, monthBase: 0n, spentBefore, currency: terms.product.currency }
  return {
    meter,
    limit,
    overLimit,
    countedAtStart,
    extraThreshold: threshold,
    extraMaximum: threshold === null ? 0n : extraMaximumOf({ ...bounds, threshold }),
  }
}

/** In arrears every unit is one to be billed; elsewhere those beyond the limit, or beyond what counted before (C13, P1). */
function extraThresholdOf(overLimit: OverLimitPolicy, limit: bigint | null, countedAtStart: bigint): bigint | null {
  if (overLimit.type === 'arrears') return countedAtStart
  if (limit === null) return null
  return countedAtStart > limit ? countedAtStart : limit
}

function countedAfter(holding: Holding, meter: string, countedNow: bigint | undefined): bigint {
  const running = holding.segments.findLast((segment) => segment.meter === meter)
  if (!running) return countedNow ?? 0n
  const counted = countedNow ?? countedUnits(running)
  return counted - extraUnits({ ...running, units: counted - running.countedAtStart })
}

/**
 * Lines that are as of the quote, so that traffic alone never expires it (G30, G106): extra units so far, a credit that is
 * measured by the allowance left, and what such a credit leaves to take back of a refund.
 */
function isAsOfQuote(line: Line): boolean {
  return USAGE_LINES.has(line.kind) || 'allowance_left' in line.inputs || line.rule === 'G67'
}

/** Whether a decision made at the execution charges what the quote showed (G30). Texts and inputs may differ. */
export function sameCharge(quoted: ChangeDecision, decided: ChangeDecision): boolean {
  if (quoted.rejection || decided.rejection) return false
  if (quoted.effective !== decided.effective || quoted.refunded !== decided.refunded) return false
  if (whoWasThere(quoted) !== whoWasThere(decided)) return false
  const fixed = quoted.document.lines.filter((line) => !isAsOfQuote(line)).map(charged)
  const fixedNow = decided.document.lines.filter((line) => !isAsOfQuote(line)).map(charged)
  if (fixed.length !== fixedNow.length || fixed.some((line, index) => line !== fixedNow[index])) return false
  const settledNow = settleTotal(quoted.document.total, decided.account)
  return settledNow.creditApplied === quoted.document.creditApplied && settledNow.amountDue === quoted.document.amountDue
}

/** Seats that changed put a quote out of date, the same number of others too: they are on the tab that it settles (C10, G36). */
function whoWasThere({ seats }: ChangeDecision): string {
  return seats ? [seats.present, ...seats.tab].join(' ') : ''
}

/** What of a line the comparison of G30 looks at. */
function charged({ kind, quantity, unitPrice, amount }: Line): string {
  return [kind, quantity, unitPrice, amount].join('|')
}
