import { sql } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { type OrganizationId, type UserId, uuidOf } from '../lib/ids'
import { isStalePlan, PreparingClient } from './preparing-client'

export type Database = NodePgDatabase
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/** What a transaction of the web role may see (decision 10). */
export type Visibility = { organizationId?: OrganizationId; userId?: UserId }

type Role = 'web' | 'engine'
type Connection = { role: Role; pool: pg.Pool }

/** Looks on at each transaction, and says of which trace (W3C) what is written in it is; undefined: of none. */
export type Watch = <Value>(role: Role, work: (traceparent: string | undefined) => Promise<Value>) => Promise<Value>

/** In one process the module graph exists twice (Next's bundle and ours), so pools hang on the global object. */
const CONNECTIONS = Symbol.for('headroom.database.connections')
const WATCH = Symbol.for('headroom.database.watch')
const shared = globalThis as typeof globalThis & { [CONNECTIONS]?: Map<string, Connection>; [WATCH]?: Watch | undefined }
const ATTEMPTS = 3
const SNAPSHOT: PgTransactionConfig = { isolationLevel: 'repeatable read', accessMode: 'read only' }
const POOL_SIZE: Record<Role, number> = { web: 20, engine: 40 }
const RETRIED = new Set(['40001', '40P01']) // serialization_failure, deadlock_detected

function connectionTo(url: string, role: Role): Connection {
  shared[CONNECTIONS] ??= new Map()
  let connection = shared[CONNECTIONS].get(url)
  if (!connection) {
    const pool = new pg.Pool({ Client: PreparingClient, connectionString: url, max: POOL_SIZE[role], application_name: `headroom_${role}`, keepAlive: true })
    pool.on('error', () => {}) // An idle connection that the server closed; the next query opens another.
    // The same of one that is in use: its query fails and says so. Without a listener, Node ends the whole process.
    pool.on('connect', (client) => client.on('error', () => {}))
    connection = { role, pool }
    shared[CONNECTIONS].set(url, connection)
  }
  return connection
}

function roleUrl(role: Role): string {
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
  return retried(() => transaction('engine', work))
}

/** As `inEngine`, of one moment: every statement sees the database as the first one did, and none can write. */
export function inEngineSnapshot<Value>(read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return retried(() => transaction('engine', read, SNAPSHOT))
}

/** One transaction of the web role, which sees the given organization and person and nothing else. */
export function inWeb<Value>(visibility: Visibility, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return asWeb(visibility, {}, work)
}

/** As `inWeb`, of one moment: every statement sees the database as the first one did, and none can write. */
export function inWebSnapshot<Value>(visibility: Visibility, read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return asWeb(visibility, SNAPSHOT, read)
}

function asWeb<Value>(visibility: Visibility, mode: PgTransactionConfig, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  const organization = visibility.organizationId ? uuidOf('org', visibility.organizationId) : ''
  const person = visibility.userId ? uuidOf('user', visibility.userId) : ''
  return retried(() =>
    transaction(
      'web',
      async (tx) => {
        await tx.execute(sql`SELECT set_config('app.org_id', ${organization}, true), set_config('app.user_id', ${person}, true)`)
        return work(tx)
      },
      mode,
    ),
  )
}

/** What wraps a connection is made once for each. */
const wrapped = new WeakMap<pg.PoolClient, Database>()

function transaction<Value>(role: Role, work: (tx: Transaction) => Promise<Value>, mode: PgTransactionConfig = {}): Promise<Value> {
  const watch = shared[WATCH]
  if (!watch) return openTransaction(role, work, mode)
  return watch(role, (traceparent) => openTransaction(role, traceparent === undefined ? work : (tx) => asTraced(tx, traceparent, work), mode))
}

/** What is due later remembers it, so that the worker goes on in the same trace. */
async function asTraced<Value>(tx: Transaction, traceparent: string, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  await tx.execute(sql`SELECT set_config('app.traceparent', ${traceparent}, true)`)
  return work(tx)
}

/**
 * Takes the connection itself and always gives it back: Drizzle keeps one whose `begin` fails, and a pool that has lost all of them so, to a database
 * that went away, never serves anybody again.
 */
async function openTransaction<Value>(role: Role, work: (tx: Transaction) => Promise<Value>, mode: PgTransactionConfig): Promise<Value> {
  const client = await connectionTo(roleUrl(role), role).pool.connect()
  try {
    const database = wrapped.get(client) ?? drizzle({ client, casing: 'snake_case' })
    wrapped.set(client, database)
    return await database.transaction(work, mode)
  } finally {
    client.release()
  }
}

/** How much of this process's connections is in use, at this moment. */
export function databasePools(): { role: Role; most: number; total: number; idle: number; waiting: number }[] {
  return [...(shared[CONNECTIONS]?.values() ?? [])].map(({ role, pool: { totalCount: total, idleCount: idle, waitingCount: waiting } }) => {
    return { role, most: POOL_SIZE[role], total, idle, waiting }
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

async function retried<Value>(work: () => Promise<Value>): Promise<Value> {
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
