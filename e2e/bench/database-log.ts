import type { Pool } from 'pg'

/** As the log names them: pages are read by the one, the interface by the other. */
export type Role = 'headroom_web' | 'headroom_engine'

const LOG = "current_setting('data_directory') || '/../server.log'"

/** What the database says of each statement while this is open. */
export class DatabaseLog {
  readonly #sql: Pool
  #from = 0

  private constructor(sql: Pool) {
    this.#sql = sql
  }

  static async open(sql: Pool): Promise<DatabaseLog> {
    await sql.query("ALTER SYSTEM SET log_line_prefix = '%u|'")
    await sql.query('ALTER SYSTEM SET log_min_duration_statement = 0')
    await sql.query('SELECT pg_reload_conf()')
    const log = new DatabaseLog(sql)
    await log.skip()
    return log
  }

  async close(): Promise<void> {
    await this.#sql.query('ALTER SYSTEM RESET log_min_duration_statement')
    await this.#sql.query('SELECT pg_reload_conf()')
  }

  /** From here on. */
  async skip(): Promise<void> {
    this.#from = await this.#size()
  }

  /** What one role had done since the last look. */
  async read(role: Role): Promise<{ statements: number; busyMs: number }> {
    const size = await this.#size()
    const { rows } = await this.#sql.query<{ log: string }>(`SELECT pg_read_file(${LOG}, $1, $2) AS log`, [this.#from, size - this.#from])
    this.#from = size
    const durations = [...(rows[0]?.log ?? '').matchAll(/^(\w+)\|LOG: {2}duration: ([\d.]+) ms/gm)].filter(([, who]) => who === role)
    return { statements: durations.length, busyMs: durations.reduce((sum, [, , ms]) => sum + Number(ms), 0) }
  }

  async #size(): Promise<number> {
    const { rows } = await this.#sql.query<{ size: string }>(`SELECT (pg_stat_file(${LOG})).size`)
    return Number(rows[0]?.size)
  }
}
