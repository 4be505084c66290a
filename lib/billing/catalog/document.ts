import { exact, minor, unitPriceString } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { DowngradePolicy, Interval, OverLimitPolicy, Plan, Policies, Product, UpgradePolicy } from '../core/catalog'
import { type ProductDocument, productDocument } from './schema'

export type { ProductDocument } from './schema'

export type DocumentMistake = { path: string; message: string }

type PlanDocument = ProductDocument['plans'][number]
type PolicyDocument = ProductDocument['policies']

/** Reads a product document as `version` of its product; refuses with the mistakes, each under its path: `plans.1.prices.month`. */
export function parseProduct(document: unknown, version: number): Result<Product, DocumentMistake[]> {
  const parsed = productDocument.safeParse(document)
  if (!parsed.success) return refuse(parsed.error.issues.flatMap(mistakes))
  const { id, name, currency, meters, plans, policies } = parsed.data
  return ok({
    id,
    name,
    version,
    currency,
    meters: meters.map((meter) => ({ id: meter.id, unit: meter.unit })),
    plans: plans.map(readPlan),
    policies: readPolicies(policies),
  })
}

/** An unknown key is named itself, not only the object that it stands in. */
function mistakes(issue: { code: string; path: PropertyKey[]; message: string; keys?: string[] }): DocumentMistake[] {
  if (issue.code !== 'unrecognized_keys' || !issue.keys) return [{ path: pathOf(issue.path), message: issue.message }]
  return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known here' }))
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

function readPlan({ id, name, rank, prices, included, over_limit, entitlements, offered }: PlanDocument): Plan {
  return { id, name, rank, prices: readPrices(prices), included: readUnits(included), overLimit: readOverLimit(over_limit), entitlements, offered }
}

function readPrices(prices: PlanDocument['prices']): Plan['prices'] {
  const read: Plan['prices'] = {}
  for (const interval of ['month', 'year'] satisfies Interval[]) {
    const price = prices[interval]
    if (price !== undefined) read[interval] = minor(price)
  }
  return read
}

function readUnits(units: Record<string, number>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(units).map(([meter, quantity]) => [meter, BigInt(quantity)]))
}

function readOverLimit(policy: PlanDocument['over_limit']): OverLimitPolicy {
  switch (policy.type) {
    case 'block':
      return { type: 'block' }
    case 'overage':
      return { type: 'overage', unitPrice: exact(policy.unit_price) }
  }
}

function readPolicies(policies: PolicyDocument): Policies {
  return {
    cycle: policies.cycle,
    dayCount: policies.day_count,
    upgrade: policies.upgrade,
    downgrade: readDowngrade(policies.downgrade),
    cancel: policies.cancel,
    alertThresholds: policies.alert_thresholds,
    refund: { windowHours: policies.refund.hours, requiresNoUsage: policies.refund.requires_no_usage },
  }
}

function readDowngrade(policy: PolicyDocument['downgrade']): DowngradePolicy {
  switch (policy.type) {
    case 'period_end':
      return { type: 'period_end' }
    case 'now':
      return {
        type: 'now',
        oncePerCycle: policy.once_per_cycle,
        usageRatio: policy.usage_ratio ? { bonus: readFraction(policy.usage_ratio.bonus) } : null,
      }
  }
}

/** `1.1` as 11/10. */
function readFraction(decimal: string): { numerator: bigint; denominator: bigint } {
  const [whole = '0', places = ''] = decimal.split('.')
  const kept = places.replace(/0+$/, '')
  return { numerator: BigInt(whole + kept), denominator: 10n ** BigInt(kept.length) }
}

function printFraction({ numerator, denominator }: { numerator: bigint; denominator: bigint }): string {
  const places = denominator.toString().length - 1
  if (places === 0) return numerator.toString()
  const digits = numerator.toString().padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** The document that `GET /products` prints: `parseProduct` of it gives the same product. */
export function printProduct(product: Product): ProductDocument {
  const { id, name, version, currency, meters, plans, policies } = product
  return {
    id,
    name,
    currency,
    version,
    meters: meters.map((meter) => ({ id: meter.id, unit: meter.unit, filter: null })),
    plans: plans.map(printPlan),
    policies: printPolicies(policies),
  }
}

function printPlan({ id, name, rank, prices, included, overLimit, entitlements, offered }: Plan): PlanDocument {
  return {
    id,
    name,
    rank,
    prices: Object.fromEntries(Object.entries(prices).map(([interval, price]) => [interval, Number(price)])),
    per_seat: false,
    included: Object.fromEntries(Object.entries(included).map(([meter, units]) => [meter, Number(units)])),
    over_limit: printOverLimit(overLimit),
    entitlements,
    offered,
  }
}

function printOverLimit(policy: OverLimitPolicy): PlanDocument['over_limit'] {
  switch (policy.type) {
    case 'block':
      return { type: 'block' }
    case 'overage':
      return { type: 'overage', unit_price: unitPriceString(policy.unitPrice) }
  }
}

function printPolicies(policies: Policies): PolicyDocument {
  return {
    cycle: policies.cycle,
    day_count: policies.dayCount,
    upgrade: printUpgrade(policies.upgrade),
    downgrade: printDowngrade(policies.downgrade),
    cancel: policies.cancel,
    alert_thresholds: [...policies.alertThresholds],
    refund: { hours: policies.refund.windowHours, requires_no_usage: policies.refund.requiresNoUsage },
  }
}

function printUpgrade(policy: UpgradePolicy): PolicyDocument['upgrade'] {
  switch (policy.type) {
    case 'prorated_difference':
    case 'full_new_minus_unused':
      return { type: policy.type }
    case 'new_period':
      return { type: 'new_period', unused: policy.unused }
  }
}

function printDowngrade(policy: DowngradePolicy): PolicyDocument['downgrade'] {
  switch (policy.type) {
    case 'period_end':
      return { type: 'period_end' }
    case 'now':
      return {
        type: 'now',
        once_per_cycle: policy.oncePerCycle,
        usage_ratio: policy.usageRatio ? { bonus: printFraction(policy.usageRatio.bonus) } : null,
      }
  }
}
