/** How many on the long run, and how many at once. */
export type Rate = { perSecond: number; burst: number }

type Bucket = { tokens: number; at: number }

/** What was not taken from for so long is full again at every rate of ours. */
const FORGET_AFTER_MS = 10 * 60_000
/** A few megabytes, however many names somebody makes up. */
const MOST_BUCKETS = 20_000

/** A bucket of tokens for each name, in the memory of this process. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>()
  #sweptAt = 0

  constructor(private readonly milliseconds: () => number = () => performance.now()) {}

  get size(): number {
    return this.#buckets.size
  }

  /** @returns Zero where there was a token, else the seconds until there is one. */
  take(name: string, { perSecond, burst }: Rate): number {
    const now = this.milliseconds()
    this.#sweep(now)
    const before = this.#buckets.get(name) ?? this.#begin(burst, now)
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond)
    this.#buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond))
  }

  /** In place of the oldest where there are too many. */
  #begin(burst: number, now: number): Bucket {
    const oldest = this.#buckets.size >= MOST_BUCKETS ? this.#buckets.keys().next().value : undefined
    if (oldest !== undefined) this.#buckets.delete(oldest)
    return { tokens: burst, at: now }
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < FORGET_AFTER_MS) return
    this.#sweptAt = now
    for (const [name, { at }] of this.#buckets) if (now - at > FORGET_AFTER_MS) this.#buckets.delete(name)
  }
}
