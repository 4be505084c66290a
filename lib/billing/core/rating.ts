import { type Currency, type ExactAmount, exact, exactFromMinor, extend, type MinorUnits, minor, sum } from '../../money'
import { type Meter, type OverLimitPolicy, unitPriceOf } from './catalog'
import { count, decimal, iso, money, unitMoney } from './explain'
import type { Line, LineKind } from './line'
import type { Holding, Period, UsageSegment } from './state'

/** A period that has ended, with its segments as late usage has left them (C8, G59). */
export type ClosedPeriod = { period: Pick<Period, 'start' | 'end'>; segments: readonly UsageSegment[] }

export type RatingContext = {
  period: ClosedPeriod['period']
  currency: Currency
  meters: readonly Meter[]
  /** When the billing month began that the extra units are of, where it is not the period (B6). */
  monthStart?: Period['start'] | undefined
}

/** What a document now bills of one segment, so that the segment can remember it. */
export type Billed = { periodStart: Period['start']; segmentIndex: number; meter: string; units: bigint; amount: MinorUnits }

/** What the card shows as used: what counted already when the segment began, and what came since (G46). */
export function countedUnits(segment: UsageSegment): bigint {
  return segment.countedAtStart + segment.units
}

/** Counted usage of the running segment (G46), and what gateways hold of it: whatever is decided counts that as used (G61). */
export function usedOf({ segments, reserved }: Pick<Holding, 'segments' | 'reserved'>, meter: string): bigint {
  const running = segments.findLast((segment) => segment.meter === meter)
  return (running ? countedUnits(running) : 0n) + (reserved?.[meter] ?? 0n)
}

/** The running segment of a meter is its last one. */
export function runningSegments(segments: readonly UsageSegment[]): UsageSegment[] {
  return [...new Map(segments.map((segment) => [segment.meter, segment])).values()]
}

/**
 * Units that are billed beside the plan's price (A3, B5, S3, P1). Over a blocking limit there are none: they go on counting,
 * unpaid (G45); nor beyond the hard limit or the cap that held when they were recorded (G50, G52).
 */
export function extraUnits(segment: UsageSegment): bigint {
  switch (segment.overLimit.type) {
    case 'block':
    case 'prepaid':
      return 0n
    case 'overage':
    case 'arrears':
    case 'pay_as_you_go':
    case 'blocks': {
      if (segment.extraThreshold === null) return 0n
      const extra = countedUnits(segment) - segment.extraThreshold
      if (extra <= 0n) return 0n
      return segment.extraMaximum !== null && extra > segment.extraMaximum ? segment.extraMaximum : extra
    }
  }
}

/** Extra units as they are charged: in whole blocks, each as it begins (S3, S7); otherwise one by one. */
export function chargedUnits(segment: UsageSegment): bigint {
  const extra = extraUnits(segment)
  if (segment.overLimit.type !== 'blocks') return extra
  const { block } = segment.overLimit
  return ((extra + block - 1n) / block) * block
}

/** The whole segment's extra units at its price, rounded once (A3); the months of a longer period each by itself (G53). */
export function ratedAmount(segment: UsageSegment, currency: Currency): MinorUnits {
  const { monthStart } = segment
  return minor(monthStart.billedAmount + extend(extraPrice(segment), chargedUnits(segment) - monthStart.extraUnits, currency))
}

const NO_PRICE = exact('0')

function extraPrice({ overLimit, meter }: UsageSegment): ExactAmount {
  return unitPriceOf(overLimit, meter) ?? NO_PRICE
}

/**
 * What of a segment is not on an invoice yet. The whole is rated and what was billed is taken off, so that a part that was
 * billed earlier rounds with the rest and not by itself (A3, G59).
 */
export function unbilled(segment: UsageSegment, currency: Currency): { units: bigint; amount: MinorUnits } {
  return {
    units: chargedUnits(segment) - segment.billedUnits,
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

/** How a line of extra units is called, and by which rule it is there. */
function wordExtra(overLimit: OverLimitPolicy): { kind: LineKind; rule: string } {
  switch (overLimit.type) {
    case 'block':
    case 'overage':
      return { kind: 'overage', rule: 'A3' }
    case 'pay_as_you_go':
      return { kind: 'extra_usage', rule: 'B5' }
    case 'blocks':
      return { kind: 'extra_usage', rule: 'S7' }
    case 'arrears':
    case 'prepaid':
      return { kind: 'usage', rule: 'P1' }
  }
}

function overageLine(segment: UsageSegment, { period, currency, meters, monthStart }: RatingContext): Line {
  const { units, amount } = unbilled(segment, currency)
  const unitPrice = extraPrice(segment)
  const unit = unitOf(meters, segment.meter)
  return {
    ...wordExtra(segment.overLimit),
    description: segment.limit === null ? `${count(units)} ${unit}` : `${count(units)} ${unit} over the limit of ${count(segment.limit)}`,
    amount,
    quantity: units,
    unitPrice,
    formula: `${ratingTerms([segment], currency)} = ${money(amount, currency)}`,
    inputs: {
      meter: segment.meter,
      used: Number(countedUnits(segment)),
      ...(segment.limit === null ? {} : { limit: Number(segment.limit) }),
      extra_units: Number(extraUnits(segment)),
      ...(segment.overLimit.type === 'blocks' ? { block: Number(segment.overLimit.block) } : {}),
      unit_price: unitMoney(unitPrice, currency),
      billed_before: decimal(segment.billedAmount, currency),
      ...(segment.overLimit.type === 'pay_as_you_go' && monthStart ? { month_start: iso(monthStart) } : {}),
      period_start: iso(period.start),
      period_end: iso(period.end),
    },
  }
}

/**
 * `12,000 × $0.0005 − $5.00`: the segments' rating, each rounded by itself where there are several, less what was billed. Of
 * a longer period only the running month is rated; what was billed of the months before is in neither.
 */
function ratingTerms(segments: readonly UsageSegment[], currency: Currency): string {
  const products = segments.map((segment) => `${count(chargedUnits(segment) - segment.monthStart.extraUnits)} × ${unitMoney(extraPrice(segment), currency)}`)
  const rated = products.length === 1 ? products.join() : products.map((product) => `round(${product})`).join(' + ')
  const billed = sum(segments.map((segment) => minor(segment.billedAmount - segment.monthStart.billedAmount)))
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
  const price = extraPrice(first)
  const onePrice = late.every((segment) => extraPrice(segment) === price)
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
