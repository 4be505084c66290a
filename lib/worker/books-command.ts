import { closeDatabase } from '@/db/client'
import { runBooks } from '@/lib/billing/commands/run-books'

/**
 * `npm run books`: adds everything up afresh and says what does not agree. Ends with 1 where something does not, so that a
 * schedule or a deployment can stop on it, and with 2 where nothing could be added up.
 */
try {
  const run = await runBooks()
  for (const { organization, check, about, expected, found } of run.differences) {
    console.error(`${organization}  ${check}  ${about}: expected ${expected}, found ${found}`)
  }
  console.info(`${run.organizations} organizations, ${run.entries} ledger entries, ${run.differences.length} differences.`)
  process.exitCode = run.differences.length === 0 ? 0 : 1
} catch (fault) {
  console.error(`The books could not be added up: ${rootOf(fault)}`)
  process.exitCode = 2
} finally {
  await closeDatabase()
}

/** What Postgres said, without the statement that a layer above it wraps it in. */
function rootOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault)
  return fault.cause instanceof Error ? rootOf(fault.cause) : fault.message
}
