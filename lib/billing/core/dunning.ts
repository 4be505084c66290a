import { addDays, type Instant, isBefore, latest } from '../../time'
import { freePlanOf, type Product } from './catalog'

/** Days after the first failure at which a renewal is collected again (C12). */
export const RETRY_DAYS = [1, 3, 5, 7] as const

/**
 * What the last failure asks for: `new_method` and `stop` are hard declines, after which that card is not charged again
 * (G65).
 */
export type CollectionRemedy = 'retry_later' | 'new_method' | 'customer_must_confirm' | 'stop'

export type DunningDecision =
  /** `withoutCharge`: on that day only the mail goes out, unless there is a new card by then (G65). */
  | { type: 'retry'; at: Instant; withoutCharge: boolean }
  /** The schedule is over: on to the product's free plan, or `unpaid` where it has none (C12). */
  | { type: 'give_up'; movesTo: 'free' | 'unpaid' }

type FailedCollection = {
  firstFailedAt: Instant
  /** Every attempt that was made, those after a card update too. */
  attemptsAt: readonly Instant[]
  remedy: CollectionRemedy
  now: Instant
  product: Product
}

/**
 * What follows a failed collection of a renewal (C12, G65). Steps are counted from the first failure and never from the
 * attempt before, so that a worker that was down for a day does not stretch the schedule: it ends after 7 × 24 hours.
 */
export function decideAfterFailedCollection({ firstFailedAt, attemptsAt, remedy, now, product }: FailedCollection): DunningDecision {
  const next = nextRetry(firstFailedAt, latest(now, ...attemptsAt))
  if (!next) {
    return { type: 'give_up', movesTo: freePlanOf(product) ? 'free' : 'unpaid' }
  }
  return { type: 'retry', at: next, withoutCharge: isHardDecline(remedy) }
}

/** The first step of the schedule after what was reached; null where it is over. The final invoice of an ended plan has the same one (G94). */
export function nextRetry(firstFailedAt: Instant, reached: Instant): Instant | null {
  return RETRY_DAYS.map((days) => addDays(firstFailedAt, days)).find((step) => isBefore(reached, step)) ?? null
}

function isHardDecline(remedy: CollectionRemedy): boolean {
  switch (remedy) {
    case 'new_method':
    case 'stop':
      return true
    case 'retry_later':
    case 'customer_must_confirm':
      return false
  }
}
