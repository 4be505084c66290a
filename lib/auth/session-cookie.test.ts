import { encode } from 'next-auth/jwt'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../ids'
import { systemClock } from '../time'
import { newPortal, openSession, sealSession, sessionCookieName, sessionCookieOptions } from './session-cookie'

const SECRET = 'a secret that is only for tests, of 32 and more'
const account = { id: newId('user'), sessionVersion: 3 }

beforeEach(() => {
  process.env.NEXTAUTH_SECRET = SECRET
  process.env.HEADROOM_URL = 'https://billing.example.com'
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a session’s cookie', () => {
  it('claims who and which session, and nothing else can be read from it', async () => {
    const cookie = await sealSession(account)
    expect(await openSession(cookie)).toEqual({ userId: account.id, session: expect.any(String), sessionVersion: 3, sealedAt: expect.anything(), portal: null })
    expect((await openSession(await sealSession(account)))?.session).not.toBe((await openSession(cookie))?.session)
    expect(Buffer.from(cookie.replaceAll('.', ''), 'base64url').toString('latin1')).not.toContain(account.id)
  })

  it('that the operator’s product has begun claims one organization, and only for a working day', async () => {
    const portal = newPortal({ organizationId: newId('org'), returnUrl: 'https://app.example.com/' })
    expect(await openSession(await sealSession(account, portal))).toEqual({
      userId: account.id,
      session: expect.any(String),
      sessionVersion: 3,
      sealedAt: expect.anything(),
      portal,
    })
    expect(await openSession(await sealSession(account, { ...portal, until: portal.until.subtract({ hours: 13 }) }))).toBeNull()
    expect(await openSession(await sealSession(account, { ...portal, organizationId: 'nonsense' as never }))).toBeNull()
  })

  it('that was tampered with is nobody’s, and leaves no stack in the log', async () => {
    const log = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')]
    const cookie = await sealSession(account)
    const middle = Math.floor(cookie.length / 2)
    const changed = `${cookie.slice(0, middle)}${cookie[middle] === 'A' ? 'B' : 'A'}${cookie.slice(middle + 1)}`
    for (const wrong of [changed, cookie.slice(0, -10), 'nonsense', '', 'a.b.c.d.e']) expect(await openSession(wrong)).toBeNull()
    for (const spy of log) expect(spy).not.toHaveBeenCalled()
  })

  it('that was sealed under another secret, is too old, or names nobody of ours is nobody’s', async () => {
    const token = { session: 'one', sessionVersion: 3 }
    expect(await openSession(await encode({ token: { ...token, sub: account.id }, secret: SECRET }))).not.toBeNull()
    expect(await openSession(await encode({ token: { sub: account.id, sessionVersion: 3 } as never, secret: SECRET }))).toBeNull()
    expect(await openSession(await encode({ token: { ...token, sub: account.id }, secret: `another ${SECRET}` }))).toBeNull()
    expect(await openSession(await encode({ token: { ...token, sub: account.id }, secret: SECRET, maxAge: -3600 }))).toBeNull()
    expect(await openSession(await encode({ token: { ...token, sub: 'org_01h2xcejqtf2nbrexx3vqjhp41' }, secret: SECRET }))).toBeNull()
    expect(await openSession(await encode({ token: { sub: account.id } as never, secret: SECRET }))).toBeNull()
  })

  it('is encrypted by one algorithm, and one that says another, or none, is nobody’s', async () => {
    const cookie = await sealSession(account)
    const [head = '', ...rest] = cookie.split('.')
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'dir', enc: 'A256GCM' })
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = part({ sub: account.id, session: 'one', sessionVersion: 3, iat: Math.floor(systemClock.now().epochMilliseconds / 1_000) })
    const other = (header: object) => [part(header), ...rest].join('.')
    const wrong = [`${part({ alg: 'none' })}.${claims}.`, other({ alg: 'none', enc: 'A256GCM' }), other({ alg: 'dir', enc: 'A128CBC-HS256' })]
    for (const one of wrong) expect(await openSession(one)).toBeNull()
  })

  it('is bound to this host over https, and never to be read by scripts', () => {
    expect(sessionCookieName()).toBe('__Host-headroom-session')
    expect(sessionCookieOptions()).toEqual({ httpOnly: true, sameSite: 'lax', path: '/', secure: true })
    process.env.HEADROOM_URL = 'http://localhost:3000'
    expect(sessionCookieName()).toBe('headroom-session')
    expect(sessionCookieOptions().secure).toBe(false)
  })
})
