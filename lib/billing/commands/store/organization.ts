import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { organizations, testClocks } from '../../../../db/schema'
import { once } from '../../../../db/snapshot'
import type { OrganizationId } from '../../../ids'
import { type Instant, systemClock } from '../../../time'

export type Organization = typeof organizations.$inferSelect

/** An organization under its lock, and what time it is there. */
export type LockedOrganization = { organization: Organization; now: Instant }

/** Thrown where a locked organization turns out not to exist: the door has checked it, so somebody deleted it meanwhile. */
export class OrganizationGone extends Error {
  override name = 'OrganizationGone'
}

/**
 * Takes the organizations' rows, ascending by id, and only then reads their clocks, so that waiting for a lock cannot
 * date anybody back (decision 7). Those that do not exist are left out.
 */
export async function lockOrganizations(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, LockedOrganization>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(organizations)
    .where(inArray(organizations.id, [...ids]))
    .orderBy(asc(organizations.id))
    // Not FOR UPDATE: usage holds counters, and its messages and alerts refer to this row, which would wait for us and we for it.
    .for('no key update')
  const clockIds = [...new Set(rows.flatMap((row) => row.testClockId ?? []))]
  const clocks = clockIds.length === 0 ? [] : await tx.select().from(testClocks).where(inArray(testClocks.id, clockIds))
  const timeOf = new Map(clocks.map((clock) => [clock.id, clock.now]))
  const wallTime = systemClock.now()
  return new Map(
    rows.map((organization) => [organization.id, { organization, now: (organization.testClockId && timeOf.get(organization.testClockId)) || wallTime }]),
  )
}

/** @throws OrganizationGone where there is no such organization. */
export async function lockOrganization(tx: Transaction, id: OrganizationId): Promise<LockedOrganization> {
  const locked = (await lockOrganizations(tx, [id])).get(id)
  if (!locked) throw new OrganizationGone(id)
  return locked
}

/** What time it is for an organization, without a lock: for reading and for metering. Null where there is none. */
export async function readOrganizationTime(tx: Transaction, id: OrganizationId): Promise<LockedOrganization | null> {
  return once(tx, `time of ${id}`, async () => {
    const [row] = await tx
      .select({ organization: organizations, clock: testClocks.now })
      .from(organizations)
      .leftJoin(testClocks, eq(testClocks.id, organizations.testClockId))
      .where(eq(organizations.id, id))
    return row ? { organization: row.organization, now: row.clock ?? systemClock.now() } : null
  })
}

/** In SQL: the organization's own time, for sweeps that compare many. */
export const organizationNow = sql`coalesce((SELECT c.now FROM test_clocks c WHERE c.id = ${organizations.testClockId}), now())`
