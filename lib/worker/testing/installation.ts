import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { Stripe } from 'stripe'
import { closeDatabase, inEngine } from '../../../db/client'
import { migrateDatabase } from '../../../db/migrate'
import { prepareRoles } from '../../../db/roles'
import { publishShippedProducts } from '../../billing/commands/publish-catalog'
import type { PaymentProvider } from '../../payments/port'
import { sandboxCredentials } from '../../payments/sandbox/credentials'
import type { FaultRequest } from '../../payments/sandbox/faults'
import { stripeProvider } from '../../payments/stripe/stripe-provider'
import { switchFault } from '../../payments/testing/simulated-payments'
import { bundle } from '../../platform/bundle'
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../../platform/embedded-postgres'
import { prepareJobs } from '../prepare-jobs'
import type { Kind } from '../queues'
import type { Order, ProgramName } from './killable'

/** A second one of those that may run on several machines. */
export type ProcessName = ProgramName | 'web 2' | 'worker 2'
export type Victim = ProcessName | 'postgres'
/** One that answers requests. */
export type WebName = Extract<ProcessName, `web${string}`>

const SECRET = 'a secret that is only for tests, of 32 and more'
const KEY = 'a start-up key that is only for tests'
const ONE_OF_EACH: readonly ProcessName[] = ['sandbox', 'web', 'worker']
const LOOKS_EVERY_MS = 10
/** Long: what is killed has to come by first, and beside other work a whole new customer of the load takes ten seconds. */
const DIES_WITHIN_MS = 60_000

type Facts = {
  names?: readonly ProcessName[]
  /** Over those that the tests have of their own. */
  settings?: Record<string, string>
  /** The whole web server, pages too, as it was built; left out, its machine interface alone, which needs no build. */
  pages?: boolean
}

export type DatabaseUrls = { ownerUrl: string; webUrl: string; engineUrl: string }

/** What became of one of the payment provider's events. `attempts`: how often it was tried to be delivered. */
export type Delivery = { event: string; type: string; attempts: number; delivered: boolean; waiting: boolean; last_error: string | null }

/** What comes back for one request; null where the connection broke or nobody was there. */
export type Answered = { status: number; body: Record<string, unknown> } | null

/**
 * The product as it runs: web server, worker, payment sandbox and Postgres, each a process that can be killed with -9, on
 * files and ports of their own.
 */
export class Installation {
  readonly #names: readonly ProcessName[]
  readonly #settings: Record<string, string>
  readonly #pages: boolean
  readonly #programs = join(process.cwd(), 'node_modules/.cache/headroom', `killable-${process.pid}`)
  readonly #running = new Map<ProcessName, ChildProcess>()
  readonly #ports = new Map<ProcessName, number>()
  #directory = ''
  /** Its own, which can be killed; null where it was given a database of a server that others use too. */
  #postgres: EmbeddedPostgres | null = null
  #environment = process.env
  #sandbox = ''
  stripe!: Stripe
  /** As the programs have it; a test wraps it where it does what none of them may. */
  provider!: PaymentProvider

  constructor({ names = ONE_OF_EACH, settings = {}, pages = false }: Facts = {}) {
    this.#names = names
    this.#settings = settings
    this.#pages = pages
  }

  /** @param given a migrated database to work on, which saves the seconds that a server of its own takes. */
  async start(given?: DatabaseUrls): Promise<void> {
    const [database] = await Promise.all([given ?? this.#startPostgres(), this.#bundle()])
    await prepareJobs(database.ownerUrl)
    process.env.DATABASE_ENGINE_URL = database.engineUrl
    process.env.DATABASE_WEB_URL = database.webUrl
    await inEngine(publishShippedProducts)
    await this.#prepareEnvironment(database.ownerUrl)
    await this.#startProgram('sandbox')
    await Promise.all(this.#names.filter((name) => name !== 'sandbox').map((name) => this.#startProgram(name)))
  }

  async #startPostgres(): Promise<DatabaseUrls> {
    this.#directory = mkdtempSync(join(tmpdir(), 'headroom-crashes-'))
    chmodSync(this.#directory, 0o711) // Root's server runs as another user, who must get in.
    this.#postgres = await startEmbeddedPostgres({ directory: this.#directory, port: 0 })
    const { url: ownerUrl } = this.#postgres
    const roles = await prepareRoles(ownerUrl)
    await migrateDatabase(ownerUrl)
    return { ownerUrl, ...roles }
  }

  async #prepareEnvironment(ownerUrl: string): Promise<void> {
    for (const name of this.#names) this.#ports.set(name, (await freePort(0)) ?? 0)
    const [web, sandboxPort] = [this.urlOf('web'), this.#portOf('sandbox')]
    this.#sandbox = this.urlOf('sandbox')
    this.#environment = {
      ...process.env,
      ...{ DATABASE_URL: ownerUrl, HEADROOM_URL: web, PUBLIC_URL: web, HEADROOM_SECRET_KEY: KEY, NEXTAUTH_SECRET: SECRET, LOG_LEVEL: 'silent' },
      ...{ STRIPE_SECRET_KEY: '', STRIPE_SANDBOX_URL: this.#sandbox, STRIPE_SANDBOX_PORT: String(sandboxPort), SMTP_URL: '' },
      HEADROOM_ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}`,
      ...this.#settings,
    }
    const { secretKey, webhookSecret } = sandboxCredentials(SECRET)
    this.provider = stripeProvider({ secretKey, webhookSecret, mode: 'sandbox', apiBase: this.#sandbox })
    this.stripe = new Stripe(secretKey, { host: '127.0.0.1', port: sandboxPort, protocol: 'http', maxNetworkRetries: 0 })
  }

  /** As its owner. */
  get databaseUrl(): string {
    return this.#environment.DATABASE_URL ?? ''
  }

  async stop(): Promise<void> {
    for (const child of this.#running.values()) child.kill('SIGKILL')
    await closeDatabase()
    await this.#postgres?.stop()
    if (this.#directory) rmSync(this.#directory, { recursive: true, force: true })
    rmSync(this.#programs, { recursive: true, force: true })
  }

  /** Once, for each is started many times; beside our packages, where Node finds them from. */
  async #bundle(): Promise<void> {
    const entry = fileURLToPath(new URL('./killable.ts', import.meta.url))
    await bundle({ entryPoints: { killable: entry }, outdir: this.#programs })
  }

  async #startProgram(name: ProcessName): Promise<void> {
    const env = { ...this.#environment, PORT: String(this.#portOf(name)) }
    const child = fork(join(this.#programs, 'killable.mjs'), [this.#pages && name.startsWith('web') ? 'pages' : (name.split(' ')[0] ?? name)], {
      env,
      stdio: ['ignore', 'ignore', process.env.LOG_LEVEL ? 'inherit' : 'ignore', 'ipc'],
    })
    this.#running.set(name, child)
    await Promise.race([
      new Promise<void>((ready) => child.on('message', (said) => said === 'ready' && ready())),
      once(child, 'exit').then(() => Promise.reject(new Error(`the ${name} did not start`))),
    ])
  }

  /** From now on whoever passes that place in that program kills the victim; `died` once it has. */
  async arm(program: ProcessName, place: string, victim: Victim): Promise<{ died: Promise<void> }> {
    const pid = this.#pidOf(victim)
    await this.#order(program, { place, victim: pid })
    return { died: this.#untilGone(pid, `${victim}, at ${place} of ${program}`) }
  }

  /** Nobody dies in that program any more. */
  disarm(program: ProcessName): Promise<void> {
    return this.#order(program, { place: 'nowhere', victim: 0 })
  }

  /** Resolves once it is known there, or the program has died of the one before. */
  async #order(program: ProcessName, order: Order): Promise<void> {
    const child = this.#running.get(program) as ChildProcess
    const known = Promise.race([once(child, 'message'), once(child, 'exit')])
    child.send(order, () => {})
    await known
  }

  #portOf(name: ProcessName): number {
    return this.#ports.get(name) ?? 0
  }

  #pidOf(victim: Victim): number {
    if (victim !== 'postgres') return this.#running.get(victim)?.pid ?? 0
    // The server itself, so that its children find themselves without one.
    return Number(readFileSync(this.#pidFile, 'utf8').split('\n')[0])
  }

  get #pidFile(): string {
    return join(this.#directory, 'data', 'postmaster.pid')
  }

  async #untilGone(pid: number, who: string): Promise<void> {
    for (const until = performance.now() + DIES_WITHIN_MS; performance.now() < until; await sleep(LOOKS_EVERY_MS)) if (!lives(pid)) return
    throw new Error(`nobody killed ${who}`)
  }

  /** At once, wherever it is. */
  async kill(name: ProcessName): Promise<void> {
    const child = this.#running.get(name) as ChildProcess
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** As a machine is taken out of service; how it ended. */
  async end(name: ProcessName): Promise<{ code: number | null }> {
    const child = this.#running.get(name) as ChildProcess
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await gone
    return { code }
  }

  isRunning(name: ProcessName): boolean {
    const { exitCode, signalCode } = this.#running.get(name) as ChildProcess
    return exitCode === null && signalCode === null
  }

  /** Starts what was killed. */
  async restore(victim: Victim): Promise<void> {
    if (victim === 'postgres') this.#postgres = await startEmbeddedPostgres({ directory: this.#directory, port: this.#postgres?.port ?? 0 })
    else await this.#startProgram(victim)
  }

  /**
   * Starts again whoever has died without having been killed.
   *
   * @throws Error where somebody had: nobody may die of another's death.
   */
  async requireSurvivors(): Promise<void> {
    const dead = this.#names.filter((name) => !this.isRunning(name))
    for (const name of dead) await this.#startProgram(name)
    if (dead.length > 0) throw new Error(`${dead.join(' and ')} died of it`)
  }

  /** Whatever went wrong in a test: everybody runs, and nobody is to die, so that it fails alone. */
  async heal(): Promise<void> {
    if (!existsSync(this.#pidFile) || !lives(this.#pidOf('postgres'))) await this.restore('postgres')
    for (const name of this.#names) await (this.isRunning(name) ? this.disarm(name) : this.#startProgram(name))
  }

  /** Where one of them listens. */
  urlOf(name: ProcessName): string {
    return `http://127.0.0.1:${this.#portOf(name)}`
  }

  async ask(method: string, path: string, body?: unknown, idempotencyKey?: string, web: WebName = 'web'): Promise<Answered> {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) }
    const heard = await fetch(`${this.urlOf(web)}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
      .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
      .catch(() => null)
    return heard && { status: heard.status, body: heard.text === '' ? {} : JSON.parse(heard.text) }
  }

  /** As `ask`, of one that runs, where nothing but success will do. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form.
  async make(method: string, path: string, body?: unknown): Promise<any> {
    const web: WebName = this.isRunning('web') || !this.#names.includes('web 2') ? 'web' : 'web 2'
    const answered = await this.ask(method, path, body, undefined, web)
    if (!answered || answered.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answered)}`)
    return answered.body
  }

  fault(request: FaultRequest): Promise<number> {
    return switchFault(this.#sandbox, request, sandboxCredentials(SECRET).secretKey)
  }

  /** The payment provider's last events, the newest first. */
  async deliveries(): Promise<Delivery[]> {
    const headers = { authorization: `Bearer ${sandboxCredentials(SECRET).secretKey}` }
    const answer = await fetch(`${this.#sandbox}/_sandbox/deliveries`, { headers })
    return ((await answer.json()) as { deliveries: Delivery[] }).deliveries
  }

  /** As the payment provider signs what it tells us. */
  signed(payload: string): Request {
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: sandboxCredentials(SECRET).webhookSecret })
    return new Request(this.#sandbox, { method: 'POST', body: payload, headers: { 'stripe-signature': signature } })
  }

  /** What a person enters on the provider's card page; nobody comes back to ours. */
  async enterCard(url: string): Promise<void> {
    const body = new URLSearchParams({ number: '4242 4242 4242 4242', expiry: '12 / 49', cvc: '123', name: 'Ada Lovelace' })
    await fetch(`${this.#sandbox}${new URL(url).pathname}`, { method: 'POST', body, redirect: 'manual' }).catch(() => null)
  }

  /**
   * What a person answers on the page of their bank.
   *
   * @throws Error where the page does not answer
   */
  async atBank(url: string, decision: 'approve' | 'decline'): Promise<void> {
    const page = new URL(url)
    const body = new URLSearchParams({ decision, client_secret: page.searchParams.get('client_secret') ?? '' })
    await fetch(`${this.#sandbox}${page.pathname}`, { method: 'POST', body, redirect: 'manual' })
  }

  /** What a transaction that brought work says to the worker as it commits. */
  async wake(...kinds: readonly Kind[]): Promise<void> {
    const owner = new Client({ connectionString: this.#environment.DATABASE_URL })
    await owner.connect()
    try {
      for (const kind of kinds) await owner.query(`SELECT pg_notify('headroom_wake', $1)`, [kind])
    } finally {
      await owner.end()
    }
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
