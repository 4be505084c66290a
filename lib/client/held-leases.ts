import { later } from './backoff'

export type Lease = {
  id: string
  granted: number
  used: number
  /** On this process's own monotonic clock, in milliseconds. */
  endsAt: number
  /** By the wall's clock, in milliseconds since 1970: it goes on while a virtual machine is suspended and the other one stands still. */
  endsAtWall: number
}

/** Whichever clock says so: a lease that is believed for too long is one whose units were given to somebody else. */
const isOver = ({ endsAt, endsAtWall }: Lease, now: number) => now >= endsAt || Date.now() >= endsAtWall

/** The units of one meter that this process holds. The oldest are used first, and each lease is settled as soon as it is used up or over. */
export class HeldLeases {
  readonly #settle: (lease: Lease) => void
  #leases: Lease[] = []
  #left = 0

  constructor(settle: (lease: Lease) => void) {
    this.#settle = settle
  }

  /** Units, of which a lease that ended just now may be one. */
  get left(): number {
    return this.#left
  }

  get isEmpty(): boolean {
    return this.#leases.length === 0
  }

  hold(lease: Lease, now: number): void {
    this.#leases.push(lease)
    this.#left += lease.granted
    later(() => this.#release([lease]), Math.max(0, lease.endsAt - now))
  }

  take(quantity: number, now: number): boolean {
    const first = this.#leases[0]
    if (first === undefined || first.used + quantity > first.granted || isOver(first, now)) return this.#takeOfSeveral(quantity, now)
    first.used += quantity
    this.#left -= quantity
    return true
  }

  releaseAll(): void {
    this.#release(this.#leases)
  }

  #takeOfSeveral(quantity: number, now: number): boolean {
    this.#release(this.#leases.filter((lease) => lease.used === lease.granted || isOver(lease, now)))
    if (this.isEmpty || this.#left < quantity) return false
    let wanted = quantity
    for (const lease of this.#leases) {
      const taken = Math.min(wanted, lease.granted - lease.used)
      lease.used += taken
      wanted -= taken
      if (wanted === 0) break
    }
    this.#left -= quantity
    return true
  }

  #release(released: readonly Lease[]): void {
    if (released.length === 0) return
    const held = this.#leases
    this.#leases = held.filter((lease) => !released.includes(lease))
    for (const lease of held) {
      if (!released.includes(lease)) continue
      this.#left -= lease.granted - lease.used
      this.#settle(lease)
    }
  }
}
