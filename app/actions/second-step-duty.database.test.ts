import { and, eq } from 'drizzle-orm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { GET as exportActivity } from '@/app/[org]/activity/export/route'
import { inEngine } from '@/db/client'
import { auditLog, members } from '@/db/schema'
import { getMemberships, getViewer, isHeldBack, requireViewer } from '@/lib/auth/session'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { withPasskey } from '@/lib/auth/testing/passkey'
import { codeOf, withSecondFactor } from '@/lib/auth/testing/second-step'
import { PASSWORD } from '@/lib/auth/testing/team'
import { setStage } from '@/lib/billing/testing/stage'
import type { MemberId, UserId } from '@/lib/ids'
import { systemClock } from '@/lib/time'
import { requireSecondStepAction, turnOffSecondFactorAction } from './second-step'
import { endMemberSessionsAction } from './team'

const held = vi.hoisted(() => ({ host: 0 }))
vi.mock('react', async (original) => ({ ...(await original<typeof import('react')>()), cache: (work: unknown) => work }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next-intl/server', async () => {
  const { createTranslator } = await import('next-intl')
  const { messages } = await import('@/components/messages/en')
  return { getLocale: async () => 'en', getTranslations: async () => createTranslator({ locale: 'en', messages, namespace: 'activity' }) }
})
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers({ 'x-forwarded-for': `203.0.113.${++held.host}` }),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_ENCRYPTION_KEYS ??= `tests:${Buffer.alloc(32, 7).toString('base64')}`
const stage = setStage()
afterEach(() => jar.clear())

const found = () => foundTenant(stage, { plan: null, card: null })
const ask = (tenant: Tenant, isRequired = true) => requireSecondStepAction(tenant.slug, { isRequired })

async function anAdminOf(tenant: Tenant): Promise<{ kind: 'person'; id: UserId; email: string }> {
  const id = await tenant.personOf('admin')
  await inEngine((tx) => tx.update(members).set({ joinedAt: systemClock.now() }).where(eq(members.userId, id)))
  return { kind: 'person', id, email: 'admin@example.com' }
}

/** Asked for by its owner, who has one. */
async function asked(): Promise<Tenant & { secret: string }> {
  const tenant = await found()
  const { secret } = await withSecondFactor({ kind: 'person', id: tenant.owner, email: tenant.email })
  await signInAs(tenant.owner)
  expect(await ask(tenant)).toEqual({ ok: true, value: null })
  return { ...tenant, secret }
}

const noted = ({ life }: Tenant, action: string) =>
  inEngine((tx) => tx.$count(auditLog, and(eq(auditLog.organizationId, life.organizationId), eq(auditLog.action, action))))

describe('two steps that an organization asks of everybody', () => {
  it('are asked for by an owner who has them, which stands in the activity, once', async () => {
    const tenant = await found()
    await signInAs(tenant.owner)
    expect(await ask(tenant)).toEqual({ ok: false, error: { code: 'needs_own' } })
    expect(await getViewer(tenant.slug)).not.toBeNull()
    await withPasskey({ kind: 'person', id: tenant.owner, email: tenant.email })
    await signInAs(tenant.owner)
    expect(await ask(tenant)).toEqual({ ok: true, value: null })
    expect(await ask(tenant)).toEqual({ ok: true, value: null })
    expect(await noted(tenant, 'organization.second_step_required')).toBe(1)
    expect(await ask(tenant, false)).toEqual({ ok: true, value: null })
    expect(await noted(tenant, 'organization.second_step_optional')).toBe(1)
  })

  it('are not asked for by an admin, nor from another organization', async () => {
    const [tenant, other] = [await found(), await found()]
    const admin = await anAdminOf(tenant)
    await withSecondFactor(admin)
    await signInAs(admin.id)
    expect(await ask(tenant)).toEqual({ ok: false, error: { code: 'forbidden', permission: 'sign_in:write' } })
    await withSecondFactor({ kind: 'person', id: other.owner, email: other.email })
    await signInAs(other.owner)
    expect(await ask(tenant)).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('keep whoever has one from every page, action and file of it, and lead them to where it is set up; a passkey lets them in', async () => {
    const tenant = await asked()
    const admin = await anAdminOf(tenant)
    await signInAs(admin.id)
    expect((await getMemberships()).map(({ organization }) => organization.slug)).toEqual([tenant.slug])
    expect(await isHeldBack(tenant.slug)).toBe(true)
    await expect(requireViewer(tenant.slug)).rejects.toMatchObject({ digest: expect.stringContaining(`/sign-in/set-up?next=%2F${tenant.slug}`) })
    const [owner] = await inEngine((tx) => tx.select().from(members).where(eq(members.userId, tenant.owner)))
    const press = () => endMemberSessionsAction(tenant.slug, { memberId: owner?.id as MemberId })
    expect(await press()).toEqual({ ok: false, error: { code: 'not_found' } })
    const download = async () =>
      (await exportActivity(new Request('http://localhost:3000/'), { params: Promise.resolve({ org: tenant.slug }) } as never)).status
    expect(await download()).toBe(404)
    await withPasskey(admin)
    await signInAs(admin.id)
    expect(await isHeldBack(tenant.slug)).toBe(false)
    expect(await requireViewer(tenant.slug)).toMatchObject({ member: { role: 'admin' } })
    expect(await press()).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await download()).toBe(200)
  })

  it('are asked for nowhere else: an organization that leaves it to its people stays open to them', async () => {
    const [tenant, other] = [await asked(), await found()]
    await signInAs(other.owner)
    expect(await getViewer(other.slug)).not.toBeNull()
    expect(await isHeldBack(tenant.slug)).toBe(false)
    expect(await getViewer(tenant.slug)).toBeNull()
  })

  it('hold for the owner too, who turns theirs off', async () => {
    const tenant = await asked()
    await signInAs(tenant.owner)
    expect(await turnOffSecondFactorAction({ code: codeOf(tenant.secret), password: PASSWORD })).toMatchObject({ ok: true })
    expect(await isHeldBack(tenant.slug)).toBe(true)
    expect(await ask(tenant, false)).toEqual({ ok: false, error: { code: 'not_found' } })
  })
})
