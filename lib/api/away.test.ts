import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase } from '../../db/client'
import { paymentProvider } from '../payments/provider'
import { machineInterface } from './app'

const KEY = 'a start-up key for an interface without a database'
const NOBODY_LISTENS = 'postgres://nobody:nothing@127.0.0.1:1/none'
const app = machineInterface({
  provider: paymentProvider({ STRIPE_SANDBOX_URL: 'http://127.0.0.1:1', NEXTAUTH_SECRET: 'a secret that is only for tests, of 32 and more' }),
  log: pino({ level: 'silent' }),
})

beforeAll(() => {
  process.env.HEADROOM_SECRET_KEY = KEY
  process.env.DATABASE_ENGINE_URL = NOBODY_LISTENS
})
afterAll(closeDatabase)

describe('while the database is away', () => {
  it.each([
    { method: 'GET', path: '/organizations', key: null, isSafe: true, why: 'reads' },
    { method: 'PUT', path: '/organizations/ext:acme/payment_method', key: null, isSafe: true, why: 'says how something is to be' },
    { method: 'POST', path: '/usage', key: null, isSafe: true, why: 'names what it counts (G60)' },
    { method: 'POST', path: '/organizations/ext:acme/adjustments', key: 'one', isSafe: true, why: 'has a key (C7)' },
    { method: 'POST', path: '/organizations/ext:acme/adjustments', key: null, isSafe: false, why: 'would do it twice' },
    { method: 'POST', path: '/leases', key: null, isSafe: false, why: 'would hand out twice' },
  ])('$method $path may be sent again: $isSafe, for it $why', async ({ method, path, key, isSafe }) => {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) }
    const body = method === 'GET' ? null : JSON.stringify(BODIES[path] ?? {})
    const answer = await app.request(`/api/v1${path}`, { method, headers, body })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe(isSafe ? '1' : null)
    const { code, detail } = (await answer.json()) as { code: string; detail: string }
    expect(code).toBe('unavailable')
    expect(detail).toMatch(isSafe ? /send the same request again/ : /^It is not known whether this was done/)
  })
})

const BODIES: Record<string, unknown> = {
  '/organizations/ext:acme/payment_method': { payment_method: 'pm_card_visa' },
  '/usage': { events: [{ id: 'one', organization: 'ext:acme', meter: 'calls', quantity: 1 }] },
  '/organizations/ext:acme/adjustments': { amount: 5_00, reason: 'A kindness' },
  '/leases': { organization: 'ext:acme', meter: 'calls', quantity: 10, ttl_seconds: 60 },
}
