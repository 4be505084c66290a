import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { messages, webhookInbox } from '@/db/schema'
import { inRealTime } from '../billing/testing/in-real-time'
import { type Scenario, scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { newId } from '../ids'
import type { Mailer } from '../notify/send-mail'
import { systemClock } from '../time'
import { prepareJobs } from './prepare-jobs'
import { startWorker, type Worker, type WorkerSettings } from './start-worker'

const stage = setStage()
const silent = pino({ level: 'silent' })
const started: Worker[] = []
beforeAll(() => {
  process.env.HEADROOM_URL = 'http://127.0.0.1:3000'
  return prepareJobs(stage.database.ownerUrl)
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.stop()))
})

type Sent = { to: string; at: number; messageId: string }

function mailbox(): Mailer & { sent: Sent[] } {
  const sent: Sent[] = []
  return {
    sent,
    async send({ to, messageId }) {
      sent.push({ to, messageId, at: performance.now() })
    },
    close: () => {},
  }
}

async function work(settings: Partial<WorkerSettings> = {}): Promise<Worker> {
  const worker = await startWorker({ provider: stage.provider, mailer: null, engineUrl: stage.database.engineUrl, logger: silent, ...settings })
  started.push(worker)
  return worker
}

const messageTo = (life: Scenario, recipient: string) => ({
  organizationId: life.organizationId,
  id: newId('msg'),
  kind: 'reactivated',
  channel: 'email' as const,
  recipient,
  payload: {
    organizationName: 'Acme',
    organizationSlug: 'acme',
    productId: 'api-calls',
    productName: 'API calls',
    planName: 'Basic',
    renewsAt: '2026-02-01T00:00:00Z',
  },
  fact: randomUUID(),
  at: systemClock.now(),
  state: 'queued' as const,
  nextTryAt: systemClock.now(),
})

const notificationOf = (subject: { kind: string; [reference: string]: string }) => ({
  id: `evt_${randomUUID()}`,
  type: 'payment_intent.succeeded',
  subject,
  state: 'pending' as const,
  nextTryAt: systemClock.now(),
  receivedAt: systemClock.now(),
})

describe('the worker', () => {
  it('sends a mail within a second or two of the commit that queued it', async () => {
    const acme = await scenario(stage, { plan: 'free', card: null })
    const mailer = mailbox()
    await work({ mailer })
    await sleep(300)
    const queued = performance.now()
    await inEngine((tx) => tx.insert(messages).values(messageTo(acme, 'soon@example.com')))
    await expect.poll(() => mailer.sent.length, { timeout: 5_000, interval: 10 }).toBe(1)
    expect((mailer.sent[0]?.at ?? 0) - queued).toBeLessThan(1_500)
  })

  it('sends each mail once, with two workers on it', async () => {
    const acme = await scenario(stage, { plan: 'free', card: null })
    const mailer = mailbox()
    await Promise.all([work({ mailer }), work({ mailer })])
    const rows = Array.from({ length: 120 }, (_, index) => messageTo(acme, `person-${index}@example.com`))
    await Promise.all([0, 40, 80].map((start) => inEngine((tx) => tx.insert(messages).values(rows.slice(start, start + 40)))))
    await expect.poll(() => mailer.sent.length, { timeout: 10_000 }).toBe(120)
    await sleep(300)
    expect(new Set(mailer.sent.map(({ messageId }) => messageId)).size).toBe(120)
    expect(mailer.sent).toHaveLength(120)
  })

  it('renews what is due in real time once, with two workers on it, and charges it once', async () => {
    const lives = await Promise.all(Array.from({ length: 6 }, () => scenario(stage, { plan: 'basic' })))
    for (const life of lives) await inRealTime(life, 60)
    const [one, two] = await Promise.all([work(), work()])
    await Promise.all([one.wake('due'), two.wake('due'), one.wake('reconcile')])
    const paid = async (life: Scenario) => (await life.documents()).filter(({ status }) => status === 'paid').length
    for (const life of lives) await expect.poll(() => paid(life), { timeout: 20_000 }).toBe(2)
    await Promise.all([one.wake('due'), two.wake('due')])
    await sleep(500)
    for (const life of lives) {
      const renewals = (await life.documents()).filter(({ kind }) => kind === 'renewal')
      expect(renewals.map(({ status }) => status)).toEqual(['paid', 'paid'])
      expect(await life.charges()).toHaveLength(2)
      await life.expectBalanced()
    }
  })

  it('leaves organizations on a test clock to their clock', async () => {
    const acme = await scenario(stage, { plan: 'basic', from: '2020-01-01T00:00:00Z' })
    const worker = await work()
    await worker.wake('due')
    await sleep(700)
    expect((await acme.documents()).length).toBe(1)
    expect((await acme.now()).toString()).toBe('2020-01-01T00:00:00Z')
  })

  it('acts on a notification of the payment provider within a second', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await work()
    await sleep(300)
    const { documentId, paymentId } = await acme.openChange('pro')
    const providerRef = await acme.chargeUnseen(paymentId)
    const told = performance.now()
    await inEngine((tx) => tx.insert(webhookInbox).values(notificationOf({ kind: 'payment', providerRef })))
    await expect.poll(async () => (await acme.documents()).find(({ id }) => id === documentId)?.status, { timeout: 5_000, interval: 20 }).toBe('paid')
    expect(performance.now() - told).toBeLessThan(1_500)
  })

  it('runs a sweep again that failed, and says so', async () => {
    const said: { msg: string; kind?: string }[] = []
    const logger = pino({ level: 'error' }, { write: (line: string) => void said.push(JSON.parse(line)) })
    let runs = 0
    const worker = await work({
      logger,
      sweeps: {
        async cleanup() {
          runs += 1
          if (runs === 1) throw new Error('the database is away')
          return { did: {}, again: null }
        },
      },
    })
    await worker.wake('cleanup')
    await expect.poll(() => runs, { timeout: 15_000 }).toBe(2)
    expect(said).toEqual([expect.objectContaining({ kind: 'cleanup', msg: 'a sweep failed; it is run again' })])
  })

  it('comes back when a sweep says that something will be due soon', async () => {
    let runs = 0
    await work({
      sweeps: {
        async inbox() {
          runs += 1
          return { did: {}, again: runs === 1 ? systemClock.now().add({ milliseconds: 300 }) : null }
        },
      },
    })
    await expect.poll(() => runs, { timeout: 5_000 }).toBe(2)
  })

  it('finishes what it does before it stops', async () => {
    let finished = false
    const worker = await work({
      sweeps: {
        async cleanup() {
          await sleep(600)
          finished = true
          return { did: {}, again: null }
        },
      },
    })
    await worker.wake('cleanup')
    await sleep(300)
    await worker.stop()
    expect(finished).toBe(true)
    started.splice(0)
  })

  it('does not hold the others up when it hangs, or was killed with its job open', async () => {
    const runs = { hung: 0, lively: 0 }
    let release = (): void => {}
    const hung = await work({
      sweeps: {
        async cleanup() {
          runs.hung += 1
          await new Promise<void>((resolve) => {
            release = resolve
          })
          return { did: {}, again: null }
        },
      },
    })
    await hung.wake('cleanup')
    await expect.poll(() => runs.hung, { timeout: 10_000 }).toBe(1)
    const lively = await work({
      sweeps: {
        async cleanup() {
          runs.lively += 1
          return { did: {}, again: null }
        },
      },
    })
    await lively.wake('cleanup')
    await expect.poll(() => runs.lively, { timeout: 10_000 }).toBe(1)
    release()
  })

  it('tells the owner where the job tables are missing', async () => {
    const client = new pg.Client({ connectionString: stage.database.ownerUrl })
    await client.connect()
    await client.query('CREATE DATABASE without_jobs')
    const url = new URL(stage.database.engineUrl)
    url.pathname = '/without_jobs'
    await expect(startWorker({ provider: stage.provider, mailer: null, engineUrl: url.href, logger: silent })).rejects.toThrow()
    await client.query('DROP DATABASE without_jobs WITH (FORCE)')
    await client.end()
  })
})
