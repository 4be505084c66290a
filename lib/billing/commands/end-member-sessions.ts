import { sql } from 'drizzle-orm'
import { type MemberId, type OrganizationId, uuidOf } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { type Forbidden, findMember, forbidsMemberChange, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'

export type EndMemberSessions = { organizationId: OrganizationId; memberId: MemberId }

export type EndMemberSessionsRefusal = Forbidden | { code: 'member_not_found' }

/**
 * Signs a member out of every browser, and leaves them in the team: for a device that was lost by somebody who cannot do it now. Only as
 * a manager's page: the database asks once more who does it, because a session is its person's and not the organization's.
 */
export async function endMemberSessions(
  { tx, actor }: CommandContext,
  { organizationId, memberId }: EndMemberSessions,
): Promise<Result<null, EndMemberSessionsRefusal>> {
  const { now } = await lockOrganization(tx, organizationId)
  const member = await findMember(tx, organizationId, memberId)
  if (!member?.joinedAt) return refuse({ code: 'member_not_found' })
  const forbidden = forbidsMemberChange(await roleOfActor(tx, organizationId, actor), { from: member.role, to: null })
  if (forbidden) return refuse(forbidden)
  const { rows } = await tx.execute<{ ended: boolean }>(sql`SELECT end_member_sessions(${uuidOf('mem', memberId)}) AS ended`)
  if (!rows[0]?.ended) return refuse({ code: 'member_not_found' })
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'member.signed_out', target: memberId }])
  return ok(null)
}
