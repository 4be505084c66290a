import type { RefusedUsage } from './usage'

/** What goes wrong and is tried again by itself; or a handler of yours that failed, with what it was given. */
export type Trouble =
  /** `away`: nobody answers, or the server is broken. `busy`: it has had too much from this key. `key_refused`: it does not take the key (401, 403). */
  { type: 'away' | 'busy' | 'key_refused'; message: string } | { type: 'handler_failed'; message: string; refused: RefusedUsage; error: unknown }

export type Handlers = { onRefused: (refused: RefusedUsage) => void; onTrouble?: ((trouble: Trouble) => void) | undefined }

/** What lasts is said again after so long. */
const SAID_AGAIN_MS = 60_000

/** Tells whoever uses the client. A handler that throws, at once or in a promise, ends no process and keeps nothing else from being told. */
export class Listener {
  readonly #handlers: Handlers
  readonly #saidAt = new Map<Trouble['type'], number>()

  constructor(handlers: Handlers) {
    // Without types nothing else would say so before usage is lost.
    if (typeof handlers.onRefused !== 'function') throw new TypeError('onRefused must be a function: usage that is refused is in nobody else’s hands')
    this.#handlers = handlers
  }

  refused(refused: RefusedUsage): void {
    const message = 'onRefused failed; what it was given is here.'
    attempt(
      () => this.#handlers.onRefused(refused),
      (error) => this.#tell({ type: 'handler_failed', message, refused, error }),
    )
  }

  /** Once a minute of each kind. */
  trouble(trouble: Trouble): void {
    const now = performance.now()
    if (now - (this.#saidAt.get(trouble.type) ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN_MS) return
    this.#saidAt.set(trouble.type, now)
    this.#tell(trouble)
  }

  #tell(trouble: Trouble): void {
    const { onTrouble = log } = this.#handlers
    attempt(
      () => onTrouble(trouble),
      () => log(trouble),
    )
  }
}

function attempt(work: () => unknown, failed: (error: unknown) => void): void {
  try {
    Promise.resolve(work()).catch(failed)
  } catch (error) {
    failed(error)
  }
}

function log({ message, ...facts }: Trouble): void {
  console.error(`@headroom/client: ${message}`, facts)
}
