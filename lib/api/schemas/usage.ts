import { z } from '@hono/zod-openapi'
import { amount, explanation, idOf, inputs, instantText, period, units } from './shared'

export const recorded = z.object({ accepted: units, duplicates: units, ignored: units }).openapi('RecordedUsage')

const reason = z.enum(['limit_reached', 'hard_limit_reached', 'spending_cap_reached', 'quota_exhausted', 'subscription_unpaid', 'no_subscription']).nullable()
const because = { rule: explanation.rule.optional(), formula: explanation.formula.optional(), inputs: inputs.optional() }
const standing = {
  used: units,
  limit: units.nullable().openapi({ description: 'Null: unlimited.' }),
  remaining: units.nullable().openapi({ description: 'Null: nothing stops it.' }),
}

export const consumed = z.object({ allowed: z.boolean(), reason, ...standing, ...because }).openapi('Consumed')

export const entitlements = z
  .object({
    meters: z.array(
      z.object({
        meter: z.string(),
        subscription: idOf('sub'),
        product: z.string(),
        allowed: z.boolean(),
        reason,
        ...standing,
        resets_at: instantText,
        ...because,
      }),
    ),
    entitlements: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    plans: z.array(
      z.object({
        subscription: idOf('sub'),
        product: z.string(),
        plan: z.string(),
        entitlements: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      }),
    ),
  })
  .openapi('Entitlements')

export const lease = z
  .object({
    id: idOf('lease').nullable().openapi({ description: 'Null where nothing was granted: there is nothing to settle.' }),
    granted: units,
    remaining: units.nullable().openapi({ description: 'What could still be set aside or used beside it. Null where there is no limit.' }),
    expires_at: instantText.nullable(),
    reason,
    ...because,
  })
  .openapi('Lease')

export const settledLease = z.object({ id: idOf('lease'), granted: units, used: units, settled_at: instantText }).openapi('SettledLease')

const meterUsage = z.object({
  meter: z.string(),
  unit: z.string(),
  used: units,
  limit: units.nullable(),
  hard_limit: units.nullable(),
  remaining: units.nullable(),
  percent: z.int().nullable(),
  state: z.enum(['ok', 'warning', 'limit_reached', 'overage']),
  overage: units,
  overage_amount: amount,
  reserved: units,
  forecast: z.object({ used_at_period_end: units.nullable(), reaches_limit_at: instantText.nullable(), amount: amount.nullable() }),
})

export const usageCard = z
  .object({
    subscription: idOf('sub'),
    product: z.string(),
    plan: z.string(),
    interval: z.enum(['month', 'year']),
    status: z.string(),
    currency: z.string(),
    period: z.object({ start: instantText, end: instantText, cycle_days: z.int() }),
    as_of: instantText,
    meters: z.array(meterUsage),
    next_tier: z.object({ plan: z.string(), name: z.string(), automatic: z.boolean(), failed_at: instantText.nullable() }).nullable().openapi({
      description: 'Where an upgrade leads once everything is used: by itself where `automatic`, else offered. `failed_at`: it was tried in this period.',
    }),
    alerts: z.array(z.object({ meter: z.string(), threshold: z.int(), fired_at: instantText })),
  })
  .openapi('UsageCard')

export const usageSeries = z
  .object({
    data: z.array(z.object({ day: z.string().optional(), key: z.string().nullable().optional(), meter: z.string(), quantity: units })),
  })
  .openapi('UsageSeries')

export const overage = z.object({ period, plan: z.string(), overage: units, amount, invoice: idOf('inv').nullable() }).openapi('Overage')
