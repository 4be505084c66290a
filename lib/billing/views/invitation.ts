import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { idOf, type MemberId, type OrganizationId, type UserId } from '../../ids'
import { type Instant, instant, isAtOrAfter } from '../../time'

/** What the link of an invitation opens: before anyone is signed in, so nothing of the organization but its name. */
export type InvitationView = {
  organizationId: OrganizationId
  organizationName: string
  organizationSlug: string
  memberId: MemberId
  userId: UserId
  email: string
  /** True: they sign in to accept; false: they choose a password. */
  hasPassword: boolean
  invitedBy: string
  expiresAt: Instant
  state: 'open' | 'used' | 'expired'
}

type Row = {
  organization_id: string
  organization_name: string
  organization_slug: string
  member_id: string
  user_id: string
  email: string
  has_password: boolean
  invited_by: string
  expires_at: string
  used: boolean
  removed: boolean
}

/** Null where there is no such invitation, or its person was taken off the team. `now` is wall time. */
export async function findInvitation(tx: Transaction, tokenHash: string, now: Instant): Promise<InvitationView | null> {
  const { rows } = await tx.execute<Row>(sql`
    SELECT organization_id, organization_name, organization_slug, member_id, user_id, email, has_password, invited_by,
      to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires_at, accepted_at IS NOT NULL AS used, removed_at IS NOT NULL AS removed
    FROM find_invitation(${tokenHash})`)
  const row = rows[0]
  if (!row || row.removed) return null
  const expiresAt = instant(row.expires_at)
  return {
    organizationId: idOf('org', row.organization_id),
    organizationName: row.organization_name,
    organizationSlug: row.organization_slug,
    memberId: idOf('mem', row.member_id),
    userId: idOf('user', row.user_id),
    email: row.email,
    hasPassword: row.has_password,
    invitedBy: row.invited_by,
    expiresAt,
    state: row.used ? 'used' : isAtOrAfter(now, expiresAt) ? 'expired' : 'open',
  }
}
