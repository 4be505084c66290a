import { and, inArray, isNull, lte, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { minor, sum } from '../../money'
import { chargeable } from '../../payments/minimum-charge'
import type { CommandContext } from '../context'
import { decideReview, type ReviewDecision } from '../core/review'
import { recordAudit } from './store/audit'
import { addBilled } from './store/billed'
import { balanceOf, type Grant, loadGrants } from './store/credit'
import { type Issue, type Issued, issueDocuments } from './store/documents'
import { setAsideBroken, splitWaiting } from './store/due'
import { type Message, tellBilling } from './store/messages'
import { type LockedOrganization, lockOrganizations } from './store/organization'
import { settleSeatChanges } from './store/seats'
import { type LoadedSubscription, loadSubscriptions } from './store/subscription'
import { seatsReviewedMessage, trialEndingMessage } from './store/words'

export type ReviewPeriods = { organizationIds: readonly OrganizationId[] }

export type ReviewedPeriods = {
  reviewed: SubscriptionId[]
  /** Whose review could not be decided; set aside for the operator, the others went on. */
  setAside: SubscriptionId[]
}

type Review = { locked: LockedOrganization; loaded: LoadedSubscription; grants: Grant[]; decision: ReviewDecision }

/**
 * The monthly look at each longer period that is due in the given organizations (T2, T4, G53), in a constant number of
 * statements, however many. A subscription that is several reviews behind is looked at once a call, and each review is made
 * as of its own instant, so that a worker that was away makes the same documents as one that was not.
 *
 * While a paid action waits for its payment the review waits too: the action has settled the same tab.
 */
export async function reviewPeriods({ tx, actor }: CommandContext, { organizationIds }: ReviewPeriods): Promise<ReviewedPeriods> {
  const locked = await lockOrganizations(tx, organizationIds)
  const due = await lockDue(tx, locked)
  if (due.length === 0) return { reviewed: [], setAside: [] }
  const grants = await loadGrants(tx, [...locked.keys()], true)
  const reviews: Review[] = []
  const setAside: { id: SubscriptionId; error: string }[] = []
  // Two subscriptions of one organization may be due together: the second finds what the first has left of the credit.
  const drawn = new Map<OrganizationId, bigint>()
  for (const loaded of due) {
    const { row, holding } = loaded
    const organization = locked.get(row.organizationId)
    if (!organization || !row.reviewAt) continue
    const held = grants.get(row.organizationId) ?? []
    grants.set(row.organizationId, held)
    try {
      const drawnBefore = drawn.get(row.organizationId) ?? 0n
      const account = { creditBalance: minor(balanceOf(held) - drawnBefore), ...chargeable(holding.terms.product.currency) }
      const decision = decideReview({ holding, account, at: row.reviewAt })
      const taken = decision.documents.reduce((total, { draft }) => total + draft.creditApplied - draft.carriedForward, 0n)
      drawn.set(row.organizationId, drawnBefore + taken)
      reviews.push({ locked: organization, loaded, grants: held, decision })
    } catch (fault) {
      setAside.push({ id: row.id, error: fault instanceof Error ? fault.message : String(fault) })
    }
  }
  await setAsideBroken(tx, setAside)
  await writeReviews({ tx, actor }, reviews)
  return { reviewed: reviews.map(({ loaded }) => loaded.row.id), setAside: setAside.map(({ id }) => id) }
}

/** No paid action waits for its payment. In SQL, of a row of `subscriptions` by that name. */
export const nothingWaits = (subscription: string) =>
  sql.raw(`NOT EXISTS (SELECT FROM pending_actions waiting WHERE waiting.organization_id = ${subscription}.organization_id
    AND waiting.subscription_id = ${subscription}.id AND waiting.state = 'waiting')`)

async function lockDue(tx: Transaction, locked: ReadonlyMap<OrganizationId, LockedOrganization>): Promise<LoadedSubscription[]> {
  const byTime = new Map<string, OrganizationId[]>()
  for (const [id, { now }] of locked) byTime.set(now.toString(), [...(byTime.get(now.toString()) ?? []), id])
  if (byTime.size === 0) return []
  const isDue = sql.join(
    [...byTime].map(([now, ids]) => sql`(${inArray(subscriptions.organizationId, ids)} and ${lte(subscriptions.reviewAt, sql`${now}::timestamptz`)})`),
    sql` or `,
  )
  const isLive = and(isNull(subscriptions.endedAt), ne(subscriptions.status, 'awaiting_payment'), isNull(subscriptions.renewalError))
  const due = await loadSubscriptions(tx, { where: and(isLive, sql`(${isDue})`), lock: true })
  return (await splitWaiting(tx, due)).ready
}

async function writeReviews({ tx, actor }: CommandContext, reviews: readonly Review[]): Promise<void> {
  if (reviews.length === 0) return
  await addBilled(
    tx,
    reviews.map(({ loaded, decision }) => ({ ...loaded, billed: decision.billed })),
  )
  await beginMonths(tx, reviews)
  await settleSeatChanges(
    tx,
    reviews.map(({ loaded: { row }, decision }) => ({
      organizationId: row.organizationId,
      subscriptionId: row.id,
      ids: decision.settledSeats,
      at: decision.at,
    })),
  )
  await writeSubscriptions(tx, reviews)
  await recordAudit(
    tx,
    reviews
      .filter(({ decision }) => decision.documents.length > 0)
      .map(({ loaded: { row }, decision }) => ({
        organizationId: row.organizationId,
        at: decision.at,
        actor,
        action: 'subscription.reviewed',
        target: row.id,
        after: { total: decision.documents.reduce((total, { draft }) => total + draft.total, 0n).toString(), seats: decision.seatsPaid },
      })),
  )
  await tellBilling(
    tx,
    reviews
      .filter(({ decision }) => decision.tellsTrialEnding)
      .map(({ locked, loaded, decision }) => trialEndingMessage(locked.organization, loaded, decision.at)),
  )
  const issued = await issueDocuments(tx, reviews.flatMap(toIssues))
  await tellBilling(
    tx,
    reviews.flatMap((review) => seatMessages(review, issued)),
  )
}

/** Of seats alone: what pay-as-you-go has cost has a receipt of its own. */
function seatMessages({ locked, loaded, decision }: Review, issued: readonly Issued[]): Message[] {
  const documents = issued.map(({ document }) => document).filter(({ subscriptionId, kind }) => subscriptionId === loaded.row.id && kind === 'adjustment')
  if (documents.length === 0 || decision.seatsPaid === null) return []
  const totals = documents.map(({ total }) => total)
  const charged = sum(totals.filter((total) => total > 0n))
  const credited = minor(-sum(totals.filter((total) => total < 0n)))
  const review = { charged, credited, seats: decision.seatsPaid, documentId: documents[0]?.id ?? null, at: decision.at }
  return [seatsReviewedMessage(locked.organization, loaded, review)]
}

/** Of the running period, which they belong to; a failure is retried as a renewal's is, and blocks nothing (G55). */
function toIssues({ locked, loaded: { row, holding }, grants, decision }: Review): Issue[] {
  return decision.documents.map(({ kind, draft }) => ({
    organization: locked.organization,
    at: decision.at,
    draft,
    kind,
    subscriptionId: row.id,
    period: holding.period,
    currency: holding.terms.product.currency,
    dunning: true,
    grants,
  }))
}

/** From here on the cap counts anew, and what is used rounds by itself (B6, G53). */
async function beginMonths(tx: Transaction, reviews: readonly Review[]): Promise<void> {
  const rows = reviews.flatMap(({ loaded: { segmentRows }, decision }) =>
    decision.begun.map(({ segmentIndex, segment }) => {
      const row = segmentRows[segmentIndex]
      if (!row) throw new Error(`there is no segment ${segmentIndex}`)
      const { monthStart, extraThreshold, extraMaximum } = segment
      return sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.subscriptionId, subscriptions.id)}::uuid, ${row.meter}::text, ${row.periodStart.toString()}::timestamptz, ${row.position}::smallint, ${monthStart.extraUnits.toString()}::bigint, ${monthStart.billedAmount.toString()}::bigint, ${extraThreshold?.toString() ?? null}::bigint, ${extraMaximum?.toString() ?? null}::bigint)`
    }),
  )
  if (rows.length === 0) return
  await tx.execute(sql`
    UPDATE usage_segments s SET extra_at_month_start = v.extra, billed_at_month_start = v.billed, extra_threshold = v.threshold, extra_maximum = v.maximum
    FROM (VALUES ${sql.join(rows, sql`, `)}) AS v(organization_id, subscription_id, meter, period_start, position, extra, billed, threshold, maximum)
    WHERE (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (v.organization_id, v.subscription_id, v.meter, v.period_start, v.position)`)
}

async function writeSubscriptions(tx: Transaction, reviews: readonly Review[]): Promise<void> {
  const values = reviews.map(
    ({ loaded: { row, holding }, decision }) =>
      sql`(${sql.param(row.organizationId, subscriptions.organizationId)}::uuid, ${sql.param(row.id, subscriptions.id)}::uuid, ${decision.nextReviewAt?.toString() ?? null}::timestamptz, ${decision.seatsPaid}::integer, ${decision.refundedTaken.toString()}::bigint, ${(holding.status === 'trialing' ? row.billingMonthStart : decision.at).toString()}::timestamptz, ${decision.begun.length > 0}::boolean)`,
  )
  await tx.execute(sql`
    UPDATE subscriptions s SET review_at = v.review_at, seats_paid = v.seats_paid, refunded_taken = s.refunded_taken + v.refunded_taken,
      billing_month_start = v.billing_month_start, cap_spent_before = CASE WHEN v.begins_month THEN 0 ELSE s.cap_spent_before END
    FROM (VALUES ${sql.join(values, sql`, `)}) AS v(organization_id, id, review_at, seats_paid, refunded_taken, billing_month_start, begins_month)
    WHERE s.organization_id = v.organization_id AND s.id = v.id`)
}
