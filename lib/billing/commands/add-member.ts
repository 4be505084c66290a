import type { Role } from '../../auth/permissions'
import { type MemberId, newId, type OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { inviteMember, refusesInvitation, type TooManyInvitations } from './store/invitations'
import { ensureUser, type Forbidden, findMember, findMemberByEmail, forbidsMemberChange, insertMember, type Member, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'
import { tellSeatMove } from './store/seat-messages'
import { trackSeats } from './store/seats'

export type AddMember = {
  organizationId: OrganizationId
  email: string
  name?: string | null
  role: Role
  /** False: they belong at once and get no mail. */
  invite?: boolean
}

export type AddMemberRefusal = Forbidden | TooManyInvitations | { code: 'already_member'; memberId: MemberId }

/** Adds a person and sends them an invitation; they see nothing of the organization before they accept it. */
export async function addMember(
  { tx, actor }: CommandContext,
  { organizationId, role, invite = true, ...person }: AddMember,
): Promise<Result<Member, AddMemberRefusal>> {
  const email = person.email.trim().toLowerCase()
  const { organization, now } = await lockOrganization(tx, organizationId)

  const forbidden = forbidsMemberChange(await roleOfActor(tx, organizationId, actor), { from: null, to: role })
  if (forbidden) return refuse(forbidden)
  const existing = await findMemberByEmail(tx, organizationId, email)
  if (existing) return refuse({ code: 'already_member', memberId: existing.id })
  const tooMany = invite ? await refusesInvitation(tx, { organizationId, email, actor }) : null
  if (tooMany) return refuse(tooMany)

  const userId = await ensureUser(tx, { email, name: person.name?.trim() || null })
  const memberId = newId('mem')
  await insertMember(tx, { organizationId, id: memberId, userId, role, addedAt: now, joinedAt: invite ? null : now })
  const moves = await trackSeats(tx, { organizationId, memberId, from: null, to: role, at: now })
  const member = await findMember(tx, organizationId, memberId)
  if (!member) throw new Error(`member ${memberId} was not written`)
  await tellSeatMove(tx, { organization, member, moves, at: now })
  if (invite) await inviteMember(tx, { organization, member, actor, at: now })
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'member.added', target: memberId, after: { email, role } }])
  return ok(member)
}
