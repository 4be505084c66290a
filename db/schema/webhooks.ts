import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn, tracedColumn } from '../columns'
import { organizations } from './organizations'

/** Where events are sent (G86): to an organization's own addresses its own events, to the operator's (without an organization) all. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    /** Null: the operator's. */
    organizationId: idColumn('org').references(() => organizations.id),
    id: idColumn('whk').primaryKey(),
    url: text().notNull(),
    description: text().notNull().default(''),
    /** Types, or `*`. */
    events: text().array().notNull(),
    /** Sealed (`lib/platform/sealed-secret.ts`). */
    secret: text().notNull(),
    /** Signs beside the new one until then, so that the receiver can change over. */
    previousSecret: text(),
    previousSecretUntil: instantColumn(),
    createdBy: text().notNull(),
    createdAt: instantColumn().notNull().default(sql`now()`),
    /** Nothing is sent any more, until somebody enables it again. */
    disabledAt: instantColumn(),
    disabledBecause: text({ enum: ['by_hand', 'failing', 'gone'] }),
    /** Since when nothing has got through; null: the last delivery did. */
    failingSince: instantColumn(),
    deletedAt: instantColumn(),
  },
  (endpoint) => [index('webhook_endpoints_live').on(endpoint.organizationId, endpoint.id).where(sql`deleted_at is null`)],
)

/** The outbox: what happened, written in the transaction of what happened, and spread over the endpoints by the worker. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    /** Null: a test of the operator's. */
    organizationId: idColumn('org').references(() => organizations.id),
    id: idColumn('evt').primaryKey(),
    type: text().notNull(),
    /** What is read afresh when it is sent. */
    subjectKind: text({ enum: ['organization', 'member', 'subscription', 'usage', 'invoice', 'credits', 'webhook_endpoint'] }).notNull(),
    subjectId: text().notNull(),
    /** So that one fact is told once where it can be noticed twice; null: it cannot. */
    fact: text(),
    /** Billing time of the fact. */
    at: instantColumn().notNull(),
    /** Wall time. */
    writtenAt: instantColumn().notNull(),
    spreadAt: instantColumn(),
    /** Of the trace in which it was written (W3C), so that its delivery is a part of that; by default the transaction’s. */
    traceparent: tracedColumn(),
  },
  (event) => [
    uniqueIndex('webhook_events_once').on(event.organizationId, event.type, event.fact).where(sql`fact is not null`),
    index('webhook_events_to_spread').on(event.id).where(sql`spread_at is null`),
    index('webhook_events_of_blocks').on(event.organizationId, event.subjectId, event.id).where(sql`type in ('usage.blocked', 'usage.unblocked')`),
    index('webhook_events_by_age').on(event.writtenAt),
  ],
)

/** One event on its way to one endpoint; wall time throughout. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    organizationId: idColumn('org').references(() => organizations.id),
    id: idColumn('del').primaryKey(),
    endpointId: idColumn('whk')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    eventId: idColumn('evt')
      .notNull()
      .references(() => webhookEvents.id, { onDelete: 'cascade' }),
    type: text().notNull(),
    /** To the operator's endpoint: not the organization's to see. */
    forOperator: boolean().notNull(),
    state: text({ enum: ['queued', 'delivered', 'failed'] }).notNull(),
    tries: integer().notNull().default(0),
    createdAt: instantColumn().notNull(),
    /** When it was first to be sent, or was last sent again by hand: from then on its three days count. */
    dueSince: instantColumn().notNull(),
    nextTryAt: instantColumn(),
    /** Of the last try: what was sent and what was answered. */
    triedAt: instantColumn(),
    requestBody: text(),
    responseStatus: integer(),
    responseBody: text(),
    durationMs: integer(),
    /** Why there was no answer, or none that counts. */
    error: text(),
  },
  (delivery) => [
    index('webhook_deliveries_of_endpoint').on(delivery.endpointId, delivery.id),
    index('webhook_deliveries_due').on(delivery.endpointId, delivery.nextTryAt).where(sql`next_try_at is not null`),
    index('webhook_deliveries_by_age').on(delivery.createdAt),
    index('webhook_deliveries_of_event').on(delivery.eventId),
  ],
)
