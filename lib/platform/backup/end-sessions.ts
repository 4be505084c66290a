import type { Client } from 'pg'

/** More than were given since the backup: none of those may come again. */
const VERSIONS = 1_000_000

/**
 * As the owner, in a database that was just put back: everybody signs in once more. Who had signed out, or was signed out, since the backup would be
 * in again otherwise, for cookies are older than it and the database has forgotten that they were ended.
 */
export async function endSessions(client: Client): Promise<void> {
  await client.query('UPDATE users SET session_version = session_version + $1', [VERSIONS])
  await client.query('UPDATE operator_sessions SET ended_at = now() WHERE ended_at IS NULL')
  await client.query('UPDATE operator_visits SET ended_at = now() WHERE ended_at IS NULL')
}
