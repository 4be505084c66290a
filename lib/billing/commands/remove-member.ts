import { and, eq } from 'drizzle-orm'
import { members } from '../../../db/schema'
import type { MemberId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { systemClock } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { withdrawInvitations } from './store/invitations'
import { type Forbidden, findMember, forbidsMemberChange, isLastOwner, type Member, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'
import { tellSeatMove } from './store/seat-messages'
import { trackSeats } from './store/seats'

export type RemoveMember = { organizationId: OrganizationId; memberId: MemberId }

export type RemoveMemberRefusal = Forbidden | { code: 'member_not_found' } | { code: 'last_owner' }

/**
 * Takes somebody off the team. Every page and action asks the database who one is, so whatever they have open ends with
 * this; an invitation that was not used yet no longer opens.
 */
export async function removeMember({ tx, actor }: CommandContext, { organizationId, memberId }: RemoveMember): Promise<Result<Member, RemoveMemberRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const member = await findMember(tx, organizationId, memberId)
  if (!member) return refuse({ code: 'member_not_found' })

  const forbidden = forbidsMemberChange(await roleOfActor(tx, organizationId, actor), { from: member.role, to: null })
  if (forbidden) return refuse(forbidden)
  if (await isLastOwner(tx, organizationId, member)) return refuse({ code: 'last_owner' })

  await tx
    .update(members)
    .set({ removedAt: now })
    .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId)))
  const moves = await trackSeats(tx, { organizationId, memberId, from: member.role, to: null, at: now })
  await tellSeatMove(tx, { organization, member, moves, at: now })
  await withdrawInvitations(tx, organizationId, memberId, systemClock.now())
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'member.removed', target: memberId, before: { email: member.email, role: member.role } }])
  return ok(member)
}
