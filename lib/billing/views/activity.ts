import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { eqAtRunTime, newestOf } from '../../../db/newest'
import { auditLog, members, users } from '../../../db/schema'
import { type Id, isId, type MemberId, type OrganizationId } from '../../ids'
import type { Instant } from '../../time'
import { isNamed } from '../commands/store/members'
import { type ActivityFilter, EVERYTHING, whereActivity } from './activity-filter'

export type ActivityView = {
  id: Id<'aud'>
  /** Billing time. */
  at: Instant
  /** `mem_…`, `operator` or `system`. */
  actor: string
  /** Of a member, also of one who has left: name, or else email. */
  actorName: string | null
  action: string
  target: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

export type ActivityPage = { limit: number; before?: Id<'aud'> | undefined; filter?: ActivityFilter }

/** Who did what, newest first. */
export async function listActivity(
  tx: Transaction,
  organizationId: OrganizationId,
  { limit, before, filter = EVERYTHING }: ActivityPage,
): Promise<ActivityView[]> {
  const isOf = eqAtRunTime(auditLog.organizationId, organizationId)
  const entries = await tx
    .select({
      id: auditLog.id,
      at: auditLog.at,
      actor: auditLog.actor,
      action: auditLog.action,
      target: auditLog.target,
      before: auditLog.before,
      after: auditLog.after,
    })
    .from(newestOf(auditLog, { where: and(isOf, before && lt(auditLog.id, before), whereActivity(filter)), key: auditLog.id, limit }))
    .orderBy(desc(auditLog.id))
    .limit(limit)
  const names = await memberNames(
    tx,
    organizationId,
    entries.map(({ actor }) => actor),
  )
  return entries.map((entry) => ({ ...entry, actorName: names.get(entry.actor) ?? null }))
}

const PEOPLE_NAMED = 300

/** Whom the activity can be narrowed to: everybody who ever belonged, the newest first. */
export async function listActors(tx: Transaction, organizationId: OrganizationId): Promise<{ id: MemberId; name: string }[]> {
  const people = await tx
    .select({ id: members.id, name: users.name, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), isNamed))
    .orderBy(desc(members.id))
    .limit(PEOPLE_NAMED)
  return people.map(({ id, name, email }) => ({ id, name: name ?? email }))
}

/** What people are called, also those who have left; `operator` and `system` are left out. */
export async function memberNames(tx: Transaction, organizationId: OrganizationId, actors: readonly string[]): Promise<Map<string, string>> {
  const ids = [...new Set(actors)].filter((actor): actor is MemberId => isId('mem', actor))
  if (ids.length === 0) return new Map()
  const people = await tx
    .select({ id: members.id, name: users.name, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), inArray(members.id, ids), isNamed))
  return new Map(people.map(({ id, name, email }) => [id, name ?? email]))
}
