import { later, stayingFor } from './backoff'
import type { Decision } from './decision'
import { LeasedMeter } from './leased-meter'
import { Listener, type Trouble } from './listener'
import { Reporter } from './reporter'
import { Settler } from './settler'
import { openTransport } from './transport'
import type { RefusedUsage, UsageReport } from './usage'

export type HeadroomOptions = {
  /** Where Headroom runs, such as `https://billing.example.com`. */
  url: string
  /** A key with the scope `usage`. */
  key: string
  /** Usage that the server does not take however often it is sent: log it, keep it, look at it. Nobody else has it. */
  onRefused: (refused: RefusedUsage) => void
  /** What is wrong and tried again by itself, once a minute of each kind, or that `onRefused` threw. Default: `console.error`. */
  onTrouble?: (trouble: Trouble) => void
  /**
   * What `check` says when the server is away, or does not take the key, and nothing is left that was leased. `closed` (the default): no, so
   * that a cap holds whatever happens. `open`: yes, and what was served is reported as usage afterwards, over a limit too. A server that has
   * been asked too much (429) is not away.
   */
  whenAway?: 'closed' | 'open'
  /**
   * For how long units are leased, in seconds. What a killed process holds comes back after it. The last of it is not used: `timeoutMs`, or an
   * eighth where that is less, so that what was used is settled before the units are somebody else's. At a steady pace, and where the limit
   * leaves as much, `check` can do without the server for the rest right after a lease, and for a quarter less just before the next. Default 60.
   */
  leaseSeconds?: number
  /** Units of one lease at most, of which several are held: what a killed process has used of one is counted by nobody. Default 100,000. */
  largestLease?: number
  /** Events of one request. Default 500. */
  batchSize?: number
  /** How long an event waits for others, in milliseconds. Default 1,000. */
  waitMs?: number
  /** Events kept while the server is away. Default 100,000. */
  mostKept?: number
  /** How long an answer is waited for, in milliseconds. Default 5,000. */
  timeoutMs?: number
  /** Default: the runtime's own. */
  fetch?: typeof fetch
}

const TIMEOUT_MS = 5_000

/**
 * Decides in your own process whether a request may be served, out of units that Headroom has leased to it, and reports usage in batches.
 * One a process; `close` it before the process ends.
 */
export class Headroom {
  readonly #options: HeadroomOptions
  readonly #settler: Settler
  readonly #reporter: Reporter
  readonly #transport: ReturnType<typeof openTransport>
  /** By meter and then by organization: two look-ups, and no text put together for each request. */
  readonly #meters = new Map<string, Map<string, LeasedMeter>>()
  #sweep: { cancel(): void } | null = null

  /** @throws TypeError without `onRefused`. */
  constructor(options: HeadroomOptions) {
    const { url, key, timeoutMs = TIMEOUT_MS, fetch: send = globalThis.fetch.bind(globalThis), onRefused, onTrouble } = options
    this.#options = options
    const listener = new Listener({ onRefused, onTrouble })
    const refused = (one: RefusedUsage) => listener.refused(one)
    this.#transport = openTransport({ url, key, fetch: send, timeoutMs, tell: (trouble) => listener.trouble(trouble) })
    this.#settler = new Settler(this.#transport, refused)
    const { batchSize = 500, waitMs = 1_000, mostKept = 100_000 } = options
    this.#reporter = new Reporter(this.#transport, { batchSize, waitMs, mostKept }, refused)
  }

  /**
   * Whether `quantity` units may be used now; if so they are counted. At once where they are leased already, which is nearly always; a promise
   * where the server is asked. `await` takes both.
   *
   * @throws RangeError where `quantity` is no whole number from 0 on.
   */
  check(organization: string, meter: string, quantity = 1): Decision | Promise<Decision> {
    if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`quantity must be a whole number from 0 on, not ${quantity}`)
    const known = this.#meters.get(meter)?.get(organization)
    return (known ?? this.#meet(organization, meter)).check(quantity)
  }

  /** Usage that needs no decision. Await what it gives, if anything, where reporting should be no faster than sending. */
  report(usage: UsageReport): Promise<void> | undefined {
    return this.#reporter.report(usage)
  }

  /** When what was reported so far has been taken. The process stays until then. */
  flush(): Promise<void> {
    return stayingFor(this.#reporter.flush())
  }

  /** Gives every lease back, with what was used of it, and sends what is left to send. The process stays until all of it has been taken. */
  close(): Promise<void> {
    return stayingFor(this.#close())
  }

  async #close(): Promise<void> {
    this.#sweep?.cancel()
    this.#sweep = null
    const leased = [...this.#meters.values()].flatMap((organizations) => [...organizations.values()])
    this.#meters.clear()
    await Promise.all(leased.map((one) => one.close()))
    await Promise.all([this.#settler.drained(), this.#reporter.flush()])
  }

  #meet(organization: string, meter: string): LeasedMeter {
    const { leaseSeconds = 60, largestLease = 100_000, timeoutMs = TIMEOUT_MS, whenAway = 'closed' } = this.#options
    const leased = new LeasedMeter(
      organization,
      meter,
      { leaseSeconds, largestLease, timeoutMs, whenAway },
      {
        transport: this.#transport,
        settle: (lease) => this.#settler.settle(lease),
        uncounted: (quantity) => void this.#reporter.report({ organization, meter, quantity }),
      },
    )
    const organizations = this.#meters.get(meter) ?? new Map<string, LeasedMeter>()
    this.#meters.set(meter, organizations)
    organizations.set(organization, leased)
    this.#sweep ??= later(() => this.#forgetIdle(), leaseSeconds * 1_000)
    return leased
  }

  /** Whoever asks nothing any more is forgotten, so that a process that lives long holds who is here and not who ever was. */
  #forgetIdle(): void {
    this.#sweep = null
    for (const [meter, organizations] of this.#meters) {
      for (const [organization, leased] of organizations) if (leased.isIdle()) organizations.delete(organization)
      if (organizations.size === 0) this.#meters.delete(meter)
    }
    if (this.#meters.size > 0) this.#sweep = later(() => this.#forgetIdle(), (this.#options.leaseSeconds ?? 60) * 1_000)
  }
}
