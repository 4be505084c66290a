import { inEngine } from '../../../db/client'
import type { PaymentProvider } from '../../payments/port'
import { type PaymentKey, readPayment } from '../commands/payment-steps'
import type { PaymentRow } from '../commands/store/documents'
import { check, collect } from './collect'

/** How long a call waits for what it has set off, in milliseconds (G5). A charge that is not known by then goes on by itself. */
export const AUTOMATIC_PURCHASE_WAIT = 10_000

const POLL_MILLISECONDS = 100

/** Time that one call may still wait: it begins with the first thing that it set off, and is not given anew for the next. */
export class Patience {
  readonly #wait: number
  #until: number | null = null

  constructor(wait = AUTOMATIC_PURCHASE_WAIT) {
    this.#wait = wait
  }

  /** Milliseconds that are left. */
  get left(): number {
    this.#until ??= performance.now() + this.#wait
    return Math.max(0, this.#until - performance.now())
  }

  get isOver(): boolean {
    return this.#until !== null && this.left === 0
  }
}

/**
 * Charges what a command has set off, now that it is committed: outside every transaction, side by side, each once whoever
 * else is at it, and waits for the outcome as long as `patience` lasts. What is not known by then goes on by itself (G5).
 */
export async function chargeSetOff(provider: PaymentProvider, keys: readonly PaymentKey[], patience = new Patience()): Promise<void> {
  if (keys.length === 0) return
  const charges = Promise.allSettled(keys.map((key) => charge(provider, key, patience)))
  let timer: NodeJS.Timeout | undefined
  await Promise.race([charges, new Promise((resolve) => (timer = setTimeout(resolve, patience.left)))])
  clearTimeout(timer)
}

const SETTLED: ReadonlySet<PaymentRow['state']> = new Set(['collected', 'refused', 'abandoned', 'needs_customer'])

/** Collects one payment unless somebody has already, and reads it back until its outcome is known or the wait is over. */
async function charge(provider: PaymentProvider, key: PaymentKey, patience: Patience): Promise<void> {
  const payment = await inEngine((tx) => readPayment(tx, key))
  let state = await collect(provider, key, { onlyIfDue: payment?.dunning ?? false })
  while (!SETTLED.has(state) && patience.left > 0) {
    const seen = await inEngine((tx) => readPayment(tx, key))
    // Nobody holds it and nothing has happened: the provider takes no calls now, and the worker tries again.
    if (!seen || (seen.state !== 'in_flight' && seen.leaseToken === null)) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
    state = await check(provider, key)
  }
}
