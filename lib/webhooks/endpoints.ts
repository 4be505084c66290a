import { and, count, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { recordAudit } from '../billing/commands/store/audit'
import { type Forbidden, forbidsActor } from '../billing/commands/store/members'
import { lockOrganization } from '../billing/commands/store/organization'
import type { CommandContext } from '../billing/context'
import { newId, type OrganizationId, type WebhookEndpointId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { type Instant, systemClock } from '../time'
import { readEndpointUrl, type UrlMistake } from './endpoint-url'
import { EVERY_EVENT, isEventType } from './event-types'
import { newSigningSecret, sealSigningSecret } from './signing-secret'

export type Endpoint = typeof webhookEndpoints.$inferSelect

/** More than anybody needs; each hears every event of its types. */
export const MOST_ENDPOINTS = 20
/** Hours for which the secret before signs beside the new one. */
const BOTH_SIGN_HOURS = 24

/** Whose endpoint it is: an organization's, or the operator's (null). */
export type EndpointOwner = OrganizationId | null

type Unknown = { code: 'endpoint_not_found' }
export type InvalidEndpoint = { code: 'invalid_url'; mistake: UrlMistake } | { code: 'invalid_events'; unknown: string[] }
export type CreateEndpointRefusal = Forbidden | InvalidEndpoint | { code: 'too_many_endpoints'; maximum: number }
export type ChangeEndpointRefusal = Forbidden | InvalidEndpoint | Unknown
export type OneEndpointRefusal = Forbidden | Unknown

export type WantedEndpoint = { url: string; events: readonly string[]; description: string }

/** The secret is returned once; from then on it is only ever used. */
export async function createEndpoint(
  context: CommandContext,
  owner: EndpointOwner,
  wanted: WantedEndpoint,
): Promise<Result<{ endpoint: Endpoint; secret: string }, CreateEndpointRefusal>> {
  const { tx, actor } = context
  const allowed = await lockOwner(context, owner)
  if (!allowed.ok) return allowed
  const url = readEndpointUrl(wanted.url)
  if (!url.ok) return refuse({ code: 'invalid_url', mistake: url.error })
  const events = readEvents(wanted.events)
  if (!events.ok) return events
  const [held] = await tx.select({ count: count() }).from(webhookEndpoints).where(isLiveOf(owner))
  if ((held?.count ?? 0) >= MOST_ENDPOINTS) return refuse({ code: 'too_many_endpoints', maximum: MOST_ENDPOINTS })

  const secret = newSigningSecret()
  const [endpoint] = await tx
    .insert(webhookEndpoints)
    .values({
      organizationId: owner,
      id: newId('whk'),
      url: url.value,
      description: wanted.description,
      events: events.value,
      secret: sealSigningSecret(secret),
      createdBy: actor,
      createdAt: systemClock.now(),
    })
    .returning()
  if (!endpoint) throw new Error('the endpoint was not written')
  await note(context, endpoint, allowed.value, 'created', { after: factsOf(endpoint) })
  return ok({ endpoint, secret })
}

export type EndpointChange = { [Name in keyof WantedEndpoint]?: WantedEndpoint[Name] | undefined } & { enabled?: boolean | undefined }

/** Switching it off gives up what still waits; that can be sent again by hand. */
export async function changeEndpoint(
  context: CommandContext,
  owner: EndpointOwner,
  id: WebhookEndpointId,
  change: EndpointChange,
): Promise<Result<Endpoint, ChangeEndpointRefusal>> {
  const { tx } = context
  const found = await lockEndpoint(context, owner, id)
  if (!found.ok) return found
  const { endpoint, now } = found.value
  const url = change.url === undefined ? ok(endpoint.url) : readEndpointUrl(change.url)
  if (!url.ok) return refuse({ code: 'invalid_url', mistake: url.error })
  const events = change.events === undefined ? ok(endpoint.events) : readEvents(change.events)
  if (!events.ok) return events

  const isEnabled = change.enabled ?? endpoint.disabledAt === null
  const columns = {
    url: url.value,
    events: events.value,
    description: change.description ?? endpoint.description,
    ...(isEnabled
      ? { disabledAt: null, disabledBecause: null, failingSince: endpoint.disabledAt ? null : endpoint.failingSince }
      : { disabledAt: endpoint.disabledAt ?? systemClock.now(), disabledBecause: endpoint.disabledBecause ?? 'by_hand' }),
  } satisfies Partial<Endpoint>
  const changed: Endpoint = { ...endpoint, ...columns }
  const [before, after] = [factsOf(endpoint), factsOf(changed)]
  if (JSON.stringify(before) === JSON.stringify(after)) return ok(endpoint)
  await tx.update(webhookEndpoints).set(columns).where(eq(webhookEndpoints.id, id))
  if (!isEnabled && endpoint.disabledAt === null) await giveUpWaiting(tx, id, 'The endpoint was switched off')
  const verb = before.enabled === after.enabled ? 'updated' : after.enabled ? 'enabled' : 'disabled'
  await note(context, changed, now, verb, { before, after })
  return ok(changed)
}

/** Its deliveries go with it. The row is kept for as long as they would have been, without its secrets. */
export async function deleteEndpoint(context: CommandContext, owner: EndpointOwner, id: WebhookEndpointId): Promise<Result<Endpoint, OneEndpointRefusal>> {
  const { tx } = context
  const found = await lockEndpoint(context, owner, id)
  if (!found.ok) return found
  const { endpoint, now } = found.value
  await tx.update(webhookEndpoints).set({ deletedAt: systemClock.now(), secret: '', previousSecret: null }).where(eq(webhookEndpoints.id, id))
  await giveUpWaiting(tx, id, 'The endpoint was deleted')
  await note(context, endpoint, now, 'deleted', { before: factsOf(endpoint) })
  return ok(endpoint)
}

/** A new secret, returned once; the one before signs beside it for a day. */
export async function rotateSecret(
  context: CommandContext,
  owner: EndpointOwner,
  id: WebhookEndpointId,
): Promise<Result<{ endpoint: Endpoint; secret: string }, OneEndpointRefusal>> {
  const found = await lockEndpoint(context, owner, id)
  if (!found.ok) return found
  const { endpoint, now } = found.value
  const secret = newSigningSecret()
  const changed = {
    secret: sealSigningSecret(secret),
    previousSecret: endpoint.secret,
    previousSecretUntil: systemClock.now().add({ hours: BOTH_SIGN_HOURS }),
  }
  await context.tx.update(webhookEndpoints).set(changed).where(eq(webhookEndpoints.id, id))
  await note(context, endpoint, now, 'secret_rotated', { after: { url: endpoint.url, previous_until: changed.previousSecretUntil.toString() } })
  return ok({ endpoint: { ...endpoint, ...changed }, secret })
}

/** Under the owner's lock: what somebody else does to it at the same moment comes before or after. */
export async function lockEndpoint(
  context: CommandContext,
  owner: EndpointOwner,
  id: WebhookEndpointId,
): Promise<Result<{ endpoint: Endpoint; now: Instant }, OneEndpointRefusal>> {
  const allowed = await lockOwner(context, owner)
  if (!allowed.ok) return allowed
  const [endpoint] = await context.tx
    .select()
    .from(webhookEndpoints)
    .where(and(isLiveOf(owner), eq(webhookEndpoints.id, id)))
    .for('update')
  return endpoint ? ok({ endpoint, now: allowed.value }) : refuse({ code: 'endpoint_not_found' })
}

/** What time it is for whoever owns it. */
async function lockOwner({ tx, actor }: CommandContext, owner: EndpointOwner): Promise<Result<Instant, Forbidden>> {
  if (owner === null) {
    if (actor !== 'operator') return refuse({ code: 'forbidden', permission: 'keys:write' })
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('headroom:webhook_endpoints'))`)
    return ok(systemClock.now())
  }
  const { now } = await lockOrganization(tx, owner)
  const forbidden = await forbidsActor(tx, owner, actor, 'keys:write')
  return forbidden ? refuse(forbidden) : ok(now)
}

export function isLiveOf(owner: EndpointOwner): SQL | undefined {
  return and(owner === null ? isNull(webhookEndpoints.organizationId) : eq(webhookEndpoints.organizationId, owner), isNull(webhookEndpoints.deletedAt))
}

/** Each once; with `*` the others say nothing more. */
function readEvents(events: readonly string[]): Result<string[], InvalidEndpoint> {
  const unknown = events.filter((type) => type !== EVERY_EVENT && !isEventType(type))
  if (unknown.length > 0 || events.length === 0) return refuse({ code: 'invalid_events', unknown: [...new Set(unknown)] })
  return ok(events.includes(EVERY_EVENT) ? [EVERY_EVENT] : [...new Set(events)])
}

export async function giveUpWaiting(tx: Transaction, id: WebhookEndpointId, error: string): Promise<void> {
  await tx
    .update(webhookDeliveries)
    .set({ state: 'failed', nextTryAt: null, error })
    .where(and(eq(webhookDeliveries.endpointId, id), eq(webhookDeliveries.state, 'queued')))
}

function factsOf({ url, events, description, disabledAt }: Endpoint) {
  return { url, events, description, enabled: disabledAt === null }
}

type Facts = { before?: Record<string, unknown>; after?: Record<string, unknown> }

/** In the organization's activity; the operator's own endpoints belong to nobody's. */
async function note({ tx, actor }: CommandContext, endpoint: Endpoint, at: Instant, verb: string, facts: Facts): Promise<void> {
  const { organizationId, id } = endpoint
  if (organizationId !== null) await recordAudit(tx, [{ organizationId, at, actor, action: `webhook_endpoint.${verb}`, target: id, ...facts }])
}
