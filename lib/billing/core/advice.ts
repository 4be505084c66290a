import { extend, type MinorUnits, minor, sum } from '../../money'
import { type Interval, limitOf, type Plan, type Product, unitPriceOf } from './catalog'

/** What was used of each meter in a period that has closed, and by which interval it was paid. */
export type UsedPeriod = { interval: Interval; used: ReadonlyMap<string, bigint> }

export type PlanAdvice = {
  plan: Plan
  /** Price and extra units of all the periods together. */
  total: MinorUnits
  /** Of the total, what extra units would have cost: where the customer has to allow them first, as if that were done. */
  extra: MinorUnits
  /** Units above the plan's limit that nothing would have paid for. */
  refused: bigint
}

const MONTHS_A_YEAR = 12n

/**
 * What each plan would have cost for the usage that there was, by the prices of now and without proration. Seats: members who
 * hold one now. A plan that is not sold by a period's interval is counted by its other price: twelve months a year.
 */
export function adviseOn(product: Product, plans: readonly Plan[], periods: readonly UsedPeriod[], seats: number | null): PlanAdvice[] {
  return plans.map((plan) => {
    const parts = periods.map(({ interval, used }) => {
      const price = (feeOf(plan, interval) * BigInt(plan.perSeat ? (seats ?? 0) : 1)) as MinorUnits
      const above = product.meters.map(({ id }) => aboveLimit(product, plan, interval, id, used.get(id) ?? 0n))
      return { price, extra: sum(above.map(({ extra }) => extra)), refused: above.reduce((all, { refused }) => all + refused, 0n) }
    })
    const extra = sum(parts.map((part) => part.extra))
    return { plan, extra, total: minor(sum(parts.map(({ price }) => price)) + extra), refused: parts.reduce((all, { refused }) => all + refused, 0n) }
  })
}

/** The plan that would have served everything for the least; the lower one of two that cost the same. Null where each would have refused something. */
export function leastOf(advice: readonly PlanAdvice[]): Plan | null {
  const served = advice.filter(({ refused }) => refused === 0n)
  const [best] = served.toSorted((a, b) => Number(a.total - b.total) || a.plan.rank - b.plan.rank)
  return best?.plan ?? null
}

/** Minor units; the cent of a year that does not divide by twelve is cut. */
function feeOf({ prices }: Plan, interval: Interval): bigint {
  const { month, year } = prices
  if (interval === 'month') return month ?? (year ?? 0n) / MONTHS_A_YEAR
  return year ?? (month ?? 0n) * MONTHS_A_YEAR
}

function aboveLimit(product: Product, plan: Plan, interval: Interval, meter: string, used: bigint): { extra: MinorUnits; refused: bigint } {
  const { overLimit } = plan
  const limit = limitOf({ product, plan, interval }, meter)
  const price = unitPriceOf(overLimit, meter)
  const billed = limit === null ? 0n : limit
  const above = used > billed ? used - billed : 0n
  if (price === null) return { extra: minor(0n), refused: limit === null ? 0n : above }
  const { served, charged } = extraOf(plan, product, above, billed)
  return { extra: extend(price, charged, product.currency), refused: above - served }
}

/** Blocks are charged whole as they begin (S7), and the hard limit above which none is to be had bounds them (S8). */
function extraOf({ overLimit }: Plan, { policies }: Product, above: bigint, limit: bigint): { served: bigint; charged: bigint } {
  if (overLimit.type !== 'blocks') return { served: above, charged: above }
  const room = policies.hardLimit ? policies.hardLimit.maximum - limit : above
  const served = above < room ? above : room
  return { served, charged: ((served + overLimit.block - 1n) / overLimit.block) * overLimit.block }
}
