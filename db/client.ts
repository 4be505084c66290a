import { sql } from 'drizzle-orm'
import { type NodePgDatabase, NodePgSession, NodePgTransaction } from 'drizzle-orm/node-postgres'
import { PgDialect } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { type OrganizationId, type UserId, uuidOf } from '../lib/ids'
import { isStalePlan, PreparingClient } from './preparing-client'

export type Database = NodePgDatabase
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/** What a transaction of the web role may see (decision 10). */
export type Visibility = { organizationId?: OrganizationId; userId?: UserId }

export type Role = 'web' | 'engine'
type PoolName = Role | `${Role}_replica`
type Connection = { name: PoolName; most: number; pool: pg.Pool }
/** `isAwaited`: before anything else is sent. */
type Terms = { begin: string; isAwaited: boolean }

/** Looks on at each transaction, and says of which trace (W3C) what is written in it is; undefined: of none. */
export type Watch = <Value>(role: Role, work: (traceparent: string | undefined) => Promise<Value>) => Promise<Value>

/** In one process the module graph exists twice (Next's bundle and ours), so pools hang on the global object. */
const CONNECTIONS = Symbol.for('headroom.database.connections')
const WATCH = Symbol.for('headroom.database.watch')
const shared = globalThis as typeof globalThis & { [CONNECTIONS]?: Map<string, Connection>; [WATCH]?: Watch | undefined }
const ATTEMPTS = 3
const PLAIN: Terms = { begin: 'begin', isAwaited: true }
export const SNAPSHOT: Terms = { begin: 'begin isolation level repeatable read read only', isAwaited: true }
/**
 * Usage asks a few statements again and again, with arrays of every length. Postgres would plan those anew each time, because a plan for three
 * organizations seems cheaper than one for any number; each reads its rows by index, so that they are the same.
 */
const METERING: Terms = { begin: 'begin; set local plan_cache_mode to force_generic_plan', isAwaited: false }
const POOL_SIZE: Record<Role, number> = { web: 20, engine: 40 }
/**
 * Longer than the minute after which the worker looks for work: its six sweeps would each open a connection at one moment, and have every statement
 * planned anew. On a slow machine everybody else waited 300 ms for that.
 */
export const KEPT_IDLE_MS = 90_000
const RETRIED = new Set(['40001', '40P01']) // serialization_failure, deadlock_detected

/** Opened at the first use. `limits`: over those that all have. */
export function connectionTo(url: string, role: Role, { name = role, ...limits }: pg.PoolConfig & { name?: PoolName } = {}): Connection {
  const most = POOL_SIZE[role]
  shared[CONNECTIONS] ??= new Map()
  let connection = shared[CONNECTIONS].get(url)
  if (!connection) {
    const pool = new pg.Pool({
      ...{ Client: PreparingClient, connectionString: url, max: most, application_name: `headroom_${role}`, keepAlive: true },
      idleTimeoutMillis: KEPT_IDLE_MS,
      pipeline: true, // What is asked at once is sent at once, and answered in that order.
      ...limits,
    })
    pool.on('error', () => {}) // An idle connection that the server closed; the next query opens another.
    // The same of one that is in use: its query fails and says so. Without a listener, Node ends the whole process.
    pool.on('connect', (client) => client.on('error', () => {}))
    connection = { name, most, pool }
    shared[CONNECTIONS].set(url, connection)
  }
  return connection
}

export function roleUrl(role: Role): string {
  const name = role === 'web' ? 'DATABASE_WEB_URL' : 'DATABASE_ENGINE_URL'
  const url = process.env[name]
  if (!url) throw new Error(`${name} is not set`)
  return url
}

/**
 * One transaction of the engine role, which sees every organization: machine interface, settle, worker, operator's desk. Never reached from a member's
 * pages. A deadlock, a serialization failure or a plan that a migration made stale runs the whole of it again, three times.
 *
 * Returning commits, a refusal too: lock, decide, write, in this order.
 */
export function inEngine<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return retried(() => transaction('engine', work, PLAIN))
}

/** As `inEngine`, of one moment: every statement sees the database as the first one did, and none can write. */
export function inEngineSnapshot<Value>(read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return retried(() => transaction('engine', read, SNAPSHOT))
}

/**
 * As `inEngine`, for what is asked thousands of times a second: `begin` is not waited for, so that the first statement is sent with it. Should
 * `begin` alone fail, that statement has been run all the same: whoever writes waits for `begun` first.
 */
export function inMetering<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return retried(() => transaction('engine', work, METERING))
}

/** When `begin` has been answered, which is before anything that was sent after it. Rejects where nothing is in a transaction. */
export async function begun(tx: Transaction): Promise<void> {
  await opening.get(tx)
}

/**
 * Lets a statement be on its way while `tx` goes on, and `commit` be sent behind it: Postgres runs them in turn, and makes a rollback of the commit
 * if it fails. What it fails with is what the transaction fails with.
 */
export function letRun(tx: Transaction, statement: PromiseLike<unknown>): void {
  const running = statement.then(() => {}) // Once: Drizzle sends a statement each time that it is asked for the answer.
  running.then(undefined, () => {}) // A fault is looked at where the transaction ends.
  underWay.set(tx, [...(underWay.get(tx) ?? []), running])
}

/** One transaction of the web role, which sees the given organization and person and nothing else. */
export function inWeb<Value>(visibility: Visibility, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return asWeb(visibility, PLAIN, work)
}

/** As `inWeb`, of one moment: every statement sees the database as the first one did, and none can write. */
export function inWebSnapshot<Value>(visibility: Visibility, read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return asWeb(visibility, SNAPSHOT, read)
}

function asWeb<Value>(visibility: Visibility, terms: Terms, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return retried(() => transaction('web', asVisible(visibility, work), terms))
}

/** What every transaction of the web role begins with: who may see what. */
export function asVisible<Value>(visibility: Visibility, work: (tx: Transaction) => Promise<Value>): (tx: Transaction) => Promise<Value> {
  const organization = visibility.organizationId ? uuidOf('org', visibility.organizationId) : ''
  const person = visibility.userId ? uuidOf('user', visibility.userId) : ''
  return async (tx) => {
    await tx.execute(sql`SELECT set_config('app.org_id', ${organization}, true), set_config('app.user_id', ${person}, true)`)
    return work(tx)
  }
}

type Session = ConstructorParameters<typeof NodePgTransaction>[1]

export const DIALECT = new PgDialect({ casing: 'snake_case' })
/** What wraps a connection is made once for each. */
const sessions = new WeakMap<pg.PoolClient, Session>()
/** Of those whose work does not wait for it. */
const opening = new WeakMap<Transaction, Promise<unknown>>()
const underWay = new WeakMap<Transaction, readonly PromiseLike<unknown>[]>()

function sessionOf(client: pg.PoolClient): Session {
  const known = sessions.get(client) ?? new NodePgSession(client, DIALECT, undefined)
  sessions.set(client, known)
  return known
}

export function transaction<Value>(role: Role, work: (tx: Transaction) => Promise<Value>, terms: Terms): Promise<Value> {
  const open = (asked: typeof work) => connected(connectionTo(roleUrl(role), role), (client) => inTransaction(client, asked, terms))
  const watch = shared[WATCH]
  if (!watch) return open(work)
  return watch(role, (traceparent) => open(traceparent === undefined ? work : (tx) => asTraced(tx, traceparent, work)))
}

/** What is due later remembers it, so that the worker goes on in the same trace. */
async function asTraced<Value>(tx: Transaction, traceparent: string, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  await tx.execute(sql`SELECT set_config('app.traceparent', ${traceparent}, true)`)
  return work(tx)
}

/**
 * Takes the connection itself and always gives it back: Drizzle keeps one whose `begin` fails, and a pool that has lost all of them so, to a database
 * that went away, never serves anybody again. One that is still in a transaction, which could not be rolled back, is not used again.
 */
export async function connected<Value>({ pool }: Connection, work: (client: pg.PoolClient) => Promise<Value>): Promise<Value> {
  const client = await pool.connect()
  try {
    return await work(client)
  } finally {
    client.release(client.getTransactionStatus() !== 'I')
  }
}

export async function inTransaction<Value>(client: pg.PoolClient, work: (tx: Transaction) => Promise<Value>, { begin, isAwaited }: Terms): Promise<Value> {
  const tx: Transaction = new NodePgTransaction(DIALECT, sessionOf(client), undefined)
  const answer = client.query(begin)
  try {
    if (isAwaited) await answer
    else {
      opening.set(tx, answer)
      letRun(tx, answer)
    }
    const value = await work(tx)
    await all([...(underWay.get(tx) ?? []), client.query('commit')])
    return value
  } catch (fault) {
    const first = await firstFault(underWay.get(tx) ?? [], fault)
    await client.query('rollback').catch(() => {}) // Its connection is not used again.
    throw first
  }
}

/** Waits for all of them whatever becomes of each, so that none is still on its way when the connection goes to the next. */
async function all(statements: readonly PromiseLike<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(statements)).find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

/** Whatever comes after a statement that failed fails as well, and says less. */
function firstFault(statements: readonly PromiseLike<unknown>[], fault: unknown): Promise<unknown> {
  return all(statements).then(
    () => fault,
    (first: unknown) => first,
  )
}

/** How much of this process's connections is in use, at this moment. */
export function databasePools(): { name: PoolName; most: number; total: number; idle: number; waiting: number }[] {
  return [...(shared[CONNECTIONS]?.values() ?? [])].map(({ name, most, pool: { totalCount: total, idleCount: idle, waitingCount: waiting } }) => {
    return { name, most, total, idle, waiting }
  })
}

/** Nobody looks on by default, which costs nothing. */
export function watchTransactions(watch: Watch | undefined): void {
  shared[WATCH] = watch
}

export async function closeDatabase(): Promise<void> {
  const connections = [...(shared[CONNECTIONS]?.values() ?? [])]
  shared[CONNECTIONS]?.clear()
  await Promise.all(connections.map(({ pool }) => pool.end()))
}

/** As often as a transaction is tried that lost against another. */
export async function retried<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (fault) {
      if (attempt === ATTEMPTS || !(RETRIED.has(postgresCode(fault) ?? '') || isStalePlan(fault))) throw fault
    }
  }
}

/** The SQLSTATE of a fault, also where Drizzle wrapped it. */
export function postgresCode(fault: unknown): string | null {
  for (let cause = fault; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[0-9A-Z]{5}$/.test(cause.code)) return cause.code
  }
  return null
}

/**
 * The server cannot be found, refused the connection (too_many_connections too), is starting or stopping, or broke off: class 08, admin_shutdown,
 * crash_shutdown, cannot_connect_now. A violation of the protocol (08P01) is ours.
 */
const AWAY = /^(?:08(?!P01)...|53300|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/
const BROKEN_OFF = /^Connection terminated|is not queryable$|^timeout exceeded when trying to connect$/

/** Postgres is not there just now, which is nobody's mistake. Whether what was asked was done is not known. */
export function isDatabaseAway(fault: unknown): boolean {
  for (let cause = fault; cause instanceof Error; cause = cause.cause) {
    if (BROKEN_OFF.test(cause.message) || ('code' in cause && AWAY.test(String(cause.code)))) return true
  }
  return false
}
