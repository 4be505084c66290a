import { sql } from 'drizzle-orm'
import { boolean, check, date, foreignKey, index, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { exactColumn, idColumn, instantColumn, minorColumn } from '../columns'
import { documents } from './documents'
import { organizations } from './organizations'

/** Credit that the engine issued (C6), drawn down oldest first. Below zero: an amount too small to charge, for the next invoice. */
export const creditGrants = pgTable(
  'credit_grants',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('grant').notNull(),
    source: text({ enum: ['credit_note', 'carried_forward', 'released', 'orphan_payment', 'contribution', 'adjustment'] }).notNull(),
    documentId: idColumn('inv'),
    amount: minorColumn().notNull(),
    remaining: minorColumn().notNull(),
    grantedAt: instantColumn().notNull(),
    /** The operator's, of what they gave; credit that a rule has issued lasts. */
    expiresAt: instantColumn(),
    /** What was left when it ended. */
    expiredAmount: minorColumn().notNull().default(sql`0`),
    /** The payment at the provider that it came from, where no payment of ours has it: money for no invoice (G80). */
    providerRef: text().unique(),
  },
  (grant) => [
    primaryKey({ columns: [grant.organizationId, grant.id] }),
    index('credit_grants_live').on(grant.organizationId, grant.grantedAt, grant.id).where(sql`remaining <> 0`),
    index('credit_grants_expiry').on(grant.expiresAt).where(sql`remaining > 0 and expires_at is not null`),
  ],
)

/** Which grant paid for which document, so that voiding gives it back (G66). */
export const creditUses = pgTable(
  'credit_uses',
  {
    organizationId: idColumn('org').notNull(),
    documentId: idColumn('inv').notNull(),
    grantId: idColumn('grant').notNull(),
    amount: minorColumn().notNull(),
    releasedAt: instantColumn(),
  },
  (use) => [
    primaryKey({ columns: [use.organizationId, use.documentId, use.grantId] }),
    foreignKey({ columns: [use.organizationId, use.documentId], foreignColumns: [documents.organizationId, documents.id] }),
    foreignKey({ columns: [use.organizationId, use.grantId], foreignColumns: [creditGrants.organizationId, creditGrants.id] }),
  ],
)

/**
 * What went back of a payment that is kept as credit (G80): a refund that was made at the provider, or a dispute. `amount` is what went back, `credit`
 * what of the grant was left and went with it; the rest had been spent. `open`: the bank has not decided. `undone`: it decided for us, or the refund was sent back.
 */
export const creditReversals = pgTable(
  'credit_reversals',
  {
    organizationId: idColumn('org').notNull(),
    grantId: idColumn('grant').notNull(),
    /** The refund's or the dispute's. */
    providerRef: text().notNull().unique(),
    cause: text({ enum: ['refund', 'dispute'] }).notNull(),
    state: text({ enum: ['open', 'taken', 'undone'] }).notNull(),
    amount: minorColumn().notNull(),
    credit: minorColumn().notNull().default(sql`0`),
    /** How often it has changed since it was first heard of. */
    turn: smallint().notNull().default(0),
    /** As of payments: the operator lets purchases by themselves go on after a lost dispute. */
    stopLiftedAt: instantColumn(),
    createdAt: instantColumn().notNull(),
  },
  (reversal) => [
    primaryKey({ columns: [reversal.organizationId, reversal.grantId, reversal.providerRef] }),
    foreignKey({ columns: [reversal.organizationId, reversal.grantId], foreignColumns: [creditGrants.organizationId, creditGrants.id] }),
    check('credit_reversals_credit', sql`${reversal.credit} between 0 and ${reversal.amount}`),
  ],
)

/** Credit that was bought: a lot of its own, with an end, drawn down by every unit; first the one that ends first (P5). */
export const prepaidGrants = pgTable(
  'prepaid_grants',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('grant').notNull(),
    source: text({ enum: ['purchase', 'auto_recharge', 'adjustment'] }).notNull(),
    documentId: idColumn('inv'),
    currency: text().notNull(),
    amount: exactColumn().notNull(),
    /** `amount` less what paid an earlier debt, was drawn down, went back with its payment, or has expired. */
    remaining: exactColumn().notNull(),
    grantedAt: instantColumn().notNull(),
    expiresAt: instantColumn().notNull(),
    /** What was left when it ended. */
    expiredAmount: exactColumn(),
    /** The notices before its end that were sent: the fewest days of them. */
    noticedDays: smallint(),
  },
  (grant) => [
    primaryKey({ columns: [grant.organizationId, grant.id] }),
    check('prepaid_grants_remaining', sql`${grant.remaining} >= 0`),
    index('prepaid_grants_live').on(grant.organizationId, grant.expiresAt, grant.id).where(sql`remaining > 0`),
    index('prepaid_grants_ended').on(grant.organizationId, grant.expiresAt).where(sql`expired_amount is not null`),
    index('prepaid_grants_expiry').on(grant.expiresAt).where(sql`remaining > 0`),
  ],
)

/** What drew a grant down, by meter and day; posted to the ledger once a day (decision 6). */
export const prepaidDraws = pgTable(
  'prepaid_draws',
  {
    organizationId: idColumn('org').notNull(),
    grantId: idColumn('grant').notNull(),
    /** UTC, in the organization's time. */
    day: date({ mode: 'string' }).notNull(),
    /** `debt`: what the grant paid of an earlier debt; `inv_…`: what it paid of that invoice (G70); `refund:…`, `dispute:…`: what was left when its payment went back so (G80). */
    meter: text().notNull(),
    amount: exactColumn().notNull(),
    /** Of it, what stands in the ledger. */
    posted: exactColumn().notNull(),
  },
  (draw) => [
    primaryKey({ columns: [draw.organizationId, draw.grantId, draw.day, draw.meter] }),
    foreignKey({ columns: [draw.organizationId, draw.grantId], foreignColumns: [prepaidGrants.organizationId, prepaidGrants.id] }),
    index('prepaid_draws_latest').on(draw.organizationId, draw.day, draw.meter),
    index('prepaid_draws_unposted').on(draw.day).where(sql`amount <> posted`),
  ],
)

/** One organization's prepaid account: what it owes beyond its grants, and how it is refilled by itself (P4, P7). */
export const prepaidAccounts = pgTable(
  'prepaid_accounts',
  {
    organizationId: idColumn('org')
      .primaryKey()
      .references(() => organizations.id),
    currency: text().notNull(),
    /** Usage that no grant could pay: the next purchase pays it first (P7). */
    debt: exactColumn().notNull(),
    /** Of it, what stands in the ledger. */
    debtPosted: exactColumn().notNull(),
    recharge: boolean().notNull().default(false),
    /** Minor units, as the rest. */
    rechargeThreshold: minorColumn(),
    rechargeAmount: minorColumn(),
    rechargeMonthlyLimit: minorColumn(),
    /** True while the next fall below the threshold buys (G72). */
    armed: boolean().notNull().default(false),
    failuresInARow: smallint().notNull().default(0),
    /** What the last purchase bought; null once it was told that little of it is left. */
    lastPurchase: exactColumn(),
  },
  (account) => [check('prepaid_accounts_debt', sql`${account.debt} >= 0`)],
)
