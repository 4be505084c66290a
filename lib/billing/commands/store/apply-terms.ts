import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, subscriptionPeriods, subscriptions, usageSegments } from '../../../../db/schema'
import type { DocumentId } from '../../../ids'
import { evaluateAlerts } from '../../../metering/alerts'
import { type MinorUnits, minor } from '../../../money'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'
import { freePlanOf } from '../../core/catalog'
import { freshSegments, segmentStarts } from '../../core/change'
import type { ChangeOutcome, NewTerms } from '../../core/change-outcome'
import { spentThisMonth } from '../../core/extra-charging'
import { firstPeriod, isReviewed, nextReview } from '../../core/period'
import { type Billed, countedUnits, extraUnits, runningSegments, unbilled } from '../../core/rating'
import { freeTerms } from '../../core/renewal'
import { seatsPaidFor } from '../../core/seats'
import { settingsUnder } from '../../core/settings'
import type { Holding, Period, Settings, Terms, UsageSegment } from '../../core/state'
import { recordAudit } from './audit'
import type { Organization } from './organization'
import { closedPeriodRows } from './periods'
import { dropSeatTab, settleSeatChanges } from './seats'
import { beginSegments, type LoadedSubscription, toSegment } from './subscription'

type Change = { organization: Organization; loaded: LoadedSubscription; now: Instant; actor: Actor }

/**
 * Puts a decided change in force: for a change that waits, the pending one; else new segments under new terms, what was
 * billed with it remembered (C13). The document of the change has been issued. `refunded`: what it took off its credit (G67).
 */
export async function applyOutcome(
  tx: Transaction,
  change: Change & { outcome: ChangeOutcome; refunded: MinorUnits; catalogVersion: number; documentId: DocumentId | null },
): Promise<void> {
  const { loaded, outcome, now, actor } = change
  const target = and(eq(subscriptions.organizationId, loaded.row.organizationId), eq(subscriptions.id, loaded.row.id))
  switch (outcome.type) {
    case 'keeps_terms':
      await tx.update(subscriptions).set(NOTHING_PENDING).where(target)
      break
    case 'pending': {
      const { plan, interval, effectiveAt, kind } = outcome.pendingChange
      await tx
        .update(subscriptions)
        .set({
          pendingPlan: plan.id,
          pendingInterval: interval,
          pendingEffectiveAt: effectiveAt,
          pendingKind: kind,
          pendingCatalogVersion: change.catalogVersion,
        })
        .where(target)
      break
    }
    case 'new_terms':
      await applyNewTerms(tx, { ...change, outcome })
      break
  }
  const { terms } = loaded.holding
  await recordAudit(tx, [
    {
      organizationId: loaded.row.organizationId,
      at: now,
      actor,
      action: auditActionOf(outcome, loaded),
      target: loaded.row.id,
      before: { plan: terms.plan.id, interval: terms.interval },
      after:
        outcome.type === 'new_terms'
          ? { plan: outcome.terms.plan.id, interval: outcome.terms.interval }
          : outcome.type === 'pending'
            ? { plan: outcome.pendingChange.plan.id, at: outcome.pendingChange.effectiveAt.toString() }
            : { plan: terms.plan.id },
    },
  ])
}

function auditActionOf(outcome: ChangeOutcome, { row }: LoadedSubscription): string {
  switch (outcome.type) {
    case 'pending':
      return 'subscription.change_scheduled'
    case 'keeps_terms':
      return 'subscription.change_dropped'
    case 'new_terms': {
      const { plan, interval } = outcome.terms
      return plan.id === row.plan && interval === row.interval ? 'subscription.renewed' : 'subscription.changed' // B7
    }
  }
}

/** No change waits any more. */
export const NOTHING_PENDING = { pendingPlan: null, pendingInterval: null, pendingEffectiveAt: null, pendingKind: null }

/** The customer's settings, as a row holds them. */
export function settingColumns({ hardLimit, payAsYouGo, autoUpgrade, autoRenew }: Settings) {
  return { hardLimit, payAsYouGo: payAsYouGo.enabled, payAsYouGoCap: payAsYouGo.cap, autoUpgrade, autoRenew }
}

/** What a period of its own begins with: a billing month (G92), its reviews, and automatic purchases that may be tried again (G95). */
function beginsAnew(anchor: Instant, period: Period, terms: Terms) {
  return { billingMonthStart: period.start, reviewAt: isReviewed(terms) ? nextReview(anchor, period, period.start) : null, autoPurchaseFailedAt: null }
}

/**
 * What follows a change within a billing month has what is left of its cap, to the cent. What came before stays what it was, then:
 * usage that arrives late is not billed beyond it, or both together would pass the cap (B6, G92, G97). What gateways hold is
 * counted as spent, and billed when they settle it (G109).
 */
async function holdCapped(tx: Transaction, { segmentRows }: LoadedSubscription): Promise<void> {
  for (const segment of segmentRows) {
    if (segment.overLimit !== 'pay_as_you_go' || segment.extraMaximum === null) continue
    const extra = extraUnits(toSegment(segment))
    if (extra === segment.extraMaximum) continue
    segment.extraMaximum = extra
    await tx.update(usageSegments).set({ extraMaximum: extra }).where(segmentKey(segment))
  }
}

/** As it will be once gateways have used all that they hold. */
function withHandedOut(segment: UsageSegment, { reserved }: Holding): UsageSegment {
  return { ...segment, units: segment.units + (reserved?.[segment.meter] ?? 0n) }
}

async function applyNewTerms(
  tx: Transaction,
  { loaded, outcome, refunded, documentId, now }: Change & { outcome: NewTerms; refunded: MinorUnits; documentId: DocumentId | null },
): Promise<void> {
  const { row, holding } = loaded
  await rememberBilled(tx, loaded, outcome.settled)
  await settleSeats(tx, { loaded, outcome, documentId, now })
  // A period of its own begins when the change takes effect, which for a payment that the bank had to confirm is later than the quote.
  const anchor = outcome.newPeriod ? now : outcome.anchor
  const period = outcome.newPeriod ? firstPeriod(now, outcome.terms) : outcome.period
  if (outcome.newPeriod) await closeEarly(tx, loaded, documentId, period)
  else await holdCapped(tx, loaded)
  const from = holding.terms
  const settings = settingsUnder(holding.settings, { from, to: outcome.terms })
  const running = runningSegments(holding.segments).map((segment) => withHandedOut(segment, holding))
  const spentBefore = outcome.newPeriod ? minor(0n) : minor(holding.capSpentBefore + spentThisMonth(running, from.product.currency))
  const countedNow = Object.fromEntries(holding.segments.map((segment) => [segment.meter, countedUnits(segment)]))
  await tx
    .update(subscriptions)
    .set({
      catalogVersion: outcome.terms.product.version,
      plan: outcome.terms.plan.id,
      interval: outcome.terms.interval,
      anchor,
      periodStart: period.start,
      periodEnd: period.end,
      cycleDays: period.totalDays,
      refundedTaken: outcome.newPeriod ? minor(0n) : minor(row.refundedTaken + refunded),
      ...NOTHING_PENDING,
      ...settingColumns(settings),
      ...(outcome.newPeriod ? beginsAnew(anchor, period, outcome.terms) : {}),
      ...standingAfter(loaded, outcome, now),
      capSpentBefore: spentBefore,
      downgradedAt: outcome.newPeriod ? null : outcome.countsAsDowngrade ? now : row.downgradedAt,
    })
    .where(and(eq(subscriptions.organizationId, row.organizationId), eq(subscriptions.id, row.id)))
  await beginSegments(tx, [
    {
      organizationId: row.organizationId,
      subscriptionId: row.id,
      terms: outcome.terms,
      period,
      startsAt: now,
      position: nextPosition(loaded, period),
      starts: segmentStarts({ holding, outcome, countedNow, standing: { settings, spentBefore } }),
    },
  ])
  await evaluateAlerts(tx, { organizationId: row.organizationId, subscriptionId: row.id, now })
}

/** What the change's document has settled; on a plan that is not sold per seat, whoever came while the bank was asked too. */
async function settleSeats(
  tx: Transaction,
  { loaded: { row, holding }, outcome, documentId, now }: { loaded: LoadedSubscription; outcome: NewTerms; documentId: DocumentId | null; now: Instant },
): Promise<void> {
  if (!holding.seats) return
  const [document] = documentId
    ? await tx
        .select({ at: documents.issuedAt })
        .from(documents)
        .where(and(eq(documents.organizationId, row.organizationId), eq(documents.id, documentId)))
    : []
  await settleSeatChanges(tx, [{ organizationId: row.organizationId, subscriptionId: row.id, ids: outcome.settledSeats, at: document?.at ?? now }])
  if (!outcome.terms.plan.perSeat) await dropSeatTab(tx, row, now)
}

/** What of a running period a change moves besides its terms. A trial that leads to a free plan has ended (G103). */
function standingAfter({ row, holding }: LoadedSubscription, { terms, newPeriod, seatsPaid }: NewTerms, now: Instant) {
  const isTrial = holding.status === 'trialing'
  if (newPeriod) return isTrial ? { seatsPaid, status: 'active' as const } : { seatsPaid }
  // A trial keeps the notice of its end, a period that goes on its reviews.
  if (isTrial) return { seatsPaid }
  return { seatsPaid, reviewAt: isReviewed(terms) ? (row.reviewAt ?? nextReview(holding.anchor, holding.period, now)) : null }
}

/** What a document now bills, in the rows and in the loaded segments. */
export async function rememberBilled(tx: Transaction, { row, segmentRows }: LoadedSubscription, settled: readonly Billed[]): Promise<void> {
  for (const { segmentIndex, units, amount } of settled) {
    const segment = segmentRows[segmentIndex]
    if (!segment) throw new Error(`subscription ${row.id} has no segment ${segmentIndex}`)
    segment.billedUnits += units
    segment.billedAmount = (segment.billedAmount + amount) as typeof amount
    await tx.update(usageSegments).set({ billedUnits: segment.billedUnits, billedAmount: segment.billedAmount }).where(segmentKey(segment))
  }
}

/** A segment follows those of its period; a period that begins at the very instant of the one that it replaces shares its start. */
function nextPosition({ row, segmentRows }: LoadedSubscription, period: Period): number {
  if (!period.start.equals(row.periodStart)) return 0
  return Math.max(-1, ...segmentRows.map((segment) => segment.position)) + 1
}

export function segmentKey(segment: LoadedSubscription['segmentRows'][number]) {
  return and(
    eq(usageSegments.organizationId, segment.organizationId),
    eq(usageSegments.subscriptionId, segment.subscriptionId),
    eq(usageSegments.meter, segment.meter),
    sql`${usageSegments.periodStart} = ${segment.periodStart.toString()}::timestamptz`,
    eq(usageSegments.position, segment.position),
  )
}

/** The running period ends before its time; what of it is not billed yet meets the next invoice as late usage does. */
async function closeEarly(tx: Transaction, loaded: LoadedSubscription, documentId: DocumentId | null, next: Period): Promise<void> {
  const { currency } = loaded.holding.terms.product
  for (const segment of loaded.segmentRows) {
    segment.periodEnd = next.start
    await tx
      .update(usageSegments)
      .set({ periodEnd: next.start, hasLateUsage: unbilled(toSegment(segment), currency).amount !== 0n })
      .where(segmentKey(segment))
  }
  const isEmpty = next.start.equals(loaded.row.periodStart)
  if (!isEmpty) await tx.insert(subscriptionPeriods).values(closedPeriodRows({ ...loaded, row: { ...loaded.row, periodEnd: next.start } }, documentId))
  if (documentId) {
    await tx
      .update(documents)
      .set({ periodStart: next.start, periodEnd: next.end })
      .where(and(eq(documents.organizationId, loaded.row.organizationId), eq(documents.id, documentId)))
  }
}

/**
 * Ends the paid period at once and begins a free one, or ends the subscription where the product has no free plan: after
 * the last failed payment (C12) and after a full refund (A13). What is on the tab is dropped where `dropsTab` (G105).
 */
export async function moveToFree(
  tx: Transaction,
  { loaded, now, actor, reason, dropsTab }: Change & { reason: 'payment_failed' | 'refunded'; dropsTab: boolean },
): Promise<Terms | null> {
  const { row, holding } = loaded
  const free = freePlanOf(holding.terms.product)
  const target = and(eq(subscriptions.organizationId, row.organizationId), eq(subscriptions.id, row.id))
  const settings = free ? settingsUnder(holding.settings, { from: holding.terms, to: freeTerms(holding.terms.product, free) }) : holding.settings
  const cleared = { cancelAt: null, ...NOTHING_PENDING, downgradedAt: null, ...settingColumns(settings) }
  const audit = { organizationId: row.organizationId, at: now, actor, action: 'subscription.ended', target: row.id, before: { plan: holding.terms.plan.id } }
  if (!free) {
    await tx
      .update(subscriptions)
      .set({ ...cleared, status: 'unpaid' })
      .where(target)
    await recordAudit(tx, [{ ...audit, action: 'subscription.unpaid', after: { status: 'unpaid', reason } }])
    return null
  }
  const terms = freeTerms(holding.terms.product, free)
  const period = firstPeriod(now, terms)
  await closeEarly(tx, loaded, null, period)
  await dropSeatTab(tx, row, now)
  if (dropsTab)
    await tx
      .update(usageSegments)
      .set({ hasLateUsage: false })
      .where(
        and(
          eq(usageSegments.organizationId, row.organizationId),
          eq(usageSegments.subscriptionId, row.id),
          sql`${usageSegments.periodStart} = ${row.periodStart.toString()}::timestamptz`, // Late usage of an earlier period stays owed (C8).
        ),
      )
  await tx
    .update(subscriptions)
    .set({
      ...cleared,
      status: 'active',
      plan: free.id,
      interval: terms.interval,
      anchor: now,
      periodStart: period.start,
      periodEnd: period.end,
      cycleDays: period.totalDays,
      ...beginsAnew(now, period, terms),
      seatsPaid: seatsPaidFor(terms, 0),
      capSpentBefore: minor(0n),
      refundedTaken: minor(0n),
    })
    .where(target)
  await beginSegments(tx, [
    {
      organizationId: row.organizationId,
      subscriptionId: row.id,
      terms,
      period,
      startsAt: now,
      position: nextPosition(loaded, period),
      starts: freshSegments(terms),
    },
  ])
  await recordAudit(tx, [{ ...audit, after: { plan: free.id, reason } }])
  return terms
}
