import { type DestinationStream, type Logger, pino } from 'pino'
import { requestId } from './request'
import { traceId } from './trace'

/** JSON, a line each; what is said in a request carries its id. */
export function openLog(name: string, destination?: DestinationStream): Logger {
  const settings = { name, level: process.env.LOG_LEVEL ?? 'info', mixin: requestOfLine, serializers: { err: withoutValues } }
  return destination ? pino(settings, destination) : pino(settings)
}

type Told = { type: string; message: string; code?: unknown; stack?: string; cause?: unknown; errors?: unknown[] }

/** What a fault says, without the values that it was about. */
export function messageWithoutValues(fault: Error): string {
  return 'query' in fault && 'params' in fault && typeof fault.query === 'string' ? `Failed query: ${fault.query}` : fault.message
}

/**
 * A fault without the values that it was about: what Drizzle and Postgres say of a query that failed holds what was asked with (addresses, hashes of
 * passwords, sealed secrets). Its text, its code and where it happened say enough.
 */
export function withoutValues(fault: unknown): unknown {
  if (!(fault instanceof Error)) return fault
  const told: Told = { type: fault.constructor.name, message: messageWithoutValues(fault) }
  if ('code' in fault) told.code = fault.code
  // Its first lines are the message once more.
  const frames = fault.stack?.split('\n').filter((line) => line.startsWith('    at '))
  if (frames) told.stack = frames.join('\n')
  if (fault.cause !== undefined) told.cause = withoutValues(fault.cause)
  if (fault instanceof AggregateError) told.errors = fault.errors.map(withoutValues)
  return told
}

function requestOfLine(): { requestId?: string; traceId?: string } {
  const [request, trace] = [requestId(), traceId()]
  return { ...(request !== undefined && { requestId: request }), ...(trace !== undefined && { traceId: trace }) }
}

/** Once per process, though its module graph may exist twice (see `db/client.ts`). */
const LOG = Symbol.for('headroom.observe.log')
const shared = globalThis as typeof globalThis & { [LOG]?: Logger }

/** Of the web server: its pages, actions and machine interface. */
export function theLog(): Logger {
  shared[LOG] ??= openLog('headroom')
  return shared[LOG]
}
