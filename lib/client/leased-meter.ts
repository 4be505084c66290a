import { waitMs } from './backoff'
import { ALLOWED, BUSY, type Decision, UNREACHABLE } from './decision'
import { HeldLeases, type Lease } from './held-leases'
import { PARTS, Pace } from './pace'
import type { Answer, Transport } from './transport'

export type LeaseTerms = {
  /** For how long a lease is asked: what a killed process strands comes back after it. */
  leaseSeconds: number
  /** No lease is asked to be larger, in units. */
  largestLease: number
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number
  whenAway: 'closed' | 'open'
}

type Tools = {
  transport: Transport
  /** Books what was used of a lease, however long that takes. */
  settle: (lease: { id: string; used: number }) => void
  /** A unit was allowed that nobody has counted. */
  uncounted: (quantity: number) => void
}

/** How long a refusal is believed, so that a blocked customer's requests do not become the server's. */
const DENIED_MS = 1_000

/** Of a lease's time, where an answer may take longer than that. */
const PART_TO_SETTLE = 1 / 8

/**
 * One organization's meter: decides in this process what the server has leased to it.
 *
 * It keeps as much as it uses in a lease's time, in leases of about a quarter of that. So at a steady pace it can do without the server until
 * its newest lease ends, and what dies with a killed process is what it had used of one quarter. Where a limit leaves less, it asks for a
 * quarter of what is left, and in advance only as long as it then holds no more than it leaves to everybody else.
 */
export class LeasedMeter {
  readonly #organization: string
  readonly #meter: string
  readonly #terms: LeaseTerms
  readonly #tools: Tools
  readonly #held: HeldLeases
  readonly #pace: Pace
  #asking: Promise<void> | null = null
  #denied: { decision: Decision; until: number } | null = null
  #away: { failures: number; until: number } | null = null
  /** What the limit leaves for everybody, when the server last said so. */
  #room = Number.POSITIVE_INFINITY
  /** From when on the newest lease is too old to be the only one. */
  #agesAt = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(organization: string, meter: string, terms: LeaseTerms, tools: Tools) {
    this.#organization = organization
    this.#meter = meter
    this.#terms = terms
    this.#tools = tools
    this.#held = new HeldLeases((lease) => tools.settle(lease))
    this.#pace = new Pace(terms.leaseSeconds * 1_000, performance.now())
  }

  /** In process where leases hold the units; else after a word with the server. */
  check(quantity: number): Decision | Promise<Decision> {
    const now = performance.now()
    if (!this.#take(quantity, now)) return this.#decide(quantity)
    if (this.#isLow(now) && this.#mayAsk(now)) void this.#ask(0)
    return ALLOWED
  }

  /** Holds nothing, waits for nothing, and remembers nothing that still counts. */
  isIdle(): boolean {
    return this.#held.isEmpty && this.#mayAsk(performance.now())
  }

  /** Gives back what is left, and books what was used; what was asked for and is still to come is given back when it comes. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#held.releaseAll()
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
    }
  }

  #take(quantity: number, now: number): boolean {
    if (!this.#held.take(quantity, now)) return false
    this.#pace.use(quantity, now)
    return true
  }

  #withoutServer(quantity: number): Decision {
    if (this.#terms.whenAway === 'closed') return UNREACHABLE
    this.#tools.uncounted(quantity)
    return { allowed: true, leased: false }
  }

  /** Whether more is to be asked for before it is needed: less than three quarters are left, or all of it is about to end at once. */
  #isLow(now: number): boolean {
    const { left } = this.#held
    return left < this.#room / 2 && (left < (PARTS - 1) * this.#pace.busiest || now >= this.#agesAt)
  }

  /** Nobody asks already, and neither the server nor the want of one has said no until later. */
  #mayAsk(now: number): boolean {
    return this.#asking === null && !(this.#denied && now < this.#denied.until) && !(this.#away && now < this.#away.until)
  }

  /** One question at a time, whoever waits for its answer. */
  #ask(quantity: number): Promise<void> {
    this.#asking ??= this.#lend(quantity).finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #lend(quantity: number): Promise<void> {
    const { leaseSeconds } = this.#terms
    const asked = { at: performance.now(), atWall: Date.now() }
    const wanted = Math.max(1, quantity - this.#held.left, this.#share())
    const answer = await this.#tools.transport('/leases', { organization: this.#organization, meter: this.#meter, quantity: wanted, ttl_seconds: leaseSeconds })
    const now = performance.now()
    if (answer.type === 'away') {
      const failures = (this.#away?.failures ?? 0) + 1
      this.#away = { failures, until: now + waitMs(answer, failures) }
      return
    }
    this.#away = null
    if (answer.type === 'busy') {
      // The server is there: this is its no for now, and no reason to go on without it.
      this.#denied = { decision: this.#denied?.decision ?? BUSY, until: now + waitMs(answer, 1) }
      return
    }
    const { id, granted } = answer.body
    if (typeof id !== 'string' || typeof granted !== 'number' || granted === 0) {
      this.#room = 0
      this.#denied = { decision: denialOf(answer.body), until: now + DENIED_MS }
      return
    }
    this.#room = roomOf(answer.body, granted < wanted)
    // From before it was asked for: on the server's clock it began later.
    const lasts = timeToUse(Math.min(leaseSeconds * 1_000, untilPeriodEnds(answer)), this.#terms)
    this.#hold({ id, granted, used: 0, endsAt: asked.at + lasts, endsAtWall: asked.atWall + lasts }, now)
    this.#agesAt = asked.at + timeToUse(leaseSeconds * 1_000, this.#terms) / 2 // Not of a lease that a period's end cuts short: it would be asked for ever faster.
    this.#denied = granted < wanted && this.#held.left < quantity ? { decision: LIMIT_REACHED, until: now + DENIED_MS } : null
  }

  #hold(lease: Lease, now: number): void {
    if (this.#isClosed) this.#tools.settle(lease)
    else this.#held.hold(lease, now)
  }

  /** So many units as are missing of what is used in a lease's time, and a quarter of them at least; near a limit less, so that nobody sits on the last of it. */
  #share(): number {
    const { busiest } = this.#pace
    const missing = Math.max(busiest, PARTS * busiest - this.#held.left)
    return Math.min(missing, this.#terms.largestLease, Math.ceil(this.#room / PARTS))
  }
}

/**
 * Milliseconds of those that a lease lasts. The rest is for the server to hear what was used: from the lease's end on it lends those units to
 * somebody else, and what it heard after that would be over the limit.
 */
function timeToUse(lastsMs: number, { timeoutMs }: Pick<LeaseTerms, 'timeoutMs'>): number {
  return lastsMs - Math.min(timeoutMs, lastsMs * PART_TO_SETTLE)
}

const LIMIT_REACHED: Decision = Object.freeze({ allowed: false, reason: 'limit_reached' })

/** Units that could be leased still; without end where no limit is. A server that does not say so yet has none left where it granted less. */
function roomOf({ remaining }: Record<string, unknown>, isShort: boolean): number {
  if (typeof remaining === 'number') return remaining
  return remaining === undefined && isShort ? 0 : Number.POSITIVE_INFINITY
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
