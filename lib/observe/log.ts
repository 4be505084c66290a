import { type DestinationStream, type Logger, pino } from 'pino'
import { requestId } from './request'
import { traceId } from './trace'

/** JSON, a line each; what is said in a request carries its id. */
export function openLog(name: string, destination?: DestinationStream): Logger {
  const settings = { name, level: process.env.LOG_LEVEL ?? 'info', mixin: requestOfLine }
  return destination ? pino(settings, destination) : pino(settings)
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
