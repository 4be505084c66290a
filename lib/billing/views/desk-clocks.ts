import { and, asc, count, desc, inArray, isNull, lt } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { organizations, testClocks } from '../../../db/schema'
import type { OrganizationId, TestClockId } from '../../ids'

export type DeskClock = {
  id: TestClockId
  now: string
  /** Set while an advance runs. */
  advancingTo: string | null
  organizations: { id: OrganizationId; name: string }[]
  organizationCount: number
}

const PAGE_LENGTH = 20
const NAMES_SHOWN = 5

/** Test clocks, newest first, with who lives on each. */
export async function listDeskClocks(tx: Transaction, before: TestClockId | undefined): Promise<{ rows: DeskClock[]; next: TestClockId | null }> {
  const found = await tx
    .select({ id: testClocks.id, now: testClocks.now, advancingTo: testClocks.advancingTo })
    .from(testClocks)
    .where(before && lt(testClocks.id, before))
    .orderBy(desc(testClocks.id))
    .limit(PAGE_LENGTH + 1)
  const shown = found.slice(0, PAGE_LENGTH)
  const ids = shown.map(({ id }) => id)
  const isOn = ids.length === 0 ? undefined : and(inArray(organizations.testClockId, ids), isNull(organizations.deletedAt))
  const counts = isOn
    ? await tx.select({ clock: organizations.testClockId, count: count() }).from(organizations).where(isOn).groupBy(organizations.testClockId)
    : []
  const named = isOn
    ? await tx
        .select({ clock: organizations.testClockId, id: organizations.id, name: organizations.name })
        .from(organizations)
        .where(isOn)
        .orderBy(asc(organizations.id))
        .limit(PAGE_LENGTH * NAMES_SHOWN)
    : []
  return {
    rows: shown.map(({ id, now, advancingTo }) => ({
      id,
      now: now.toString(),
      advancingTo: advancingTo?.toString() ?? null,
      organizations: named
        .filter(({ clock }) => clock === id)
        .slice(0, NAMES_SHOWN)
        .map((one) => ({ id: one.id, name: one.name })),
      organizationCount: counts.find(({ clock }) => clock === id)?.count ?? 0,
    })),
    next: found.length > PAGE_LENGTH ? (shown.at(-1)?.id ?? null) : null,
  }
}
