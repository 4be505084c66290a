import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { organizations, usageEvents } from '../../../db/schema'
import { idOf, type OrganizationId, type UserId, uuidOf } from '../../ids'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { organizationNow } from './store/organization'

const PEOPLE_PER_STEP = 100
/** What is read in place of a name that is gone; the operator's desk still lists its invoices. */
export const ERASED_NAME = '—'

/** Organizations that have been closed for so many days of their own time, the longest first. */
export async function listToErase(tx: Transaction, { days, most }: { days: number; most: number }): Promise<OrganizationId[]> {
  const due = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(
      sql`${organizations.deletedAt} IS NOT NULL AND ${organizations.erasedAt} IS NULL AND ${organizations.deletedAt} <= ${organizationNow} - make_interval(days => ${days})`,
    )
    .orderBy(organizations.deletedAt)
    .limit(most)
  return due.map(({ id }) => id)
}

/**
 * One step of erasing what is personal in a closed organization (A14): at most `most` rows of each table, so that nobody waits for it, and a
 * worker that dies has lost one step. Invoices with what they say, payments, credit, the ledger and sums of usage stay for the operator.
 *
 * @returns How much was done. Zero: all of it, now or before; or usage whose events do not add up is kept for the books to tell of.
 */
export async function eraseOrganization({ tx }: CommandContext, { organizationId, most }: { organizationId: OrganizationId; most: number }): Promise<number> {
  const isDue = and(eq(organizations.id, organizationId), isNotNull(organizations.deletedAt), isNull(organizations.erasedAt))
  if ((await tx.$count(organizations, isDue)) === 0) return 0
  const { rows } = await tx.execute<{ erased: number }>(sql`SELECT erase_rows_of_closed(${uuidOf('org', organizationId)}::uuid, ${most}::integer) AS erased`)
  const erased = rows[0]?.erased ?? 0
  if (erased > 0) return erased
  const people = await listLastMembers(tx, organizationId)
  for (const person of people) await tx.execute(sql`SELECT erase_person(${uuidOf('user', person)}::uuid)`)
  return people.length > 0 ? people.length : finish(tx, organizationId)
}

/** Whoever was in it, and is in no other that is not erased. */
async function listLastMembers(tx: Transaction, organizationId: OrganizationId): Promise<UserId[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT u.id FROM users u
    WHERE u.id IN (SELECT m.user_id FROM members m WHERE m.organization_id = ${uuidOf('org', organizationId)}) AND u.email NOT LIKE '%@erased.invalid'
      AND NOT EXISTS (
        SELECT FROM members other JOIN organizations o ON o.id = other.organization_id
        WHERE other.user_id = u.id AND other.removed_at IS NULL AND o.erased_at IS NULL AND o.id <> ${uuidOf('org', organizationId)})
    ORDER BY u.id LIMIT ${PEOPLE_PER_STEP}`)
  return rows.map(({ id }) => idOf('user', id))
}

/** Its address stays taken, so that a link to it never leads to somebody else (G14). */
async function finish(tx: Transaction, organizationId: OrganizationId): Promise<number> {
  const left = await tx.$count(usageEvents, eq(usageEvents.organizationId, organizationId))
  if (left > 0) return 0
  const [erased] = await tx
    .update(organizations)
    .set({ name: ERASED_NAME, metadata: {}, billing: {}, erasedAt: organizationNow })
    .where(and(eq(organizations.id, organizationId), isNotNull(organizations.deletedAt), isNull(organizations.erasedAt)))
    .returning({ at: organizations.erasedAt })
  if (!erased?.at) return 0
  await recordAudit(tx, [{ organizationId, at: erased.at, actor: 'system', action: 'organization.erased', target: organizationId }])
  return 1
}
