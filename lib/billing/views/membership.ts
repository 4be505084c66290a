import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { members, organizations } from '../../../db/schema'
import type { Role } from '../../auth/permissions'
import type { MemberId, OrganizationId, TestClockId, UserId } from '../../ids'
import type { Currency } from '../../money'

export type Membership = {
  organization: { id: OrganizationId; slug: string; name: string; currency: Currency; testClockId: TestClockId | null }
  member: { id: MemberId; role: Role }
}

const MEMBERSHIP = {
  organization: {
    id: organizations.id,
    slug: organizations.slug,
    name: organizations.name,
    currency: organizations.currency,
    testClockId: organizations.testClockId,
  },
  member: { id: members.id, role: members.role },
}

/** Who accepted and was not removed, in an organization that was not closed. */
const isPresent = (userId: UserId) => and(eq(members.userId, userId), isNotNull(members.joinedAt), isNull(members.removedAt), isNull(organizations.deletedAt))

/** Null where there is no such organization, or the person does not belong to it: the two look the same from outside. */
export async function findMembership(tx: Transaction, userId: UserId, slug: string): Promise<Membership | null> {
  const [membership] = await tx
    .select(MEMBERSHIP)
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(isPresent(userId), eq(organizations.slug, slug)))
  return membership ?? null
}

/** Every organization that a person may open, by name. */
export async function listMemberships(tx: Transaction, userId: UserId): Promise<Membership[]> {
  return tx
    .select(MEMBERSHIP)
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(isPresent(userId))
    .orderBy(asc(organizations.name), asc(organizations.id))
}
