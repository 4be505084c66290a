import { and, isNull, sql } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { apiKeys } from '../../db/schema'
import type { ApiKeyId, OrganizationId } from '../ids'
import type { Instant } from '../time'

export type StoredKey = {
  keyId: ApiKeyId
  scope: (typeof apiKeys.$inferSelect)['scope']
  organizationId: OrganizationId | null
  lastUsedAt: Instant | null
}

type Asked = { hash: string; answer: (key: StoredKey | null) => void; fail: (fault: unknown) => void }

const MOST_AT_ONCE = 500

const waiting: Asked[] = []
let isAsking = false

/**
 * The key of a hash, or null where none works. One question is under way at a time, and the next is about all that have come meanwhile: whoever
 * sends keys that they have made up keeps one connection busy, and takes none from anybody.
 */
export function lookUpKey(hash: string): Promise<StoredKey | null> {
  return new Promise((answer, fail) => {
    waiting.push({ hash, answer, fail })
    if (!isAsking) void askForAll()
  })
}

async function askForAll(): Promise<void> {
  isAsking = true
  while (waiting.length > 0) await askFor(waiting.splice(0, MOST_AT_ONCE))
  isAsking = false
}

async function askFor(asked: readonly Asked[]): Promise<void> {
  try {
    const found = await findKeys([...new Set(asked.map(({ hash }) => hash))])
    for (const { hash, answer } of asked) answer(found.get(hash) ?? null)
  } catch (fault) {
    for (const { fail } of asked) fail(fault)
  }
}

async function findKeys(hashes: string[]): Promise<Map<string, StoredKey>> {
  const rows = await inEngine((tx) =>
    tx
      .select({ hash: apiKeys.hash, keyId: apiKeys.id, scope: apiKeys.scope, organizationId: apiKeys.organizationId, lastUsedAt: apiKeys.lastUsedAt })
      .from(apiKeys)
      .where(and(sql`${apiKeys.hash} = ANY(${sql.param(hashes)}::text[])`, isNull(apiKeys.revokedAt))),
  )
  return new Map(rows.map(({ hash, ...key }) => [hash, key]))
}
