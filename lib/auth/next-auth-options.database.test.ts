import { randomUUID } from 'node:crypto'
import { DrizzleQueryError } from 'drizzle-orm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { theLog } from '../observe/log'
import { systemClock } from '../time'
import { endAllSessions } from './account'
import { nextAuthOptions, type PresentRequest } from './next-auth-options'
import { SIGN_IN_TRIES } from './sign-in-limit'
import { listSignIns } from './sign-ins'
import { codeOf, withSecondFactor } from './testing/second-step'
import { createTeam, PASSWORD, provideDatabase } from './testing/team'

provideDatabase()
const request: PresentRequest = {
  beginSecondStep: async ({ id }) => `/code-of/${id}`,
  presentBrowser: async () => ({ address: '198.51.100.9', agent: '' }),
  endPresentSession: async () => {},
}
afterEach(() => {
  vi.restoreAllMocks()
})

/** The credentials door of next-auth itself, as `/api/auth/callback/credentials` calls it. */
function authorize(email: string, password: string, address: string, code = '') {
  const [provider] = nextAuthOptions(request).providers
  if (provider?.type !== 'credentials') throw new Error('no credentials provider')
  return provider.options.authorize({ email, password, code }, { headers: { 'x-forwarded-for': address } })
}

const jwt = async (token: Record<string, unknown>) => nextAuthOptions(request).callbacks?.jwt?.({ token } as never)

describe('next-auth’s own door', () => {
  it('knows the same people under the same limit', async () => {
    const { owner } = await createTeam('Door')
    expect(await authorize(owner.email, PASSWORD, '198.51.100.1')).toMatchObject({ id: owner.userId, sessionVersion: 1 })
    expect(await listSignIns({ kind: 'person', id: owner.userId })).toMatchObject([{ way: 'password', outcome: 'signed_in', address: '198.51.100.1' }])
    for (let n = 0; n < SIGN_IN_TRIES; n++) expect(await authorize(owner.email, 'wrong', `198.51.101.${n}`)).toBeNull()
    await expect(authorize(owner.email, PASSWORD, '198.51.100.3')).rejects.toThrow(/^Too many attempts; try again at \d{4}-/)
  })

  it('asks whoever has a second step for its code, and an account elsewhere does not get around it', async () => {
    const { owner } = await createTeam('Two steps')
    const person = { kind: 'person', id: owner.userId, email: owner.email } as const
    const { secret } = await withSecondFactor(person)
    expect(await authorize(owner.email, PASSWORD, '198.51.100.4')).toBeNull()
    expect(await authorize(owner.email, PASSWORD, '198.51.100.5', codeOf(secret))).toMatchObject({ id: owner.userId })

    vi.stubEnv('HEADROOM_OIDC_ISSUER', 'https://id.example')
    vi.stubEnv('HEADROOM_OIDC_CLIENT_ID', 'headroom')
    vi.stubEnv('HEADROOM_OIDC_CLIENT_SECRET', 'a secret')
    const account = { type: 'oauth', provider: 'oidc' }
    const profile = { sub: 'subject-1', email: owner.email, email_verified: true }
    const { callbacks } = nextAuthOptions(request)
    expect(await callbacks?.signIn?.({ account, profile } as never)).toBe(`/code-of/${owner.userId}`)
    await expect(callbacks?.jwt?.({ token: {}, account, profile } as never)).rejects.toThrow()
    vi.unstubAllEnvs()
  })

  it('writes down who came from an account elsewhere', async () => {
    const { owner } = await createTeam('Elsewhere')
    vi.stubEnv('HEADROOM_OIDC_ISSUER', 'https://id.example')
    vi.stubEnv('HEADROOM_OIDC_CLIENT_ID', 'headroom')
    vi.stubEnv('HEADROOM_OIDC_CLIENT_SECRET', 'a secret')
    const account = { type: 'oauth', provider: 'oidc' }
    const profile = { sub: 'subject-2', email: owner.email, email_verified: true }
    await nextAuthOptions(request).callbacks?.jwt?.({ token: {}, account, profile } as never)
    vi.unstubAllEnvs()
    expect(await listSignIns({ kind: 'person', id: owner.userId })).toMatchObject([{ way: 'identity', outcome: 'signed_in', address: '198.51.100.9' }])
  })

  it('asks the database about each session', async () => {
    const { owner } = await createTeam('Session')
    const iat = Math.floor(systemClock.now().epochMilliseconds / 1_000)
    const kept = { sub: owner.userId, session: randomUUID(), sessionVersion: 1 }
    const token = { ...kept, iat }
    expect(await jwt(token)).toEqual(kept)
    const other = { ...token, session: randomUUID() }
    await nextAuthOptions(request).events?.signOut?.({ token: other } as never)
    await expect(jwt(other)).rejects.toThrow()
    expect(await jwt(token)).toEqual(kept)
    await expect(jwt({ ...token, session: randomUUID(), iat: iat - 8 * 24 * 3_600 })).rejects.toThrow() // Left alone since it was sealed.
    await endAllSessions(owner.userId)
    await expect(jwt(token)).rejects.toThrow()
    await expect(jwt({ sub: 'user_nobody', session: randomUUID(), sessionVersion: 1, iat })).rejects.toThrow()
  })

  it('is quiet about ended and tampered sessions, and about nothing else', async () => {
    const log = vi.spyOn(theLog(), 'error').mockImplementation(() => {})
    const { logger } = nextAuthOptions(request)
    const ended = await jwt({ sub: 'nobody' }).catch((fault: Error) => fault)
    logger?.error?.('JWT_SESSION_ERROR', ended as Error)
    logger?.error?.('JWT_SESSION_ERROR', Object.assign(new Error('decryption operation failed'), { name: 'JWEDecryptionFailed' }))
    expect(log).not.toHaveBeenCalled()
    logger?.error?.('JWT_SESSION_ERROR', new Error('connection refused'))
    const facts = { code: 'JWT_SESSION_ERROR', times: 1, provider: undefined, reason: 'connection refused' }
    expect(log).toHaveBeenCalledExactlyOnceWith(facts, 'next-auth')
  })

  it('says why a provider does not work, and nothing that was asked of the database', () => {
    const log = vi.spyOn(theLog(), 'error').mockImplementation(() => {})
    const { logger } = nextAuthOptions(request)
    logger?.error?.('SIGNIN_OAUTH_ERROR', { error: new Error('invalid_client'), providerId: 'google' })
    logger?.error?.('SIGNIN_OAUTH_ERROR', new DrizzleQueryError('select $1', ['whose@example.com']))
    expect(log.mock.calls).toMatchObject([
      [{ provider: 'google', reason: 'invalid_client' }, 'next-auth'],
      [{ reason: 'Failed query: select $1' }, 'next-auth'],
    ])
  })
})
