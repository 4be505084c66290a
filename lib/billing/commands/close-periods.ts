import { and, gte, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptionPeriods, subscriptions, usageSegments } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { evaluateAlertsOf } from '../../metering/alerts'
import { exactFromMinor, minor, ZERO } from '../../money'
import { chargeable } from '../../payments/minimum-charge'
import { systemClock } from '../../time'
import type { CommandContext } from '../context'
import { isFree, paysFromCredit } from '../core/catalog'
import { freshSegments } from '../core/change'
import { isReviewed, nextReview } from '../core/period'
import { boughtCredit } from '../core/prepaid'
import { unbilled } from '../core/rating'
import { decideRenewal, type RenewalDecision } from '../core/renewal'
import { settingsUnder } from '../core/settings'
import type { Account, Settings } from '../core/state'
import { type AuditEntry, recordAudit } from './store/audit'
import { addBilled } from './store/billed'
import { loadRenewalProducts } from './store/catalog'
import { balanceOf, type Grant, loadGrants } from './store/credit'
import { type Issue, type Issued, issueDocuments } from './store/documents'
import { setAsideBroken, splitWaiting } from './store/due'
import { type Message, tellBilling } from './store/messages'
import { type LockedOrganization, lockOrganizations } from './store/organization'
import { closedPeriodRows, lateRows, toClosedPeriods } from './store/periods'
import { balanceAt, lockPrepaid, type PrepaidState, spend } from './store/prepaid'
import { postDraws } from './store/prepaid-postings'
import { receiptOf } from './store/receipt'
import { settleSeatChanges } from './store/seats'
import {
  beginSegments,
  closingEarly,
  type LoadedSubscription,
  loadSubscriptions,
  lockLateSegments,
  renewsAtColumn,
  type SegmentRow,
  toSegment,
} from './store/subscription'
import { movedToFreeMessage, seatsReviewedMessage } from './store/words'
import { renewalPaidMessage } from './store/words-payments'

export type ClosePeriods = { organizationIds: readonly OrganizationId[] }

export type ClosedPeriods = {
  /** Subscriptions whose period was closed. */
  closed: SubscriptionId[]
  /** Due, but a paid action waits on them: it has to be abandoned first (G79). */
  waiting: { organizationId: OrganizationId; subscriptionId: SubscriptionId }[]
  /** Whose renewal could not be decided; set aside for the operator, the others went on. */
  setAside: SubscriptionId[]
}

type Renewal = { locked: LockedOrganization; loaded: LoadedSubscription; late: SegmentRow[]; grants: Grant[]; decision: RenewalDecision; settings: Settings }

/**
 * The only renewal (C11): closes one period of each subscription that is due in the given organizations, in a constant
 * number of statements, however many. A subscription that is several periods behind is closed once a call.
 */
export async function closePeriods({ tx, actor }: CommandContext, { organizationIds }: ClosePeriods): Promise<ClosedPeriods> {
  const locked = await lockOrganizations(tx, organizationIds)
  const { due, waiting } = await lockDue(tx, locked)
  if (due.length === 0) return { closed: [], waiting, setAside: [] }
  const ids = due.map(({ row }) => row.id)
  const late = await lockLateSegments(tx, ids)
  const prepaid = await lockPrepaid(
    tx,
    due.filter(({ holding }) => paysFromCredit(holding.terms.plan)).map(({ row }) => row.organizationId),
  )
  const grants = await loadGrants(tx, [...locked.keys()], true)
  const productFor = await loadRenewalProducts(
    tx,
    due.map(({ row }) => row),
  )

  const renewals: Renewal[] = []
  const setAside: { id: SubscriptionId; error: string }[] = []
  // Two subscriptions of one organization may renew together: the second finds what the first has left of the credit.
  const drawn = new Map<OrganizationId, bigint>()
  const boughtDrawn = new Map<OrganizationId, bigint>()
  for (const loaded of due) {
    const { row, holding } = loaded
    const organization = locked.get(row.organizationId)
    if (!organization) continue
    const held = grants.get(row.organizationId) ?? []
    grants.set(row.organizationId, held)
    const lateSegments = (late.get(row.id) ?? []).filter((segment) => !segment.periodStart.equals(row.periodStart))
    try {
      const drawnBefore = drawn.get(row.organizationId) ?? 0n
      const { currency } = holding.terms.product
      const state = prepaid.get(row.organizationId)
      const account: Account = {
        creditBalance: minor(balanceOf(held) - drawnBefore),
        ...chargeable(currency),
        ...(state && holding.terms.plan.overLimit.type === 'arrears'
          ? { boughtCredit: minor(boughtCredit(balanceAt(state, row.periodEnd), currency) - (boughtDrawn.get(row.organizationId) ?? 0n)) }
          : {}),
      }
      const nextProduct = productFor(row, organization.organization)
      const decision = decideRenewal({ holding, nextProduct, late: toClosedPeriods(lateSegments), account })
      const { creditApplied, carriedForward, prepaidApplied } = decision.document ?? { creditApplied: 0n, carriedForward: 0n, prepaidApplied: 0n }
      drawn.set(row.organizationId, drawnBefore + creditApplied - carriedForward - prepaidApplied)
      boughtDrawn.set(row.organizationId, (boughtDrawn.get(row.organizationId) ?? 0n) + prepaidApplied)
      renewals.push({
        locked: organization,
        loaded,
        late: lateSegments,
        grants: held,
        decision,
        settings: settingsUnder(holding.settings, { from: holding.terms, to: decision.terms }),
      })
    } catch (fault) {
      setAside.push({ id: row.id, error: fault instanceof Error ? fault.message : String(fault) })
    }
  }

  await setAsideBroken(tx, setAside)
  const issued = await writeRenewals({ tx, actor }, renewals)
  await payWithBoughtCredit(tx, issued, prepaid)
  await postDraws(tx, [...prepaid.values()], (id) => locked.get(id)?.now ?? systemClock.now(), { wholeDaysOnly: false })
  return { closed: renewals.map(({ loaded }) => loaded.row.id), waiting, setAside: setAside.map(({ id }) => id) }
}

/** Bought credit pays the arrears first, the lot that expires first before the others (G70). */
async function payWithBoughtCredit(tx: Transaction, issued: readonly Issued[], prepaid: ReadonlyMap<OrganizationId, PrepaidState>): Promise<void> {
  await spend(
    tx,
    issued.flatMap(({ document }) => {
      const state = prepaid.get(document.organizationId)
      if (!state || document.prepaidApplied === 0n) return []
      const amount = exactFromMinor(document.prepaidApplied, document.currency)
      return [{ state, meter: document.id, amount, at: document.issuedAt, mayOwe: false }]
    }),
  )
}

async function lockDue(tx: Transaction, locked: ReadonlyMap<OrganizationId, LockedOrganization>) {
  const byTime = new Map<string, OrganizationId[]>()
  for (const [id, { now }] of locked) byTime.set(now.toString(), [...(byTime.get(now.toString()) ?? []), id])
  const isDue = sql.join(
    [...byTime].map(
      ([now, ids]) =>
        sql`(${inArray(subscriptions.organizationId, ids)} and (${lte(subscriptions.periodEnd, sql`${now}::timestamptz`)} or (${subscriptions.pendingKind} = 'resubscribe' and ${lte(subscriptions.pendingEffectiveAt, sql`${now}::timestamptz`)})))`,
    ),
    sql` or `,
  )
  if (byTime.size === 0) return { due: [], waiting: [] }
  // A review that has fallen due comes first (C14): a worker that was away makes the same documents as one that was not.
  const isReviewed = or(isNull(subscriptions.reviewAt), gte(subscriptions.reviewAt, renewsAtColumn))
  const isLive = and(isNull(subscriptions.endedAt), ne(subscriptions.status, 'awaiting_payment'), isNull(subscriptions.renewalError))
  const due = (await loadSubscriptions(tx, { where: and(isLive, isReviewed, sql`(${isDue})`), lock: true })).map(closingEarly)
  const { ready, waiting } = await splitWaiting(tx, due)
  return { due: ready, waiting: waiting.map(({ row }) => ({ organizationId: row.organizationId, subscriptionId: row.id })) }
}

async function writeRenewals({ tx, actor }: CommandContext, renewals: readonly Renewal[]): Promise<Issued[]> {
  if (renewals.length === 0) return []
  await writeBilled(tx, renewals)
  await writeEarlyEnds(tx, renewals)
  await writeSubscriptions(tx, renewals)
  await settleSeatChanges(
    tx,
    renewals.map(({ loaded: { row }, decision }) => ({
      organizationId: row.organizationId,
      subscriptionId: row.id,
      ids: decision.settledSeats,
      at: decision.period.start,
    })),
  )
  await beginSegments(
    tx,
    renewals.map(({ loaded: { row }, decision, settings }) => ({
      organizationId: row.organizationId,
      subscriptionId: row.id,
      terms: decision.terms,
      period: decision.period,
      startsAt: decision.period.start,
      position: 0,
      starts: freshSegments(decision.terms, { settings, spentBefore: ZERO }),
    })),
  )
  await recordAudit(tx, renewals.map(renewalAudit(actor)))
  await tellBilling(
    tx,
    renewals
      .filter(({ decision }) => decision.change === 'moved_to_free')
      .map(({ locked, loaded, decision }) => movedToFreeMessage(locked.organization, loaded.row.id, loaded.holding.terms, decision.period.start)),
  )
  const issues = renewals.flatMap(toIssue)
  const issued = await issueDocuments(tx, issues)
  await tellBilling(
    tx,
    renewals.flatMap((renewal) => [...seatCreditMessages(renewal, issued), ...coveredMessages(renewal, issued)]),
  )
  const invoices = issued.filter(({ document }) => document.series === 'invoice')
  await writeClosedPeriods(tx, renewals, new Map(invoices.map((one) => [one.document.subscriptionId, one])))
  // The alerts of the new period come last at a boundary (C14): it may begin with usage that was stamped just ahead of it.
  await evaluateAlertsOf(
    tx,
    renewals.map(({ loaded: { row }, decision }) => ({ organizationId: row.organizationId, subscriptionId: row.id, now: decision.period.start })),
  )
  return issued
}

/** Seats that were given up are credited just after the renewal (T3); those that were added stand on its invoice. */
function seatCreditMessages({ locked, loaded, decision }: Renewal, issued: readonly Issued[]): Message[] {
  const { seatCredit, seatsPaid, period } = decision
  if (!seatCredit || seatsPaid === null) return []
  const note = issued.find(({ document }) => document.subscriptionId === loaded.row.id && document.series === 'credit_note')
  const review = { charged: ZERO, credited: minor(-seatCredit.total), seats: seatsPaid, documentId: note?.document.id ?? null, at: period.start }
  return [seatsReviewedMessage(locked.organization, loaded, review)]
}

/** A renewal that credit paid wholly: no payment will tell of it. */
function coveredMessages({ locked, loaded, decision }: Renewal, issued: readonly Issued[]): Message[] {
  const { document: draft, documentKind, terms, period } = decision
  const document = issued.find((one) => one.document.subscriptionId === loaded.row.id && one.document.series === 'invoice')?.document
  if (!document || !draft || documentKind !== 'renewal' || document.amountDue !== ZERO || document.creditApplied === ZERO) return []
  return [renewalPaidMessage(locked.organization, document, { planName: terms.plan.name, receipt: receiptOf(document, draft.lines, ZERO), at: period.start })]
}

function toIssue({ locked, loaded, grants, decision }: Renewal): Issue[] {
  const { document, documentKind, seatCredit } = decision
  const shared = {
    organization: locked.organization,
    at: decision.period.start,
    subscriptionId: loaded.row.id,
    currency: decision.terms.product.currency,
    dunning: true,
    grants,
  }
  return [
    ...(document ? [{ ...shared, draft: document, kind: documentKind, period: decision.period }] : []),
    // Of the closed period, for which it gives back (T3, G105).
    ...(seatCredit ? [{ ...shared, draft: seatCredit, kind: 'adjustment' as const, period: loaded.holding.period }] : []),
  ]
}

function renewalAudit(actor: CommandContext['actor']) {
  return ({ loaded: { row, holding }, decision }: Renewal): AuditEntry => ({
    organizationId: row.organizationId,
    at: decision.period.start,
    actor,
    action: decision.change === 'renewed' ? 'subscription.renewed' : decision.change === 'pending_applied' ? 'subscription.changed' : 'subscription.ended',
    target: row.id,
    before: { plan: holding.terms.plan.id, interval: holding.terms.interval },
    after: { plan: decision.terms.plan.id, interval: decision.terms.interval, period_end: decision.period.end.toString() },
  })
}

/** What the documents now bill, segment by segment. */
async function writeBilled(tx: Transaction, renewals: readonly Renewal[]): Promise<void> {
  await addBilled(
    tx,
    renewals.map(({ loaded: { row, segmentRows }, late, decision }) => ({ row, segmentRows: [...segmentRows, ...late], billed: decision.billed })),
  )
  const settled = renewals.filter((renewal) => renewal.late.length > 0 && !isUnpaid(renewal)).map(({ loaded }) => loaded.row.id)
  if (settled.length > 0)
    await tx
      .update(usageSegments)
      .set({ hasLateUsage: false })
      .where(and(inArray(usageSegments.subscriptionId, settled), sql`has_late_usage`))
  await keepForLater(tx, renewals.filter(isUnpaid))
}

const isUnpaid = ({ loaded }: Renewal) => loaded.holding.status === 'unpaid'

/** Nothing was cut for them: what the closed period owes meets the first renewal after they are active again, as late usage does (G99). */
async function keepForLater(tx: Transaction, renewals: readonly Renewal[]): Promise<void> {
  const owing = renewals.flatMap(({ loaded: { row, holding, segmentRows } }) =>
    segmentRows.some((segment) => unbilled(toSegment(segment), holding.terms.product.currency).amount !== 0n)
      ? [
          sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.id, subscriptions.id)}::uuid, ${row.periodStart.toString()}::timestamptz)`,
        ]
      : [],
  )
  if (owing.length > 0)
    await tx
      .update(usageSegments)
      .set({ hasLateUsage: true })
      .where(sql`(${usageSegments.organizationId}, ${usageSegments.subscriptionId}, ${usageSegments.periodStart}) IN (${sql.join(owing, sql`, `)})`)
}

/** Late usage of a term that was begun anew is taken until 35 days after it really ended (C8, B4). */
async function writeEarlyEnds(tx: Transaction, renewals: readonly Renewal[]): Promise<void> {
  const ended = renewals.flatMap(({ loaded: { row, holding } }) =>
    holding.pendingChange?.kind === 'resubscribe'
      ? [
          sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.id, subscriptions.id)}::uuid, ${row.periodStart.toString()}::timestamptz, ${row.periodEnd.toString()}::timestamptz)`,
        ]
      : [],
  )
  if (ended.length === 0) return
  await tx.execute(sql`
    UPDATE usage_segments s SET period_end = v.period_end FROM (VALUES ${sql.join(ended, sql`, `)}) AS v(organization_id, subscription_id, period_start, period_end)
    WHERE (s.organization_id, s.subscription_id, s.period_start) = (v.organization_id, v.subscription_id, v.period_start)`)
}

async function writeSubscriptions(tx: Transaction, renewals: readonly Renewal[]): Promise<void> {
  const values = renewals.map(
    ({ loaded: { row }, decision, settings }) =>
      sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.id, subscriptions.id)}::uuid, ${decision.terms.product.version}::integer, ${decision.terms.plan.id}::text, ${decision.terms.interval}::text, ${decision.anchor.toString()}::timestamptz, ${decision.period.start.toString()}::timestamptz, ${decision.period.end.toString()}::timestamptz, ${decision.period.totalDays}::integer, ${decision.change === 'ended'}::boolean, ${isFree(decision.terms.plan)}::boolean, ${reviewOf(decision)}::timestamptz, ${decision.seatsPaid}::integer, ${settings.hardLimit?.toString() ?? null}::bigint, ${settings.payAsYouGo.enabled}::boolean, ${settings.payAsYouGo.cap?.toString() ?? null}::bigint, ${settings.autoUpgrade}::boolean, ${settings.autoRenew}::boolean)`,
  )
  await tx.execute(sql`
    UPDATE subscriptions s SET catalog_version = v.catalog_version, plan = v.plan, interval = v.interval, anchor = v.anchor,
      period_start = v.period_start, period_end = v.period_end, cycle_days = v.cycle_days, refunded_taken = 0, cancel_at = NULL, pending_plan = NULL, pending_interval = NULL,
      pending_effective_at = NULL, pending_kind = NULL, downgraded_at = NULL, seats_paid = v.seats_paid,
      billing_month_start = v.period_start, review_at = v.review_at, cap_spent_before = 0, auto_purchase_failed_at = NULL,
      hard_limit = v.hard_limit, pay_as_you_go = v.pay_as_you_go, pay_as_you_go_cap = v.pay_as_you_go_cap, auto_upgrade = v.auto_upgrade, auto_renew = v.auto_renew,
      -- A free plan owes nothing: what the one before it owes is collected, and changes no status (G94).
      status = CASE WHEN v.ended THEN 'canceled' WHEN (v.free AND s.status = 'past_due') OR s.status = 'trialing' THEN 'active' ELSE s.status END, ended_at = CASE WHEN v.ended THEN v.period_start END
    FROM (VALUES ${sql.join(values, sql`, `)}) AS v(organization_id, id, catalog_version, plan, interval, anchor, period_start, period_end, cycle_days, ended, free, review_at, seats_paid, hard_limit, pay_as_you_go, pay_as_you_go_cap, auto_upgrade, auto_renew)
    WHERE s.organization_id = v.organization_id AND s.id = v.id`)
}

/** When the period that begins is looked at within its time (T2, G53). */
function reviewOf({ terms, anchor, period }: RenewalDecision): string | null {
  return isReviewed(terms) ? (nextReview(anchor, period, period.start)?.toString() ?? null) : null
}

/** The closed period itself, and closed ones that late usage corrected (G59). */
async function writeClosedPeriods(tx: Transaction, renewals: readonly Renewal[], issued: ReadonlyMap<SubscriptionId | null, Issued>): Promise<void> {
  const rows = renewals.flatMap(({ loaded, late }) => {
    const documentId = issued.get(loaded.row.id)?.document.id ?? null
    return [...closedPeriodRows(loaded, documentId), ...lateRows(loaded, late, documentId)]
  })
  await tx
    .insert(subscriptionPeriods)
    .values(rows)
    .onConflictDoUpdate({
      target: [subscriptionPeriods.organizationId, subscriptionPeriods.subscriptionId, subscriptionPeriods.periodStart],
      set: {
        overageUnits: sql`excluded.overage_units`,
        overageAmount: sql`excluded.overage_amount`,
        documentId: sql`coalesce(${subscriptionPeriods.documentId}, excluded.document_id)`,
      },
    })
}
