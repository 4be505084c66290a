import { and, desc, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptionPeriods, usageSegments } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import type { LoadedSubscription } from '../commands/store/subscription'
import { adviseOn, leastOf, type PlanAdvice, type UsedPeriod } from '../core/advice'
import type { Product } from '../core/catalog'

export type PlanAdviceView = {
  currency: Currency
  /** What is counted; null where a product counts several things. */
  unit: string | null
  /** How many closed periods it looks back on, and from when to when. */
  periods: { count: number; start: string; end: string }
  plans: {
    id: string
    name: string
    isCurrent: boolean
    /** Would have served everything for the least. */
    isLeast: boolean
    /** For all the periods. */
    total: MinorUnits
    extra: MinorUnits
    /** Extra units are served only once the customer has allowed them: by pay-as-you-go, or by a hard limit. Null: by themselves, or never. */
    allowedBy: 'pay_as_you_go' | 'hard_limit' | null
    refused: bigint
  }[]
}

const PERIODS = 6

type Asked = { product: Product; loaded: LoadedSubscription; seats: number | null }

/**
 * The plans beside what was used in the last closed periods of a running subscription (at most six), from counters, in one
 * statement. Null where there is nothing to compare: no closed period, nothing metered, or plans that all come to the same.
 */
export async function advisePlans(tx: Transaction, { product, loaded: { row, holding }, seats }: Asked): Promise<PlanAdviceView | null> {
  if (product.meters.length === 0) return null
  const periods = await readUsed(tx, row.organizationId, row.id)
  const [newest] = periods
  const oldest = periods.at(-1)
  if (!newest || !oldest) return null
  const held = holding.terms.plan
  const plans = product.plans.filter((plan) => plan.offered || plan.id === held.id)
  const advice = adviseOn(product, plans, periods, seats)
  if (!differ(advice)) return null
  const least = leastOf(advice)
  return {
    currency: product.currency,
    unit: product.meters.length === 1 ? (product.meters[0]?.unit ?? null) : null,
    periods: { count: periods.length, start: oldest.start, end: newest.end },
    plans: advice.map(({ plan, total, extra, refused }) => ({
      id: plan.id,
      name: plan.name,
      isCurrent: plan.id === held.id,
      isLeast: plan.id === least?.id,
      total,
      extra,
      allowedBy: plan.overLimit.type === 'pay_as_you_go' ? 'pay_as_you_go' : plan.overLimit.type === 'blocks' ? 'hard_limit' : null,
      refused,
    })),
  }
}

function differ([first, ...others]: readonly PlanAdvice[]): boolean {
  return first !== undefined && others.some(({ total, refused }) => total !== first.total || refused !== first.refused)
}

type Read = UsedPeriod & { start: string; end: string }

/** Newest first. Units of a period are those of all its segments: plans that were changed within it count together. */
async function readUsed(tx: Transaction, organizationId: OrganizationId, subscriptionId: SubscriptionId): Promise<Read[]> {
  const last = tx
    .select({ start: subscriptionPeriods.periodStart, end: subscriptionPeriods.periodEnd, interval: subscriptionPeriods.interval })
    .from(subscriptionPeriods)
    .where(and(eq(subscriptionPeriods.organizationId, organizationId), eq(subscriptionPeriods.subscriptionId, subscriptionId)))
    .orderBy(desc(subscriptionPeriods.periodStart))
    .limit(PERIODS)
    .as('last')
  const rows = await tx
    .select({
      start: last.start,
      end: last.end,
      interval: last.interval,
      meter: usageSegments.meter,
      units: sql<string>`coalesce(sum(${usageSegments.units}), 0)`,
    })
    .from(last)
    .leftJoin(
      usageSegments,
      and(eq(usageSegments.organizationId, organizationId), eq(usageSegments.subscriptionId, subscriptionId), eq(usageSegments.periodStart, last.start)),
    )
    .groupBy(last.start, last.end, last.interval, usageSegments.meter)
    .orderBy(desc(last.start))
  const periods = new Map<string, Read & { used: Map<string, bigint> }>()
  for (const { start, end, interval, meter, units } of rows) {
    const period = periods.get(start.toString()) ?? { start: start.toString(), end: end.toString(), interval, used: new Map() }
    if (meter !== null) period.used.set(meter, BigInt(units))
    periods.set(start.toString(), period)
  }
  return [...periods.values()]
}
