import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { postgresCode } from './client'
import { ENGINE_ROLE } from './roles'

/** Any number, the same in every process: who holds it migrates, the others wait. */
const MIGRATION_LOCK = 7_305_112

/**
 * So long it waits for a table that somebody is reading, an export say: whoever asks for that table meanwhile waits behind it. Then it lets them by,
 * and tries the whole of it again. No export takes longer than the last of these tries.
 */
const LOCK_PATIENCE_MS = 2_000
const PAUSE_MS = 3_000
const TRIES = 600
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Brings the database to this version, as its owner. The roles that the migrations grant to come from `prepareRoles`.
 * Safe to run from several processes at once.
 */
export async function migrateDatabase(ownerUrl: string, migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(`SET lock_timeout = ${LOCK_PATIENCE_MS}`)
    await lettingBy(() => migrate(drizzle({ client }), { migrationsFolder }))
    // So that a program can tell whether the database is of its version.
    await client.query(`GRANT USAGE ON SCHEMA drizzle TO ${ENGINE_ROLE}; GRANT SELECT ON drizzle.__drizzle_migrations TO ${ENGINE_ROLE}`)
  } finally {
    await client.end() // Gives the lock back as well.
  }
}

async function lettingBy(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (fault) {
      if (tries === TRIES || postgresCode(fault) !== LOCK_NOT_AVAILABLE) throw fault
      await sleep(PAUSE_MS)
    }
  }
}
