import { z } from '@hono/zod-openapi'
import { invoice } from './invoice'
import { amount, decimal, idOf, instantText } from './shared'

const grant = z.object({
  id: idOf('grant'),
  source: z.enum(['credit_note', 'carried_forward', 'released', 'orphan_payment', 'contribution', 'adjustment', 'purchase', 'auto_recharge']),
  amount: decimal,
  remaining: decimal,
  expired: decimal.openapi({ description: 'What was left when it ended.' }),
  granted_at: instantText,
  expires_at: instantText.nullable(),
  invoice: idOf('inv').nullable().openapi({ description: 'That it came from.' }),
  draws: z
    .array(
      z.object({
        day: z.string().openapi({ description: 'A UTC date.', example: '2026-06-01' }),
        for: z.enum(['usage', 'invoice', 'debt', 'went_back']).openapi({ description: '`went_back`: the payment that bought it did.' }),
        meter: z.string().nullable(),
        invoice: idOf('inv').nullable(),
        amount: decimal,
      }),
    )
    .openapi({ description: 'What drew bought credit down, by day.' }),
})

export const credits = z
  .object({
    credit_balance: amount,
    prepaid_balance: decimal,
    currency: z.string(),
    grants: z.array(grant),
    next_cursor: z.string().nullable(),
    auto_recharge: z
      .object({
        enabled: z.boolean(),
        threshold: amount,
        amount,
        monthly_limit: amount.nullable(),
        failures_in_a_row: z.int(),
      })
      .nullable()
      .openapi({ description: 'Null: never set.' }),
  })
  .openapi('Credits')

export const purchase = z.object({ invoice, grant: grant.nullable() }).openapi('Purchase')
