import { addDays, type Instant, isBefore, wholeDaysBetween } from '../../time'
import type { CyclePolicy, DayCountPolicy, Interval } from './catalog'
import type { Period, Terms } from './state'

const NOMINAL_DAYS_A_MONTH = 30
const NOMINAL_DAYS_A_YEAR = 365
const MONTHS_A_YEAR = 12

/** A term's length in one of the two units that a calendar has: days never clamp, months clamp to the month's end. */
type Step = { unit: 'days'; count: number } | { unit: 'months'; count: number }

function stepOf(cycle: CyclePolicy, interval: Interval): Step {
  if (interval === 'year') return { unit: 'months', count: MONTHS_A_YEAR }
  return 'days' in cycle ? { unit: 'days', count: cycle.days } : { unit: 'months', count: cycle.months }
}

/** Where the `index`th period begins; `index` steps from the anchor, so that a clamped day comes back in longer months (C2). */
function startAt(anchor: Instant, step: Step, index: number): Instant {
  if (step.unit === 'days') return addDays(anchor, step.count * index)
  return anchor
    .toZonedDateTimeISO('UTC')
    .add({ months: step.count * index }, { overflow: 'constrain' })
    .toInstant()
}

/** The index of the last period that can begin at or before `at`, found from the calendar without walking there. */
function indexNear(anchor: Instant, step: Step, at: Instant): number {
  if (step.unit === 'days') return Math.floor(wholeDaysBetween(anchor, at) / step.count)
  const from = anchor.toZonedDateTimeISO('UTC')
  const to = at.toZonedDateTimeISO('UTC')
  return Math.floor(((to.year - from.year) * MONTHS_A_YEAR + to.month - from.month) / step.count)
}

function totalDays(step: Step, dayCount: DayCountPolicy, start: Instant, end: Instant): number {
  if (dayCount === 'actual') return wholeDaysBetween(start, end)
  if (step.unit === 'days') return step.count
  return step.count === MONTHS_A_YEAR ? NOMINAL_DAYS_A_YEAR : step.count * NOMINAL_DAYS_A_MONTH
}

/**
 * The `index`th period after the anchor, each start computed from the anchor and never from the one before (C2):
 * anchored on 31 January, periods start on 31 January, 28 February, 31 March, 30 April.
 */
export function periodAt(anchor: Instant, cycle: CyclePolicy, interval: Interval, index: number, dayCount: DayCountPolicy): Period {
  const step = stepOf(cycle, interval)
  const start = startAt(anchor, step, index)
  const end = startAt(anchor, step, index + 1)
  return { start, end, totalDays: totalDays(step, dayCount, start, end) }
}

export function firstPeriod(anchor: Instant, terms: Terms): Period {
  const { cycle, dayCount } = terms.product.policies
  return periodAt(anchor, cycle, terms.interval, 0, dayCount)
}

/**
 * The anchor of a period of `terms` that begins at `at`: the old one where its calendar meets `at` (so that the 31st is
 * kept through February), else `at` itself, as when a year ends between two 30-day cycles.
 */
export function anchorFor(anchor: Instant, at: Instant, terms: Terms): Instant {
  const step = stepOf(terms.product.policies.cycle, terms.interval)
  return startAt(anchor, step, indexNear(anchor, step, at)).equals(at) ? anchor : at
}

/** The period of `terms` that begins where `current` ends (C2), whatever the terms of `current` were. */
export function nextPeriod(anchor: Instant, current: Period, terms: Terms): Period {
  const { cycle, dayCount } = terms.product.policies
  const from = anchorFor(anchor, current.end, terms)
  return periodAt(from, cycle, terms.interval, indexNear(from, stepOf(cycle, terms.interval), current.end), dayCount)
}

/**
 * The next monthly review within a period that is longer than a month (T2, G53); null where there is none before its end. Each is
 * computed from the anchor, so that the 31st comes back.
 */
export function nextReview(anchor: Instant, period: Pick<Period, 'end'>, after: Instant): Instant | null {
  const step: Step = { unit: 'months', count: 1 }
  const near = indexNear(anchor, step, after)
  const next = [near, near + 1, near + 2].map((index) => startAt(anchor, step, index)).find((start) => isBefore(after, start))
  return next && isBefore(next, period.end) ? next : null
}

/** Whether terms are looked at monthly within their period: seats that came and went, and pay-as-you-go (T2, G53). */
export function isReviewed({ product, plan, interval }: Terms): boolean {
  const { cycle } = product.policies
  // A cap counts by the month, within a cycle of several months too (B6).
  if (interval === 'month' && plan.overLimit.type === 'pay_as_you_go') return 'months' in cycle && cycle.months > 1
  if (interval === 'month') return false
  return plan.overLimit.type === 'pay_as_you_go' || (plan.perSeat && product.policies.seats !== null)
}

/** Completed days of the period (C3). A clock that is a moment behind another machine's reads as the start, not as day −1. */
export function elapsedDays(period: Period, now: Instant): number {
  return isBefore(now, period.start) ? 0 : wholeDaysBetween(period.start, now)
}

/** Days that are left to be paid or credited, the begun one among them (C3); 0 on a 31st day of a nominal 30 (G28). */
export function unusedDays(period: Period, now: Instant): number {
  return Math.max(period.totalDays - elapsedDays(period, now), 0)
}

/** When `elapsedDays` next changes: a quote of today is out tomorrow (C10, G29). */
export function nextDayOf(period: Period, now: Instant): Instant {
  return addDays(period.start, elapsedDays(period, now) + 1)
}
