import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { apiKeys } from '../../db/schema'
import { type ApiKeyId, newId, type OrganizationId } from '../ids'
import { systemClock } from '../time'

export const KEY_SCOPES = ['admin', 'usage', 'read'] as const
export type KeyScope = (typeof KEY_SCOPES)[number]

/** Who calls the machine interface. With an organization: its own key, which reads that organization and nothing else (G83). */
export type AuthenticatedKey = {
  /** `environment` is the start-up key of `HEADROOM_SECRET_KEY`, which no rate limit applies to (G23). */
  keyId: ApiKeyId | 'environment'
  scope: KeyScope
  organizationId: OrganizationId | null
}

const KEY_BYTES = 32
const KEY_PREFIX = 'hr_'
const LONGEST_KEY = 256
/** A revoked key works for at most this long; without it every call would ask the database who calls. */
const REMEMBERED_MS = 5_000
const REMEMBERED_KEYS = 1_000

type Remembered = { key: AuthenticatedKey; until: number }

/** Once per process, though its module graph may exist twice (see `db/client.ts`). */
const REMEMBERED = Symbol.for('headroom.auth.keys')
const shared = globalThis as typeof globalThis & { [REMEMBERED]?: Map<string, Remembered> }

/** The key itself is returned once and kept nowhere; a lost one is replaced, not looked up. */
export async function createApiKey(wanted: { scope: KeyScope; label: string; organizationId?: OrganizationId }): Promise<{ id: ApiKeyId; key: string }> {
  const id = newId('key')
  const key = `${KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`
  await inEngine((tx) => tx.insert(apiKeys).values({ id, ...wanted, hash: hashKey(key) }))
  return { id, key }
}

/** False where there is no such key that works. */
export async function revokeApiKey(id: ApiKeyId): Promise<boolean> {
  const revoked = await inEngine((tx) =>
    tx
      .update(apiKeys)
      .set({ revokedAt: systemClock.now() })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .returning({ hash: apiKeys.hash }),
  )
  for (const { hash } of revoked) remembered().delete(hash)
  return revoked.length > 0
}

/** @param bearer what follows `Bearer ` in the header. Null where it is no key, or one that was revoked. */
export async function authenticateKey(bearer: string): Promise<AuthenticatedKey | null> {
  if (bearer.length > LONGEST_KEY) return null
  const hash = hashKey(bearer)
  if (isStartUpKey(hash)) return { keyId: 'environment', scope: 'admin', organizationId: null }
  if (!bearer.startsWith(KEY_PREFIX)) return null
  const known = remembered().get(hash)
  if (known && known.until > performance.now()) return known.key
  const key = await findKey(hash)
  if (key) remember(hash, key)
  else remembered().delete(hash)
  return key
}

async function findKey(hash: string): Promise<AuthenticatedKey | null> {
  const [row] = await inEngine((tx) =>
    tx
      .select({ keyId: apiKeys.id, scope: apiKeys.scope, organizationId: apiKeys.organizationId })
      .from(apiKeys)
      .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt))),
  )
  return row ?? null
}

/** Both sides are hashes of one length, compared in constant time, so that nothing can be learnt byte by byte. */
function isStartUpKey(hash: string): boolean {
  const startUpKey = process.env.HEADROOM_SECRET_KEY
  return startUpKey !== undefined && startUpKey !== '' && timingSafeEqual(Buffer.from(hash), Buffer.from(hashKey(startUpKey)))
}

/** Keys are 32 random bytes, so a plain hash is as good as a slow one. */
function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

function remembered(): Map<string, Remembered> {
  shared[REMEMBERED] ??= new Map()
  return shared[REMEMBERED]
}

function remember(hash: string, key: AuthenticatedKey): void {
  const keys = remembered()
  const oldest = keys.size >= REMEMBERED_KEYS ? keys.keys().next().value : undefined
  if (oldest !== undefined) keys.delete(oldest)
  keys.delete(hash) // To the end of the queue.
  keys.set(hash, { key, until: performance.now() + REMEMBERED_MS })
}
