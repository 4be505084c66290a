import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { and, eq } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { inEngine } from '@/db/client'
import { messages, webhookDeliveries, webhookInbox } from '@/db/schema'
import { machineInterface } from '../api/app'
import { BASE_PATH } from '../api/base-path'
import { inRealTime } from '../billing/testing/in-real-time'
import { type Scenario, scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { openMailer } from '../notify/send-mail'
import { chatStage } from '../notify/testing/chat-stage'
import { systemClock } from '../time'
import { webhookStage } from '../webhooks/testing/stage'
import { prepareJobs } from './prepare-jobs'
import { startWorker } from './start-worker'
import { later } from './testing/later'

const KEY = 'a start-up key that is only for tests'
const silent = pino({ level: 'silent' })
const stage = setStage()
const { receiver, listen, happen } = webhookStage()
const { services, found } = chatStage()

/** A mail server that takes every connection and says nothing. */
const calls = new Set<Socket>()
let mailServer: Server
let api: { url: string; close: () => Promise<void> }
beforeAll(async () => {
  process.env.HEADROOM_SECRET_KEY = KEY
  await prepareJobs(stage.database.ownerUrl)
  mailServer = createServer((socket) => {
    calls.add(socket)
    socket.on('error', () => {})
  })
  mailServer.listen(0, '127.0.0.1')
  await once(mailServer, 'listening')
  api = await openInterface()
})
afterAll(async () => {
  mailServer.close()
  await api.close()
})

async function openInterface() {
  const { fetch: answer } = machineInterface({ provider: stage.provider, log: silent })
  const server = serve({ fetch: (request, bindings) => answer(request, bindings as never), hostname: '127.0.0.1', port: 0 })
  if (!server.listening) await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
  const answered = await fetch(`${api.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answered.status, body: (await answered.json()) as Record<string, unknown> }
}

const lastOf = async (acme: Scenario) => (await acme.documents()).at(-1)
const receiptsOf = (acme: Scenario) =>
  inEngine((tx) => tx.$count(messages, and(eq(messages.organizationId, acme.organizationId), eq(messages.kind, 'receipt'), eq(messages.state, 'queued'))))

it('renewals, notifications of the provider, receipts and upgrades wait for no mail server, chat or endpoint that takes a call and never answers', async () => {
  const due = await Promise.all(Array.from({ length: 3 }, () => scenario(stage, { plan: 'basic' })))
  const [paying, upgrading] = [await scenario(stage, { plan: 'basic' }), await scenario(stage, { plan: 'basic' })]
  const { documentId, paymentId } = await paying.openChange('pro')
  const providerRef = await paying.chargeUnseen(paymentId)

  // More than each may have on its way, and nobody answers anything.
  const answers = later<'hang up'>()
  receiver.answer = () => answers.promise
  services.answer = () => answers.promise.then(() => ({ status: 503, body: 'down' }))
  const { organizationId, tell } = await found(['slack', 'discord', 'telegram'])
  await listen(organizationId, ['*'])
  await tell('cancellation_scheduled', 10)
  for (let events = 0; events < 20; events++) await happen(organizationId)
  const mailer = openMailer({ smtpUrl: `smtp://127.0.0.1:${(mailServer.address() as AddressInfo).port}`, from: 'Billing <billing@example.com>' })
  const worker = await startWorker({ provider: stage.provider, mailer, engineUrl: stage.database.engineUrl, logger: silent })
  onTestFinished(async () => {
    const stopped = worker.stop()
    answers.resolve('hang up')
    mailer.close()
    for (const call of calls) call.destroy()
    await stopped
  })
  await expect.poll(() => [calls.size > 0, services.calls, receiver.received.length], { timeout: 8_000, interval: 20 }).toEqual([true, 3, 4])

  for (const acme of due) await inRealTime(acme, 60)
  const notification = { id: `evt_${randomUUID()}`, type: 'payment_intent.succeeded', subject: { kind: 'payment', providerRef }, state: 'pending' as const }
  await inEngine((tx) => tx.insert(webhookInbox).values({ ...notification, nextTryAt: systemClock.now(), receivedAt: systemClock.now() }))
  await worker.wake('due')
  const quote = await post(`/subscriptions/${upgrading.subscriptionId}/quotes`, { plan: 'pro' })
  expect(await post(`/subscriptions/${upgrading.subscriptionId}/changes`, { quote: quote.body.id })).toMatchObject({ status: 200 })
  expect((await upgrading.held()).row.plan).toBe('pro')
  for (const acme of due) {
    await expect.poll(() => lastOf(acme), { timeout: 8_000, interval: 20 }).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect(await receiptsOf(acme)).toBeGreaterThan(0)
  }
  const paid = async () => (await paying.documents()).find(({ id }) => id === documentId)?.status
  await expect.poll(paid, { timeout: 8_000, interval: 20 }).toBe('paid')

  // All of that while the first calls were still being waited for: none has ended.
  const [told, sent] = await inEngine(async (tx) => [
    await tx.select().from(messages).where(eq(messages.organizationId, organizationId)),
    await tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.organizationId, organizationId)),
  ])
  expect(new Set([...told, ...sent].map(({ state, error }) => `${state} ${error}`))).toEqual(new Set(['queued null']))
  expect([services.calls, receiver.received.length]).toEqual([3, 4])
  for (const acme of [...due, paying, upgrading]) await acme.expectBalanced()
})
