import { z } from '@hono/zod-openapi'
import { amount, decimal, idOf, instantText } from './shared'

const billing = z.object({
  name: z.string().optional(),
  address: z.string().optional(),
  country: z.string().optional(),
  tax_id: z.string().optional(),
  emails: z.array(z.string()).optional(),
})

export const documentLanguage = z.enum(['en', 'de'])

export const organization = z
  .object({
    id: idOf('org'),
    name: z.string(),
    slug: z.string().openapi({ description: 'The address of its dashboard.', example: 'acme' }),
    currency: z.string(),
    country: z.string().nullable(),
    registered_at: instantText,
    trust_tier: z.int(),
    credit_balance: amount,
    prepaid_balance: decimal,
    external_id: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    billing,
    language: documentLanguage.openapi({ description: 'Of the documents that are issued from now on, and of the texts of this interface.' }),
    test_clock: z.string().nullable(),
    now: instantText.openapi({ description: 'What time it is for this organization.' }),
  })
  .openapi('Organization')

export const member = z
  .object({
    id: idOf('mem'),
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(['owner', 'admin', 'billing', 'member']),
    added_at: instantText,
    joined_at: instantText.nullable().openapi({ description: 'Null until the invitation is accepted.' }),
    personal_credit: amount.openapi({ description: 'Credit of their own, which they may give to the team.' }),
  })
  .openapi('Member')

export const portalSession = z
  .object({
    url: z.url().openapi({ example: 'https://billing.example.com/sign-in/portal/portal_01kbp4x5mve8jbdk2g3tqh1s7n.pJ0…' }),
    expires_at: instantText.openapi({ description: 'Five minutes after it was made, by the clock on the wall.' }),
  })
  .openapi('PortalSession')

export const paymentMethod = z
  .object({
    brand: z.string().openapi({ example: 'visa' }),
    last4: z.string().openapi({ example: '4242' }),
    exp_month: z.int(),
    exp_year: z.int(),
  })
  .openapi('PaymentMethod')

export const testClock = z.object({ id: idOf('clock'), now: instantText }).openapi('TestClock')

export const notification = z
  .object({
    id: idOf('msg'),
    kind: z.string().openapi({ example: 'usage_alert_80' }),
    channel: z.string(),
    recipient: z.string(),
    state: z.enum(['queued', 'sent', 'failed']),
    at: instantText,
    sent_at: instantText.nullable(),
    error: z.string().nullable(),
  })
  .openapi('Notification')

const facts = z.record(z.string(), z.unknown()).nullable()

export const auditEntry = z
  .object({
    id: idOf('aud'),
    at: instantText,
    actor: z.string().openapi({ description: 'A member, `operator` or `system`.' }),
    action: z.string().openapi({ example: 'subscription.changed' }),
    target: z.string(),
    before: facts,
    after: facts,
  })
  .openapi('AuditEntry')
