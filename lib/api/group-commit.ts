import type { Link } from '@opentelemetry/api'
import { isTracing, linkToPresent, traced, writeTraceparent } from '../observe/trace'

/** `link`: what it is a part of, where somebody traces. */
type Waiting<Request, Done> = { request: Request; weight: number; link: Link | undefined; resolve: (done: Done) => void; reject: (fault: unknown) => void }

export type GroupTerms<Request> = {
  /** Transactions that run side by side at most. */
  atOnce: number
  /**
   * The next group begins when the one before is done, or has taken so long, or twice as long as groups take here of late: most of the time
   * together is cheaper than side by side. Each further one at their side waits four times as long as the one before it.
   */
  patienceMs: number
  /** The most that one transaction does, by `weightOf`; one request alone may be heavier. */
  heaviest: number
  /** More than this waits, by `weightOf`, where groups side by side are worth what each of them costs. */
  light: number
  weightOf: (request: Request) => number
}

/** How much of what groups usually take is the last one. */
const WEIGHT_OF_LAST = 1 / 8
/**
 * So many times as long as the one before it waits each further group. A disk that stands still for 100 ms, as it does twice a minute where the system
 * writes out beside us, found seven groups waiting for the first one's rows when it went on, and the last of them kept everybody for 200 ms more.
 */
const FURTHER = 4
/** The most of patience that a slow machine makes of it, so that whoever is locked out for long keeps nobody else for long. */
const PATIENCE_AT_MOST = 10

/**
 * Group commit: what arrives while a transaction runs is done together in the next one, so that a commit, and the waiting for a hot row, is
 * paid once by many callers. The first to come waits for nobody.
 *
 * A fault of a group is nobody's in particular: its halves are done again, down to whoever fails alone, and only they are told so.
 */
export class GroupCommit<Request, Done> {
  readonly #run: (requests: readonly Request[]) => Promise<readonly Done[]>
  readonly #terms: GroupTerms<Request>
  #waiting: Waiting<Request, Done>[] = []
  /** Of all who wait. */
  #weight = 0
  #running = 0
  #began = 0
  #usualMs = 0
  #timer: ReturnType<typeof setTimeout> | null = null

  /** `run`: all of them in one transaction, and the outcome of each, in the same order. */
  constructor(run: (requests: readonly Request[]) => Promise<readonly Done[]>, terms: GroupTerms<Request>) {
    this.#run = run
    this.#terms = terms
  }

  do(request: Request): Promise<Done> {
    return new Promise((resolve, reject) => {
      const weight = this.#terms.weightOf(request)
      this.#waiting.push({ request, weight, link: isTracing() ? linkToPresent() : undefined, resolve, reject })
      this.#weight += weight
      this.#begin()
    })
  }

  /** More waits than is light, or what runs takes longer than its patience. */
  get isBehind(): boolean {
    return this.#weight > this.#terms.light || (this.#running > 0 && performance.now() - this.#began > this.#patienceMs())
  }

  #begin(): void {
    if (this.#waiting.length === 0 || this.#running >= this.#terms.atOnce) return
    const early = this.#running === 0 ? 0 : this.#began + this.#patienceMs() * FURTHER ** (this.#running - 1) - performance.now()
    if (early > 0) {
      this.#timer ??= setTimeout(() => this.#wake(), early)
      return
    }
    this.#running++
    this.#began = performance.now()
    void this.#commit(this.#next())
    this.#begin()
  }

  /** The database has the next group to work on while this one is answered, which takes as long. */
  async #commit(group: readonly Waiting<Request, Done>[]): Promise<void> {
    const began = performance.now()
    const answer = await this.#outcomeOf(group)
    this.#learn(performance.now() - began)
    this.#running--
    this.#begin()
    if (this.#running > 0) setImmediate(answer)
    else answer()
  }

  /**
   * Where machine or load are such that each group takes longer than the patience of a quick one, a next one at its side would wait for the same
   * rows, and both would be smaller than they could be.
   */
  #patienceMs(): number {
    return Math.max(this.#terms.patienceMs, 2 * this.#usualMs)
  }

  #learn(tookMs: number): void {
    const most = (this.#terms.patienceMs * PATIENCE_AT_MOST) / 2
    this.#usualMs += (Math.min(tookMs, most) - this.#usualMs) * WEIGHT_OF_LAST
  }

  #wake(): void {
    this.#timer = null
    this.#begin()
  }

  #next(): Waiting<Request, Done>[] {
    let count = 0
    let weight = 0
    while (count < this.#waiting.length) {
      weight += this.#waiting[count]?.weight ?? 0
      if (count > 0 && weight > this.#terms.heaviest) break
      count++
    }
    const group = this.#waiting.splice(0, count)
    this.#weight -= group.reduce((sum, one) => sum + one.weight, 0)
    return group
  }

  /** Answers them all, when it is called. */
  async #outcomeOf(group: readonly Waiting<Request, Done>[]): Promise<() => void> {
    try {
      const run = () => this.#run(group.map(({ request }) => request))
      const done = await (isTracing() ? tracedGroup(group, run) : run())
      if (done.length !== group.length) throw new Error(`${group.length} requests have ${done.length} outcomes`)
      return () => {
        for (const [index, { resolve }] of group.entries()) resolve(done[index] as Done)
      }
    } catch (fault) {
      const [only] = group
      if (group.length === 1 && only) return () => only.reject(fault)
      const middle = Math.ceil(group.length / 2)
      const first = await this.#outcomeOf(group.slice(0, middle))
      const second = await this.#outcomeOf(group.slice(middle))
      return () => {
        first()
        second()
      }
    }
  }
}

/** A part of the first request's trace, and linked to the others'. */
function tracedGroup<Done>(group: readonly Waiting<unknown, Done>[], run: () => Promise<readonly Done[]>): Promise<readonly Done[]> {
  const [first, ...others] = group.flatMap(({ link }) => link ?? [])
  return traced('group commit', { attributes: { 'headroom.requests': group.length }, parent: first && writeTraceparent(first), links: others }, run)
}

/** For so long after one of them was behind lanes are taken apart: what comes in waves is not put together between two of them. */
const APART_MS = 1_000

/**
 * Group commits side by side, where there is so much to do, or one of them hangs: requests with one key are of one lane then, so that while the
 * database writes for one the next is decided, and no two wait for each other's counters. Otherwise all are of the first, for a group costs by
 * itself what about twenty single requests cost.
 */
export class Lanes<Request, Done> {
  readonly #lanes: readonly GroupCommit<Request, Done>[]
  readonly #keyOf: (request: Request) => string
  #apartUntil = 0

  constructor(count: number, open: () => GroupCommit<Request, Done>, keyOf: (request: Request) => string) {
    this.#lanes = Array.from({ length: count }, open)
    this.#keyOf = keyOf
  }

  do(request: Request): Promise<Done> {
    const lane = this.#lanes[this.#areApart() ? hashOf(this.#keyOf(request)) % this.#lanes.length : 0]
    if (!lane) throw new Error('there is no lane')
    return lane.do(request)
  }

  #areApart(): boolean {
    const now = performance.now()
    if (this.#lanes.some(({ isBehind }) => isBehind)) this.#apartUntil = now + APART_MS
    return now < this.#apartUntil
  }
}

/** The last characters of an id are its random ones. */
function hashOf(key: string): number {
  let hash = 0
  for (let index = Math.max(0, key.length - 4); index < key.length; index++) hash = hash * 31 + key.charCodeAt(index)
  return hash
}
