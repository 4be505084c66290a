import { and, eq } from 'drizzle-orm'
import { members } from '../../../db/schema'
import type { Role } from '../../auth/permissions'
import type { MemberId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { type Forbidden, findMember, forbidsMemberChange, isLastOwner, type Member, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'
import { tellSeatMove } from './store/seat-messages'
import { trackSeats } from './store/seats'

export type ChangeMemberRole = { organizationId: OrganizationId; memberId: MemberId; role: Role }

export type ChangeMemberRoleRefusal = Forbidden | { code: 'member_not_found' } | { code: 'last_owner' }

/** Takes effect at once: the next page that the member opens is drawn with the new role. */
export async function changeMemberRole(
  { tx, actor }: CommandContext,
  { organizationId, memberId, role }: ChangeMemberRole,
): Promise<Result<Member, ChangeMemberRoleRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const member = await findMember(tx, organizationId, memberId)
  if (!member) return refuse({ code: 'member_not_found' })

  const forbidden = forbidsMemberChange(await roleOfActor(tx, organizationId, actor), { from: member.role, to: role })
  if (forbidden) return refuse(forbidden)
  if (member.role === role) return ok(member)
  if (await isLastOwner(tx, organizationId, member)) return refuse({ code: 'last_owner' })

  await tx
    .update(members)
    .set({ role })
    .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId)))
  const moves = await trackSeats(tx, { organizationId, memberId, from: member.role, to: role, at: now })
  await tellSeatMove(tx, { organization, member, moves, at: now })
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'member.role_changed', target: memberId, before: { role: member.role }, after: { role } }])
  return ok({ ...member, role })
}
