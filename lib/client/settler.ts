import { pause, waitMs } from './backoff'
import type { Transport } from './transport'
import type { RefusedUsage } from './usage'

type Used = { id: string; used: number }

/** Books leases. Settling twice answers as the first time, so each is sent until somebody answers. */
export class Settler {
  readonly #transport: Transport
  readonly #refused: (refused: RefusedUsage) => void
  readonly #waiting = new Map<string, Promise<void>>()

  constructor(transport: Transport, refused: (refused: RefusedUsage) => void) {
    this.#transport = transport
    this.#refused = refused
  }

  settle({ id, used }: Used): void {
    this.#waiting.set(
      id,
      this.#send({ id, used }).finally(() => this.#waiting.delete(id)),
    )
  }

  /** When all that was handed over is booked. */
  async drained(): Promise<void> {
    await Promise.all(this.#waiting.values())
  }

  async #send({ id, used }: Used): Promise<void> {
    for (let failures = 1; ; failures++) {
      const answer = await this.#transport(`/leases/${id}/settle`, { used })
      if (answer.type !== 'answer') {
        await pause(waitMs(answer, failures))
        continue
      }
      if (answer.status >= 400 && used > 0) this.#refused({ type: 'lease', lease: id, used, status: answer.status, problem: answer.body })
      return
    }
  }
}
