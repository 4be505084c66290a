import { and, desc, eq, gte, lt, lte, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { webhookDeliveries, webhookEndpoints, webhookEvents } from '../../db/schema'
import type { CommandContext } from '../billing/context'
import { newId, type WebhookDeliveryId, type WebhookEndpointId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { systemClock } from '../time'
import { type EndpointOwner, isLiveOf, lockEndpoint, type OneEndpointRefusal } from './endpoints'
import { TEST_EVENT } from './event-types'

export type Delivery = typeof webhookDeliveries.$inferSelect

export type SendRefusal = OneEndpointRefusal | { code: 'endpoint_disabled' }
export type ResendRefusal = SendRefusal | { code: 'delivery_not_found' }

/** Sends an event to this endpoint alone; it arrives as every other does. */
export async function sendTest(context: CommandContext, owner: EndpointOwner, id: WebhookEndpointId): Promise<Result<Delivery, SendRefusal>> {
  const found = await lockEndpoint(context, owner, id)
  if (!found.ok) return found
  const { endpoint, now } = found.value
  if (endpoint.disabledAt) return refuse({ code: 'endpoint_disabled' })
  const eventId = newId('evt')
  const at = systemClock.now()
  await context.tx.insert(webhookEvents).values({
    organizationId: owner,
    id: eventId,
    type: TEST_EVENT,
    subjectKind: 'webhook_endpoint',
    subjectId: id,
    at: now,
    writtenAt: at,
    spreadAt: at,
  })
  const [delivery] = await context.tx
    .insert(webhookDeliveries)
    .values(newDelivery({ id: newId('del'), organizationId: owner, endpoint, eventId, type: TEST_EVENT, at }))
    .returning()
  if (!delivery) throw new Error('the delivery was not written')
  return ok(delivery)
}

type NewDelivery = Pick<Delivery, 'id' | 'organizationId' | 'eventId' | 'type'> & {
  endpoint: { id: WebhookEndpointId; organizationId: EndpointOwner }
  at: Delivery['createdAt']
}

export function newDelivery({ id, organizationId, endpoint, eventId, type, at }: NewDelivery): typeof webhookDeliveries.$inferInsert {
  return {
    organizationId,
    id,
    endpointId: endpoint.id,
    eventId,
    type,
    forOperator: endpoint.organizationId === null,
    state: 'queued',
    createdAt: at,
    dueSince: at,
    nextTryAt: at,
  }
}

/** Once more, now, with what the object is now; and if it fails, for three days again. */
export async function resend(context: CommandContext, owner: EndpointOwner, id: WebhookDeliveryId): Promise<Result<Delivery, ResendRefusal>> {
  const { tx } = context
  const known = await findDelivery(tx, owner, id)
  if (!known) return refuse({ code: 'delivery_not_found' })
  const found = await lockEndpoint(context, owner, known.endpointId)
  if (!found.ok) return found
  if (found.value.endpoint.disabledAt) return refuse({ code: 'endpoint_disabled' })
  const now = systemClock.now()
  const [queued] = await tx
    .update(webhookDeliveries)
    .set({ state: 'queued', tries: 0, dueSince: now, nextTryAt: now })
    .where(eq(webhookDeliveries.id, id))
    .returning()
  return queued ? ok(queued) : refuse({ code: 'delivery_not_found' })
}

/** Null where the owner has no such delivery. */
export async function findDelivery(tx: Transaction, owner: EndpointOwner, id: WebhookDeliveryId): Promise<Delivery | null> {
  const [found] = await tx
    .select({ delivery: webhookDeliveries })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(and(isLiveOf(owner), eq(webhookDeliveries.id, id)))
  return found?.delivery ?? null
}

type DeliveryPage = { limit: number; before?: WebhookDeliveryId }

/** Newest first. The caller has seen that the endpoint is the owner's. */
export async function listDeliveries(tx: Transaction, endpointId: WebhookEndpointId, { limit, before }: DeliveryPage): Promise<Delivery[]> {
  const { endpointId: endpoint, id } = webhookDeliveries
  const older = sql`(${endpoint}, ${id}) < (${sql.param(endpointId, endpoint)}, ${sql.param(before, id)})`
  return (
    tx
      .select()
      .from(webhookDeliveries)
      // A range, and the order that it has in its index: of what is equal Postgres would look for the newest among everybody's.
      .where(and(gte(endpoint, endpointId), before ? older : lte(endpoint, endpointId)))
      .orderBy(desc(endpoint), desc(id))
      .limit(limit)
  )
}

/** Null where the owner has no such endpoint. */
export async function findEndpoint(tx: Transaction, owner: EndpointOwner, id: WebhookEndpointId) {
  const [found] = await tx
    .select()
    .from(webhookEndpoints)
    .where(and(isLiveOf(owner), eq(webhookEndpoints.id, id)))
  return found ?? null
}

type EndpointPage = { limit: number; before?: WebhookEndpointId }

/** Newest first. */
export async function listEndpoints(tx: Transaction, owner: EndpointOwner, { limit, before }: EndpointPage) {
  return tx
    .select()
    .from(webhookEndpoints)
    .where(and(isLiveOf(owner), before && lt(webhookEndpoints.id, before)))
    .orderBy(desc(webhookEndpoints.id))
    .limit(limit)
}
