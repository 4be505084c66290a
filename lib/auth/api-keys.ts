import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { inEngine, type Transaction } from '../../db/client'
import { apiKeys } from '../../db/schema'
import { type ApiKeyId, newId, type OrganizationId } from '../ids'
import { addMinutes, type Instant, isBefore, systemClock } from '../time'
import { lookUpKey } from './look-up-key'

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
const HINT_LENGTH = 4
/** That a key was used is written once in so many minutes, so that a busy one does not write with each call. */
const USE_NOTED_MINUTES = 1
/** Without it every call would ask the database who calls. A key that another process revokes works for this long where `followRevocations` hears nothing. */
const REMEMBERED_MS = 5_000
const REMEMBERED_KEYS = 1_000

type Remembered = { key: AuthenticatedKey; until: number }

/** `forgotten`: how often one was, so that what was asked before is not remembered after it. */
type Memory = { keys: Map<string, Remembered>; forgotten: number }

/** Once per process, though its module graph may exist twice (see `db/client.ts`). */
const MEMORY = Symbol.for('headroom.auth.keys')
const shared = globalThis as typeof globalThis & { [MEMORY]?: Memory }

export type WantedKey = { scope: KeyScope; label: string; organizationId?: OrganizationId; createdBy?: string }

export type CreatedKey = { id: ApiKeyId /** Shown once. */; key: string; hint: string }

export async function createApiKey(wanted: WantedKey): Promise<CreatedKey> {
  return inEngine((tx) => insertApiKey(tx, wanted))
}

/** The key itself is returned once and kept nowhere; a lost one is replaced, not looked up. */
export async function insertApiKey(tx: Transaction, wanted: WantedKey): Promise<CreatedKey> {
  const id = newId('key')
  const key = `${KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`
  const hint = key.slice(-HINT_LENGTH)
  await tx.insert(apiKeys).values({ id, ...wanted, hint, hash: hashKey(key) })
  return { id, key, hint }
}

/** False where there is no such key that works. */
export async function revokeApiKey(id: ApiKeyId): Promise<boolean> {
  const revoked = await inEngine((tx) =>
    tx
      .update(apiKeys)
      .set({ revokedAt: systemClock.now() })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .returning({ id: apiKeys.id }),
  )
  forgetKey(id)
  return revoked.length > 0
}

/** In this process. Others hear of it from the database when it is committed, or ask again within seconds. */
export function forgetKey(id: ApiKeyId): void {
  const { keys } = memory()
  memory().forgotten++
  for (const [hash, { key }] of keys) if (key.keyId === id) keys.delete(hash)
}

/** For whoever may have missed that one was revoked. */
export function forgetAllKeys(): void {
  memory().forgotten++
  memory().keys.clear()
}

/** @param bearer what follows `Bearer ` in the header. Null where it is no key, or one that was revoked. */
export async function authenticateKey(bearer: string): Promise<AuthenticatedKey | null> {
  if (bearer.length > LONGEST_KEY) return null
  const hashed = hashKey(bearer)
  if (isStartUpKey(hashed)) return { keyId: 'environment', scope: 'admin', organizationId: null }
  if (!bearer.startsWith(KEY_PREFIX)) return null
  const { keys, forgotten } = memory()
  const known = keys.get(hashed)
  if (known && known.until > performance.now()) return known.key
  const found = await lookUpKey(hashed)
  if (!found) {
    keys.delete(hashed)
    return null
  }
  const { lastUsedAt, ...key } = found
  await noteUse(key.keyId, lastUsedAt)
  if (memory().forgotten === forgotten) remember(hashed, key)
  return key
}

async function noteUse(id: ApiKeyId, lastUsedAt: Instant | null): Promise<void> {
  const now = systemClock.now()
  if (lastUsedAt && !isBefore(lastUsedAt, addMinutes(now, -USE_NOTED_MINUTES))) return
  await inEngine((tx) => tx.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, id)))
}

/** Hashed once, not for each request. */
let startUp = { key: '', hash: Buffer.alloc(0) }

/** Both sides are hashes of one length, compared in constant time, so that nothing can be learnt byte by byte. */
function isStartUpKey(hash: string): boolean {
  const { HEADROOM_SECRET_KEY: key = '' } = process.env
  if (key === '') return false
  if (startUp.key !== key) startUp = { key, hash: Buffer.from(hashKey(key)) }
  return timingSafeEqual(Buffer.from(hash), startUp.hash)
}

/** Keys are 32 random bytes, so a plain hash is as good as a slow one. */
function hashKey(key: string): string {
  return hash('sha256', key, 'base64url')
}

function memory(): Memory {
  shared[MEMORY] ??= { keys: new Map(), forgotten: 0 }
  return shared[MEMORY]
}

function remember(hash: string, key: AuthenticatedKey): void {
  const { keys } = memory()
  const oldest = keys.size >= REMEMBERED_KEYS ? keys.keys().next().value : undefined
  if (oldest !== undefined) keys.delete(oldest)
  keys.delete(hash) // To the end of the queue.
  keys.set(hash, { key, until: performance.now() + REMEMBERED_MS })
}
