import { sql } from 'drizzle-orm'
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, smallint, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
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
    status: text({ enum: ['trialing', 'active', 'past_due', 'unpaid', 'awaiting_payment', 'canceled'] }).notNull(),
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
    /** What waits: a change of plan, or the same yearly term begun anew (G42). */
    pendingKind: text({ enum: ['change', 'resubscribe'] }),
    downgradedAt: instantColumn(),
    /** The end of its trial, kept when that is over: there is one an organization (T9, G69). */
    trialEnd: instantColumn(),
    /** Units, above the plan's limit (S1). */
    hardLimit: unitsColumn(),
    /** The highest hard limit that the operator has approved (S8); null: the product's own. */
    hardLimitMaximum: unitsColumn(),
    payAsYouGo: boolean().notNull().default(false),
    /** Minor units a billing month (B6); null: no cap. */
    payAsYouGoCap: minorColumn(),
    autoUpgrade: boolean().notNull().default(false),
    autoRenew: boolean().notNull().default(false),
    /** An automatic purchase of this period has failed and is not tried again, except after a new card (G95). */
    autoPurchaseFailedAt: instantColumn(),
    /** Seats that the running period is paid for; null where the product sells none. */
    seatsPaid: integer(),
    /** A month from the anchor's day: what a spending cap counts by, on a yearly plan too (B6). */
    billingMonthStart: instantColumn().notNull(),
    /** The next monthly review of a longer period: seats and pay-as-you-go (T2, G53); a due row. Null: the period is no longer than a month. */
    reviewAt: instantColumn(),
    /** The end of a yearly period that was told of ahead: a due row until it is this period's. */
    noticedEnd: instantColumn(),
    /** Pay-as-you-go of this billing month under earlier terms, rated (G92). */
    capSpentBefore: minorColumn().notNull().default(sql`0`),
    /** Null: its first payment has not come in, so it never began. */
    startedAt: instantColumn(),
    endedAt: instantColumn(),
    /** Why its renewal was set aside; the others went on (decision 7). */
    renewalError: text(),
  },
  (subscription) => [
    primaryKey({ columns: [subscription.organizationId, subscription.id] }),
    unique('subscriptions_id').on(subscription.id),
    // One of a product, and beside a free one at most one that waits for its first payment (G9).
    uniqueIndex('subscriptions_one_live').on(subscription.organizationId, subscription.product).where(sql`ended_at is null and status <> 'awaiting_payment'`),
    uniqueIndex('subscriptions_one_awaiting')
      .on(subscription.organizationId, subscription.product)
      .where(sql`ended_at is null and status = 'awaiting_payment'`),
    index('subscriptions_due')
      .on(subscription.periodEnd, subscription.organizationId, subscription.id)
      .where(sql`ended_at is null and status <> 'awaiting_payment' and renewal_error is null`),
    // A term that is begun anew ends before its period does (B4).
    index('subscriptions_resubscribe_due').on(subscription.pendingEffectiveAt).where(sql`pending_kind = 'resubscribe' and ended_at is null`),
    index('subscriptions_notice_due')
      .on(subscription.periodEnd)
      .where(sql`interval = 'year' and ended_at is null and cancel_at is null and noticed_end is distinct from period_end`),
    // Renewals that somebody has to look at: the operator's queue.
    index('subscriptions_set_aside').on(subscription.id).where(sql`renewal_error is not null and ended_at is null`),
    index('subscriptions_review_due').on(subscription.reviewAt).where(sql`review_at is not null and ended_at is null`),
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
    overLimit: text({ enum: ['block', 'overage', 'pay_as_you_go', 'blocks', 'arrears', 'prepaid'] }).notNull(),
    /** What a unit costs that is paid for by itself; null: none is. */
    unitPrice: exactColumn(),
    /** Units to a block, where they are charged so (S3). */
    blockUnits: unitsColumn(),
    countedAtStart: unitsColumn().notNull(),
    extraThreshold: unitsColumn(),
    /** Null: no bound. */
    extraMaximum: unitsColumn(),
    /** Extra units, and what was billed of them, when the running billing month began (G53). */
    extraAtMonthStart: unitsColumn().notNull().default(sql`0`),
    billedAtMonthStart: minorColumn().notNull().default(sql`0`),
    units: unitsColumn().notNull().default(sql`0`),
    billedUnits: unitsColumn().notNull().default(sql`0`),
    billedAmount: minorColumn().notNull().default(sql`0`),
    /** Late usage came in after the period was invoiced and waits for the next invoice (C8). */
    hasLateUsage: boolean().notNull().default(false),
    /** The sum of its events, taken when no more could come (C8), so that they may be deleted; null until then. */
    sealedUnits: unitsColumn(),
    sealedAt: instantColumn(),
  },
  (segment) => [
    primaryKey({ columns: [segment.organizationId, segment.subscriptionId, segment.meter, segment.periodStart, segment.position] }),
    foreignKey({ columns: [segment.organizationId, segment.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
    index('usage_segments_late').on(segment.organizationId, segment.subscriptionId).where(sql`has_late_usage`),
    // The due row of sealing.
    index('usage_segments_unsealed').on(segment.periodEnd).where(sql`sealed_at is null`),
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
    /** Null: a purchase of credit, which belongs to the organization. */
    subscriptionId: idColumn('sub'),
    kind: text({ enum: ['subscribe', 'change', 'auto_upgrade', 'auto_renew', 'purchase', 'auto_recharge', 'pro_forma'] }).notNull(),
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
    uniqueIndex('pending_actions_one').on(action.organizationId, action.subscriptionId).where(sql`state = 'waiting' and subscription_id is not null`),
    // One recharge at a time (P4).
    uniqueIndex('pending_actions_one_recharge').on(action.organizationId).where(sql`state = 'waiting' and kind = 'auto_recharge'`),
    index('pending_actions_due').on(action.expiresAt).where(sql`state = 'waiting'`),
    foreignKey({ columns: [action.organizationId, action.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
  ],
)

/** Members who came and went since the seats were last reviewed (T1 to T4): what the next review, or a change before it, settles. */
export const seatChanges = pgTable(
  'seat_changes',
  {
    organizationId: idColumn('org').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    id: uuid().notNull(),
    memberId: idColumn('mem').notNull(),
    type: text({ enum: ['joined', 'left'] }).notNull(),
    at: instantColumn().notNull(),
    /** Of one who left: when they joined, where no review has settled that yet (T5b). */
    joinedAt: instantColumn(),
    settledAt: instantColumn(),
  },
  (change) => [
    primaryKey({ columns: [change.organizationId, change.subscriptionId, change.id] }),
    foreignKey({ columns: [change.organizationId, change.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
    index('seat_changes_open').on(change.organizationId, change.subscriptionId).where(sql`settled_at is null`),
  ],
)

/** Units that were set aside for a gateway, which decides by itself (G61). They count in the period in which they were granted. */
export const usageLeases = pgTable(
  'usage_leases',
  {
    organizationId: idColumn('org').notNull(),
    id: idColumn('lease').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    meter: text().notNull(),
    periodStart: instantColumn().notNull(),
    segment: smallint().notNull(),
    granted: unitsColumn().notNull(),
    /** What the units that are set aside cost, where a balance pays for them. */
    reservedAmount: exactColumn().notNull(),
    /** Extra units that the segment could have when it was granted, which a setting may have lowered since; null: any number. */
    extraMaximum: unitsColumn(),
    grantedAt: instantColumn().notNull(),
    /** Billing time: its time to live, or the period's end. */
    expiresAt: instantColumn().notNull(),
    /** Wall time, by which it ends on a test clock too. */
    expiresAtWall: instantColumn().notNull(),
    settledUnits: unitsColumn(),
    settledAt: instantColumn(),
  },
  (lease) => [
    primaryKey({ columns: [lease.organizationId, lease.id] }),
    unique('usage_leases_id').on(lease.id),
    foreignKey({ columns: [lease.organizationId, lease.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
    // By its end: what processes that have gone never settled is not read again at each decision.
    index('usage_leases_held').on(lease.organizationId, lease.subscriptionId, lease.expiresAtWall).where(sql`settled_at is null`),
  ],
)

/** A higher hard limit that was asked for (S8). */
export const limitRequests = pgTable(
  'limit_requests',
  {
    organizationId: idColumn('org').notNull(),
    id: idColumn('lim').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    hardLimit: unitsColumn().notNull(),
    useCase: text().notNull(),
    status: text({ enum: ['pending', 'approved', 'declined'] }).notNull(),
    requestedBy: text().notNull(),
    createdAt: instantColumn().notNull(),
    decidedAt: instantColumn(),
    /** What the operator says to it. */
    decisionReason: text(),
  },
  (request) => [
    primaryKey({ columns: [request.organizationId, request.id] }),
    unique('limit_requests_id').on(request.id),
    index('limit_requests_pending').on(request.id).where(sql`status = 'pending'`),
    foreignKey({ columns: [request.organizationId, request.subscriptionId], foreignColumns: [subscriptions.organizationId, subscriptions.id] }),
  ],
)

/** A plan for one organization only (G10); never changed. */
export const customPlans = pgTable(
  'custom_plans',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: text().notNull(),
    product: text().notNull(),
    basedOn: text().notNull(),
    /** In the form of a plan of a product document. */
    document: jsonb().$type<unknown>().notNull(),
    createdAt: instantColumn().notNull(),
  },
  (plan) => [primaryKey({ columns: [plan.organizationId, plan.id] }), unique('custom_plans_id').on(plan.id)],
)
