import { type SegmentRow, type SubscriptionRow, toSegment } from '../billing/commands/store/subscription'
import { decideConsume, remainingUnits } from '../billing/core/limits'
import type { Explanation } from '../billing/core/line'
import { countedUnits } from '../billing/core/rating'

/** Units; `limit` null: unlimited; `remaining` null: nothing stops it (G48). */
export type Standing = { used: bigint; limit: bigint | null; remaining: bigint | null }

export type Denial = { reason: 'limit_reached' | 'subscription_unpaid' | 'no_subscription' } & Explanation

export function standingOf(row: SegmentRow): Standing {
  const segment = toSegment(row)
  const used = countedUnits(segment)
  return { used, limit: segment.limit, remaining: remainingUnits({ ...segment, counted: used }) }
}

/** Why `quantity` units may not be used now; null where they may. The consume call and the entitlement check are this one answer. */
export function denialOf({ status }: Pick<SubscriptionRow, 'status'>, row: SegmentRow, quantity: bigint): Denial | null {
  if (status === 'unpaid') return { reason: 'subscription_unpaid', rule: 'C12', formula: 'status = unpaid', inputs: { status } }
  const segment = toSegment(row)
  const decision = decideConsume({ ...segment, counted: countedUnits(segment), quantity })
  if (decision.allowed) return null
  const { reason, rule, formula, inputs } = decision
  return { reason, rule, formula, inputs }
}

/** Where nothing is held, nothing may be used (G3): a limit of 0, for null would say unlimited. */
export const NOTHING: Standing = { used: 0n, limit: 0n, remaining: 0n }

export function noSubscription(meter: string): Denial {
  return { reason: 'no_subscription', rule: 'G3', formula: 'live subscriptions with this meter = 0', inputs: { meter } }
}
