import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

/** Once per process, though its module graph may exist twice (see `db/client.ts`). */
const CURRENT = Symbol.for('headroom.observe.request')
const shared = globalThis as typeof globalThis & { [CURRENT]?: AsyncLocalStorage<string> }

function current(): AsyncLocalStorage<string> {
  shared[CURRENT] ??= new AsyncLocalStorage()
  return shared[CURRENT]
}

/** The header in which a caller is told the id. Theirs is never taken over: what goes to the payment provider may be told apart by ours. */
export const REQUEST_ID_HEADER = 'X-Request-Id'

/** Does the work of one request under an id of its own, or under the one that it has already. */
export function inRequest<Value>(work: (id: string) => Value): Value {
  const id = requestId()
  if (id !== undefined) return work(id)
  const made = randomUUID()
  return current().run(made, () => work(made))
}

/** Of the request that this is done for; undefined where it is nobody's, as in the worker. */
export function requestId(): string | undefined {
  return current().getStore()
}
