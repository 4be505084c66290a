import { type Currency, exactFromMinor, larger, type MinorUnits, minor, smaller, sum, ZERO } from '../../money'
import { type OverLimitPolicy, unitPriceOf } from './catalog'
import { countedUnits, extraUnits, ratedAmount } from './rating'
import type { Settings, UsageSegment } from './state'

/**
 * How many extra units may be charged under the customer's settings: the same rule where a segment begins and where a
 * setting is changed in its middle. Null: any number; 0: none.
 */
type Bounds = {
  overLimit: OverLimitPolicy
  meter: string
  settings: Pick<Settings, 'hardLimit' | 'payAsYouGo'>
  /** Counted units from which on units are extra. */
  threshold: bigint
  /** Extra units that were there when the billing month began. */
  monthBase: bigint
  /** What of the cap this billing month has spent elsewhere (G92). */
  spentBefore: MinorUnits
  currency: Currency
}

export function extraMaximumOf({ overLimit, meter, settings, threshold, monthBase, spentBefore, currency }: Bounds): bigint | null {
  switch (overLimit.type) {
    case 'block':
    case 'prepaid':
      return 0n
    case 'overage':
    case 'arrears':
      return null
    case 'blocks':
      return settings.hardLimit !== null && settings.hardLimit > threshold ? settings.hardLimit - threshold : 0n
    case 'pay_as_you_go': {
      const { enabled, cap } = settings.payAsYouGo
      if (!enabled) return 0n
      const price = unitPriceOf(overLimit, meter)
      if (cap === null || price === null || price === 0n) return null
      const units = monthBase + capUnits(minor(cap - spentBefore), price, currency)
      return units < MOST_UNITS ? units : MOST_UNITS
    }
  }
}

/** What a counter holds; a cap that is beyond it stops nobody. */
const MOST_UNITS = 2n ** 62n

/** Units whose exact price is within what is left of the cap: `(extra + q) × price ≤ cap` (G52). */
function capUnits(left: MinorUnits, price: bigint, currency: Currency): bigint {
  return left <= 0n ? 0n : exactFromMinor(left, currency) / price
}

type Resetting = {
  settings: Pick<Settings, 'hardLimit' | 'payAsYouGo'>
  spentBefore: MinorUnits
  currency: Currency
}

/**
 * A segment under other settings. Its extra units so far stay what they are: what was recorded beyond the old bound is not
 * billed by raising it (G50, G51), and what was spent stays billed when it is lowered (B6, G57).
 */
export function withSettings(segment: UsageSegment, { settings, spentBefore, currency }: Resetting): UsageSegment {
  const { overLimit, meter, limit, monthStart } = segment
  if (limit === null || !isBounded(segment)) return segment
  const extra = extraUnits(segment)
  const threshold = thresholdOf(segment, limit)
  const wanted = extraMaximumOf({ overLimit, meter, settings, threshold, monthBase: monthStart.extraUnits, spentBefore, currency })
  return { ...segment, extraThreshold: threshold, extraMaximum: wanted === null ? null : larger(wanted, extra) }
}

/** Whether the customer's own settings bound what is charged. */
function isBounded({ overLimit }: UsageSegment): boolean {
  return overLimit.type === 'pay_as_you_go' || overLimit.type === 'blocks'
}

/** Where extra units begin from now on, so that those so far stay what they are. */
function thresholdOf(segment: UsageSegment, limit: bigint): bigint {
  const counted = countedUnits(segment)
  // Nothing beyond the limit was used yet: extra units begin at the limit, or where a change of plan has put it.
  return counted > (segment.extraThreshold ?? limit) ? counted - extraUnits(segment) : (segment.extraThreshold ?? limit)
}

/**
 * A segment on which a lease's `used` units are about to be booked. They are billed under the bound under which they were handed out,
 * `promised`, where it was lowered since (G61, G109); room that is made for a lease is nobody else's, for it is made when it settles.
 */
export function withLeased(segment: UsageSegment, { used, promised }: { used: bigint; promised: bigint | null }): UsageSegment {
  const { limit, extraMaximum } = segment
  if (limit === null || extraMaximum === null || !isBounded(segment)) return segment
  const threshold = thresholdOf(segment, limit)
  const wanted = countedUnits(segment) + used - threshold
  const maximum = promised === null ? wanted : smaller(wanted, promised)
  return maximum > extraMaximum ? { ...segment, extraThreshold: threshold, extraMaximum: maximum } : segment
}

/**
 * Extra units that may be had now. Never beyond the customer's settings, although more is billed where they were lowered
 * below what was used, or handed out, before (G57, B6, G61). Null: no bound.
 */
export function allowedExtra(segment: UsageSegment, { settings, spentBefore, currency }: Resetting): bigint | null {
  const { overLimit, meter, limit, extraMaximum, monthStart } = segment
  const threshold = segment.extraThreshold ?? limit
  if (threshold === null) return extraMaximum
  const wanted = extraMaximumOf({ overLimit, meter, settings, threshold, monthBase: monthStart.extraUnits, spentBefore, currency })
  return wanted === null || (extraMaximum !== null && extraMaximum < wanted) ? extraMaximum : wanted
}

/** A segment before which units turn out to have been used that count against its limit; its extra units stay what they are (C13). */
export function afterEarlierUsage(segment: UsageSegment, included: bigint): UsageSegment {
  const moved = { ...segment, countedAtStart: segment.countedAtStart + included }
  const extra = extraUnits(segment)
  return extraUnits(moved) === extra ? moved : { ...moved, extraThreshold: countedUnits(moved) - extra }
}

/**
 * The most that extra usage can cost until the billing month ends, spent so far included (B6); null where nothing bounds it. For a
 * page that says so before anything is switched on.
 */
export function mostOfMonth(segments: readonly UsageSegment[], { settings, spentBefore, currency }: Resetting): MinorUnits | null {
  const { enabled, cap } = settings.payAsYouGo
  const spent = minor(spentBefore + spentThisMonth(segments, currency))
  if (!enabled) return spent
  return cap === null ? null : larger(cap, spent)
}

/** What pay-as-you-go has cost in the running billing month under the running terms. */
export function spentThisMonth(segments: readonly UsageSegment[], currency: Currency): MinorUnits {
  const spent = segments.flatMap((segment) =>
    segment.overLimit.type === 'pay_as_you_go' ? [minor(ratedAmount(segment, currency) - segment.monthStart.billedAmount)] : [],
  )
  return spent.length === 0 ? ZERO : sum(spent)
}

/** The running segment as a new billing month finds it: the cap counts anew, and what is billed from now on rounds by itself (G53). */
export function atMonthStart(segment: UsageSegment, { settings, currency }: Omit<Resetting, 'spentBefore'>): UsageSegment {
  const begun = { ...segment, monthStart: { extraUnits: extraUnits(segment), billedAmount: segment.billedAmount } }
  return withSettings(begun, { settings, spentBefore: ZERO, currency })
}
