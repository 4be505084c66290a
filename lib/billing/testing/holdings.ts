import { minor, ZERO } from '../../money'
import { addDays, type Instant, instant } from '../../time'
import { apiCalls } from '../catalog/api-calls'
import { parseProduct } from '../catalog/document'
import { type Interval, type Plan, type Policies, type Product, planOf } from '../core/catalog'
import { freshSegments } from '../core/change'
import { firstPeriod } from '../core/period'
import { type Account, type Holding, NEW_BILLING_MONTH, NO_SETTINGS, type Terms, type UsageSegment } from '../core/state'

/** The shipped product, read as the catalog reads it. */
export const apiCallsProduct: Product = productFrom(apiCalls)

export function productFrom(document: unknown, version = 1): Product {
  const parsed = parseProduct(document, version)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

/** `api-calls` under other policies: what a policy does is told apart from the product that it ships with. */
export function apiCallsWith(policies: Partial<Policies>): Product {
  return { ...apiCallsProduct, policies: { ...apiCallsProduct.policies, ...policies } }
}

export function plan(facts: Pick<Plan, 'id' | 'rank' | 'prices'> & Partial<Plan>): Plan {
  return {
    name: facts.id,
    perSeat: false,
    included: {},
    overLimit: { type: 'block' },
    nextTier: null,
    resubscribe: false,
    entitlements: {},
    offered: true,
    custom: null,
    ...facts,
  }
}

export const noCredit: Account = { creditBalance: ZERO, minimumCharge: minor(50) }

export function accountWith(credit: bigint, minimumCharge = 50n): Account {
  return { creditBalance: minor(credit), minimumCharge: minor(minimumCharge) }
}

export const MAY = instant('2026-05-01T00:00:00Z')

/** An instant of the cycle that starts on 1 May 2026: after so many completed days, and a few hours into the next. */
export function afterDays(days: number, start: Instant = MAY): Instant {
  return addDays(start, days).add({ hours: 5 })
}

export function termsOf(product: Product, planId: string, interval: Interval = 'month'): Terms {
  return { product, plan: planOf(product, planId), interval }
}

/** A subscription since `start` (1 May 2026), with `used` units of the product's first meter. */
export function holdingOf(planId: string, facts: Partial<Holding> & { product?: Product; interval?: Interval; start?: Instant; used?: bigint } = {}): Holding {
  const { product = apiCallsProduct, interval = 'month', start = MAY, used = 0n, ...rest } = facts
  const terms = termsOf(product, planId, interval)
  return {
    terms,
    status: 'active',
    anchor: start,
    period: firstPeriod(start, terms),
    cancelAt: null,
    pendingChange: null,
    downgradedAt: null,
    settings: NO_SETTINGS,
    seats: null,
    trialEnd: null,
    billingMonthStart: start,
    capSpentBefore: ZERO,
    segments: freshSegments(terms).map((segment, index) => ({
      ...segment,
      monthStart: NEW_BILLING_MONTH,
      units: index === 0 ? used : 0n,
      billedUnits: 0n,
      billedAmount: ZERO,
    })),
    ...rest,
  }
}

export function segmentOf(facts: Partial<UsageSegment>): UsageSegment {
  return {
    meter: 'calls',
    limit: null,
    overLimit: { type: 'block' },
    countedAtStart: 0n,
    extraThreshold: facts.limit ?? null,
    extraMaximum: null,
    monthStart: NEW_BILLING_MONTH,
    units: 0n,
    billedUnits: 0n,
    billedAmount: ZERO,
    ...facts,
  }
}
