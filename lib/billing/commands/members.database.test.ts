import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../../db/client'
import { auditLog, members, messages } from '../../../db/schema'
import type { Role } from '../../auth/permissions'
import { asMember, createTeam, membershipIn, provideDatabase } from '../../auth/testing/team'
import type { OrganizationId } from '../../ids'
import { listMembers } from '../views/members'
import { addMember } from './add-member'
import { changeMemberRole } from './change-member-role'
import { inviteAgain } from './invite-again'
import { removeMember } from './remove-member'

provideDatabase()

const auditOf = async (organizationId: OrganizationId) =>
  inEngine((tx) =>
    tx.select({ action: auditLog.action, actor: auditLog.actor, target: auditLog.target }).from(auditLog).where(eq(auditLog.organizationId, organizationId)),
  )

describe('adding a member', () => {
  it('invites them by mail and writes it into the activity, under the name of who did it', async () => {
    const { organization, owner } = await createTeam('Invites')
    const added = await asMember(owner, organization, (context) =>
      addMember(context, { organizationId: organization.id, email: ' Ada@Example.com ', role: 'admin' }),
    )
    if (!added.ok) throw new Error(added.error.code)

    expect(added.value).toMatchObject({ email: 'ada@example.com', role: 'admin', joinedAt: null })
    expect(await auditOf(organization.id)).toContainEqual({ action: 'member.added', actor: owner.id, target: added.value.id })
    const [mail] = await inEngine((tx) => tx.select().from(messages).where(eq(messages.recipient, 'ada@example.com')))
    expect(mail).toMatchObject({ kind: 'invitation', state: 'queued', payload: { organizationName: 'Invites', invitedBy: owner.name, role: 'admin' } })
  })

  it('shows them nothing before they have accepted', async () => {
    const { organization, owner } = await createTeam('Patience')
    const added = await asMember(owner, organization, (context) =>
      addMember(context, { organizationId: organization.id, email: 'early@example.com', role: 'owner' }),
    )
    if (!added.ok) throw new Error(added.error.code)
    const userId = added.value.userId
    expect(await membershipIn(userId, organization)).toBeNull()
  })

  it('refuses somebody who is there already, and takes back somebody who was removed', async () => {
    const {
      organization,
      owner,
      members: [member],
    } = await createTeam('Twice', ['member'])
    if (!member) throw new Error('no member')
    const add = () =>
      asMember(owner, organization, (context) => addMember(context, { organizationId: organization.id, email: member.email.toUpperCase(), role: 'billing' }))
    expect(await add()).toEqual({ ok: false, error: { code: 'already_member', memberId: member.id } })
    await asMember(owner, organization, (context) => removeMember(context, { organizationId: organization.id, memberId: member.id }))
    expect(await add()).toMatchObject({ ok: true, value: { role: 'billing', userId: member.userId } })
  })
})

describe('who may change whom (G84)', () => {
  const cases: { by: Role; from: Role; to: Role; refused: string | null }[] = [
    { by: 'owner', from: 'owner', to: 'member', refused: null },
    { by: 'owner', from: 'member', to: 'owner', refused: null },
    { by: 'admin', from: 'member', to: 'admin', refused: null },
    { by: 'admin', from: 'billing', to: 'member', refused: null },
    { by: 'admin', from: 'member', to: 'owner', refused: 'owners:write' },
    { by: 'admin', from: 'owner', to: 'member', refused: 'owners:write' },
    { by: 'billing', from: 'member', to: 'billing', refused: 'members:write' },
    { by: 'member', from: 'member', to: 'admin', refused: 'members:write' },
  ]

  it.each(cases)('$by makes a $from a $to: $refused', async ({ by, from, to, refused }) => {
    const {
      organization,
      members: [actor, target],
    } = await createTeam('Roles', [by, from])
    if (!actor || !target) throw new Error('no members')
    const result = await asMember(actor, organization, (context) =>
      changeMemberRole(context, { organizationId: organization.id, memberId: target.id, role: to }),
    )
    if (refused === null) expect(result).toMatchObject({ ok: true, value: { role: to } })
    else expect(result).toEqual({ ok: false, error: { code: 'forbidden', permission: refused } })
    const [row] = await inEngine((tx) => tx.select({ role: members.role }).from(members).where(eq(members.id, target.id)))
    expect(row?.role).toBe(refused === null ? to : from)
  })

  it.each(['admin', 'billing', 'member'] as const)('%s cannot remove an owner', async (role) => {
    const {
      organization,
      owner,
      members: [actor],
    } = await createTeam('Owners stay', [role, 'owner'])
    if (!actor) throw new Error('no member')
    const result = await asMember(actor, organization, (context) => removeMember(context, { organizationId: organization.id, memberId: owner.id }))
    expect(result).toEqual({ ok: false, error: { code: 'forbidden', permission: role === 'admin' ? 'owners:write' : 'members:write' } })
  })

  it('counts for nothing once it was taken away', async () => {
    const {
      organization,
      owner,
      members: [admin, member],
    } = await createTeam('Gone', ['admin', 'member'])
    if (!admin || !member) throw new Error('no members')
    await asMember(owner, organization, (context) => removeMember(context, { organizationId: organization.id, memberId: admin.id }))
    const result = await asMember(admin, organization, (context) => removeMember(context, { organizationId: organization.id, memberId: member.id }))
    expect(result).toEqual({ ok: false, error: { code: 'forbidden', permission: 'members:write' } })
  })
})

describe('the last owner', () => {
  it('can neither be demoted nor removed, by anybody', async () => {
    const { organization, owner } = await createTeam('One owner')
    const about = { organizationId: organization.id, memberId: owner.id }
    const refusal = { ok: false, error: { code: 'last_owner' } }
    expect(await asMember(owner, organization, (context) => changeMemberRole(context, { ...about, role: 'admin' }))).toEqual(refusal)
    expect(await asMember(owner, organization, (context) => removeMember(context, about))).toEqual(refusal)
    expect(await inEngine((tx) => removeMember({ tx, actor: 'operator' }, about))).toEqual(refusal)
  })

  it('stays when two owners demote each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const {
        organization,
        owner,
        members: [other],
      } = await createTeam('Two owners', ['owner'])
      if (!other) throw new Error('no other owner')
      const organizationId = organization.id
      const results = await Promise.all([
        asMember(owner, organization, (context) => changeMemberRole(context, { organizationId, memberId: other.id, role: 'member' })),
        asMember(other, organization, (context) => changeMemberRole(context, { organizationId, memberId: owner.id, role: 'member' })),
      ])
      expect(results.filter((result) => result.ok)).toHaveLength(1)
      const left = await inEngine((tx) => listMembers(tx, organizationId))
      expect(left.filter(({ role }) => role === 'owner')).toHaveLength(1)
    }
  })

  it('stays when two owners leave at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const {
        organization,
        owner,
        members: [other],
      } = await createTeam('Both leave', ['owner'])
      if (!other) throw new Error('no other owner')
      const organizationId = organization.id
      const results = await Promise.all(
        [owner, other].map((leaving) => asMember(leaving, organization, (context) => removeMember(context, { organizationId, memberId: leaving.id }))),
      )
      expect(results.filter((result) => result.ok)).toHaveLength(1)
      expect(results).toContainEqual({ ok: false, error: { code: 'last_owner' } })
    }
  })
})

describe('inviting again', () => {
  it('waits a minute between two mails, and never bothers somebody who has joined', async () => {
    const {
      organization,
      owner,
      members: [joined],
    } = await createTeam('Again', ['member'])
    const add = await asMember(owner, organization, (context) =>
      addMember(context, { organizationId: organization.id, email: 'slow@example.com', role: 'member' }),
    )
    if (!add.ok || !joined) throw new Error('not added')
    const again = (memberId: typeof joined.id) =>
      asMember(owner, organization, (context) => inviteAgain(context, { organizationId: organization.id, memberId }))
    expect(await again(add.value.id)).toMatchObject({ ok: false, error: { code: 'invited_recently' } })
    expect(await again(joined.id)).toEqual({ ok: false, error: { code: 'already_joined' } })
  })
})

describe('another organization', () => {
  it('has no members for us: neither seen nor touched', async () => {
    const ours = await createTeam('Ours')
    const theirs = await createTeam('Theirs', ['member'])
    const [target] = theirs.members
    if (!target) throw new Error('no member')
    const attempt = await asMember(ours.owner, ours.organization, (context) =>
      changeMemberRole(context, { organizationId: ours.organization.id, memberId: target.id, role: 'admin' }),
    )
    expect(attempt).toEqual({ ok: false, error: { code: 'member_not_found' } })
    // Even code that names the wrong organization finds none: the database holds it, not the query.
    await expect(
      asMember(ours.owner, ours.organization, (context) => removeMember(context, { organizationId: theirs.organization.id, memberId: target.id })),
    ).rejects.toThrow()
    expect(await asMember(ours.owner, ours.organization, ({ tx }) => listMembers(tx, theirs.organization.id))).toEqual([])
    const { owner } = ours
    expect(await membershipIn(owner.userId, theirs.organization)).toBeNull()
  })
})
