import { type HttpBindings, type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { isAuthorized, type SandboxEnvironment, stripeApi } from './api'
import { openDatabase } from './database'
import { Faults } from './faults'
import { hostedPages } from './pages/hosted-pages'
import type { Performance } from './perform'
import { switchboard } from './switchboard'
import { type WebhookEndpoint, WebhookSender } from './webhooks'

export type SandboxSettings = {
  databaseUrl: string
  /** 0 picks a free one. */
  port: number
  /** Where a browser reaches `/sandbox/checkout` and `/sandbox/bank`: the web server, which passes them on. */
  publicUrl: string
  /** Null: events are recorded and not sent. */
  webhook: WebhookEndpoint | null
  secretKey: string
  /** How long a refund takes that does not settle at once, in milliseconds. */
  settleAfter?: number
}

export type Sandbox = { port: number; stop(): Promise<void> }

const SETTLE_AFTER = 2_000
const LIVE_KEY = /^[rs]k_live_/

/**
 * Starts the stand-in for Stripe's API on 127.0.0.1, with its state in the schema `stripe_sandbox` of that database.
 *
 * @throws Error beside a live key: whoever has one must never be shown simulated payments as real ones.
 */
export async function startSandbox({ databaseUrl, port, publicUrl, webhook, secretKey, settleAfter = SETTLE_AFTER }: SandboxSettings): Promise<Sandbox> {
  if ([secretKey, process.env.STRIPE_SECRET_KEY ?? ''].some((key) => LIVE_KEY.test(key))) {
    throw new Error('Simulated payments do not start beside a live Stripe key.')
  }
  if (!secretKey.startsWith('sk_test_')) throw new Error('The sandbox takes a secret key that begins with sk_test_.')

  const pool = await openDatabase(databaseUrl)
  const faults = new Faults()
  const sender = new WebhookSender(pool, faults, webhook)
  const performance: Performance = { pool, faults, publicUrl: publicUrl.replace(/\/+$/, ''), webhooks: webhook !== null, settleAfter }
  const wake = () => sender.wake()

  const app = new Hono<SandboxEnvironment>()
  app.get('/', (context) => context.json({ name: 'Stripe sandbox', simulated: true }))
  app.use('/_sandbox/*', (context, next) =>
    isAuthorized(context, secretKey) ? next() : Promise.resolve(context.json({ error: 'The secret key is missing.' }, 401)),
  )
  app.route('/_sandbox', switchboard({ pool, faults, webhooks: webhook !== null, wake }))
  app.route('/sandbox', hostedPages(performance, wake))
  app.route('/', stripeApi(performance, secretKey, wake))

  let server: ServerType
  try {
    server = await listen(app, port)
  } catch (error) {
    await pool.end()
    throw error
  }
  sender.start()
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      await sender.stop()
      await pool.end()
    },
  }
}

function listen(app: Hono<SandboxEnvironment>, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: (request, bindings) => app.fetch(request, bindings as HttpBindings), hostname: '127.0.0.1', port }, () => {
      server.off('error', reject)
      resolve(server)
    })
    server.once('error', reject)
  })
}
