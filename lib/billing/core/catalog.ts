import type { Currency, ExactAmount, MinorUnits } from '../../money'

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

export type Meter = { id: string; unit: string }

export type Interval = 'month' | 'year'

export type Plan = {
  id: string
  name: string
  /** Higher is an upgrade, lower a downgrade; equal is a switch (G43). */
  rank: number
  /** Per interval; an interval without a price is not sold. */
  prices: Partial<Record<Interval, MinorUnits>>
  /** Units a period, per meter. A meter that is not named here is not limited. */
  included: Readonly<Record<string, bigint>>
  overLimit: OverLimitPolicy
  /** Facts that the operator's product enforces itself, e.g. concurrency (B2). */
  entitlements: Readonly<Record<string, string | number | boolean>>
  /** False: kept by those who have it, not sold any more. */
  offered: boolean
}

/** What happens to the unit that would pass the limit: refused (A2), or allowed and billed with the next cycle (A3). */
export type OverLimitPolicy = { type: 'block' } | { type: 'overage'; unitPrice: ExactAmount }

export type CyclePolicy = { days: number } | { months: number }

/** `nominal`: 30 for a month, 365 for a year, N for N days; `actual`: the period's real days (C3). */
export type DayCountPolicy = 'nominal' | 'actual'

export type UpgradePolicy = { type: 'prorated_difference' } | { type: 'full_new_minus_unused' } | { type: 'new_period'; unused: 'time' | 'time_and_allowance' }

export type DowngradePolicy =
  | { type: 'period_end' }
  | {
      type: 'now'
      /** A7a. */
      oncePerCycle: boolean
      /** A7b; `bonus` as a fraction, 11/10 for 1.1. Null: no such constraint. */
      usageRatio: { bonus: { numerator: bigint; denominator: bigint } } | null
    }

export type RefundPolicy = {
  /** Hours after the payment within which a refund may be asked for. */
  windowHours: number
  /** Only where the period that was paid for has no usage (A13). */
  requiresNoUsage: boolean
}

export type Policies = {
  cycle: CyclePolicy
  dayCount: DayCountPolicy
  upgrade: UpgradePolicy
  downgrade: DowngradePolicy
  cancel: { type: 'period_end' }
  /** Whole per cents of the limit at which the customer is told (A5), ascending. */
  alertThresholds: readonly number[]
  refund: RefundPolicy
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

export function isFree(plan: Plan): boolean {
  return Object.values(plan.prices).every((price) => price === 0n)
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

export function limitOf(plan: Plan, meterId: string): bigint | null {
  return plan.included[meterId] ?? null
}
