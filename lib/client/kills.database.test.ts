import { type ChildProcess, fork } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, inEngine } from '../../db/client'
import { migrateDatabase } from '../../db/migrate'
import { prepareRoles } from '../../db/roles'
import { publishShippedProducts } from '../billing/commands/publish-catalog'
import { Dice, isDeep, seed } from '../billing/testing/depth'
import { bundle } from '../platform/bundle'
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../platform/embedded-postgres'
import { newEventId } from './event-id'
import { Headroom, type RefusedUsage } from './index'

/** A machine of its own, with a disk that is waited for, whose web server and whose Postgres are killed with -9 in the middle of everything. */

const KILLS = isDeep ? 24 : 2
const KEY = 'a start-up key that is only for tests'
const LIMIT = 1_000
/** What each customer has used before, so that the limit is reached soon after the kill. */
const USED_BEFORE = 850
const PAIRS = 3
const ASKS_AGAIN_MS = 20
/** Beside our packages, where Node finds what is not in them. */
const PROGRAMS = join(process.cwd(), 'node_modules/.cache/headroom', `kills-${process.pid}`)

let directory = ''
let postgres: EmbeddedPostgres
let web: ChildProcess
let environment = process.env
let port = 0

async function startWeb(): Promise<void> {
  web = fork(join(PROGRAMS, 'web.mjs'), {
    env: environment,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  await new Promise<void>((ready) => web.once('message', () => ready()))
}

async function killWeb(): Promise<void> {
  const exited = new Promise<void>((done) => web.once('exit', () => done()))
  web.kill('SIGKILL')
  await exited
  await startWeb()
}

/** The server itself, so that its children find themselves without one. */
async function killPostgres(): Promise<void> {
  const [postmaster] = readFileSync(join(postgres.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(postmaster), 'SIGKILL')
  postgres = await startEmbeddedPostgres({ directory, port: postgres.port })
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-kills-'))
  chmodSync(directory, 0o711) // Root's server runs as another user, who must get in.
  await bundle({ entryPoints: { web: join(import.meta.dirname, 'testing/web-process.ts') }, outdir: PROGRAMS })
  postgres = await startEmbeddedPostgres({ directory, port: 0 })
  const roles = await prepareRoles(postgres.url)
  await migrateDatabase(postgres.url)
  process.env.DATABASE_ENGINE_URL = roles.engineUrl
  process.env.DATABASE_WEB_URL = roles.webUrl
  await inEngine(publishShippedProducts)
  await closeDatabase()
  port = (await freePort(0)) ?? 0
  environment = {
    ...process.env,
    PORT: String(port),
    HEADROOM_SECRET_KEY: KEY,
    HEADROOM_URL: `http://127.0.0.1:${port}`,
    NEXTAUTH_SECRET: 'a secret that is only for tests, of 32 and more',
    HEADROOM_ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}`,
    STRIPE_SANDBOX_URL: 'http://127.0.0.1:9',
    LOG_LEVEL: 'silent',
  }
  await startWeb()
})
afterAll(async () => {
  web.kill('SIGKILL')
  await postgres.stop()
  rmSync(directory, { recursive: true, force: true })
  rmSync(PROGRAMS, { recursive: true, force: true })
})

type Json = Record<string, unknown>

async function call(method: string, path: string, body?: Json): Promise<Json> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Json
}

/** Asked until somebody answers, as a caller does who must know. */
async function insist(method: string, path: string, body?: Json): Promise<Json> {
  for (;;) {
    try {
      return await call(method, path, body)
    } catch {
      await sleep(ASKS_AGAIN_MS)
    }
  }
}

async function customer(): Promise<{ id: string; subscription: string }> {
  const { id } = await call('POST', '/organizations', { name: 'Acme', owner: { email: `${newEventId()}@example.com` }, invite: false })
  const subscription = await call('POST', `/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'free' })
  return { id: String(id), subscription: String(subscription.id) }
}

async function usedOf(subscription: string): Promise<number> {
  const { meters } = (await insist('GET', `/subscriptions/${subscription}/usage`)) as { meters: { used: number }[] }
  return meters[0]?.used ?? Number.NaN
}

/** A customer whose units are asked for by pairs of callers that send the same id at the same time, as who repeats what was not answered does. */
class Consumed {
  allowed = 0
  isUsedUp = false

  private constructor(
    readonly id: string,
    readonly subscription: string,
  ) {}

  static async begin(): Promise<Consumed> {
    const { id, subscription } = await customer()
    await call('POST', '/usage', { events: [{ id: newEventId(), organization: id, meter: 'calls', quantity: USED_BEFORE }] })
    return new Consumed(id, subscription)
  }

  /** Until nothing is left, whatever dies meanwhile. */
  async consumeAll(): Promise<void> {
    await Promise.all(Array.from({ length: PAIRS }, () => this.#consumeInPairs()))
  }

  async #consumeInPairs(): Promise<void> {
    while (!this.isUsedUp) {
      const wish = { id: newEventId(), organization: this.id, meter: 'calls' }
      const [first, second] = await Promise.all([insist('POST', '/consume', wish), insist('POST', '/consume', wish)])
      expect(second.allowed).toBe(first.allowed)
      if (first.allowed === true) this.allowed++
      else this.isUsedUp = true
    }
  }
}

it(`counts each event once and never passes the limit, with ${KILLS} kills of web and Postgres, seed ${seed}`, async () => {
  const dice = new Dice('kills')
  const reporting = await customer()
  const consumed: Consumed[] = []
  while (consumed.length < KILLS) consumed.push(await Consumed.begin())
  const refused: RefusedUsage[] = []
  const client = new Headroom({
    url: `http://127.0.0.1:${port}`,
    key: KEY,
    onRefused: (one) => refused.push(one),
    onTrouble: () => {}, // It is killed all the time.
    batchSize: 100,
    waitMs: 20,
    mostKept: 5_000,
    timeoutMs: 2_000,
  })
  let isOver = false
  let reported = 0

  const reports = (async () => {
    while (!isOver) {
      for (let event = 0; event < 10; event++, reported++) await client.report({ organization: reporting.id, meter: 'calls', quantity: 1, key: 'production' })
      await breathe()
    }
  })()
  for (const [kill, fresh] of consumed.entries()) {
    const over = fresh.consumeAll()
    const until = 10 + dice.below(90)
    await expect.poll(() => fresh.allowed, { timeout: 30_000, interval: 2 }).toBeGreaterThan(until)
    const killed = kill % 2 === 0 ? killWeb() : killPostgres()
    expect(fresh.isUsedUp, 'who is killed is deciding').toBe(false)
    await Promise.all([killed, over])
  }
  isOver = true
  await reports
  await client.close()

  expect(refused).toEqual([])
  expect(await usedOf(reporting.subscription)).toBe(reported)
  for (const { subscription, allowed } of consumed) {
    expect(allowed).toBe(LIMIT - USED_BEFORE)
    expect(await usedOf(subscription)).toBe(LIMIT)
  }
  for (const { id } of [reporting, ...consumed]) expect(await call('GET', `/books?organization=${id}`)).toMatchObject({ balanced: true, differences: [] })
  const sql = new Client({ connectionString: postgres.url })
  await sql.connect()
  const { rows } = await sql.query('SELECT count(*)::int AS stored FROM usage_events')
  await sql.end()
  expect(rows).toEqual([{ stored: reported + KILLS * (LIMIT - USED_BEFORE + 1) }])
}, 900_000) // Each kill starts a server or a Postgres anew, on a machine that may be busy with other tests.
