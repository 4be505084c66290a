import { and, eq, lt } from 'drizzle-orm'
import { members, portalSessions } from '../../../db/schema'
import type { PortalPage } from '../../auth/portal-page'
import { type MemberId, newId, type OrganizationId, type PortalSessionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { addDays, addMinutes, type Instant, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { findMember } from './store/members'
import { lockOrganization } from './store/organization'

/** Wall time for which the address is good (G88). */
const PORTAL_MINUTES = 5
/** For so long an address that is over still says that it is. */
const KEPT_DAYS = 1

export type CreatePortalSession = { organizationId: OrganizationId; memberId: MemberId; page: PortalPage; returnUrl: string | null }

/**
 * Lets the operator's product send a member over whom it has signed in itself. It vouches for them, as the link of an invitation
 * would; so whoever was only invited has joined with it.
 */
export async function createPortalSession(
  { tx, actor }: CommandContext,
  { organizationId, memberId, page, returnUrl }: CreatePortalSession,
): Promise<Result<{ id: PortalSessionId; expiresAt: Instant }, { code: 'member_unknown' }>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const member = organization.deletedAt === null ? await findMember(tx, organizationId, memberId) : null
  if (!member) return refuse({ code: 'member_unknown' })

  const wallTime = systemClock.now()
  await tx.delete(portalSessions).where(and(eq(portalSessions.organizationId, organizationId), lt(portalSessions.expiresAt, addDays(wallTime, -KEPT_DAYS))))
  if (member.joinedAt === null) {
    await tx
      .update(members)
      .set({ joinedAt: now })
      .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId)))
    await recordAudit(tx, [{ organizationId, at: now, actor, action: 'member.joined', target: memberId, after: { email: member.email, role: member.role } }])
  }
  const id = newId('portal')
  const expiresAt = addMinutes(wallTime, PORTAL_MINUTES)
  await tx.insert(portalSessions).values({ organizationId, id, memberId, page, returnUrl, expiresAt })
  return ok({ id, expiresAt })
}
