import type { ExactAmount } from '../../money'
import { type OverLimitPolicy, unitPriceOf } from './catalog'
import { count, unitMoney } from './explain'
import type { Explanation } from './line'
import type { Settings } from './state'

/** One meter under its running terms. `limit` null: unlimited. `counted` is what the card shows as used (G46). */
export type MeterState = {
  meter?: string
  limit: bigint | null
  overLimit: OverLimitPolicy
  counted: bigint
  /** Units that leases set aside (G61); none if left out. */
  reserved?: bigint
  /** See `UsageSegment`; left out: the limit, and nothing extra. */
  extraThreshold?: bigint | null
  extraMaximum?: bigint | null
  settings?: Pick<Settings, 'hardLimit' | 'payAsYouGo'>
  /** A charge for extra usage has failed: only what the plan includes is to be had until it is paid (G55). */
  extraUnpaid?: boolean
  /** What the prepaid balance can still pay, less what leases set aside (P6, G61); nothing, if left out. */
  balance?: ExactAmount
  currency?: string
}

export type DenialReason = 'limit_reached' | 'hard_limit_reached' | 'spending_cap_reached' | 'quota_exhausted' | 'subscription_unpaid'

export type ConsumeDecision = { allowed: true } | ({ allowed: false; reason: DenialReason } & Explanation)

/** Whether `quantity` units may be used now: all or nothing, and 0 always (A2, G47, G52, P7). */
export function decideConsume({ quantity, ...state }: MeterState & { quantity: bigint }): ConsumeDecision {
  if (quantity === 0n) return { allowed: true }
  if (state.overLimit.type === 'prepaid') return decidePrepaid(state, quantity)
  const ceiling = ceilingOf(state)
  if (ceiling === null || taken(state) + quantity <= ceiling) return { allowed: true }
  return refused(state, ceiling, quantity)
}

function taken({ counted, reserved = 0n }: MeterState): bigint {
  return counted + reserved
}

/** The most units that may be counted; null: any number. Where the balance decides there is none (G48). */
export function ceilingOf({ limit, overLimit, extraThreshold, extraMaximum, extraUnpaid = false }: MeterState): bigint | null {
  if (limit === null) return null
  switch (overLimit.type) {
    case 'overage':
    case 'arrears':
    case 'prepaid':
      return null
    case 'block':
      return limit
    case 'pay_as_you_go':
    case 'blocks': {
      if (extraMaximum === null) return null
      const ceiling = (extraThreshold ?? limit) + (extraMaximum ?? 0n)
      // What was recorded while nothing extra was to be had does not make room: without extra units the limit holds.
      if ((extraMaximum ?? 0n) === 0n || (overLimit.type === 'blocks' && extraUnpaid)) return limit
      return ceiling
    }
  }
}

/** Consumption never takes the balance below zero: it must cover the whole price (P7). */
function decidePrepaid({ meter = '', overLimit, balance = 0n as ExactAmount, currency = 'usd' }: MeterState, quantity: bigint): ConsumeDecision {
  const price = unitPriceOf(overLimit, meter)
  if (price === null || price * quantity <= balance) return { allowed: true }
  return {
    allowed: false,
    reason: 'quota_exhausted',
    rule: 'P6',
    formula: `${count(quantity)} × ${unitMoney(price, currency)} > ${unitMoney(balance, currency)}`,
    inputs: { quantity: Number(quantity), unit_price: unitMoney(price, currency), balance: unitMoney(balance, currency) },
  }
}

/** Which of the limits it was (G49). */
function reasonOf({ limit, overLimit, settings, extraUnpaid = false }: MeterState): { reason: DenialReason; rule: string } {
  if (overLimit.type === 'pay_as_you_go' && settings?.payAsYouGo.enabled) return { reason: 'spending_cap_reached', rule: 'B6' }
  const hardLimit = settings?.hardLimit ?? null
  if (overLimit.type === 'blocks' && hardLimit !== null && extraUnpaid) return { reason: 'subscription_unpaid', rule: 'G55' }
  if (overLimit.type === 'blocks' && hardLimit !== null && limit !== null && hardLimit > limit) return { reason: 'hard_limit_reached', rule: 'S1' }
  return { reason: 'limit_reached', rule: 'A2' }
}

function refused(state: MeterState, ceiling: bigint, quantity: bigint): ConsumeDecision {
  const { counted, reserved = 0n, limit } = state
  const { reason, rule } = reasonOf(state)
  const used = reserved === 0n ? count(counted) : `${count(counted)} + ${count(reserved)}`
  const inputs: Record<string, string | number> = { used: Number(counted), quantity: Number(quantity), limit: Number(limit ?? ceiling) }
  if (reserved > 0n) inputs.reserved = Number(reserved)
  if (reason !== 'limit_reached') inputs.allowed = Number(ceiling)
  return { allowed: false, reason, rule, formula: `${used} + ${count(quantity)} > ${count(ceiling)}`, inputs }
}

/** What may still be used; null where nothing stops it (G48). On a prepaid plan the units that the balance covers. */
export function remainingUnits(state: MeterState): bigint | null {
  if (state.overLimit.type === 'prepaid') {
    const price = unitPriceOf(state.overLimit, state.meter ?? '')
    if (price === null || price === 0n) return null
    const balance = state.balance ?? 0n
    return balance > 0n ? balance / price : 0n
  }
  const ceiling = ceilingOf(state)
  if (ceiling === null) return null
  return taken(state) < ceiling ? ceiling - taken(state) : 0n
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
