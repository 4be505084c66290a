import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { directoryWithinReach, giveToUnprivilegedUser, locatePostgresBinaries, type PostgresBinaries, runsAsRoot, UNPRIVILEGED_USER } from './postgres-binaries'

export type EmbeddedPostgresSettings = Record<string, string | number | boolean>

export type EmbeddedPostgres = {
  /** Connects as the owner, a superuser, over the loopback interface. Holds the password: never log it. */
  url: string
  port: number
  /** Where the files really are, which for root may not be the directory asked for. */
  directory: string
  /** Ends every connection and the server; resolves when its files are closed. */
  stop(): Promise<void>
}

type Start = { directory: string; port?: number; settings?: EmbeddedPostgresSettings }

type Cluster = { binaries: PostgresBinaries; directory: string; data: string; log: string; password: string }

const OWNER = 'postgres'
const HOST = '127.0.0.1'
const PREFERRED_PORT = 54329
/** One session holds it for as long as its process lives, so a supervisor killed with -9 lets go of it by itself. */
const SUPERVISOR_LOCK = 4_832_010
const START_ATTEMPTS = 20
const LOCK_ATTEMPTS = 25
const RETRY_AFTER_MS = 250
const GONE_WITHIN_MS = 3_000
const LOOKS_EVERY_MS = 10
const MEGABYTE = 1024 ** 2

const BUFFERS_MB = { part: 1 / 8, least: 128, most: 2_048 } as const

/** Of the memory that this process may have, in a container too. It is taken as it is used. */
function sharedBuffers(): string {
  const megabytes = Math.floor((Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / MEGABYTE) * BUFFERS_MB.part)
  return `${Math.min(BUFFERS_MB.most, Math.max(BUFFERS_MB.least, megabytes))}MB`
}

/** Settings for the work: counters and renewals write in bursts, and ids arrive in order or all over their index (docs/decisions). */
const WORK_SETTINGS: EmbeddedPostgresSettings = {
  shared_buffers: sharedBuffers(),
  max_wal_size: '8GB',
  // Every commit waits while a new file of the log is filled with zeros and synced: 45 ms each 16 MB. It is made as it is written instead.
  wal_init_zero: 'off',
  checkpoint_timeout: '15min',
  // What was inserted is vacuumed in as many seconds more. With the usual 2 ms it takes a whole processor every minute, and decisions wait for that.
  autovacuum_vacuum_cost_delay: '10ms',
  max_connections: 200,
}

/**
 * Starts the Postgres that comes with Headroom's packages, as root or as an ordinary user, and creates its files
 * first where there are none. A server that an earlier, killed process left behind is stopped and replaced.
 *
 * @throws Error in one readable sentence where another live process uses the directory, or the server will not
 * start; the end of its log is added.
 */
export async function startEmbeddedPostgres({ directory, port, settings = {} }: Start): Promise<EmbeddedPostgres> {
  const cluster = openCluster(directory)
  await stopOrphan(cluster)
  await createFiles(cluster)
  const chosen = await choosePort(cluster, port)
  await startServer(cluster, chosen, { ...WORK_SETTINGS, ...settings })
  const supervisor = await superviseOrStop(cluster, chosen)
  return {
    url: urlOf(cluster, chosen),
    port: chosen,
    directory: cluster.directory,
    stop: async () => {
      await supervisor.end().catch(() => undefined) // The server may already have gone.
      await stopServer(cluster)
    },
  }
}

/** The owner's address of the server that runs on the directory, or undefined where none does. */
export async function findEmbeddedPostgres(directory: string): Promise<string | undefined> {
  const cluster = openCluster(directory)
  const port = portOfLiveServer(cluster)
  if (port === undefined || !(await answers(port))) return undefined
  const client = new Client({ connectionString: urlOf(cluster, port) })
  try {
    await client.connect()
    return urlOf(cluster, port)
  } catch {
    return undefined // Something else has taken the port.
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Stops whatever server runs on the directory, for one whose supervisor is gone. Does nothing where none runs. */
export async function stopEmbeddedPostgres(directory: string): Promise<void> {
  if (existsSync(join(directory, 'data', 'PG_VERSION'))) await stopServer(openCluster(directory))
}

/** The address of the server that was last started on the directory, for a command beside it; null where there is none. */
export function addressOfEmbeddedPostgres(directory: string): string | null {
  const reached = directoryWithinReach(directory)
  const port = join(reached, 'port')
  if (!existsSync(join(reached, 'data', 'PG_VERSION')) || !existsSync(port)) return null
  return urlOf(openCluster(directory), Number(readFileSync(port, 'utf8')))
}

function openCluster(wanted: string): Cluster {
  const binaries = locatePostgresBinaries()
  const directory = directoryWithinReach(wanted)
  const log = join(directory, 'server.log')
  closeSync(openSync(log, 'a', 0o600))
  giveToUnprivilegedUser(log)
  return { binaries, directory, data: join(directory, 'data'), log, password: readOrMakePassword(directory) }
}

function readOrMakePassword(directory: string): string {
  const file = join(directory, 'password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8').trim()
}

function urlOf({ password }: Cluster, port: number): string {
  return `postgres://${OWNER}:${password}@${HOST}:${port}/postgres`
}

/** Made aside and renamed, so that a start killed half-way leaves nothing that looks like a database. */
async function createFiles(cluster: Cluster): Promise<void> {
  if (existsSync(cluster.data)) return
  const unfinished = join(cluster.directory, `data-being-made-${process.pid}`)
  const passwordFile = join(cluster.directory, `initial-password-${process.pid}`)
  mkdirSync(unfinished, { mode: 0o700 })
  giveToUnprivilegedUser(unfinished)
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 })
  giveToUnprivilegedUser(passwordFile)
  try {
    // The collation is built in, so that an operating system's upgrade never reorders an index.
    const collation = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    const access = ['-U', OWNER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    await runTool(cluster, cluster.binaries.initdb, ['-D', unfinished, ...access, ...collation, '--no-instructions', '--no-sync'])
    renameSync(unfinished, cluster.data)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** The port of last time where it is free, so that a bookmark in a database client stays good; else any free one. */
async function choosePort({ directory }: Cluster, wanted?: number): Promise<number> {
  const file = join(directory, 'port')
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : PREFERRED_PORT
  for (const candidate of [wanted ?? last, 0]) {
    const port = await freePort(candidate)
    if (port === undefined) continue
    writeFileSync(file, String(port))
    return port
  }
  throw new Error('Headroom found no free port for its database on 127.0.0.1.')
}

/** The port itself where nobody listens on it; for 0 any free one. */
export function freePort(port: number, host = HOST): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.unref()
    probe.on('error', () => resolve(undefined))
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address()
      const found = typeof address === 'object' && address !== null ? address.port : undefined
      probe.close(() => resolve(found))
    })
  })
}

async function startServer(cluster: Cluster, port: number, settings: EmbeddedPostgresSettings): Promise<void> {
  const all: EmbeddedPostgresSettings = { port, listen_addresses: HOST, unix_socket_directories: '', ...settings }
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value === '' ? "''" : value}`)
  if (process.platform === 'win32') options.splice(2, 1) // No Unix sockets, and its shell knows no single quotes.
  const start = ['start', '-D', cluster.data, '-l', cluster.log, '-w', '-t', '60', '-o', options.join(' ')]
  for (let attempt = 1; ; attempt++) {
    const before = statSync(cluster.log).size
    try {
      return await runTool(cluster, cluster.binaries.pgCtl, start)
    } catch (error) {
      // After a crash the last back ends may still hold the shared memory or the lock file for a moment.
      const said = readFileSync(cluster.log, 'utf8').slice(before)
      if (attempt >= START_ATTEMPTS || !/still in use|lock file .* already exists/s.test(said)) throw error
      await sleep(RETRY_AFTER_MS)
      await stopOrphan(cluster)
    }
  }
}

/** A live server found on our files is an orphan, unless a live process supervises it. */
async function stopOrphan(cluster: Cluster): Promise<void> {
  const port = portOfLiveServer(cluster)
  if (port === undefined || !(await answers(port))) return
  try {
    const supervisor = await supervise(cluster, port)
    await supervisor.end()
  } catch (error) {
    if (error instanceof DirectoryInUse) throw error
    return // What answers is not our server: something else has taken its port since.
  }
  await stopServer(cluster)
}

function portOfLiveServer({ data }: Cluster): number | undefined {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const [, , , port] = readFileSync(file, 'utf8').split('\n')
  return port ? Number(port) : undefined
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

async function superviseOrStop(cluster: Cluster, port: number): Promise<Client> {
  try {
    return await supervise(cluster, port)
  } catch (error) {
    await stopServer(cluster)
    throw error
  }
}

/**
 * Opens the session whose life stands for this process's.
 *
 * @throws Error where another live process has one.
 */
async function supervise(cluster: Cluster, port: number): Promise<Client> {
  const client = new Client({ connectionString: urlOf(cluster, port), application_name: `headroom supervisor ${process.pid}` })
  client.on('error', () => undefined) // The server went away; whoever uses it will say so.
  await client.connect()
  for (let attempt = 1; ; attempt++) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [SUPERVISOR_LOCK])
    if (rows[0]?.locked) return client
    const holder = await client.query<{ name: string }>(
      "select application_name as name from pg_stat_activity where application_name like 'headroom supervisor %' and pid <> pg_backend_pid()",
    )
    const holderId = holder.rows[0]?.name.split(' ').at(-1)
    // The server takes a moment to notice that a process was killed, longer where the machine is busy.
    if (attempt >= LOCK_ATTEMPTS || (holderId && isAlive(Number(holderId)))) {
      await client.end()
      throw new DirectoryInUse(cluster.directory, holderId)
    }
    await sleep(RETRY_AFTER_MS)
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // Another user's.
  }
}

export class DirectoryInUse extends Error {
  override name = 'DirectoryInUse'

  constructor(directory: string, processId: string | undefined) {
    super(
      `The database in ${directory} is in use by another Headroom${processId ? ` (process ${processId})` : ''}. Stop that one first, or set HEADROOM_DATA_DIRECTORY to another directory.`,
    )
  }
}

async function stopServer(cluster: Cluster): Promise<void> {
  const stop = (mode: string) => runTool(cluster, cluster.binaries.pgCtl, ['stop', '-D', cluster.data, '-m', mode, '-w', '-t', '30'])
  const postmaster = postmasterOf(cluster)
  if (postmaster === undefined) return
  try {
    await stop('fast')
  } catch (error) {
    const left = postmasterOf(cluster)
    if (left === undefined || !isAlive(left)) return // It was on its way out, or killed.
    await stop('immediate').catch(() => {
      throw error
    })
  }
  await goneWithinTime(postmaster)
}

function postmasterOf({ data }: Cluster): number | undefined {
  const file = join(data, 'postmaster.pid')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined
}

/** Its lock file goes before it does, and giving back its memory takes a moment. Not for ever: what nobody collects in a container counts as alive. */
async function goneWithinTime(processId: number): Promise<void> {
  for (let waited = 0; waited < GONE_WITHIN_MS && isAlive(processId); waited += LOOKS_EVERY_MS) await sleep(LOOKS_EVERY_MS)
}

/** Output goes to the log, never to a pipe: a server that inherited a pipe would keep it, and us, open. */
async function runTool(cluster: Cluster, tool: string, parameters: string[]): Promise<void> {
  const before = statSync(cluster.log).size
  const log = openSync(cluster.log, 'a')
  const code = await new Promise<number | null>((resolve, reject) => {
    const identity = runsAsRoot() ? { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER } : {}
    // Not our whole environment, which may hold a Stripe key.
    const { PATH, SystemRoot, NODE_ENV } = process.env
    const env = { PATH, SystemRoot, NODE_ENV, LC_ALL: 'C', TZ: 'UTC', HOME: tmpdir() }
    const child = spawn(tool, parameters, { ...identity, env, cwd: cluster.directory, stdio: ['ignore', log, log], windowsHide: true })
    child.on('error', reject)
    child.on('exit', resolve)
  }).finally(() => closeSync(log))
  if (code === 0) return
  const said = readFileSync(cluster.log, 'utf8').slice(before).trim().split('\n').slice(-12).join('\n')
  throw new Error(`Headroom's own Postgres could not be ${parameters.includes('stop') ? 'stopped' : 'started'} (${cluster.log}):\n${said}`)
}
