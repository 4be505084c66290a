import { DrizzleQueryError } from 'drizzle-orm'
import {
  asVisible,
  connected,
  connectionTo,
  inEngineSnapshot,
  inTransaction,
  type Role,
  retried,
  roleUrl,
  SNAPSHOT,
  type Transaction,
  transaction,
  type Visibility,
} from './client'
import { hasCaughtUp, onReplica, presentMoment } from './replica'

/** Who answered: the replica; or the primary because the replica was `behind`, was `away` or broke off, or had been a moment ago. */
export type HistoryOutcome = 'replica' | 'behind' | 'away' | 'left_alone'

type Failing = Exclude<HistoryOutcome, 'replica'>
type Found<Value> = { outcome: 'replica'; answer: () => Value } | { outcome: Failing }
type History = { leftAloneUntil: number; reads: Record<HistoryOutcome, number> }

/** Of the process, though its module graph may exist twice (see `client.ts`). */
const HISTORY = Symbol.for('headroom.database.history')
const shared = globalThis as typeof globalThis & { [HISTORY]?: History }

/** How long nobody asks a replica again that was behind, or that did not answer. */
const LEFT_ALONE_MS = { behind: 1_000, away: 5_000 }
const CONNECTS_WITHIN_MS = 1_000
const ANSWERS_WITHIN_MS = 5_000

/**
 * As `inWebSnapshot`, of what is past: pages of a list behind the first, periods that are over, files of everything. The replica answers where one is set
 * (DATABASE_REPLICA_URL) and has all that was committed when it is asked, so that nobody misses what they did a moment ago; else the primary does.
 * What fails on the replica is asked of the primary, so `read` may run twice.
 */
export function inWebHistory<Value>(visibility: Visibility, read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return history('web', asVisible(visibility, read))
}

/** As `inWebHistory`, in the engine role. */
export function inEngineHistory<Value>(read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return history('engine', read)
}

/** A page of a list in the engine role: the first where all is written, those behind it as history. */
export function inEnginePage<Value>({ before }: { before?: unknown }, read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return before === undefined || before === null ? inEngineSnapshot(read) : inEngineHistory(read)
}

async function history<Value>(role: Role, read: (tx: Transaction) => Promise<Value>): Promise<Value> {
  const replica = process.env.DATABASE_REPLICA_URL
  if (!replica) return retried(() => transaction(role, read, SNAPSHOT))
  shared[HISTORY] ??= { leftAloneUntil: 0, reads: { replica: 0, behind: 0, away: 0, left_alone: 0 } }
  const known = shared[HISTORY]
  const found: Found<Value> = performance.now() < known.leftAloneUntil ? { outcome: 'left_alone' } : await readReplica(role, replica, read)
  if (found.outcome === 'behind' || found.outcome === 'away') known.leftAloneUntil = performance.now() + LEFT_ALONE_MS[found.outcome]
  known.reads[found.outcome] += 1
  return found.outcome === 'replica' ? found.answer() : retried(() => transaction(role, read, SNAPSHOT))
}

async function readReplica<Value>(role: Role, replicaUrl: string, read: (tx: Transaction) => Promise<Value>): Promise<Found<Value>> {
  const url = roleUrl(role)
  const limits = { connectionTimeoutMillis: CONNECTS_WITHIN_MS, query_timeout: ANSWERS_WITHIN_MS }
  try {
    const moment = await connected(connectionTo(url, role), presentMoment)
    const client = await connectionTo(onReplica(url, replicaUrl), role, { name: `${role}_replica`, ...limits }).pool.connect()
    try {
      const answer = (await hasCaughtUp(client, moment)) && (await inTransaction(client, (tx) => settled(read(tx)), SNAPSHOT))
      client.release()
      return answer ? { outcome: 'replica', answer } : { outcome: 'behind' }
    } catch (fault) {
      client.release(true) // What it was asked may still be under way.
      throw fault
    }
  } catch {
    return { outcome: 'away' } // Also where it broke a query off to go on replaying, or has not replayed a migration yet.
  }
}

/** What was read, or what the reader threw of itself; a fault of the database is thrown here, and the primary asked. */
function settled<Value>(reading: Promise<Value>): Promise<() => Value> {
  return reading.then(
    (value) => () => value,
    (fault: unknown) => {
      if (fault instanceof DrizzleQueryError) throw fault
      return () => {
        throw fault
      }
    },
  )
}

/** Since this process began; null where no replica was ever asked. */
export function historyReads(): Record<HistoryOutcome, number> | null {
  return shared[HISTORY]?.reads ?? null
}
