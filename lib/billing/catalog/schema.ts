import { z } from 'zod'
import { exact, isCurrency } from '../../money'
import { instant } from '../../time'

/**
 * The form of a product document, as `GET /products` prints it and `POST /products` takes it (G12, G102, G113). Strict: a
 * key that is not known is a mistake and is named, for a policy that is silently ignored would charge people wrongly.
 */

const id = z
  .string()
  .regex(/^[a-z0-9]+(?:[-_][a-z0-9]+)*$/, 'must be lower-case letters and digits, joined by - or _')
  .max(64)
const name = z.string().trim().min(1).max(80)
/** Whole units; at most 2⁵³ − 1, what a JSON number holds exactly. */
const wholeNumber = z.int().nonnegative()

function isDecimal(text: string): boolean {
  try {
    return exact(text) >= 0n
  } catch {
    return false
  }
}

/** The years that Postgres, Temporal and a calendar agree on. */
const FIRST_YEAR = 1970
const LAST_YEAR = 2999

function isInstant(text: string): boolean {
  try {
    const { year } = instant(text).toZonedDateTimeISO('UTC')
    return year >= FIRST_YEAR && year <= LAST_YEAR
  } catch {
    return false
  }
}

const decimalPrice = z.string().refine(isDecimal, 'must be a decimal string of at least 0 with at most 12 places, such as "0.0005"')
const pointInTime = z.string().max(64).refine(isInstant, 'must be an ISO 8601 instant with its offset, such as "2026-06-01T00:00:00Z"')
const countryCode = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code of two capital letters, such as "DE"')
const bonus = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'must be a decimal string, such as "1.1"')
  .refine((text) => Number(text) > 0, 'must be above 0')

const propertyName = z.string().min(1).max(64)
const propertyValue = z.union([z.string().max(500), z.number(), z.boolean()])
const condition = z.union(
  [
    z.strictObject({ property: propertyName, equals: propertyValue, or_absent: z.boolean().default(false) }),
    z.strictObject({ property: propertyName, not_equals: propertyValue }),
  ],
  { error: 'must be {"property", "equals", "or_absent"?} or {"property", "not_equals"}' },
)

const unit = z.string().trim().min(1).max(40)

const meter = z.strictObject({
  id,
  unit,
  /** The unit in the other languages of pages and documents. */
  unit_translations: z.strictObject({ de: unit.optional(), ja: unit.optional(), ar: unit.optional() }).optional(),
  /** Which events count: all of the conditions must hold (S2). Null: every event. */
  filter: z.array(condition).min(1).max(10).nullable().default(null),
})

const unitPrices = z.record(z.string(), decimalPrice)

export const overLimit = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('block') }),
  z.strictObject({ type: z.literal('overage'), unit_price: decimalPrice }),
  z.strictObject({ type: z.literal('pay_as_you_go'), unit_price: decimalPrice }),
  z.strictObject({ type: z.literal('blocks'), unit_price: decimalPrice, block: z.int().positive() }),
  z.strictObject({ type: z.literal('arrears'), unit_prices: unitPrices }),
  z.strictObject({ type: z.literal('prepaid'), unit_prices: unitPrices }),
])

/** Minor units per interval; an interval that is left out is not sold. Of a per-seat plan: per seat, for the whole interval. */
export const planPrices = z.strictObject({ month: wholeNumber.optional(), year: wholeNumber.optional() })
export const included = z.record(z.string(), wholeNumber)
export const entitlements = z.record(z.string().min(1).max(64), z.union([z.string().max(500), z.number(), z.boolean()]))
/** A plan that is made for one organization has an id of that form (G10), which no document may take. */
const planId = id.refine((text) => !text.startsWith('plan_'), 'must not begin with "plan_", as plans of one organization do')

const plan = z.strictObject({
  id: planId,
  name,
  rank: wholeNumber,
  prices: planPrices,
  per_seat: z.boolean().default(false),
  included,
  over_limit: overLimit,
  /** Where auto-upgrade leads (B3). */
  next_tier: id.nullable().default(null),
  /** A yearly term that is used up may be begun anew, or left at once for a higher monthly plan (B4). */
  resubscribe: z.boolean().default(false),
  entitlements: entitlements.default({}),
  offered: z.boolean().default(true),
})

const cycle = z.union([z.strictObject({ days: z.int().min(1).max(366) }), z.strictObject({ months: z.int().min(1).max(12) })], {
  error: 'must be {"days": 1 to 366} or {"months": 1 to 12}',
})

const upgrade = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('prorated_difference') }),
  z.strictObject({ type: z.literal('full_new_minus_unused') }),
  z.strictObject({ type: z.literal('new_period'), unused: z.enum(['time', 'time_and_allowance']).default('time') }),
])

const downgrade = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('period_end') }),
  z.strictObject({
    type: z.literal('now'),
    once_per_cycle: z.boolean().default(false),
    usage_ratio: z.strictObject({ bonus }).nullable().default(null),
    /** Extra usage so far is charged first: never, or where the change leads to free (S6). */
    settles_extra: z.enum(['never', 'to_free']).default('never'),
  }),
])

const cancel = z.strictObject({ type: z.literal('period_end'), settles_extra: z.boolean().default(false) })

const refund = z.strictObject({
  hours: z.int().min(0).max(87_600),
  requires_no_usage: z.boolean().default(false),
  /** Added for customers in one of the countries (T12). */
  mandatory_extra_days: z.int().min(0).max(365).default(0),
  mandatory_countries: z.array(countryCode).max(250).default([]),
})

const exhausted = z.strictObject({
  from: pointInTime.nullable().default(null),
  early_renewal: z.strictObject({ registered_before: pointInTime, until: pointInTime }).nullable().default(null),
})

const prepaid = z.strictObject({
  /** Minor units. */
  minimum: z.int().positive(),
  tiers: z
    .array(z.strictObject({ maximum: z.int().positive(), paid: wholeNumber, days: wholeNumber }))
    .min(1)
    .max(20),
  expires_after: z.strictObject({ months: z.int().min(1).max(120) }).default({ months: 12 }),
  notice_days: z.array(z.int().min(1).max(366)).max(10).default([30, 7, 1]),
})

const seatRole = z.enum(['owner', 'admin', 'billing', 'member'])

const policies = z.strictObject({
  cycle,
  day_count: z.enum(['nominal', 'actual']).default('nominal'),
  upgrade,
  downgrade,
  cancel: cancel.default({ type: 'period_end', settles_extra: false }),
  /** Whole per cents of the limit (G16). */
  alert_thresholds: z.array(z.int().min(1).max(100)).max(10).default([80, 100]),
  /** Null: nothing is refunded but by the operator. */
  refund: refund.nullable(),
  /** A first period of its own on the free plan, once an organization (B1). */
  introduction: z
    .strictObject({ days: z.int().min(1).max(366), included })
    .nullable()
    .default(null),
  /** Of paid plans, once an organization, with a payment method (T9). */
  trial: z
    .strictObject({ days: z.int().min(1).max(366) })
    .nullable()
    .default(null),
  exhausted: exhausted.nullable().default(null),
  hard_limit: z.strictObject({ maximum: z.int().positive() }).nullable().default(null),
  seats: z
    .strictObject({ roles: z.array(seatRole).min(1).max(4) })
    .nullable()
    .default(null),
  prepaid: prepaid.nullable().default(null),
})

const shape = z.strictObject({
  id,
  name,
  currency: z.string().refine(isCurrency, 'must be an ISO 4217 code in lower case, such as "usd"'),
  /** Printed for the reader; publishing numbers the version itself (G13). */
  version: z.int().positive().optional(),
  meters: z.array(meter).max(20),
  plans: z.array(plan).min(1).max(100),
  policies,
})

type Shape = z.output<typeof shape>
type PlanShape = Shape['plans'][number]
type Report = (path: (string | number)[], message: string) => void

function refuseDuplicates(items: readonly { id: string }[], under: string, report: Report): void {
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (seen.has(item.id)) report([under, index, 'id'], `"${item.id}" is there twice`)
    seen.add(item.id)
  }
}

function checkPlan(planShape: PlanShape, at: (string | number)[], product: Shape, report: Report): void {
  const { prices, per_seat, offered } = planShape
  const meters = new Set(product.meters.map((one) => one.id))
  const sold = Object.values(prices).filter((price) => price !== undefined)
  if (sold.length === 0) report([...at, 'prices'], 'must name a price by the month or by the year')
  for (const key of Object.keys(planShape.included)) {
    if (!meters.has(key)) report([...at, 'included', key], `"${key}" is not a meter of this product`)
  }
  // A free plan is where a failed payment leads: it has no one to bill.
  const { type } = planShape.over_limit
  if (offered && hasNoFee(planShape) && type !== 'block' && type !== 'arrears' && type !== 'prepaid') {
    report([...at, 'over_limit'], 'a free plan must block at its limit')
  }
  if (sold.some((price) => price === 0) && sold.some((price) => price > 0)) report([...at, 'prices'], 'is free by one interval and not by the other')
  if (planShape.resubscribe && prices.year === undefined) report([...at, 'resubscribe'], 'needs a price by the year')
  if (per_seat && !product.policies.seats) report([...at, 'per_seat'], 'needs a seats policy, which says whose seats are counted')
  checkOverLimit(planShape, at, product, report)
  checkNextTier(planShape, at, product, report)
}

function checkOverLimit(
  { over_limit, included: units }: PlanShape,
  at: (string | number)[],
  { meters, policies: { hard_limit, prepaid: sold } }: Shape,
  report: Report,
): void {
  switch (over_limit.type) {
    case 'block':
    case 'overage':
      return
    case 'pay_as_you_go':
      if (Object.keys(units).length > 1) report([...at, 'included'], 'names several meters, and a spending cap counts one')
      return
    case 'blocks':
      if (!hard_limit) report([...at, 'over_limit'], 'needs a hard_limit policy, which says how high it may be set')
      return
    case 'arrears':
    case 'prepaid': {
      if (over_limit.type === 'prepaid' && !sold) report([...at, 'over_limit'], 'needs a prepaid policy, which says what may be bought')
      const known = new Set(meters.map((one) => one.id))
      for (const key of Object.keys(over_limit.unit_prices)) {
        if (!known.has(key)) report([...at, 'over_limit', 'unit_prices', key], `"${key}" is not a meter of this product`)
      }
      for (const { id: meterId } of meters) {
        if (over_limit.unit_prices[meterId] === undefined) report([...at, 'over_limit', 'unit_prices'], `must name a price of "${meterId}"`)
      }
      for (const key of Object.keys(units)) report([...at, 'included', key], 'includes units, and every unit of this plan is paid for')
    }
  }
}

/** Auto-upgrade leads upwards, to a plan that is sold by the same interval, and not round in a circle. */
function checkNextTier({ next_tier, rank, prices }: PlanShape, at: (string | number)[], { plans }: Shape, report: Report): void {
  if (next_tier === null) return
  const next = plans.find((one) => one.id === next_tier)
  if (!next) {
    report([...at, 'next_tier'], `"${next_tier}" is not a plan of this product`)
    return
  }
  if (next.rank <= rank) report([...at, 'next_tier'], `"${next_tier}" does not rank above it`)
  if (prices.month !== undefined && next.prices.month === undefined) report([...at, 'next_tier'], `"${next_tier}" is not sold by the month`)
}

function hasNoFee({ prices }: PlanShape): boolean {
  const sold = Object.values(prices).filter((price) => price !== undefined)
  return sold.length > 0 && sold.every((price) => price === 0)
}

function isFreeShape(planShape: PlanShape): boolean {
  return hasNoFee(planShape) && planShape.over_limit.type === 'block'
}

/** What one field cannot know of another; looked at once each field is in form. */
function crossCheck(product: Shape, report: Report): void {
  refuseDuplicates(product.meters, 'meters', report)
  refuseDuplicates(product.plans, 'plans', report)
  for (const [index, one] of product.plans.entries()) checkPlan(one, ['plans', index], product, report)
  const free = product.plans.flatMap((one, index) => (one.offered && isFreeShape(one) ? [index] : []))
  for (const index of free.slice(1)) report(['plans', index, 'prices'], 'a product has one free plan at most, for cancelling must lead to one place')
  if (product.plans.length > 0 && !product.plans.some((one) => one.offered)) report(['plans'], 'must offer at least one plan')
  checkPolicies(product, free.length > 0, report)
}

function checkPolicies({ meters, policies: rules }: Shape, hasFreePlan: boolean, report: Report): void {
  const thresholds = rules.alert_thresholds
  if (thresholds.some((threshold, index) => index > 0 && threshold <= (thresholds[index - 1] ?? 0))) {
    report(['policies', 'alert_thresholds'], 'must rise from one to the next')
  }
  if (rules.introduction && !hasFreePlan) report(['policies', 'introduction'], 'needs a free plan, whose first days it is')
  for (const key of Object.keys(rules.introduction?.included ?? {})) {
    if (!meters.some((one) => one.id === key)) report(['policies', 'introduction', 'included', key], `"${key}" is not a meter of this product`)
  }
  const early = rules.exhausted?.early_renewal
  if (
    early &&
    isInstant(early.until) &&
    isInstant(early.registered_before) &&
    instant(early.until).epochMilliseconds <= instant(early.registered_before).epochMilliseconds
  ) {
    report(['policies', 'exhausted', 'early_renewal', 'until'], 'must be after registered_before')
  }
  const tiers = rules.prepaid?.tiers ?? []
  for (const [index, tier] of tiers.entries()) {
    const before = tiers[index - 1]
    if (tier.maximum < (rules.prepaid?.minimum ?? 0)) report(['policies', 'prepaid', 'tiers', index, 'maximum'], 'must not be below the minimum')
    if (before && tier.maximum <= before.maximum) report(['policies', 'prepaid', 'tiers', index, 'maximum'], 'must rise from one tier to the next')
    if (before && (tier.paid < before.paid || tier.days < before.days))
      report(['policies', 'prepaid', 'tiers', index], 'must not ask for less than the tier before')
  }
  if (tiers[0] && (tiers[0].paid !== 0 || tiers[0].days !== 0))
    report(['policies', 'prepaid', 'tiers', 0], 'is where a new organization begins, and asks for nothing')
  const notices = rules.prepaid?.notice_days ?? []
  if (notices.some((days, index) => index > 0 && days >= (notices[index - 1] ?? 0)))
    report(['policies', 'prepaid', 'notice_days'], 'must fall from one to the next')
}

export const productDocument = shape.superRefine((product, context) => {
  crossCheck(product, (path, message) => context.addIssue({ code: 'custom', path, message }))
})

/** What `POST /products` takes: the document, for whom it holds, and from when on (G13). */
export const publication = shape
  .extend({ applies: z.enum(['new_subscriptions', 'next_renewal']).default('next_renewal'), effective_at: pointInTime.optional() })
  .superRefine((product, context) => {
    crossCheck(product, (path, message) => context.addIssue({ code: 'custom', path, message }))
  })

/** As an organization sees a product: beside its plans those that were made for it, each ranked just above the one that it is based on (G10). */
export const shownProduct = shape.extend({
  plans: z.array(plan.extend({ id: z.string(), rank: z.number(), custom: z.strictObject({ based_on: z.string(), currency: z.string() }).optional() })),
})
export const customPlan = shownProduct.shape.plans.element

/** A product as a document, every default written out. */
export type ProductDocument = z.output<typeof productDocument>
/** As somebody may write it, with the defaults left out. */
export type ProductInput = z.input<typeof productDocument>
