import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn } from '../columns'
import { organizations } from './organizations'

/**
 * The company's own staff (G85). They belong to no organization and are no `users`, so that no membership can ever be read
 * out of being one. The web role sees none of these tables.
 */
export const operators = pgTable('operators', {
  id: idColumn('op').primaryKey(),
  /** In lower case. */
  email: text().notNull().unique(),
  role: text({ enum: ['admin', 'support'] }).notNull(),
  /** Null until the link was used. */
  passwordHash: text(),
  /** Rises when all of their sessions end, so that a sign-in which was under way then opens none. */
  sessionVersion: integer().notNull().default(1),
  invitedBy: text().notNull(),
  createdAt: instantColumn().notNull().default(sql`now()`),
  lastSeenAt: instantColumn(),
  /** They are kept, because activity names them; they just get in no more. */
  removedAt: instantColumn(),
})

/** A link to choose a password: once, for ten minutes of wall time. Only the token's hash is kept. */
export const operatorLinks = pgTable(
  'operator_links',
  {
    tokenHash: text().primaryKey(),
    operatorId: idColumn('op')
      .notNull()
      .references(() => operators.id),
    expiresAt: instantColumn().notNull(),
    usedAt: instantColumn(),
  },
  (link) => [index('operator_links_by_operator').on(link.operatorId)],
)

/** Kept on this side, unlike a customer's, so that one that nobody uses ends by itself and a removed operator is out at once. */
export const operatorSessions = pgTable(
  'operator_sessions',
  {
    /** A hash of what the cookie holds. */
    tokenHash: text().primaryKey(),
    operatorId: idColumn('op')
      .notNull()
      .references(() => operators.id),
    createdAt: instantColumn().notNull(),
    lastSeenAt: instantColumn().notNull(),
    endedAt: instantColumn(),
    /** No session yet: the password was right, and the code is asked for. */
    awaitsCode: boolean().notNull().default(false),
    address: text().notNull().default(''),
    /** What the browser says of itself. */
    agent: text().notNull().default(''),
  },
  (session) => [index('operator_sessions_by_operator').on(session.operatorId), index('operator_sessions_by_age').on(session.lastSeenAt)],
)

/** A look at a customer's own pages, as one of their members and without a right to change anything. */
export const operatorVisits = pgTable(
  'operator_visits',
  {
    /** A hash of what the visit's cookie holds. */
    tokenHash: text().primaryKey(),
    /** It ends with the session that it was begun in. */
    sessionHash: text()
      .notNull()
      .references(() => operatorSessions.tokenHash),
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    memberId: idColumn('mem').notNull(),
    startedAt: instantColumn().notNull(),
    endedAt: instantColumn(),
  },
  (visit) => [index('operator_visits_by_session').on(visit.sessionHash)],
)

/** What an operator has to know or to decide: open until somebody says what became of it. */
export const operatorNotices = pgTable(
  'operator_notices',
  {
    id: idColumn('note').primaryKey(),
    /** Null: about the installation. */
    organizationId: idColumn('org').references(() => organizations.id),
    kind: text({
      enum: [
        'dispute_opened',
        'dispute_won',
        'dispute_lost',
        'refunded_at_provider',
        'refund_returned',
        'orphan_payment',
        'void_invoice_paid',
        'kept_payment_refunded',
        'kept_payment_lost',
        'spent_credit_lost',
        'foreign_currency_payment',
        'differs_at_provider',
        'payment_not_accepted',
        'product_file_ignored',
      ],
    }).notNull(),
    /** What it tells of, so that it is told once. */
    fact: text().notNull(),
    /** The id of what it is about. */
    target: text(),
    /** Minor units, as a string; null: not about money. */
    amount: text(),
    currency: text(),
    /** The provider's own name or word: a reference, a reason. */
    detail: text(),
    /** Wall time. */
    at: instantColumn().notNull(),
    resolvedAt: instantColumn(),
    resolvedBy: idColumn('op').references(() => operators.id),
    resolution: text(),
  },
  (notice) => [
    uniqueIndex('operator_notices_once').on(notice.fact),
    index('operator_notices_open').on(notice.id).where(sql`resolved_at is null`),
    index('operator_notices_of_organization').on(notice.organizationId, notice.id),
  ],
)

/** What changed about how operators sign in, and who did it: only ever added to. */
export const operatorChanges = pgTable(
  'operator_changes',
  {
    id: idColumn('aud').primaryKey(),
    operatorId: idColumn('op')
      .notNull()
      .references(() => operators.id),
    /** Wall time. */
    at: instantColumn().notNull(),
    /** An operator's address, or the command line. */
    actor: text().notNull(),
    action: text({
      enum: [
        'second_step.turned_on',
        'second_step.turned_off',
        'second_step.app_removed',
        'second_step.passkey_added',
        'second_step.passkey_removed',
        'second_step.codes_renewed',
        'second_step.recovery_code_used',
      ],
    }).notNull(),
  },
  (change) => [index('operator_changes_by_operator').on(change.operatorId, change.id)],
)
