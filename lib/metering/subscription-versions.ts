import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { rowReader } from '../../db/row-reader'
import { subscriptions } from '../../db/schema'
import type { SubscriptionRow } from '../billing/commands/store/subscription'
import { Remembered } from '../remembered'

/**
 * One version of a row: the transaction that wrote it, the place where it stands, and since when the server runs, for one that was restored or has
 * taken over counts its transactions anew. No two versions of a subscription share all of them.
 */
export const versionOf = (alias: string): SQL =>
  sql.raw(`${alias}.xmin || ' ' || ${alias}.ctid || ' ' || (SELECT extract(epoch FROM pg_postmaster_start_time()))`)

/** `id` as a uuid. */
export type SubscriptionVersion = { id: string; version: string }

export type VersionedSubscription = {
  row: Readonly<SubscriptionRow>
  /** Of the running segment, by meter: whoever begins a segment writes the subscription's row too (`beginSegments`). */
  runningPositions: Readonly<Record<string, number>>
}

const KEPT = 5_000
const known = new Remembered<{ version: string; found: VersionedSubscription }>(KEPT)
const SUBSCRIPTIONS = rowReader(subscriptions, 's')

type Read = { id: string; version: string; running: Record<string, number> | null; is_unfinished: boolean | null }

/**
 * What these versions say, by the subscriptions' uuids. Usage meets the same ones by the thousand between two changes, and a row is wide: it is read
 * once a version, so that what is remembered is never older than what the caller's statement saw. Undefined for a version that another has
 * replaced since. One that the caller's own transaction is still writing is not remembered: it may yet begin a segment.
 */
export async function readVersions(tx: Transaction, wanted: readonly SubscriptionVersion[]): Promise<(id: string) => VersionedSubscription | undefined> {
  const result = new Map<string, VersionedSubscription>()
  const unknown = new Map<string, string>()
  for (const { id, version } of wanted) {
    const last = known.get(id)
    if (last?.version === version) result.set(id, last.found)
    else unknown.set(id, version)
  }
  if (unknown.size > 0) {
    const { rows } = await tx.execute<Read>(sql`
      SELECT ${SUBSCRIPTIONS.columns}, ${versionOf('s')} AS version, s.xmin = pg_current_xact_id_if_assigned()::xid AS is_unfinished,
        (SELECT jsonb_object_agg(running.meter, running.position) FROM (
          SELECT u.meter, max(u.position) AS position FROM usage_segments u
          WHERE u.organization_id = s.organization_id AND u.subscription_id = s.id AND u.period_start = s.period_start GROUP BY u.meter
        ) running) AS running
      FROM subscriptions s WHERE s.id = ANY(${sql.param([...unknown.keys()])}::uuid[])`)
    for (const raw of rows) {
      const found = { row: Object.freeze(SUBSCRIPTIONS.read(raw)), runningPositions: raw.running ?? {} }
      if (!raw.is_unfinished) known.keep(raw.id, { version: raw.version, found })
      if (unknown.get(raw.id) === raw.version) result.set(raw.id, found)
    }
  }
  return (id) => result.get(id)
}
