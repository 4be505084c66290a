import { SpanKind } from '@opentelemetry/api'
import type { Stripe } from 'stripe'
import { traced } from '../../observe/trace'

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>
type HttpResponse = Awaited<ReturnType<HttpClient['makeRequest']>>

/** Codes of a connection that was closed while a call was under way. */
const CLOSED = ['ECONNRESET', 'EPIPE']

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The connection was lost after bytes were sent: Stripe may have carried the call out. */
class ConnectionLost extends Error {
  override name = 'ConnectionLost'
  readonly code = 'CONNECTION_LOST'
}

/**
 * The SDK's client with two of its habits changed.
 *
 * It resends a call once when its connection was closed, whatever the settings. With a stable key that does no harm, and
 * a stale keep-alive connection is common; but it hides that the first sending may have been carried out: a second one
 * that is refused reads like "never reached Stripe". So the resending is done here, and once bytes may have arrived the
 * error says so.
 *
 * And it takes any JSON without an `error` key for success, whatever the status, and hangs on JSON that is no object.
 */
export function careful(client: HttpClient): HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest(...request) {
      const [, , path, method] = request
      return traced('payment provider', { kind: SpanKind.CLIENT, attributes: { 'http.request.method': method, 'headroom.object': objectOf(path) } }, () =>
        sendCarefully(client, request),
      )
    },
  }
}

/** `/v1/payment_intents/pi_…/confirm?…` → `payment_intents`. */
function objectOf(path: string): string {
  return /^\/v\d+\/(\w+)/.exec(path)?.[1] ?? 'other'
}

async function sendCarefully(client: HttpClient, request: Parameters<HttpClient['makeRequest']>): Promise<HttpResponse> {
  try {
    return checked(await client.makeRequest(...request))
  } catch (first) {
    if (!CLOSED.includes(codeOf(first) ?? '')) throw first
    try {
      return checked(await client.makeRequest(...request))
    } catch (second) {
      throw new ConnectionLost('The connection was closed twice', { cause: second })
    }
  }
}

function checked(response: HttpResponse): HttpResponse {
  const read = response.toJSON.bind(response)
  response.toJSON = async () => {
    const body: unknown = await read()
    const status = response.getStatusCode()
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error(`Stripe answered ${status} with JSON that is no object`)
    if ((status < 200 || status > 299) && !('error' in body)) throw new Error(`Stripe answered ${status} without an error`)
    return body
  }
  return response
}
