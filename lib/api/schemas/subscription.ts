import { z } from '@hono/zod-openapi'
import { amount, explanation, idOf, instantText, line, units } from './shared'

const interval = z.enum(['month', 'year'])

export const subscription = z
  .object({
    id: idOf('sub'),
    organization: idOf('org'),
    product: z.string().openapi({ example: 'api-calls' }),
    plan: z.string().openapi({ example: 'pro' }),
    interval,
    status: z.enum(['trialing', 'active', 'past_due', 'unpaid', 'awaiting_payment', 'canceled']),
    seats: z.int().nullable().openapi({ description: 'Null where the product sells no seats.' }),
    period: z.object({ start: instantText, end: instantText, cycle_days: z.int() }),
    anchor: instantText,
    trial_end: instantText.nullable(),
    cancel_at: instantText.nullable(),
    pending_change: z
      .object({ plan: z.string(), interval, effective_at: instantText, kind: z.enum(['change', 'resubscribe']) })
      .nullable()
      .openapi({ description: '`resubscribe`: the same yearly term begins anew then, and the running one ends.' }),
    downgraded_at: instantText.nullable(),
    limits: z.object({
      hard_limit: units.nullable(),
      pay_as_you_go: z.object({ enabled: z.boolean(), cap: amount.nullable() }),
      auto_upgrade: z.boolean(),
      auto_renew: z.boolean(),
    }),
    concurrency: z.int().nullable(),
    catalog_version: z.int(),
    waiting: z
      .object({
        kind: z.enum(['subscribe', 'change', 'auto_upgrade', 'auto_renew', 'purchase', 'auto_recharge', 'pro_forma']),
        invoice: idOf('inv'),
        url: z.string().nullable(),
        expires_at: instantText,
      })
      .nullable()
      .openapi({ description: 'A paid action that waits for its payment.' }),
    started_at: instantText.nullable(),
    ended_at: instantText.nullable(),
    next_charge: z
      .object({
        at: instantText,
        base: amount,
        usage: amount,
        seats: amount.openapi({ description: 'Members who have joined since the last review.' }),
        credit: amount,
        carried_forward: amount,
        total: amount,
        title: z.enum(['next', 'final', 'none']),
      })
      .nullable()
      .optional()
      .openapi({ description: 'What the renewal would charge with the usage as it is now; not in lists.' }),
  })
  .openapi('Subscription')

export const limitRequest = z
  .object({ id: idOf('lim'), status: z.enum(['pending', 'approved', 'declined']), hard_limit: units, use_case: z.string() })
  .openapi('LimitRequest')

export const rejection = z
  .object({
    code: z.string().openapi({ example: 'downgrade_usage_exceeded' }),
    message: z.string(),
    retry_at: instantText.nullable().openapi({ description: 'When the same request would be allowed with the usage as it is now.' }),
    renewal_at: instantText.nullable(),
    current_usage: units.nullable(),
    allowed_usage: units.nullable(),
    meter: z.string().nullable(),
    elapsed_days: z.int().nullable(),
    target_limit: units.nullable(),
    ...explanation,
  })
  .openapi('Rejection')

export const quote = z
  .object({
    id: idOf('quote').nullable().openapi({ description: 'Null for the price of a first subscription, which `expected_amount_due` holds to.' }),
    kind: z.enum(['subscribe', 'upgrade', 'downgrade', 'switch', 'resubscribe', 'renew']),
    allowed: z.boolean(),
    effective: z.enum(['now', 'period_end']),
    effective_at: instantText,
    currency: z.string(),
    lines: z.array(line),
    total: amount,
    credit_applied: amount,
    amount_due: amount,
    credit_issued: amount,
    differs_because: z.array(z.object({ code: z.string(), text: z.string() })),
    drops_pending_change: z.boolean(),
    next_renewal: z.object({ at: instantText, amount }),
    expires_at: instantText,
    rejection: rejection.nullable(),
  })
  .openapi('Quote')
