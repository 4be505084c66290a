import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { Instant } from '../../lib/time'
import { idColumn, instantColumn } from '../columns'

/** One row: what this database was set up for. Another payments mode is refused at start, so that simulated money never meets real money. */
export const installation = pgTable(
  'installation',
  {
    id: smallint().primaryKey(),
    paymentsMode: text({ enum: ['sandbox', 'test', 'live'] }).notNull(),
    demo: boolean().notNull().default(false),
    /** Written before the first invented customer is: with `demo` false, the filling was interrupted and begins again. */
    demoBegun: boolean().notNull().default(false),
    createdAt: instantColumn().notNull().default(sql`now()`),
  },
  (row) => [check('installation_one_row', sql`${row.id} = 1`)],
)

/** A product document as published; never changed (G13). */
export const catalogVersions = pgTable(
  'catalog_versions',
  {
    product: text().notNull(),
    version: integer().notNull(),
    /** In the form that `GET /products` prints. */
    document: jsonb().$type<unknown>().notNull(),
    contentHash: text().notNull(),
    source: text({ enum: ['file', 'api'] }).notNull(),
    applies: text({ enum: ['new_subscriptions', 'next_renewal'] }).notNull(),
    effectiveAt: instantColumn().notNull(),
    publishedAt: instantColumn().notNull(),
  },
  (version) => [primaryKey({ columns: [version.product, version.version] })],
)

/** Time that is moved by hand; organizations on it live wholly in its time. */
export const testClocks = pgTable('test_clocks', {
  id: idColumn('clock').primaryKey(),
  now: instantColumn().notNull(),
  /** Set while an advance runs (G89): one at a time, taken over where its process has died. */
  advancingTo: instantColumn(),
  advanceLeaseUntil: instantColumn(),
  createdAt: instantColumn().notNull().default(sql`now()`),
})

/** Keys of the machine interface, kept as a hash (G83): the operator's act on every organization, an organization's own only read it. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: idColumn('key').primaryKey(),
    /** Null: the operator's. */
    organizationId: idColumn('org'),
    label: text().notNull(),
    hash: text().notNull().unique(),
    /** The last characters of the key, by which a person knows it again. Null: made before they were kept. */
    hint: text(),
    scope: text({ enum: ['admin', 'usage', 'read'] }).notNull(),
    /** As in the activity: `mem_…`, or null where the operator made it. */
    createdBy: text(),
    createdAt: instantColumn().notNull().default(sql`now()`),
    /** To the minute, wall time. */
    lastUsedAt: instantColumn(),
    revokedAt: instantColumn(),
  },
  (key) => [index('api_keys_of_organization').on(key.organizationId, key.id).where(sql`revoked_at is null`)],
)

/** Every notification of the payment provider, once by its id; a worker reads its subject back and settles (payments are never settled from its content). */
export const webhookInbox = pgTable(
  'webhook_inbox',
  {
    id: text().primaryKey(),
    type: text().notNull(),
    subject: jsonb().$type<{ kind: string; [reference: string]: string | null }>().notNull(),
    state: text({ enum: ['pending', 'done', 'ignored'] }).notNull(),
    tries: integer().notNull().default(0),
    nextTryAt: instantColumn().notNull(),
    error: text(),
    /** When it came, or, where it never did, when it was found. */
    receivedAt: instantColumn().notNull(),
    /** It never came: it was found among what the provider remembers. */
    missed: boolean().notNull().default(false),
  },
  (notification) => [
    // Asked by every probe and every scrape, however many were ever received.
    index('webhook_inbox_by_age').on(notification.receivedAt),
    index('webhook_inbox_missed').on(notification.missed, notification.receivedAt),
    index('webhook_inbox_pending').on(notification.receivedAt).where(sql`state = 'pending'`),
  ],
)

/** How far each of the provider's lists has been gone through, so that no night begins where another has been. */
export const providerReadings = pgTable('provider_readings', {
  list: text({ enum: ['notifications', 'collected', 'refunds'] }).primaryKey(),
  /** Everything before it has been gone through. */
  since: instantColumn().notNull(),
  /** Until when it is being gone through now; null: nothing is under way. */
  until: instantColumn(),
  /** What the last page of it ended with, in the provider's name; null: none has been read. */
  after: text(),
})

/** The last full runs of the books, for the operator and `GET /books`. */
export const booksRuns = pgTable(
  'books_runs',
  {
    id: uuid().primaryKey(),
    asOf: instantColumn().notNull(),
    entries: integer().notNull(),
    organizations: integer().notNull(),
    differences: jsonb().$type<{ organization: string; check: string; expected: string; found: string; about: string }[]>().notNull(),
  },
  (run) => [index('books_runs_by_age').on(run.asOf)],
)

/** Mail that the built-in mailbox took in, in demo mode only. */
export const sandboxMails = pgTable('sandbox_mails', {
  id: uuid().primaryKey(),
  sender: text().notNull(),
  recipients: text().array().notNull(),
  subject: text().notNull(),
  text: text().notNull(),
  html: text(),
  receivedAt: instantColumn().notNull(),
})

export type BooksDifference = (typeof booksRuns.$inferSelect)['differences'][number]
export type CatalogVersionRow = typeof catalogVersions.$inferSelect & { publishedAt: Instant }
