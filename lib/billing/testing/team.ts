import { and, desc, eq, isNull } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '@/db/client'
import { members } from '@/db/schema'
import type { Role } from '../../auth/permissions'
import { type MemberId, newId, type OrganizationId } from '../../ids'
import { addMember } from '../commands/add-member'
import { changeMemberRole } from '../commands/change-member-role'
import { removeMember } from '../commands/remove-member'
import type { CommandContext } from '../context'

/** The part of a scenario that its people need. */
type Life = { organizationId: OrganizationId; step<Value>(work: () => Promise<Value>): Promise<Value> }

const first = <Value>(work: (context: CommandContext) => Promise<Value>): Promise<Value> => inEngine((tx) => work({ tx, actor: 'operator' }))

/** People who come and go in a scenario, with the books balanced after each. */

export async function addTo(life: Life, role: Role = 'member'): Promise<MemberId> {
  const { organizationId } = life
  const added = await life.step(() => first((context) => addMember(context, { organizationId, email: `${newId('user')}@example.com`, role, invite: false })))
  if (!added.ok) throw new Error(added.error.code)
  return added.value.id
}

export async function removeFrom(life: Life, memberId: MemberId): Promise<void> {
  expect(await life.step(() => first((context) => removeMember(context, { organizationId: life.organizationId, memberId })))).toMatchObject({ ok: true })
}

export async function giveRole(life: Life, memberId: MemberId, role: Role): Promise<void> {
  const { organizationId } = life
  expect(await life.step(() => first((context) => changeMemberRole(context, { organizationId, memberId, role })))).toMatchObject({ ok: true })
}

/** The one who was added last, of those who are present. */
export async function someMember({ organizationId }: Pick<Life, 'organizationId'>): Promise<MemberId> {
  const [member] = await inEngine((tx) =>
    tx
      .select({ id: members.id })
      .from(members)
      .where(and(eq(members.organizationId, organizationId), eq(members.role, 'member'), isNull(members.removedAt)))
      .orderBy(desc(members.id))
      .limit(1),
  )
  if (!member) throw new Error('nobody is a member')
  return member.id
}
