import { and, count, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { members } from '../../../db/schema'
import { ROLES, type Role } from '../../auth/permissions'
import type { MemberId, OrganizationId } from '../../ids'
import { isBefore, systemClock } from '../../time'
import { listMembers, type MemberView } from './members'

export type TeamMemberView = {
  id: MemberId
  email: string
  name: string | null
  role: Role
  /** `added`: belongs, but was never sent an invitation. */
  state: { kind: 'joined' | 'added'; since: string } | { kind: 'invited'; since: string; by: string; expiresAt: string; isExpired: boolean }
  /** Whom an organization cannot lose: it would have no owner. */
  isLastOwner: boolean
}

export type TeamView = {
  members: TeamMemberView[]
  next: MemberId | null
  /** Everybody, on this page or not. */
  size: number
}

type TeamPage = { before?: MemberId | null /** A part of a name or of an email address. */; query?: string }

const PAGE_LENGTH = 100

/** Who belongs to an organization and who is invited, the highest role first; a team of several pages the newest first. */
export async function getTeam(tx: Transaction, organizationId: OrganizationId, { before = null, query }: TeamPage = {}): Promise<TeamView> {
  const rows = await listMembers(tx, organizationId, { limit: PAGE_LENGTH + 1, ...(before && { before }), ...(query !== undefined && { query }) })
  const { size, owners } = await countTeam(tx, organizationId)
  const shown = rows.slice(0, PAGE_LENGTH)
  const team = shown.map((row) => viewMember(row, owners === 1))
  return {
    members: before === null && rows.length <= PAGE_LENGTH ? team.sort(byRoleAndName) : team,
    next: rows.length > PAGE_LENGTH ? (shown.at(-1)?.id ?? null) : null,
    size,
  }
}

async function countTeam(tx: Transaction, organizationId: OrganizationId): Promise<{ size: number; owners: number }> {
  const [counted] = await tx
    .select({ size: count(), owners: sql<number>`count(*) filter (where ${members.role} = 'owner')`.mapWith(Number) })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), isNull(members.removedAt)))
  return counted ?? { size: 0, owners: 0 }
}

function byRoleAndName(a: TeamMemberView, b: TeamMemberView): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.name ?? a.email).localeCompare(b.name ?? b.email)
}

function viewMember({ id, email, name, role, addedAt, joinedAt, invitation }: MemberView, hasOneOwner: boolean): TeamMemberView {
  const shared = { id, email, name, role, isLastOwner: role === 'owner' && hasOneOwner }
  if (joinedAt) return { ...shared, state: { kind: 'joined', since: joinedAt.toString() } }
  if (!invitation) return { ...shared, state: { kind: 'added', since: addedAt.toString() } }
  const { sentAt, expiresAt, invitedBy: by } = invitation
  const isExpired = !isBefore(systemClock.now(), expiresAt) // Mail is wall time, as invitations are.
  return { ...shared, state: { kind: 'invited', since: sentAt.toString(), by, expiresAt: expiresAt.toString(), isExpired } }
}
