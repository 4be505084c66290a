import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { members, secondFactors, users } from '../../db/schema'
import { findMember } from '../billing/commands/store/members'
import type { CommandContext } from '../billing/context'
import type { MemberId, OrganizationId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { endPersonsSessions, isOn, takeOffSecondFactor } from './second-factor'
import { notePersonsChange } from './second-factor-changes'

type Lost = { organizationId: OrganizationId; memberId: MemberId; reason: string }

/**
 * For a member who has lost their devices and their recovery codes, once the operator is sure who asks. Their password stays, their
 * sessions end, and they and every organization of theirs read that it was done; why is read by the one that asked.
 */
export async function takeOffMembersSecondFactor(
  { tx, actor }: CommandContext,
  { organizationId, memberId, reason }: Lost,
): Promise<Result<null, { code: 'not_found' }>> {
  const member = await findMember(tx, organizationId, memberId)
  if (!member?.joinedAt) return refuse({ code: 'not_found' }) // Whom they have only asked is not theirs to speak for.
  const person = { id: member.userId, email: member.email }
  if (!(await takeOffSecondFactor(tx, { kind: 'person', id: person.id }))) return refuse({ code: 'not_found' })
  await endPersonsSessions(tx, person.id)
  await notePersonsChange(tx, person, 'taken_off', { actor, reason, organizationId })
  return ok(null)
}

/** Which members of an organization sign in with two steps; only as the engine, which sees more than one person's. */
export async function listMembersWithSecondFactor(tx: Transaction, organizationId: OrganizationId): Promise<{ id: MemberId; email: string }[]> {
  return tx
    .select({ id: members.id, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .innerJoin(secondFactors, and(eq(secondFactors.userId, users.id), isOn))
    .where(and(eq(members.organizationId, organizationId), isNotNull(members.joinedAt), isNull(members.removedAt)))
    .orderBy(asc(users.email))
}
