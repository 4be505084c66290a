import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { invitations, members, users } from '../../../db/schema'
import { type MemberId, type OrganizationId, type UserId, uuidOf } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { type Instant, isAtOrAfter, systemClock } from '../../time'
import { recordAudit } from './store/audit'
import { findMember, type Member } from './store/members'
import { lockOrganization } from './store/organization'

export type AcceptInvitation = {
  organizationId: OrganizationId
  tokenHash: string
  signedInAs: UserId | null
  /** Of somebody who has no way in yet. */
  account: { name: string; passwordHash: string } | null
}

export type AcceptInvitationRefusal =
  | { code: 'invitation_unknown' }
  | { code: 'invitation_used' }
  | { code: 'invitation_expired'; expiredAt: Instant }
  | { code: 'account_missing' }
  | { code: 'sign_in_required'; email: string }
  | { code: 'wrong_account'; email: string }

export type AcceptedInvitation = { organizationSlug: string; member: Member; accountCreated: boolean; sessionVersion: number }

/**
 * Makes the invited person a member, once. The link proves that they read the mailbox, which is enough to choose a first
 * password; whoever has one, or belongs somewhere without, signs in, so that a forwarded mail opens nobody's account.
 *
 * Runs as the invited person in the organization that invited them.
 */
export async function acceptInvitation({ tx }: { tx: Transaction }, input: AcceptInvitation): Promise<Result<AcceptedInvitation, AcceptInvitationRefusal>> {
  const { organizationId, tokenHash, signedInAs } = input
  const { organization, now } = await lockOrganization(tx, organizationId)
  if (organization.deletedAt !== null) return refuse({ code: 'invitation_unknown' })
  const invited = await lockInvitation(tx, organizationId, tokenHash)
  if (!invited.ok) return invited

  const member = invited.value
  // Under a lock, so that of two first passwords at once one is the first.
  const [person] = await tx.select({ sessionVersion: users.sessionVersion }).from(users).where(eq(users.id, member.userId)).for('update')
  if (!person) throw new Error(`the person of ${member.id} is gone`)
  if (signedInAs !== null && signedInAs !== member.userId) return refuse({ code: 'wrong_account', email: member.email })
  const accountCreated = signedInAs === null
  if (accountCreated && (await canSignIn(tx, member, organizationId))) return refuse({ code: 'sign_in_required', email: member.email })
  if (accountCreated && input.account === null) return refuse({ code: 'account_missing' })

  const account = accountCreated ? input.account : null
  if (account) await tx.update(users).set(account).where(eq(users.id, member.userId))
  const joinedAt = member.joinedAt ?? now
  await markAccepted(tx, organizationId, { memberId: member.id, tokenHash, joinedAt })
  await recordAudit(tx, [
    { organizationId, at: now, actor: member.id, action: 'member.joined', target: member.id, after: { email: member.email, role: member.role } },
  ])
  const joined = { ...member, name: account?.name ?? member.name, joinedAt }
  return ok({ organizationSlug: organization.slug, member: joined, accountCreated, sessionVersion: person.sessionVersion })
}

async function canSignIn(tx: Transaction, { userId }: Member, organizationId: OrganizationId): Promise<boolean> {
  const { rows } = await tx.execute<{ can: boolean }>(sql`SELECT can_sign_in(${uuidOf('user', userId)}, ${uuidOf('org', organizationId)}) AS can`)
  return rows[0]?.can === true
}

async function lockInvitation(tx: Transaction, organizationId: OrganizationId, tokenHash: string): Promise<Result<Member, AcceptInvitationRefusal>> {
  const [invitation] = await tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.organizationId, organizationId), eq(invitations.tokenHash, tokenHash)))
    .for('update')
  const member = invitation ? await findMember(tx, organizationId, invitation.memberId) : null
  if (!invitation || !member) return refuse({ code: 'invitation_unknown' })
  if (invitation.acceptedAt !== null) return refuse({ code: 'invitation_used' })
  if (isAtOrAfter(systemClock.now(), invitation.expiresAt)) return refuse({ code: 'invitation_expired', expiredAt: invitation.expiresAt })
  return ok(member)
}

async function markAccepted(
  tx: Transaction,
  organizationId: OrganizationId,
  accepted: { memberId: MemberId; tokenHash: string; joinedAt: Instant },
): Promise<void> {
  await tx
    .update(invitations)
    .set({ acceptedAt: systemClock.now() })
    .where(and(eq(invitations.organizationId, organizationId), eq(invitations.tokenHash, accepted.tokenHash)))
  await tx
    .update(members)
    .set({ joinedAt: accepted.joinedAt })
    .where(and(eq(members.organizationId, organizationId), eq(members.id, accepted.memberId)))
}
