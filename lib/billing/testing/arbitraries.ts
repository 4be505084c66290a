import fc from 'fast-check'
import { exact, minor } from '../../money'
import { type Instant, instant } from '../../time'
import type { DowngradePolicy, Interval, OverLimitPolicy, Plan, Policies, Product, UpgradePolicy } from '../core/catalog'

/** How many cases: 200 at every run, 20,000 with HEADROOM_TEST_DEPTH=deep; HEADROOM_TEST_SEED repeats a run. */
export const propertyRuns: { numRuns: number; seed?: number } = {
  numRuns: process.env.HEADROOM_TEST_DEPTH === 'deep' ? 20_000 : 200,
  ...(process.env.HEADROOM_TEST_SEED ? { seed: Number(process.env.HEADROOM_TEST_SEED) } : {}),
}

const upgrade: fc.Arbitrary<UpgradePolicy> = fc.constantFrom(
  { type: 'prorated_difference' },
  { type: 'full_new_minus_unused' },
  { type: 'new_period', unused: 'time' },
  { type: 'new_period', unused: 'time_and_allowance' },
)

export const guardedDowngrade = {
  type: 'now',
  oncePerCycle: false,
  usageRatio: { bonus: { numerator: 11n, denominator: 10n } },
  settlesExtra: 'never',
} as const satisfies DowngradePolicy

const downgrade: fc.Arbitrary<DowngradePolicy> = fc.constantFrom<DowngradePolicy>(
  { type: 'period_end' },
  guardedDowngrade,
  { ...guardedDowngrade, oncePerCycle: true },
  { type: 'now', oncePerCycle: false, usageRatio: null, settlesExtra: 'never' },
)

const policies: fc.Arbitrary<Policies> = fc.record({
  cycle: fc.oneof(fc.record({ days: fc.oneof(fc.constantFrom(1, 30), fc.integer({ min: 5, max: 40 })) }), fc.record({ months: fc.constantFrom(1, 3) })),
  dayCount: fc.constantFrom('nominal', 'actual'),
  upgrade,
  downgrade,
  cancel: fc.constant({ type: 'period_end' as const, settlesExtra: false }),
  alertThresholds: fc.constant([80, 100]),
  refund: fc.record({ windowHours: fc.constantFrom(0, 72, 720, 9_000), requiresNoUsage: fc.boolean(), mandatory: fc.constant(null) }),
  introduction: fc.constant(null),
  trial: fc.constant(null),
  exhausted: fc.constant(null),
  hardLimit: fc.constant(null),
  seats: fc.constant(null),
  prepaid: fc.constant(null),
})

const overLimit: fc.Arbitrary<OverLimitPolicy> = fc.oneof(
  fc.constant({ type: 'block' as const }),
  fc.constantFrom('0.0005', '0.01', '1.2345').map((price) => ({ type: 'overage' as const, unitPrice: exact(price) })),
)

/** Ranks may repeat and need not follow prices: an operator may write that. */
function paidPlan(id: string): fc.Arbitrary<Plan> {
  return fc
    .record({
      rank: fc.integer({ min: 1, max: 4 }),
      month: fc.integer({ min: 1, max: 50_000 }),
      months: fc.integer({ min: 1, max: 12 }),
      limit: fc.integer({ min: 0, max: 5_000 }),
      overLimit,
    })
    .map(({ rank, month, months, limit, overLimit }) => ({
      id,
      name: id,
      rank,
      prices: { month: minor(month), year: minor(month * months) },
      perSeat: false,
      included: { calls: BigInt(limit) },
      overLimit,
      nextTier: null,
      resubscribe: false,
      custom: null,
      entitlements: {},
      offered: true,
    }))
}

const free: Plan = {
  id: 'free',
  name: 'Free',
  rank: 0,
  prices: { month: minor(0) },
  perSeat: false,
  included: { calls: 50n },
  overLimit: { type: 'block' },
  nextTier: null,
  resubscribe: false,
  custom: null,
  entitlements: {},
  offered: true,
}

/** Any product that an operator could write with this version's policies. */
export function products(fixed: Partial<Policies> = {}): fc.Arbitrary<Product> {
  return fc
    .record({ policies, a: paidPlan('a'), b: paidPlan('b'), c: paidPlan('c'), currency: fc.constantFrom('usd', 'jpy', 'kwd') })
    .map(({ policies, a, b, c, currency }) => ({
      id: 'any',
      name: 'Any',
      version: 1,
      currency,
      meters: [{ id: 'calls', unit: 'calls', filter: null }],
      plans: [free, a, b, c],
      policies: { ...policies, ...fixed },
    }))
}

/** A product as most are: what costs more ranks higher and includes more. */
export function ladders(fixed: Partial<Policies> = {}): fc.Arbitrary<Product> {
  return products(fixed).map((product) => {
    const paid = product.plans.filter((plan) => plan.rank > 0)
    const prices = paid.map((plan) => plan.prices.month ?? minor(0)).sort(ascending)
    const limits = paid.map((plan) => plan.included.calls ?? 0n).sort(ascending)
    const plans = paid.map((plan, index) => ({
      ...plan,
      rank: index + 1,
      prices: { month: prices[index] ?? minor(0) },
      included: { calls: 50n + (limits[index] ?? 0n) },
    }))
    return { ...product, plans: [free, ...plans] }
  })
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b)
}

/** Any minute of four years, a leap year and the ends of months among them. */
export const instants: fc.Arbitrary<Instant> = fc.oneof(
  fc.integer({ min: 0, max: 4 * 366 * 24 * 60 }).map((minutes) => instant('2026-01-01T00:00:00Z').add({ minutes })),
  fc.constantFrom('2026-01-31T00:00:00Z', '2028-01-31T12:00:00Z', '2028-02-29T00:00:00Z', '2026-12-31T23:59:00Z').map(instant),
)

export type Choice = { plan: number; interval: Interval }
export const choices: fc.Arbitrary<Choice> = fc.record({ plan: fc.nat(3), interval: fc.constantFrom('month', 'month', 'month', 'year') })

export type Action =
  | { do: 'wait'; hours: number }
  /** To an hour before the period's end: on a 31st day of a nominal 30 rules have their own words. */
  | { do: 'wait_for_last_day' }
  | { do: 'use'; quantity: bigint }
  | { do: 'exhaust' }
  /** Of a product that sells seats; nothing elsewhere. */
  | { do: 'join' }
  | { do: 'leave' }
  | ({ do: 'change' } & Choice)
  | { do: 'cancel' }
  | { do: 'reactivate' }
  | { do: 'refund'; index: number; percent: number | null }

export const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: choices.map((choice) => ({ do: 'change' as const, ...choice })) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 23, 24, 25, 24 * 7, 24 * 29, 24 * 30, 24 * 31, 24 * 365).map((hours) => ({ do: 'wait' as const, hours })) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 3_000n }).map((quantity) => ({ do: 'use' as const, quantity })) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('refund' as const), index: fc.nat(20), percent: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 100 })) }),
  },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'wait_for_last_day' as const }, { do: 'exhaust' as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'join' as const }, { do: 'leave' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'cancel' as const }, { do: 'reactivate' as const }) },
)

/** The same products with some plans sold by the seat. */
export function seatProducts(fixed: Partial<Policies> = {}): fc.Arbitrary<Product> {
  return fc.tuple(products(fixed), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })).map(([product, bySeat]) => ({
    ...product,
    policies: { ...product.policies, seats: { roles: ['owner', 'member'] } },
    plans: product.plans.map((plan, index) => ({ ...plan, perSeat: plan.rank > 0 && bySeat[index - 1] !== false })),
  }))
}

/** All that is beside plans too: trials, plans that are bought by themselves, pay-as-you-go under a cap, credit that is bought and expires. */
export function spendingProducts(): fc.Arbitrary<Product> {
  const trial = fc.oneof(fc.constant(null), fc.record({ days: fc.constantFrom(1, 7, 14) }))
  const earlyRenewal = fc.constantFrom(null, { registeredBefore: instant('2100-01-01T00:00:00Z'), until: instant('2100-01-01T00:00:00Z') })
  const prepaid = { minimum: minor(500), tiers: [{ maximum: minor(50_000), paid: minor(0), days: 0 }], expiresAfter: { months: 2 }, noticeDays: [] }
  const unitPrice = fc.constantFrom('0.0005', '0.01', '1.2345').map(exact)
  return fc.tuple(ladders(), trial, earlyRenewal, unitPrice, fc.integer({ min: 1, max: 3 })).map(([product, trialDays, early, price, paidAsUsedFrom]) => ({
    ...product,
    policies: { ...product.policies, trial: trialDays, exhausted: { from: null, earlyRenewal: early }, prepaid },
    plans: product.plans.map((plan, index) => ({
      ...plan,
      nextTier: plan.rank > 0 ? (product.plans[index + 1]?.id ?? null) : null,
      overLimit: plan.rank >= paidAsUsedFrom ? { type: 'pay_as_you_go' as const, unitPrice: price } : plan.overLimit,
    })),
  }))
}

export type Spending =
  /** Another card, or the bank changes its mind about the one on file. */
  | { do: 'card' | 'bank'; card: 'works' | 'declines' | 'lost' }
  /** It does so before the next try of a renewal, to which time goes on. */
  | { do: 'bank_yields' }
  | { do: 'buy'; amount: number }
  | { do: 'draw'; amount: string }
  | { do: 'cap'; enabled: boolean; cap: number | null }
  | { do: 'late'; quantity: bigint }
  | { do: 'automatic'; upgrade: boolean; renew: boolean }

export const spendings: fc.Arbitrary<Spending> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('card' as const, 'bank' as const, 'bank' as const),
      card: fc.constantFrom('works' as const, 'works' as const, 'works' as const, 'declines' as const, 'lost' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'bank_yields' as const }) },
  { weight: 2, arbitrary: fc.constantFrom(499, 500, 2_000, 50_000, 50_001).map((amount) => ({ do: 'buy' as const, amount })) },
  { weight: 2, arbitrary: fc.constantFrom('0', '0.000001', '1.25', '20', '100').map((amount) => ({ do: 'draw' as const, amount })) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cap' as const),
      enabled: fc.constantFrom(true, true, false),
      cap: fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 100), fc.integer({ min: 0, max: 50_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 9_000n }).map((quantity) => ({ do: 'late' as const, quantity })) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('automatic' as const), upgrade: fc.boolean(), renew: fc.boolean() }) },
)
