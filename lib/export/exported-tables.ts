import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import * as tables from '../../db/schema'
import { type OrganizationId, uuidOf } from '../ids'

/** A table that an organization takes along. */
export type ExportedTable = {
  table: PgTable
  /** Of the file, without its ending. */
  file: string
  about: string
  /** Columns that stay, each with why. */
  without?: Record<string, string>
  /** Its rows are the organization's by another way than `organization_id`. */
  where?: (organizationId: OrganizationId) => SQL
  /** As a table for a spreadsheet too. */
  csv?: true
}

const SECRET = 'a secret'
const WORK = 'how the work of it goes on, which says nothing about it'
/** The only mail about an organization that goes to the operator’s own people (G80). */
const TO_OPERATORS = 'payment_disputed'

/** Everything of one organization, in the order of the archive. What is not here stands in `LEFT_OUT`; a test finds what is in neither. */
export const EXPORTED: readonly ExportedTable[] = [
  {
    table: tables.organizations,
    file: 'organization',
    about: 'The organization, its settings and what stands on its invoices.',
    where: (id) => eq(tables.organizations.id, id),
  },
  {
    table: tables.users,
    file: 'people',
    about: 'The people who belong or belonged to it, by the user_id of members.',
    without: { passwordHash: SECRET, sessionVersion: WORK },
    where: (id) => inArray(tables.users.id, sql`(SELECT m.user_id FROM members m WHERE m.organization_id = ${uuidOf('org', id)})`),
  },
  { table: tables.members, file: 'members', about: 'Who belongs to it, in which role, and until when.' },
  { table: tables.invitations, file: 'invitations', about: 'Invitations that were sent.', without: { tokenHash: SECRET } },
  { table: tables.subscriptions, file: 'subscriptions', about: 'What it subscribes to, ended ones too.' },
  { table: tables.subscriptionPeriods, file: 'subscription_periods', about: 'Billing periods that are closed.', csv: true },
  { table: tables.customPlans, file: 'custom_plans', about: 'Plans that were made for it.' },
  { table: tables.quotes, file: 'quotes', about: 'Prices that were shown for a change, with how they came about.' },
  { table: tables.pendingActions, file: 'pending_actions', about: 'Paid changes and purchases: what took effect when its invoice was paid.' },
  { table: tables.seatChanges, file: 'seat_changes', about: 'Members who came and went, as seats are billed.' },
  { table: tables.limitRequests, file: 'limit_requests', about: 'Higher limits that were asked for.' },
  { table: tables.documents, file: 'invoices', about: 'Invoices and credit notes.', csv: true },
  { table: tables.documentLines, file: 'invoice_lines', about: 'Their lines, each with its rule, its formula and its inputs.', csv: true },
  {
    table: tables.payments,
    file: 'payments',
    about: 'Payments of invoices.',
    without: { leaseToken: WORK, leaseUntil: WORK, confirmUrl: 'it lets its reader confirm a payment', returnUrl: WORK },
    csv: true,
  },
  { table: tables.disputes, file: 'disputes', about: 'Disputes about payments, and what each has taken.', csv: true },
  { table: tables.refunds, file: 'refunds', about: 'Refunds of payments.', csv: true },
  { table: tables.paymentMethods, file: 'payment_method', about: 'The card on file; its number is with the payment provider alone.' },
  { table: tables.methodSetups, file: 'payment_method_setups', about: 'Card pages that were opened.' },
  { table: tables.creditGrants, file: 'credit_grants', about: 'Credit that was given.', csv: true },
  { table: tables.creditUses, file: 'credit_uses', about: 'Which credit paid for which invoice.', csv: true },
  { table: tables.creditReversals, file: 'credit_reversals', about: 'What went back of payments that were kept as credit.', csv: true },
  { table: tables.prepaidAccounts, file: 'prepaid_account', about: 'How bought credit is refilled, and what is owed beyond it.' },
  { table: tables.prepaidGrants, file: 'prepaid_grants', about: 'Credit that was bought.', csv: true },
  { table: tables.prepaidDraws, file: 'prepaid_draws', about: 'What drew it down, by meter and day.', csv: true },
  { table: tables.ledgerPostings, file: 'ledger', about: 'The books: every fact about money, entered twice.', csv: true },
  { table: tables.usageSegments, file: 'usage_periods', about: 'Usage by meter and billing period, under the terms that held.', csv: true },
  { table: tables.usageRollups, file: 'usage_days', about: 'Usage by meter, key and month; `days` are the units of each day of it.', csv: true },
  { table: tables.usageEvents, file: 'usage_events', about: 'Usage as it was reported, for as long as it is kept.' },
  { table: tables.usageAlerts, file: 'usage_alerts', about: 'Thresholds that usage has reached.' },
  { table: tables.usageLeases, file: 'usage_leases', about: 'Units that were handed to gateways.' },
  { table: tables.auditLog, file: 'activity', about: 'Who did what, and when.', without: { operatorId: 'a person of the operator’s' } },
  {
    table: tables.messages,
    file: 'messages',
    about: 'Mails and chat messages that were sent.',
    without: { traceparent: WORK },
    where: (id) => sql`organization_id = ${uuidOf('org', id)} AND kind <> ${TO_OPERATORS}`,
  },
  { table: tables.notificationChannels, file: 'notification_channels', about: 'Chats that messages go to.', without: { sealedTarget: SECRET } },
  { table: tables.mailRoutes, file: 'mail_routes', about: 'Who gets which mails.' },
  { table: tables.mailMutes, file: 'mail_mutes', about: 'Mails that members switched off for themselves.' },
  { table: tables.apiKeys, file: 'api_keys', about: 'Its own API keys, without what opens anything.', without: { hash: SECRET } },
  {
    table: tables.webhookEndpoints,
    file: 'webhook_endpoints',
    about: 'Addresses that events are sent to.',
    without: { secret: SECRET, previousSecret: SECRET, previousSecretUntil: WORK },
  },
  { table: tables.webhookEvents, file: 'webhook_events', about: 'Events of it, for as long as they are kept.', without: { traceparent: WORK } },
  {
    table: tables.webhookDeliveries,
    file: 'webhook_deliveries',
    about: 'How they were delivered.',
    without: { forOperator: 'only its own are here' },
    where: (id) => sql`organization_id = ${uuidOf('org', id)} AND NOT for_operator`,
  },
  { table: tables.dataExports, file: 'exports', about: 'Files like this one that were taken.' },
]

const OPERATORS = 'the operator’s own'
const PERSONAL = 'a person’s own, in whichever organization: how they sign in'

/** Tables that nobody takes along, each with why. */
export const LEFT_OUT: Record<string, string> = {
  books_runs: OPERATORS,
  catalog_versions: OPERATORS,
  document_series: OPERATORS,
  ended_sessions: PERSONAL,
  idempotency_answers: 'repeats what was answered, of facts that are here',
  installation: OPERATORS,
  operator_changes: OPERATORS,
  operator_links: OPERATORS,
  operator_notices: OPERATORS,
  operator_sessions: OPERATORS,
  operator_visits: 'each stands in the activity',
  operators: OPERATORS,
  passkeys: PERSONAL,
  password_resets: PERSONAL,
  portal_sessions: 'ways in that work for minutes',
  provider_readings: OPERATORS,
  sandbox_mails: 'a mailbox for trying things out',
  second_factors: PERSONAL,
  sessions: PERSONAL,
  sign_in_identities: PERSONAL,
  sign_in_links: PERSONAL,
  sign_in_tries: PERSONAL,
  sign_ins: PERSONAL,
  spent_challenges: PERSONAL,
  test_clocks: OPERATORS,
  usage_event_ids: 'hashes of events that are here',
  webhook_inbox: 'what the payment provider said, whose outcome is here',
}
