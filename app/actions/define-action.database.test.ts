import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { inEngine } from '@/db/client'
import { members, organizations } from '@/db/schema'
import type { Permission, Role } from '@/lib/auth/permissions'
import { can } from '@/lib/auth/permissions'
import type { Viewer } from '@/lib/auth/session'
import { createTeam, provideDatabase } from '@/lib/auth/testing/team'
import type { Member } from '@/lib/billing/commands/store/members'
import type { Organization } from '@/lib/billing/commands/store/organization'
import { theLog } from '@/lib/observe/log'
import { ok } from '@/lib/result'
import { systemClock } from '@/lib/time'
import { defineAction } from './define-action'

/** What the session found when the action was called, which may be a moment old when its transaction begins. */
const found = vi.hoisted(() => ({ viewer: null as Viewer | null }))
vi.mock('@/lib/auth/session', () => ({
  isVisiting: async () => false,
  getAccount: async () => found.viewer?.user ?? null,
  getViewer: async () => found.viewer,
}))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))

provideDatabase()
afterEach(() => {
  found.viewer = null
})

function arrive(organization: Organization, member: Member, role: Role = member.role): void {
  found.viewer = {
    user: { id: member.userId, email: member.email, name: member.name },
    organization: { id: organization.id, slug: organization.slug, name: organization.name, currency: 'usd', testClockId: null },
    member: { id: member.id, role },
    language: 'en',
    visit: null,
    portal: null,
    can: (permission: Permission) => can(role, permission),
  }
}

const rename = defineAction({
  permission: 'plan:write',
  input: z.strictObject({ name: z.string() }),
  run: async ({ tx, actor, viewer }, { name }) => {
    await tx.update(organizations).set({ name }).where(eq(organizations.id, viewer.organization.id))
    const seen = await tx.select({ slug: organizations.slug }).from(organizations)
    return ok({ actor, role: viewer.member.role, seen: seen.map(({ slug }) => slug) })
  },
})

const nameOf = async ({ id }: Organization) =>
  (await inEngine((tx) => tx.select({ name: organizations.name }).from(organizations).where(eq(organizations.id, id))))[0]?.name

describe('an action’s transaction', () => {
  it('sees the viewer’s organization, as the viewer', async () => {
    await createTeam('Somebody else')
    const { organization, owner } = await createTeam('Before')
    arrive(organization, owner)
    expect(await rename(organization.slug, { name: 'After' })).toEqual({ ok: true, value: { actor: owner.id, role: 'owner', seen: [organization.slug] } })
    expect(await nameOf(organization)).toBe('After')
  })

  it('counts the role at this moment, not the one that the page was drawn with', async () => {
    const {
      organization,
      members: [admin],
    } = await createTeam('Demoted', ['admin'])
    if (!admin) throw new Error('no admin')
    arrive(organization, admin)
    const log = vi.spyOn(theLog(), 'warn').mockImplementation(() => {})
    await inEngine((tx) => tx.update(members).set({ role: 'member' }).where(eq(members.id, admin.id)))
    expect(await rename(organization.slug, { name: 'After' })).toEqual({ ok: false, error: { code: 'forbidden', permission: 'plan:write' } })
    expect(await nameOf(organization)).toBe('Demoted')
    const who = { person: admin.userId, organization: organization.id, member: admin.id }
    expect(log.mock.calls).toEqual([[{ ...who, role: 'member', permission: 'plan:write' }, 'a right was refused']])
    arrive(organization, admin, 'billing')
    expect(await rename(organization.slug, { name: 'After' })).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(log).toHaveBeenLastCalledWith({ ...who, role: 'billing', permission: 'plan:write' }, 'a right was refused')
    log.mockRestore()
  })

  it.each([
    [
      'removed from the team',
      async (_: Organization, member: Member) =>
        void (await inEngine((tx) => tx.update(members).set({ removedAt: systemClock.now() }).where(eq(members.id, member.id)))),
    ],
    [
      'in an organization that was closed',
      async (organization: Organization) =>
        void (await inEngine((tx) => tx.update(organizations).set({ deletedAt: systemClock.now() }).where(eq(organizations.id, organization.id)))),
    ],
  ])('writes nothing for somebody who was just %s', async (_what, happen) => {
    const {
      organization,
      members: [admin],
    } = await createTeam('Meanwhile', ['admin'])
    if (!admin) throw new Error('no admin')
    arrive(organization, admin)
    await happen(organization, admin)
    expect(await rename(organization.slug, { name: 'After' })).toEqual({ ok: false, error: { code: 'not_found' } })
    expect(await nameOf(organization)).toBe('Meanwhile')
  })

  it('waits for whoever is taking the right away, and then lacks it', async () => {
    const {
      organization,
      members: [admin],
    } = await createTeam('At once', ['admin'])
    if (!admin) throw new Error('no admin')
    arrive(organization, admin)
    let attempt: ReturnType<typeof rename> | undefined
    await inEngine(async (tx) => {
      await tx.select().from(organizations).where(eq(organizations.id, organization.id)).for('update')
      attempt = rename(organization.slug, { name: 'After' })
      await new Promise((resolve) => setTimeout(resolve, 150))
      await tx.update(members).set({ role: 'billing' }).where(eq(members.id, admin.id))
    })
    expect(await attempt).toEqual({ ok: false, error: { code: 'forbidden', permission: 'plan:write' } })
  })
})
