import { type Currency, type ExactAmount, exact, exactFromMinor, extend, type MinorUnits, minor, sum } from '../../money'
import type { Meter, OverLimitPolicy } from './catalog'
import { count, decimal, iso, money, unitMoney } from './explain'
import type { Line } from './line'
import type { Period, UsageSegment } from './state'

/** A period that has ended, with its segments as late usage has left them (C8, G59). */
export type ClosedPeriod = { period: Pick<Period, 'start' | 'end'>; segments: readonly UsageSegment[] }

export type RatingContext = { period: ClosedPeriod['period']; currency: Currency; meters: readonly Meter[] }

/** What a document now bills of one segment, so that the segment can remember it. */
export type Billed = { periodStart: Period['start']; segmentIndex: number; meter: string; units: bigint; amount: MinorUnits }

/** What the card shows as used: what counted already when the segment began, and what came since (G46). */
export function countedUnits(segment: UsageSegment): bigint {
  return segment.countedAtStart + segment.units
}

/** Units that are billed beside the plan's price. Over a blocking limit there are none: they go on counting, unpaid (G45). */
export function extraUnits(segment: UsageSegment): bigint {
  switch (segment.overLimit.type) {
    case 'block':
      return 0n
    case 'overage': {
      const extra = segment.extraThreshold === null ? 0n : countedUnits(segment) - segment.extraThreshold
      return extra > 0n ? extra : 0n
    }
  }
}

/** The whole segment's extra units at its price, rounded once (A3). */
function ratedAmount(segment: UsageSegment, currency: Currency): MinorUnits {
  return extend(extraPrice(segment.overLimit), extraUnits(segment), currency)
}

const NO_PRICE = exact('0')

function extraPrice(overLimit: OverLimitPolicy): ExactAmount {
  switch (overLimit.type) {
    case 'block':
      return NO_PRICE
    case 'overage':
      return overLimit.unitPrice
  }
}

/**
 * What of a segment is not on an invoice yet. The whole is rated and what was billed is taken off, so that a part that was
 * billed earlier rounds with the rest and not by itself (A3, G59).
 */
export function unbilled(segment: UsageSegment, currency: Currency): { units: bigint; amount: MinorUnits } {
  return {
    units: extraUnits(segment) - segment.billedUnits,
    amount: minor(ratedAmount(segment, currency) - segment.billedAmount),
  }
}

/** Per segment what `arrearsLines` or `lateUsageLine` bills; what rounds to nothing stays unbilled. */
export function billedNow(segments: readonly UsageSegment[], context: Pick<RatingContext, 'period' | 'currency'>): Billed[] {
  return segments.flatMap((segment, segmentIndex) => {
    const open = unbilled(segment, context.currency)
    return open.amount === 0n ? [] : [{ periodStart: context.period.start, segmentIndex, meter: segment.meter, ...open }]
  })
}

/** One line a segment whose extra units are not wholly billed; nothing where none are (A3, C13). */
export function arrearsLines(segments: readonly UsageSegment[], context: RatingContext): Line[] {
  return segments.flatMap((segment) => (unbilled(segment, context.currency).amount === 0n ? [] : [overageLine(segment, context)]))
}

function overageLine(segment: UsageSegment, { period, currency, meters }: RatingContext): Line {
  const { units, amount } = unbilled(segment, currency)
  const unitPrice = extraPrice(segment.overLimit)
  return {
    kind: 'overage',
    description: `${count(units)} ${unitOf(meters, segment.meter)} over the limit of ${count(segment.limit ?? 0n)}`,
    amount,
    quantity: units,
    unitPrice,
    rule: 'A3',
    formula: `${ratingTerms([segment], currency)} = ${money(amount, currency)}`,
    inputs: {
      meter: segment.meter,
      used: Number(countedUnits(segment)),
      limit: Number(segment.limit ?? 0n),
      extra_units: Number(extraUnits(segment)),
      unit_price: unitMoney(unitPrice, currency),
      billed_before: decimal(segment.billedAmount, currency),
      period_start: iso(period.start),
      period_end: iso(period.end),
    },
  }
}

/** `12,000 × $0.0005 − $5.00`: the segments' rating, each rounded by itself where there are several, less what was billed. */
function ratingTerms(segments: readonly UsageSegment[], currency: Currency): string {
  const products = segments.map((segment) => `${count(extraUnits(segment))} × ${unitMoney(extraPrice(segment.overLimit), currency)}`)
  const rated = products.length === 1 ? products.join() : products.map((product) => `round(${product})`).join(' + ')
  const billed = sum(segments.map((segment) => segment.billedAmount))
  return billed === 0n ? rated : `${rated} − ${money(billed, currency)}`
}

function unitOf(meters: readonly Meter[], meterId: string): string {
  return meters.find((meter) => meter.id === meterId)?.unit ?? meterId
}

/** The period's extra units and their charge so far, billed or not, for the usage card (A4). */
export function overageSoFar(segments: readonly UsageSegment[], currency: Currency): { units: bigint; amount: MinorUnits } {
  return {
    units: segments.reduce((units, segment) => units + extraUnits(segment), 0n),
    amount: sum(segments.map((segment) => ratedAmount(segment, currency))),
  }
}

/**
 * Late usage of a period that was invoiced already: its whole rating now, less what was billed of it (C8, G59). One line a
 * period; null where nothing is to be billed.
 */
export function lateUsageLine(closed: ClosedPeriod, { currency, meters }: Omit<RatingContext, 'period'>): Line | null {
  const late = closed.segments.filter((segment) => unbilled(segment, currency).amount !== 0n)
  const [first] = late
  if (!first) return null
  const amount = sum(late.map((segment) => unbilled(segment, currency).amount))
  const units = late.reduce((total, segment) => total + unbilled(segment, currency).units, 0n)
  const price = extraPrice(first.overLimit)
  const onePrice = late.every((segment) => extraPrice(segment.overLimit) === price)
  return {
    kind: 'adjustment',
    description: `Late usage of ${iso(closed.period.start)} to ${iso(closed.period.end)}: ${count(units)} ${unitOf(meters, first.meter)}`,
    amount,
    // Segments of several prices have no one unit price: then the line is one adjustment of its amount.
    quantity: onePrice ? units : 1n,
    unitPrice: onePrice ? price : exactFromMinor(amount, currency),
    rule: 'C8',
    formula: `${ratingTerms(late, currency)} = ${money(amount, currency)}`,
    inputs: {
      late_units: Number(units),
      billed_before: decimal(sum(late.map((segment) => segment.billedAmount)), currency),
      period_start: iso(closed.period.start),
      period_end: iso(closed.period.end),
    },
  }
}
