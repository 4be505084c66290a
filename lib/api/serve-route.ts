import { inEngine } from '../../db/client'
import type { AuthenticatedKey } from '../auth/api-keys'
import { can } from '../auth/permissions'
import type { Actor } from '../billing/context'
import { closeDueFor } from '../billing/flows/due-work'
import type { PaymentProvider } from '../payments/port'
import { type Answer, Halt, invalidRequest, notFound, problem } from './answer'
import type { Asked } from './answer-language'
import { Call } from './call'
import { ACTOR_HEADER, findActor, type MemberActor } from './caller'
import { Idempotency, idempotencyKey } from './idempotency'
import type { RateLimit } from './rate-limit'
import { parseBody, readBody, validate } from './read-request'
import type { Route } from './route'
import { type FoundTenant, findTenant } from './tenant'

/** `holder`: of the request’s key; rejected with a Halt where it has none of ours. */
export type Serving = { provider: PaymentProvider; rateLimit: RateLimit; holder: Promise<AuthenticatedKey> }

const IDEMPOTENCY_HEADER = 'Idempotency-Key'
const IDEMPOTENCY_KEY_LENGTH = 255

/**
 * One request: key → scope → organization → member → body → command. What a caller may not see is not found before
 * anything is said of what they sent, and in that organization's language from then on.
 */
export async function serveRoute(route: Route, request: Request, params: Record<string, string>, asked: Asked, serving: Serving): Promise<Answer> {
  const holder = await serving.holder
  asked.caller = { key: holder.keyId }
  serving.rateLimit.take(holder)
  requireScope(route, holder)
  const actorHeader = request.headers.get(ACTOR_HEADER)
  const { found, actor } = await readParties(route, params, holder, actorHeader)
  asked.caller = { key: holder.keyId, ...(actor && { actor: actor.memberId, role: actor.role }), ...(found && { organization: found.tenant.organizationId }) }
  requireTenant(route, found, holder, actor)
  if (found) asked.language = found.language
  requirePermission(route, actor)

  const url = new URL(request.url)
  const bytes = request.method === 'GET' || request.method === 'HEAD' ? new Uint8Array() : await readBody(request)
  const idempotency = idempotencyOf(request, route, { holder, actor, path: url.pathname, bytes })
  const body = parseBody(bytes, request.headers.get('content-type'))
  const input = validate(route, { query: queryOf(url), body }, asked.language)
  if (request.method === 'HEAD' && route.answerToHead) return route.answerToHead(found?.tenant ?? null)
  if (found?.isBehind && route.mutates) await catchUp(serving.provider, found)

  const call = new Call({
    provider: serving.provider,
    actor: actor?.memberId ?? ('operator' satisfies Actor),
    permission: route.permission,
    idempotency,
    requestName: idempotency.name ?? asked.id,
  })
  return route.handle(call, { tenant: found?.tenant ?? null, params, ...input })
}

type Parties = { found: FoundTenant | null; actor: MemberActor | null }

/** Whose organization it is, and as whom the call acts. Usage names neither in its path, and asks the database nothing here. */
async function readParties(
  { tenant, outlivesOrganization }: Route,
  params: Record<string, string>,
  holder: AuthenticatedKey,
  actorHeader: string | null,
): Promise<Parties> {
  if (tenant === 'none' && actorHeader === null) return { found: null, actor: null }
  const evenDeleted = Boolean(outlivesOrganization) && holder.organizationId === null && actorHeader === null
  return inEngine(async (tx) => ({
    found: tenant === 'none' ? null : await findTenant(tx, tenant, params, { evenDeleted }),
    actor: actorHeader === null ? null : await findActor(tx, actorHeader),
  }))
}

/** Periods that a subscription may be behind: years of them, so that only a standstill ends the loop. */
const CATCH_UPS = 200

/** A renewal that has fallen due comes first, so that no change is priced in a period that is over (C14). */
async function catchUp(provider: PaymentProvider, { tenant }: FoundTenant): Promise<void> {
  for (let closed = 0; closed < CATCH_UPS; closed++) {
    if ((await closeDueFor(provider, [tenant.organizationId])) === 0) return
  }
}

function requireScope({ scopes, organizationKeys }: Route, { scope, organizationId }: AuthenticatedKey): void {
  if (organizationId !== null) {
    if (!organizationKeys) throw new Halt(problem('forbidden', 'An organization’s own key only reads that organization.', { scope: 'read' }))
    return
  }
  if (scope !== 'admin' && !scopes.some((allowed) => allowed === scope)) {
    throw new Halt(problem('forbidden', `This needs a key with the scope ${['admin', ...scopes].join(' or ')}.`, { scope }))
  }
}

/** Another organization's looks like none. */
function requireTenant({ tenant }: Route, found: FoundTenant | null, holder: AuthenticatedKey, actor: MemberActor | null): void {
  if (tenant === 'none') return
  if (!found) throw new Halt(notFound())
  const owner = found.tenant.organizationId
  if (holder.organizationId !== null && holder.organizationId !== owner) throw new Halt(notFound())
  if (actor && actor.organizationId !== owner) throw new Halt(notFound())
}

function requirePermission({ permission }: Route, actor: MemberActor | null): void {
  if (!actor || (permission !== null && can(actor.role, permission))) return
  if (permission === null) throw new Halt(problem('forbidden', 'No member may do this; it is the operator’s.', { permission: 'operator' }))
  throw new Halt(problem('forbidden', `This needs the permission ${permission}.`, { permission }))
}

type Sent = { holder: AuthenticatedKey; actor: MemberActor | null; path: string; bytes: Uint8Array }

function idempotencyOf(request: Request, route: Route, { holder, actor, path, bytes }: Sent): Idempotency {
  const key = request.headers.get(IDEMPOTENCY_HEADER)
  if (key === null || route.method === 'get') return new Idempotency(null)
  if (key.length < 1 || key.length > IDEMPOTENCY_KEY_LENGTH) {
    throw new Halt(invalidRequest([{ path: IDEMPOTENCY_HEADER, message: `must have 1 to ${IDEMPOTENCY_KEY_LENGTH} characters` }]))
  }
  const named = idempotencyKey({ keyId: holder.keyId, method: request.method, path, actor: actor?.memberId ?? 'operator', key, body: bytes })
  return new Idempotency(named, { isSealed: route.answersSecret === true })
}

/** A name that stands twice is a list, which no query of ours takes. */
function queryOf(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name)
    query[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return query
}
