import http from 'node:http'
import https from 'node:https'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'
import { Webhook } from 'standardwebhooks'
import { traceparent } from '../observe/trace'
import type { Instant } from '../time'
import { arePrivateAddressesAllowed, readEndpointUrl } from './endpoint-url'

/** Seconds within which a receiver must have answered: name, connection, and all. */
const ANSWERS_WITHIN_MS = 10_000
/** What is read of an answer before the connection is closed, and what of it is kept. */
const READ_BYTES = 4_096
const KEPT_CHARACTERS = 1_000

export type WebhookRequest = {
  url: string
  /** The event's id: the same over all tries, so that a receiver can tell a repetition. */
  id: string
  body: string
  /** The newest first; each signs. */
  secrets: readonly string[]
  at: Instant
}

export type WebhookAnswer = { status: number; body: string; durationMs: number }
export type WebhookFailure = { error: string; durationMs: number }

/**
 * Sends one webhook as the Standard Webhooks convention says. Redirects are not followed: they would lead a signed body to
 * an address that nobody has entered. The address that a name leads to is looked at and used in one step, so that it cannot
 * be a public one when it is looked at and a private one when it is used.
 */
export async function sendWebhook({ url, id, body, secrets, at }: WebhookRequest): Promise<WebhookAnswer | WebhookFailure> {
  const began = performance.now()
  const durationMs = () => Math.round(performance.now() - began)
  const allowed = readEndpointUrl(url) // Rules may have become stricter since it was entered.
  if (!allowed.ok) return { error: `The address is not allowed: ${allowed.error}`, durationMs: 0 }
  // biome-ignore lint/style/noRestrictedGlobals: what the library is handed.
  const signedAt = new Date(at.epochMilliseconds)
  const trace = traceparent()
  const headers = {
    ...(trace && { traceparent: trace }),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Headroom-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': Math.floor(at.epochMilliseconds / 1000).toString(),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, signedAt, body)).join(' '),
  }
  try {
    const answer = await post(new URL(url), headers, body)
    return { ...answer, durationMs: durationMs() }
  } catch (fault) {
    return { error: wordsOf(fault), durationMs: durationMs() }
  }
}

function post(url: URL, headers: http.OutgoingHttpHeaders, body: string): Promise<{ status: number; body: string }> {
  const options = { allowPrivateIPAddress: arePrivateAddressesAllowed(), allowMetaIPAddress: arePrivateAddressesAllowed() }
  const isHttps = url.protocol === 'https:'
  // One connection for one request: nothing of one receiver's is left open for another's.
  const agent = isHttps ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options)
  return new Promise((resolve, reject) => {
    const request = (isHttps ? https : http).request(url, { method: 'POST', headers, agent, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }, (response) => {
      let read = Buffer.alloc(0)
      const finish = () => resolve({ status: response.statusCode ?? 0, body: kept(read) })
      response.on('data', (chunk: Buffer) => {
        read = Buffer.concat([read, chunk.subarray(0, READ_BYTES - read.length)])
        if (read.length < READ_BYTES) return
        finish()
        response.destroy()
      })
      response.on('end', finish)
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** As text that Postgres can hold. */
function kept(read: Buffer): string {
  return Array.from(read.toString('utf8').replaceAll('\u0000', '')).slice(0, KEPT_CHARACTERS).join('')
}

const ERROR_MAX = 300

function wordsOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault).slice(0, ERROR_MAX)
  if (fault.name === 'TimeoutError' || ('code' in fault && fault.code === 'ABORT_ERR')) return `No answer within ${ANSWERS_WITHIN_MS / 1000} seconds`
  if (/is not allowed/.test(fault.message)) return 'The name leads to a private address, where nothing is sent'
  return (fault.message || fault.name).slice(0, ERROR_MAX)
}
