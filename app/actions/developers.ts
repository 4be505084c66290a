'use server'

import { z } from 'zod'
import { createOrganizationKey, revokeOrganizationKey } from '@/lib/auth/organization-keys'
import { type ApiKeyId, isId, type WebhookDeliveryId, type WebhookEndpointId } from '@/lib/ids'
import { ok } from '@/lib/result'
import { resend, sendTest } from '@/lib/webhooks/deliveries'
import { LONGEST_URL } from '@/lib/webhooks/endpoint-url'
import { changeEndpoint, createEndpoint, deleteEndpoint, rotateSecret } from '@/lib/webhooks/endpoints'
import { EVENT_TYPES, EVERY_EVENT } from '@/lib/webhooks/event-types'
import { defineAction } from './define-action'

const keyId = z.custom<ApiKeyId>((value) => typeof value === 'string' && isId('key', value))
const endpointId = z.custom<WebhookEndpointId>((value) => typeof value === 'string' && isId('whk', value))
const deliveryId = z.custom<WebhookDeliveryId>((value) => typeof value === 'string' && isId('del', value))
const url = z.string().trim().min(1).max(LONGEST_URL)
const events = z
  .array(z.enum([EVERY_EVENT, ...EVENT_TYPES]))
  .min(1)
  .max(EVENT_TYPES.length + 1)
const description = z.string().trim().max(200)

/** Answers the key itself, this once. Refuses with `CreateKeyRefusal`. */
export const createKeyAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ name: z.string().trim().min(1).max(100) }),
  run: async (context, { name }) => {
    const created = await createOrganizationKey(context, { organizationId: context.viewer.organization.id, name })
    return created.ok ? ok({ key: created.value.key }) : created
  },
})

/** Refuses with `RevokeKeyRefusal`. */
export const revokeKeyAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ keyId }),
  run: (context, input) => revokeOrganizationKey(context, { ...input, organizationId: context.viewer.organization.id }),
})

/** Answers the secret, this once. Refuses with `CreateEndpointRefusal`. */
export const createEndpointAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ url, events, description }),
  run: async (context, input) => {
    const created = await createEndpoint(context, context.viewer.organization.id, input)
    return created.ok ? ok({ endpointId: created.value.endpoint.id, secret: created.value.secret }) : created
  },
})

/** Refuses with `ChangeEndpointRefusal`. */
export const changeEndpointAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ endpointId, url: url.optional(), events: events.optional(), description: description.optional(), enabled: z.boolean().optional() }),
  run: async (context, { endpointId: id, ...change }) => {
    const changed = await changeEndpoint(context, context.viewer.organization.id, id, change)
    return changed.ok ? ok(null) : changed
  },
})

/** Refuses with `OneEndpointRefusal`. */
export const deleteEndpointAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ endpointId }),
  run: async (context, { endpointId: id }) => {
    const deleted = await deleteEndpoint(context, context.viewer.organization.id, id)
    return deleted.ok ? ok(null) : deleted
  },
})

/** Answers the new secret, this once. Refuses with `OneEndpointRefusal`. */
export const rotateSecretAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ endpointId }),
  run: async (context, { endpointId: id }) => {
    const rotated = await rotateSecret(context, context.viewer.organization.id, id)
    return rotated.ok ? ok({ secret: rotated.value.secret }) : rotated
  },
})

/** Refuses with `SendRefusal`. */
export const sendTestAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ endpointId }),
  run: async (context, { endpointId: id }) => {
    const sent = await sendTest(context, context.viewer.organization.id, id)
    return sent.ok ? ok({ deliveryId: sent.value.id }) : sent
  },
})

/** Refuses with `ResendRefusal`. */
export const resendAction = defineAction({
  permission: 'keys:write',
  input: z.strictObject({ deliveryId }),
  run: async (context, { deliveryId: id }) => {
    const queued = await resend(context, context.viewer.organization.id, id)
    return queued.ok ? ok(null) : queued
  },
})
