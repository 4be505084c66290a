import { and, desc, eq, gt, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { invitations } from '../../../../db/schema'
import { hashInvitationToken, newInvitationToken, sealInvitationToken } from '../../../auth/invitation-token'
import { takeInvitation } from '../../../auth/sign-in-limit'
import type { MemberId, OrganizationId } from '../../../ids'
import { addDays, type Instant, systemClock } from '../../../time'
import type { Actor } from '../../context'
import type { MessagePayload } from '../../message-payloads'
import { findMember, type Member } from './members'
import { tellPerson } from './messages'
import type { Organization } from './organization'

export const INVITATION_DAYS = 7

/** Too many were sent within an hour, by this organization or to this address (wall time). */
export type TooManyInvitations = { code: 'too_many_invitations'; retryAt: Instant }

/** Before anything is written: whether one more may be mailed. */
export async function refusesInvitation(
  tx: Transaction,
  { actor, ...invitation }: { organizationId: OrganizationId; email: string; actor: Actor },
): Promise<TooManyInvitations | null> {
  const by = actor === 'operator' || actor === 'system' ? 'operator' : 'member'
  const retryAt = await takeInvitation(tx, { ...invitation, by })
  return retryAt && { code: 'too_many_invitations', retryAt }
}

/** Sends a link that can be used once within seven days (wall time); links sent before no longer open. */
export async function inviteMember(
  tx: Transaction,
  { organization, member, actor, at }: { organization: Organization; member: Member; actor: Actor; at: Instant },
): Promise<void> {
  const now = systemClock.now()
  const token = newInvitationToken()
  const tokenHash = hashInvitationToken(token)
  const expiresAt = addDays(now, INVITATION_DAYS)
  const invitedBy = await nameOfActor(tx, organization, actor)
  await withdrawInvitations(tx, organization.id, member.id, now)
  await tx.insert(invitations).values({ organizationId: organization.id, memberId: member.id, tokenHash, invitedBy, expiresAt })
  const payload: MessagePayload<'invitation'> = {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    invitedBy,
    role: member.role,
    sealedToken: sealInvitationToken(token),
    expiresAt: expiresAt.toString(),
  }
  await tellPerson(tx, { organizationId: organization.id, kind: 'invitation', fact: `${member.id}:invited:${tokenHash}`, at, payload }, member.email)
}

/** From now on their links say that they have expired. */
export async function withdrawInvitations(tx: Transaction, organizationId: OrganizationId, memberId: MemberId, now: Instant): Promise<void> {
  await tx
    .update(invitations)
    .set({ expiresAt: now })
    .where(
      and(eq(invitations.organizationId, organizationId), eq(invitations.memberId, memberId), isNull(invitations.acceptedAt), gt(invitations.expiresAt, now)),
    )
}

export async function lastInvitationSentAt(tx: Transaction, organizationId: OrganizationId, memberId: MemberId): Promise<Instant | null> {
  const [last] = await tx
    .select({ createdAt: invitations.createdAt })
    .from(invitations)
    .where(and(eq(invitations.organizationId, organizationId), eq(invitations.memberId, memberId)))
    .orderBy(desc(invitations.createdAt))
    .limit(1)
  return last?.createdAt ?? null
}

/** Who the mail says invites: a person by name, the operator's back end by the organization's. */
async function nameOfActor(tx: Transaction, organization: Organization, actor: Actor): Promise<string> {
  if (actor === 'operator' || actor === 'system') return organization.name
  const member = await findMember(tx, organization.id, actor)
  return member?.name ?? member?.email ?? organization.name
}
