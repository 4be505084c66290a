import { type MinorUnits, minor, sum, ZERO } from '../../money'
import { type Instant, isBefore } from '../../time'
import { findPlan, freePlanOf, type Interval, isFree, type Plan, type Product, priceOf } from './catalog'
import { type DraftDocument, draftDocument } from './document'
import type { Line } from './line'
import { anchorFor, nextPeriod } from './period'
import { feeLine } from './proration'
import { arrearsLines, type Billed, billedNow, type ClosedPeriod, lateUsageLine } from './rating'
import { NO_SEATS_SETTLED, presentAt, refundedLine, type SettledSeats, seatsOf, seatsPaidFor, settleSeats } from './seats'
import type { Account, Holding, PendingChange, Period, Terms } from './state'

export type { ClosedPeriod } from './rating'

/** `nextProduct`: the catalog version that the next period runs under (G13). `late`: closed periods with late usage (C8). */
export type RenewalInput = { holding: Holding; nextProduct: Product; late: readonly ClosedPeriod[]; account: Account }

export type RenewalDecision = {
  terms: Terms
  anchor: Instant
  /** The period that begins. Where the subscription ends it does not: its start is the instant of the end. */
  period: Period
  change: 'renewed' | 'pending_applied' | 'moved_to_free' | 'ended'
  /** Null where there is nothing to bill, as for a free plan (C15). */
  document: DraftDocument | null
  /** `adjustment`: late usage alone, before a free period (G59, G103). */
  documentKind: 'renewal' | 'adjustment'
  /** Credit for the seats that were removed in the closed period, issued just after the renewal's invoice (T3, C14). */
  seatCredit: DraftDocument | null
  /** What the document now bills, per segment of the closing and of the late periods. */
  billed: Billed[]
  /** Changes of seats that are on no tab any more. */
  settledSeats: string[]
  /** What the period that begins is paid for; null where the product sells none. */
  seatsPaid: number | null
}

/** The running period as it will close: where its term is begun anew, at that instant already (B4, G42). */
export function closingPeriod({ period, pendingChange, cancelAt }: Pick<Holding, 'period' | 'pendingChange' | 'cancelAt'>): Period {
  const endsEarly = !cancelAt && pendingChange?.kind === 'resubscribe' && isBefore(pendingChange.effectiveAt, period.end)
  return endsEarly ? { ...period, end: pendingChange.effectiveAt } : period
}

type NextTerms = { change: RenewalDecision['change']; terms: Terms }

/**
 * The one thing that happens at a period's end (C11), as of `holding.period.end`: late usage, arrears of the closed period,
 * the pending change or the cancellation, and the next fee in advance, on one document.
 *
 * @throws RangeError where a pending change's plan has left the catalog.
 */
export function decideRenewal({ holding: held, nextProduct, late, account }: RenewalInput): RenewalDecision {
  const holding = { ...held, period: closingPeriod(held) }
  const { change, terms } = nextTerms(holding, nextProduct)
  const ended = change === 'ended'
  // A re-subscribed term is anchored on the instant at which it begins (G98).
  const isAnchoredAnew = change === 'pending_applied' && holding.pendingChange?.kind === 'resubscribe'
  const anchor = isAnchoredAnew ? holding.period.end : anchorFor(holding.anchor, holding.period.end, terms)
  const period = nextPeriod(anchor, holding.period, terms)
  // Nothing is cut while a subscription is unpaid; its usage waits for the first renewal after it is active again (G65, G99).
  const billing = holding.status === 'unpaid' ? { lines: [], billed: [] } : closingBill(holding, late)
  const seats = settledAtEnd(holding, isAnchoredAnew)
  const present = holding.seats && presentAt(holding.seats, holding.period.end)
  const isBilled = !ended && holding.status !== 'unpaid' && priceOf(terms.plan, terms.interval) > 0n // Plans that bill units alone have no fee (P1).
  const fee = isBilled ? [feeLine({ terms, seats: seatsOf(terms.plan, present), period })] : []
  const lines = [...billing.lines, ...seats.additions, ...fee]
  const context = { from: holding.terms, to: terms, seats }
  const { currency } = terms.product
  return {
    terms,
    anchor,
    period,
    change,
    document: lines.length === 0 ? null : draftDocument(lines, account, currency, context),
    documentKind: lines.some((line) => line.kind !== 'adjustment') ? 'renewal' : 'adjustment',
    seatCredit: seatCredit(seats, holding),
    billed: billing.billed,
    settledSeats: seats.ids,
    seatsPaid: seatsPaidFor(terms, present),
  }
}

/**
 * Nothing is cut while a subscription is unpaid, and who came and went meanwhile is billed from the next period on. A term
 * that is begun anew before its end is settled to that day.
 */
function settledAtEnd(holding: Holding, endsEarly: boolean): SettledSeats {
  const { end } = holding.period
  const settled = settleSeats({ holding, until: endsEarly ? { now: end } : 'period', before: end })
  return holding.status === 'unpaid' ? { ...NO_SEATS_SETTLED, ids: settled.ids } : settled
}

/** It belongs to the closed period, whose invoice paid for the time that it gives back (G105). */
function seatCredit({ removals, left }: SettledSeats, { terms, refunded = ZERO }: Holding): DraftDocument | null {
  const lines = [...removals, ...refundedLine(removals, refunded, terms.product)]
  const context = { from: terms, to: terms, seats: { joined: 0, left } }
  const draft = draftDocument(lines, { creditBalance: ZERO, minimumCharge: ZERO }, terms.product.currency, context)
  return draft.total < 0n ? draft : null
}

/** The plan of the next period: Free after a cancellation (A8), the pending change's, or the same one (C11). */
function nextTerms(holding: Holding, nextProduct: Product): NextTerms {
  const held = holding.terms
  if (holding.cancelAt) {
    const free = freePlanOf(nextProduct)
    return free ? { change: 'moved_to_free', terms: freeTerms(nextProduct, free) } : { change: 'ended', terms: held }
  }
  if (holding.pendingChange) return { change: 'pending_applied', terms: pendingTerms(held, nextProduct, holding.pendingChange) }
  return { change: 'renewed', terms: termsUnder(nextProduct, held.plan, held.interval) ?? held }
}

/** @throws RangeError where no version has the plan any more: the operator must decide, not the clock. */
function pendingTerms(held: Terms, nextProduct: Product, { plan, interval }: PendingChange): Terms {
  const terms = termsUnder(nextProduct, plan, interval) ?? termsUnder(held.product, plan, interval)
  if (!terms) throw new RangeError(`${plan.id} by the ${interval}, which was chosen for the renewal, is not in the catalog any more`)
  return terms
}

/** The plan as the version sells it; null where it knows the plan or the interval no more: then the held version goes on. */
function termsUnder(product: Product, { id }: Plan, interval: Interval): Terms | null {
  const plan = findPlan(product, id)
  return plan && plan.prices[interval] !== undefined ? { product, plan, interval } : null
}

/** A free plan runs by the month where it is sold so. */
export function freeTerms(product: Product, plan: Plan): Terms {
  return { product, plan, interval: plan.prices.month === undefined ? 'year' : 'month' }
}

/** Late usage first, then what the closing period owes (C14). */
function closingBill(holding: Holding, late: readonly ClosedPeriod[]): { lines: Line[]; billed: Billed[] } {
  const { currency, meters } = holding.terms.product
  const lateLines = late.flatMap((closed) => lateUsageLine(closed, { currency, meters }) ?? [])
  const arrears = arrearsLines(holding.segments, { period: holding.period, currency, meters, monthStart: holding.billingMonthStart })
  const closing: ClosedPeriod = { period: holding.period, segments: holding.segments }
  return {
    lines: [...lateLines, ...arrears],
    billed: [...late, closing].flatMap(({ period, segments }) => billedNow(segments, { period, currency })),
  }
}

export type NextCharge = {
  at: Instant
  /** The next period's fee. */
  base: MinorUnits
  /** Extra units so far and late usage. */
  usage: MinorUnits
  /** Members who have come since the last review (T1). */
  seats: MinorUnits
  /** What the account would pay; below zero where an earlier small amount is collected. */
  credit: MinorUnits
  /** Part of the sum that is too small to charge and would wait on the account. */
  carriedForward: MinorUnits
  total: MinorUnits
  /** `final`: after it nothing is charged any more; `none`: nothing is charged. */
  title: 'next' | 'final' | 'none'
}

/** What the renewal would charge if it came with the usage as it is now (G75, A4). */
export function nextCharge(input: { holding: Holding; account: Account; product: Product; late?: readonly ClosedPeriod[] }): NextCharge {
  const { holding, account, product, late = [] } = input
  const { document, change, terms } = decideRenewal({ holding, nextProduct: product, late, account })
  const lines = document?.lines ?? []
  const isLast = change === 'ended' || isFree(terms.plan)
  const base = sum(lines.filter((line) => line.kind === 'plan').map((line) => line.amount))
  const seats = sum(lines.filter((line) => line.kind === 'seat_addition').map((line) => line.amount))
  const carriedForward = document?.carriedForward ?? minor(0n)
  return {
    at: closingPeriod(holding).end,
    base,
    usage: minor((document?.total ?? 0n) - base - seats),
    seats,
    credit: minor((document?.creditApplied ?? 0n) - carriedForward),
    carriedForward,
    total: document?.amountDue ?? minor(0n),
    title: document ? (isLast ? 'final' : 'next') : 'none',
  }
}
