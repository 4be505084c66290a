import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, payments, pendingActions, subscriptions, usageSegments } from '../../../db/schema'
import { once } from '../../../db/snapshot'
import type { DocumentId, OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import type { Instant } from '../../time'
import { openAccount, toAccount } from '../commands/store/account'
import { loadRenewalProducts } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import { toClosedPeriods } from '../commands/store/periods'
import { balanceAt, readPrepaid } from '../commands/store/prepaid'
import { isVisible, type LoadedSubscription, loadSubscriptions, renewsAt, type SegmentRow } from '../commands/store/subscription'
import { type Interval, isFree, type Plan, priceOf } from '../core/catalog'
import { planLimitOf } from '../core/limit-settings'
import { boughtCredit } from '../core/prepaid'
import { type NextCharge, nextCharge } from '../core/renewal'
import type { Account, Settings, SubscriptionStatus } from '../core/state'

/** A paid action that waits for its payment (G79). */
export type WaitingActionView = {
  kind: (typeof pendingActions.$inferSelect)['kind']
  documentId: DocumentId
  amountDue: MinorUnits
  /** Where the bank asks the customer to confirm; null: the outcome is being looked up. */
  url: string | null
  expiresAt: Instant
}

export type SubscriptionView = {
  id: SubscriptionId
  organizationId: OrganizationId
  product: { id: string; name: string }
  plan: { id: string; name: string; isFree: boolean; price: MinorUnits }
  interval: Interval
  currency: Currency
  catalogVersion: number
  status: SubscriptionStatus
  period: { start: Instant; end: Instant; cycleDays: number }
  anchor: Instant
  cancelAt: Instant | null
  pendingChange: { plan: { id: string; name: string }; interval: Interval; effectiveAt: Instant; kind: 'change' | 'resubscribe' } | null
  downgradedAt: Instant | null
  /** Members who hold one now; null where the product sells none. */
  seats: number | null
  /** The running trial's end. */
  trialEnd: Instant | null
  /** What the operator's product enforces itself. */
  entitlements: Plan['entitlements']
  settings: Settings
  /** Units a period, where a hard limit may be set above them (S1); null: elsewhere. */
  planLimit: bigint | null
  waitingAction: WaitingActionView | null
  startedAt: Instant | null
  endedAt: Instant | null
}

export type SubscriptionDetail = SubscriptionView & {
  /** What the renewal would charge with the usage as it is now; null where nothing renews any more. */
  nextCharge: NextCharge | null
}

/** Ended ones too; never one whose first payment failed. */
export type SubscriptionPage = { limit: number; before?: SubscriptionId }

/** Every subscription of an organization, newest first. */
export async function listSubscriptions(tx: Transaction, organizationId: OrganizationId, { limit, before }: SubscriptionPage): Promise<SubscriptionView[]> {
  const page = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), isVisible(), before && lt(subscriptions.id, before)))
    .orderBy(desc(subscriptions.id))
    .limit(limit)
  if (page.length === 0) return []
  const ids = sql.join(
    page.map(({ id }) => sql`${sql.param(id, subscriptions.id)}::uuid`),
    sql`, `,
  )
  const loaded = await loadSubscriptions(tx, {
    where: sql`${subscriptions.organizationId} = ${sql.param(organizationId, subscriptions.organizationId)}::uuid and ${subscriptions.id} in (${ids})`,
    lock: false,
  })
  const waiting = await readWaitingActions(tx, organizationId)
  const byId = new Map(loaded.map((one) => [one.row.id, one]))
  return page.flatMap(({ id }) => {
    const one = byId.get(id)
    return one ? [toView(one, waiting.get(id) ?? null)] : []
  })
}

/** Null where it is another organization's, or never began; `evenGivenUp`: one that was given up before it began is shown to who gave it up. */
export async function findSubscription(
  tx: Transaction,
  organizationId: OrganizationId,
  id: SubscriptionId,
  { evenGivenUp = false }: { evenGivenUp?: boolean } = {},
): Promise<SubscriptionDetail | null> {
  const where = and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, id), evenGivenUp ? undefined : isVisible())
  const [loaded] = await loadSubscriptions(tx, { where, lock: false })
  if (!loaded) return null
  const waiting = await readWaitingActions(tx, organizationId)
  return { ...toView(loaded, waiting.get(id) ?? null), nextCharge: await nextChargeOf(tx, loaded) }
}

function toView({ row, holding }: LoadedSubscription, waitingAction: WaitingActionView | null): SubscriptionView {
  const { product, plan, interval } = holding.terms
  const { pendingChange, period } = holding
  return {
    id: row.id,
    organizationId: row.organizationId,
    product: { id: product.id, name: product.name },
    plan: { id: plan.id, name: plan.name, isFree: isFree(plan), price: priceOf(plan, interval) },
    interval,
    currency: product.currency,
    catalogVersion: row.catalogVersion,
    status: row.status,
    period: { start: period.start, end: period.end, cycleDays: period.totalDays },
    anchor: row.anchor,
    cancelAt: row.cancelAt,
    pendingChange: pendingChange && { ...pendingChange, plan: { id: pendingChange.plan.id, name: pendingChange.plan.name } },
    downgradedAt: row.downgradedAt,
    seats: holding.seats?.present ?? null,
    trialEnd: holding.trialEnd,
    entitlements: plan.entitlements,
    settings: holding.settings,
    planLimit: product.policies.hardLimit ? planLimitOf(holding) : null,
    waitingAction,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  }
}

/** By subscription, of which each has one at most. */
export function readWaitingActions(tx: Transaction, organizationId: OrganizationId): Promise<Map<SubscriptionId, WaitingActionView>> {
  return once(tx, `waiting actions of ${organizationId}`, () => selectWaitingActions(tx, organizationId))
}

async function selectWaitingActions(tx: Transaction, organizationId: OrganizationId): Promise<Map<SubscriptionId, WaitingActionView>> {
  const rows = await tx
    .select({
      subscriptionId: pendingActions.subscriptionId,
      kind: pendingActions.kind,
      documentId: pendingActions.documentId,
      amountDue: documents.amountDue,
      url: payments.confirmUrl,
      expiresAt: pendingActions.expiresAt,
    })
    .from(pendingActions)
    .innerJoin(documents, and(eq(documents.organizationId, pendingActions.organizationId), eq(documents.id, pendingActions.documentId)))
    .leftJoin(payments, and(eq(payments.organizationId, pendingActions.organizationId), eq(payments.documentId, pendingActions.documentId)))
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.state, 'waiting')))
  return new Map(rows.flatMap(({ subscriptionId, ...action }) => (subscriptionId ? [[subscriptionId, action] as const] : [])))
}

/** What the renewal would charge with the usage as it is now; null where nothing renews any more. */
export async function nextChargeOf(tx: Transaction, { row, holding }: LoadedSubscription): Promise<NextCharge | null> {
  if (row.endedAt || row.status === 'awaiting_payment' || row.status === 'canceled') return null
  const { organizationId } = row
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return null
  const productAt = await loadRenewalProducts(tx, [row])
  const account = { ...(await readAccount(tx, organizationId, holding.terms.product.currency)), ...(await boughtCreditOf(tx, { row, holding })) }
  const late = (await readLateSegments(tx, organizationId)).filter((one) => one.subscriptionId === row.id && !one.periodStart.equals(row.periodStart))
  // What another review settles first is not on the renewal (T2).
  const seats = holding.seats && { ...holding.seats, tab: row.reviewAt && row.status !== 'trialing' ? [] : holding.seats.tab }
  const product = productAt({ ...row, periodEnd: renewsAt(row) }, here.organization)
  return nextCharge({ holding: { ...holding, seats }, account, product, late: toClosedPeriods(late) })
}

/** Credit that was bought pays first where units are billed at the period's end, as far as it has not ended by then (G70). */
async function boughtCreditOf(tx: Transaction, { row, holding }: Pick<LoadedSubscription, 'row' | 'holding'>): Promise<Pick<Account, 'boughtCredit'>> {
  const { plan, product } = holding.terms
  if (plan.overLimit.type !== 'arrears') return {}
  const state = (await readPrepaid(tx, [row.organizationId])).get(row.organizationId)
  return state ? { boughtCredit: boughtCredit(balanceAt(state, row.periodEnd), product.currency) } : {}
}

/** Segments of all periods that late usage has reached and no invoice has billed yet (C8). */
function readLateSegments(tx: Transaction, organizationId: OrganizationId): Promise<SegmentRow[]> {
  const reached = sql`(${usageSegments.subscriptionId}, ${usageSegments.periodStart}) in (select late.subscription_id, late.period_start from usage_segments late where late.organization_id = ${usageSegments.organizationId} and late.has_late_usage)`
  return once(tx, `late usage of ${organizationId}`, async () =>
    tx
      .select()
      .from(usageSegments)
      .where(and(eq(usageSegments.organizationId, organizationId), reached))
      .orderBy(usageSegments.meter, usageSegments.periodStart, usageSegments.position),
  )
}

/** The account as rules know it, for showing what would come of it. */
export async function readAccount(tx: Transaction, organizationId: OrganizationId, currency: Currency): Promise<Account> {
  return toAccount(await once(tx, `account of ${organizationId} in ${currency}`, () => openAccount(tx, organizationId, currency, false)))
}
