import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Stripe } from 'stripe'
import { z } from 'zod'
import { createTestDatabase } from '@/db/testing'
import { minor } from '@/lib/money'
import type { PaymentMethod, PaymentProvider } from '../port'
import type { FaultRequest } from '../sandbox/faults'
import { type SandboxSettings, startSandbox } from '../sandbox/start'
import { type StripeSettings, stripeProvider } from '../stripe/stripe-provider'

export const SECRET_KEY = 'sk_test_0123456789abcdef'
export const WEBHOOK_SECRET = 'whsec_0123456789abcdef'
/** Nothing listens there; only the pages' links begin with it. */
export const PUBLIC_URL = 'http://127.0.0.1:9'

export type SimulatedPayments = {
  provider: PaymentProvider
  /** The official SDK against the sandbox, for what the port does not offer. */
  stripe: Stripe
  base: string
  databaseUrl: string
  /** Switches a fault on, for all who use this sandbox; `none` switches all off. How many requests had met one until then. */
  fault(request: FaultRequest): Promise<number>
  /** A page of the sandbox: its address with the public URL in place of ours. */
  page(url: string): string
  stop(): Promise<void>
}

/**
 * A sandbox on a database and a port of its own, with the real adapter over it.
 *
 * @example
 * const payments = await simulatePayments()
 * afterAll(() => payments.stop())
 */
export async function simulatePayments(settings: Partial<SandboxSettings> = {}, adapter: Partial<StripeSettings> = {}): Promise<SimulatedPayments> {
  const database = await createTestDatabase()
  const sandbox = await startSandbox({ databaseUrl: database.ownerUrl, port: 0, publicUrl: PUBLIC_URL, webhook: null, secretKey: SECRET_KEY, ...settings })
  const base = `http://127.0.0.1:${sandbox.port}`
  return {
    provider: stripeProvider({ secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, mode: 'sandbox', apiBase: base, ...adapter }),
    stripe: new Stripe(SECRET_KEY, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries: 0 }),
    base,
    databaseUrl: database.ownerUrl,
    fault: (request) => switchFault(base, request),
    page: (url) => url.replace(PUBLIC_URL, base),
    stop: async () => {
      await sandbox.stop()
      await database.drop()
    },
  }
}

export async function switchFault(base: string, request: FaultRequest, secretKey = SECRET_KEY): Promise<number> {
  const response = await fetch(`${base}/_sandbox/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  if (!response.ok) throw new Error(`the sandbox refused the fault: ${await response.text()}`)
  return z.object({ struck: z.int() }).parse(await response.json()).struck
}

const RUN = randomUUID().slice(0, 8)
let count = 0
/** A key, or an id, that no other call has, of this run or another: Stripe's own account outlives them. */
export function fresh(prefix: string): string {
  count += 1
  return `${prefix}_${RUN}_${count}`
}

/** A payer with a saved card and an opened, unconfirmed payment of $13.33. */
export async function openedPayment(
  provider: PaymentProvider,
  card = 'pm_card_visa',
): Promise<{ payerRef: string; method: PaymentMethod; paymentId: string; providerRef: string }> {
  const { payerRef } = await provider.ensurePayer({ organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') })
  const attachment = await provider.attachMethod({ payerRef, methodRef: card, key: fresh('attach') })
  if (attachment.state !== 'attached') throw new Error(`${card} was not attached: ${attachment.reason}`)
  const paymentId = fresh('pay')
  const { providerRef } = await provider.open({ paymentId, payerRef, amount: minor(13_33), currency: 'usd', description: 'Pro, January', key: fresh('open') })
  return { payerRef, method: attachment.method, paymentId, providerRef }
}

export type Heard = { body: string; signature: string }

export type WebhookListener = {
  url: string
  /** Everything that arrived and was answered with 200, in the order of arrival. */
  heard: Heard[]
  /** Answers the next `times` deliveries with 500. */
  failNext(times: number): void
  /** How many deliveries were answered with 500. */
  failed(): number
  /** The first delivery of that type, waited for at most `within` milliseconds. Null where none came. */
  waitFor(type: string, within?: number): Promise<Heard | null>
  stop(): Promise<void>
}

/** A real HTTP server that stands where the dashboard's webhook route does. */
export async function listenForWebhooks(): Promise<WebhookListener> {
  const heard: Heard[] = []
  let toFail = 0
  let failed = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (toFail > 0) {
        toFail -= 1
        failed += 1
        response.writeHead(500).end()
        return
      }
      heard.push({ body: Buffer.concat(chunks).toString('utf8'), signature: String(request.headers['stripe-signature']) })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/webhooks/stripe`,
    heard,
    failNext: (times) => {
      toFail = times
    },
    failed: () => failed,
    waitFor: async (type, within = 5_000) => {
      for (let waited = 0; ; waited += 20) {
        const found = heard.find(({ body }) => typeOf(body) === type)
        if (found || waited >= within) return found ?? null
        await sleep(20)
      }
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function typeOf(body: string): string {
  return (JSON.parse(body) as { type: string }).type
}
