import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type Post = { path: string; body: Record<string, unknown> }

/** What a service answers; null: nothing at all. */
export type ChatAnswer = { status: number; body: string; headers?: Record<string, string> } | null

export type ChatServices = {
  /** What was posted and taken, oldest first. */
  posts: Post[]
  /** How often somebody came, whatever they were answered. */
  calls: number
  /** Instead of the usual answer, by the path; undefined: the usual one; a promise: when it resolves. */
  answer: (path: string) => ChatAnswer | undefined | Promise<ChatAnswer | undefined>
  slackUrl: string
  discordUrl: string
  telegramToken: string
  /** For the environment of whoever posts here. */
  variables: Record<string, string>
  /** What was there before is forgotten. */
  reset(): void
  stop(): Promise<void>
}

const BODY_MAX = 1024 * 1024
/** As long as the real ones. */
const TELEGRAM_TOKEN = `123456789:${'A'.repeat(35)}`

/**
 * Slack, Discord and Telegram as they answer over HTTP, on this machine: `ok` in text, 204 without any, JSON; each refuses an address
 * that it does not know in its own words, and a body that is not what it takes.
 */
export async function startChatServices(port = 0): Promise<ChatServices> {
  const server = createServer((request, response) => {
    services.calls += 1
    readBody(request)
      .then((text) => respond(services, request.url ?? '/', text, response))
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the chat services have no port')
  const base = `http://127.0.0.1:${address.port}`
  const services: ChatServices = {
    posts: [],
    calls: 0,
    answer: () => undefined,
    slackUrl: `${base}/slack/services/T0001/B0001/${'x'.repeat(24)}`,
    discordUrl: `${base}/discord/api/webhooks/100200300/${'y'.repeat(68)}`,
    telegramToken: TELEGRAM_TOKEN,
    variables: {
      HEADROOM_SLACK_URL: `${base}/slack/`,
      HEADROOM_DISCORD_URL: `${base}/discord/api/webhooks/`,
      HEADROOM_TELEGRAM_URL: `${base}/telegram/`,
      HEADROOM_PRIVATE_CHATS: '1',
    },
    reset() {
      services.posts = []
      services.calls = 0
      services.answer = () => undefined
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return services
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_MAX) break
  }
  return text
}

async function respond(services: ChatServices, path: string, text: string, response: ServerResponse): Promise<void> {
  const chosen = await services.answer(path)
  if (chosen === null) return // Nobody answers.
  const body = readJson(text)
  const answer = chosen ?? usualAnswer(path, body)
  if (answer.status < 300) services.posts.push({ path, body: body ?? {} })
  response.writeHead(answer.status, { 'content-type': answer.body.startsWith('{') ? 'application/json' : 'text/plain', ...answer.headers })
  response.end(answer.body)
}

function usualAnswer(path: string, body: Record<string, unknown> | null): NonNullable<ChatAnswer> {
  if (path.startsWith('/slack/')) {
    if (!/^\/slack\/services\/T\w+\/B\w+\/\w+$/.test(path)) return { status: 404, body: 'no_service' }
    return typeof body?.text === 'string' && body.text !== '' ? { status: 200, body: 'ok' } : { status: 400, body: 'invalid_payload' }
  }
  if (path.startsWith('/discord/')) {
    if (!/^\/discord\/api\/webhooks\/\d+\/[\w-]+$/.test(path)) return { status: 404, body: JSON.stringify({ message: 'Unknown Webhook', code: 10015 }) }
    const isTaken = Array.isArray(body?.embeds) && body.embeds.length > 0
    return isTaken ? { status: 204, body: '' } : { status: 400, body: JSON.stringify({ message: 'Cannot send an empty message', code: 50006 }) }
  }
  if (path !== `/telegram/bot${TELEGRAM_TOKEN}/sendMessage`) return telegram(401, 'Unauthorized')
  if (String(body?.chat_id) !== '-1001234567890') return telegram(400, 'Bad Request: chat not found')
  return typeof body?.text === 'string' && body.text !== ''
    ? { status: 200, body: JSON.stringify({ ok: true }) }
    : telegram(400, 'Bad Request: message text is empty')
}

function telegram(status: number, description: string): NonNullable<ChatAnswer> {
  return { status, body: JSON.stringify({ ok: false, error_code: status, description }) }
}

function readJson(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
}
