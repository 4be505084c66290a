import { closeDatabase } from '@/db/client'
import { runBooks } from '@/lib/billing/commands/run-books'

/**
 * `npm run books`: adds everything up afresh and says what does not agree. Ends with 1 where something does not, so that a
 * schedule or a deployment can stop on it.
 *
 * @example DATABASE_ENGINE_URL=postgres://… npm run books
 */
if (!process.env.DATABASE_ENGINE_URL) {
  console.error('DATABASE_ENGINE_URL is not set. It is the database as the role headroom_engine.')
  process.exit(2)
}

const run = await runBooks()
for (const { organization, check, about, expected, found } of run.differences)
  console.error(`${organization}  ${check}  ${about}: expected ${expected}, found ${found}`)
console.info(`${run.organizations} organizations, ${run.entries} ledger entries, ${run.differences.length} differences.`)
await closeDatabase()
process.exitCode = run.differences.length === 0 ? 0 : 1
