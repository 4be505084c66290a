import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../../db/client'
import { auditLog, invitations } from '../../../db/schema'
import { asMember, createTeam, provideDatabase } from '../../auth/testing/team'
import type { MemberId } from '../../ids'
import { instant } from '../../time'
import { addMember } from '../commands/add-member'
import { changeMemberRole } from '../commands/change-member-role'
import { removeMember } from '../commands/remove-member'
import { recordAudit } from '../commands/store/audit'
import { getActivityFeed } from './activity-feed'
import { getTeam, type TeamView } from './team'

provideDatabase()

describe('the team', () => {
  it('stands in order of role and name, and knows the only owner', async () => {
    const { organization, owner } = await createTeam('Acme', ['member', 'admin', 'member', 'billing'])
    const { members, next } = await asMember(owner, organization, ({ tx }) => getTeam(tx, organization.id))
    expect(members.map(({ role }) => role)).toEqual(['owner', 'admin', 'billing', 'member', 'member'])
    expect(members.map(({ isLastOwner }) => isLastOwner)).toEqual([true, false, false, false, false])
    expect(next).toBeNull()
  })

  it('has no last owner where there are two', async () => {
    const {
      organization,
      owner,
      members: [second],
    } = await createTeam('Acme', ['admin'])
    if (!second) throw new Error('nobody was added')
    await asMember(owner, organization, (context) => changeMemberRole(context, { organizationId: organization.id, memberId: second.id, role: 'owner' }))
    const { members } = await asMember(second, organization, ({ tx }) => getTeam(tx, organization.id))
    expect(members.map(({ isLastOwner }) => isLastOwner)).toEqual([false, false])
  })

  it('tells an invitation from one that has expired, and leaves out who was removed', async () => {
    const {
      organization,
      owner,
      members: [gone],
    } = await createTeam('Acme', ['member'])
    if (!gone) throw new Error('nobody was added')
    const organizationId = organization.id
    await asMember(owner, organization, (context) => addMember(context, { organizationId, email: 'zoe@example.com', role: 'member' }))
    await asMember(owner, organization, (context) => removeMember(context, { organizationId, memberId: gone.id }))
    const read = async () => (await asMember(owner, organization, ({ tx }) => getTeam(tx, organizationId))).members
    expect((await read()).map(({ email }) => email)).toEqual([owner.email, 'zoe@example.com'])
    expect((await read())[1]?.state).toMatchObject({ kind: 'invited', isExpired: false, by: owner.name })
    await inEngine((tx) =>
      tx
        .update(invitations)
        .set({ expiresAt: instant('2020-01-01T00:00:00Z') })
        .where(eq(invitations.organizationId, organizationId)),
    )
    expect((await read())[1]?.state).toMatchObject({ kind: 'invited', isExpired: true })
  })

  it('is found in by a part of a name or of an address, whatever signs that has, a page at a time', async () => {
    const { organization, owner } = await createTeam('Large')
    const organizationId = organization.id
    const people = Array.from({ length: 250 }, (_, index) => ({ email: `person-${index}@large.example`, name: `Person ${index}` }))
    const odd = { email: 'odd_one@large.example', name: '100% Müller' }
    for (const person of [...people, odd]) {
      await asMember(owner, organization, (context) => addMember(context, { organizationId, ...person, role: 'member', invite: false }))
    }
    const find = (page: Parameters<typeof getTeam>[2]) => asMember(owner, organization, ({ tx }) => getTeam(tx, organizationId, page))
    const emails = async (query: string) => (await find({ query })).members.map(({ email }) => email)
    expect(await emails('PERSON 249')).toEqual(['person-249@large.example'])
    expect(await emails('müll')).toEqual([odd.email])
    expect(await emails('0% m')).toEqual([odd.email])
    expect(await emails('d_o')).toEqual([odd.email])
    expect(await emails('%')).toEqual([odd.email])
    expect(await emails('nobody like that')).toEqual([])

    const seen: string[] = []
    let before: MemberId | null = null
    do {
      const page: TeamView = await find({ before })
      expect(page.size).toBe(252)
      seen.push(...page.members.map(({ id }) => id))
      before = page.next
    } while (before)
    expect(new Set(seen).size).toBe(252)
  })

  it('shows nothing of another organization', async () => {
    const [acme, globex] = [await createTeam('Acme'), await createTeam('Globex', ['member'])]
    expect(await asMember(acme.owner, acme.organization, ({ tx }) => getTeam(tx, globex.organization.id, { query: 'e' }))).toEqual({
      members: [],
      next: null,
      size: 0,
    })
  })
})

describe('the activity with names', () => {
  it('names people in place of ids, also those who have left, and goes on where the page ends', async () => {
    const {
      organization,
      owner,
      members: [mika],
    } = await createTeam('Acme', ['member'])
    if (!mika) throw new Error('nobody was added')
    const organizationId = organization.id
    await asMember(owner, organization, (context) => changeMemberRole(context, { organizationId, memberId: mika.id, role: 'admin' }))
    await asMember(mika, organization, (context) => changeMemberRole(context, { organizationId, memberId: mika.id, role: 'member' }))
    await asMember(owner, organization, (context) => removeMember(context, { organizationId, memberId: mika.id }))
    const first = await asMember(owner, organization, ({ tx }) => getActivityFeed(tx, organizationId, { limit: 2 }))
    expect(first.items).toMatchObject([
      { action: 'member.removed', actor: { kind: 'member', name: owner.name }, facts: { person: mika.name } },
      { action: 'member.role_changed', actor: { kind: 'member', name: mika.name }, facts: { person: mika.name, fromRole: 'admin', toRole: 'member' } },
    ])
    if (!first.next) throw new Error('there is a second page')
    const before = first.next
    const second = await asMember(owner, organization, ({ tx }) => getActivityFeed(tx, organizationId, { limit: 50, before }))
    expect(second.items.map(({ action }) => action)).toEqual(['member.role_changed', 'member.added', 'member.added', 'organization.created'])
    expect(second.items.at(-1)?.actor).toEqual({ kind: 'operator' })
    expect(second.next).toBeNull()
  })

  it('shows an action of a later version by its name', async () => {
    const { organization, owner } = await createTeam('Acme')
    const at = instant('2026-05-01T00:00:00Z')
    await inEngine((tx) => recordAudit(tx, [{ organizationId: organization.id, at, actor: 'system', action: 'moon.landed', target: 'moon' }]))
    const { items } = await asMember(owner, organization, ({ tx }) => getActivityFeed(tx, organization.id, { limit: 1 }))
    expect(items).toMatchObject([{ action: null, name: 'moon.landed', actor: { kind: 'system' } }])
  })

  it('shows nothing of another organization', async () => {
    const [acme, globex] = [await createTeam('Acme'), await createTeam('Globex')]
    expect(await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.organizationId, globex.organization.id)))).not.toEqual([])
    expect(await asMember(acme.owner, acme.organization, ({ tx }) => getActivityFeed(tx, globex.organization.id, { limit: 9 }))).toEqual({
      items: [],
      next: null,
    })
  })
})
