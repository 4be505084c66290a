import { createHmac } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { closeDatabase, inEngine } from '@/db/client'
import { migrateDatabase } from '@/db/migrate'
import { checkReplica } from '@/db/replica'
import { prepareRoles } from '@/db/roles'
import { seedDemo } from '@/db/seed/demo'
import { seedOperator } from '@/db/seed/operator'
import { type Publication, publishShippedProducts } from '@/lib/billing/commands/publish-catalog'
import { startSandboxMailbox } from '@/lib/notify/sandbox-mailbox'
import { paymentProvider } from '@/lib/payments/provider'
import { prepareJobs } from '@/lib/worker/prepare-jobs'
import { type Announced, announce, type SignIn } from './announcement'
import { prepareBrandFiles } from './brand-files'
import { wordAdjustedAccent } from './brand-tones'
import { buildProduct, builtProgram, isBuilt, PROGRAMS, type Program } from './build'
import { Closers } from './closers'
import { prepareDemo } from './demo'
import { freePort, startEmbeddedPostgres } from './embedded-postgres'
import type { Environment } from './environment'
import { environmentOrExit } from './environment-or-exit'
import { claimInstallation, type Installation } from './installation'
import { type RunningProgram, runProgram } from './programs'
import { keepSecrets, writePrivately } from './secrets'
import { findStandAlone, type StandAlone } from './stand-alone'

/**
 * `npm start` (and `npm run dev` with `--dev`): builds what has changed, starts the database, payments, mail, the worker and
 * the web server, says where it is, and stops all of it together. With `--only web` or `--only worker` it is one of many processes on one
 * database: it migrates that as well, and runs nothing but what it is asked for.
 */
const ROOT = process.cwd()
const DEVELOPMENT = process.argv.includes('--dev')
const FIRST_PORT = 3000
const PORTS_TRIED = 20
const LAUNCHER_CHECKED_EVERY_MS = 1000

const closers = new Closers()
let stopping = false

async function main(): Promise<void> {
  const environment = environmentOrExit(ROOT)
  const only = findStandAlone(process.argv, environment)
  mkdirSync(environment.dataDirectory, { recursive: true })
  stopOnSignals()
  const port = await choosePort(environment)
  const [database] = await Promise.all([startDatabase(environment), DEVELOPMENT ? undefined : build(environment)])
  const announced = await startPrograms(environment, database, port, only)
  console.log(only === null ? announce(announced) : `The ${only} runs.`)
}

/** The port that was asked for or none; without one the first free from 3000 on. */
async function choosePort({ port, host }: Environment): Promise<number> {
  const candidates = port === undefined ? Array.from({ length: PORTS_TRIED }, (_, index) => FIRST_PORT + index) : [port]
  for (const candidate of candidates) if (await freePort(candidate, host ?? '0.0.0.0')) return candidate
  throw new Error(
    port === undefined
      ? `None of the ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} is free; set PORT to one that is.`
      : `Another program listens on port ${port}; stop it, or set PORT to another.`,
  )
}

async function build({ dataDirectory }: Environment): Promise<void> {
  if (isBuilt(ROOT)) return
  const started = performance.now()
  console.log('Building the pages, which takes up to a minute after a change …')
  await buildProduct(ROOT, join(dataDirectory, 'build.log'))
  console.log(`Built in ${Math.round((performance.now() - started) / 1000)} s.`)
}

type Database = { ownerUrl: string; webUrl: string; engineUrl: string }

async function startDatabase(environment: Environment): Promise<Database> {
  const ownerUrl = environment.databaseUrl ?? (await startOwnPostgres(environment))
  const secret = sessionSecret(environment)
  const roles = await prepareRoles(ownerUrl, { secret, webUrl: environment.webUrl, engineUrl: environment.engineUrl })
  await migrateDatabase(ownerUrl)
  await prepareJobs(ownerUrl)
  if (environment.replicaUrl) {
    const warning = await checkReplica(roles.webUrl, environment.replicaUrl)
    if (warning) console.log(warning)
  }
  return { ownerUrl, ...roles }
}

async function startOwnPostgres({ dataDirectory }: Environment): Promise<string> {
  const server = await startEmbeddedPostgres({ directory: join(dataDirectory, 'postgres') })
  closers.add('The database', server.stop)
  return server.url
}

function sessionSecret({ sessionSecret: given, dataDirectory }: Environment): string {
  return given ?? keepSecrets(dataDirectory).NEXTAUTH_SECRET
}

async function startPrograms(environment: Environment, database: Database, port: number, only: StandAlone | null): Promise<Announced> {
  const { dataDirectory, paymentsMode, publicUrl, smtpUrl, mailFrom } = environment
  const kept = keepSecrets(dataDirectory)
  const brand = await prepareBrandFiles(dataDirectory, environment.pictures)
  for (const warning of [...brand.warnings, ...wordAdjustedAccent(environment.accent)]) console.log(warning)
  const installation = await claimInstallation(database.ownerUrl, paymentsMode)
  const url = publicUrl ?? `http://localhost:${port}`
  const apiKey = environment.apiKey ?? (environment.demo ? kept.HEADROOM_SECRET_KEY : undefined)

  // Without a word about who comes, this machine only: the demo's payments, mail and keys are nobody else's.
  const host = environment.host ?? (publicUrl === undefined ? '127.0.0.1' : '0.0.0.0')

  const variables: Record<string, string> = {
    ...inherited(),
    ...brand.variables,
    PORT: String(port),
    HOST: host,
    HEADROOM_URL: url,
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: sessionSecret(environment),
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: createHmac('sha256', sessionSecret(environment)).update('server actions').digest('base64'),
    HEADROOM_ENCRYPTION_KEYS: environment.encryptionKeys ?? kept.HEADROOM_ENCRYPTION_KEYS,
    HEADROOM_DATA_DIRECTORY: dataDirectory,
    DATABASE_WEB_URL: database.webUrl,
    DATABASE_ENGINE_URL: database.engineUrl,
    MAIL_FROM: mailFrom ?? 'Headroom <billing@headroom.example>',
    ...(apiKey ? { HEADROOM_SECRET_KEY: apiKey } : {}),
    ...(smtpUrl ? { SMTP_URL: smtpUrl } : {}),
  }

  if (paymentsMode === 'sandbox') {
    const sandboxPort = String(await freePort(0))
    const local = `http://127.0.0.1:${port}/api/webhooks/stripe`
    const own = { DATABASE_URL: database.ownerUrl, PUBLIC_URL: url, STRIPE_SANDBOX_PORT: sandboxPort, STRIPE_SANDBOX_WEBHOOK_URL: local }
    variables.STRIPE_SANDBOX_URL = `http://127.0.0.1:${sandboxPort}`
    await start('sandbox', { ...variables, ...own }, dataDirectory)
  }
  if (!smtpUrl && environment.demo) {
    const mailbox = await startSandboxMailbox({ databaseUrl: database.engineUrl })
    closers.add('The mailbox', mailbox.stop)
    variables.SMTP_URL = mailbox.url
  }
  Object.assign(process.env, variables) // From here on this process works as the programs do.
  const signIns = await fillDatabase(environment, database.ownerUrl, installation)
  const programs = only === null ? (['worker', 'server'] as const) : [PROGRAM_OF[only]]
  await Promise.all(programs.map((program) => start(program, variables, dataDirectory)))
  writePrivately(join(dataDirectory, 'demo.json'), { url, apiKey, signIns })
  const shown = environment.apiKey ? undefined : apiKey
  return {
    url,
    apiKey: shown,
    signIns,
    paymentsMode,
    mailbox: !smtpUrl && environment.demo,
    mail: smtpUrl !== undefined,
    host,
    logs: join(dataDirectory, 'logs'),
  }
}

const PROGRAM_OF = { web: 'server', worker: 'worker' } as const satisfies Record<StandAlone, Program>

async function start(program: Program, variables: Record<string, string>, dataDirectory: string): Promise<void> {
  const file = DEVELOPMENT ? join(ROOT, PROGRAMS[program]) : builtProgram(ROOT, program)
  const running = await runProgram({ name: program, file, environment: variables, logs: join(dataDirectory, 'logs'), typescript: DEVELOPMENT })
  closers.add(`The ${program}`, running.stop)
  void stopWhenEnded(running)
}

/** What the programs find in the database: the products that Headroom ships, and in the demo its invented customers. */
async function fillDatabase({ demo, dataDirectory }: Environment, ownerUrl: string, installation: Installation): Promise<SignIn[]> {
  try {
    tellOfIgnored(await inEngine(publishShippedProducts))
    if (!demo) return []
    return await prepareDemo({ ownerUrl, dataDirectory, installation, seed: () => seedDemo({ provider: paymentProvider(process.env) }), seedOperator })
  } finally {
    await closeDatabase()
  }
}

/** A product whose versions came through the interface is the operator's: its file is left alone, and that is said (G13). */
function tellOfIgnored(publications: readonly Publication[]): void {
  for (const { product, result, version } of publications) {
    if (result === 'ignored') console.log(`The product ${product} was published through the interface (version ${version}); its file is ignored.`)
  }
}

/** Half a Headroom would take requests that it cannot serve, so one that ends takes the others along. */
async function stopWhenEnded({ name, ended }: RunningProgram): Promise<void> {
  const how = await ended
  if (stopping) return
  await stop(1, `The ${name} ${how}; Headroom stops. Its log is in ${name}.log.`)
}

/** What the programs take over from us: not the owner's address, because the owner only migrates. */
function inherited(): Record<string, string> {
  const { DATABASE_URL, ...others } = process.env
  const set = Object.entries(others).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(set), __NEXT_PROCESSED_ENV: 'true' } // We have read .env; Next would bring back what we left out.
}

function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1) // Asked twice: at once. The programs notice that we are gone.
      void stop(0, '\nStopping …')
    })
  }
  // npm ends its shell and not us where it is told to end; so where our launcher is gone, nobody can stop us any more.
  const launcher = process.ppid
  if (!process.env.npm_lifecycle_event) return
  setInterval(() => {
    if (process.ppid !== launcher && !stopping) void stop(0, 'Stopping, because npm has ended …')
  }, LAUNCHER_CHECKED_EVERY_MS).unref()
}

async function stop(code: number, sentence: string): Promise<void> {
  stopping = true
  console.log(sentence)
  for (const error of await closers.close()) console.error(error.message)
  process.exit(code)
}

main().catch((error: unknown) => {
  if (stopping) return
  void stop(1, error instanceof Error ? error.message : String(error))
})
