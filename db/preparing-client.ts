import pg from 'pg'

/** As often as pgjdbc: what runs once is not worth a plan that stays. */
const RUNS_BEFORE_PREPARED = 5
/** A plan is tens of kilobytes of its connection's memory. */
const PREPARED_AT_MOST = 100
const COUNTED_AT_MOST = 1_000

type Query = pg.Client['query']
type Statement = { text: string; name?: string }
type Named = { name: string; text: string }
type Callback = (fault: Error | undefined, result: unknown) => void

/**
 * Raised where a table was found to have changed under a prepared statement: every connection of this process then prepares anew, because a
 * transaction that is tried again may get another one, with another stale plan.
 */
let generation = 0

/**
 * A connection that prepares the statements it runs again and again, so that Postgres parses and plans them once: a group of usage spends a third
 * of its time on that otherwise. Bounded, however many statements there are.
 *
 * A migration that runs beside us may change what a prepared statement returns, which Postgres refuses from then on. Outside a transaction the
 * statement is run again at once; a transaction has failed, and is run again as a whole by `inEngine` and `inWeb`.
 */
export class PreparingClient extends pg.Client {
  readonly #runs = new Map<string, number>()
  readonly #named = new Map<string, Named>()
  #generation = generation
  #isGathering = false

  constructor(config?: string | pg.ClientConfig) {
    super(config)
    // Not a method: its many signatures could not be written down without `any`.
    this.query = ((asked: unknown, values: unknown, ...rest: unknown[]) => {
      const prepared = this.#prepared(asked, values)
      if (prepared === asked) return this.#send(asked, values, ...rest)
      return this.#healed(prepared as Statement, asked, values, rest)
    }) as Query
  }

  #send(asked: unknown, ...rest: unknown[]): unknown {
    this.#gather()
    return Reflect.apply(pg.Client.prototype.query, this, [asked, ...rest])
  }

  /** What is asked in one turn goes out in one piece, so that Postgres is woken once for it: a transaction's first statements, and its last ones with the commit. */
  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    const { stream } = this.connection // TLS puts another one in its place meanwhile.
    stream.cork()
    process.nextTick(() => {
      this.#isGathering = false
      stream.uncork()
    })
  }

  #healed(prepared: Statement, asked: unknown, values: unknown, [callback]: unknown[]): unknown {
    if (!isCallback(callback)) {
      return (this.#send(prepared, values) as Promise<unknown>).catch((fault: unknown) => {
        if (this.#isHealable(fault)) return this.#send(asked, values)
        throw fault
      })
    }
    return this.#send(prepared, values, (fault: Error | undefined, result: unknown) => {
      if (fault && this.#isHealable(fault)) this.#send(asked, values, callback)
      else callback(fault, result)
    })
  }

  #isHealable(fault: unknown): boolean {
    if (!isStalePlan(fault)) return false
    if (this.#generation === generation) generation++
    return this.getTransactionStatus() === 'I'
  }

  #prepared(asked: unknown, values: unknown): unknown {
    if (!Array.isArray(values) || values.length === 0 || !isUnnamed(asked)) return asked
    if (this.#generation !== generation) this.#beginAnew()
    const named = this.#named.get(asked.text) ?? this.#name(asked.text)
    return named === null ? asked : { ...asked, ...named }
  }

  /** The old ones stay with Postgres until the connection ends: as many again for each migration that changes a result, which are few. */
  #beginAnew(): void {
    this.#named.clear()
    this.#generation = generation
  }

  #name(text: string): Named | null {
    if (this.#named.size >= PREPARED_AT_MOST) return null
    const runs = (this.#runs.get(text) ?? 0) + 1
    if (this.#runs.size >= COUNTED_AT_MOST) this.#runs.clear()
    if (runs < RUNS_BEFORE_PREPARED) {
      this.#runs.set(text, runs)
      return null
    }
    this.#runs.delete(text)
    const named = { name: `headroom_${this.#generation}_${this.#named.size}`, text: inGeneration(text, this.#generation) }
    this.#named.set(text, named)
    return named
  }
}

/** A pooler knows prepared statements by their text, whatever a client calls them: under the old one it would go on with the stale plan. */
function inGeneration(text: string, generation: number): string {
  return generation === 0 ? text : `/* ${generation} */ ${text}`
}

/**
 * A prepared statement whose result a migration has changed. Other things that Postgres does not support have the same code, and its words are in
 * the server's language, so it is told by the place in Postgres that noticed.
 */
export function isStalePlan(fault: unknown): boolean {
  for (let cause = fault; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof pg.DatabaseError && cause.code === '0A000' && cause.routine === 'RevalidateCachedQuery') return true
  }
  return false
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function'
}

function isUnnamed(asked: unknown): asked is Statement {
  return typeof asked === 'object' && asked !== null && 'text' in asked && typeof asked.text === 'string' && !('name' in asked && asked.name !== undefined)
}
