import { boolean, date, index, integer, jsonb, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { hashColumn, idColumn, instantColumn, unitsColumn } from '../columns'

// Partitioned tables: created by hand in the migration, because drizzle-kit cannot say PARTITION BY. Here for queries only.

/** What was reported, as it was reported; only ever added to. Partitioned by day of receipt (wall time). */
export const usageEvents = pgTable(
  'usage_events',
  {
    organizationId: idColumn('org').notNull(),
    /** The caller's own id, unique an organization (`usage_event_ids` holds it so). */
    id: text().notNull(),
    subscriptionId: idColumn('sub').notNull(),
    meter: text().notNull(),
    quantity: unitsColumn().notNull(),
    key: text(),
    properties: jsonb().$type<Record<string, string | number | boolean | null>>(),
    /** Billing time, which decides the period (C8). */
    timestamp: instantColumn().notNull(),
    periodStart: instantColumn().notNull(),
    segment: smallint().notNull(),
    receivedAt: instantColumn().notNull(),
    /** False: kept, and not counted, by the meter's filter (S2). */
    billable: boolean().notNull().default(true),
  },
  (event) => [index('usage_events_of_subscription').on(event.organizationId, event.subscriptionId, event.receivedAt)],
)

/** First answers by idempotency key (C7, G22), for 30 days. Partitioned by day of receipt. */
export const idempotencyAnswers = pgTable(
  'idempotency_answers',
  {
    receivedOn: date({ mode: 'string' }).notNull(),
    /** API key or user, method and path. */
    scope: text().notNull(),
    key: text().notNull(),
    organizationId: idColumn('org'),
    bodyHash: hashColumn().notNull(),
    /** Null while a flow's outcome is not known: then the answer is made from the document as it is. */
    status: integer(),
    body: jsonb().$type<unknown>(),
    documentId: idColumn('inv'),
  },
  (answer) => [primaryKey({ columns: [answer.receivedOn, answer.scope, answer.key] })],
)
