import type { Currency, ExactAmount, MinorUnits } from '../../money'
import type { Instant } from '../../time'

/**
 * A product is data: policies, each a discriminated union that one pure function of this folder interprets. Nothing in
 * the engine asks for a product's or a plan's name. `lib/billing/catalog` holds the shipped products as documents and
 * turns a validated document into this form.
 */
export type Product = {
  id: string
  name: string
  /** Of the product's published documents, which one this is; a subscription keeps the one it was sold under (G13). */
  version: number
  currency: Currency
  meters: readonly Meter[]
  plans: readonly Plan[]
  policies: Policies
}

export type Meter = {
  id: string
  /** As the operator calls it in English, in the plural: `calls`. */
  unit: string
  /** In other languages, by the language's tag. A word that is missing is Headroom's own, or else the English one. */
  unitTranslations?: Readonly<Record<string, string | undefined>>
  /** What `unit` is in the catalog, where it stands here in a reader's language. */
  englishUnit?: string
  /** Which events count; null: all of them (S2). */
  filter: MeterFilter | null
}

export type PropertyValue = string | number | boolean

/** Every condition must hold, or the event is kept and not billed (S2, G56). */
export type MeterFilter = readonly PropertyCondition[]

export type PropertyCondition =
  /** An event without the property passes where `orAbsent`. */
  { property: string; equals: PropertyValue; orAbsent: boolean } | { property: string; notEquals: PropertyValue }

export type Interval = 'month' | 'year'

export type Plan = {
  id: string
  name: string
  /** Higher is an upgrade, lower a downgrade; equal is a switch (G43). */
  rank: number
  /** Per interval, of a per-seat plan per seat and for the whole interval; an interval without a price is not sold. */
  prices: Partial<Record<Interval, MinorUnits>>
  perSeat: boolean
  /** Units a period, per meter; a year holds those of all its periods at once (G78). A meter that is not named here is not limited. */
  included: Readonly<Record<string, bigint>>
  overLimit: OverLimitPolicy
  /** Where auto-upgrade leads when everything included is used (B3); null: it is not to be had. */
  nextTier: string | null
  /** A yearly term that is used up may be begun anew on the next monthly anniversary, or left at once for a higher monthly plan (B4). */
  resubscribe: boolean
  /** Facts that the operator's product enforces itself, e.g. concurrency (B2). */
  entitlements: Readonly<Record<string, string | number | boolean>>
  /** False: kept by those who have it, not sold any more. */
  offered: boolean
  /** Whose plan it is, where it was made for one organization (G10); null: everybody's. */
  custom: { basedOn: string } | null
}

/** What happens to the unit that would pass the limit. */
export type OverLimitPolicy =
  /** Refused (A2). */
  | { type: 'block' }
  /** Allowed, and billed with the next cycle (A3). */
  | { type: 'overage'; unitPrice: ExactAmount }
  /** Refused until the customer turns it on; then allowed and billed under a cap a billing month (B5, B6). */
  | { type: 'pay_as_you_go'; unitPrice: ExactAmount }
  /** Refused until the owner sets a hard limit above the plan's; then charged in blocks as they begin (S1, S3, S7). */
  | { type: 'blocks'; unitPrice: ExactAmount; block: bigint }
  /** No limit: every unit is billed at the period's end, bought credit first (P1 `monthly`). */
  | { type: 'arrears'; unitPrices: Readonly<Record<string, ExactAmount>> }
  /** No limit but the prepaid balance, which every unit draws down (P1 `prepaid`). */
  | { type: 'prepaid'; unitPrices: Readonly<Record<string, ExactAmount>> }

export type CyclePolicy = { days: number } | { months: number }

/** `nominal`: 30 for a month, 365 for a year, N for N days; `actual`: the period's real days (C3). */
export type DayCountPolicy = 'nominal' | 'actual'

export type UpgradePolicy = { type: 'prorated_difference' } | { type: 'full_new_minus_unused' } | { type: 'new_period'; unused: 'time' | 'time_and_allowance' }

/** Whether extra usage so far is charged before the change: never (it stays on the tab), or where it leads to free (S6). */
export type SettlesExtra = 'never' | 'to_free'

export type DowngradePolicy =
  | { type: 'period_end' }
  | {
      type: 'now'
      /** A7a. */
      oncePerCycle: boolean
      /** A7b; `bonus` as a fraction, 11/10 for 1.1. Null: no such constraint. */
      usageRatio: { bonus: { numerator: bigint; denominator: bigint } } | null
      settlesExtra: SettlesExtra
    }

export type CancelPolicy = {
  type: 'period_end'
  /** Extra usage so far is charged first (S5). */
  settlesExtra: boolean
}

export type RefundPolicy = {
  /** Hours after the payment within which a refund may be asked for. */
  windowHours: number
  /** Only where the period that was paid for has no usage (A13). */
  requiresNoUsage: boolean
  /** A longer window where the law asks for one (T12); countries as ISO 3166-1 alpha-2. Null: nowhere. */
  mandatory: { extraDays: number; countries: readonly string[] } | null
}

/** A first period of its own, once an organization, on a free plan (B1, G62). */
export type IntroductionPolicy = { days: number; included: Readonly<Record<string, bigint>> }

/** T9: billed automatically when it ends; needs a payment method. */
export type TrialPolicy = { days: number }

/** What is to be had once everything included is used, from when on (B3, B4, B5, B7). */
export type ExhaustedPolicy = {
  /** B3 to B5 begin here; null: since ever. */
  from: Instant | null
  /** B7: who registered before keeps renewing early, by hand or by itself, until then. Null: nobody. */
  earlyRenewal: { registeredBefore: Instant; until: Instant } | null
}

/** The owner may set a hard limit above the plan's (S1), which a change of plan resets (S4, S6). */
export type HardLimitPolicy = {
  /** At most this before a request was approved (S8). */
  maximum: bigint
}

/** Seats are the members whose role holds one; they are reviewed monthly, on yearly plans too (T1 to T4). */
export type SeatPolicy = { roles: readonly string[] }

/** P2, P5: what may be bought, and for how long it lasts. */
export type PrepaidPolicy = {
  minimum: MinorUnits
  /** Trust tiers in order; tier 1 is the first. `paid` in minor units and whole days since the first payment, both reached. */
  tiers: readonly { maximum: MinorUnits; paid: MinorUnits; days: number }[]
  expiresAfter: { months: number }
  /** Days before the expiry at which the customer is told, falling. */
  noticeDays: readonly number[]
}

export type Policies = {
  cycle: CyclePolicy
  dayCount: DayCountPolicy
  upgrade: UpgradePolicy
  downgrade: DowngradePolicy
  cancel: CancelPolicy
  /** Whole per cents of the limit at which the customer is told (A5), ascending. */
  alertThresholds: readonly number[]
  /** Null: nothing is refunded but by the operator. */
  refund: RefundPolicy | null
  introduction: IntroductionPolicy | null
  trial: TrialPolicy | null
  exhausted: ExhaustedPolicy | null
  hardLimit: HardLimitPolicy | null
  seats: SeatPolicy | null
  prepaid: PrepaidPolicy | null
}

export function findPlan(product: Product, planId: string): Plan | null {
  return product.plans.find((plan) => plan.id === planId) ?? null
}

/** @throws Error where the product has no such plan: a bug, for a subscription's plan is always in its catalog version. */
export function planOf(product: Product, planId: string): Plan {
  const plan = findPlan(product, planId)
  if (!plan) throw new Error(`product ${product.id} version ${product.version} has no plan ${planId}`)
  return plan
}

/** It costs nothing, whatever is used of it; a plan that bills units by themselves is none, although it has no fee. */
export function isFree(plan: Plan): boolean {
  return plan.overLimit.type === 'block' && Object.values(plan.prices).every((price) => price === 0n)
}

/** Units are paid from a balance, so that there is no period to cancel and no term to wait for (G68). */
export function isPrepaid(plan: Plan): boolean {
  return plan.overLimit.type === 'prepaid'
}

/** Bought credit pays for its usage: as it comes, or when the period ends (P1). */
export function paysFromCredit(plan: Plan): boolean {
  return isPrepaid(plan) || plan.overLimit.type === 'arrears'
}

/** The plan on which a cancelled or never-paid subscription goes on; null where the product has none. */
export function freePlanOf(product: Product): Plan | null {
  return product.plans.find((plan) => plan.offered && isFree(plan)) ?? null
}

/** @throws Error where the plan is not sold by that interval; callers check with `plan.prices` first. */
export function priceOf(plan: Plan, interval: Interval): MinorUnits {
  const price = plan.prices[interval]
  if (price === undefined) throw new Error(`plan ${plan.id} has no price a ${interval}`)
  return price
}

const MONTHS_A_YEAR = 12

/** How many of a product's periods a year is worth: twelve, but for cycles of several months (G78). */
function periodsAYear(cycle: CyclePolicy): bigint {
  return 'months' in cycle ? BigInt(Math.max(1, Math.floor(MONTHS_A_YEAR / cycle.months))) : BigInt(MONTHS_A_YEAR)
}

/** Units of a meter in a period of these terms; null: not limited. A yearly term has a year's allowance at once (G78). */
export function limitOf({ product, plan, interval }: { product: Product; plan: Plan; interval: Interval }, meterId: string): bigint | null {
  const included = plan.included[meterId]
  if (included === undefined) return null
  return interval === 'year' ? included * periodsAYear(product.policies.cycle) : included
}

/** What one unit of a meter costs where it is paid for by itself; null where units are included or refused. */
export function unitPriceOf(policy: OverLimitPolicy, meterId: string): ExactAmount | null {
  switch (policy.type) {
    case 'block':
      return null
    case 'overage':
    case 'pay_as_you_go':
    case 'blocks':
      return policy.unitPrice
    case 'arrears':
    case 'prepaid':
      return policy.unitPrices[meterId] ?? null
  }
}
