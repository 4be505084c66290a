import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { webhookEvents } from '@/db/schema'
import { machineInterface } from '../api/app'
import { createCustomer, runInterface, START_UP_KEY, usage } from '../api/testing/running-interface'
import { createApiKey, revokeApiKey } from '../auth/api-keys'
import { connectChannel } from '../billing/commands/connect-channel'
import type { OrganizationId } from '../ids'
import type { Mail } from '../notify/mail'
import type { Mailer } from '../notify/send-mail'
import { startChatServices } from '../notify/testing/chat-services'
import { sendDueChats } from '../worker/send-chats'
import { sendDueMessages } from '../worker/send-messages'
import { sendDueWebhooks, spreadEvents } from '../worker/send-webhooks'
import { openLog } from './log'
import { openTraces, type Traces } from './open-traces'
import { isTracing } from './trace'

type OtlpSpan = {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  links?: { traceId: string }[]
  attributes: { key: string; value: Record<string, unknown> }[]
}

/** A collector that speaks OTLP over HTTP in JSON, as the standard says it. */
class Collector {
  readonly spans: OtlpSpan[] = []
  readonly bodies: string[] = []
  answers = true
  #server: Server | undefined

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (!this.answers) return // A collector that hangs.
        const raw = Buffer.concat(chunks)
        const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
        this.bodies.push(body)
        for (const { scopeSpans } of JSON.parse(body).resourceSpans) for (const { spans } of scopeSpans) this.spans.push(...spans)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => this.#server?.once('listening', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server?.closeAllConnections()
    this.#server?.close()
  }
}

const api = runInterface()
const collector = new Collector()
const received: { traceparent: string | undefined }[] = []
let receiver: Server
let traces: Traces | null = null
let endpoint: string

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const FROM_ELSEWHERE = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }

async function trace(): Promise<void> {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint)
  traces = await openTraces('web', { sendEveryMs: 10 })
}
const names = (spans: readonly OtlpSpan[]) => spans.map(({ name }) => name)
const ofTrace = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId)

beforeAll(async () => {
  endpoint = await collector.start()
  receiver = createServer((request, response) => {
    received.push({ traceparent: request.headers.traceparent as string | undefined })
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  vi.stubEnv('HEADROOM_WEBHOOKS_ALLOW_PRIVATE', '1')
})
afterEach(async () => {
  await traces?.close()
  traces = null
  collector.spans.length = 0
})
afterAll(() => {
  vi.unstubAllEnvs()
  collector.stop()
  receiver.close()
})

describe('traces', () => {
  it('are none without a collector: nothing is loaded, and no statement is added', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '')
    traces = await openTraces('web')
    expect(isTracing()).toBe(false)
    const { id } = await createCustomer(api)
    await api.send('PATCH', `/organizations/${id}`, { name: 'Untraced' })
    expect((await inEngine((tx) => tx.select().from(webhookEvents))).every(({ traceparent }) => traceparent === null)).toBe(true)
    expect(collector.spans).toEqual([])
  })

  it('are one from the caller through the request, its command and its transaction to the webhook and the mail that it causes', async () => {
    const { id } = await createCustomer(api, { name: 'Traced' })
    const { port } = receiver.address() as AddressInfo
    await api.make('/webhook_endpoints', { url: `http://127.0.0.1:${port}/hook`, events: ['member.added'] })
    await trace()
    const added = await api.send('POST', `/organizations/${id}/members`, { email: 'traced@example.com', role: 'member' }, { headers: FROM_ELSEWHERE })
    expect(added.status).toBe(201)
    const sent: Mail[] = []
    await sendDueMessages({ send: async ({ mail }: { mail: Mail }) => void sent.push(mail), close: () => {} } satisfies Mailer)
    await spreadEvents()
    await sendDueWebhooks()
    await traces?.close()

    const spans = ofTrace(TRACE)
    expect(names(spans)).toEqual(expect.arrayContaining(['POST /organizations/{organization}/members', 'command', 'transaction', 'send mail', 'send webhook']))
    const [root] = spans.filter(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331')
    expect(root?.name).toBe('POST /organizations/{organization}/members')
    const ids = new Set([...spans.map(({ spanId }) => spanId), 'b7ad6b7169203331'])
    for (const { name, parentSpanId } of spans) expect(ids.has(parentSpanId ?? ''), name).toBe(true)
    expect(received.at(-1)?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
  })

  it('go on to the chat that is posted to, with what the service said', async () => {
    const services = await startChatServices()
    for (const [name, value] of Object.entries(services.variables)) vi.stubEnv(name, value)
    vi.stubEnv('HEADROOM_ENCRYPTION_KEYS', `first:${'A'.repeat(43)}=`)
    const { id } = await createCustomer(api)
    const subscription = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    const target = { service: 'slack', url: services.slackUrl } as const
    const connected = await inEngine((tx) =>
      connectChannel({ tx, actor: 'operator' }, { organizationId: id as OrganizationId, name: 'Room', kinds: ['cancellation_scheduled'], target }),
    )
    expect(connected.ok).toBe(true)
    await trace()
    expect((await api.send('POST', `/subscriptions/${subscription.id}/cancel`, {}, { headers: FROM_ELSEWHERE })).status).toBe(200)
    await sendDueChats()
    await traces?.close()
    await services.stop()
    expect(services.posts).toHaveLength(1)
    const [post] = ofTrace(TRACE).filter(({ name }) => name === 'post chat')
    const told = Object.fromEntries(post?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? [])
    expect(told).toMatchObject({ 'headroom.kind': 'cancellation_scheduled', 'headroom.service': 'slack', 'headroom.outcome': 'delivered' })
    expect(collector.bodies.join('\n')).not.toContain(new URL(services.slackUrl).pathname)
  })

  it('are begun anew where the caller has no key of ours: nobody else writes into a trace, or has one kept', async () => {
    const revoked = await createApiKey({ scope: 'admin', label: 'revoked' })
    await revokeApiKey(revoked.id)
    const held = await createApiKey({ scope: 'read', label: 'held' })
    await trace()
    const strangers = [null, 'hr_made_up', `${START_UP_KEY}x`, revoked.key]
    for (const key of strangers) expect((await api.get('/products', { key, headers: FROM_ELSEWHERE })).status, String(key)).toBe(401)
    expect((await fetch(`${api.base}/health/live`, { headers: FROM_ELSEWHERE })).status).toBe(200)
    expect((await fetch(`${api.base}/nowhere`, { headers: FROM_ELSEWHERE })).status).toBe(404)
    expect((await api.get('/products', { key: held.key, headers: FROM_ELSEWHERE })).status).toBe(200)
    await traces?.close()
    const requests = collector.spans.filter(({ name }) => name.startsWith('GET '))
    expect(requests).toHaveLength(strangers.length + 3)
    expect(ofTrace(TRACE).filter(({ name }) => name.startsWith('GET '))).toHaveLength(1)
    for (const { traceId, parentSpanId } of requests) expect(parentSpanId ?? '').toBe(traceId === TRACE ? 'b7ad6b7169203331' : '')
  })

  it('tell nothing of people or secrets, whatever was sent', async () => {
    const { id } = await createCustomer(api, { name: 'Private' })
    await trace()
    await api.send('POST', `/organizations/${id}/members`, { email: 'very-private@example.com', name: 'Very Private', role: 'member' })
    await api.get('/organizations?q=very-private@example.com')
    await api.get('/nobody-has/very-private@example.com')
    await traces?.close()
    const all = collector.bodies.join('\n')
    expect(all).toContain('/organizations/{organization}/members')
    for (const told of ['very-private', 'Very Private', START_UP_KEY, 'Private']) expect(all, told).not.toContain(told)
  })

  it('of usage that was committed together are one of the group, linked to each request', async () => {
    const { id } = await createCustomer(api)
    await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    await trace()
    await Promise.all(Array.from({ length: 12 }, (_, n) => api.make('/consume', { ...usage(id, 1, { id: `traced-${n}` }), meter: 'calls' })))
    await traces?.close()
    const groups = collector.spans.filter(({ name }) => name === 'group commit')
    const requests = collector.spans.filter(({ name }) => name === 'POST /consume')
    expect(requests).toHaveLength(12)
    const told = new Set(groups.flatMap(({ traceId, links = [] }) => [traceId, ...links.map((link) => link.traceId)]))
    expect(requests.every(({ traceId }) => told.has(traceId))).toBe(true)
  })

  it('stand in the lines of the log, beside the id of the request', async () => {
    await trace()
    const stream = new PassThrough()
    const app = machineInterface({ provider: api.payments.provider, log: openLog('test', stream) })
    const kept = process.env.DATABASE_ENGINE_URL
    process.env.DATABASE_ENGINE_URL = 'postgres://headroom_engine:wrong@127.0.0.1:1/nowhere'
    await app.fetch(new Request('http://127.0.0.1/api/v1/products', { headers: { authorization: `Bearer ${START_UP_KEY}`, ...FROM_ELSEWHERE } }))
    process.env.DATABASE_ENGINE_URL = kept
    expect(JSON.parse(String(stream.read()))).toMatchObject({ traceId: TRACE, requestId: expect.any(String) })
  })

  it('take over no header that is none', async () => {
    await trace()
    for (const traceparent of ['00-0-0-01', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `ff-${TRACE}-b7ad6b7169203331-01`, 'x'.repeat(5_000)])
      expect((await api.get('/products', { headers: { traceparent } })).status).toBe(200)
    await traces?.close()
    const requests = collector.spans.filter(({ name }) => name === 'GET /products')
    expect(requests).toHaveLength(4)
    for (const { traceId, parentSpanId } of requests) expect([traceId === TRACE, parentSpanId ?? '']).toEqual([false, ''])
  })

  it.each([
    { collector: 'that is away', url: async () => 'http://127.0.0.1:1', hangs: false },
    { collector: 'that hangs', url: async () => endpoint, hangs: true },
  ])('hold up no request for a collector $collector', async ({ url, hangs }) => {
    collector.answers = !hangs
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', await url())
    traces = await openTraces('web', { sendEveryMs: 1, spansKept: 50, answersWithinMs: 300 })
    const began = performance.now()
    // More spans than the queue holds, so that some are dropped.
    for (let round = 0; round < 4; round++) {
      const replies = await Promise.all(Array.from({ length: 50 }, () => api.get('/products')))
      expect(replies.every(({ status }) => status === 200)).toBe(true)
    }
    expect(performance.now() - began).toBeLessThan(10_000)
    collector.answers = true
    if (hangs) collector.stop() // What it never answered is given up at once.
  })
})
