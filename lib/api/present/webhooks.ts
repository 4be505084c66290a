import type { z } from '@hono/zod-openapi'
import { isBefore, systemClock } from '../../time'
import type { Delivery } from '../../webhooks/deliveries'
import type { Endpoint } from '../../webhooks/endpoints'
import type { webhookDelivery, webhookEndpoint } from '../schemas/webhook'
import { at, atOrNull } from './values'

export function presentEndpoint(endpoint: Endpoint): z.output<typeof webhookEndpoint> {
  const { id, url, events, description, disabledAt, disabledBecause, failingSince, previousSecretUntil, createdAt } = endpoint
  return {
    id,
    url,
    events,
    description,
    enabled: disabledAt === null,
    disabled_because: disabledBecause,
    failing_since: atOrNull(failingSince),
    previous_secret_until: previousSecretUntil && isBefore(systemClock.now(), previousSecretUntil) ? at(previousSecretUntil) : null,
    created_at: at(createdAt),
  }
}

export function presentDelivery(delivery: Delivery): z.output<typeof webhookDelivery> {
  const { id, endpointId, eventId, type, organizationId, state, tries, createdAt, nextTryAt, triedAt } = delivery
  return {
    id,
    endpoint: endpointId,
    event: eventId,
    type,
    organization: organizationId,
    state,
    tries,
    created_at: at(createdAt),
    next_try_at: atOrNull(nextTryAt),
    tried_at: atOrNull(triedAt),
    response_status: delivery.responseStatus,
    response_body: delivery.responseBody,
    duration_ms: delivery.durationMs,
    error: delivery.error,
  }
}
