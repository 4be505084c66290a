import { timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { failpoint } from '../../failpoint'
import { ENDPOINTS, type Endpoint } from './endpoints'
import { type ErrorBody, StripeFailure } from './failure'
import type { Faults } from './faults'
import { type Performance, perform } from './perform'
import { API_VERSION } from './store'
import { newStripeId } from './stripe-ids'

export type SandboxEnvironment = { Bindings: HttpBindings; Variables: { requestId: string } }
type SandboxContext = Context<SandboxEnvironment>

const LARGEST_BODY = 256 * 1024

export function isAuthorized(context: SandboxContext, secretKey: string): boolean {
  const given = Buffer.from(context.req.header('authorization') ?? '')
  const wanted = Buffer.from(`Bearer ${secretKey}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** The client sees its connection reset, not an answer. */
export function dropConnection(context: SandboxContext): Response {
  context.env.incoming.socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

function refusal(status: number, error: ErrorBody['error'], headers: Record<string, string>): Response {
  return Response.json({ error }, { status, headers })
}

/** Stripe's API as far as `ENDPOINTS` goes, under `/v1`. */
export function stripeApi(performance: Performance, secretKey: string, afterwards: () => void): Hono<SandboxEnvironment> {
  const api = new Hono<SandboxEnvironment>()

  api.use(async (context, next) => {
    context.set('requestId', newStripeId('req', 14))
    if (!isAuthorized(context, secretKey)) {
      return refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' }, headersOf(context))
    }
    return next()
  })
  api.use(
    bodyLimit({
      maxSize: LARGEST_BODY,
      onError: (context) =>
        refusal(413, { type: 'invalid_request_error', message: 'The request is too large.' }, { ...headersOf(context as SandboxContext), connection: 'close' }),
    }),
  )

  for (const endpoint of ENDPOINTS) api.on(endpoint.method, endpoint.path, (context) => serve(context, performance, endpoint, afterwards))

  api.all('*', (context) =>
    refusal(
      404,
      {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${context.req.method}: ${context.req.path}), or not a part of the API that is simulated.`,
      },
      headersOf(context),
    ),
  )
  api.onError((error, context) => {
    if (error instanceof StripeFailure) return refusal(error.status, error.body.error, headersOf(context))
    console.error('The Stripe sandbox failed at', context.req.method, context.req.path, error)
    return refusal(500, { type: 'api_error', message: 'An unknown error occurred.' }, headersOf(context))
  })
  return api
}

function headersOf(context: SandboxContext): Record<string, string> {
  return { 'request-id': context.get('requestId'), 'stripe-version': API_VERSION }
}

async function serve(context: SandboxContext, performance: Performance, endpoint: Endpoint, afterwards: () => void): Promise<Response> {
  const { method, path } = context.req
  const faults: Faults = performance.faults
  if (faults.take('drop_before', method, path)) return dropConnection(context)
  if (faults.take('rate_limit', method, path)) {
    return refusal(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests hit the API too quickly.' }, headersOf(context))
  }
  const garbled = faults.take('garble', method, path)
  if (garbled) return new Response(garbled.body, { status: garbled.status, headers: { 'content-type': 'application/json' } })

  const key = context.req.header('idempotency-key') ?? null
  if (method === 'POST') failpoint('sandbox:asked')
  const result = await perform(performance, {
    endpoint,
    version: context.req.header('stripe-version') ?? null,
    method,
    path,
    id: context.req.param('id') ?? '',
    encoded: method === 'GET' ? new URL(context.req.url).search.slice(1) : await context.req.text(),
    idempotencyKey: key,
    requestId: context.get('requestId'),
  })
  if (method === 'POST') failpoint('sandbox:performed')
  afterwards()
  if (faults.take('drop_after', method, path)) return dropConnection(context)
  return new Response(result.body, {
    status: result.status,
    headers: {
      ...headersOf(context),
      'content-type': 'application/json',
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(result.replayed ? { 'idempotent-replayed': 'true' } : {}),
    },
  })
}
