import { sql } from 'drizzle-orm'
import { bigint, check, foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn } from '../columns'
import { operators } from './operators'
import { members, users } from './organizations'

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
    /** Of the sessions that counted when it was asked for: with them it ends. One that was asked for before that was kept opens nothing. */
    sessionVersion: integer(),
    expiresAt: instantColumn().notNull(),
    usedAt: instantColumn(),
  },
  (row) => [index('password_resets_by_user').on(row.userId)],
)

/**
 * Links by mail to sign in without a password, each good once and for ten minutes of wall time. Only the token's hash is
 * kept. Reached only through `request_sign_in_link`, `find_sign_in_link` and `use_sign_in_link`, as password resets are.
 */
export const signInLinks = pgTable(
  'sign_in_links',
  {
    tokenHash: text().primaryKey(),
    userId: idColumn('user')
      .notNull()
      .references(() => users.id),
    /** Of the sessions that counted when it was asked for: with them it ends. One that was asked for before that was kept opens nothing. */
    sessionVersion: integer(),
    expiresAt: instantColumn().notNull(),
    usedAt: instantColumn(),
  },
  (row) => [index('sign_in_links_by_user').on(row.userId), index('sign_in_links_by_end').on(row.expiresAt)],
)

/**
 * Whom another place knows under which name: the subject of an identity provider that a person has signed in with. Reached only
 * through `sign_in_with_identity`. One person has one subject at each provider, so that an address which the provider has given
 * to somebody else opens nothing here.
 */
export const signInIdentities = pgTable(
  'sign_in_identities',
  {
    provider: text().notNull(),
    subject: text().notNull(),
    userId: idColumn('user')
      .notNull()
      .references(() => users.id),
    createdAt: instantColumn().notNull(),
  },
  (row) => [primaryKey({ columns: [row.provider, row.subject] }), unique('sign_in_identities_once').on(row.userId, row.provider)],
)

/**
 * A member whom the operator's own product has signed in and sends over (G88), good once and for five minutes of wall time. The
 * address that opens it carries a signature that is kept nowhere, so that nobody can make it up from this row.
 */
export const portalSessions = pgTable(
  'portal_sessions',
  {
    organizationId: idColumn('org').notNull(),
    id: idColumn('portal').notNull(),
    memberId: idColumn('mem').notNull(),
    /** Which page it opens; `lib/auth/portal-page.ts` lists them. */
    page: text().notNull(),
    /** Where "Back to …" leads. */
    returnUrl: text(),
    expiresAt: instantColumn().notNull(),
    usedAt: instantColumn(),
  },
  (session) => [
    primaryKey({ columns: [session.organizationId, session.id] }),
    unique('portal_sessions_id').on(session.id),
    index('portal_sessions_by_end').on(session.organizationId, session.expiresAt),
    foreignKey({ name: 'portal_sessions_member', columns: [session.organizationId, session.memberId], foreignColumns: [members.organizationId, members.id] }),
  ],
)

/**
 * The second step of signing in, of a person or of an operator: what their phone computes codes from, sealed, and what gets them in
 * when it is lost. It is on by the app, or by a passkey beside it. Whoever has turned it off keeps an empty row, because pages delete
 * nothing. A page sees its own person's alone.
 */
export const secondFactors = pgTable(
  'second_factors',
  {
    userId: idColumn('user')
      .unique()
      .references(() => users.id),
    operatorId: idColumn('op')
      .unique()
      .references(() => operators.id),
    /** Null: no app. */
    sealedSecret: text(),
    /** The 30 seconds whose code was used last, counted from 1970: that code, and every earlier one, opens nothing more. */
    lastStep: bigint({ mode: 'number' }).notNull(),
    /** Hashes of the recovery codes that are left. */
    recoveryHashes: text().array().notNull(),
    /** Wall time. */
    confirmedAt: instantColumn().notNull(),
  },
  (row) => [check('second_factors_of_one', sql`num_nonnulls(${row.userId}, ${row.operatorId}) = 1`)],
)

/**
 * Passkeys of people and of operators: public keys that their devices sign with. A page sees its own person's alone. One that was
 * removed keeps its row for a month, without its key, because pages delete nothing.
 */
export const passkeys = pgTable(
  'passkeys',
  {
    id: idColumn('passkey').primaryKey(),
    userId: idColumn('user').references(() => users.id),
    operatorId: idColumn('op').references(() => operators.id),
    /** What the device calls it, in base64url: nobody's is anybody else's, across the installation. */
    credentialId: text().notNull().unique(),
    /** In COSE, as base64url. Null: removed. */
    publicKey: text(),
    /** How often it was used, as far as its device counts: one that falls back was copied. */
    counter: bigint({ mode: 'number' }).notNull(),
    /** How a browser reaches the device. */
    transports: text().array().notNull(),
    name: text().notNull(),
    /** Wall time, as are the others. */
    addedAt: instantColumn().notNull(),
    lastUsedAt: instantColumn(),
    removedAt: instantColumn(),
  },
  (row) => [
    check('passkeys_of_one', sql`num_nonnulls(${row.userId}, ${row.operatorId}) = 1`),
    check('passkeys_removed', sql`(${row.publicKey} is null) = (${row.removedAt} is not null)`),
    index('passkeys_by_person').on(row.userId),
    index('passkeys_by_operator').on(row.operatorId),
    index('passkeys_by_end').on(row.removedAt),
  ],
)

/** Challenges that a passkey has answered, by their hashes, so that each is answered once. Forgotten when they are too old anyway. */
export const spentChallenges = pgTable(
  'spent_challenges',
  {
    hash: text().primaryKey(),
    forgottenAt: instantColumn().notNull(),
  },
  (row) => [index('spent_challenges_by_age').on(row.forgottenAt)],
)

/**
 * Sessions of people, as they were seen here: where and since when one is signed in, and when it was used last. A session that began
 * and was never used has no row. A page sees its own person's alone.
 */
export const sessions = pgTable(
  'sessions',
  {
    userId: idColumn('user')
      .notNull()
      .references(() => users.id),
    session: uuid().notNull(),
    /** Of the person, when it began: one that is not theirs any more was ended with all others. */
    sessionVersion: integer().notNull(),
    /** Wall time, as is the other. */
    begunAt: instantColumn().notNull(),
    seenAt: instantColumn().notNull(),
    address: text().notNull(),
    /** What the browser says of itself. */
    agent: text().notNull(),
  },
  (row) => [primaryKey({ columns: [row.userId, row.session] }), index('sessions_by_age').on(row.seenAt)],
)

/**
 * Who signed in, or failed to: by what, from where and with which browser. Only ever added to, but that what comes again within an hour is
 * counted where it stands: a stranger who guesses writes a few rows a day and no more. A page sees its own person's alone; kept for 90 days.
 */
export const signIns = pgTable(
  'sign_ins',
  {
    id: idColumn('sgn').primaryKey(),
    userId: idColumn('user').references(() => users.id),
    operatorId: idColumn('op').references(() => operators.id),
    /** What was shown, or tried. */
    way: text({ enum: ['password', 'link', 'new_password', 'invitation', 'passkey', 'code', 'portal', 'identity'] }).notNull(),
    /** `first_step`: a password or the like was right, and the second step was asked for. */
    outcome: text({ enum: ['signed_in', 'first_step', 'refused'] }).notNull(),
    /** Wall time, as is the other. */
    at: instantColumn().notNull(),
    lastAt: instantColumn().notNull(),
    times: integer().notNull().default(1),
    address: text().notNull(),
    /** What the browser says of itself. */
    agent: text().notNull(),
  },
  (row) => [
    check('sign_ins_of_one', sql`num_nonnulls(${row.userId}, ${row.operatorId}) = 1`),
    index('sign_ins_by_person').on(row.userId, row.lastAt),
    index('sign_ins_by_operator').on(row.operatorId, row.lastAt),
    index('sign_ins_by_age').on(row.lastAt),
  ],
)

/**
 * Sessions that somebody has signed out of. Their cookies hold who it is, so that one which was copied before would live on without
 * this. A page sees its own person's alone; they are forgotten when no cookie of theirs can be valid any more.
 */
export const endedSessions = pgTable(
  'ended_sessions',
  {
    userId: idColumn('user')
      .notNull()
      .references(() => users.id),
    session: uuid().notNull(),
    /** Wall time. */
    forgottenAt: instantColumn().notNull(),
  },
  (row) => [primaryKey({ columns: [row.userId, row.session] }), index('ended_sessions_by_age').on(row.forgottenAt)],
)
