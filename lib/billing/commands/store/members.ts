import { and, count, eq, isNull, notLike, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { members, users } from '../../../../db/schema'
import { can, mayGrant, type Permission, type Role } from '../../../auth/permissions'
import { idOf, type MemberId, newId, type OrganizationId, type UserId, uuidOf } from '../../../ids'
import type { MinorUnits } from '../../../money'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'

/** One person in one organization, as the machine interface and the team page know them. */
export type Member = {
  id: MemberId
  userId: UserId
  email: string
  name: string | null
  role: Role
  addedAt: Instant
  /** Null until the invitation was accepted. */
  joinedAt: Instant | null
  /** Credit of their own, which they may give to the team (G74). */
  personalCredit: MinorUnits
}

export type Forbidden = { code: 'forbidden'; permission: Permission }

/** The columns of a `Member`, of `members` joined with `users`. */
export const MEMBER = {
  id: members.id,
  userId: members.userId,
  email: users.email,
  name: users.name,
  role: members.role,
  addedAt: members.addedAt,
  joinedAt: members.joinedAt,
  personalCredit: members.personalCredit,
}

/** Not one whose name was erased (A14): their row stays under an address that reaches nobody. */
export const isNamed = notLike(users.email, '%@erased.invalid')

/** Whether somebody is still there; held until the end, so that no row of theirs is written behind an erasure that is under way. */
export async function holdNamed(tx: Transaction, id: UserId): Promise<boolean> {
  const held = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), isNamed))
    .for('key share')
  return held.length === 1
}

/** Null where there is no such member, or not any more. */
export async function findMember(tx: Transaction, organizationId: OrganizationId, memberId: MemberId): Promise<Member | null> {
  const [member] = await tx
    .select(MEMBER)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId), isNull(members.removedAt)))
  return member ?? null
}

/** The present member with that address (in lower case). */
export async function findMemberByEmail(tx: Transaction, organizationId: OrganizationId, email: string): Promise<Member | null> {
  const [member] = await tx
    .select(MEMBER)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), eq(users.email, email), isNull(members.removedAt)))
  return member ?? null
}

/** Asked of the database's own function: the web role may not read hashes. */
export async function hasPassword(tx: Transaction, email: string): Promise<boolean> {
  const { rows } = await tx.execute<{ has: boolean }>(sql`SELECT password_hash IS NOT NULL AS has FROM find_sign_in(${email})`)
  return rows[0]?.has === true
}

/** The person behind an email address, made where there is none yet. */
export async function ensureUser(tx: Transaction, person: { email: string; name: string | null }): Promise<UserId> {
  const { rows } = await tx.execute<{ id: string }>(sql`SELECT ensure_user(${uuidOf('user', newId('user'))}::uuid, ${person.email}, ${person.name}) AS id`)
  const id = rows[0]?.id
  if (!id) throw new Error('ensure_user answered nothing')
  return idOf('user', id)
}

export async function insertMember(tx: Transaction, row: typeof members.$inferInsert): Promise<void> {
  await tx.insert(members).values(row)
}

/** What the one who acts is here: asked under the organization's lock, so that a role that was just taken away counts for nothing. */
export async function roleOfActor(tx: Transaction, organizationId: OrganizationId, actor: Actor): Promise<Role | null> {
  if (actor === 'operator' || actor === 'system') return 'owner'
  return (await findMember(tx, organizationId, actor))?.role ?? null
}

/** Under the organization's lock, for what a member asks for: they may have been demoted or removed since the door let them in (G84). */
export async function forbidsActor(tx: Transaction, organizationId: OrganizationId, actor: Actor, permission: Permission): Promise<Forbidden | null> {
  const role = await roleOfActor(tx, organizationId, actor)
  return role !== null && can(role, permission) ? null : { code: 'forbidden', permission }
}

/**
 * Whether somebody of `role` may turn a member from one role into another; null on either side is joining and leaving.
 * Whatever touches an owner needs `owners:write` (G84).
 */
export function forbidsMemberChange(role: Role | null, change: { from: Role | null; to: Role | null }): Forbidden | null {
  if (role === null || !can(role, 'members:write')) return { code: 'forbidden', permission: 'members:write' }
  const touchesOwner = change.from === 'owner' || change.to === 'owner'
  if (touchesOwner && !can(role, 'owners:write')) return { code: 'forbidden', permission: 'owners:write' }
  if (change.to !== null && !mayGrant(role, change.to)) return { code: 'forbidden', permission: 'owners:write' }
  return null
}

/** Under the organization's lock: two owners who demote each other at once come one after the other. */
export async function isLastOwner(tx: Transaction, organizationId: OrganizationId, member: Member): Promise<boolean> {
  if (member.role !== 'owner') return false
  const [owners] = await tx
    .select({ count: count() })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.role, 'owner'), isNull(members.removedAt)))
  return owners?.count === 1
}
