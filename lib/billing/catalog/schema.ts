import { z } from 'zod'
import { exact, isCurrency } from '../../money'

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

const decimalPrice = z.string().refine(isDecimal, 'must be a decimal string of at least 0 with at most 12 places, such as "0.0005"')
const bonus = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'must be a decimal string, such as "1.1"')
  .refine((text) => Number(text) > 0, 'must be above 0')

const meter = z.strictObject({
  id,
  unit: z.string().trim().min(1).max(40),
  /** Which events count; this version counts all of them. */
  filter: z.null().optional(),
})

const overLimit = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('block') }),
  z.strictObject({ type: z.literal('overage'), unit_price: decimalPrice }),
])

const plan = z.strictObject({
  id,
  name,
  rank: wholeNumber,
  /** Minor units per interval; an interval that is left out is not sold. */
  prices: z.strictObject({ month: wholeNumber.optional(), year: wholeNumber.optional() }),
  /** Per-seat prices are not of this version. */
  per_seat: z.literal(false).optional(),
  included: z.record(z.string(), wholeNumber),
  over_limit: overLimit,
  entitlements: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
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
  }),
])

const policies = z.strictObject({
  cycle,
  day_count: z.enum(['nominal', 'actual']).default('nominal'),
  upgrade,
  downgrade,
  cancel: z.strictObject({ type: z.literal('period_end') }).default({ type: 'period_end' }),
  /** Whole per cents of the limit (G16). */
  alert_thresholds: z.array(z.int().min(1).max(100)).max(10).default([80, 100]),
  refund: z.strictObject({ hours: z.int().min(0).max(87_600), requires_no_usage: z.boolean().default(false) }),
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
type Report = (path: (string | number)[], message: string) => void

function refuseDuplicates(items: readonly { id: string }[], under: string, report: Report): void {
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (seen.has(item.id)) report([under, index, 'id'], `"${item.id}" is there twice`)
    seen.add(item.id)
  }
}

function checkPlan(planShape: Shape['plans'][number], index: number, meters: ReadonlySet<string>, report: Report): void {
  const { prices, included, over_limit, offered } = planShape
  const sold = Object.values(prices).filter((price) => price !== undefined)
  if (sold.length === 0) report(['plans', index, 'prices'], 'must name a price by the month or by the year')
  for (const key of Object.keys(included)) {
    if (!meters.has(key)) report(['plans', index, 'included', key], `"${key}" is not a meter of this product`)
  }
  // A free plan is where a failed payment leads: it has no one to bill.
  if (offered && isFreeShape(planShape) && over_limit.type !== 'block') report(['plans', index, 'over_limit'], 'a free plan must block at its limit')
  if (sold.some((price) => price === 0) && sold.some((price) => price > 0)) report(['plans', index, 'prices'], 'is free by one interval and not by the other')
}

function isFreeShape({ prices }: Shape['plans'][number]): boolean {
  const sold = Object.values(prices).filter((price) => price !== undefined)
  return sold.length > 0 && sold.every((price) => price === 0)
}

/** What one field cannot know of another; looked at once each field is in form. */
function crossCheck(product: Shape, report: Report): void {
  refuseDuplicates(product.meters, 'meters', report)
  refuseDuplicates(product.plans, 'plans', report)
  const meters = new Set(product.meters.map((one) => one.id))
  for (const [index, one] of product.plans.entries()) checkPlan(one, index, meters, report)
  const free = product.plans.flatMap((one, index) => (one.offered && isFreeShape(one) ? [index] : []))
  for (const index of free.slice(1)) report(['plans', index, 'prices'], 'a product has one free plan at most, for cancelling must lead to one place')
  if (product.plans.length > 0 && !product.plans.some((one) => one.offered)) report(['plans'], 'must offer at least one plan')
  const thresholds = product.policies.alert_thresholds
  if (thresholds.some((threshold, index) => index > 0 && threshold <= (thresholds[index - 1] ?? 0))) {
    report(['policies', 'alert_thresholds'], 'must rise from one to the next')
  }
}

export const productDocument = shape.superRefine((product, context) => {
  crossCheck(product, (path, message) => context.addIssue({ code: 'custom', path, message }))
})

/** A product as a document, every default written out. */
export type ProductDocument = z.output<typeof productDocument>
