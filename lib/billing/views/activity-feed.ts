import { and, eq, inArray } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, members, subscriptions, users } from '../../../db/schema'
import { type DocumentId, type Id, isId, type MemberId, type OrganizationId, type SubscriptionId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import { loadCatalog } from '../commands/store/catalog'
import { listCustomPlans } from '../commands/store/custom-plans'
import { isNamed } from '../commands/store/members'
import { readOrganizationTime } from '../commands/store/organization'
import type { Plan } from '../core/catalog'
import { documentNumber } from '../document-number'
import { type ActivityPage, type ActivityView, listActivity } from './activity'
import { type ActivityChange, activityChanges } from './activity-changes'

/** What commands write into the activity; a test reads them from the commands, so that none is left without words. */
export const ACTIVITY_ACTIONS = [
  'subscription.created',
  'subscription.changed',
  'subscription.change_scheduled',
  'subscription.change_dropped',
  'subscription.cancel_scheduled',
  'subscription.reactivated',
  'subscription.renewed',
  'subscription.reviewed',
  'subscription.ended',
  'subscription.canceled',
  'subscription.past_due',
  'subscription.unpaid',
  'invoice.paid',
  'invoice.refunded',
  'invoice.refund_failed',
  'invoice.refund_requested',
  'invoice.refund_returned',
  'invoice.refunded_at_provider',
  'invoice.refunded_by_exception',
  'invoice.pro_forma',
  'invoice.voided',
  'invoice.uncollectible',
  'invoice.marked_paid',
  'payment.disputed',
  'payment.purchases_resumed',
  'payment.dispute_won',
  'payment.dispute_lost',
  'credit.adjusted',
  'plan.created',
  'limits.updated',
  'limit_request.created',
  'limit_request.approved',
  'limit_request.declined',
  'payment.failed',
  'payment.kept_as_credit',
  'payment.kept_went_back',
  'credit.purchased',
  'credit.recharged',
  'credit.recharge_failed',
  'credit.recharge_off',
  'credit.recharge_set',
  'credit.expired',
  'credit.contributed',
  'credit.grant_ended',
  'payment_method.updated',
  'channel.connected',
  'channel.updated',
  'channel.paused',
  'channel.resumed',
  'channel.silenced',
  'channel.removed',
  'notifications.routed',
  'member.added',
  'member.invited',
  'member.joined',
  'member.role_changed',
  'member.removed',
  'member.erased',
  'member.signed_out',
  'member.credit_granted',
  'key.created',
  'key.revoked',
  'webhook_endpoint.created',
  'webhook_endpoint.updated',
  'webhook_endpoint.enabled',
  'webhook_endpoint.disabled',
  'webhook_endpoint.deleted',
  'webhook_endpoint.secret_rotated',
  'second_step.turned_on',
  'second_step.turned_off',
  'second_step.app_removed',
  'second_step.passkey_added',
  'second_step.passkey_removed',
  'second_step.codes_renewed',
  'second_step.recovery_code_used',
  'second_step.taken_off',
  'organization.created',
  'organization.updated',
  'organization.viewed',
  'organization.deleted',
  'organization.exported',
  'organization.second_step_required',
  'organization.second_step_optional',
  'organization.erased',
] as const

export type ActivityAction = (typeof ACTIVITY_ACTIONS)[number]

/** What an entry's sentence may name; null where the entry does not know it. */
export type ActivityFacts = {
  product: string | null
  fromPlan: string | null
  toPlan: string | null
  /** When it takes effect, where it waits: ISO 8601. */
  at: string | null
  /** Why a plan was lost, or a payment failed. */
  reason: string | null
  /** Of a plan that was made for this organization. */
  planName: string | null
  /** What an API key is called, and its last characters. */
  label: string | null
  hint: string | null
  /** Of a webhook endpoint. */
  url: string | null
  document: { id: DocumentId; number: string } | null
  amount: MinorUnits | null
  currency: Currency
  card: { brand: string; last4: string } | null
  /** Field by field, where several may change at once. */
  changes: readonly ActivityChange[]
  /** Whom it was done to. */
  person: string | null
  fromRole: string | null
  toRole: string | null
}

export type ActivityEntryView = {
  id: Id<'aud'>
  at: string
  actor: { kind: 'member'; name: string | null } | { kind: 'operator' } | { kind: 'system' }
  /** Null: written by a later version, and shown by its name. */
  action: ActivityAction | null
  /** As it is stored. */
  name: string
  facts: ActivityFacts
}

export type ActivityFeed = { items: ActivityEntryView[]; next: Id<'aud'> | null }

/** Who did what, newest first, with the names of plans, people and documents in place of their ids. */
export async function getActivityFeed(tx: Transaction, organizationId: OrganizationId, { limit, ...page }: ActivityPage): Promise<ActivityFeed> {
  const rows = await listActivity(tx, organizationId, { limit: limit + 1, ...page })
  const shown = rows.slice(0, limit)
  const names = await readNames(tx, organizationId, shown)
  return { items: shown.map((row) => viewEntry(row, names)), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

type Names = {
  currency: Currency
  people: Map<string, string>
  documents: Map<string, { id: DocumentId; number: string }>
  products: Map<string, { name: string; plans: readonly Plan[] }>
}

async function readNames(tx: Transaction, organizationId: OrganizationId, rows: readonly ActivityView[]): Promise<Names> {
  const targets = rows.flatMap(({ target, after }) => [target, text(after, 'invoice') ?? ''])
  const here = await readOrganizationTime(tx, organizationId)
  return {
    currency: here?.organization.currency ?? 'usd',
    people: await readPeople(tx, organizationId, targets),
    documents: await readDocuments(tx, organizationId, targets),
    products: here ? await readProducts(tx, organizationId, targets, here.now) : new Map(),
  }
}

async function readPeople(tx: Transaction, organizationId: OrganizationId, targets: readonly string[]): Promise<Names['people']> {
  const ids = targets.filter((target): target is MemberId => isId('mem', target))
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ id: members.id, name: users.name, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), inArray(members.id, ids), isNamed))
  return new Map(rows.map(({ id, name, email }) => [id, name ?? email]))
}

async function readDocuments(tx: Transaction, organizationId: OrganizationId, targets: readonly string[]): Promise<Names['documents']> {
  const ids = targets.filter((target): target is DocumentId => isId('inv', target))
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ id: documents.id, series: documents.series, number: documents.number })
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), inArray(documents.id, ids)))
  return new Map(rows.map((row) => [row.id, { id: row.id, number: documentNumber(row) }]))
}

/** By subscription: what the newest catalog calls its product and plans. */
async function readProducts(
  tx: Transaction,
  organizationId: OrganizationId,
  targets: readonly string[],
  now: Parameters<typeof loadCatalog>[1],
): Promise<Names['products']> {
  const ids = targets.filter((target): target is SubscriptionId => isId('sub', target))
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ id: subscriptions.id, product: subscriptions.product })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), inArray(subscriptions.id, ids)))
  const catalog = await loadCatalog(tx, now)
  const own = await listCustomPlans(tx, organizationId)
  return new Map(
    rows.flatMap(({ id, product }) => {
      const sold = catalog.find((one) => one.id === product)
      return sold ? [[id, { name: sold.name, plans: [...sold.plans, ...own.map(({ plan }) => plan)] }] as const] : []
    }),
  )
}

function viewEntry({ id, at, actor, actorName, action, target, before, after }: ActivityView, names: Names): ActivityEntryView {
  const product = names.products.get(target)
  const planName = (plan: string | null) => (plan === null ? null : (product?.plans.find((one) => one.id === plan)?.name ?? plan))
  const amount = text(after, 'amount')
  const [brand, last4] = [text(after, 'brand'), text(after, 'last4')]
  return {
    id,
    at: at.toString(),
    actor: actor === 'operator' || actor === 'system' ? { kind: actor } : { kind: 'member', name: actorName },
    action: ACTIVITY_ACTIONS.find((known) => known === action) ?? null,
    name: action,
    facts: {
      product: product?.name ?? null,
      fromPlan: planName(text(before, 'plan')),
      toPlan: planName(text(after, 'plan')),
      at: text(after, 'at') ?? text(after, 'cancel_at') ?? text(after, 'period_end'),
      reason: text(after, 'reason') ?? text(after, 'reference'),
      planName: text(after, 'name'),
      label: text(after, 'label') ?? text(before, 'label'),
      hint: text(after, 'hint') ?? text(before, 'hint'),
      url: text(after, 'url') ?? text(before, 'url'),
      document: names.documents.get(target) ?? names.documents.get(text(after, 'invoice') ?? '') ?? null,
      amount: amount !== null && /^-?\d+$/.test(amount) ? minor(BigInt(amount)) : null,
      currency: text(after, 'currency') ?? names.currency,
      card: brand && last4 ? { brand, last4 } : null,
      changes: activityChanges(action, before, after),
      person: names.people.get(target) ?? mailIn(after) ?? mailIn(before),
      fromRole: text(before, 'role'),
      toRole: text(after, 'role'),
    },
  }
}

function text(facts: Record<string, unknown> | null, name: string): string | null {
  const value = facts?.[name]
  return typeof value === 'string' ? value : null
}

/** Null too where the person was erased, and their address with them. */
function mailIn(record: ActivityView['after']): string | null {
  const mail = text(record, 'email')
  return mail?.includes('@') ? mail : null
}
