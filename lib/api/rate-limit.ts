import type { AuthenticatedKey } from '../auth/api-keys'
import { networkOf } from '../auth/client-address'
import { Halt, problem } from './answer'
import { TokenBuckets } from './token-buckets'

/** Requests a second that a key may make on the long run, and how many at once. */
const LIMITS = {
  operator: { perSecond: 500, burst: 1_000 },
  organization: { perSecond: 10, burst: 60 },
} as const

/** Of one address: many times what somebody sends who has not noticed yet that their key was revoked. */
const WITHOUT_KEY = { perSecond: 10, burst: 200 } as const

/** A bucket of tokens for each key that was made in the dashboard (G23), in this process: a second one doubles what is let through. */
export class RateLimit {
  readonly #buckets: TokenBuckets

  constructor(milliseconds?: () => number) {
    this.#buckets = new TokenBuckets(milliseconds)
  }

  /** @throws Halt with 429 and when to come back. */
  take({ keyId, organizationId }: AuthenticatedKey): void {
    if (keyId === 'environment') return
    const rate = organizationId ? LIMITS.organization : LIMITS.operator
    const seconds = this.#buckets.take(keyId, rate)
    if (seconds > 0) throw new Halt(problem('rate_limited', `At most ${rate.perSecond} requests a second with this key.`, ...comeBackIn(seconds)))
  }
}

/**
 * A bucket of tokens for each address that requests come from without a key that works. Whoever has one is never counted, and comes through
 * wherever others from the same address have used it up.
 */
export class StrangersLimit {
  readonly #buckets: TokenBuckets

  constructor(milliseconds?: () => number) {
    this.#buckets = new TokenBuckets(milliseconds)
  }

  /** @throws Halt with 429 and when to come back. */
  take(address: string): void {
    const seconds = this.#buckets.take(networkOf(address), WITHOUT_KEY)
    if (seconds === 0) return
    throw new Halt(
      problem('rate_limited', 'Too many requests without a valid key came from this address; one with a valid key is answered.', ...comeBackIn(seconds)),
    )
  }
}

/** For people and for programs. */
function comeBackIn(seconds: number): [{ retry_after: number }, { 'Retry-After': string }] {
  return [{ retry_after: seconds }, { 'Retry-After': String(seconds) }]
}
