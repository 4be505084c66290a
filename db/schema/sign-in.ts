import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn } from '../columns'
import { users } from './organizations'

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

/**
 * Links by mail to choose another password, each good once and for an hour of wall time. Only the token's hash is kept. Reached
 * only through `request_password_reset` and `use_password_reset`, so no role may read who forgot theirs.
 */
export const passwordResets = pgTable(
  'password_resets',
  {
    tokenHash: text().primaryKey(),
    userId: idColumn('user')
      .notNull()
      .references(() => users.id),
    expiresAt: instantColumn().notNull(),
    usedAt: instantColumn(),
  },
  (row) => [index('password_resets_by_user').on(row.userId)],
)
