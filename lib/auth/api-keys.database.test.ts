import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inEngine } from '../../db/client'
import { apiKeys } from '../../db/schema'
import { systemClock } from '../time'
import { authenticateKey, createApiKey, revokeApiKey } from './api-keys'
import { movingBits, SAMPLES } from './testing/random-bits'
import { createTeam, provideDatabase } from './testing/team'

provideDatabase()
afterEach(() => {
  delete process.env.HEADROOM_SECRET_KEY
  vi.restoreAllMocks()
})

describe('a key', () => {
  it.each(['admin', 'usage', 'read'] as const)('of scope %s is known by what was shown once', async (scope) => {
    const { id, key } = await createApiKey({ scope, label: 'test' })
    expect(key).toMatch(/^hr_[\w-]{43}$/)
    expect(await authenticateKey(key)).toEqual({ keyId: id, scope, organizationId: null })
  })

  it('of an organization is bound to it', async () => {
    const { organization } = await createTeam('Keys')
    const { key } = await createApiKey({ scope: 'read', label: 'theirs', organizationId: organization.id })
    expect(await authenticateKey(key)).toMatchObject({ scope: 'read', organizationId: organization.id })
  })

  it('is kept as a hash only', async () => {
    const { id, key } = await createApiKey({ scope: 'usage', label: 'secret' })
    const [row] = await inEngine((tx) => tx.select().from(apiKeys).where(eq(apiKeys.id, id)))
    expect(JSON.stringify(row)).not.toContain(key.slice(3))
    expect(row?.hash, 'SHA-256').toBe(createHash('sha256').update(key).digest('base64url'))
  })

  it('has 256 random bits', async () => {
    const made = await Promise.all(Array.from({ length: SAMPLES }, () => createApiKey({ scope: 'usage', label: 'random' })))
    expect(movingBits(made.map(({ key }) => Buffer.from(key.slice(3), 'base64url')))).toBe(256)
  })

  it('that was changed by a letter, was never made, or is nothing, is none', async () => {
    const { key } = await createApiKey({ scope: 'usage', label: 'nearly' })
    const other = key.endsWith('A') ? 'B' : 'A'
    for (const wrong of [`${key.slice(0, -1)}${other}`, `${key} `, 'hr_', '', 'x'.repeat(100_000), key.toUpperCase()])
      expect(await authenticateKey(wrong)).toBeNull()
  })

  it('works no more once it is revoked, although it was just used', async () => {
    const { id, key } = await createApiKey({ scope: 'usage', label: 'revoked' })
    expect(await authenticateKey(key)).not.toBeNull()
    expect(await revokeApiKey(id)).toBe(true)
    expect(await authenticateKey(key)).toBeNull()
    expect(await revokeApiKey(id)).toBe(false)
  })

  it('is revoked once by two at once', async () => {
    const { id, key } = await createApiKey({ scope: 'usage', label: 'revoked twice' })
    expect((await Promise.all([revokeApiKey(id), revokeApiKey(id)])).sort()).toEqual([false, true])
    expect(await authenticateKey(key)).toBeNull()
  })

  it('that another process revoked works for five seconds at most', async () => {
    const { id, key } = await createApiKey({ scope: 'usage', label: 'elsewhere' })
    await authenticateKey(key)
    await inEngine((tx) => tx.update(apiKeys).set({ revokedAt: systemClock.now() }).where(eq(apiKeys.id, id)))
    const now = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(now + 5_001)
    expect(await authenticateKey(key)).toBeNull()
  })
})

describe('the start-up key', () => {
  it('is an admin key as long as it is set', async () => {
    process.env.HEADROOM_SECRET_KEY = 'a start-up key of some length'
    expect(await authenticateKey('a start-up key of some length')).toEqual({ keyId: 'environment', scope: 'admin', organizationId: null })
    expect(await authenticateKey('a start-up key of some lengtH')).toBeNull()
    delete process.env.HEADROOM_SECRET_KEY
    expect(await authenticateKey('a start-up key of some length')).toBeNull()
  })

  it('that is set to nothing lets nobody in', async () => {
    process.env.HEADROOM_SECRET_KEY = ''
    expect(await authenticateKey('')).toBeNull()
  })
})

describe('npm run key', () => {
  const run = async (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'create-key.ts'), ...args], { env: process.env })

  it('makes a key that works, and takes it back', async () => {
    const { stdout } = await run('create', '--scope', 'usage', '--label', 'gateway')
    const [key = ''] = stdout.split('\n')
    const known = await authenticateKey(key)
    expect(known).toMatchObject({ scope: 'usage' })
    expect((await run('revoke', known?.keyId ?? '')).stdout).toContain('no longer works')
  })

  it.each([
    [[]],
    [['create', '--scope', 'everything', '--label', 'x']],
    [['create', '--scope', 'read']],
    [['create', '--colour', 'red']],
    [['revoke', 'nonsense']],
  ])('explains itself after %j', async (args) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining('Usage:') })
  })
})
