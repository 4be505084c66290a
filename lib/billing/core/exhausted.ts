import { type Instant, isBefore } from '../../time'
import { type ExhaustedPolicy, isFree } from './catalog'
import { countedUnits, runningSegments } from './rating'
import type { Holding, UsageSegment } from './state'

/** The meter of which everything included is used, if any: `used ≥ limit` (B3, B4, G42). */
export function exhaustedMeter({ segments }: Pick<Holding, 'segments'>): UsageSegment | null {
  return runningSegments(segments).find((segment) => segment.limit !== null && countedUnits(segment) >= segment.limit) ?? null
}

/** The meter that is nearest to its limit, for saying how far it is from being used up; null where nothing is limited. */
export function fullestMeter({ segments }: Pick<Holding, 'segments'>): UsageSegment | null {
  const left = ({ limit, ...segment }: UsageSegment) => (limit ?? 0n) - countedUnits({ ...segment, limit })
  const limited = runningSegments(segments).filter(({ limit }) => limit !== null)
  return limited.sort((a, b) => (left(a) < left(b) ? -1 : 1))[0] ?? null
}

/** Whether what is to be had at 100 % has begun (B3 to B5); where a product says no date, since ever. */
export function hasBegun(policy: ExhaustedPolicy | null, now: Instant): boolean {
  return policy?.from == null || !isBefore(now, policy.from)
}

/** A yearly term that is used up may be left at once for a higher monthly plan, without credit (B4, G42). */
export function mayLeaveTerm(holding: Holding, now: Instant): boolean {
  const { plan, interval, product } = holding.terms
  return interval === 'year' && plan.resubscribe && hasBegun(product.policies.exhausted, now) && exhaustedMeter(holding) !== null
}

/** Why nobody may renew early; null: it may be done (B7, G64). */
export type EarlyRenewalBar = 'no_policy' | 'free_plan' | 'registered_since' | 'over'

/** A right of those who registered before a day, until another day: both to the millisecond, neither included. */
export function earlyRenewalBar({ terms }: Pick<Holding, 'terms'>, { registeredAt, now }: { registeredAt: Instant; now: Instant }): EarlyRenewalBar | null {
  const early = terms.product.policies.exhausted?.earlyRenewal ?? null
  if (!early) return 'no_policy'
  if (isFree(terms.plan)) return 'free_plan'
  if (!isBefore(registeredAt, early.registeredBefore)) return 'registered_since'
  return isBefore(now, early.until) ? null : 'over'
}
