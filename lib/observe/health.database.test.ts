import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { runInterface } from '../api/testing/running-interface'
import { prepareJobs } from '../worker/prepare-jobs'
import { JOBS_SCHEMA } from '../worker/queues'
import { startWorker, type Worker } from '../worker/start-worker'

const api = runInterface()
const ready = () => api.get('/health/ready', { key: null })
const live = async () => (await api.get('/health/live', { key: null })).status
let worker: Worker

async function asOwner(statement: string): Promise<void> {
  const owner = new Client({ connectionString: api.database.ownerUrl })
  await owner.connect()
  await owner.query(statement)
  await owner.end()
}

beforeAll(async () => {
  await prepareJobs(api.database.ownerUrl)
})
afterAll(() => worker.stop())

describe('health', () => {
  it('is not ready before a worker was ever heard of, and lives', async () => {
    expect(await ready()).toMatchObject({ status: 503, body: { code: 'unavailable', missing: 'worker', detail: 'No worker has ever been heard of.' } })
    expect(await live()).toBe(200)
    worker = await startWorker({
      provider: api.payments.provider,
      mailer: null,
      logger: pino({ level: 'silent' }),
    })
  })

  it('is ready as soon as a worker has started, and says when the payment provider was last heard of', async () => {
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'ok', database: 'ok', migrations: 'ok', worker: 'ok', webhooks: { last_received_at: null, oldest_pending_at: null, pending: 0 } },
    })
  })

  it('is not ready once the worker has been silent for longer than two minutes', async () => {
    const heardBefore = (seconds: number) =>
      inEngine((tx) => tx.execute(sql`UPDATE ${sql.identifier(JOBS_SCHEMA)}.instance SET heartbeat_on = now() - make_interval(secs => ${seconds})`))
    await heardBefore(110)
    expect((await ready()).status).toBe(200)
    await heardBefore(150)
    expect(await ready()).toMatchObject({
      status: 503,
      body: { missing: 'worker', detail: expect.stringMatching(/^No worker has been heard of for 15\d seconds\.$/) },
    })
    expect(await live()).toBe(200)
    await heardBefore(0)
  })

  it('is not ready on a database that lacks a migration of this version', async () => {
    await asOwner('CREATE TABLE kept AS SELECT * FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1')
    await asOwner('DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT created_at FROM kept)')
    expect(await ready()).toMatchObject({ status: 503, body: { missing: 'migrations', detail: expect.stringContaining('earlier version') } })
    expect(await live()).toBe(200)
    await asOwner('INSERT INTO drizzle.__drizzle_migrations SELECT * FROM kept; DROP TABLE kept')
    expect((await ready()).status).toBe(200)
  })

  it('is not ready on a database that this version has never prepared', async () => {
    await asOwner('REVOKE USAGE ON SCHEMA drizzle FROM headroom_engine')
    expect(await ready()).toMatchObject({ status: 503, body: { missing: 'migrations' } })
    await asOwner('GRANT USAGE ON SCHEMA drizzle TO headroom_engine')
  })

  it('is ready beside a newer version, which is being rolled out', async () => {
    await asOwner("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('of the next version', 9999999999999)")
    expect((await ready()).status).toBe(200)
  })

  it('is not ready without its database, and lives', async () => {
    vi.stubEnv('DATABASE_ENGINE_URL', 'postgres://headroom_engine:wrong@127.0.0.1:1/nowhere')
    expect(await ready()).toMatchObject({ status: 503, body: { code: 'unavailable', missing: 'database' } })
    expect(await live()).toBe(200)
    vi.unstubAllEnvs()
  })
})
