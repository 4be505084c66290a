import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { subscriptions } from '../../db/schema'
import type { SubscriptionRow } from '../billing/commands/store/subscription'
import { Remembered } from '../remembered'

/**
 * One version of a subscription's row: its uuid, the transaction that wrote it, the place where it stands, and since when the server runs, for one
 * that was restored or has taken over counts its transactions anew. No two versions share all of them.
 */
export type SubscriptionVersion = string

export const SUBSCRIPTION_VERSION = sql`${subscriptions.id} || ' ' || ${subscriptions}.xmin || ' ' || ${subscriptions}.ctid || ' ' || pg_postmaster_start_time()`

const KEPT = 5_000
const versions = new Remembered<Readonly<SubscriptionRow>>(KEPT)

/**
 * The rows of these versions. Usage meets the same ones by the thousand between two changes, and a row is wide: it is read once a version, so that
 * what is remembered is never older than what the caller's statement saw. Undefined for a version that another has replaced since.
 */
export async function readVersions(
  tx: Transaction,
  wanted: readonly SubscriptionVersion[],
): Promise<(version: SubscriptionVersion) => Readonly<SubscriptionRow> | undefined> {
  const found = new Map(wanted.map((version) => [version, versions.get(version)]))
  const unknown = wanted.filter((version) => !found.get(version)).map((version) => version.split(' ', 1)[0])
  if (unknown.length > 0) {
    const rows = await tx
      .select({ version: sql<SubscriptionVersion>`${SUBSCRIPTION_VERSION}`, row: subscriptions })
      .from(subscriptions)
      .where(sql`${subscriptions.id} = ANY(${sql.param(unknown)}::uuid[])`)
    for (const { version, row } of rows) found.set(version, versions.keep(version, Object.freeze(row)))
  }
  return (version) => found.get(version)
}
