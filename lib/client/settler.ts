import { backoffMs, later } from './backoff'
import type { RefusedUsage } from './reporter'
import type { Transport } from './transport'

type Used = { id: string; used: number }

/** Books leases. Settling twice answers as the first time, so each is sent until somebody answers. */
export class Settler {
  readonly #transport: Transport
  readonly #onRefused: (refused: RefusedUsage) => void
  readonly #waiting = new Map<string, Promise<void>>()

  constructor(transport: Transport, onRefused: (refused: RefusedUsage) => void) {
    this.#transport = transport
    this.#onRefused = onRefused
  }

  settle(lease: Used): void {
    this.#waiting.set(
      lease.id,
      this.#send(lease, 0).finally(() => this.#waiting.delete(lease.id)),
    )
  }

  /** When all that was handed over is booked. */
  async drained(): Promise<void> {
    await Promise.all(this.#waiting.values())
  }

  async #send({ id, used }: Used, failures: number): Promise<void> {
    const answer = await this.#transport(`/leases/${id}/settle`, { used })
    if (answer.type === 'answer') {
      if (answer.status >= 400 && used > 0) this.#onRefused({ type: 'lease', lease: id, used, status: answer.status, problem: answer.body })
      return
    }
    await new Promise<void>((resolve) => later(resolve, answer.retryAfterMs ?? backoffMs(failures + 1)))
    return this.#send({ id, used }, failures + 1)
  }
}
