import { addDays, type Instant, isAtOrAfter, isBefore } from '../../time'
import type { DowngradePolicy, Plan } from './catalog'
import { count, days, type Fraction, fraction, iso, spoken } from './explain'
import { elapsedDays } from './period'
import { usedOf } from './rating'
import { NO_USAGE_FACTS, type Rejection } from './rejection'
import type { Holding, Period } from './state'

type Guarded = { policy: DowngradePolicy; target: Plan; holding: Holding; now: Instant }

/** One meter of the plan that is asked for, against what was used of it (A7b). */
type MeterCheck = { meter: string; used: bigint; limit: bigint; elapsed: number; total: number; bonus: Fraction }

/**
 * Why an immediate downgrade is refused; null where it is allowed (A7). Both constraints holding, the cycle's one downgrade
 * is the reason that is told (G31). A policy that waits for the period's end has no constraints.
 */
export function checkDowngrade({ policy, target, holding, now }: Guarded): Rejection | null {
  switch (policy.type) {
    case 'period_end':
      return null
    case 'now': {
      const checks = policy.usageRatio ? meterChecks(target, holding, policy.usageRatio.bonus, now) : []
      if (policy.oncePerCycle && isUsed(holding)) return alreadyUsed(holding, checks[0] ?? null)
      const exceeded = checks.find((check) => !fits(check, check.elapsed))
      return exceeded ? usageExceeded(target, holding, exceeded, checks) : null
    }
  }
}

/** Whether this cycle's one downgrade was made. A mark from before the period is of an earlier cycle (A7a). */
function isUsed(holding: Holding): boolean {
  return holding.downgradedAt !== null && isAtOrAfter(holding.downgradedAt, holding.period.start)
}

function meterChecks(target: Plan, holding: Holding, bonus: Fraction, now: Instant): MeterCheck[] {
  const elapsed = elapsedDays(holding.period, now)
  return Object.entries(target.included).map(([meter, limit]) => {
    return { meter, used: usedOf(holding, meter), limit, elapsed, total: holding.period.totalDays, bonus }
  })
}

/** `used ≤ limit × elapsed / total × bonus`, exactly, and below the limit itself; no usage always fits (A7b). */
function fits({ used, limit, total, bonus }: MeterCheck, elapsed: number): boolean {
  if (used === 0n) return true
  if (used >= limit) return false
  return used * BigInt(total) * bonus.denominator <= limit * BigInt(elapsed) * bonus.numerator
}

/** `min(limit × elapsed / total × bonus, limit)` in whole units, rounded down: for show, the comparison is exact (A7b, G31). */
export function allowedUsage(limit: bigint, elapsed: number, total: number, bonus: Fraction): bigint {
  const allowed = (limit * BigInt(elapsed) * bonus.numerator) / (BigInt(total) * bonus.denominator)
  return allowed < limit ? allowed : limit
}

/**
 * The first start of a day at which the present usage fits every meter, if that is in this cycle; else the renewal (G31).
 */
function firstFit(checks: readonly MeterCheck[], period: Period): Instant {
  const waits = checks.filter((check) => check.used > 0n)
  if (waits.some((check) => check.used >= check.limit)) return period.end
  const day = waits.map(({ used, limit, total, bonus }) => {
    const whole = limit * bonus.numerator
    return Number((used * BigInt(total) * bonus.denominator + whole - 1n) / whole)
  })
  const at = addDays(period.start, Math.max(0, ...day))
  return isBefore(at, period.end) ? at : period.end
}

function alreadyUsed(holding: Holding, check: MeterCheck | null): Rejection {
  const { period, downgradedAt } = holding
  return {
    code: 'downgrade_already_used',
    message: `You have already downgraded in this cycle. You can downgrade again after the renewal on ${spoken(period.end)}.`,
    retryAt: period.end,
    renewalAt: period.end,
    ...(check ? usageFacts(check) : NO_USAGE_FACTS),
    rule: 'A7a',
    formula: '1 downgrade made of 1 a cycle',
    inputs: { downgraded_at: downgradedAt ? iso(downgradedAt) : '', period_start: iso(period.start), period_end: iso(period.end) },
  }
}

function usageExceeded(target: Plan, holding: Holding, check: MeterCheck, checks: readonly MeterCheck[]): Rejection {
  const { period } = holding
  const retryAt = firstFit(checks, period)
  return {
    code: 'downgrade_usage_exceeded',
    message: usageMessage(target, holding, check, retryAt),
    retryAt,
    renewalAt: period.end,
    ...usageFacts(check),
    rule: 'A7b',
    formula: usageFormula(check),
    inputs: {
      meter: check.meter,
      used: Number(check.used),
      target_limit: Number(check.limit),
      elapsed_days: check.elapsed,
      total_days: check.total,
      bonus: fraction(check.bonus),
    },
  }
}

function usageFacts({ meter, used, limit, elapsed, total, bonus }: MeterCheck) {
  return { meter, currentUsage: used, allowedUsage: allowedUsage(limit, elapsed, total, bonus), elapsedDays: elapsed, targetLimit: limit }
}

function usageFormula({ used, limit, elapsed, total, bonus }: MeterCheck): string {
  if (used >= limit) return `${count(used)} ≥ ${count(limit)}`
  const share = `${count(limit)} × ${elapsed} / ${total} × ${fraction(bonus)}`
  return `${count(used)} > min(${share}, ${count(limit)}) = ${count(allowedUsage(limit, elapsed, total, bonus))}`
}

function usageMessage(target: Plan, { period, terms }: Holding, check: MeterCheck, retryAt: Instant): string {
  const unit = terms.product.meters.find((meter) => meter.id === check.meter)?.unit ?? check.meter
  const used = `You have used ${count(check.used)} ${unit}`
  if (check.used >= check.limit) {
    return `${used}, and ${target.name} includes ${count(check.limit)}. You can downgrade after the renewal on ${spoken(period.end)}.`
  }
  const allowed = allowedUsage(check.limit, check.elapsed, check.total, check.bonus)
  const now = `${used}; with ${days(check.elapsed)} of this cycle completed, ${target.name} allows ${count(allowed)}.`
  if (!isBefore(retryAt, period.end)) return `${now} You can downgrade after the renewal on ${spoken(period.end)}.`
  return `${now} From ${spoken(retryAt)} this will fit if usage stays as it is; at the latest after the renewal on ${spoken(period.end)}.`
}
