import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as machineInterface from '@/app/api/v1/[[...route]]/route'
import * as stripeWebhooks from '@/app/api/webhooks/stripe/route'
import { closeDatabase } from '@/db/client'
import { createTestDatabase, type TestDatabase } from '@/db/testing'

const KEY = 'a start-up key that is only for tests'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_ENGINE_URL = database.engineUrl
  process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
  process.env.HEADROOM_SECRET_KEY = KEY
  process.env.STRIPE_SANDBOX_URL = 'http://127.0.0.1:9'
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})

const request = (path: string, init: RequestInit = {}) =>
  new Request(`http://localhost:3000${path}`, { headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }, ...init })

describe('the route handlers of Next', () => {
  it('answer the machine interface', async () => {
    expect(await (await machineInterface.GET(request('/api/v1/health/live'))).json()).toEqual({ status: 'ok' })
    const made = await machineInterface.POST(
      request('/api/v1/organizations', { method: 'POST', body: JSON.stringify({ name: 'Acme', owner: { email: 'ada@example.com' } }) }),
    )
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    const patched = await machineInterface.PATCH(request(`/api/v1/organizations/${id}`, { method: 'PATCH', body: '{"name":"Renamed"}' }))
    expect(await patched.json()).toMatchObject({ id, name: 'Renamed' })
    expect((await machineInterface.DELETE(request(`/api/v1/organizations/${id}`, { method: 'DELETE' }))).status).toBe(204)
    expect((await machineInterface.PUT(request('/api/v1/teapots', { method: 'PUT', body: '{}' }))).status).toBe(404)
  })

  it('answer the payment provider', async () => {
    const forged = await stripeWebhooks.POST(request('/api/webhooks/stripe', { method: 'POST', body: '{}' }))
    expect(forged.status).toBe(400)
    expect(await forged.json()).toMatchObject({ code: 'invalid_signature' })
  })
})
