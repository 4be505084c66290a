import { and, count, desc, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { apiKeys } from '../../db/schema'
import { recordAudit } from '../billing/commands/store/audit'
import { type Forbidden, forbidsActor } from '../billing/commands/store/members'
import { lockOrganization } from '../billing/commands/store/organization'
import type { CommandContext } from '../billing/context'
import { memberNames } from '../billing/views/activity'
import type { ApiKeyId, OrganizationId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { systemClock } from '../time'
import { type CreatedKey, forgetKey, insertApiKey } from './api-keys'

/** More than anybody keeps apart; and so the page shows all of them. */
export const MOST_KEYS = 50

export type OrganizationKeyView = {
  id: ApiKeyId
  name: string
  /** Its last characters. */
  hint: string | null
  /** Null: the operator, or somebody who is not known any more. */
  createdBy: string | null
  createdAt: string
  lastUsedAt: string | null
}

export type CreateKeyRefusal = Forbidden | { code: 'too_many_keys'; maximum: number }
export type RevokeKeyRefusal = Forbidden | { code: 'key_not_found' }

type NewKey = { organizationId: OrganizationId; name: string }

/** A key of the organization's own, which reads it over the machine interface and nothing else (G83). */
export async function createOrganizationKey({ tx, actor }: CommandContext, { organizationId, name }: NewKey): Promise<Result<CreatedKey, CreateKeyRefusal>> {
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'keys:write')
  if (forbidden) return refuse(forbidden)
  const [held] = await tx.select({ count: count() }).from(apiKeys).where(isLiveKeyOf(organizationId))
  if ((held?.count ?? 0) >= MOST_KEYS) return refuse({ code: 'too_many_keys', maximum: MOST_KEYS })

  const created = await insertApiKey(tx, { organizationId, label: name, scope: 'read', createdBy: actor })
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'key.created', target: created.id, after: { label: name, hint: created.hint } }])
  return ok(created)
}

type OneKey = { organizationId: OrganizationId; keyId: ApiKeyId }

/** From now on it opens nothing. */
export async function revokeOrganizationKey({ tx, actor }: CommandContext, { organizationId, keyId }: OneKey): Promise<Result<null, RevokeKeyRefusal>> {
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'keys:write')
  if (forbidden) return refuse(forbidden)
  const [revoked] = await tx
    .update(apiKeys)
    .set({ revokedAt: systemClock.now() })
    .where(and(isLiveKeyOf(organizationId), eq(apiKeys.id, keyId)))
    .returning({ label: apiKeys.label, hint: apiKeys.hint })
  if (!revoked) return refuse({ code: 'key_not_found' })
  forgetKey(keyId)
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'key.revoked', target: keyId, before: revoked }])
  return ok(null)
}

/** The keys that work, newest first: all of them, because there are never more than `MOST_KEYS`. */
export async function listOrganizationKeys(tx: Transaction, organizationId: OrganizationId): Promise<OrganizationKeyView[]> {
  const rows = await tx
    .select({
      id: apiKeys.id,
      name: apiKeys.label,
      hint: apiKeys.hint,
      createdBy: apiKeys.createdBy,
      createdAt: apiKeys.createdAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .where(isLiveKeyOf(organizationId))
    .orderBy(desc(apiKeys.id))
    .limit(MOST_KEYS)
  const nameOf = await memberNames(
    tx,
    organizationId,
    rows.flatMap(({ createdBy }) => createdBy ?? []),
  )
  return rows.map(({ createdBy, createdAt, lastUsedAt, ...key }) => ({
    ...key,
    createdBy: createdBy === null ? null : (nameOf.get(createdBy) ?? null),
    createdAt: createdAt.toString(),
    lastUsedAt: lastUsedAt?.toString() ?? null,
  }))
}

const isLiveKeyOf = (organizationId: OrganizationId) => and(eq(apiKeys.organizationId, organizationId), isNull(apiKeys.revokedAt))
