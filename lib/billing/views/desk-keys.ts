import { and, desc, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { apiKeys } from '../../../db/schema'
import type { ApiKeyId } from '../../ids'

export type DeskKey = {
  id: ApiKeyId
  label: string
  scope: (typeof apiKeys.$inferSelect)['scope']
  /** The last characters, by which a person knows it again. */
  hint: string | null
  createdAt: string
  lastUsedAt: string | null
  revokedAt: string | null
}

const SHOWN = 100
const REVOKED_SHOWN = 10

/** The operator's own keys, those that work first; never an organization's. */
export async function listDeskKeys(tx: Transaction): Promise<DeskKey[]> {
  const ours = isNull(apiKeys.organizationId)
  const live = await tx
    .select()
    .from(apiKeys)
    .where(and(ours, isNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.id))
    .limit(SHOWN)
  const revoked = await tx
    .select()
    .from(apiKeys)
    .where(and(ours, isNotNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.revokedAt))
    .limit(REVOKED_SHOWN)
  return [...live, ...revoked].map(({ id, label, scope, hint, createdAt, lastUsedAt, revokedAt }) => ({
    id,
    label,
    scope,
    hint,
    createdAt: createdAt.toString(),
    lastUsedAt: lastUsedAt?.toString() ?? null,
    revokedAt: revokedAt?.toString() ?? null,
  }))
}
