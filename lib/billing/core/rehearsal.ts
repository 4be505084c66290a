import { type MinorUnits, minor, ZERO } from '../../money'
import { addDays, type Instant, instant } from '../../time'
import { limitOf, type Plan, type Product, priceOf } from './catalog'
import { type DecidedChange, decideChange, freshSegments, segmentStarts } from './change'
import type { NewTerms, SegmentStart } from './change-outcome'
import type { DraftDocument } from './document'
import { countedUnits } from './rating'
import { decideRenewal, type RenewalDecision } from './renewal'
import { type Account, type Holding, NEW_BILLING_MONTH, NO_SETTINGS, type Settings, type Terms, type UsageSegment } from './state'
import { decideSubscribe } from './subscribe'

/**
 * An invented customer who subscribes, uses, changes and renews, with nobody behind them: the rules that charge real customers
 * decide, and nothing is kept. By it the catalog says what its policies come to, and where they can be played with.
 */
export type Rehearsal = {
  holding: Holding
  /** Cash that was charged so far. */
  paid: MinorUnits
  /** What stands on the account. */
  credit: MinorUnits
  /** Units of the first meter that were served so far. */
  served: bigint
}

/** A month of thirty days, so that a day is a thirtieth. */
export const REHEARSAL_START = instant('2026-06-01T00:00:00Z')

/** A few hours into the day after so many completed days. */
export function rehearsalDay(completed: number): Instant {
  return addDays(REHEARSAL_START, completed).add({ hours: 1 })
}

/** As many seats as make an example easy to check by hand. */
const SEATS = 10

const accountOf = ({ credit }: Pick<Rehearsal, 'credit'>): Account => ({ creditBalance: credit, minimumCharge: ZERO })

export function begin(terms: Terms, settings: Settings = NO_SETTINGS): Rehearsal {
  const seats = terms.product.policies.seats ? SEATS : null
  const now = REHEARSAL_START
  const decision = decideSubscribe({ ...terms, account: accountOf({ credit: ZERO }), now, seats })
  const holding: Holding = {
    terms,
    status: 'active',
    anchor: decision.anchor,
    period: decision.period,
    cancelAt: null,
    pendingChange: null,
    downgradedAt: null,
    settings,
    seats: seats === null ? null : { present: seats, paid: decision.seatsPaid ?? 0, tab: [] },
    trialEnd: null,
    billingMonthStart: now,
    capSpentBefore: ZERO,
    segments: freshSegments(terms, { settings, spentBefore: ZERO }).map(toSegment),
  }
  return after({ holding, paid: ZERO, credit: ZERO, served: 0n }, decision.document)
}

function toSegment(start: SegmentStart): UsageSegment {
  return { ...start, monthStart: NEW_BILLING_MONTH, units: 0n, billedUnits: 0n, billedAmount: ZERO }
}

function after(rehearsal: Rehearsal, { amountDue, creditApplied, creditIssued }: DraftDocument): Rehearsal {
  return { ...rehearsal, paid: minor(rehearsal.paid + amountDue), credit: minor(rehearsal.credit - creditApplied + creditIssued) }
}

/** Units of the first meter, within the limit or beyond it: whether they are served is not asked here. */
export function consume(rehearsal: Rehearsal, units: bigint): Rehearsal {
  const meter = rehearsal.holding.terms.product.meters[0]?.id
  const running = rehearsal.holding.segments.findLastIndex((segment) => segment.meter === meter)
  const segments = rehearsal.holding.segments.map((segment, index) => (index === running ? { ...segment, units: segment.units + units } : segment))
  return { ...rehearsal, holding: { ...rehearsal.holding, segments }, served: rehearsal.served + units }
}

/** What is left of what the plan includes; null where it does not limit, or meters nothing. */
export function allowanceLeft({ holding }: Rehearsal): bigint | null {
  const meter = holding.terms.product.meters[0]?.id
  const running = holding.segments.findLast((segment) => segment.meter === meter)
  if (!running || running.limit === null) return null
  const left = running.limit - countedUnits(running)
  return left > 0n ? left : 0n
}

export function consumeAll(rehearsal: Rehearsal): Rehearsal {
  return consume(rehearsal, allowanceLeft(rehearsal) ?? 0n)
}

export type Moved = { decision: DecidedChange; after: Rehearsal | null }

/** `after` is null where the change is refused, or waits for the period's end. */
export function move(rehearsal: Rehearsal, to: { plan: Plan; interval: Terms['interval'] }, now: Instant): Moved {
  const { holding } = rehearsal
  const decision = decideChange({ holding, request: { target: { product: holding.terms.product, ...to } }, account: accountOf(rehearsal), now })
  const { outcome } = decision
  if (outcome?.type !== 'new_terms') return { decision, after: null }
  return { decision, after: after({ ...rehearsal, holding: under(holding, outcome, now) }, decision.document) }
}

function under(holding: Holding, outcome: NewTerms, now: Instant): Holding {
  const countedNow = Object.fromEntries(holding.segments.map((segment) => [segment.meter, countedUnits(segment)]))
  const begun = segmentStarts({ holding, outcome, countedNow }).map(toSegment)
  const closed = holding.segments.map((segment, index) => {
    const billed = outcome.settled.find(({ segmentIndex }) => segmentIndex === index) // At most one of a segment.
    return billed ? { ...segment, billedUnits: segment.billedUnits + billed.units, billedAmount: minor(segment.billedAmount + billed.amount) } : segment
  })
  const { newPeriod, terms, anchor, period } = outcome
  return {
    ...holding,
    terms,
    anchor,
    period,
    pendingChange: null,
    downgradedAt: newPeriod ? null : outcome.countsAsDowngrade ? now : holding.downgradedAt,
    seats: holding.seats && { ...holding.seats, paid: outcome.seatsPaid ?? 0, tab: [] },
    billingMonthStart: newPeriod ? period.start : holding.billingMonthStart,
    segments: newPeriod ? begun : [...closed, ...begun],
  }
}

/** What the end of the running period comes to. */
export function renew(rehearsal: Rehearsal): RenewalDecision {
  const { holding } = rehearsal
  return decideRenewal({ holding, nextProduct: holding.terms.product, late: [], account: accountOf(rehearsal) })
}

/** The plan's whole price, for all seats where it is sold by the seat. */
export function fullPrice({ plan, interval }: Pick<Terms, 'plan' | 'interval'>): MinorUnits {
  return minor(priceOf(plan, interval) * (plan.perSeat ? BigInt(SEATS) : 1n))
}

/** Units of the first meter that a period includes; null: not limited. */
export function includedUnits(terms: Terms): bigint | null {
  const meter = terms.product.meters[0]
  return meter ? limitOf(terms, meter.id) : null
}

/** Paid plans on offer with terms by which they are sold, from the lowest rank up: by the month where there is such a price. */
export function paidTerms(product: Product): Terms[] {
  return product.plans
    .filter((plan) => plan.offered && plan.custom === null)
    .flatMap((plan): Terms[] => {
      const interval = plan.prices.month === undefined ? 'year' : 'month'
      return (plan.prices[interval] ?? 0n) > 0n ? [{ product, plan, interval }] : []
    })
    .sort((a, b) => a.plan.rank - b.plan.rank)
}
