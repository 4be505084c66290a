import { afterEach, describe, expect, it, vi } from 'vitest'
import { endAllSessions } from './account'
import { nextAuthOptions } from './next-auth-options'
import { SIGN_IN_TRIES } from './sign-in-limit'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

provideDatabase()
afterEach(() => {
  vi.restoreAllMocks()
})

/** The credentials door of next-auth itself, as `/api/auth/callback/credentials` calls it. */
function authorize(email: string, password: string, address: string) {
  const [provider] = nextAuthOptions().providers
  if (provider?.type !== 'credentials') throw new Error('no credentials provider')
  return provider.options.authorize({ email, password }, { headers: { 'x-forwarded-for': address } })
}

const jwt = async (token: Record<string, unknown>) => nextAuthOptions().callbacks?.jwt?.({ token } as never)

describe('next-auth’s own door', () => {
  it('knows the same people under the same limit', async () => {
    const { owner } = await createTeam('Door')
    expect(await authorize(owner.email, PASSWORD, '198.51.100.1')).toMatchObject({ id: owner.userId, sessionVersion: 1 })
    for (let n = 0; n < SIGN_IN_TRIES; n++) expect(await authorize(owner.email, 'wrong', '198.51.100.2')).toBeNull()
    await expect(authorize(owner.email, PASSWORD, '198.51.100.3')).rejects.toThrow(/^Too many attempts; try again at \d{4}-/)
  })

  it('asks the database about each session', async () => {
    const { owner } = await createTeam('Session')
    const token = { sub: owner.userId, sessionVersion: 1 }
    expect(await jwt(token)).toEqual(token)
    await endAllSessions(owner.userId)
    await expect(jwt(token)).rejects.toThrow()
    await expect(jwt({ sub: 'user_nobody', sessionVersion: 1 })).rejects.toThrow()
  })

  it('is quiet about ended and tampered sessions, and about nothing else', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { logger } = nextAuthOptions()
    const ended = await jwt({ sub: 'nobody' }).catch((fault: Error) => fault)
    logger?.error?.('JWT_SESSION_ERROR', ended as Error)
    logger?.error?.('JWT_SESSION_ERROR', Object.assign(new Error('decryption operation failed'), { name: 'JWEDecryptionFailed' }))
    expect(log).not.toHaveBeenCalled()
    logger?.error?.('JWT_SESSION_ERROR', new Error('connection refused'))
    expect(log).toHaveBeenCalledExactlyOnceWith('next-auth: JWT_SESSION_ERROR')
  })
})
