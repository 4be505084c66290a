import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseLog, type Role } from './database-log'
import { median } from './measure'
import type { Stage } from './stage'

/**
 * The server's connections take turns, and each keeps a statement's plan only after it has planned it several times: the thirteenth to the twentieth load of a page
 * took 8 to 12 ms of the database, and those after them 3.
 */
const WARM_UP_LOADS = 20

/** What the database is busy with for a request, by its own log, while nothing else asks it for anything. */
export class PageTimes {
  readonly #stage: Stage
  readonly #cookie: string
  readonly #loads: number
  readonly #log: DatabaseLog

  private constructor(stage: Stage, cookie: string, loads: number, log: DatabaseLog) {
    this.#stage = stage
    this.#cookie = cookie
    this.#loads = loads
    this.#log = log
  }

  /** `loads`: of how many the median is taken. */
  static async open(stage: Stage, cookie: string, loads: number): Promise<PageTimes> {
    return new PageTimes(stage, cookie, loads, await DatabaseLog.open(stage.sql))
  }

  close(): Promise<void> {
    return this.#log.close()
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
    for (let load = -WARM_UP_LOADS; load < this.#loads; load++) {
      await this.#log.skip()
      const answer = await fetch(url, { headers, redirect: 'error' })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
      await sleep(100) // The log comes after the answer.
      const { busyMs } = await this.#log.read(role)
      if (load >= 0) measured.push(busyMs)
    }
    return median(measured)
  }
}
