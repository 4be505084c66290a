import type { MemberId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { addMinutes, type Instant, isBefore, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { inviteMember, lastInvitationSentAt, refusesInvitation, type TooManyInvitations } from './store/invitations'
import { type Forbidden, findMember, forbidsMemberChange, hasPassword, type Member, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'

export type InviteAgain = { organizationId: OrganizationId; memberId: MemberId }

export type InviteAgainRefusal =
  | Forbidden
  | TooManyInvitations
  | { code: 'member_not_found' }
  | { code: 'already_joined' }
  | { code: 'invited_recently'; retryAt: Instant }

/** Nobody's mailbox is filled by pressing a button. */
const MINUTES_BETWEEN = 1

/**
 * Sends a fresh link to somebody who has not accepted yet, or was added without a mail and has no password; the links
 * before it no longer open.
 */
export async function inviteAgain({ tx, actor }: CommandContext, { organizationId, memberId }: InviteAgain): Promise<Result<Member, InviteAgainRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const member = await findMember(tx, organizationId, memberId)
  if (!member) return refuse({ code: 'member_not_found' })

  const forbidden = forbidsMemberChange(await roleOfActor(tx, organizationId, actor), { from: member.role, to: member.role })
  if (forbidden) return refuse(forbidden)
  if (member.joinedAt !== null && (await hasPassword(tx, member.email))) return refuse({ code: 'already_joined' })
  const sentAt = await lastInvitationSentAt(tx, organizationId, memberId)
  const retryAt = sentAt && addMinutes(sentAt, MINUTES_BETWEEN)
  if (retryAt && isBefore(systemClock.now(), retryAt)) return refuse({ code: 'invited_recently', retryAt })
  const tooMany = await refusesInvitation(tx, { organizationId, email: member.email, actor })
  if (tooMany) return refuse(tooMany)

  await inviteMember(tx, { organization, member, actor, at: now })
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'member.invited', target: memberId, after: { email: member.email } }])
  return ok(member)
}
