import { later, pause, waitMs } from './backoff'
import { newEventId } from './event-id'
import type { Transport } from './transport'
import type { RefusedUsage, UsageEvent, UsageReport } from './usage'

export type ReportTerms = {
  /** Events of one request. */
  batchSize: number
  /** How long an event waits for others. */
  waitMs: number
  /** Events kept while the server is away; who reports more waits. */
  mostKept: number
}

const TOO_LARGE = 413

/** Sends usage in batches, in order, until it is taken: each event once, whatever is lost on the way. */
export class Reporter {
  readonly #transport: Transport
  readonly #terms: ReportTerms
  readonly #refused: (refused: RefusedUsage) => void
  #kept: UsageEvent[] = []
  #sending: Promise<void> | null = null
  #timer: { cancel(): void } | null = null
  #full: { promise: Promise<void>; resolve: () => void } | null = null

  constructor(transport: Transport, terms: ReportTerms, refused: (refused: RefusedUsage) => void) {
    this.#transport = transport
    this.#terms = terms
    this.#refused = refused
  }

  /** Kept when it returns, and sent soon; the promise is there to wait for where more is kept than should be. */
  report(usage: UsageReport): Promise<void> | undefined {
    const { timestamp = new Date().toISOString(), id = newEventId(), ...rest } = usage
    const event: UsageEvent = { ...rest, id, ...(timestamp !== null && { timestamp }) }
    if (!isJson(event)) {
      this.#refused({ type: 'event', event, code: 'invalid_event', message: 'JSON cannot hold this event.' })
      return undefined
    }
    this.#kept.push(event)
    if (this.#kept.length >= this.#terms.batchSize) void this.flush()
    else this.#timer ??= later(() => void this.flush(), this.#terms.waitMs)
    if (this.#kept.length < this.#terms.mostKept) return undefined
    this.#full ??= withResolver()
    return this.#full.promise
  }

  /** When everything that was reported so far is taken or refused. */
  flush(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = null
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null
    })
    return this.#sending
  }

  async #sendAll(): Promise<void> {
    let failures = 0
    let most = this.#terms.batchSize
    while (this.#kept.length > 0) {
      const batch = this.#kept.slice(0, most)
      const answer = await this.#transport('/usage', { events: batch })
      if (answer.type !== 'answer') {
        failures++
        await pause(waitMs(answer, failures))
        continue
      }
      failures = 0
      if (answer.status === TOO_LARGE && batch.length > 1) {
        most = Math.ceil(batch.length / 2)
        continue
      }
      this.#settle(batch, answer.status, answer.body)
      if (this.#full && this.#kept.length < this.#terms.mostKept) {
        this.#full.resolve()
        this.#full = null
      }
    }
  }

  /** Of a refused batch the offending events are set aside; the others are sent again without them. */
  #settle(batch: readonly UsageEvent[], status: number, body: Record<string, unknown>): void {
    const rest = this.#kept.slice(batch.length)
    if (status < 400) {
      this.#kept = rest
      return
    }
    const offending = offendingOf(body)
    const refused = batch.filter(({ id }) => offending.has(id))
    // Where nothing says which, none of them is ever taken as it is.
    const setAside = refused.length > 0 ? refused : batch
    this.#kept = [...batch.filter((event) => !setAside.includes(event)), ...rest]
    for (const event of setAside) {
      const { code = String(body.code ?? status), message = String(body.detail ?? body.title ?? '') } = offending.get(event.id) ?? {}
      this.#refused({ type: 'event', event, code, message })
    }
  }
}

/** What it cannot hold, such as a bigint, could never be sent, and would hold up all that stands behind it. */
function isJson(event: UsageEvent): boolean {
  try {
    JSON.stringify(event)
    return true
  } catch {
    return false
  }
}

function offendingOf({ errors }: Record<string, unknown>): Map<string, { code: string; message: string }> {
  const found = new Map<string, { code: string; message: string }>()
  if (!Array.isArray(errors)) return found
  for (const { id, code, message } of errors as Record<string, unknown>[]) {
    if (typeof id === 'string') found.set(id, { code: String(code), message: String(message) })
  }
  return found
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
