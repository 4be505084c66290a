import { type Currency, type ExactAmount, extend, type MinorUnits, ZERO } from '../../money'
import { type Instant, isAtOrAfter } from '../../time'
import { type OverLimitPolicy, unitPriceOf } from './catalog'
import type { Period, UsageSegment } from './state'

const LEAST_ELAPSED_MS = 3_600_000n
const FARTHEST_MS = 365n * 86_400_000n

type Course = { period: Period; now: Instant; counted: bigint }

export type Forecast = {
  /** Rounded down; null in the first hour of a period, which says nothing of the rest. It is demand: a blocking limit does not bend it. */
  usedAtPeriodEnd: bigint | null
  /** Null where it is reached already, or not before the period's end. */
  reachesLimitAt: Instant | null
  /** The period's overage charge at that usage; 0 where extra units are not billed. */
  amount: MinorUnits | null
}

/** The rest of the period as its elapsed time went: a straight line, in whole numbers. */
export function forecastUsage(
  input: Course & {
    meter?: string
    limit: bigint | null
    overLimit: OverLimitPolicy
    extraThreshold?: bigint | null
    extraMaximum?: bigint | null
    currency: Currency
  },
): Forecast {
  const { limit, overLimit, currency, meter = '', extraMaximum = null } = input
  const usedAtPeriodEnd = projected(input)
  const extraThreshold = input.extraThreshold === undefined ? limit : input.extraThreshold
  return {
    usedAtPeriodEnd,
    reachesLimitAt: limit === null ? null : reachesAt({ ...input, units: limit }),
    amount: usedAtPeriodEnd === null ? null : overageAt(usedAtPeriodEnd, extraThreshold, overLimit, currency, { meter, extraMaximum }),
  }
}

function elapsedMs({ period, now }: Omit<Course, 'counted'>): bigint {
  return BigInt(now.epochMilliseconds - period.start.epochMilliseconds)
}

function projected(course: Course): bigint | null {
  const elapsed = elapsedMs(course)
  const whole = BigInt(course.period.end.epochMilliseconds - course.period.start.epochMilliseconds)
  if (isAtOrAfter(course.now, course.period.end)) return course.counted
  return elapsed < LEAST_ELAPSED_MS ? null : (course.counted * whole) / elapsed
}

/** When the same pace reaches `units`: for a limit, or for the share of it at which the customer is told (A5). */
export function reachesAt({ units, ...course }: Course & { units: bigint }): Instant | null {
  const { period, counted } = course
  const elapsed = elapsedMs(course)
  if (elapsed < LEAST_ELAPSED_MS || counted === 0n || counted >= units) return null
  const wait = Number((units * elapsed + counted - 1n) / counted) // Rounded up: at that instant it is reached, not a moment before.
  const length = period.end.epochMilliseconds - period.start.epochMilliseconds
  if (wait >= length) return null
  return period.start.add({ milliseconds: wait })
}

/**
 * When bought credit is used up if the rest goes as the period has gone, all meters together; beyond the period's end too, which credit does not
 * know. That lots end before is left out. Null where the period is too young to tell, nothing was drawn, nothing is left, or it lasts beyond a year.
 */
export function balanceRunsOutAt(course: Omit<Course, 'counted'> & { segments: readonly UsageSegment[]; balance: ExactAmount }): Instant | null {
  const { now, segments, balance } = course
  const elapsed = elapsedMs(course)
  const drawn = segments.reduce((total, { overLimit, meter, units }) => {
    return total + (overLimit.type === 'prepaid' ? (unitPriceOf(overLimit, meter) ?? 0n) * units : 0n)
  }, 0n)
  if (elapsed < LEAST_ELAPSED_MS || drawn === 0n || balance <= 0n) return null
  const wait = (balance * elapsed + drawn - 1n) / drawn // Rounded up, as above.
  return wait > FARTHEST_MS ? null : now.add({ milliseconds: Number(wait) })
}

type Bounds = { meter: string; extraMaximum: bigint | null }

function overageAt(used: bigint, extraThreshold: bigint | null, overLimit: OverLimitPolicy, currency: Currency, bounds: Bounds): MinorUnits {
  switch (overLimit.type) {
    case 'block':
    case 'prepaid':
      return ZERO
    case 'overage':
    case 'arrears':
    case 'pay_as_you_go':
    case 'blocks': {
      const price = unitPriceOf(overLimit, bounds.meter)
      if (price === null || extraThreshold === null || used <= extraThreshold) return ZERO
      const wanted = used - extraThreshold
      const extra = bounds.extraMaximum !== null && wanted > bounds.extraMaximum ? bounds.extraMaximum : wanted
      const charged = overLimit.type === 'blocks' ? ((extra + overLimit.block - 1n) / overLimit.block) * overLimit.block : extra
      return extend(price, charged, currency)
    }
  }
}
