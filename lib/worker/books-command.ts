import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { closeDatabase } from '@/db/client'
import { runBooks } from '@/lib/billing/commands/run-books'
import { addressOfEmbeddedPostgres } from '@/lib/platform/embedded-postgres'
import { readEnvironment } from '@/lib/platform/environment'

/**
 * `npm run books`: adds everything up afresh and says what does not agree. Ends with 1 where something does not, so that a
 * schedule or a deployment can stop on it, and with 2 where nothing could be added up.
 */
if (existsSync('.env')) process.loadEnvFile('.env')
process.env.DATABASE_ENGINE_URL ??= databaseUrl()
try {
  const run = await runBooks()
  for (const { organization, check, about, expected, found } of run.differences) {
    console.error(`${organization}  ${check}  ${about}: expected ${expected}, found ${found}`)
  }
  console.info(`${run.organizations} organizations, ${run.entries} ledger entries, ${run.differences.length} differences.`)
  process.exitCode = run.differences.length === 0 ? 0 : 1
} catch (fault) {
  console.error('The books could not be added up:', fault)
  process.exitCode = 2
} finally {
  await closeDatabase()
}

/** The one that `npm start` uses: the operator's own, or the built-in one, which runs while Headroom does. */
function databaseUrl(): string {
  const environment = readEnvironment(process.env)
  if (!environment.ok) throw new Error(environment.error.join('\n'))
  const { databaseUrl: given, dataDirectory } = environment.value
  const url = given ?? addressOfEmbeddedPostgres(join(dataDirectory, 'postgres'))
  if (url) return url
  console.error('There is no database yet: start Headroom with npm start, or set DATABASE_URL.')
  process.exit(2)
}
