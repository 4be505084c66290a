import { setImmediate as turn } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inEngine } from '../../db/client'
import { apiKeys } from '../../db/schema'
import type { ApiKeyId } from '../ids'
import { systemClock } from '../time'
import { authenticateKey, createApiKey, forgetKey } from './api-keys'
import { type FollowedRevocations, followRevocations } from './follow-revocations'
import { provideDatabase } from './testing/team'

const database = provideDatabase()
let followed: FollowedRevocations
beforeEach(async () => {
  followed = followRevocations()
  await listener()
  // Nothing is forgotten here for being old.
  const now = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(now)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await followed.stop()
})

async function asOwner<Row>(statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/** Its process in the database, once it listens; `after`: not that one. */
async function listener(after = 0): Promise<number> {
  for (;;) {
    const [found] = await asOwner<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'headroom_revocations' AND query LIKE 'LISTEN%' AND state = 'idle'
       AND datname = current_database() AND pid <> ${after}`,
    )
    if (found) return found.pid
    await turn()
  }
}

/** As another process does it, which knows nothing of what this one remembers. */
async function revokeElsewhere(id: ApiKeyId): Promise<void> {
  await inEngine((tx) => tx.update(apiKeys).set({ revokedAt: systemClock.now() }).where(eq(apiKeys.id, id)))
}

async function untilRefused(key: string): Promise<void> {
  while (await authenticateKey(key)) await turn()
}

describe('a key that another process revokes', () => {
  it('is forgotten as soon as that is committed, and no other is', async () => {
    const [revoked, kept] = [await createApiKey({ scope: 'usage', label: 'revoked' }), await createApiKey({ scope: 'usage', label: 'kept' })]
    for (const { key } of [revoked, kept]) expect(await authenticateKey(key)).not.toBeNull()
    await revokeElsewhere(revoked.id)
    await untilRefused(revoked.key)
    await asOwner(`ALTER TABLE api_keys DISABLE TRIGGER api_keys_revoked`)
    await revokeElsewhere(kept.id)
    expect(await authenticateKey(kept.key), 'still remembered, so it was not forgotten with the other').not.toBeNull()
    await asOwner(`ALTER TABLE api_keys ENABLE TRIGGER api_keys_revoked`)
  })

  it('while nobody listened is forgotten as soon as somebody does again', async () => {
    const { id, key } = await createApiKey({ scope: 'usage', label: 'revoked in the gap' })
    await authenticateKey(key)
    const before = await listener()
    await asOwner(`ALTER TABLE api_keys DISABLE TRIGGER api_keys_revoked`) // As if it had been said to nobody.
    await revokeElsewhere(id)
    await asOwner(`ALTER TABLE api_keys ENABLE TRIGGER api_keys_revoked`)
    expect(await authenticateKey(key)).not.toBeNull()
    await asOwner(`SELECT pg_terminate_backend(${before})`)
    await listener(before)
    await untilRefused(key)
  })

  it('is not remembered by whoever had asked before', async () => {
    const { id, key } = await createApiKey({ scope: 'usage', label: 'just asked' })
    const asked = authenticateKey(key)
    forgetKey(id)
    expect(await asked).not.toBeNull()
    await asOwner(`ALTER TABLE api_keys DISABLE TRIGGER api_keys_revoked`)
    await revokeElsewhere(id)
    expect(await authenticateKey(key)).toBeNull()
    await asOwner(`ALTER TABLE api_keys ENABLE TRIGGER api_keys_revoked`)
  })
})
