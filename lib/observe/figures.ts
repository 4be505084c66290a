import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { JOBS_SCHEMA, QUEUES } from '../worker/queues'

/** More than this says the same, and would be counted for nothing. */
const COUNTED = 1_000
const WORKER_NAME = 'headroom_worker'

/** How many are due, and for how many seconds the oldest of them is. */
export type Waiting = { count: number; age: number }

/** Ages are in seconds by the database's clock, and infinite for what never was. */
export type Figures = {
  workerHeardAge: number
  jobs: Record<string, Waiting>
  renewals: Waiting
  renewalsSetAside: number
  payments: Waiting
  books: { age: number; differences: number }
  /** `missed`: found on the last day, and never come. */
  notifications: Waiting & { lastAge: number; missed: number }
  compared: { age: number; differences: number }
  outgoing: Record<'mail' | 'chat' | 'webhook', Waiting>
}

type Query = ReturnType<typeof sql>

/** What the operator watches, each from an index that holds only what waits: it costs the same after years. */
export async function readFigures(tx: Transaction): Promise<Figures> {
  const notifications = await readWaiting(tx, sql`SELECT received_at AS at FROM webhook_inbox WHERE state = 'pending' ORDER BY received_at`)
  return {
    workerHeardAge: await readWorkerHeardAge(tx),
    jobs: await readJobs(tx),
    renewals: await readWaiting(
      tx,
      sql`SELECT period_end AS at FROM subscriptions s WHERE ended_at IS NULL AND status <> 'awaiting_payment' AND renewal_error IS NULL AND period_end <= now()
        AND ${inRealTime(sql`s.organization_id`)} ORDER BY period_end`,
    ),
    renewalsSetAside: (await readWaiting(tx, sql`SELECT now() AS at FROM subscriptions WHERE renewal_error IS NOT NULL AND ended_at IS NULL`)).count,
    payments: await readWaiting(
      tx,
      sql`SELECT created_at AS at FROM payments p WHERE check_at IS NOT NULL AND state IN ('created', 'open', 'in_flight') AND ${inRealTime(sql`p.organization_id`)}
        ORDER BY check_at`,
    ),
    books: await readBooks(tx),
    notifications: {
      ...notifications,
      lastAge: await readAge(tx, sql`SELECT max(received_at) FROM webhook_inbox WHERE NOT missed`),
      missed: (await readWaiting(tx, sql`SELECT received_at AS at FROM webhook_inbox WHERE missed AND received_at > now() - interval '1 day'`)).count,
    },
    compared: {
      age: await readAge(tx, sql`SELECT coalesce((SELECT min(since) FROM provider_readings), (SELECT created_at FROM installation))`),
      differences: (await readWaiting(tx, sql`SELECT at FROM operator_notices WHERE resolved_at IS NULL AND kind = 'differs_at_provider'`)).count,
    },
    outgoing: {
      mail: await readWaiting(tx, dueMessages(sql`channel = 'email'`)),
      chat: await readWaiting(tx, dueMessages(sql`channel <> 'email'`)),
      webhook: await readWaiting(
        tx,
        sql`(SELECT written_at AS at FROM webhook_events WHERE spread_at IS NULL LIMIT ${COUNTED})
          UNION ALL (SELECT next_try_at FROM webhook_deliveries WHERE next_try_at IS NOT NULL AND next_try_at <= now() LIMIT ${COUNTED})`,
      ),
    },
  }
}

/** A worker writes its heartbeat every half minute, whether it has something to do or not. */
export async function readWorkerHeardAge(tx: Transaction): Promise<number> {
  if (!(await hasJobs(tx))) return Number.POSITIVE_INFINITY
  return readAge(tx, sql`SELECT max(heartbeat_on) FROM ${sql.identifier(JOBS_SCHEMA)}.instance WHERE application_name = ${WORKER_NAME}`)
}

/** At most one job of a kind waits, and one or two are tried again. */
async function readJobs(tx: Transaction): Promise<Figures['jobs']> {
  const rows = (await hasJobs(tx))
    ? (
        await tx.execute<{ name: string; count: number; age: number }>(sql`
          SELECT name, count(*)::integer AS count, extract(epoch FROM now() - min(start_after))::double precision AS age
          FROM ${sql.identifier(JOBS_SCHEMA)}.job WHERE state < 'active' AND NOT blocked AND start_after <= now() GROUP BY name`)
      ).rows
    : []
  const none: Waiting = { count: 0, age: 0 }
  return Object.fromEntries(QUEUES.map(({ kind }) => [kind, rows.find(({ name }) => name === kind) ?? none]))
}

async function hasJobs(tx: Transaction): Promise<boolean> {
  const { rows } = await tx.execute<{ found: boolean }>(sql`SELECT to_regclass(${`${JOBS_SCHEMA}.instance`}) IS NOT NULL AS found`)
  return rows[0]?.found ?? false
}

async function readBooks(tx: Transaction): Promise<Figures['books']> {
  const { rows } = await tx.execute<{ age: number; differences: number }>(sql`
    SELECT extract(epoch FROM now() - as_of)::double precision AS age, jsonb_array_length(differences) AS differences FROM books_runs ORDER BY as_of DESC LIMIT 1`)
  return rows[0] ?? { age: Number.POSITIVE_INFINITY, differences: 0 }
}

async function readWaiting(tx: Transaction, due: Query): Promise<Waiting> {
  const { rows } = await tx.execute<Waiting>(sql`
    SELECT count(*)::integer AS count, coalesce(extract(epoch FROM now() - min(at)), 0)::double precision AS age FROM (${due} LIMIT ${COUNTED}) due`)
  return rows[0] ?? { count: 0, age: 0 }
}

async function readAge(tx: Transaction, moment: Query): Promise<number> {
  const { rows } = await tx.execute<{ age: number }>(sql`SELECT coalesce(extract(epoch FROM now() - (${moment})), 'infinity')::double precision AS age`)
  return rows[0]?.age ?? Number.POSITIVE_INFINITY
}

const dueMessages = (channel: Query): Query =>
  sql`SELECT next_try_at AS at FROM messages WHERE next_try_at IS NOT NULL AND ${channel} AND next_try_at <= now() ORDER BY next_try_at`

/** Who lives on a test clock is due in a time of their own. */
const inRealTime = (organizationId: Query): Query => sql`(SELECT o.test_clock_id IS NULL FROM organizations o WHERE o.id = ${organizationId})`
