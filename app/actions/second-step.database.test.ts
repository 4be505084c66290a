import { encode } from 'next-auth/jwt'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextAuthOptions } from '@/lib/auth/next-auth-options'
import { requestPasswordReset } from '@/lib/auth/password-reset'
import { beginSecondStep } from '@/lib/auth/second-step'
import { secondStepCookieName } from '@/lib/auth/second-step-cookie'
import { installationSecret } from '@/lib/auth/secret'
import { endPresentSession, presentBrowser } from '@/lib/auth/session'
import { openSession, SESSION_SECONDS, sessionCookieName } from '@/lib/auth/session-cookie'
import { requestSignInLink } from '@/lib/auth/sign-in-link'
import { listSignIns } from '@/lib/auth/sign-ins'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { codeOf, withSecondFactor } from '@/lib/auth/testing/second-step'
import { lastInvitationTokenFor, PASSWORD } from '@/lib/auth/testing/team'
import { setStage } from '@/lib/billing/testing/stage'
import { resetPasswordAction, signInAction, signInWithLinkAction } from './account'
import { offerSecondFactorAction, passSecondStepAction, turnOffSecondFactorAction, turnOnSecondFactorAction } from './second-step'

const held = vi.hoisted(() => ({ host: 0 }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers({ 'x-forwarded-for': `203.0.113.${++held.host}` }),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_OIDC_ISSUER = 'https://id.example'
process.env.HEADROOM_OIDC_CLIENT_ID = 'headroom'
process.env.HEADROOM_OIDC_CLIENT_SECRET = 'a secret'
process.env.HEADROOM_ENCRYPTION_KEYS ??= `tests:${Buffer.alloc(32, 7).toString('base64')}`
const stage = setStage()
afterEach(() => jar.clear())

const address = () => `198.51.100.${++held.host}`
const found = () => foundTenant(stage, { plan: null, card: null })

/** As next-auth goes through its callbacks where an identity provider has said who it is. */
async function comeFromElsewhere({ owner, email }: Tenant) {
  const askForCode = (account: Parameters<typeof beginSecondStep>[0]) => beginSecondStep(account, 'identity').then(() => '/code')
  const { callbacks } = nextAuthOptions({ beginSecondStep: askForCode, presentBrowser, endPresentSession })
  const told = { account: { type: 'oauth', provider: 'oidc' }, profile: { sub: owner, email, email_verified: true } }
  const needsCode = (await callbacks?.signIn?.(told as never)) !== true
  const token = needsCode ? undefined : await callbacks?.jwt?.({ token: {}, ...told } as never)
  if (token) jar.set(sessionCookieName(), await encode({ token, secret: installationSecret(), maxAge: SESSION_SECONDS }))
  return { ok: true, value: { needsCode } }
}

const FIRST_STEPS = [
  { way: 'a password', by: 'password', first: ({ email }: Tenant) => signInAction({ email, password: PASSWORD }) },
  {
    way: 'a link by mail',
    by: 'link',
    first: async ({ email }: Tenant) => {
      await requestSignInLink({ email, next: '/', address: address() })
      return signInWithLinkAction({ token: await lastInvitationTokenFor(email) })
    },
  },
  { way: 'an account elsewhere', by: 'identity', first: comeFromElsewhere },
  {
    way: 'a link for another password',
    by: 'new_password',
    first: async ({ email }: Tenant) => {
      await requestPasswordReset({ email, address: address() })
      return resetPasswordAction({ token: await lastInvitationTokenFor(email), newPassword: 'quite another sentence' })
    },
  },
]

describe.each(FIRST_STEPS)('$way', ({ first, by }) => {
  it('lets in whoever has one step', async () => {
    const tenant = await found()
    expect(await first(tenant)).toEqual({ ok: true, value: { needsCode: false } })
    expect(jar.has(sessionCookieName())).toBe(true)
    expect(await listSignIns({ kind: 'person', id: tenant.owner })).toMatchObject([{ way: by, outcome: 'signed_in', times: 1 }])
  })

  it('is another session each time, and the one before is over, also where its cookie was copied to', async () => {
    const tenant = await found()
    await signInAs(tenant.owner)
    const before = jar.get(sessionCookieName()) ?? ''
    expect(await offerSecondFactorAction({})).toMatchObject({ ok: true })
    await first(tenant)
    const after = jar.get(sessionCookieName()) ?? ''
    expect((await openSession(after))?.session).not.toBe((await openSession(before))?.session)
    expect(await offerSecondFactorAction({})).toMatchObject({ ok: true })
    jar.set(sessionCookieName(), before)
    expect(await offerSecondFactorAction({})).toEqual({ ok: false, error: { code: 'signed_out' } })
  })

  it('lets nobody in before the second step, where there is one', async () => {
    const tenant = await found()
    const { secret } = await withSecondFactor({ kind: 'person', id: tenant.owner, email: tenant.email })
    expect(await first(tenant)).toEqual({ ok: true, value: { needsCode: true } })
    expect([...jar.keys()]).toEqual([secondStepCookieName()])
    expect(await offerSecondFactorAction({})).toEqual({ ok: false, error: { code: 'signed_out' } })
    expect(await passSecondStepAction({ code: '000000' })).toEqual({ ok: false, error: { code: 'wrong_code' } })
    expect(jar.has(sessionCookieName())).toBe(false)
    expect(await passSecondStepAction({ code: codeOf(secret) })).toMatchObject({ ok: true })
    expect([...jar.keys()]).toEqual([sessionCookieName()])
    expect(await listSignIns({ kind: 'person', id: tenant.owner })).toMatchObject([
      { way: 'code', outcome: 'signed_in' },
      { way: 'code', outcome: 'refused' },
      { way: by, outcome: 'first_step' },
    ])
  })
})

it('turning it on goes on in this browser, and ends what was signed in elsewhere', async () => {
  const tenant = await found()
  await signInAs(tenant.owner)
  const elsewhere = jar.get(sessionCookieName()) ?? ''
  const offered = await offerSecondFactorAction({})
  if (!offered.ok) throw new Error('nothing was offered')
  const { sealed, secret } = offered.value
  const turnOn = (password: string) => turnOnSecondFactorAction({ sealed, code: codeOf(secret), password })
  expect(await turnOn('wrong')).toEqual({ ok: false, error: { code: 'invalid_credentials' } })
  expect(await turnOn(PASSWORD)).toMatchObject({ ok: true })
  expect(await offerSecondFactorAction({})).toMatchObject({ ok: true })
  jar.set(sessionCookieName(), elsewhere)
  expect(await turnOffSecondFactorAction({ code: codeOf(secret, 1), password: PASSWORD })).toEqual({ ok: false, error: { code: 'signed_out' } })
})
