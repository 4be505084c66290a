import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptionPeriods, usageSegments } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { loadNewestProduct } from '../commands/store/catalog'
import { listCustomPlans, withCustomPlans } from '../commands/store/custom-plans'
import { readOrganizationTime } from '../commands/store/organization'
import { adviseOn, leastOf, type PlanAdvice, type UsedPeriod } from '../core/advice'
import type { Interval } from '../core/catalog'
import { readLiveSubscriptions } from './held'
import { seatsOf } from './seats'

export type PlanAdviceView = {
  currency: Currency
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

/**
 * The plans beside what was used in the last closed periods of the running subscription (at most six), from counters. Null
 * where there is nothing to compare: no closed period, nothing metered, a single plan, or plans that all come to the same.
 */
export async function getPlanAdvice(tx: Transaction, organizationId: OrganizationId, productId: string): Promise<PlanAdviceView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  const sold = here && (await loadNewestProduct(tx, productId, here.now))
  const held = (await readLiveSubscriptions(tx, organizationId)).find(({ row }) => row.product === productId)
  if (!sold || !held || sold.meters.length === 0) return null
  const periods = await readUsed(tx, organizationId, held.row.id)
  const [newest] = periods
  const oldest = periods.at(-1)
  if (!newest || !oldest) return null
  const product = withCustomPlans(sold, await listCustomPlans(tx, organizationId))
  const { terms } = held.holding
  const plans = product.plans.filter((plan) => plan.offered || plan.id === terms.plan.id)
  const advice = adviseOn(product, plans, periods, await seatsOf(tx, organizationId, product, held.holding))
  if (!differ(advice)) return null
  const least = leastOf(advice)
  return {
    currency: product.currency,
    periods: { count: periods.length, start: oldest.start, end: newest.end },
    plans: advice.map(({ plan, total, extra, refused }) => ({
      id: plan.id,
      name: plan.name,
      isCurrent: plan.id === terms.plan.id,
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
  const periods = await tx
    .select({ start: subscriptionPeriods.periodStart, end: subscriptionPeriods.periodEnd, interval: subscriptionPeriods.interval })
    .from(subscriptionPeriods)
    .where(and(eq(subscriptionPeriods.organizationId, organizationId), eq(subscriptionPeriods.subscriptionId, subscriptionId)))
    .orderBy(desc(subscriptionPeriods.periodStart))
    .limit(PERIODS)
  if (periods.length === 0) return []
  const counted = await tx
    .select({ start: usageSegments.periodStart, meter: usageSegments.meter, units: sql<string>`sum(${usageSegments.units})` })
    .from(usageSegments)
    .where(
      and(
        eq(usageSegments.organizationId, organizationId),
        eq(usageSegments.subscriptionId, subscriptionId),
        inArray(
          usageSegments.periodStart,
          periods.map(({ start }) => start),
        ),
      ),
    )
    .groupBy(usageSegments.periodStart, usageSegments.meter)
  return periods.map(({ start, end, interval }) => ({
    start: start.toString(),
    end: end.toString(),
    interval: interval as Interval,
    used: new Map(counted.filter((one) => one.start.equals(start)).map(({ meter, units }) => [meter, BigInt(units)])),
  }))
}
