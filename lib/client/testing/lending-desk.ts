/** How long what is asked takes to arrive, in milliseconds. */
const LATENCY_MS = 5
const START = Date.UTC(2026, 0, 1)

type Lease = { granted: number; endsAt: number; isSettled: boolean }
type Said = { status?: number } & Record<string, unknown>
type State = 'there' | 'away' | { status: number; retryAfterSeconds?: number }

/**
 * Headroom as far as one organization's limit goes, on the far side of a client's `fetch`: what G61 says of leases, by the wall's clock. It is
 * here because its clock and its network can be moved by a test, which those of a real one cannot; what a real one does is tested against it.
 */
export class LendingDesk {
  state: State = 'there'
  /** A test may say otherwise of some paths. */
  latencyOf: (path: string) => number = () => LATENCY_MS
  /** Path and body of all that was asked for. */
  readonly asked: { path: string; body: Record<string, unknown>; at: number }[] = []
  readonly events = new Map<string, Record<string, unknown>>()
  /** When a lease was last granted. */
  lastGrantAt = START
  settled = 0
  /** Of a body: a larger one is refused whole. */
  mostCharacters = 5_000_000
  readonly #leases: Lease[] = []

  constructor(public limit: number) {}

  /** What is handed out, used or not. */
  get outstanding(): number {
    return this.#leases.filter(({ isSettled, endsAt }) => !isSettled && Date.now() < endsAt).reduce((sum, { granted }) => sum + granted, 0)
  }

  readonly fetch: typeof fetch = async (url, init) => {
    const path = new URL(String(url)).pathname.replace('/api/v1', '')
    const body = JSON.parse(String(init?.body))
    this.asked.push({ path, body, at: Date.now() })
    if (String(init?.body).length > this.mostCharacters) return Response.json({ code: 'too_large' }, { status: 413 })
    await new Promise((resolve) => setTimeout(resolve, this.latencyOf(path)))
    if (this.state === 'away') throw new TypeError('the network is gone')
    if (this.state !== 'there') {
      const { status, retryAfterSeconds } = this.state
      return Response.json({ code: 'not_now' }, { status, headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) } })
    }
    const { status = 200, ...answer } = path === '/leases' ? this.#lend(body) : path === '/usage' ? this.#record(body.events) : this.#settle(path, body.used)
    return Response.json(answer, { status, headers: { date: new Date().toUTCString() } })
  }

  #lend({ quantity, ttl_seconds }: { quantity: number; ttl_seconds: number }): Said {
    const left = this.limit - this.settled - this.outstanding
    if (left <= 0) return { id: null, granted: 0, remaining: 0, expires_at: null, reason: 'limit_reached' }
    const granted = Math.min(quantity, left)
    const endsAt = Date.now() + ttl_seconds * 1_000
    this.lastGrantAt = Date.now()
    this.#leases.push({ granted, endsAt, isSettled: false })
    return { id: String(this.#leases.length - 1), granted, remaining: left - granted, expires_at: new Date(endsAt).toISOString(), reason: null }
  }

  #settle(path: string, used: number): Said {
    const lease = this.#leases[Number(path.split('/')[2])]
    if (lease && !lease.isSettled) {
      lease.isSettled = true
      this.settled += used
    }
    return { used }
  }

  /** All of them, or a list of those whose meter there is not. */
  #record(events: { id: string; meter: string }[]): Said {
    const errors = events.filter(({ meter }) => meter !== 'calls').map(({ id }) => ({ id, code: 'unknown_meter', message: 'There is no such meter.' }))
    if (errors.length > 0) return { status: 409, errors }
    for (const event of events) this.events.set(event.id, event)
    return { accepted: events.length }
  }
}
