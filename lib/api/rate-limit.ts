import type { AuthenticatedKey } from '../auth/api-keys'
import { Halt, problem } from './answer'

/** Requests a second that a key may make on the long run, and how many at once. */
const LIMITS = {
  operator: { perSecond: 500, burst: 1_000 },
  organization: { perSecond: 10, burst: 60 },
} as const

/** Keys that were not used for so long have a full bucket anyway. */
const FORGET_AFTER_MS = 10 * 60_000

type Bucket = { tokens: number; at: number }

/** A bucket of tokens for each key that was made in the dashboard (G23), in this process: a second one doubles what is let through. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>()
  #sweptAt = 0

  constructor(private readonly milliseconds: () => number = () => performance.now()) {}

  /** @throws Halt with 429 and when to come back. */
  take({ keyId, organizationId }: AuthenticatedKey): void {
    if (keyId === 'environment') return
    const { perSecond, burst } = organizationId ? LIMITS.organization : LIMITS.operator
    const now = this.milliseconds()
    this.#sweep(now)
    const before = this.#buckets.get(keyId) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond)
    this.#buckets.set(keyId, { tokens: Math.max(tokens - 1, 0), at: now })
    if (tokens >= 1) return
    const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond))
    throw new Halt(
      problem('rate_limited', `At most ${perSecond} requests a second with this key.`, { retry_after: seconds }, { 'Retry-After': String(seconds) }),
    )
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < FORGET_AFTER_MS) return
    this.#sweptAt = now
    for (const [keyId, { at }] of this.#buckets) if (now - at > FORGET_AFTER_MS) this.#buckets.delete(keyId)
  }
}
