import { z } from '@hono/zod-openapi'
import { documentLanguage } from './organization'
import { amount, idOf, instantText, line, period } from './shared'
import { subscription } from './subscription'

const party = z.object({
  name: z.string(),
  address: z.string().optional(),
  country: z.string().optional(),
  tax_id: z.string().optional(),
  emails: z.array(z.string()).optional(),
})

export const invoice = z
  .object({
    id: idOf('inv'),
    number: z.string().openapi({ example: 'INV-000042' }),
    kind: z.enum(['renewal', 'change', 'extra_usage', 'purchase', 'adjustment', 'pro_forma', 'credit_note']),
    status: z.enum(['open', 'paid', 'void', 'uncollectible']),
    organization: idOf('org'),
    subscription: idOf('sub').nullable(),
    currency: z.string(),
    issued_at: instantText,
    paid_at: instantText.nullable(),
    period: period.nullable(),
    lines: z.array(line),
    subtotal: amount,
    credit_applied: amount,
    carried_forward: amount.openapi({ description: 'Part of the credit applied: too small to charge by itself, collected with the next invoice.' }),
    prepaid_applied: amount.openapi({ description: 'Part of `credit_applied`: what credit that was bought has paid.' }),
    tax: amount.openapi({ description: 'Not computed here: always 0.', example: 0 }),
    total: amount,
    amount_due: amount,
    amount_paid: amount,
    amount_refunded: amount,
    credit_issued: amount,
    differs_because: z.array(z.object({ code: z.string(), text: z.string() })),
    seller: party.extend({ support: z.string().optional(), bank_details: z.string().optional() }),
    buyer: party,
    language: documentLanguage.openapi({ description: 'What it is printed in.' }),
    payment: z.object({
      state: z.enum(['not_needed', 'open', 'in_flight', 'needs_customer', 'refused', 'collected', 'abandoned', 'disputed']),
      reason: z.string().nullable(),
      reference: z.string().nullable().openapi({ description: 'Of a bank transfer, as the operator noted it.' }),
      card: z.object({ brand: z.string(), last4: z.string() }).nullable().openapi({ description: 'What paid it.' }),
      url: z.string().nullable(),
      next_try_at: instantText.nullable(),
    }),
    refundable: z
      .object({ amount, window_closes_at: instantText })
      .nullable()
      .optional()
      .openapi({ description: 'What a refund would give back now; not in lists.' }),
    related: z
      .array(z.object({ id: idOf('inv'), number: z.string(), issued_at: instantText, total: amount }))
      .optional()
      .openapi({ description: 'Of a credit note the invoices that paid for its period, of an invoice its credit notes; not in lists.' }),
  })
  .openapi('Invoice')

export const paidAction = z.object({ subscription, invoice: invoice.nullable() }).openapi('PaidAction')

export const refund = z
  .object({ id: idOf('re'), amount, currency: z.string(), invoice: idOf('inv'), status: z.enum(['pending', 'succeeded', 'failed']) })
  .openapi('Refund')

export const adjustment = z.object({ id: idOf('grant'), amount, currency: z.string(), reason: z.string(), credit_balance: amount }).openapi('Adjustment')

export const books = z
  .object({
    balanced: z.boolean(),
    as_of: instantText,
    entries: z.int().nullable().openapi({ description: 'Of a full run; not counted for one organization.' }),
    organizations: z.int(),
    differences: z.array(z.object({ organization: z.string(), check: z.string(), expected: z.string(), found: z.string(), about: z.string() })),
  })
  .openapi('Books')
