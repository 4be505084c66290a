import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import type { Role } from '../../auth/permissions'
import { idOf, type MemberId, type OrganizationId, type UserId } from '../../ids'
import { type Instant, instant, isAtOrAfter } from '../../time'

/** What the link of an invitation opens: before anyone is signed in, so nothing of the organization but its name. */
export type InvitationView = {
  organizationId: OrganizationId
  organizationName: string
  organizationSlug: string
  memberId: MemberId
  role: Role
  userId: UserId
  email: string
  name: string | null
  /** True: they sign in to accept; false: they choose a first password. */
  canSignIn: boolean
  invitedBy: string
  expiresAt: Instant
  state: 'open' | 'used' | 'expired'
}

type Row = {
  organization_id: string
  organization_name: string
  organization_slug: string
  member_id: string
  role: Role
  user_id: string
  email: string
  name: string | null
  can_sign_in: boolean
  invited_by: string
  expires_at: string
  used: boolean
  closed: boolean
}

/** Null where there is no such invitation, its person was taken off the team, or the organization was closed. `now` is wall time. */
export async function findInvitation(tx: Transaction, tokenHash: string, now: Instant): Promise<InvitationView | null> {
  const { rows } = await tx.execute<Row>(sql`
    SELECT organization_id, organization_name, organization_slug, member_id, role, user_id, email, name, invited_by, can_sign_in(user_id, organization_id) AS can_sign_in,
      to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires_at, accepted_at IS NOT NULL AS used, removed_at IS NOT NULL OR deleted_at IS NOT NULL AS closed
    FROM find_invitation(${tokenHash})`)
  const row = rows[0]
  if (!row || row.closed) return null
  const expiresAt = instant(row.expires_at)
  return {
    organizationId: idOf('org', row.organization_id),
    organizationName: row.organization_name,
    organizationSlug: row.organization_slug,
    memberId: idOf('mem', row.member_id),
    role: row.role,
    userId: idOf('user', row.user_id),
    email: row.email,
    name: row.name,
    canSignIn: row.can_sign_in,
    invitedBy: row.invited_by,
    expiresAt,
    state: row.used ? 'used' : isAtOrAfter(now, expiresAt) ? 'expired' : 'open',
  }
}
