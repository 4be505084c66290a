import { type MinorUnits, minor } from '../../money'
import { addMinutes, type Instant } from '../../time'
import { type Interval, isFree, type Plan, type Product, priceOf } from './catalog'
import { QUOTE_MINUTES } from './change'
import { type DraftDocument, draftDocument } from './document'
import { introductionOf, introductionPeriod } from './introduction'
import { firstPeriod, isReviewed, nextReview } from './period'
import { feeLine } from './proration'
import { seatsOf, seatsPaidFor } from './seats'
import type { Account, Period, Terms } from './state'
import { trialFrom } from './trial'

export type SubscribeDecision = {
  terms: Terms
  anchor: Instant
  period: Period
  document: DraftDocument
  nextRenewal: { at: Instant; amount: MinorUnits }
  expiresAt: Instant
  /** Set where it begins with a trial. */
  trialEnd: Instant | null
  /** When the period is first looked at within its time: a review (T2, G53), or the notice of a trial's end. */
  reviewAt: Instant | null
  /** What the first period is paid for; null where the product sells none. */
  seatsPaid: number | null
}

type Asked = {
  product: Product
  plan: Plan
  interval: Interval
  account: Account
  now: Instant
  /** The members who hold a seat; null where the product sells none. */
  seats?: number | null
  /** `trialRefusal` has been asked. */
  trial?: boolean
  /** The organization has had none of this product, so that a free plan may begin with its introduction (B1). */
  isFirst?: boolean
}

/** A subscription's first period: the full price in advance; a free plan and a trial cost nothing (C15, T9). */
export function decideSubscribe({ account, now, seats = null, trial = false, isFirst = false, ...terms }: Asked): SubscribeDecision {
  const { product, plan, interval } = terms
  const count = seatsOf(plan, seats)
  const begun = trial ? trialFrom(now, product) : null
  const introduction = introductionOf(terms, isFirst)
  const period = begun?.period ?? (introduction ? introductionPeriod(now, introduction) : firstPeriod(now, terms))
  const anchor = begun?.anchor ?? (introduction ? period.end : now)
  const lines = begun || isFree(plan) ? [] : [feeLine({ terms, seats: count, period })]
  return {
    terms,
    anchor,
    period,
    document: draftDocument(lines, account, product.currency),
    nextRenewal: { at: period.end, amount: minor(priceOf(plan, interval) * count) },
    expiresAt: addMinutes(now, QUOTE_MINUTES),
    trialEnd: begun?.period.end ?? null,
    reviewAt: begun ? begun.noticeAt : isReviewed(terms) ? nextReview(anchor, period, now) : null,
    seatsPaid: seatsPaidFor(terms, begun ? 0 : seats),
  }
}
