import type { MinorUnits } from '../../money'
import type { Instant } from '../../time'
import type { Interval, OverLimitPolicy, Plan, Product } from './catalog'

/** `[start, end)`; `totalDays` is the day count that proration divides by (C3). */
export type Period = { start: Instant; end: Instant; totalDays: number }

export type SubscriptionStatus = 'trialing' | 'active' | 'past_due' | 'unpaid' | 'awaiting_payment' | 'canceled'

/** Where a subscription's terms come from: a plan of one catalog version, by one interval. */
export type Terms = { product: Product; plan: Plan; interval: Interval }

/** What the customer has switched on or set; all of it off and unset at first. */
export type Settings = {
  /** Units, above the plan's limit (S1); null: the plan's. */
  hardLimit: bigint | null
  /** `cap`: minor units a billing month; null: none (B6). */
  payAsYouGo: { enabled: boolean; cap: MinorUnits | null }
  autoUpgrade: boolean
  autoRenew: boolean
}

export const NO_SETTINGS: Settings = { hardLimit: null, payAsYouGo: { enabled: false, cap: null }, autoUpgrade: false, autoRenew: false }

/**
 * Usage of one meter on one plan. A period has one segment a meter, and another from each change of plan on (C13), so that
 * late usage is rated with the terms of its own time (G97).
 *
 * Extra units are `counted − extraThreshold`, at most `extraMaximum`. A setting that is changed moves both so that the extra
 * units so far stay what they are: what was recorded while nothing extra was to be charged is never billed (G50, G51).
 */
export type UsageSegment = {
  meter: string
  /** The plan's limit; null: unlimited. */
  limit: bigint | null
  overLimit: OverLimitPolicy
  /** What already counted against the limit when the segment began (C13, G90). */
  countedAtStart: bigint
  /** Counted units beyond it are extra: at first `max(limit, countedAtStart)` (C13). Null: there are none. */
  extraThreshold: bigint | null
  /** The most extra units that are charged: up to the hard limit or the cap, 0 while extra charging is off. Null: no bound. */
  extraMaximum: bigint | null
  /** Extra units, and what was billed of them, when the running billing month began: each month rounds by itself (G53). */
  monthStart: { extraUnits: bigint; billedAmount: MinorUnits }
  /** Units recorded in this segment. */
  units: bigint
  /** Extra units that were on an invoice already, and what was charged for them. */
  billedUnits: bigint
  billedAmount: MinorUnits
}

export const NEW_BILLING_MONTH: UsageSegment['monthStart'] = { extraUnits: 0n, billedAmount: 0n as MinorUnits }

export type PendingChange = {
  plan: Plan
  interval: Interval
  effectiveAt: Instant
  /** `resubscribe`: the exhausted yearly term begins anew then (B4, G42). */
  kind: 'change' | 'resubscribe'
}

/** One member's coming or going since the last review of the seats (T1 to T4, T5b). */
export type SeatChange = {
  id: string
  member: string
  type: 'joined' | 'left'
  at: Instant
}

/**
 * Who pays for how many, of any plan of a product that sells seats. `present` are the members whose role holds a seat, `paid` the seats that
 * the running period is paid for, none on a free plan and in a trial; `tab` what a review, renewal or change has yet to settle, in order.
 */
export type Seats = { present: number; paid: number; tab: readonly SeatChange[] }

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
  settings: Settings
  /** Null where the product sells no seats. */
  seats: Seats | null
  /** The running trial's end (T9); null: none runs. */
  trialEnd: Instant | null
  /** When the running billing month began; on a monthly plan the period's start (B6, T2). */
  billingMonthStart: Instant
  /** Pay-as-you-go of this billing month under earlier terms, rated (G92). */
  capSpentBefore: MinorUnits
  /** All segments of the running period, in order; the last one a meter is the running one. */
  segments: readonly UsageSegment[]
  /** Units that gateways hold in advance, per meter, and that whatever is decided counts as used (G61). Left out: none. */
  reserved?: Readonly<Record<string, bigint>>
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
  /** What it charges multiples of. Left out: any amount. */
  chargeStep?: MinorUnits
  /** What credit that was bought can pay of it, in whole minor units: on a plan that is billed in arrears (G70). Left out: nothing. */
  boughtCredit?: MinorUnits
}
