import { sql } from 'drizzle-orm'
import { postgresCode, type Transaction } from './client'
import journal from './migrations/meta/_journal.json' with { type: 'json' }

/** insufficient_privilege, undefined_table, invalid_schema_name: of a database that this version has not prepared. */
const NOT_PREPARED = new Set(['42501', '42P01', '3F000'])

/** The newest migration that this code was written for; Drizzle knows one by its moment. */
const NEWEST = Math.max(...journal.entries.map(({ when }) => when))

/**
 * Whether the database is at least at this version. A newer one counts: while a new version is rolled out, the old one goes on beside it.
 *
 * @param within opens a transaction of its own, because what is not prepared fails it.
 */
export async function isMigrated(within: <Value>(read: (tx: Transaction) => Promise<Value>) => Promise<Value>): Promise<boolean> {
  try {
    const { rows } = await within((tx) => tx.execute<{ newest: string | null }>(sql`SELECT max(created_at)::text AS newest FROM drizzle.__drizzle_migrations`))
    return Number(rows[0]?.newest ?? 0) >= NEWEST
  } catch (fault) {
    if (NOT_PREPARED.has(postgresCode(fault) ?? '')) return false
    throw fault
  }
}
