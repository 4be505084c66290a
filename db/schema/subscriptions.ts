import { sql } from 'drizzle-orm'
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, smallint, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { exactColumn, idColumn, instantColumn, minorColumn, unitsColumn } from '../columns'
import { organizations } from './organizations'

const interval = () => text({ enum: ['month', 'year'] })

/** What an organization holds of one product. The row lives on over changes, cancellation to free and renewals. */
export const subscriptions = pgTable(
  'subscriptions',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('sub').notNull(),
    product: text().notNull(),
    catalogVersion: integer().notNull(),
    plan: text().notNull(),
    interval: interval().notNull(),
    status: text({ enum: ['active', 'past_due', 'unpaid', 'awaiting_payment', 'canceled'] }).notNull(),
    anchor: instantColumn().notNull(),
    periodStart: instantColumn().notNull(),
    /** The due row of renewals and cancellations: a sweep takes what has passed. */
    periodEnd: instantColumn().notNull(),
    /** The running period's day count, as it was made: newer terms do not change it (C3). */
    cycleDays: integer().notNull(),
    /** Cash refunded for the running period that a change has taken off its credit, so that none is taken off twice (G67). */
    refundedTaken: minorColumn().notNull().default(sql`0`),
    cancelAt: instantColumn(),
    pendingPlan: text(),
    pendingInterval: interval(),
    pendingEffectiveAt: instantColumn(),
    /** The version in which the pending plan was quoted. */
    pendingCatalogVersion: integer(),
    downgradedAt: instantColumn(),
    /** Null: its first payment has not come in, so it never began. */
    startedAt: instantColumn(),
    endedAt: instantColumn(),
    /** Why its renewal was set aside; the others went on (decision 7). */
    renewalError: text(),
  },
  (subscription) => [
    primaryKey({ columns: [subscription.organizationId, subscription.id] }),
    unique('subscriptions_id').on(subscription.id),
    uniqueIndex('subscriptions_one_live').on(subscription.organizationId, subscription.product).where(sql`ended_at is null`),
    index('subscriptions_due')
      .on(subscription.periodEnd, subscription.organizationId, subscription.id)
      .where(sql`ended_at is null and status <> 'awaiting_payment' and renewal_error is null`),
  ],
)

/**
 * Counters: usage of one meter under unchanged terms (see `UsageSegment` in the core). The running one is the hot row,
 * so nothing that changes with every event is indexed and the page keeps room for HOT updates.
 */
export const usageSegments = pgTable(
  'usage_segments',
  {
    organizationId: idColumn('org').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    meter: text().notNull(),
    periodStart: instantColumn().notNull(),
    position: smallint().notNull(),
    startsAt: instantColumn().notNull(),
    periodEnd: instantColumn().notNull(),
    catalogVersion: integer().notNull(),
    plan: text().notNull(),
    interval: interval().notNull(),
    limitUnits: unitsColumn(),
    /** Null: the plan blocks at its limit. */
    overageUnitPrice: exactColumn(),
    countedAtStart: unitsColumn().notNull(),
    extraThreshold: unitsColumn(),
    units: unitsColumn().notNull().default(sql`0`),
    billedUnits: unitsColumn().notNull().default(sql`0`),
    billedAmount: minorColumn().notNull().default(sql`0`),
    /** Late usage came in after the period was invoiced and waits for the next invoice (C8). */
    hasLateUsage: boolean().notNull().default(false),
  },
  (segment) => [
    primaryKey({ columns: [segment.organizationId, segment.subscriptionId, segment.meter, segment.periodStart, segment.position] }),
    foreignKey({ columns: [segment.organizationId, segment.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
    index('usage_segments_late').on(segment.organizationId, segment.subscriptionId).where(sql`has_late_usage`),
  ],
)

/** Closed periods, newest first by key: past usage cards and the overage history (A11). */
export const subscriptionPeriods = pgTable(
  'subscription_periods',
  {
    organizationId: idColumn('org').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    periodStart: instantColumn().notNull(),
    periodEnd: instantColumn().notNull(),
    /** Its day count, as it was made (C3). */
    cycleDays: integer().notNull(),
    plan: text().notNull(),
    interval: interval().notNull(),
    catalogVersion: integer().notNull(),
    /** Extra units of the whole period and what was charged for them, late usage included (G59). */
    overageUnits: unitsColumn().notNull(),
    overageAmount: minorColumn().notNull(),
    /** The invoice that billed them. */
    documentId: idColumn('inv'),
  },
  (period) => [
    primaryKey({ columns: [period.organizationId, period.subscriptionId, period.periodStart] }),
    foreignKey({ columns: [period.organizationId, period.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
    index('subscription_periods_with_overage').on(period.organizationId, period.subscriptionId, period.periodStart).where(sql`overage_units > 0`),
  ],
)

/** Thresholds that were told, or passed over by a jump past a higher one: once per period and limit (A5). */
export const usageAlerts = pgTable(
  'usage_alerts',
  {
    organizationId: idColumn('org').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    meter: text().notNull(),
    periodStart: instantColumn().notNull(),
    limitUnits: unitsColumn().notNull(),
    threshold: smallint().notNull(),
    passedOver: boolean().notNull(),
    usedUnits: unitsColumn().notNull(),
    firedAt: instantColumn().notNull(),
  },
  (alert) => [
    primaryKey({ columns: [alert.organizationId, alert.subscriptionId, alert.meter, alert.periodStart, alert.limitUnits, alert.threshold] }),
    foreignKey({ columns: [alert.organizationId, alert.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
  ],
)

/** What a dialog showed, kept so that it is what is charged (C10). */
export const quotes = pgTable(
  'quotes',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('quote').notNull(),
    /** Null: the quote of a first subscription. */
    subscriptionId: idColumn('sub'),
    product: text().notNull(),
    catalogVersion: integer().notNull(),
    plan: text().notNull(),
    interval: interval().notNull(),
    /** The decision as data, amounts as strings (see `lib/billing/commands/quote-record.ts`). */
    decision: jsonb().$type<unknown>().notNull(),
    state: text({ enum: ['open', 'used'] }).notNull(),
    createdAt: instantColumn().notNull(),
    expiresAt: instantColumn().notNull(),
  },
  (quote) => [primaryKey({ columns: [quote.organizationId, quote.id] }), index('quotes_by_age').on(quote.createdAt)],
)

/** A paid action between its two transactions (G79): what takes effect when its invoice is paid. */
export const pendingActions = pgTable(
  'pending_actions',
  {
    organizationId: idColumn('org').notNull(),
    documentId: idColumn('inv').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    kind: text({ enum: ['subscribe', 'change'] }).notNull(),
    quoteId: idColumn('quote'),
    actor: text().notNull(),
    /** The decision as data, to be applied as it was quoted. */
    decision: jsonb().$type<unknown>().notNull(),
    /** At most 24 hours, never past the period's end; billing time. */
    expiresAt: instantColumn().notNull(),
    state: text({ enum: ['waiting', 'applied', 'dropped'] }).notNull(),
  },
  (action) => [
    primaryKey({ columns: [action.organizationId, action.documentId] }),
    uniqueIndex('pending_actions_one').on(action.organizationId, action.subscriptionId).where(sql`state = 'waiting'`),
    index('pending_actions_due').on(action.expiresAt).where(sql`state = 'waiting'`),
    foreignKey({ columns: [action.organizationId, action.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
  ],
)
