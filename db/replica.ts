import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A replica that needs longer is not waited for: the primary answers sooner. */
const CATCHES_UP_WITHIN_MS = 100
const LOOKS_EVERY_MS = 10
const ANSWERS_WITHIN_MS = 3_000

/** What the primary has committed so far, and which database it is. `timeline`: begins anew with each stand-by that takes over. */
export type Moment = { system: string; database: string; timeline: string; lsn: string }

type Queryable = Pick<pg.ClientBase, 'query'>
type Standing = Omit<Moment, 'lsn'> & { isReplica: boolean; hasReplayed: boolean }

/** Of the primary. With `synchronous_commit` on, as it is by default, all that anybody has seen is flushed. */
export async function presentMoment(primary: Queryable): Promise<Moment> {
  const { rows } = await primary.query<Moment>(
    `SELECT system_identifier::text AS system, current_database()::text AS database, pg_current_wal_flush_lsn()::text AS lsn,
       left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) AS timeline FROM pg_control_system()`,
  )
  return rows[0] as Moment
}

async function standingOf(replica: Queryable, lsn: string): Promise<Standing> {
  const { rows } = await replica.query<Standing>(
    `SELECT pg_is_in_recovery() AS "isReplica", system_identifier::text AS system, current_database()::text AS database,
       lpad(upper(to_hex(timeline_id)), 8, '0') AS timeline, coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS "hasReplayed"
     FROM pg_control_system(), pg_control_checkpoint()`,
    [lsn],
  )
  return rows[0] as Standing
}

/**
 * One that still follows the primary before this one has a log of its own, whose positions say nothing: it may be further, and lack what was
 * committed since. One that has followed is of the new timeline from its next restart point on.
 */
const isOf = ({ isReplica, system, database, timeline }: Standing, moment: Moment) =>
  isReplica && system === moment.system && database === moment.database && timeline === moment.timeline

/**
 * Whether it is a replica of that database, still, and has what the primary had at that moment: whoever reads there then sees everything that was
 * committed before they asked, their own writes included. It is asked before the transaction begins, whose snapshot so is a later one.
 */
export async function hasCaughtUp(replica: Queryable, moment: Moment): Promise<boolean> {
  for (const until = performance.now() + CATCHES_UP_WITHIN_MS; ; await sleep(LOOKS_EVERY_MS)) {
    const standing = await standingOf(replica, moment.lsn)
    if (!isOf(standing, moment)) return false
    if (standing.hasReplayed) return true
    if (performance.now() >= until) return false
  }
}

/** The same role there: a replica has the roles of its primary, and their passwords. */
export function onReplica(roleUrl: string, replicaUrl: string): string {
  const url = new URL(replicaUrl)
  const { username, password } = new URL(roleUrl)
  Object.assign(url, { username, password })
  return url.href
}

/**
 * Looks at DATABASE_REPLICA_URL as the web role.
 *
 * @returns what the operator is to read where it is not there just now, which stops nothing; null where all is well.
 * @throws Error in one sentence where what is there is no replica of this database.
 */
export async function checkReplica(webUrl: string, replicaUrl: string): Promise<string | null> {
  const moment = await connected(webUrl, presentMoment)
  let standing: Standing
  try {
    standing = await connected(onReplica(webUrl, replicaUrl), (replica) => standingOf(replica, moment.lsn))
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === '28P01') throw new Error(WORDS.stranger, { cause })
    return `DATABASE_REPLICA_URL does not answer (${cause instanceof Error ? cause.message : String(cause)}); until it does, history is read from the primary.`
  }
  if (standing.system !== moment.system) throw new Error(WORDS.stranger)
  if (standing.database !== moment.database)
    throw new Error(`DATABASE_REPLICA_URL names the database ${standing.database}, and DATABASE_URL ${moment.database}.`)
  if (!standing.isReplica) throw new Error(WORDS.primary)
  return standing.timeline === moment.timeline ? null : WORDS.before
}

const WORDS = {
  stranger: 'DATABASE_REPLICA_URL is not a streaming replica of the server of DATABASE_URL: it is another one, with other data.',
  before: 'DATABASE_REPLICA_URL has not followed to the server that is the primary now; until it has, history is read from the primary.',
  primary: 'DATABASE_REPLICA_URL is no replica but takes writes; it must be a stand-by that follows the server of DATABASE_URL.',
}

async function connected<Value>(connectionString: string, ask: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: ANSWERS_WITHIN_MS, query_timeout: ANSWERS_WITHIN_MS })
  client.on('error', () => {}) // The query that it breaks says so.
  try {
    await client.connect()
    return await ask(client)
  } finally {
    await client.end().catch(() => {})
  }
}
