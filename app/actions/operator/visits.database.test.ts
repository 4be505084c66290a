import { and, eq } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, members, operatorVisits } from '@/db/schema'
import { endOperatorSession } from '@/lib/auth/operator-session'
import { operatorCookieName } from '@/lib/auth/present-operator'
import { getViewer, isVisiting, readAs } from '@/lib/auth/session'
import { fingerprint, foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { withSecondFactor } from '@/lib/auth/testing/second-step'
import { sitDown } from '@/lib/auth/testing/sit-down'
import { visitCookieName } from '@/lib/auth/visit'
import { setStage } from '@/lib/billing/testing/stage'
import { listMemberships } from '@/lib/billing/views/membership'
import { listProducts } from '@/lib/billing/views/products'
import { newId } from '@/lib/ids'
import type { PaymentProvider } from '@/lib/payments/port'
import { systemClock } from '@/lib/time'
import { exportedActions } from '../testing/exported-actions'
import { anOperator } from '../testing/operator-cases'
import { beginVisitAction, leaveVisitAction } from './visits'

const held = vi.hoisted(() => ({ provider: null as PaymentProvider | null }))
vi.mock('@/lib/payments/provider', () => ({ paymentProvider: () => held.provider }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/navigation', () => ({
  redirect: (to: string) => {
    throw new Error(`went to ${to}`)
  },
  notFound: () => {
    throw new Error('not found')
  },
  unstable_rethrow: () => {},
}))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers(),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
const stage = setStage()

let tenant: Tenant
let owner: string
beforeAll(async () => {
  held.provider = stage.provider
  tenant = await foundTenant(stage)
  const [member] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(eq(members.organizationId, tenant.life.organizationId)))
  owner = member?.id ?? ''
})
beforeEach(() => jar.clear())
afterEach(() => jar.clear())

async function sitAsSupport(): Promise<string> {
  const { id } = await anOperator('support')
  const session = await sitDown(id)
  jar.set(operatorCookieName(), session)
  return session
}

const begin = (organization: unknown = tenant.life.organizationId, member: unknown = owner) =>
  (beginVisitAction as (organization: unknown, member: unknown) => Promise<void>)(organization, member)

describe('an operator who looks at a customer’s pages', () => {
  it('sees what the member sees, and it stands in the activity', async () => {
    await sitAsSupport()
    await expect(begin()).rejects.toThrow(`went to /${tenant.slug}`)
    const viewer = await getViewer(tenant.slug)
    expect(viewer).toMatchObject({ member: { id: owner, role: 'owner' }, visit: { operator: expect.stringContaining('@company.example') } })
    expect([viewer?.can('invoices:read'), viewer?.can('activity:read'), viewer?.can('plan:write'), viewer?.can('owners:write')]).toEqual([
      true,
      true,
      false,
      false,
    ])
    if (!viewer) return
    expect((await readAs(viewer, listProducts)).held).toHaveLength(1)
    const ours = and(eq(auditLog.organizationId, tenant.life.organizationId), eq(auditLog.action, 'organization.viewed'))
    expect(await inEngine((tx) => tx.select().from(auditLog).where(ours))).toMatchObject([
      { actor: 'operator', operatorId: expect.stringMatching(/^op_/), target: owner },
    ])
  })

  it('sees nobody else’s, even where the member belongs to more', async () => {
    const other = await foundTenant(stage, { plan: null, card: null })
    await sitAsSupport()
    await expect(begin()).rejects.toThrow('went to')
    expect(await getViewer(other.slug)).toBeNull()
    expect((await inEngine((tx) => listMemberships(tx, tenant.owner))).length).toBeGreaterThan(0)
  })

  it('cannot write: every action of a member is refused and nothing is kept, also where the browser is signed in as the owner', async () => {
    const actions = (await exportedActions()).filter(({ access }) => access !== 'anyone' && access !== null)
    expect(actions.length).toBeGreaterThan(25)
    await signInAs(tenant.owner)
    await sitAsSupport()
    await expect(begin()).rejects.toThrow('went to')
    expect(await isVisiting()).toBe(true)
    const before = await fingerprint(stage.database.ownerUrl)
    for (const { name, action, access } of actions) {
      if (name === 'signOutEverywhereAction') continue // Ends the browser's own sessions, and nobody else's.
      const call = action as (...input: unknown[]) => Promise<{ ok: boolean; error: { code: string } }>
      const answer = access === 'signed_in' ? await call({}) : await call(tenant.slug, {})
      expect(answer, name).toMatchObject({ ok: false, error: { code: access === 'signed_in' ? 'signed_out' : 'forbidden' } })
    }
    expect(await fingerprint(stage.database.ownerUrl)).toEqual(before)
  })

  it('is out at once when they leave, sign out, are idle, or the member is gone', async () => {
    const session = await sitAsSupport()
    await expect(begin()).rejects.toThrow('went to')
    await expect((leaveVisitAction as () => Promise<void>)()).rejects.toThrow(`went to /operator/organizations/${tenant.life.organizationId}`)
    expect(await getViewer(tenant.slug)).toBeNull()

    await expect(begin()).rejects.toThrow('went to')
    const cookie = jar.get(visitCookieName()) ?? ''
    await endOperatorSession(session)
    expect(await getViewer(tenant.slug)).toBeNull()

    await sitAsSupport()
    await expect(begin()).rejects.toThrow('went to')
    await inEngine((tx) => tx.update(members).set({ removedAt: systemClock.now() }).where(eq(members.organizationId, tenant.life.organizationId)))
    expect(await getViewer(tenant.slug)).toBeNull()
    await inEngine((tx) => tx.update(members).set({ removedAt: null }).where(eq(members.organizationId, tenant.life.organizationId)))
    expect(await getViewer(tenant.slug)).not.toBeNull()

    jar.set(visitCookieName(), cookie)
    expect(await getViewer(tenant.slug)).toBeNull()
    jar.set(visitCookieName(), 'x'.repeat(500))
    expect(await getViewer(tenant.slug)).toBeNull()
  })

  it('begins only from the desk, with a member of that organization', async () => {
    await signInAs(tenant.owner)
    await expect(begin()).rejects.toThrow('went to /operator/sign-in')
    expect(jar.has(visitCookieName())).toBe(false)
    await sitAsSupport()
    const other = await foundTenant(stage, { plan: null, card: null })
    for (const [organization, member] of [
      [other.life.organizationId, owner],
      [tenant.life.organizationId, newId('mem')],
      [{ toString: () => tenant.life.organizationId }, owner],
      [null, null],
    ]) {
      await expect(begin(organization, member)).rejects.toThrow(/went to \/operator$/)
    }
    expect(jar.has(visitCookieName())).toBe(false)
    expect(await inEngine((tx) => tx.$count(operatorVisits, eq(operatorVisits.organizationId, other.life.organizationId)))).toBe(0)
  })
})

describe('an operator who lacks the second step that is asked of operators', () => {
  it('looks at no customer’s pages any more, and does with one', async () => {
    const { id, email } = await anOperator('support')
    jar.set(operatorCookieName(), await sitDown(id))
    await expect(begin()).rejects.toThrow(`went to /${tenant.slug}`)
    expect(await getViewer(tenant.slug)).not.toBeNull()
    vi.stubEnv('HEADROOM_OPERATORS_NEED_SECOND_STEP', '1')
    expect(await getViewer(tenant.slug)).toBeNull()
    vi.unstubAllEnvs()
    await withSecondFactor({ kind: 'operator', id, email })
    jar.clear()
    jar.set(operatorCookieName(), await sitDown(id))
    await expect(begin()).rejects.toThrow(`went to /${tenant.slug}`)
    vi.stubEnv('HEADROOM_OPERATORS_NEED_SECOND_STEP', '1')
    expect(await getViewer(tenant.slug)).not.toBeNull()
    vi.unstubAllEnvs()
  })
})
