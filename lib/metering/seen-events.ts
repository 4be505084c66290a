import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { idOf, type OrganizationId } from '../ids'
import { hashArray, idArray } from './arrays'
import { ByPair } from './by-pair'
import type { Fingerprint } from './event'

export type SeenEvent = { contentHash: string; answeredUsed: bigint | null; answeredLimit: bigint | null }

export type OwnedFingerprint = Fingerprint & { organizationId: OrganizationId }

/** By organization and the id's hash. */
export type SeenEvents = ByPair<OrganizationId, string, SeenEvent>

/**
 * Adds to `seen` what is remembered of these ids (G60), in one statement. Read under the counters' locks, so that of two callers with
 * one event the second finds what the first has written.
 */
export async function findSeenEvents(tx: Transaction, fingerprints: readonly OwnedFingerprint[], seen: SeenEvents = new ByPair()): Promise<SeenEvents> {
  if (fingerprints.length === 0) return seen
  // One look into the key's index for each: a plan that joins would read all that was ever seen. OFFSET keeps the planner from making it one.
  const { rows } = await tx.execute<{
    organization_id: string
    id_hash: string
    content_hash: string
    answered_used: string | null
    answered_limit: string | null
  }>(sql`
    SELECT wanted.organization_id, encode(wanted.id_hash, 'hex') AS id_hash, encode(seen.content_hash, 'hex') AS content_hash, seen.answered_used::text, seen.answered_limit::text
    FROM unnest(${idArray(
      'org',
      fingerprints.map(({ organizationId }) => organizationId),
    )}::uuid[], ${hashArray(fingerprints.map(({ idHash }) => idHash))}::bytea[]) AS wanted (organization_id, id_hash)
    CROSS JOIN LATERAL (
      SELECT s.content_hash, s.answered_used, s.answered_limit FROM usage_event_ids s
      WHERE s.organization_id = wanted.organization_id AND s.id_hash = wanted.id_hash OFFSET 0
    ) AS seen`)
  for (const { organization_id, id_hash, content_hash, answered_used, answered_limit } of rows) {
    const answered = { answeredUsed: unitsOrNone(answered_used), answeredLimit: unitsOrNone(answered_limit) }
    seen.set(idOf('org', organization_id), id_hash, { contentHash: content_hash, ...answered })
  }
  return seen
}

/** Whoever repeats one id repeats more of them: a sender that was cut off sends all it has once more. */
const REPEATS_COME_FOR_MS = 60_000
let repeatsUntil = Number.NEGATIVE_INFINITY

/** From here on, for a minute, ids are looked up before they are written. */
export function expectRepeats(): void {
  repeatsUntil = performance.now() + REPEATS_COME_FOR_MS
}

/** Nearly every id is new. While that is so none is looked up that the key itself can refuse, at the price of doing a repeat's transaction again. */
export function areRepeatsExpected(): boolean {
  return performance.now() < repeatsUntil
}

function unitsOrNone(units: string | null): bigint | null {
  return units === null ? null : BigInt(units)
}
