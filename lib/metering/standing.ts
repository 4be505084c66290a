import { type SegmentRow, type SubscriptionRow, toSegment, toSettings } from '../billing/commands/store/subscription'
import { allowedExtra } from '../billing/core/extra-charging'
import { type DenialReason, decideConsume, type MeterState, remainingUnits } from '../billing/core/limits'
import type { Explanation } from '../billing/core/line'
import { countedUnits } from '../billing/core/rating'
import type { Currency, ExactAmount } from '../money'

/** Units; `limit` null: unlimited; `remaining` null: nothing stops it (G48). */
export type Standing = { used: bigint; limit: bigint | null; remaining: bigint | null }

export type Denial = { reason: DenialReason | 'no_subscription' } & Explanation

/** Whose segment it is: the settings that the customer has made count beside the plan's limit. */
export type Holder = Pick<SubscriptionRow, 'status' | 'hardLimit' | 'payAsYouGo' | 'payAsYouGoCap' | 'autoUpgrade' | 'autoRenew' | 'capSpentBefore'>

/** What is set aside for gateways, and what the prepaid balance can still pay (G61). */
export type SetAside = {
  reserved: bigint
  balance: ExactAmount
  currency: Currency
  /** An invoice for extra usage could not be collected; until it is paid there are only the units that the plan includes (G55). */
  extraUnpaid?: boolean
}

export const NOTHING_SET_ASIDE: SetAside = { reserved: 0n, balance: 0n as ExactAmount, currency: 'usd' }

/** One meter as the rules of limits see it. */
function meterState(holder: Holder, row: SegmentRow, { reserved, balance, currency, extraUnpaid = false }: SetAside): MeterState {
  const segment = toSegment(row)
  const { limit, overLimit, extraThreshold, meter } = segment
  const counted = countedUnits(segment)
  const settings = toSettings(holder)
  const extraMaximum = allowedExtra(segment, { settings, spentBefore: holder.capSpentBefore, currency })
  return { meter, limit, overLimit, extraThreshold, extraMaximum, counted, reserved, balance, currency, extraUnpaid, settings }
}

export function standingOf(holder: Holder, row: SegmentRow, aside: SetAside = NOTHING_SET_ASIDE): Standing {
  const state = meterState(holder, row, aside)
  return { used: state.counted, limit: shownLimit(holder, state.limit), remaining: remainingUnits(state) }
}

/** The plan's limit, or the hard limit where one is set above it (G48). */
export function shownLimit({ hardLimit }: Pick<Holder, 'hardLimit'>, limit: bigint | null): bigint | null {
  return hardLimit !== null && limit !== null && hardLimit > limit ? hardLimit : limit
}

/** Why `quantity` units may not be used now; null where they may. The consume call and the entitlement check are this one answer. */
export function denialOf(holder: Holder, row: SegmentRow, quantity: bigint, aside: SetAside = NOTHING_SET_ASIDE): Denial | null {
  const { status } = holder
  if (status === 'unpaid') return { reason: 'subscription_unpaid', rule: 'C12', formula: 'status = unpaid', inputs: { status } }
  const decision = decideConsume({ ...meterState(holder, row, aside), quantity })
  if (decision.allowed) return null
  const { reason, rule, formula, inputs } = decision
  return { reason, rule, formula, inputs }
}

/** Where nothing is held, nothing may be used (G3): a limit of 0, for null would say unlimited. */
export const NOTHING: Standing = { used: 0n, limit: 0n, remaining: 0n }

export function noSubscription(meter: string): Denial {
  return { reason: 'no_subscription', rule: 'G3', formula: 'live subscriptions with this meter = 0', inputs: { meter } }
}
