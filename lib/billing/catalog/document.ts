import { type ExactAmount, exact, minor, unitPriceString } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { instant } from '../../time'
import type {
  DowngradePolicy,
  ExhaustedPolicy,
  Interval,
  Meter,
  MeterFilter,
  OverLimitPolicy,
  Plan,
  Policies,
  PrepaidPolicy,
  Product,
  RefundPolicy,
  UpgradePolicy,
} from '../core/catalog'
import { type ProductDocument, productDocument } from './schema'

export type { ProductDocument, ProductInput } from './schema'

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
    meters: meters.map(readMeter),
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

function readMeter({ id, unit, unit_translations, filter }: ProductDocument['meters'][number]): Meter {
  return { id, unit, ...(unit_translations && { unitTranslations: unit_translations }), filter: filter && readFilter(filter) }
}

function readFilter(filter: NonNullable<ProductDocument['meters'][number]['filter']>): MeterFilter {
  return filter.map((condition) =>
    'equals' in condition
      ? { property: condition.property, equals: condition.equals, orAbsent: condition.or_absent }
      : { property: condition.property, notEquals: condition.not_equals },
  )
}

export function readPlan(document: PlanDocument): Plan {
  const { id, name, rank, per_seat, next_tier, resubscribe, entitlements, offered } = document
  return {
    id,
    name,
    rank,
    prices: readPrices(document.prices),
    perSeat: per_seat,
    included: readUnits(document.included),
    overLimit: readOverLimit(document.over_limit),
    nextTier: next_tier,
    resubscribe,
    entitlements,
    offered,
    custom: null,
  }
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
    case 'pay_as_you_go':
      return { type: policy.type, unitPrice: exact(policy.unit_price) }
    case 'blocks':
      return { type: 'blocks', unitPrice: exact(policy.unit_price), block: BigInt(policy.block) }
    case 'arrears':
    case 'prepaid':
      return { type: policy.type, unitPrices: readUnitPrices(policy.unit_prices) }
  }
}

function readUnitPrices(prices: Record<string, string>): Record<string, ExactAmount> {
  return Object.fromEntries(Object.entries(prices).map(([meter, price]) => [meter, exact(price)]))
}

function readPolicies(policies: PolicyDocument): Policies {
  return {
    cycle: policies.cycle,
    dayCount: policies.day_count,
    upgrade: policies.upgrade,
    downgrade: readDowngrade(policies.downgrade),
    cancel: { type: 'period_end', settlesExtra: policies.cancel.settles_extra },
    alertThresholds: policies.alert_thresholds,
    refund: policies.refund && readRefund(policies.refund),
    introduction: policies.introduction && { days: policies.introduction.days, included: readUnits(policies.introduction.included) },
    trial: policies.trial,
    exhausted: policies.exhausted && readExhausted(policies.exhausted),
    hardLimit: policies.hard_limit && { maximum: BigInt(policies.hard_limit.maximum) },
    seats: policies.seats,
    prepaid: policies.prepaid && readPrepaid(policies.prepaid),
  }
}

function readRefund(refund: NonNullable<PolicyDocument['refund']>): RefundPolicy {
  const { hours, requires_no_usage, mandatory_extra_days: extraDays, mandatory_countries: countries } = refund
  return { windowHours: hours, requiresNoUsage: requires_no_usage, mandatory: extraDays > 0 && countries.length > 0 ? { extraDays, countries } : null }
}

function readExhausted({ from, early_renewal }: NonNullable<PolicyDocument['exhausted']>): ExhaustedPolicy {
  return {
    from: from === null ? null : instant(from),
    earlyRenewal: early_renewal && { registeredBefore: instant(early_renewal.registered_before), until: instant(early_renewal.until) },
  }
}

function readPrepaid({ minimum, tiers, expires_after, notice_days }: NonNullable<PolicyDocument['prepaid']>): PrepaidPolicy {
  return {
    minimum: minor(minimum),
    tiers: tiers.map((tier) => ({ maximum: minor(tier.maximum), paid: minor(tier.paid), days: tier.days })),
    expiresAfter: expires_after,
    noticeDays: notice_days,
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
        settlesExtra: policy.settles_extra,
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
    meters: meters.map(printMeter),
    plans: plans.filter((plan) => plan.custom === null).map(printPlan),
    policies: printPolicies(policies),
  }
}

function printMeter({ id, unit, unitTranslations, filter }: Meter): ProductDocument['meters'][number] {
  return { id, unit, ...(unitTranslations && { unit_translations: { ...unitTranslations } }), filter: filter && printFilter(filter) }
}

function printFilter(filter: MeterFilter): NonNullable<ProductDocument['meters'][number]['filter']> {
  return filter.map((condition) =>
    'equals' in condition
      ? { property: condition.property, equals: condition.equals, or_absent: condition.orAbsent }
      : { property: condition.property, not_equals: condition.notEquals },
  )
}

export function printPlan({ id, name, rank, prices, perSeat, included, overLimit, nextTier, resubscribe, entitlements, offered }: Plan): PlanDocument {
  return {
    id,
    name,
    rank,
    prices: Object.fromEntries(Object.entries(prices).map(([interval, price]) => [interval, Number(price)])),
    per_seat: perSeat,
    included: printUnits(included),
    over_limit: printOverLimit(overLimit),
    next_tier: nextTier,
    resubscribe,
    entitlements,
    offered,
  }
}

function printUnits(units: Readonly<Record<string, bigint>>): Record<string, number> {
  return Object.fromEntries(Object.entries(units).map(([meter, quantity]) => [meter, Number(quantity)]))
}

function printOverLimit(policy: OverLimitPolicy): PlanDocument['over_limit'] {
  switch (policy.type) {
    case 'block':
      return { type: 'block' }
    case 'overage':
    case 'pay_as_you_go':
      return { type: policy.type, unit_price: unitPriceString(policy.unitPrice) }
    case 'blocks':
      return { type: 'blocks', unit_price: unitPriceString(policy.unitPrice), block: Number(policy.block) }
    case 'arrears':
    case 'prepaid':
      return { type: policy.type, unit_prices: Object.fromEntries(Object.entries(policy.unitPrices).map(([meter, price]) => [meter, unitPriceString(price)])) }
  }
}

function printPolicies(policies: Policies): PolicyDocument {
  return {
    cycle: policies.cycle,
    day_count: policies.dayCount,
    upgrade: printUpgrade(policies.upgrade),
    downgrade: printDowngrade(policies.downgrade),
    cancel: { type: policies.cancel.type, settles_extra: policies.cancel.settlesExtra },
    alert_thresholds: [...policies.alertThresholds],
    refund: policies.refund && printRefund(policies.refund),
    introduction: policies.introduction && { days: policies.introduction.days, included: printUnits(policies.introduction.included) },
    trial: policies.trial,
    exhausted: policies.exhausted && printExhausted(policies.exhausted),
    hard_limit: policies.hardLimit && { maximum: Number(policies.hardLimit.maximum) },
    seats: policies.seats && { roles: [...policies.seats.roles] as SeatRoles },
    prepaid: policies.prepaid && printPrepaid(policies.prepaid),
  }
}

type SeatRoles = NonNullable<PolicyDocument['seats']>['roles']

function printRefund({ windowHours, requiresNoUsage, mandatory }: RefundPolicy): NonNullable<PolicyDocument['refund']> {
  return {
    hours: windowHours,
    requires_no_usage: requiresNoUsage,
    mandatory_extra_days: mandatory?.extraDays ?? 0,
    mandatory_countries: [...(mandatory?.countries ?? [])],
  }
}

function printExhausted({ from, earlyRenewal }: ExhaustedPolicy): NonNullable<PolicyDocument['exhausted']> {
  return {
    from: from?.toString() ?? null,
    early_renewal: earlyRenewal && { registered_before: earlyRenewal.registeredBefore.toString(), until: earlyRenewal.until.toString() },
  }
}

function printPrepaid({ minimum, tiers, expiresAfter, noticeDays }: PrepaidPolicy): NonNullable<PolicyDocument['prepaid']> {
  return {
    minimum: Number(minimum),
    tiers: tiers.map(({ maximum, paid, days }) => ({ maximum: Number(maximum), paid: Number(paid), days })),
    expires_after: expiresAfter,
    notice_days: [...noticeDays],
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
        settles_extra: policy.settlesExtra,
      }
  }
}
