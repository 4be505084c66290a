import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { cookieOf } from '../sign-in'
import type { Stage } from './stage'

const WARM_UP_LOADS = 3
const LOADS = 15
/** As the log names them: pages are read by the one, the interface by the other. */
type Role = 'headroom_web' | 'headroom_engine'

/** What the database is busy with for a request, by its own log, while nothing else asks it for anything. */
export class PageTimes {
  readonly #stage: Stage
  readonly #cookie: string

  private constructor(stage: Stage, cookie: string) {
    this.#stage = stage
    this.#cookie = cookie
  }

  static async open(stage: Stage): Promise<PageTimes> {
    await stage.sql.query("ALTER SYSTEM SET log_line_prefix = '%u|'")
    await stage.sql.query('ALTER SYSTEM SET log_min_duration_statement = 0')
    await stage.sql.query('SELECT pg_reload_conf()')
    return new PageTimes(stage, await cookieOf(stage))
  }

  async close(): Promise<void> {
    await this.#stage.sql.query('ALTER SYSTEM RESET log_min_duration_statement')
    await this.#stage.sql.query('SELECT pg_reload_conf()')
  }

  /** Milliseconds of a page of the dashboard. */
  page(path: string): Promise<number> {
    return this.#median('headroom_web', `${this.#stage.url}${path}`, { cookie: this.#cookie })
  }

  /** Milliseconds of a call of the interface; the worker's own statements are of the same role, which the median passes over. */
  call(path: string): Promise<number> {
    return this.#median('headroom_engine', `${this.#stage.url}/api/v1${path}`, { authorization: `Bearer ${this.#stage.apiKey}` })
  }

  async #median(role: Role, url: string, headers: Record<string, string>): Promise<number> {
    const measured: number[] = []
    for (let load = -WARM_UP_LOADS; load < LOADS; load++) {
      const before = await logSize(this.#stage.sql)
      const answer = await fetch(url, { headers, redirect: 'error' })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
      await sleep(100) // The log comes after the answer.
      if (load >= 0) measured.push(await busyMs(this.#stage.sql, role, before))
    }
    return measured.toSorted((a, b) => a - b)[Math.floor(measured.length / 2)] ?? Number.NaN
  }
}

const LOG = "current_setting('data_directory') || '/../server.log'"

async function logSize(sql: Pool): Promise<number> {
  const { rows } = await sql.query<{ size: string }>(`SELECT (pg_stat_file(${LOG})).size`)
  return Number(rows[0]?.size)
}

async function busyMs(sql: Pool, role: Role, from: number): Promise<number> {
  const { rows } = await sql.query<{ log: string }>(`SELECT pg_read_file(${LOG}, $1, $2) AS log`, [from, (await logSize(sql)) - from])
  const durations = (rows[0]?.log ?? '').matchAll(/^(\w+)\|LOG: {2}duration: ([\d.]+) ms/gm)
  return [...durations].filter(([, who]) => who === role).reduce((sum, [, , ms]) => sum + Number(ms), 0)
}
