import type { MinorUnits } from '../../money'
import type { Instant } from '../../time'
import type { Interval, OverLimitPolicy, Plan, Product } from './catalog'

/** `[start, end)`; `totalDays` is the day count that proration divides by (C3). */
export type Period = { start: Instant; end: Instant; totalDays: number }

export type SubscriptionStatus = 'active' | 'past_due' | 'unpaid' | 'awaiting_payment' | 'canceled'

/** Where a subscription's terms come from: a plan of one catalog version, by one interval. */
export type Terms = { product: Product; plan: Plan; interval: Interval }

/**
 * Usage of one meter under unchanged terms. A period has one segment a meter, and another from each change of plan on
 * (C13), so that late usage is rated with the terms of its own time (G97). Terms and baselines of a segment never change;
 * only `units` and what was billed do.
 */
export type UsageSegment = {
  meter: string
  /** The plan's limit; null: unlimited. */
  limit: bigint | null
  overLimit: OverLimitPolicy
  /** What already counted against the limit when the segment began (C13, G90). */
  countedAtStart: bigint
  /** Counted units beyond it are extra: `max(limit, countedAtStart)` (C13). Null: unlimited. */
  extraThreshold: bigint | null
  /** Units recorded in this segment. */
  units: bigint
  /** Extra units that were on an invoice already, and what was charged for them. */
  billedUnits: bigint
  billedAmount: MinorUnits
}

export type PendingChange = { plan: Plan; interval: Interval; effectiveAt: Instant }

/** A subscription as the rules see it: what is held now, and what is known of the running period. */
export type Holding = {
  terms: Terms
  status: SubscriptionStatus
  /** Every period's start is computed from it (C2). */
  anchor: Instant
  period: Period
  /** Set while a cancellation is scheduled (A8). */
  cancelAt: Instant | null
  pendingChange: PendingChange | null
  /** When the running cycle's one downgrade was made (A7a). */
  downgradedAt: Instant | null
  /** All segments of the running period, in order; the last one a meter is the running one. */
  segments: readonly UsageSegment[]
  /**
   * Cash given back since the running terms began, of documents that pay for the running period; left out: none. A change
   * does not credit it again (G67).
   */
  refunded?: MinorUnits
}

/** The organisation's account, as far as an invoice cares. */
export type Account = {
  /** Below zero where an amount too small to charge waits for the next invoice. */
  creditBalance: MinorUnits
  /** What the payment provider cannot charge less than. */
  minimumCharge: MinorUnits
}
