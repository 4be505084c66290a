import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { OpenAPIHono } from '@hono/zod-openapi'
import { SpanKind } from '@opentelemetry/api'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { isDatabaseAway, postgresCode } from '../../db/client'
import type { AuthenticatedKey } from '../auth/api-keys'
import { OrganizationGone } from '../billing/commands/store/organization'
import { lineAMinute } from '../observe/line-a-minute'
import { theLog } from '../observe/log'
import { countRequest } from '../observe/metrics'
import { inRequest, REQUEST_ID_HEADER } from '../observe/request'
import { isTracing, type TracedWork, traced } from '../observe/trace'
import { OutcomeUnknown, type PaymentProvider, ProviderUnavailable } from '../payments/port'
import { paymentProvider } from '../payments/provider'
import { PrinterBusy } from '../printing/typeset'
import { type Answer, Halt, notFound, problem } from './answer'
import { type Asked, answerIn, askedLanguage } from './answer-language'
import { BASE_PATH } from './base-path'
import { authenticate } from './caller'
import { openApiDocument, registerRoute } from './openapi'
import { RateLimit, StrangersLimit } from './rate-limit'
import { referencePage } from './reference-page'
import type { Route } from './route'
import { healthAnswer } from './routes/health'
import { answerNotification } from './routes/stripe-webhook'
import { routes } from './routes/table'
import { type Serving, serveRoute } from './serve-route'

export const WEBHOOK_PATH = '/api/webhooks/stripe'

/** A path that a caller made up is no label. */
const NO_ROUTE = 'none'

export type MachineInterfaceSettings = {
  provider: PaymentProvider
  log: Logger
}

/**
 * The whole machine interface as one Hono app, over the Fetch API: mounted by Next's route handlers, and directly in front
 * of Next by `lib/server.ts`.
 */
export function machineInterface(settings: MachineInterfaceSettings): OpenAPIHono {
  const { provider, log } = settings
  const serving: Omit<Serving, 'holder'> = { provider, rateLimit: new RateLimit() }
  const strangers = new StrangersLimit()
  const app = new OpenAPIHono()
  const noteUnknownKey = unknownKeys(log)
  for (const route of routes) {
    registerRoute(app, route)
    app.on(
      route.method.toUpperCase(),
      routingPath(route),
      answeringHolder(route.path, strangers, async (context, id, holder) => {
        const asked: Asked = { id, language: askedLanguage(context.req.raw.headers) }
        const answer = await serveRoute(route, context.req.raw, context.req.param(), asked, { ...serving, holder }).catch((fault: unknown) =>
          answerFault(fault, context, id, log),
        )
        if (!asked.caller && (answer.status === 401 || answer.status === 429)) noteUnknownKey()
        if (answer.status === 403) noteForbidden(route, answer, asked, log)
        return answerIn(asked.language, answer)
      }),
    )
  }
  for (const probe of ['live', 'ready']) {
    app.get(
      `${BASE_PATH}/health/${probe}`,
      answering(`/health/${probe}`, () => healthAnswer(probe)),
    )
  }
  app.get(`${BASE_PATH}/openapi.json`, (context) => context.json(openApiDocument(app)))
  app.get(`${BASE_PATH}/reference`, (context) => context.html(referencePage(openApiDocument(app))))
  app.post(
    WEBHOOK_PATH,
    answering(WEBHOOK_PATH, (context, id) => answerNotification(context.req.raw, provider).catch((fault: unknown) => answerFault(fault, context, id, log))),
  )
  app.notFound(answering(NO_ROUTE, async (context) => answerIn(askedLanguage(context.req.raw.headers), answerUnrouted(context))))
  app.onError((fault, context) => answering(NO_ROUTE, async (_, id) => answerFault(fault, context, id, log))(context))
  return app
}

/** As `answering`, for holders of a key: only they may go on with a trace of their own, because it says what is kept of it and where it is found. */
function answeringHolder(
  route: string,
  strangers: StrangersLimit,
  answer: (context: Context, id: string, holder: Promise<AuthenticatedKey>) => Promise<Answer>,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const began = performance.now()
    const holder = authenticate(context.req.raw.headers, strangers)
    const parent = await traceOfHolder(context, holder)
    return answering(route, (_, id) => answer(context, id, holder), { began, parent })(context)
  }
}

/** Undefined also where there is no valid key, which is told by whoever waits for the holder too. */
async function traceOfHolder(context: Context, holder: Promise<AuthenticatedKey>): Promise<string | undefined> {
  const parent = isTracing() ? context.req.header('traceparent') : undefined
  const isHeld = parent !== undefined && (await holder.then(Boolean, () => false))
  return isHeld ? parent : undefined
}

type Begun = { /** By `performance.now()`. */ began?: number; parent?: string | undefined }

/** One request: its id, which each log line of it and its answer carry, and how long it took. */
function answering(
  route: string,
  answer: (context: Context, id: string) => Promise<Answer>,
  { began = performance.now(), parent }: Begun = {},
): (context: Context) => Promise<Response> {
  return (context) =>
    inRequest((id) =>
      traced(`${context.req.method} ${route}`, tracedRequest(context, { route, began, parent }), async (span) => {
        const given = await answer(context, id)
        span?.setAttribute('http.response.status_code', given.status)
        return respond(context, given, { route, began, id })
      }),
    )
}

/** The path is that of the route: what a caller made up is no attribute. */
function tracedRequest(context: Context, { route, began, parent }: Begun & { route: string }): TracedWork {
  if (!isTracing()) return {}
  return {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': context.req.method, 'http.route': route },
    parent,
    startTime: began,
  }
}

/** Who asked for what they may not. What they sent is not repeated: paths may be anything. */
function noteForbidden({ method, path }: Route, { body }: Answer, { caller }: Asked, log: Logger): void {
  const permission = typeof body === 'object' && body !== null && 'permission' in body ? body.permission : undefined
  log.warn({ method, route: path, status: 403, permission, ...caller }, 'a right was refused')
}

function unknownKeys(log: Logger): () => void {
  const write = lineAMinute()
  return () => write((times) => log.warn({ status: 401, times }, 'requests without a key that is known were refused'))
}

const INTERFACE = Symbol.for('headroom.api.interface')
const shared = globalThis as typeof globalThis & { [INTERFACE]?: OpenAPIHono }

/** The one of this process, as the environment says; made when it is first asked for, because a build has no environment. */
export function theMachineInterface(): OpenAPIHono {
  shared[INTERFACE] ??= machineInterface({
    provider: paymentProvider(process.env),
    log: theLog(),
  })
  return shared[INTERFACE]
}

/** `/organizations/{organization}` → `/api/v1/organizations/:organization`. */
function routingPath({ path }: Route): string {
  return BASE_PATH + path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/**
 * Under a Node server straight to its socket: a `Response` makes a stream of its body that is only read again, which costs as much as deciding
 * about a request of usage does.
 */
function respond(context: Context, answer: Answer, { route, began, id }: { route: string; began: number; id: string }): Response {
  const { status } = answer
  countRequest({ method: context.req.method, route, status, began })
  const { content, headers } = written(answer)
  headers[REQUEST_ID_HEADER] = id
  const { outgoing } = (context.env ?? {}) as Partial<HttpBindings>
  if (context.req.method === 'HEAD') return new Response(null, { status, headers }) // Hono takes its body away, which it cannot of what is sent.
  if (!outgoing) return new Response(content, { status, headers })
  if (content instanceof ReadableStream) {
    outgoing.writeHead(status, headers)
    // Cut off on either side, it has no end that anybody could take for one; what made it has said why.
    void pipeline(Readable.fromWeb(content as NodeReadableStream), outgoing).catch(() => outgoing.destroy())
    return RESPONSE_ALREADY_SENT
  }
  outgoing.writeHead(status, content === null ? headers : { ...headers, 'Content-Length': Buffer.byteLength(content) })
  outgoing.end(content)
  return RESPONSE_ALREADY_SENT
}

type Written = { content: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null; headers: Record<string, string> }

function written({ status, body, headers = {} }: Answer): Written {
  if (body === null) return { content: null, headers: { ...headers } }
  if (body instanceof Uint8Array) return { content: body as Uint8Array<ArrayBuffer>, headers: { 'Cache-Control': 'no-store', ...headers } }
  if (body instanceof ReadableStream) return { content: body, headers: { 'Cache-Control': 'no-store', ...headers } }
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  return { content: JSON.stringify(body), headers: { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers } }
}

/** What went wrong inside is for the log, under an id that the caller can name. */
function answerFault(fault: unknown, context: Context, requestId: string, log: Logger): Answer {
  if (fault instanceof Halt) return fault.answer
  if (fault instanceof OrganizationGone) return notFound()
  const facts = { request_id: requestId }
  const isBusy =
    fault instanceof OutcomeUnknown ||
    fault instanceof ProviderUnavailable ||
    fault instanceof PrinterBusy ||
    isDatabaseAway(fault) ||
    ['40001', '40P01'].includes(postgresCode(fault) ?? '')
  log[isBusy ? 'warn' : 'error']({ err: fault, method: context.req.method, path: context.req.path }, 'a request failed')
  if (isBusy && isSafeToRepeat(context))
    return problem('unavailable', 'This could not be done right now; send the same request again.', facts, { 'Retry-After': '1' })
  if (isBusy) return problem('unavailable', UNKNOWN_WHETHER_DONE, facts)
  return problem('internal_error', 'This is our mistake, not yours. Name the request id to the operator.', facts)
}

const UNKNOWN_WHETHER_DONE =
  'It is not known whether this was done: look before you send it again. With an Idempotency-Key the same request can be sent again safely.'
/** Usage is told apart by its ids. */
const REPEATABLE = [`${BASE_PATH}/usage`, `${BASE_PATH}/consume`, WEBHOOK_PATH]

/** Whether the same again does nothing twice: what reads or says how something is to be, has a key (C7), or names what it counts (G60). */
function isSafeToRepeat({ req }: Context): boolean {
  return req.method !== 'POST' || req.header('idempotency-key') !== undefined || REPEATABLE.includes(req.path)
}

function answerUnrouted({ req }: Context): Answer {
  const allowed = routes.filter((route) => matches(route, req.path)).map((route) => route.method.toUpperCase())
  if (allowed.length === 0) return notFound(`There is no ${req.path.slice(0, 200)} here.`)
  return problem('method_not_allowed', `${req.method} is not known here.`, { allowed }, { Allow: allowed.join(', ') })
}

function matches(route: Route, path: string): boolean {
  const parts = routingPath(route).split('/')
  const given = path.split('/')
  return parts.length === given.length && parts.every((part, index) => part.startsWith(':') || part === given[index])
}
