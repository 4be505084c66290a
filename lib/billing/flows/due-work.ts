import { and, eq, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { inEngine, postgresCode, type Transaction } from '../../../db/client'
import { organizations, payments, pendingActions, subscriptions, testClocks } from '../../../db/schema'
import { failpoint } from '../../failpoint'
import type { OrganizationId, TestClockId } from '../../ids'
import { groupBy } from '../../metering/group-by'
import type { PaymentProvider } from '../../payments/port'
import { type Instant, systemClock } from '../../time'
import { closePeriods } from '../commands/close-periods'
import { expireCredit } from '../commands/expire-credit'
import { NOTICE_DAYS, noticeDue, noticeRenewals } from '../commands/notice-renewals'
import { type PaymentKey, postponeCheck } from '../commands/payment-steps'
import { nothingWaits, reviewPeriods } from '../commands/review-periods'
import { lockOrganizations, organizationNow } from '../commands/store/organization'
import { renewsAtColumn } from '../commands/store/subscription'
import { noticeDaysAt } from '../commands/store/trust'
import { creditDueInstants, sweepCredit } from '../commands/sweep-credit'
import { abandon, collect } from './collect'

/** How many organizations one pass takes: their renewals share one transaction. */
const ORGANIZATIONS_PER_PASS = 200

const isLive = and(isNull(subscriptions.endedAt), sql`${subscriptions.status} <> 'awaiting_payment'`, isNull(subscriptions.renewalError))

/**
 * Organizations in real time that have something due: a review, a period's end, a retry, a waiting action that has run out, or
 * credit that ends, is to be told of, or was drawn on a day that is over.
 * Those on a test clock are left to its advance (decision 11).
 */
async function dueOrganizations(tx: Transaction): Promise<OrganizationId[]> {
  const noticeDays = sql`${sql.param(await noticeDaysAt(tx, systemClock.now()))}::integer[]`
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT DISTINCT o.id FROM (
      (SELECT s.organization_id FROM subscriptions s WHERE ${inRealTime(sql`s`)} AND s.ended_at IS NULL AND s.status <> 'awaiting_payment' AND s.renewal_error IS NULL AND s.period_end <= now() ORDER BY s.period_end LIMIT ${ORGANIZATIONS_PER_PASS * 5})
      UNION ALL (SELECT s.organization_id FROM subscriptions s WHERE ${inRealTime(sql`s`)} AND s.ended_at IS NULL AND s.renewal_error IS NULL AND s.pending_kind = 'resubscribe' AND s.pending_effective_at <= now() ORDER BY s.pending_effective_at LIMIT ${ORGANIZATIONS_PER_PASS})
      UNION ALL (SELECT s.organization_id FROM subscriptions s WHERE ${inRealTime(sql`s`)} AND ${isReviewable} AND s.review_at <= now() ORDER BY s.review_at LIMIT ${ORGANIZATIONS_PER_PASS * 5})
      UNION ALL (SELECT s.organization_id FROM subscriptions s WHERE ${inRealTime(sql`s`)} AND ${noticeDue} AND s.period_end <= now() + make_interval(hours => ${24 * NOTICE_DAYS}) ORDER BY s.period_end LIMIT ${ORGANIZATIONS_PER_PASS})
      UNION ALL (SELECT p.organization_id FROM payments p WHERE ${inRealTime(sql`p`)} AND p.retry_at <= now() AND ${isCollectable(sql`p`)} ORDER BY p.retry_at LIMIT ${ORGANIZATIONS_PER_PASS * 5})
      UNION ALL (SELECT a.organization_id FROM pending_actions a WHERE ${inRealTime(sql`a`)} AND a.state = 'waiting' AND a.expires_at <= now() LIMIT ${ORGANIZATIONS_PER_PASS})
      UNION ALL (SELECT g.organization_id FROM prepaid_grants g WHERE ${inRealTime(sql`g`)} AND g.remaining > 0 AND g.expires_at <= now() + make_interval(hours => 24 * coalesce((SELECT max(n.days) FROM unnest(${noticeDays}) AS n (days) WHERE n.days < coalesce(g.noticed_days, 32767)), 0)) ORDER BY g.expires_at LIMIT ${ORGANIZATIONS_PER_PASS})
      UNION ALL (SELECT g.organization_id FROM credit_grants g WHERE ${inRealTime(sql`g`)} AND g.remaining > 0 AND g.expires_at IS NOT NULL AND g.expires_at <= now() ORDER BY g.expires_at LIMIT ${ORGANIZATIONS_PER_PASS})
      UNION ALL (SELECT d.organization_id FROM prepaid_draws d WHERE ${inRealTime(sql`d`)} AND d.amount <> d.posted AND d.day < (now() AT TIME ZONE 'UTC')::date LIMIT ${ORGANIZATIONS_PER_PASS})
    ) due JOIN organizations o ON o.id = due.organization_id
    WHERE o.test_clock_id IS NULL ORDER BY o.id LIMIT ${ORGANIZATIONS_PER_PASS}`)
  return rows.map((row) => organizations.id.mapFromDriverValue(row.id) as OrganizationId)
}

/** A review waits while a paid action does, which has settled the same tab. */
const isReviewable = sql`s.review_at IS NOT NULL AND s.ended_at IS NULL AND s.status <> 'awaiting_payment' AND s.renewal_error IS NULL AND ${nothingWaits('s')}`

/** Before the limit, not after it: clocks that stand still look overdue for ever, and would keep everybody else from their turn. */
function inRealTime(row: SQL): SQL {
  return sql`EXISTS (SELECT FROM organizations o WHERE o.id = ${row}.organization_id AND o.test_clock_id IS NULL)`
}

/** Does what has fallen due in real time, one pass; how much it did. */
export async function runDueWork(provider: PaymentProvider): Promise<number> {
  const due = await inEngine(dueOrganizations)
  return due.length === 0 ? 0 : runDueFor(provider, due)
}

/**
 * Does what has fallen due for these organizations by their own time, in C14's order: what waited for the bank is given up,
 * periods close and are reviewed, payments are collected. At least once and idempotent: a second pass finds nothing.
 */
export async function runDueFor(provider: PaymentProvider, organizationIds: readonly OrganizationId[]): Promise<number> {
  const faults: unknown[] = []
  const closed = await abandonAndClose(provider, organizationIds, faults)
  if (closed > 0) failpoint('due:closed')
  const retries = await inEngine((tx) => dueRetries(tx, organizationIds))
  const tried = await eachPayment(retries, faults, async (key) => {
    const state = await collect(provider, key, { onlyIfDue: true })
    // Whatever came of it, it is not due again at once; but what waits for the customer's bank is, where the provider could not be asked.
    return state !== 'needs_customer' || !(await inEngine((tx) => isStillDue(tx, key)))
  })
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} renewals or payments could not be worked on`)
  return closed + tried
}

async function isStillDue(tx: Transaction, { organizationId, paymentId }: PaymentKey): Promise<boolean> {
  return (await dueRetries(tx, [organizationId])).some((due) => due.paymentId === paymentId)
}

/**
 * The part of it that usage and prices wait for: what stands in the way of a renewal is given up, and one period of each
 * subscription that is due closes, or is reviewed; nothing is collected. How much it did: 0 where it is of no use to call again.
 */
export async function closeDueFor(provider: PaymentProvider, organizationIds: readonly OrganizationId[]): Promise<number> {
  const faults: unknown[] = []
  const closed = await abandonAndClose(provider, organizationIds, faults)
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} renewals could not be made, or payments given up`)
  return closed
}

async function abandonAndClose(provider: PaymentProvider, organizationIds: readonly OrganizationId[], faults: unknown[]): Promise<number> {
  const expired = await inEngine((tx) => expiredActions(tx, organizationIds))
  const givenUp = await eachPayment(expired, faults, async (key) => SETTLED.has(await abandon(provider, key)))
  const swept = await sweepOneByOne(organizationIds, faults)
  const closed = await eachWithin(organizationIds, faults, CLOSING)
  const reviewed = await eachWithin(organizationIds, faults, REVIEWING)
  return givenUp + swept + closed + reviewed + (await noticeAll(organizationIds, faults))
}

/** Last, so that it tells of what the same instant has decided. A fault of it keeps nobody's renewal from its turn. */
async function noticeAll(organizationIds: readonly OrganizationId[], faults: unknown[]): Promise<number> {
  try {
    return await inEngine((tx) => noticeRenewals({ tx, actor: 'system' }, { organizationIds }))
  } catch (fault) {
    faults.push(fault)
    return 0
  }
}

/** Credit ends before a period does (C14). All at once; where that fails, one organization at a time. */
async function sweepOneByOne(organizationIds: readonly OrganizationId[], faults: unknown[]): Promise<number> {
  try {
    return await inEngine(async (tx) => {
      const ended = await expireCredit({ tx, actor: 'system' }, { organizationIds })
      return ended + (await sweepCredit({ tx, actor: 'system' }, { organizationIds }))
    })
  } catch (fault) {
    if (organizationIds.length === 1) {
      faults.push(fault)
      return 0
    }
    let swept = 0
    for (const id of organizationIds) swept += await sweepOneByOne([id], faults)
    return swept
  }
}

const SETTLED: ReadonlySet<string> = new Set(['collected', 'abandoned'])

/** A provider answers in some hundred milliseconds, and takes far more than so many requests at once. */
const PAYMENTS_AT_ONCE = 8

/**
 * Each by itself: one that throws keeps no other from its turn. An organization's own go one after the other, in their order; of several
 * organizations some are at the provider at once. How many moved.
 */
async function eachPayment(keys: readonly PaymentKey[], faults: unknown[], work: (key: PaymentKey) => Promise<boolean>): Promise<number> {
  const waiting = [...groupBy(keys, ({ organizationId }) => organizationId).values()]
  let moved = 0
  const collector = async () => {
    for (let own = waiting.shift(); own; own = waiting.shift()) {
      for (const key of own) {
        try {
          if (await work(key)) moved += 1
        } catch (fault) {
          faults.push(fault)
          await inEngine((tx) => postponeCheck(tx, key))
        }
      }
    }
  }
  // All of them end before this does, whatever one meets: nothing of it goes on beside the next pass, or when the worker has stopped.
  const ended = await Promise.allSettled(Array.from({ length: PAYMENTS_AT_ONCE }, collector))
  faults.push(...ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])))
  return moved
}

/** Nobody talks to the provider about it now, and none of it is unknown. A wait for the customer's bank does not stop the schedule. */
function isCollectable(payment: SQL): SQL {
  return sql`(${payment}.state = 'needs_customer' OR (${payment}.state IN ('created', 'open', 'refused') AND (${payment}.check_at IS NULL OR ${payment}.check_at <= now())))`
}

/** All in one transaction; where that fails, one organization at a time, so that one cannot stop the others. */
async function eachWithin(organizationIds: readonly OrganizationId[], faults: unknown[], work: BoundaryWork): Promise<number> {
  try {
    return await work.together(organizationIds)
  } catch (fault) {
    if (organizationIds.length === 1) {
      if (isPassing(fault)) faults.push(fault)
      else await setAside(organizationIds, fault, work)
      return 0
    }
    let did = 0
    for (const id of organizationIds) did += await eachWithin([id], faults, work)
    return did
  }
}

/** What is done at an instant of a subscription's own: how many it did, and which instant it is. */
type BoundaryWork = {
  together(organizationIds: readonly OrganizationId[]): Promise<number>
  dueAt: SQL<string>
}

const CLOSING: BoundaryWork = {
  async together(organizationIds) {
    const { closed } = await inEngine((tx) => closePeriods({ tx, actor: 'system' }, { organizationIds }))
    return closed.length
  },
  dueAt: renewsAtColumn,
}

/** After what closes at the same instant, so that the credit of a review meets what comes next (C14). */
const REVIEWING: BoundaryWork = {
  async together(organizationIds) {
    const { reviewed } = await inEngine((tx) => reviewPeriods({ tx, actor: 'system' }, { organizationIds }))
    return reviewed.length
  },
  dueAt: sql<string>`${subscriptions.reviewAt}`,
}

/** SQLSTATE classes of a database that was away, was overloaded or stopped us: nobody's renewal is broken by it, and it is tried again. */
const PASSING = /^(08|40|53|55|57|58)/
const NO_CONNECTION = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

function isPassing(fault: unknown): boolean {
  const code = postgresCode(fault)
  if (code) return PASSING.test(code)
  // Without a state the server has not answered at all: the connection is gone, or could not be made.
  for (let cause = fault; cause instanceof Error; cause = cause.cause) if ('syscall' in cause || NO_CONNECTION.test(cause.message)) return true
  return false
}

/** Kept on the subscription for the operator; it is not tried again until somebody has looked. */
async function setAside(organizationIds: readonly OrganizationId[], fault: unknown, { dueAt }: BoundaryWork): Promise<void> {
  const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault
  const renewalError = cause instanceof Error ? cause.message : String(cause)
  await inEngine(async (tx) => {
    for (const [id, { now }] of await lockOrganizations(tx, organizationIds)) {
      await tx
        .update(subscriptions)
        .set({ renewalError })
        .where(and(eq(subscriptions.organizationId, id), isLive, lte(dueAt, now.toString())))
    }
  })
}

/** Past their time, or in the way of a renewal that has fallen due (G79). */
async function expiredActions(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<PaymentKey[]> {
  return tx
    .select({ organizationId: payments.organizationId, paymentId: payments.id })
    .from(pendingActions)
    .innerJoin(payments, and(eq(payments.organizationId, pendingActions.organizationId), eq(payments.documentId, pendingActions.documentId)))
    .innerJoin(organizations, eq(organizations.id, pendingActions.organizationId))
    .leftJoin(subscriptions, and(eq(subscriptions.organizationId, pendingActions.organizationId), eq(subscriptions.id, pendingActions.subscriptionId)))
    .where(
      and(
        inArray(pendingActions.organizationId, [...organizationIds]),
        eq(pendingActions.state, 'waiting'),
        or(lte(pendingActions.expiresAt, organizationNow), and(isLive, lte(renewsAtColumn, organizationNow))),
      ),
    )
}

async function dueRetries(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<PaymentKey[]> {
  return tx
    .select({ organizationId: payments.organizationId, paymentId: payments.id })
    .from(payments)
    .innerJoin(organizations, eq(organizations.id, payments.organizationId))
    .where(and(inArray(payments.organizationId, [...organizationIds]), lte(payments.retryAt, organizationNow), isCollectable(sql`${payments}`)))
    .orderBy(payments.retryAt, payments.id)
}

/** The next instant, not after `to`, at which something falls due on a test clock; null where nothing does. */
export async function nextDueInstant(tx: Transaction, clockId: TestClockId, to: Instant): Promise<Instant | null> {
  const [clock] = await tx.select({ now: testClocks.now }).from(testClocks).where(eq(testClocks.id, clockId))
  const credit = creditDueInstants(clock ? await noticeDaysAt(tx, clock.now) : [])
  const { rows } = await tx.execute<{ at: string | null }>(sql`
    SELECT to_char(min(due.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM organizations o CROSS JOIN LATERAL (
      SELECT min(least(s.period_end, CASE WHEN s.pending_kind = 'resubscribe' THEN s.pending_effective_at END)) AS at FROM subscriptions s WHERE s.organization_id = o.id AND s.ended_at IS NULL AND s.status <> 'awaiting_payment' AND s.renewal_error IS NULL
      UNION ALL SELECT min(s.review_at) FROM subscriptions s WHERE s.organization_id = o.id AND ${isReviewable}
      UNION ALL SELECT min(s.period_end - make_interval(hours => ${24 * NOTICE_DAYS})) FROM subscriptions s WHERE s.organization_id = o.id AND ${noticeDue}
      UNION ALL SELECT min(p.retry_at) FROM payments p WHERE p.organization_id = o.id AND p.retry_at IS NOT NULL
      UNION ALL SELECT min(a.expires_at) FROM pending_actions a WHERE a.organization_id = o.id AND a.state = 'waiting'
      UNION ALL SELECT min(g.expires_at) FROM credit_grants g WHERE g.organization_id = o.id AND g.remaining > 0 AND g.expires_at IS NOT NULL
      UNION ALL ${credit.ends} UNION ALL ${credit.notices} UNION ALL ${credit.postings}
    ) due WHERE o.test_clock_id = ${sql.param(clockId, testClocks.id)}::uuid AND due.at <= ${to.toString()}::timestamptz`)
  const at = rows[0]?.at
  return at ? (testClocks.now.mapFromDriverValue(at) as Instant) : null
}
