import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { changePasswordAction, openPortalAction } from '@/app/actions/account'
import { inEngine } from '@/db/client'
import { members } from '@/db/schema'
import { nextAuthOptions } from '@/lib/auth/next-auth-options'
import { portalToken } from '@/lib/auth/portal-address'
import { findPortalSession } from '@/lib/auth/portal-session'
import { getAccount, getMemberships, getOwnAccount, getViewer } from '@/lib/auth/session'
import { openSession, sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { PASSWORD } from '@/lib/auth/testing/team'
import { addMember } from '@/lib/billing/commands/add-member'
import { type CreatePortalSession, createPortalSession } from '@/lib/billing/commands/create-portal-session'
import { setStage } from '@/lib/billing/testing/stage'
import { GET, HEAD } from './route'

vi.mock('react', async (original) => ({ ...(await original<typeof import('react')>()), cache: (work: unknown) => work }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers({ 'x-forwarded-for': '198.51.100.7' }),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
const stage = setStage()
let acme: Tenant
let other: Tenant
beforeAll(async () => {
  ;[acme, other] = [await foundTenant(stage, { plan: null, card: null }), await foundTenant(stage, { plan: null, card: null })]
  // The owner of one belongs to the other too, so that a limit can be seen.
  await inEngine((tx) => addMember({ tx, actor: 'operator' }, { organizationId: other.life.organizationId, email: acme.email, role: 'admin', invite: false }))
})
afterEach(() => jar.clear())

async function portalOf(tenant: Tenant, facts: Partial<CreatePortalSession> = {}): Promise<string> {
  const { organizationId } = tenant.life
  const people = await inEngine((tx) => tx.select().from(members).where(eq(members.organizationId, organizationId)))
  const memberId = people.find(({ userId }) => userId === tenant.owner)?.id
  if (!memberId) throw new Error('there is no owner')
  const wanted = { organizationId, memberId, page: 'plan', returnUrl: 'https://app.example.com/', ...facts } as const
  const made = await inEngine((tx) => createPortalSession({ tx, actor: 'operator' }, wanted))
  if (!made.ok) throw new Error(made.error.code)
  return portalToken(made.value.id)
}

const visit = async (token: string, headers: Record<string, string> = {}) => {
  const answer = await GET(new Request(`http://localhost:3000/sign-in/portal/${token}`, { headers }), { params: Promise.resolve({ token }) })
  return { status: answer.status, to: answer.headers.get('location'), caching: answer.headers.get('cache-control') }
}

describe('the address of a portal session', () => {
  it('leads a browser to the page, signed in, once; then to a page that says so', async () => {
    const token = await portalOf(acme)
    expect(await visit(token)).toEqual({ status: 303, to: `/${acme.slug}/plan`, caching: 'no-store' })
    expect(await getAccount()).toMatchObject({ id: acme.owner })
    expect(await getViewer(acme.slug)).toMatchObject({ member: { role: 'owner' }, portal: { returnUrl: 'https://app.example.com/' } })
    jar.clear()
    expect(await visit(token)).toMatchObject({ status: 303, to: `/sign-in/portal/${token}/ended` })
    expect(jar.size).toBe(0)
  })

  it('is not used up by what looks at it first', async () => {
    const token = await portalOf(acme)
    expect(HEAD().status).toBe(200)
    for (const header of ['sec-purpose', 'purpose', 'x-purpose']) expect((await visit(token, { [header]: 'prefetch;prerender' })).status).toBe(204)
    expect(jar.size).toBe(0)
    expect(await findPortalSession(token)).toMatchObject({ state: 'open' })
    expect((await visit(token)).to).toBe(`/${acme.slug}/plan`)
  })

  it('asks before it replaces somebody else who is signed in here, and only then', async () => {
    await signInAs(other.owner)
    const token = await portalOf(acme)
    expect(await visit(token)).toMatchObject({ to: `/sign-in/portal/${token}/confirm` })
    expect(await getAccount()).toMatchObject({ id: other.owner })
    expect(await openPortalAction({ token })).toEqual({ ok: true, value: { path: `/${acme.slug}/plan` } })
    expect(await getAccount()).toMatchObject({ id: acme.owner })
    expect(await visit(await portalOf(acme))).toMatchObject({ to: `/${acme.slug}/plan` })
  })

  it.each(['nonsense', 'portal_01kbp4x5mve8jbdk2g3tqh1s7n.signature'])('that we did not make opens nothing: %s', async (token) => {
    expect(await visit(token)).toMatchObject({ to: `/sign-in/portal/${token}/ended` })
    expect(jar.size).toBe(0)
  })
})

describe('a session that the operator’s product has opened', () => {
  it('is of one organization, though the person belongs to more', async () => {
    await signInAs(acme.owner)
    expect((await getMemberships()).map(({ organization }) => organization.slug).sort()).toEqual([acme.slug, other.slug].sort())
    await visit(await portalOf(acme))
    expect((await getMemberships()).map(({ organization }) => organization.slug)).toEqual([acme.slug])
    expect(await getViewer(other.slug)).toBeNull()
  })

  it('touches neither the person’s password nor their other sessions', async () => {
    await visit(await portalOf(acme))
    expect(await getOwnAccount()).toBeNull()
    expect(await changePasswordAction({ currentPassword: PASSWORD, newPassword: 'another long sentence' })).toEqual({
      ok: false,
      error: { code: 'signed_out' },
    })
  })

  it('lasts a working day at most, and stays limited at next-auth’s own door', async () => {
    await visit(await portalOf(acme))
    const claim = await openSession(jar.get(sessionCookieName()) ?? '')
    const sealed = { organization: acme.life.organizationId, returnUrl: null, until: claim?.portal?.until.toString() ?? '' }
    const token = { sub: acme.owner, session: claim?.session, sessionVersion: 1, portal: sealed }
    const iat = Number(claim?.sealedAt.epochMilliseconds) / 1_000
    const jwt = (present: object) =>
      nextAuthOptions({
        beginSecondStep: async () => '/',
        presentBrowser: async () => ({ address: '198.51.100.9', agent: '' }),
        endPresentSession: async () => {},
      }).callbacks?.jwt?.({ token: { ...present, iat } } as never)
    expect(await jwt(token)).toEqual(token)
    await expect(jwt({ ...token, portal: { ...sealed, until: claim?.portal?.until.subtract({ hours: 13 }).toString() } })).rejects.toThrow()
  })
})
