import { type Instant, isBefore } from '../../time'
import { findPlan, type Interval, isFree, limitOf, type Plan, type Product } from './catalog'
import { hasBegun } from './exhausted'
import type { Settings, Terms } from './state'

/** What is bought by itself once everything included is used: the next tier up, or the same plan begun anew (B3, B7). */
export type AutomaticChange = 'auto_upgrade' | 'auto_renew'

type Standpoint = { terms: Terms; settings: Pick<Settings, 'autoUpgrade' | 'autoRenew'>; now: Instant }

/**
 * Which of the two acts now, if any. A saved setting sleeps outside its time: nothing is upgraded before B3 has begun, and
 * nothing is renewed once early renewal is over (G64). Who may renew early also depends on when they registered.
 */
export function automaticChangeOf({ terms, settings, now }: Standpoint): AutomaticChange | null {
  const { exhausted } = terms.product.policies
  if (settings.autoUpgrade && canUpgradeItself(terms) && hasBegun(exhausted, now)) return 'auto_upgrade'
  const until = exhausted?.earlyRenewal?.until ?? null
  if (settings.autoRenew && !isFree(terms.plan) && until && isBefore(now, until)) return 'auto_renew'
  return null
}

/** B3 is for monthly plans that have a next tier. */
export function canUpgradeItself({ plan, interval }: Pick<Terms, 'plan' | 'interval'>): boolean {
  return interval === 'month' && plan.nextTier !== null
}

/** The plan and interval that it leads to, as `product` sells them; null where it does not. */
export function automaticTarget(
  change: AutomaticChange,
  { plan, interval }: Terms,
  product: Product,
): { product: Product; plan: Plan; interval: Interval } | null {
  const wanted = change === 'auto_renew' ? plan.id : plan.nextTier
  const found = wanted === null ? null : findPlan(product, wanted)
  return found && found.prices[interval] !== undefined ? { product, plan: found, interval } : null
}

/** Whether a fresh period would serve so many units: what it could not serve either buys nothing (G110). */
export function fitsFreshPeriod(target: Terms, meter: string, units: bigint): boolean {
  const limit = limitOf(target, meter)
  return limit === null || target.plan.overLimit.type === 'overage' || units <= limit
}
