import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/db/testing'
import { paymentProvider } from '../provider'
import { fresh, listenForWebhooks, openedPayment, type WebhookListener } from '../testing/simulated-payments'

const NEXTAUTH_SECRET = 'a secret of at least thirty-two characters'
const TSX = import.meta.resolve('tsx')
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

let database: TestDatabase
let listener: WebhookListener
const running = new Set<ChildProcess>()

beforeAll(async () => {
  database = await createTestDatabase()
  listener = await listenForWebhooks()
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await listener.stop()
  await database.drop()
})

/** The sandbox as the process that it is in production. */
async function startProcess(
  webhookUrl: string,
  extra: Record<string, string> = {},
): Promise<{ url: string; kill(signal: NodeJS.Signals): Promise<number | null> }> {
  const child = spawn(process.execPath, ['--import', TSX, MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: database.ownerUrl,
      NEXTAUTH_SECRET,
      PUBLIC_URL: 'http://127.0.0.1:9',
      STRIPE_SANDBOX_WEBHOOK_URL: webhookUrl,
      STRIPE_SECRET_KEY: '',
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  const port = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /127\.0\.0\.1:(\d+)/.exec(output)
      if (found?.[1]) resolve(found[1])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`the sandbox stopped: ${output}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    kill: async (signal) => {
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
      running.delete(child)
      return child.exitCode
    },
  }
}

it('loses neither payments nor events when it is killed', async () => {
  const first = await startProcess('http://127.0.0.1:9/nobody-listens')
  const before = paymentProvider({ NEXTAUTH_SECRET, STRIPE_SANDBOX_URL: first.url })
  const { method, providerRef } = await openedPayment(before)
  const key = fresh('confirm')
  const collected = await before.attempt({ providerRef, methodRef: method.methodRef, key })
  expect(collected).toEqual({ state: 'collected', amount: 13_33n })
  await first.kill('SIGKILL')

  const second = await startProcess(listener.url)
  const after = paymentProvider({ NEXTAUTH_SECRET, STRIPE_SANDBOX_URL: second.url })
  expect(await after.read(providerRef)).toEqual(collected)
  expect(await after.attempt({ providerRef, methodRef: method.methodRef, key }), 'its keys are remembered').toEqual(collected)
  const heard = await listener.waitFor('payment_intent.succeeded', 30_000)
  expect(after.verifyNotification(heard?.body ?? '', heard?.signature ?? '')).toMatchObject({ subject: { kind: 'payment', providerRef } })
  expect(await second.kill('SIGTERM')).toBe(0)
})

it('does not start beside a live key', async () => {
  await expect(startProcess(listener.url, { STRIPE_SECRET_KEY: 'sk_live_1' })).rejects.toThrow(/do not start beside a live Stripe key/)
})
