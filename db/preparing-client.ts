import pg from 'pg'

/** As often as pgjdbc: what runs once is not worth a plan that stays. */
const RUNS_BEFORE_PREPARED = 5
/** A plan is tens of kilobytes of its connection's memory. */
const PREPARED_AT_MOST = 100
const COUNTED_AT_MOST = 1_000

type Query = pg.Client['query']
type Statement = { text: string; name?: string }

/**
 * A connection that prepares the statements it runs again and again, so that Postgres parses and plans them once: a group of usage spends a third
 * of its time on that otherwise. Bounded, however many statements there are.
 */
export class PreparingClient extends pg.Client {
  readonly #runs = new Map<string, number>()
  readonly #names = new Map<string, string>()

  constructor(config?: string | pg.ClientConfig) {
    super(config)
    // Not a method: its many signatures could not be written down without `any`.
    this.query = ((asked: unknown, values: unknown, ...rest: unknown[]) =>
      Reflect.apply(pg.Client.prototype.query, this, [this.#prepared(asked, values), values, ...rest])) as Query
  }

  #prepared(asked: unknown, values: unknown): unknown {
    if (!Array.isArray(values) || values.length === 0 || !isUnnamed(asked)) return asked
    const name = this.#names.get(asked.text) ?? this.#nameOf(asked.text)
    return name === null ? asked : { ...asked, name }
  }

  #nameOf(text: string): string | null {
    if (this.#names.size >= PREPARED_AT_MOST) return null
    const runs = (this.#runs.get(text) ?? 0) + 1
    if (this.#runs.size >= COUNTED_AT_MOST) this.#runs.clear()
    if (runs < RUNS_BEFORE_PREPARED) {
      this.#runs.set(text, runs)
      return null
    }
    this.#runs.delete(text)
    const name = `headroom_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}

function isUnnamed(asked: unknown): asked is Statement {
  return typeof asked === 'object' && asked !== null && 'text' in asked && typeof asked.text === 'string' && !('name' in asked && asked.name !== undefined)
}
