import { z } from '@hono/zod-openapi'
import { EVENT_TYPES, EVERY_EVENT } from '../../webhooks/event-types'
import { idOf, instantText } from './shared'

const endpointFields = {
  id: idOf('whk'),
  url: z.string().openapi({ example: 'https://example.com/headroom' }),
  events: z.array(z.string()).openapi({ description: '`*` for all.', example: ['invoice.paid', 'invoice.payment_failed'] }),
  description: z.string(),
  enabled: z.boolean(),
  disabled_because: z
    .enum(['by_hand', 'failing', 'gone'])
    .nullable()
    .openapi({ description: '`failing`: nothing got through for three days. `gone`: it answered 410.' }),
  failing_since: instantText.nullable().openapi({ description: 'Null where the last delivery got through.' }),
  previous_secret_until: instantText.nullable().openapi({ description: 'Until then the secret before the last change signs beside the new one.' }),
  created_at: instantText,
}

export const webhookEndpoint = z.object(endpointFields).openapi('WebhookEndpoint')

export const webhookEndpointWithSecret = z
  .object({ ...endpointFields, secret: z.string().openapi({ description: 'Shown this once.', example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }) })
  .openapi('WebhookEndpointWithSecret')

export const webhookDelivery = z
  .object({
    id: idOf('del'),
    endpoint: idOf('whk'),
    event: idOf('evt'),
    type: z.string().openapi({ example: 'invoice.paid' }),
    organization: z.string().nullable(),
    state: z.enum(['queued', 'delivered', 'failed']).openapi({ description: '`failed`: given up after three days; it can be sent again.' }),
    tries: z.int(),
    created_at: instantText,
    next_try_at: instantText.nullable(),
    tried_at: instantText.nullable(),
    response_status: z.int().nullable(),
    response_body: z.string().nullable().openapi({ description: 'Its first 1,000 characters.' }),
    duration_ms: z.int().nullable(),
    error: z.string().nullable().openapi({ description: 'Why there was no answer that counts.' }),
  })
  .openapi('WebhookDelivery')

const known = new Set<string>([EVERY_EVENT, ...EVENT_TYPES])

/** In a body. */
export const eventTypes = z
  .array(
    z
      .string()
      .max(64)
      .refine((type) => known.has(type), `must be "*" or one of ${EVENT_TYPES.join(', ')}`)
      .openapi({ enum: [EVERY_EVENT, ...EVENT_TYPES] }),
  )
  .min(1)
  .max(EVENT_TYPES.length + 1)
