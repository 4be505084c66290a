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

/** `needsSecondStep`: it is opened only by whoever signs in with two. */
export type ListedMembership = Membership & { needsSecondStep: boolean }

/** Every organization that a person may open, by name: those in which they accepted and were not removed, and which were not closed. */
export async function listMemberships(tx: Transaction, userId: UserId): Promise<ListedMembership[]> {
  const { id, slug, name, currency, testClockId } = organizations
  return tx
    .select({
      organization: { id, slug, name, currency, testClockId },
      member: { id: members.id, role: members.role },
      needsSecondStep: organizations.secondStepRequired,
    })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.userId, userId), isNotNull(members.joinedAt), isNull(members.removedAt), isNull(organizations.deletedAt)))
    .orderBy(asc(organizations.name), asc(organizations.id))
}
