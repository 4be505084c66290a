import { addDays, type Instant, isBefore } from '../../time'
import { isFree, type Plan, type Product } from './catalog'
import type { NewTerms } from './change-outcome'
import type { ChangeTarget } from './change-route'
import type { Explanation } from './line'
import { firstPeriod } from './period'
import type { Holding, Period } from './state'

/** How long before its end the customer is told of it: three days leave time to cancel on a weekend. */
const NOTICE_DAYS = 3

export type TrialRefusal = Explanation & { code: 'not_eligible'; message: string }

/** A trial is of a paid plan of a product that has one, and once an organization (T9, G69). Null: it may begin. */
export function trialRefusal({ product, plan, wasUsed }: { product: Product; plan: Plan; wasUsed: boolean }): TrialRefusal | null {
  const code = 'not_eligible'
  const rule = 'G69'
  const { trial } = product.policies
  if (!trial) return { code, message: 'This product has no trial.', rule, formula: 'trial of this product = none', inputs: { trial: 'none' } }
  if (isFree(plan)) {
    return { code, message: `${plan.name} costs nothing and needs no trial.`, rule, formula: `price of ${plan.id} = 0`, inputs: { plan: plan.id } }
  }
  if (!wasUsed) return null
  return { code, message: `The trial of ${product.name} was used already.`, rule, formula: '1 trial used of 1', inputs: { product: product.id } }
}

/**
 * The trial is a period of its own, and the first paid one is anchored on its end (G69). Null where the product has none.
 * Its due row is the notice of its end.
 */
export function trialFrom(now: Instant, { policies: { trial } }: Product): { period: Period; anchor: Instant; noticeAt: Instant | null } | null {
  if (!trial) return null
  const end = addDays(now, trial.days)
  const noticeAt = addDays(end, -NOTICE_DAYS)
  return { period: { start: now, end, totalDays: trial.days }, anchor: end, noticeAt: isBefore(now, noticeAt) ? noticeAt : null }
}

/** Whose coming and going costs nothing: in a trial nobody's does (G69). */
export function isInTrial({ trialEnd }: Pick<Holding, 'trialEnd'>, at: Instant): boolean {
  return trialEnd !== null && isBefore(at, trialEnd)
}

/** A change in a trial is at once and free of charge; one to free ends it, any other goes on to its end (G69, G103). */
export function changeInTrial({ period, anchor }: Holding, target: ChangeTarget, now: Instant): Pick<NewTerms, 'terms' | 'anchor' | 'period' | 'newPeriod'> {
  const terms = { ...target }
  if (isFree(target.plan)) return { terms, anchor: now, period: firstPeriod(now, terms), newPeriod: true }
  return { terms, anchor, period, newPeriod: false }
}
