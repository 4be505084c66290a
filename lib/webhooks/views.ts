import type { Transaction } from '../../db/client'
import type { OrganizationId, WebhookDeliveryId, WebhookEndpointId } from '../ids'
import { isBefore, systemClock } from '../time'
import { type Delivery, findDelivery, findEndpoint, listDeliveries, listEndpoints } from './deliveries'
import { type Endpoint, MOST_ENDPOINTS } from './endpoints'

export type EndpointView = {
  id: WebhookEndpointId
  url: string
  description: string
  events: string[]
  state: 'enabled' | 'failing' | 'disabled'
  disabledBecause: Endpoint['disabledBecause']
  failingSince: string | null
  createdAt: string
  /** Null: only one secret signs. */
  previousSecretUntil: string | null
}

export type DeliveryView = {
  id: WebhookDeliveryId
  eventId: string
  type: string
  state: Delivery['state']
  tries: number
  createdAt: string
  triedAt: string | null
  nextTryAt: string | null
  responseStatus: number | null
  durationMs: number | null
  error: string | null
}

export type DeliveryDetailView = DeliveryView & { requestBody: string | null; responseBody: string | null }

const PAGE_LENGTH = 25

/** All of them: there are never more than `MOST_ENDPOINTS`. */
export async function getEndpoints(tx: Transaction, organizationId: OrganizationId): Promise<EndpointView[]> {
  return (await listEndpoints(tx, organizationId, { limit: MOST_ENDPOINTS })).map(viewEndpoint)
}

export type EndpointPageView = { endpoint: EndpointView; deliveries: DeliveryView[]; next: WebhookDeliveryId | null }

/** Null where the organization has no such endpoint. */
export async function getEndpointPage(
  tx: Transaction,
  organizationId: OrganizationId,
  { id, before }: { id: WebhookEndpointId; before: WebhookDeliveryId | null },
): Promise<EndpointPageView | null> {
  const endpoint = await findEndpoint(tx, organizationId, id)
  if (!endpoint) return null
  const rows = await listDeliveries(tx, id, { limit: PAGE_LENGTH + 1, ...(before && { before }) })
  const shown = rows.slice(0, PAGE_LENGTH)
  return { endpoint: viewEndpoint(endpoint), deliveries: shown.map(viewDelivery), next: rows.length > PAGE_LENGTH ? (shown.at(-1)?.id ?? null) : null }
}

/** Null where the organization has no such delivery to this endpoint. */
export async function getDeliveryPage(
  tx: Transaction,
  organizationId: OrganizationId,
  { endpointId, deliveryId }: { endpointId: WebhookEndpointId; deliveryId: WebhookDeliveryId },
): Promise<{ endpoint: EndpointView; delivery: DeliveryDetailView } | null> {
  const endpoint = await findEndpoint(tx, organizationId, endpointId)
  const delivery = endpoint && (await findDelivery(tx, organizationId, deliveryId))
  if (!endpoint || delivery?.endpointId !== endpointId) return null
  const { requestBody, responseBody } = delivery
  return { endpoint: viewEndpoint(endpoint), delivery: { ...viewDelivery(delivery), requestBody, responseBody } }
}

function viewEndpoint({ disabledAt, failingSince, createdAt, previousSecretUntil, ...endpoint }: Endpoint): EndpointView {
  const { id, url, description, events, disabledBecause } = endpoint
  return {
    id,
    url,
    description,
    events,
    state: disabledAt ? 'disabled' : failingSince ? 'failing' : 'enabled',
    disabledBecause,
    failingSince: failingSince?.toString() ?? null,
    createdAt: createdAt.toString(),
    previousSecretUntil: previousSecretUntil && isBefore(systemClock.now(), previousSecretUntil) ? previousSecretUntil.toString() : null,
  }
}

function viewDelivery({ id, eventId, type, state, tries, createdAt, triedAt, nextTryAt, responseStatus, durationMs, error }: Delivery): DeliveryView {
  return {
    id,
    eventId,
    type,
    state,
    tries,
    createdAt: createdAt.toString(),
    triedAt: triedAt?.toString() ?? null,
    nextTryAt: nextTryAt?.toString() ?? null,
    responseStatus,
    durationMs,
    error,
  }
}
