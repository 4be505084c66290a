import { eq } from 'drizzle-orm'
import { createTranslator } from 'next-intl'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Messages, messages } from '@/components/messages/en'
import { inEngine } from '@/db/client'
import { members, users } from '@/db/schema'
import { ROLES } from '@/lib/auth/permissions'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { setStage } from '@/lib/billing/testing/stage'
import { systemClock } from '@/lib/time'
import { GET as exportUsage } from './export/route'
import { GET as liveUsage } from './live/route'

vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers(),
  }
})
vi.mock('next-intl/server', () => ({
  getTranslations: async (namespace: keyof Messages) => createTranslator({ locale: 'en', timeZone: 'UTC', messages, namespace } as never),
}))

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
const stage = setStage()
let acme: Tenant
let other: Tenant
beforeAll(async () => {
  acme = await foundTenant(stage)
  other = await foundTenant(stage)
  await acme.life.use(1_234, { key: '=SUM(A1)' })
  await other.life.use(THEIR_CALLS, { key: 'theirs' })
})
afterEach(() => jar.clear())

/** Nine digits: three of them stand by chance in an id or a moment once in a few runs. */
const THEIR_CALLS = 918_273_645

type Asked = { slug?: string; product?: string; query?: string }
const ROUTES = [
  { name: 'live', get: liveUsage, query: '' },
  { name: 'export', get: exportUsage, query: '?of=days&meter=calls' },
] as const

describe.each(ROUTES)('/usage/$name', ({ name, get, query }) => {
  const ask = ({ slug = acme.slug, product = 'api-calls', query: asked = query }: Asked = {}) =>
    get(new Request(`http://localhost:3000/${slug}/${product}/usage/${name}${asked}`), { params: Promise.resolve({ org: slug, product }) })

  it.each(ROLES)('answers a %s of the organization, and keeps it out of shared caches', async (role) => {
    await signInAs(await acme.personOf(role))
    const answer = await ask()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toMatch(/private|no-store/)
    const text = await answer.text()
    expect(text).toContain('1234')
    expect(text).not.toContain(String(THEIR_CALLS))
  })

  it('answers nobody who is not signed in, or whose session was ended or made up', async () => {
    await signInAs(null)
    expect((await ask()).status).toBe(401)
    jar.set(sessionCookieName(), 'made.up')
    expect((await ask()).status).toBe(401)
    const person = await acme.personOf('member')
    await signInAs(person)
    await inEngine((tx) => tx.update(users).set({ sessionVersion: 2 }).where(eq(users.id, person)))
    expect((await ask()).status).toBe(401)
  })

  it('does not exist for the owner of another organization, nor for whoever was removed', async () => {
    await signInAs(other.owner)
    const answer = await ask()
    expect([answer.status, await answer.text()]).toEqual([404, ''])
    const removed = await acme.personOf('admin')
    await inEngine((tx) => tx.update(members).set({ removedAt: systemClock.now() }).where(eq(members.userId, removed)))
    await signInAs(removed)
    expect((await ask()).status).toBe(404)
  })

  it.each([
    { product: 'nothing' },
    { product: "' OR true --" },
    { product: '../../etc' },
    { slug: 'no-such-organization' },
    { slug: 'nul\u0000' },
    { query: '?period=yesterday&meter=calls' },
    { query: '?period=2026-99-99T00:00:00Z&meter=calls' },
    { query: '?period=1999-01-01T00:00:00Z&meter=calls' },
    { query: `?period=${'9'.repeat(10_000)}&meter=calls` },
    { query: '?period=%00&meter=calls' },
  ])('is not found for $product $slug $query', async (asked) => {
    await signInAs(acme.owner)
    const answer = await ask(asked as Asked)
    expect([answer.status, await answer.text()]).toEqual([404, ''])
  })
})

describe('the file of /usage/export', () => {
  const file = async (query: string) => {
    await signInAs(acme.owner)
    return exportUsage(new Request(`http://localhost:3000/x${query}`), { params: Promise.resolve({ org: acme.slug, product: 'api-calls' }) })
  }

  it('is a table of days, or of keys, that a spreadsheet takes as text', async () => {
    const days = await file('?of=days&meter=calls')
    expect(days.headers.get('content-type')).toContain('text/csv')
    expect(days.headers.get('content-disposition')).toMatch(/^attachment; filename="usage-[a-z0-9-]+-days\.csv"/)
    const keys = await (await file('?of=keys&meter=calls')).text()
    expect(keys).toContain('SUM(A1)')
    expect(keys).not.toMatch(/(^|,|")=SUM/m)
  })

  it.each(['', '?of=days', '?of=days&meter=', '?of=days&meter=nothing', '?of=days&meter=__proto__'])(
    'is not found without a meter that is there: %j',
    async (query) => {
      expect((await file(query)).status).toBe(404)
    },
  )
})
