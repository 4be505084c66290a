import { and, desc, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { messages, organizations, payments, subscriptions } from '../../db/schema'
import { getWebhookHealth } from '../billing/views/webhook-health'
import type { OrganizationId } from '../ids'
import { instant, systemClock } from '../time'
import { JOBS_SCHEMA, type Kind, QUEUES } from './queues'

/** Wall time, as ISO 8601, throughout. */
export type WorkerHealth = {
  /** A sweep of each kind: when it was last done, and since when one waits that nobody takes. */
  sweeps: { kind: Kind; isFrequent: boolean; lastDoneAt: string | null; lastFailedAt: string | null; waitingSince: string | null }[]
  /** What has fallen due in real time and is not done: how much, and since when. */
  due: { renewals: Backlog; payments: Backlog; messages: Backlog }
  setAside: number
  webhooks: { lastReceivedAt: string | null; oldestPendingAt: string | null; pending: number }
  failedMail: { id: string; organization: { id: OrganizationId; name: string }; recipient: string; kind: string; error: string | null; at: string }[]
}

type Backlog = { count: number; oldest: string | null }

const FAILED_SHOWN = 5
/** More than this says the same, and would be counted for nothing. */
const COUNTED = 1_000

export async function getWorkerHealth(tx: Transaction): Promise<WorkerHealth> {
  const webhooks = await getWebhookHealth(tx)
  return {
    sweeps: await readSweeps(tx),
    due: { renewals: await renewalsDue(tx), payments: await paymentsDue(tx), messages: await messagesDue(tx) },
    setAside: await tx.$count(subscriptions, and(isNotNull(subscriptions.renewalError), isNull(subscriptions.endedAt))),
    webhooks: {
      lastReceivedAt: webhooks.lastReceivedAt?.toString() ?? null,
      oldestPendingAt: webhooks.oldestPendingAt?.toString() ?? null,
      pending: webhooks.pending,
    },
    failedMail: await failedMail(tx),
  }
}

type SweepRow = { name: string; done: string | null; failed: string | null; waiting: string | null }

const MINUTELY = '* * * * *'

/** From the queue's own tables, which keep what was done for an hour. */
async function readSweeps(tx: Transaction): Promise<WorkerHealth['sweeps']> {
  const { rows: there } = await tx.execute<{ found: boolean }>(sql`SELECT to_regclass(${`${JOBS_SCHEMA}.job`}) IS NOT NULL AS found`)
  const isoText = (column: ReturnType<typeof sql>) => sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
  const rows = there[0]?.found
    ? (
        await tx.execute<SweepRow>(sql`
          SELECT name, ${isoText(sql`max(completed_on) FILTER (WHERE state = 'completed')`)} AS done, ${isoText(sql`max(completed_on) FILTER (WHERE state = 'failed')`)} AS failed,
            ${isoText(sql`min(start_after) FILTER (WHERE state IN ('created', 'retry') AND start_after < now())`)} AS waiting
          FROM ${sql.identifier(JOBS_SCHEMA)}.job GROUP BY name`)
      ).rows
    : []
  return QUEUES.map(({ kind, cron }) => {
    const row = rows.find(({ name }) => name === kind)
    return { kind, isFrequent: cron === MINUTELY, lastDoneAt: row?.done ?? null, lastFailedAt: row?.failed ?? null, waitingSince: row?.waiting ?? null }
  })
}

const inRealTime = sql`(SELECT o.test_clock_id IS NULL FROM organizations o WHERE o.id = organization_id)`

async function renewalsDue(tx: Transaction): Promise<Backlog> {
  return backlog(
    tx,
    sql`SELECT period_end AS at FROM subscriptions WHERE ended_at IS NULL AND status <> 'awaiting_payment' AND renewal_error IS NULL AND period_end <= now() AND ${inRealTime} ORDER BY period_end LIMIT ${COUNTED}`,
  )
}

async function paymentsDue(tx: Transaction): Promise<Backlog> {
  return backlog(
    tx,
    sql`SELECT check_at AS at FROM ${payments} WHERE ${and(isNotNull(payments.checkAt), lte(payments.checkAt, systemClock.now()))} ORDER BY check_at LIMIT ${COUNTED}`,
  )
}

async function messagesDue(tx: Transaction): Promise<Backlog> {
  return backlog(
    tx,
    sql`SELECT next_try_at AS at FROM ${messages} WHERE ${and(isNotNull(messages.nextTryAt), lte(messages.nextTryAt, systemClock.now()))} ORDER BY next_try_at LIMIT ${COUNTED}`,
  )
}

async function backlog(tx: Transaction, due: ReturnType<typeof sql>): Promise<Backlog> {
  const { rows } = await tx.execute<{ count: number; oldest: string | null }>(
    sql`SELECT count(*)::integer AS count, to_char(min(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS oldest FROM (${due}) due`,
  )
  const oldest = rows[0]?.oldest ?? null
  return { count: rows[0]?.count ?? 0, oldest: oldest && instant(oldest).toString() }
}

async function failedMail(tx: Transaction): Promise<WorkerHealth['failedMail']> {
  const rows = await tx
    .select({
      id: messages.id,
      recipient: messages.recipient,
      kind: messages.kind,
      error: messages.error,
      at: messages.at,
      organization: { id: organizations.id, name: organizations.name },
    })
    .from(messages)
    .innerJoin(organizations, eq(organizations.id, messages.organizationId))
    .where(eq(messages.state, 'failed'))
    .orderBy(desc(messages.id))
    .limit(FAILED_SHOWN)
  return rows.map((row) => ({ ...row, at: row.at.toString() }))
}
