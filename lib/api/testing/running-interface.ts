import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { type Logger, pino } from 'pino'
import { afterAll, beforeAll, expect } from 'vitest'
import { closeDatabase, inEngine } from '../../../db/client'
import { createTestDatabase, type TestDatabase } from '../../../db/testing'
import { publishShippedProducts } from '../../billing/commands/publish-catalog'
import { type SimulatedPayments, simulatePayments, WEBHOOK_SECRET } from '../../payments/testing/simulated-payments'
import { machineInterface, WEBHOOK_PATH } from '../app'
import { BASE_PATH } from '../base-path'
import { codesOf } from '../openapi'
import { routes } from '../routes/table'

export { WEBHOOK_SECRET }

export const START_UP_KEY = 'a start-up key that is only for tests'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form, and an assertion fails where one is missing.
export type Json = any

export type Reply = { status: number; body: Json; headers: Headers }

type Sent = {
  /** Undefined: the start-up key; null: none. */
  key?: string | null
  actor?: string
  idempotencyKey?: string
  headers?: Record<string, string>
  /** In place of a body that is printed as JSON. */
  raw?: string | Uint8Array<ArrayBuffer>
}

export class RunningInterface {
  base = ''
  webhookUrl = ''
  database!: TestDatabase
  payments!: SimulatedPayments

  /** One real request. */
  async send(method: string, path: string, body?: unknown, { key = START_UP_KEY, actor, idempotencyKey, headers, raw }: Sent = {}): Promise<Reply> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
        ...(actor === undefined ? {} : { 'headroom-actor': actor }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...headers,
      },
      ...(raw !== undefined ? { body: raw } : body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const reply = { status: response.status, body: text === '' ? null : text.startsWith('{') ? JSON.parse(text) : text, headers: response.headers }
    requireAsDocumented(method, path, reply)
    return reply
  }

  get(path: string, sent: Sent = {}): Promise<Reply> {
    return this.send('GET', path, undefined, sent)
  }

  post(path: string, body: unknown = {}, sent: Sent = {}): Promise<Reply> {
    return this.send('POST', path, body, sent)
  }

  /** As `post`, where nothing but success is expected. */
  async make(path: string, body: unknown = {}, sent: Sent = {}): Promise<Json> {
    const reply = await this.post(path, body, sent)
    if (reply.status >= 300) throw new Error(`POST ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }

  async read(path: string): Promise<Json> {
    const reply = await this.get(path)
    if (reply.status !== 200) throw new Error(`GET ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }

  /** How many rows every table holds. */
  async countRows(): Promise<Record<string, number>> {
    const { rows } = await inEngine((tx) =>
      tx.execute<{ name: string; rows: string }>(`
        SELECT c.relname AS name, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', c.relname), false, true, '')))[1]::text AS rows
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT')`),
    )
    return Object.fromEntries(rows.map(({ name, rows: count }) => [name, Number(count)]))
  }
}

type RunTerms = { webhooks?: boolean; log?: Logger; plant?: (app: ReturnType<typeof machineInterface>) => void }

/**
 * The machine interface on a port, over a database and simulated payments of its own, with the shipped products
 * published; for one test file. With `webhooks` the payment provider notifies it; `plant` adds routes that are not the product's.
 */
export function runInterface({ webhooks = false, log, plant }: RunTerms = {}): RunningInterface {
  const running = new RunningInterface()
  let app: ReturnType<typeof machineInterface>
  let server: ReturnType<typeof serve>
  beforeAll(async () => {
    running.database = await createTestDatabase()
    process.env.DATABASE_ENGINE_URL = running.database.engineUrl
    process.env.DATABASE_WEB_URL = running.database.webUrl
    process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
    process.env.HEADROOM_URL = 'http://localhost:3000'
    process.env.HEADROOM_SECRET_KEY = START_UP_KEY
    process.env.HEADROOM_RETURN_URLS = 'https://app.example.com'
    process.env.HEADROOM_ENCRYPTION_KEYS = `tests:${Buffer.alloc(32, 7).toString('base64')}`
    await inEngine(publishShippedProducts)
    server = await new Promise((resolve) => {
      const started = serve({ fetch: (request, bindings) => app.fetch(request, bindings as HttpBindings), hostname: '127.0.0.1', port: 0 }, () =>
        resolve(started),
      )
    })
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    running.base = `${origin}${BASE_PATH}`
    running.webhookUrl = `${origin}${WEBHOOK_PATH}`
    running.payments = await simulatePayments(webhooks ? { webhook: { url: running.webhookUrl, secret: WEBHOOK_SECRET } } : {})
    app = machineInterface({ provider: running.payments.provider, log: log ?? pino({ level: process.env.LOG_LEVEL ?? 'silent' }) })
    plant?.(app)
  })
  afterAll(async () => {
    await running.payments.stop()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    await closeDatabase()
    await running.database.drop()
  })
  return running
}

/** A customer on a clock of their own, with a working card unless another is named. */
export async function createCustomer(api: RunningInterface, { now = '2026-01-01T00:00:00Z', card = 'pm_card_visa' as string | null, name = 'Acme' } = {}) {
  const clock = await api.make('/test_clocks', { now })
  const organization = await api.make('/organizations', { name, owner: { email: `owner-${clock.id}@example.com`, name: 'Ada' }, test_clock: clock.id })
  if (card) {
    const reply = await api.send('PUT', `/organizations/${organization.id}/payment_method`, { payment_method: card })
    if (reply.status !== 200) throw new Error(`card: ${reply.status} ${JSON.stringify(reply.body)}`)
  }
  return { clock: clock.id as string, id: organization.id as string, organization }
}

/** Every answer of every test is one that the OpenAPI document tells of: its form, or its code. */
function requireAsDocumented(method: string, path: string, { status, body, headers }: Reply): void {
  const route = routes.find((one) => one.method === method.toLowerCase() && patternOf(one.path).test(path.split('?')[0] ?? ''))
  if (!route) return
  if (status >= 400) {
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(codesOf(route), `${method} ${path} answered ${status} ${JSON.stringify(body)}`).toContain(body.code)
    expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String), type: expect.stringContaining(body.code) })
    if (status === 409) expect(body, 'G21').toMatchObject({ rule: expect.any(String), formula: expect.any(String), inputs: expect.any(Object) })
    return
  }
  const documented = route.answers[status]
  if (!documented) throw new Error(`${method} ${path} answered ${status}, which is not documented: ${JSON.stringify(body)}`)
  if (documented.schema) expect(documented.schema.parse(body), `${method} ${path} answers what is not documented`).toEqual(body)
}

export function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

let events = 0
/** An event that no other call of this run has sent. */
export function usage(organization: string, quantity: number, facts: Record<string, unknown> = {}) {
  events += 1
  return { id: `event-${events}`, organization, meter: 'calls', quantity, ...facts }
}
