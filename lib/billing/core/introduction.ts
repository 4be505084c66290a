import { addDays, type Instant, isBefore } from '../../time'
import { type IntroductionPolicy, isFree } from './catalog'
import type { Holding, Period, Terms } from './state'

/** What an organization's first subscription of a product begins with, if its plan is free (B1, G62); null: the plan as it stands. */
export function introductionOf({ product, plan }: Pick<Terms, 'product' | 'plan'>, isFirst: boolean): IntroductionPolicy | null {
  return isFirst && isFree(plan) ? product.policies.introduction : null
}

/** A period of its own; the monthly cycle is anchored on its end. */
export function introductionPeriod(start: Instant, { days }: IntroductionPolicy): Period {
  return { start, end: addDays(start, days), totalDays: days }
}

/** Its days run: the anchor of the cycle is their end, and so is still to come. A trial, which is like it, is known by its own end. */
export function isIntroduced({ anchor, period, trialEnd, terms }: Pick<Holding, 'anchor' | 'period' | 'trialEnd' | 'terms'>): boolean {
  return trialEnd === null && terms.product.policies.introduction !== null && isBefore(period.start, anchor)
}
