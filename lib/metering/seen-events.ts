import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { usageEventIds } from '../../db/schema'
import type { OrganizationId } from '../ids'
import { hashArray, idArray } from './arrays'
import type { Fingerprint } from './event'

export type SeenEvent = { contentHash: Buffer; answeredUsed: bigint | null; answeredLimit: bigint | null }

export type OwnedFingerprint = Fingerprint & { organizationId: OrganizationId }

/** Names an id within its organization. */
export function eventKey({ organizationId, idHash }: Pick<OwnedFingerprint, 'organizationId' | 'idHash'>): string {
  return `${organizationId} ${idHash.toString('hex')}`
}

/**
 * What is remembered of these ids (G60), in one statement. Read under the counters' locks, so that of two callers with
 * one event the second finds what the first has written.
 */
export async function findSeenEvents(tx: Transaction, fingerprints: readonly OwnedFingerprint[]): Promise<Map<string, SeenEvent>> {
  if (fingerprints.length === 0) return new Map()
  const wanted = sql`unnest(${idArray(
    'org',
    fingerprints.map(({ organizationId }) => organizationId),
  )}, ${hashArray(fingerprints.map(({ idHash }) => idHash))}) AS wanted (organization_id, id_hash)`
  const rows = await tx
    .select({
      organizationId: usageEventIds.organizationId,
      idHash: usageEventIds.idHash,
      contentHash: usageEventIds.contentHash,
      answeredUsed: usageEventIds.answeredUsed,
      answeredLimit: usageEventIds.answeredLimit,
    })
    .from(usageEventIds)
    .innerJoin(wanted, sql`${eq(usageEventIds.organizationId, sql`wanted.organization_id`)} AND ${eq(usageEventIds.idHash, sql`wanted.id_hash`)}`)
  return new Map(rows.map((row) => [eventKey(row), row]))
}
