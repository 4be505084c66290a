/** Parts of a lease's time that use is counted in. */
export const PARTS = 4
/** What nobody is thought to stay below, so that the first lease is worth its request. */
const LEAST = 5

/** How much one meter has used of late: in each quarter of a lease's time, for as long as a lease lasts. */
export class Pace {
  readonly #partMs: number
  #before: number[] = []
  #busiestBefore = LEAST
  #used = 0
  #endsAt: number

  constructor(leaseMs: number, now: number) {
    this.#partMs = leaseMs / PARTS
    this.#endsAt = now + this.#partMs
  }

  use(quantity: number, now: number): void {
    if (now >= this.#endsAt) this.#turn(now)
    this.#used += quantity
  }

  /** Units of the busiest quarter. */
  get busiest(): number {
    return this.#used > this.#busiestBefore ? this.#used : this.#busiestBefore
  }

  #turn(now: number): void {
    const passed = Math.floor((now - this.#endsAt) / this.#partMs)
    this.#before = [...Array<number>(Math.min(passed, PARTS)).fill(0), this.#used, ...this.#before].slice(0, PARTS)
    this.#busiestBefore = Math.max(LEAST, ...this.#before)
    this.#used = 0
    this.#endsAt += (passed + 1) * this.#partMs
  }
}
