import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { booksRuns, operatorNotices, providerReadings, webhookInbox } from '@/db/schema'
import { createCustomer, runInterface, usage } from '../api/testing/running-interface'
import { createApiKey } from '../auth/api-keys'
import { newId, type OrganizationId } from '../ids'
import { addMinutes, systemClock } from '../time'
import { prepareJobs } from '../worker/prepare-jobs'
import { JOBS_SCHEMA } from '../worker/queues'
import { theMetrics } from './metrics'
import { CHANNELS, plantEvent, plantOutgoing, settleOutgoing } from './testing/waiting-outgoing'

const api = runInterface()
let organization: string

beforeAll(async () => {
  theMetrics().registry.resetMetrics() // Tests of other files have run in this process.
  await prepareJobs(api.database.ownerUrl)
  organization = (await createCustomer(api)).id
  await api.make(`/organizations/${organization}/subscriptions`, { product: 'api-calls', plan: 'basic' })
})

async function scraped(): Promise<string> {
  const { status, headers, body } = await api.get('/metrics')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=/)
  return body
}

/** The value of one series, as it is written; null where it is not there. */
async function read(series: string): Promise<number | null> {
  const line = (await scraped()).split('\n').find((one) => one.startsWith(`${series} `))
  if (line === undefined) return null
  const value = line.slice(series.length + 1)
  return value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value === 'Nan' ? Number.NaN : value)
}

describe('the metrics', () => {
  it('count recorded events and decisions by what became of them', async () => {
    const before = (await read('headroom_usage_events_total{outcome="accepted"}')) ?? 0
    const one = usage(organization, 3)
    await api.make('/usage', { events: [one, usage(organization, 4)] })
    await api.make('/usage', { events: [one] })
    expect(await read('headroom_usage_events_total{outcome="accepted"}')).toBe(before + 2)
    expect(await read('headroom_usage_events_total{outcome="duplicates"}')).toBe(1)

    await api.make('/consume', { ...usage(organization, 1) })
    await api.make('/consume', { ...usage(organization, 999_999_999_999) })
    await api.post('/consume', { ...usage('org_01kbp4x5mve8jbdk2g3tqh1s7n', 1) })
    expect(await read('headroom_usage_decisions_total{outcome="allowed"}')).toBe(1)
    expect(await read('headroom_usage_decisions_total{outcome="denied"}')).toBe(1)
    expect(await read('headroom_usage_decisions_total{outcome="refused"}')).toBe(1)
    expect(await read('headroom_usage_decision_duration_seconds_count')).toBe(3)
  })

  it('tell how long a decision took, what it waited for included', async () => {
    const slower = () => read('headroom_usage_decision_duration_seconds_count')
    const faster = () => read('headroom_usage_decision_duration_seconds_bucket{le="0.25"}')
    const [all, fast, seconds] = [await slower(), await faster(), await read('headroom_usage_decision_duration_seconds_sum')]
    const holder = new Client({ connectionString: api.database.ownerUrl })
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('LOCK TABLE usage_event_ids IN ACCESS EXCLUSIVE MODE')
    const began = performance.now()
    const asked = api.make('/consume', { ...usage(organization, 1) })
    await expect.poll(() => performance.now() - began).toBeGreaterThan(300)
    await holder.query('ROLLBACK')
    await holder.end()
    await asked
    expect(await slower()).toBe((all ?? 0) + 1)
    expect(await faster(), 'none of the fast ones').toBe(fast)
    expect(await read('headroom_usage_decision_duration_seconds_sum')).toBeGreaterThan((seconds ?? 0) + 0.25)
  })

  it('count requests by the declared route and never by a path, a name or an organization', async () => {
    await api.get(`/organizations/${organization}`)
    await api.get('/made/up/by/somebody')
    const text = await scraped()
    expect(text).toContain('headroom_http_requests_total{method="GET",route="/organizations/{organization}",status="200"} 1')
    expect(text).toMatch(/headroom_http_requests_total\{method="GET",route="none",status="404"\} 1/)
    expect(text).toMatch(/headroom_http_request_duration_seconds_bucket\{le="\+Inf",method="POST",route="\/consume"\} 4/)
    expect(text).not.toContain(organization)
    expect(text).not.toContain('made/up')
    expect(text).not.toContain('Acme')
  })

  it('tell how old the oldest of what waits is', async () => {
    const now = systemClock.now()
    expect(await read('headroom_provider_webhook_last_received_age_seconds')).toBe(Number.POSITIVE_INFINITY)
    expect(await read('headroom_oldest_provider_webhook_age_seconds')).toBe(0)
    const received = {
      type: 'payment_intent.succeeded',
      subject: { kind: 'other' },
      state: 'pending',
      nextTryAt: now,
      receivedAt: addMinutes(now, -10),
    } as const
    await inEngine((tx) => tx.insert(webhookInbox).values({ id: 'evt_waits', ...received }))
    expect(await read('headroom_provider_webhooks_pending')).toBe(1)
    expect(await read('headroom_oldest_provider_webhook_age_seconds')).toBeCloseTo(600, -2)
    expect(await read('headroom_provider_webhook_last_received_age_seconds')).toBeCloseTo(600, -2)

    expect(await read('headroom_provider_webhooks_missed')).toBe(0)
    await inEngine((tx) => tx.insert(webhookInbox).values({ id: 'evt_missed', ...received, state: 'done', missed: true, receivedAt: now }))
    expect(await read('headroom_provider_webhooks_missed')).toBe(1)
    expect(await read('headroom_provider_webhook_last_received_age_seconds'), 'what was found did not come').toBeCloseTo(600, -2)

    expect(await read('headroom_provider_compared_age_seconds')).toBe(Number.POSITIVE_INFINITY)
    await inEngine((tx) => tx.insert(providerReadings).values({ list: 'notifications', since: addMinutes(now, -60) }))
    expect(await read('headroom_provider_compared_age_seconds')).toBeCloseTo(3_600, -2)

    expect(await read('headroom_provider_differences')).toBe(0)
    await inEngine((tx) => tx.insert(operatorNotices).values({ id: newId('note'), kind: 'differs_at_provider', fact: 'differs:pi_1', at: now }))
    expect(await read('headroom_provider_differences')).toBe(1)

    expect(await read('headroom_jobs_waiting{queue="due"}')).toBe(0)
    await inEngine((tx) =>
      tx.execute(sql`INSERT INTO ${sql.identifier(JOBS_SCHEMA)}.job (name, policy, start_after) VALUES ('due', 'short', now() - interval '5 minutes')`),
    )
    expect(await read('headroom_jobs_waiting{queue="due"}')).toBe(1)
    expect(await read('headroom_oldest_job_age_seconds{queue="due"}')).toBeCloseTo(300, -2)
  })

  it.each(CHANNELS)('tell how much of %s waits and since when, until it has gone', async (channel) => {
    const waiting = () => read(`headroom_outgoing_waiting{channel="${channel}"}`)
    const age = () => read(`headroom_oldest_outgoing_age_seconds{channel="${channel}"}`)
    await settleOutgoing()
    expect([await waiting(), await age()]).toEqual([0, 0])
    await plantOutgoing(channel, organization as OrganizationId, 30)
    expect(await waiting()).toBe(1)
    expect(await age()).toBeCloseTo(1_800, -2)
    await plantOutgoing(channel, organization as OrganizationId, 120)
    await plantOutgoing(channel, organization as OrganizationId, -60)
    expect(await waiting(), 'what is due later does not wait').toBe(2)
    expect(await age()).toBeCloseTo(7_200, -2)
    for (const other of CHANNELS) if (other !== channel) expect(await read(`headroom_outgoing_waiting{channel="${other}"}`), other).toBe(0)
    await settleOutgoing()
    expect([await waiting(), await age()]).toEqual([0, 0])
  })

  it('tell since when an event waits for being sent to the endpoints', async () => {
    await settleOutgoing()
    await plantEvent(organization as OrganizationId, 20)
    expect(await read('headroom_outgoing_waiting{channel="webhook"}')).toBe(1)
    expect(await read('headroom_oldest_outgoing_age_seconds{channel="webhook"}')).toBeCloseTo(1_200, -2)
    await settleOutgoing()
    expect(await read('headroom_oldest_outgoing_age_seconds{channel="webhook"}')).toBe(0)
  })

  it('tell of the last run of the books, and of none before the first', async () => {
    expect(await read('headroom_books_last_run_age_seconds')).toBe(Number.POSITIVE_INFINITY)
    const run = { id: randomUUID(), asOf: addMinutes(systemClock.now(), -60), entries: 1, organizations: 1 }
    const difference = { organization, check: 'ledger', expected: '1', found: '2', about: 'a test' }
    await inEngine((tx) => tx.insert(booksRuns).values({ ...run, differences: [difference] }))
    expect(await read('headroom_books_last_run_age_seconds')).toBeCloseTo(3_600, -2)
    expect(await read('headroom_books_differences')).toBe(1)
    await api.make('/books/run')
    expect(await read('headroom_books_last_run_age_seconds')).toBeLessThan(60)
    expect(await read('headroom_books_differences')).toBe(0)
  })

  it('tell of the payments whose outcome nobody knows, in real time only', async () => {
    const count = async (clock: string) => {
      await inEngine(async (tx) => {
        await tx.execute(sql.raw(`UPDATE organizations SET test_clock_id = ${clock}`))
        await tx.execute(sql`UPDATE payments SET state = 'in_flight', check_at = now(), created_at = now() - interval '2 hours'`)
      })
      return read('headroom_payments_unsettled')
    }
    expect(await count('test_clock_id')).toBe(0)
    expect(await read('headroom_oldest_unsettled_payment_age_seconds')).toBe(0)
    expect(await count('NULL')).toBe(1)
    expect(await read('headroom_oldest_unsettled_payment_age_seconds')).toBeCloseTo(7_200, -2)
    await inEngine((tx) => tx.execute(sql`UPDATE payments SET state = 'collected', check_at = NULL`))
    expect(await read('headroom_payments_unsettled')).toBe(0)
    expect(await read('headroom_oldest_unsettled_payment_age_seconds')).toBe(0)
  })

  it('tell of this process and its connections', async () => {
    expect(await read('headroom_database_up')).toBe(1)
    expect(await read('headroom_database_connections_max{pool="engine"}')).toBe(40)
    expect(await read('headroom_database_connections{pool="engine",state="waiting"}')).toBe(0)
    expect(await read('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
  })

  it('are the operator’s alone: an organization’s own key is refused (G83)', async () => {
    const { key } = await createApiKey({ scope: 'read', label: 'own', organizationId: organization as OrganizationId })
    expect((await api.get('/metrics', { key })).status).toBe(403)
    expect((await api.get('/metrics', { key: (await createApiKey({ scope: 'usage', label: 'usage' })).key })).status).toBe(403)
    expect((await api.get('/metrics', { key: null })).status).toBe(401)
    expect((await api.get('/metrics', { key: (await createApiKey({ scope: 'read', label: 'read' })).key })).status).toBe(200)
  })

  it('are still those of the process where the database is away', async () => {
    vi.stubEnv('DATABASE_ENGINE_URL', 'postgres://headroom_engine:wrong@127.0.0.1:1/nowhere')
    expect(await read('headroom_database_up')).toBe(0)
    expect(await read('headroom_books_differences')).toBeNaN()
    expect(await read('headroom_jobs_waiting{queue="due"}')).toBeNull()
    expect(await read('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    vi.unstubAllEnvs()
    expect(await read('headroom_database_up')).toBe(1)
  })
})
