import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, jsonb, pgEnum, pgTable, primaryKey, smallint, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn, minorColumn, tracedColumn } from '../columns'
import { testClocks } from './installation'

/** A person who signs in; may belong to many organizations. */
export const users = pgTable('users', {
  id: idColumn('user').primaryKey(),
  /** In lower case. */
  email: text().notNull().unique(),
  name: text(),
  passwordHash: text(),
  /** Raised to end every session at once (password change, sign out everywhere). */
  sessionVersion: integer().notNull().default(1),
  /** The language of their pages and mails, as `lib/locale.ts` names it; null until they have been here. */
  locale: text(),
  createdAt: instantColumn().notNull().default(sql`now()`),
})

/** What documents are printed in. */
export const DOCUMENT_LANGUAGES = ['en', 'de'] as const
export type DocumentLanguage = (typeof DOCUMENT_LANGUAGES)[number]

export type BillingDetails = { name?: string; address?: string; country?: string; taxId?: string; emails?: string[] }

export const organizations = pgTable(
  'organizations',
  {
    id: idColumn('org').primaryKey(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    currency: text().notNull(),
    country: text(),
    externalId: text().unique(),
    metadata: jsonb().$type<Record<string, string>>().notNull().default({}),
    billing: jsonb().$type<BillingDetails>().notNull().default({}),
    /** Of its invoices and credit notes. */
    language: text({ enum: DOCUMENT_LANGUAGES }).notNull().default('en'),
    /** Its people see nothing of it before signing in takes them two steps. */
    secondStepRequired: boolean().notNull().default(false),
    trustTier: smallint().notNull().default(1),
    registeredAt: instantColumn().notNull(),
    testClockId: idColumn('clock').references(() => testClocks.id, { onDelete: 'restrict' }),
    /** The payment provider's name for this customer. */
    payerRef: text().unique(),
    createdAt: instantColumn().notNull().default(sql`now()`),
    deletedAt: instantColumn(),
    /** What was personal in it is gone, some days after it was closed (A14). */
    erasedAt: instantColumn(),
  },
  (organization) => [
    // Closed ones whose people are still named.
    index('organizations_to_erase').on(organization.deletedAt).where(sql`deleted_at is not null and erased_at is null`),
    check('organizations_slug_form', sql`${organization.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`),
    index('organizations_by_clock').on(organization.testClockId),
  ],
)

export const memberRole = pgEnum('member_role', ['owner', 'admin', 'billing', 'member'])

export const members = pgTable(
  'members',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('mem').notNull(),
    userId: idColumn('user')
      .notNull()
      .references(() => users.id),
    role: memberRole().notNull(),
    addedAt: instantColumn().notNull(),
    /** Null until the invitation was accepted. */
    joinedAt: instantColumn(),
    removedAt: instantColumn(),
    /** Credit of their own that they may give to the team (T10, G74). */
    personalCredit: minorColumn().notNull().default(sql`0`),
  },
  (member) => [
    primaryKey({ columns: [member.organizationId, member.id] }),
    unique('members_id').on(member.id),
    uniqueIndex('members_once').on(member.organizationId, member.userId).where(sql`removed_at is null`),
    index('members_by_user').on(member.userId),
  ],
)

/** A link by mail that lets its reader become the member. Only the token's hash is kept. */
export const invitations = pgTable(
  'invitations',
  {
    organizationId: idColumn('org').notNull(),
    memberId: idColumn('mem').notNull(),
    tokenHash: text().notNull().unique(),
    invitedBy: text().notNull(),
    /** Wall time. */
    expiresAt: instantColumn().notNull(),
    acceptedAt: instantColumn(),
    createdAt: instantColumn().notNull().default(sql`now()`),
  },
  (invitation) => [
    primaryKey({ columns: [invitation.organizationId, invitation.memberId, invitation.tokenHash] }),
    foreignKey({ columns: [invitation.organizationId, invitation.memberId], foreignColumns: [members.organizationId, members.id] }),
  ],
)

/** Files of everything that an organization has here, begun by whom and when; wall time throughout. */
export const dataExports = pgTable(
  'data_exports',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('exp').notNull(),
    actor: text().notNull(),
    startedAt: instantColumn().notNull(),
    /** It is given up by then, so that one whose process has died bars no other for long. */
    endsBy: instantColumn().notNull(),
    endedAt: instantColumn(),
  },
  (row) => [primaryKey({ columns: [row.organizationId, row.id] })],
)

/** The card on file. */
export const paymentMethods = pgTable('payment_methods', {
  organizationId: idColumn('org')
    .primaryKey()
    .references(() => organizations.id),
  methodRef: text().notNull(),
  brand: text().notNull(),
  last4: text().notNull(),
  expMonth: smallint().notNull(),
  expYear: smallint().notNull(),
  /** The bank said never again (lost, stolen, expired): no further charge with this card (G65). */
  refusedForGood: boolean().notNull().default(false),
  setAt: instantColumn().notNull(),
})

/** A hosted card page that was begun; what may come back from it. */
export const methodSetups = pgTable(
  'method_setups',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    setupRef: text().notNull(),
    state: text({ enum: ['open', 'complete', 'expired'] }).notNull(),
    /** What the page said that saving collects; another amount is not collected (G81). */
    expectedAmountDue: minorColumn().notNull(),
    createdAt: instantColumn().notNull(),
  },
  (setup) => [primaryKey({ columns: [setup.organizationId, setup.setupRef] }), unique('method_setups_ref').on(setup.setupRef)],
)

/** Who did what, when (billing time), for the customer to read; only ever added to. */
export const auditLog = pgTable(
  'audit_log',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('aud').notNull(),
    at: instantColumn().notNull(),
    /** `mem_…`, `operator` or `system`. */
    actor: text().notNull(),
    /** Which operator, where one acted from the desk: filled by its default, from who the transaction was opened for. */
    operatorId: idColumn('op').default(sql`nullif(current_setting('app.operator_id', true), '')::uuid`),
    action: text().notNull(),
    target: text().notNull(),
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
  },
  (entry) => [
    primaryKey({ columns: [entry.organizationId, entry.id] }),
    // What one person did is found without reading what the clock did.
    index('audit_log_by_actor').on(entry.organizationId, entry.actor, entry.id),
  ],
)

/** Messages to people, due until sent (at least once); wall time. */
export const messages = pgTable(
  'messages',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('msg').notNull(),
    kind: text().notNull(),
    channel: text({ enum: ['email', 'slack', 'discord', 'telegram'] }).notNull(),
    /** An address; of a chat, the channel's id. */
    recipient: text().notNull(),
    /** Null: a mail. Without a reference, because the log outlives the channel. */
    channelId: idColumn('chan'),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    /** The fact that it tells of, so that one fact is told once. */
    fact: text().notNull(),
    /** Billing time of the fact. */
    at: instantColumn().notNull(),
    state: text({ enum: ['queued', 'sent', 'failed'] }).notNull(),
    tries: integer().notNull().default(0),
    nextTryAt: instantColumn(),
    error: text(),
    sentAt: instantColumn(),
    /** Of the trace in which it was written, as of a webhook’s event. */
    traceparent: tracedColumn(),
  },
  (message) => [
    primaryKey({ columns: [message.organizationId, message.id] }),
    uniqueIndex('messages_once').on(message.organizationId, message.fact, message.kind, message.channel, message.recipient),
    // Apart, so that no chat that is dead stands before a mail.
    index('messages_mail_due').on(message.nextTryAt).where(sql`next_try_at is not null and channel = 'email'`),
    index('messages_chat_due').on(message.channelId, message.nextTryAt).where(sql`next_try_at is not null and channel <> 'email'`),
    index('messages_of_channel').on(message.organizationId, message.channelId, message.id).where(sql`channel_id is not null`),
    index('messages_failed').on(message.organizationId, message.id).where(sql`state = 'failed'`),
  ],
)
