import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { closeDatabase } from '../../db/client'
import type { OrganizationId, SubscriptionId } from '../../lib/ids'
import { addressOfEmbeddedPostgres, freePort } from '../../lib/platform/embedded-postgres'
import { runProduct } from '../run-product'
import type { SignIn } from '../sign-in'
import { livingMegabytes } from './living-memory'
import { openPost, type Post } from './post'

type Json = Record<string, unknown>

export type Customer = { id: OrganizationId; subscription: SubscriptionId }

/** The product as it is sold, with its own Postgres (fsync on), and a way to both. */
export type Stage = {
  url: string
  apiKey: string
  post: Post
  /** Of the same database, as its owner. */
  sql: pg.Pool
  /** What a call of the interface that must succeed answers. */
  make(method: 'POST' | 'PUT', path: string, body: Json): Promise<Json>
  /** Each on a plan that includes more of `requests` than anybody uses here, and few enough of `answered` that its alerts are reached. */
  customers(count: number): Promise<Customer[]>
  /** What the web server and the worker hold, in megabytes. @throws Error where one of them does not run. */
  megabytes(): Record<Program, number>
  /** What of it lives; of a stage that is `INSPECTABLE`. */
  livingMegabytes(): Promise<Record<Program, number>>
  /** What Postgres holds, without the buffers that its processes share; null where the system does not tell (Linux does). */
  postgresMegabytes(): number | null
  signIns: SignIn[]
  stop(): Promise<void>
}

export const PRODUCT = 'bench'
/** Of a plan that blocks at its limit: each decision is a real one. */
const INCLUDED = 1_000_000_000_000
/** Of what the product counts by a filter, and tells of as it is used up: a customer comes past several of these in the seconds of a rate. */
export const FILTERED = { meter: 'answered', included: 2_500, alerts: [4, 20, 40, 80, 100] } as const

export async function setStage(settings: Record<string, string> = {}): Promise<Stage> {
  const port = await freePort(0)
  if (!port) throw new Error('There is no free port.')
  const product = await runProduct(port, settings)
  const { url, apiKey, signIns } = JSON.parse(readFileSync(join(product.directory, 'demo.json'), 'utf8')) as { url: string; apiKey: string; signIns: SignIn[] }
  const address = addressOfEmbeddedPostgres(join(product.directory, 'postgres'))
  if (!address) throw new Error('The product has no database of its own.')
  process.env.DATABASE_ENGINE_URL = address // What is measured in this process runs on the same database.
  const sql = new pg.Pool({ connectionString: address, max: 64 })
  const { post, close } = openPost({ url, apiKey })
  const make: Stage['make'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
    if (answer.status !== 200 && answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Json
  }
  const stop = async () => {
    await close()
    await sql.end()
    await closeDatabase()
    await product.stop()
  }
  try {
    const { rows } = await sql.query<{ fsync: string; synchronous_commit: string }>(
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit`,
    )
    if (rows[0]?.fsync !== 'on' || rows[0].synchronous_commit !== 'on') throw new Error(`What is measured would not be on the disk: ${JSON.stringify(rows)}`)
    await make('POST', '/products', productDocument())
  } catch (fault) {
    await stop()
    throw fault
  }
  return {
    url,
    apiKey,
    post,
    make,
    sql,
    megabytes: () => {
      const { server, worker } = programsOf(product.processId)
      return { server: server.megabytes, worker: worker.megabytes }
    },
    livingMegabytes: async () => {
      const programs = programsOf(product.processId)
      const of = (name: Program) => livingMegabytes({ processId: programs[name].processId, log: join(product.directory, 'logs', `${name}.log`) })
      return { server: await of('server'), worker: await of('worker') }
    },
    postgresMegabytes: () => (existsSync('/proc/self/smaps_rollup') ? megabytesOfPostgres(join(product.directory, 'postgres')) : null),
    signIns,
    async customers(count) {
      const made: Customer[] = []
      for (let number = 0; number < count; number++) {
        const { id } = await make('POST', '/organizations', {
          name: `Bench ${number}`,
          owner: { email: `bench-${crypto.randomUUID()}@example.com` },
          invite: false,
        })
        const subscription = await make('POST', `/organizations/${id}/subscriptions`, { product: PRODUCT, plan: 'free' })
        made.push({ id: id as OrganizationId, subscription: subscription.id as SubscriptionId })
      }
      return made
    },
    stop,
  }
}

/** Writes out and tidies up what was loaded at the speed of the disk: it would be done while something else is measured otherwise. */
export async function settle({ sql }: Pick<Stage, 'sql'>): Promise<void> {
  await sql.query('VACUUM ANALYZE')
  await sql.query('CHECKPOINT')
}

function productDocument(): Json {
  const everyPlan = {
    per_seat: false,
    entitlements: {},
    offered: true,
    included: { requests: INCLUDED, [FILTERED.meter]: FILTERED.included },
    over_limit: { type: 'block' },
  }
  return {
    id: PRODUCT,
    name: 'Bench',
    currency: 'usd',
    applies: 'next_renewal',
    meters: [
      { id: 'requests', unit: 'requests', filter: null },
      { id: FILTERED.meter, unit: 'answers', filter: [{ property: 'status', equals: 'ok' }] },
    ],
    plans: [
      { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, ...everyPlan },
      { id: 'yearly', name: 'Yearly', rank: 1, prices: { month: 10_00, year: 100_00 }, ...everyPlan },
    ],
    policies: {
      cycle: { days: 30 },
      day_count: 'nominal',
      upgrade: { type: 'prorated_difference' },
      downgrade: { type: 'period_end' },
      cancel: { type: 'period_end' },
      alert_thresholds: FILTERED.alerts,
      refund: { hours: 720, requires_no_usage: true },
    },
  }
}

type Program = 'server' | 'worker'
type Running = { processId: number; megabytes: number }

/** Those that this process has started. */
function programsOf(parent: number): Record<Program, Running> {
  const lines = execFileSync('ps', ['--ppid', String(parent), '-o', 'pid=,rss=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
  const find = (program: Program): Running => {
    const [, processId, rss] =
      lines.map((line) => new RegExp(`^\\s*(\\d+) +(\\d+) .*\\b${program}\\.(?:ts|mjs)`).exec(line)).find((line) => line !== null) ?? []
    if (!(Number(rss) > 0)) throw new Error(`there is no ${program}`)
    return { processId: Number(processId), megabytes: Number(rss) / 1024 }
  }
  return { server: find('server'), worker: find('worker') }
}

/** What its processes have each for themselves, so without the buffers that they share. */
function megabytesOfPostgres(directory: string): number {
  const postmaster = readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]
  const backends = execFileSync('ps', ['--ppid', String(postmaster), '-o', 'pid='], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
  return [String(postmaster), ...backends].map(privateMegabytes).reduce((sum, one) => sum + one, 0)
}

/** None of one that has ended since it was listed. */
function privateMegabytes(pid: string): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss_Anon:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? Number.NaN) / 1024
  } catch (fault) {
    if (['ENOENT', 'ESRCH'].includes((fault as NodeJS.ErrnoException).code ?? '')) return 0
    throw fault
  }
}
