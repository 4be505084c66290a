import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { ENGINE_ROLE } from './roles'

/** Any number, the same in every process: who holds it migrates, the others wait. */
const MIGRATION_LOCK = 7_305_112

/**
 * Brings the database to this version, as its owner. The roles that the migrations grant to come from `prepareRoles`.
 * Safe to run from several processes at once.
 */
export async function migrateDatabase(ownerUrl: string, migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await migrate(drizzle({ client }), { migrationsFolder })
    // So that a program can tell whether the database is of its version.
    await client.query(`GRANT USAGE ON SCHEMA drizzle TO ${ENGINE_ROLE}; GRANT SELECT ON drizzle.__drizzle_migrations TO ${ENGINE_ROLE}`)
  } finally {
    await client.end() // Gives the lock back as well.
  }
}
