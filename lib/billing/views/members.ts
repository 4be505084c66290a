import { and, desc, eq, ilike, isNull, lt, or, type SQL } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { invitations, members, users } from '../../../db/schema'
import type { MemberId, OrganizationId } from '../../ids'
import type { Instant } from '../../time'
import { MEMBER, type Member } from '../commands/store/members'

export type MemberView = Member & {
  /** The newest invitation that was not used; wall time. It may have expired. Null: none was sent, or it was used. */
  invitation: { invitedBy: string; sentAt: Instant; expiresAt: Instant } | null
}

/** Newest first, as every list of the machine interface; `before` is the last id of the page before (ids grow with time). */
export type MemberPage = {
  limit?: number
  before?: MemberId
  /** A part of a name or of an email address. */
  query?: string
}

/** Who belongs to an organization, and who is invited; never who was removed. */
export async function listMembers(tx: Transaction, organizationId: OrganizationId, { limit = 100, before, query }: MemberPage = {}): Promise<MemberView[]> {
  const page = await tx
    .select(MEMBER)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(
      and(
        eq(members.organizationId, organizationId),
        isNull(members.removedAt),
        before && lt(members.id, before),
        query === undefined ? undefined : contains(query),
      ),
    )
    .orderBy(desc(members.id))
    .limit(limit)
  const sent = page.some(({ joinedAt }) => joinedAt === null) ? await listOpenInvitations(tx, organizationId) : new Map()
  return page.map((member) => ({ ...member, invitation: (member.joinedAt === null && sent.get(member.id)) || null }))
}

function contains(query: string): SQL | undefined {
  const pattern = `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`
  return or(ilike(users.name, pattern), ilike(users.email, pattern))
}

/** One of them, also who was removed: for telling of it. */
export async function findMemberEver(tx: Transaction, organizationId: OrganizationId, id: MemberId): Promise<Member | null> {
  const [found] = await tx
    .select(MEMBER)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), eq(members.id, id)))
  return found ?? null
}

async function listOpenInvitations(tx: Transaction, organizationId: OrganizationId): Promise<Map<MemberId, NonNullable<MemberView['invitation']>>> {
  const rows = await tx
    .selectDistinctOn([invitations.memberId], {
      memberId: invitations.memberId,
      invitedBy: invitations.invitedBy,
      sentAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .where(and(eq(invitations.organizationId, organizationId), isNull(invitations.acceptedAt)))
    .orderBy(invitations.memberId, desc(invitations.createdAt))
  return new Map(rows.map(({ memberId, ...invitation }) => [memberId, invitation]))
}
