import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { instantColumn } from '../columns'

/**
 * Tries to sign in, counted per email and per address in windows of wall time. Reached only through `take_sign_in_try`
 * and `forgive_sign_in_try`, so no role may read who tried.
 */
export const signInTries = pgTable(
  'sign_in_tries',
  {
    /** A hash of what is counted, so that the table is no list of emails and addresses. */
    bucket: text().primaryKey(),
    tries: integer().notNull(),
    windowStart: instantColumn().notNull(),
  },
  (row) => [index('sign_in_tries_by_age').on(row.windowStart)],
)
