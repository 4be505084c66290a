import { and, eq, isNull, sql } from 'drizzle-orm'
import { members, organizations, users } from '../../../db/schema'
import { uuidOf } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { isNamed } from './store/members'
import { organizationNow } from './store/organization'

export type ErasePersonRefusal = { code: 'not_found' } | { code: 'still_member' }

/**
 * Erases somebody who has left every organization (GDPR, article 17): how they sign in, their sessions, mails to them, and their name and address
 * wherever the activity holds them. What they did stays, as a former member’s. Each organization that they were in reads that it was done.
 */
export async function erasePerson({ tx, actor }: CommandContext, { email }: { email: string }): Promise<Result<null, ErasePersonRefusal>> {
  const [person] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.email, email.trim().toLowerCase()), isNamed))
    .for('update')
  if (!person) return refuse({ code: 'not_found' })
  const memberships = await tx
    .select({
      organizationId: members.organizationId,
      id: members.id,
      removedAt: members.removedAt,
      closedAt: organizations.deletedAt,
      now: sql`${organizationNow}`.mapWith(members.addedAt),
    })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.userId, person.id), isNull(organizations.erasedAt)))
  if (memberships.some(({ removedAt, closedAt }) => removedAt === null && closedAt === null)) return refuse({ code: 'still_member' })
  await tx.execute(sql`SELECT erase_person(${uuidOf('user', person.id)}::uuid)`)
  await recordAudit(
    tx,
    memberships.map(({ organizationId, id, now }) => ({ organizationId, at: now, actor, action: 'member.erased', target: id })),
  )
  return ok(null)
}
