import type { z } from '@hono/zod-openapi'
import type { UsageCard } from '../../billing/views/usage'
import type { Entitlements } from '../../billing/views/usage-entitlements'
import type { PastOverage } from '../../billing/views/usage-history'
import type { ConsumeAnswer } from '../../metering/consume'
import type { consumed, entitlements, overage, usageCard } from '../schemas/usage'
import { at, atOrNull, whole, wholeOrNull } from './values'

type Standing = { used: bigint; limit: bigint | null; remaining: bigint | null }

function presentStanding({ used, limit, remaining }: Standing) {
  return { used: whole(used), limit: wholeOrNull(limit), remaining: wholeOrNull(remaining) }
}

export function presentConsumed(answer: ConsumeAnswer): z.output<typeof consumed> {
  const standing = presentStanding(answer)
  if (answer.allowed) return { allowed: true, reason: null, ...standing }
  const { reason, rule, formula, inputs } = answer
  return { allowed: false, reason, ...standing, rule, formula, inputs }
}

export function presentEntitlements({ meters, plans }: Entitlements): z.output<typeof entitlements> {
  return {
    meters: meters.map(({ meter, subscriptionId, product, allowed, reason, resetsAt, explanation, ...standing }) => ({
      meter,
      subscription: subscriptionId,
      product,
      allowed,
      reason,
      ...presentStanding(standing),
      resets_at: at(resetsAt),
      ...explanation,
    })),
    entitlements: Object.assign({}, ...plans.map((plan) => plan.entitlements)),
    plans: plans.map(({ subscriptionId, product, plan, entitlements: of }) => ({ subscription: subscriptionId, product, plan, entitlements: of })),
  }
}

export function presentUsageCard(card: UsageCard): z.output<typeof usageCard> {
  const { period } = card
  return {
    subscription: card.subscriptionId,
    product: card.product.id,
    plan: card.plan.id,
    interval: card.interval,
    status: card.status,
    currency: card.currency,
    period: { start: at(period.start), end: at(period.end), cycle_days: period.totalDays },
    as_of: at(card.asOf),
    meters: card.meters.map(presentMeter),
    next_tier: card.nextTier && {
      plan: card.nextTier.id,
      name: card.nextTier.name,
      automatic: card.nextTier.isAutomatic,
      failed_at: atOrNull(card.nextTier.failedAt),
    },
    alerts: card.alerts.map(({ meter, threshold, firedAt }) => ({ meter, threshold, fired_at: at(firedAt) })),
  }
}

function presentMeter({ meter, unit, hardLimit, percent, state, overage: extra, overageAmount, reserved, forecast, ...standing }: UsageCard['meters'][number]) {
  return {
    meter,
    unit,
    ...presentStanding(standing),
    hard_limit: wholeOrNull(hardLimit),
    percent,
    state,
    overage: whole(extra),
    overage_amount: whole(overageAmount),
    reserved: whole(reserved),
    forecast: {
      used_at_period_end: wholeOrNull(forecast.usedAtPeriodEnd),
      reaches_limit_at: atOrNull(forecast.reachesLimitAt),
      amount: wholeOrNull(forecast.amount),
    },
  }
}

export function presentOverage({ period, plan, overage: extra, amount, invoice }: PastOverage): z.output<typeof overage> {
  return { period: { start: at(period.start), end: at(period.end) }, plan, overage: whole(extra), amount: whole(amount), invoice }
}
