import { backoffMs, later } from './backoff'
import { ALLOWED, type Decision, UNREACHABLE } from './decision'
import type { Answer, Transport } from './transport'

type Lease = { id: string; granted: number; used: number /** On this process's own monotonic clock, in milliseconds. */; endsAt: number }

export type LeaseTerms = {
  /** For how long a lease is asked: what a killed process strands comes back after it. */
  leaseSeconds: number
  /** No lease is asked to be larger, in units. */
  largestLease: number
  whenAway: 'closed' | 'open'
}

type Tools = {
  transport: Transport
  /** Books what was used of a lease, however long that takes. */
  settle: (lease: { id: string; used: number }) => void
  /** A unit was allowed that nobody has counted. */
  uncounted: (quantity: number) => void
}

/** A lease is asked for so much that it lasts for this part of its time. */
const LASTS_FOR = 1 / 4
/** The next one is asked for when this part of a lease is left, or this part of its time. */
const LOW = 1 / 3
const FIRST_LEASE = 20
/** How long a refusal is believed, so that a blocked customer's requests do not become the server's. */
const DENIED_MS = 1_000

/** One organization's meter: decides in this process what the server has leased to it, and keeps leases coming at the pace of use. */
export class LeasedMeter {
  readonly #organization: string
  readonly #meter: string
  readonly #terms: LeaseTerms
  readonly #tools: Tools
  #lease: Lease | null = null
  #spare: Lease | null = null
  #asking: Promise<void> | null = null
  #denied: { decision: Decision; until: number } | null = null
  #away: { failures: number; until: number } | null = null
  #wanted = FIRST_LEASE
  #isClosed = false
  #since = { at: performance.now(), used: 0 }

  constructor(organization: string, meter: string, terms: LeaseTerms, tools: Tools) {
    this.#organization = organization
    this.#meter = meter
    this.#terms = terms
    this.#tools = tools
  }

  /** In process where a lease holds the units; else after a word with the server. */
  check(quantity: number): Decision | Promise<Decision> {
    const lease = this.#lease
    if (lease === null || lease.used + quantity > lease.granted || performance.now() >= lease.endsAt) return this.#decide(quantity)
    lease.used += quantity
    this.#since.used += quantity
    if (this.#spare === null && lease.granted - lease.used < lease.granted * LOW) void this.#ask(quantity)
    return ALLOWED
  }

  /** Holds nothing, waits for nothing, and remembers nothing that still counts. */
  isIdle(): boolean {
    const now = performance.now()
    const remembers = (this.#denied !== null && now < this.#denied.until) || (this.#away !== null && now < this.#away.until)
    return this.#lease === null && this.#spare === null && this.#asking === null && !remembers
  }

  /** Gives back what is left, and books what was used; what was asked for and is still to come is given back when it comes. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const lease of [this.#lease, this.#spare]) if (lease) this.#tools.settle(lease)
    this.#lease = null
    this.#spare = null
    await this.#asking
  }

  async #decide(quantity: number): Promise<Decision> {
    for (;;) {
      const now = performance.now()
      if (this.#isClosed) return UNREACHABLE
      if (this.#take(quantity, now)) return ALLOWED
      if (this.#denied && now < this.#denied.until) return this.#denied.decision
      if (this.#away && now < this.#away.until) return this.#withoutServer(quantity)
      await this.#ask(quantity)
      if (this.#away && !this.#take(0, performance.now())) return this.#withoutServer(quantity)
    }
  }

  /** From the lease that is running or, where that one has too little or has ended, from the next. */
  #take(quantity: number, now: number): boolean {
    for (;;) {
      const lease = this.#lease
      if (lease && now < lease.endsAt && lease.used + quantity <= lease.granted) {
        lease.used += quantity
        this.#since.used += quantity
        return true
      }
      if (this.#spare === null && (lease === null || now < lease.endsAt)) return false
      if (lease) this.#tools.settle(lease)
      this.#lease = this.#spare
      this.#spare = null
    }
  }

  #withoutServer(quantity: number): Decision {
    if (this.#terms.whenAway === 'closed') return UNREACHABLE
    this.#tools.uncounted(quantity)
    return { allowed: true, leased: false }
  }

  /** One question at a time, whoever waits for its answer. */
  #ask(quantity: number): Promise<void> {
    if (this.#away && performance.now() < this.#away.until) return Promise.resolve()
    this.#asking ??= this.#lend(quantity).finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #lend(quantity: number): Promise<void> {
    const { leaseSeconds, largestLease } = this.#terms
    const asked = performance.now()
    const wanted = Math.max(quantity, Math.min(largestLease, this.#atThisPace(asked)))
    const answer = await this.#tools.transport('/leases', { organization: this.#organization, meter: this.#meter, quantity: wanted, ttl_seconds: leaseSeconds })
    const now = performance.now()
    if (answer.type === 'away') {
      const failures = (this.#away?.failures ?? 0) + 1
      this.#away = { failures, until: now + (answer.retryAfterMs ?? backoffMs(failures)) }
      return
    }
    this.#away = null
    const { id, granted } = answer.body
    if (typeof id !== 'string' || typeof granted !== 'number' || granted === 0) {
      this.#denied = { decision: denialOf(answer.body), until: now + DENIED_MS }
      this.#wanted = FIRST_LEASE
      return
    }
    // Near a limit everybody asks for less, so that nobody sits on the last of it.
    if (granted < wanted) this.#wanted = Math.ceil(granted / 2)
    this.#denied = granted < quantity ? { decision: { allowed: false, reason: 'limit_reached' }, until: now + DENIED_MS } : null
    // From before it was asked for: on the server's clock it began later.
    const lasts = Math.min(leaseSeconds * 1_000, untilPeriodEnds(answer))
    this.#hold({ id, granted, used: 0, endsAt: asked + lasts })
  }

  #hold(lease: Lease): void {
    if (this.#isClosed) {
      this.#tools.settle(lease)
      return
    }
    if (this.#spare) this.#tools.settle(this.#spare)
    this.#spare = lease
    const left = lease.endsAt - performance.now()
    later(() => this.#end(lease), Math.max(0, left))
    later(() => this.#keepUp(lease), Math.max(0, left * (1 - LOW)))
  }

  /** Before a lease in use ends the next one is there. */
  #keepUp(lease: Lease): void {
    if (lease === this.#lease && lease.used > 0 && this.#spare === null) void this.#ask(1)
  }

  #end(lease: Lease): void {
    if (lease !== this.#lease && lease !== this.#spare) return
    if (lease === this.#lease) this.#lease = null
    else this.#spare = null
    this.#tools.settle(lease)
  }

  /** So many units as last for a part of a lease's time at the pace since the one before. */
  #atThisPace(now: number): number {
    const seconds = (now - this.#since.at) / 1_000
    if (seconds > 0 && this.#since.used > 0) {
      const pace = Math.ceil((this.#since.used / seconds) * this.#terms.leaseSeconds * LASTS_FOR)
      this.#wanted = Math.max(1, Math.min(pace, this.#wanted * 4))
    }
    this.#since = { at: now, used: 0 }
    return this.#wanted
  }
}

/** Milliseconds, where its period ends before the lease's own time does. An organization on a test clock has no such end in real time. */
function untilPeriodEnds({ body, serverTime }: Extract<Answer, { type: 'answer' }>): number {
  const end = typeof body.expires_at === 'string' ? Date.parse(body.expires_at) : Number.NaN
  const left = serverTime === null ? Number.NaN : end - serverTime
  return left > 0 ? left : Number.POSITIVE_INFINITY
}

function denialOf({ reason, code, rule, formula, inputs }: Record<string, unknown>): Decision {
  return {
    allowed: false,
    reason: typeof reason === 'string' ? reason : typeof code === 'string' ? code : 'refused',
    ...(typeof rule === 'string' && { rule }),
    ...(typeof formula === 'string' && { formula }),
    ...(typeof inputs === 'object' && inputs !== null && { inputs: inputs as Record<string, unknown> }),
  }
}
