import type { OverLimitPolicy } from './catalog'
import { count } from './explain'
import type { Explanation } from './line'

/** One meter under its running terms. `limit` null: unlimited. `counted` is what the card shows as used (G46). */
export type MeterState = { limit: bigint | null; overLimit: OverLimitPolicy; counted: bigint }

export type ConsumeDecision = { allowed: true } | ({ allowed: false; reason: 'limit_reached' } & Explanation)

/** Whether `quantity` units may be used now: all or nothing, and 0 always (A2, G47). */
export function decideConsume({ limit, overLimit, counted, quantity }: MeterState & { quantity: bigint }): ConsumeDecision {
  if (quantity === 0n || limit === null) return { allowed: true }
  switch (overLimit.type) {
    case 'overage':
      return { allowed: true }
    case 'block':
      return counted + quantity <= limit ? { allowed: true } : limitReached(limit, counted, quantity)
  }
}

function limitReached(limit: bigint, counted: bigint, quantity: bigint): ConsumeDecision {
  return {
    allowed: false,
    reason: 'limit_reached',
    rule: 'A2',
    formula: `${count(counted)} + ${count(quantity)} > ${count(limit)}`,
    inputs: { used: Number(counted), quantity: Number(quantity), limit: Number(limit) },
  }
}

/** What may still be used; null where nothing stops it (G48). */
export function remainingUnits({ limit, overLimit, counted }: MeterState): bigint | null {
  if (limit === null) return null
  switch (overLimit.type) {
    case 'overage':
      return null
    case 'block':
      return counted < limit ? limit - counted : 0n
  }
}

/** Whole per cent of the limit, rounded down (G77): 99.9 % reads 99. Null where unlimited; of a limit of 0 all is used. */
export function percentUsed({ limit, counted }: Pick<MeterState, 'limit' | 'counted'>): number | null {
  if (limit === null) return null
  return limit === 0n ? 100 : Number((100n * counted) / limit)
}

export type UsageState = 'ok' | 'warning' | 'limit_reached' | 'overage'

/**
 * How the card is coloured (G77). `overage` only once extra units are used: exactly at the limit it is reached, and so it
 * is where what was counted before a change is above the new limit (C13).
 */
export function usageState({ limit, counted, extra, warnAt = 80 }: Pick<MeterState, 'limit' | 'counted'> & { extra: bigint; warnAt?: number }): UsageState {
  if (limit === null) return 'ok'
  if (extra > 0n) return 'overage'
  if (counted >= limit) return 'limit_reached'
  return counted * 100n >= limit * BigInt(warnAt) ? 'warning' : 'ok'
}
