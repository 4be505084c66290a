import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'
import { type ChatTarget, isBelowService, serviceUrl } from './chat-target'
import { drawChat } from './draw-chat'
import type { Mail } from './mail'

/** What became of a post. `detail`: the service's own word for it. */
export type Posted =
  | { state: 'delivered' }
  /** It asks us to wait, as long as it says. */
  | { state: 'wait'; seconds: number; detail: string }
  /** Nobody answers, or not with sense; it may pass. */
  | { state: 'unreachable'; detail: string }
  /** It takes no more under this address or token. */
  | { state: 'gone'; detail: string }
  /** It does not take this one message. */
  | { state: 'rejected'; detail: string }

const PATIENCE_MS = 10_000
const BODY_MAX = 16 * 1024
const DETAIL_MAX = 200
const LONGEST_WAIT_SECONDS = 3_600

/** Posts one message. Follows no redirect, and calls no address of this network unless the operator allows it. */
export async function postChat(target: ChatTarget, mail: Mail): Promise<Posted> {
  if (!isBelowService(target)) return { state: 'gone', detail: 'the address is not below the one that the operator has set' }
  try {
    const answer = await post(urlOf(target), JSON.stringify(drawChat(target, mail)))
    return withoutSecrets(readAnswer(target, answer), target)
  } catch (fault) {
    return withoutSecrets({ state: 'unreachable', detail: detailOf(fault) }, target)
  }
}

function urlOf(target: ChatTarget): URL {
  return target.service === 'telegram' ? new URL(`./bot${target.token}/sendMessage`, serviceUrl('telegram')) : new URL(target.url)
}

type Answer = { status: number; retryAfter: string | undefined; body: string }

function post(url: URL, body: string): Promise<Answer> {
  const [send, Agent] = url.protocol === 'https:' ? [requestHttps, RequestFilteringHttpsAgent] : [requestHttp, RequestFilteringHttpAgent]
  const agent = new Agent({ allowPrivateIPAddress: process.env.HEADROOM_PRIVATE_CHATS === '1' })
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Headroom' }
  return new Promise((resolve, reject) => {
    const sent = send(url, { method: 'POST', agent, headers, signal: AbortSignal.timeout(PATIENCE_MS) }, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length <= BODY_MAX) chunks.push(chunk)
        else response.destroy(new Error('its answer is too long'))
      })
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response
        resolve({ status, retryAfter: answered['retry-after'], body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Answers by which a service says that what it knows under the address is no more; all others of its own may pass, or are the message's. */
const GONE: Record<ChatTarget['service'], (answer: Answer) => boolean> = {
  slack: ({ status }) => status === 401 || status === 403 || status === 404 || status === 410,
  discord: ({ status }) => status === 401 || status === 403 || status === 404,
  telegram: ({ status, body }) => status === 401 || status === 403 || status === 404 || /chat not found|bot was kicked|chat was deleted/i.test(body),
}

function readAnswer({ service }: ChatTarget, answer: Answer): Posted {
  const { status } = answer
  if (status >= 200 && status < 300) return { state: 'delivered' }
  const detail = wordOf(answer)
  if (status === 429) return { state: 'wait', seconds: secondsToWait(answer), detail }
  if (status >= 300 && status < 400) return { state: 'unreachable', detail: `${status}, which leads elsewhere` }
  if (GONE[service](answer)) return { state: 'gone', detail }
  return status >= 400 && status < 500 ? { state: 'rejected', detail } : { state: 'unreachable', detail }
}

/** `404 no_service`: Slack answers with a word, Discord and Telegram with JSON. */
function wordOf({ status, body }: Answer): string {
  const { message, description } = readJson(body)
  const word = [message, description].find((one) => typeof one === 'string') ?? (body.startsWith('<') ? '' : body)
  return `${status} ${String(word)}`.replaceAll(/\s+/g, ' ').trim()
}

function readJson(body: string): { message?: unknown; description?: unknown; retry_after?: unknown; parameters?: { retry_after?: unknown } } {
  try {
    const read: unknown = JSON.parse(body)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}

const USUAL_WAIT_SECONDS = 30

function secondsToWait({ retryAfter, body }: Answer): number {
  const { retry_after: discord, parameters } = readJson(body)
  const named = [retryAfter, discord, parameters?.retry_after].map(Number).find((seconds) => Number.isFinite(seconds) && seconds >= 0)
  return Math.min(Math.max(Math.ceil(named ?? USUAL_WAIT_SECONDS), 1), LONGEST_WAIT_SECONDS)
}

function detailOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault)
  if (fault.name === 'AbortError' || fault.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1_000} seconds`
  if (/private|not allowed/i.test(fault.message)) return 'its address is private, which the operator does not allow'
  return 'code' in fault && typeof fault.code === 'string' ? fault.code : fault.message
}

/** What is kept and shown must not hold what posts; an answer may repeat it. */
function withoutSecrets(posted: Posted, target: ChatTarget): Posted {
  if (posted.state === 'delivered') return posted
  const secret = target.service === 'telegram' ? target.token : target.url
  return { ...posted, detail: posted.detail.replaceAll(secret, '…').slice(0, DETAIL_MAX) }
}
