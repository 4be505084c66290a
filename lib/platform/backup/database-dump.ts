import { execFile, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { systemClock } from '../../time'
import { endSessions } from './end-sessions'
import { BackupRefused, hashFile, type Manifest } from './manifest'

const DUMP = 'database.dump'
const run = promisify(execFile)

type Tool = { path: string; major: number }

/**
 * Dumps a database with the server's own `pg_dump`: all of one moment, whatever is written meanwhile.
 *
 * @param directoryOfTools PG_BIN; without it they are looked for in PATH.
 * @throws BackupRefused where there is no `pg_dump`, or only one that is older than the server.
 */
export async function dumpDatabase(
  ownerUrl: string,
  target: string,
  directoryOfTools: string | undefined,
): Promise<Pick<Manifest, 'postgresMajor' | 'startedAt' | 'endedAt' | 'files' | 'directories'>> {
  const postgresMajor = await ask(ownerUrl, "SELECT current_setting('server_version_num')::integer / 10000")
  const tool = await locateTool('pg_dump', directoryOfTools)
  requireAtLeast(tool, postgresMajor)
  const startedAt = systemClock.now().toString()
  await runTool(tool, ['--format=custom', `--file=${join(target, DUMP)}`], ownerUrl)
  return { postgresMajor, startedAt, endedAt: systemClock.now().toString(), files: [{ path: DUMP, ...(await hashFile(join(target, DUMP))) }], directories: [] }
}

/** @throws BackupRefused where the database is not empty, or its server is older than the one that was dumped. */
export async function requireEmptyDatabase(ownerUrl: string, { postgresMajor }: Pick<Manifest, 'postgresMajor'>): Promise<void> {
  const tables = await ask(
    ownerUrl,
    `SELECT count(*)::integer FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`,
  )
  if (tables > 0) throw new BackupRefused(`The database of DATABASE_URL is not empty: it holds ${tables} tables, views and sequences. Name one that is new.`)
  const major = await ask(ownerUrl, "SELECT current_setting('server_version_num')::integer / 10000")
  if (major < postgresMajor)
    throw new BackupRefused(`The backup is of PostgreSQL ${postgresMajor}, and the server of DATABASE_URL is ${major}, which is older.`)
}

/**
 * Fills an empty database from a verified dump, all of it or nothing. The roles that it grants to must be there (`prepareRoles`).
 *
 * @returns how many organizations it holds.
 */
export async function restoreDump(backup: string, ownerUrl: string, tool: Tool): Promise<number> {
  await runTool(tool, ['--no-owner', '--exit-on-error', '--single-transaction', join(backup, DUMP)], ownerUrl)
  await withClient(ownerUrl, endSessions)
  return ask(ownerUrl, 'SELECT count(*)::integer FROM organizations')
}

/** @throws BackupRefused naming the program and what to do, where it is not there. */
export async function locateTool(name: 'pg_dump' | 'pg_restore', directoryOfTools: string | undefined): Promise<Tool> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  const directories = directoryOfTools === undefined ? (process.env.PATH ?? '').split(delimiter) : [directoryOfTools]
  const path = directories.map((directory) => join(directory, file)).find(isProgram)
  if (path === undefined) {
    const where = directoryOfTools === undefined ? 'in PATH' : `in ${directoryOfTools} (PG_BIN)`
    throw new BackupRefused(`There is no ${name} ${where}. Install PostgreSQL's client programs, or set PG_BIN to the directory that holds them.`)
  }
  const { stdout } = await run(path, ['--version'])
  return { path, major: Number(/(\d+)/.exec(stdout)?.[1] ?? 0) }
}

function requireAtLeast({ path, major }: Tool, server: number): void {
  if (major >= server) return
  throw new BackupRefused(
    `${path} is of PostgreSQL ${major}, and the server is ${server}. Install that version's client programs, or set PG_BIN to their directory.`,
  )
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The password goes by the environment, because everybody on the machine can read a program's arguments. */
async function runTool({ path }: Tool, parameters: string[], ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl)
  const password = decodeURIComponent(url.password)
  url.password = ''
  const { PATH, SystemRoot, HOME, NODE_ENV } = process.env
  const env = { PATH, SystemRoot, HOME, NODE_ENV, LC_ALL: 'C', ...(password && { PGPASSWORD: password }) }
  const child = spawn(path, ['--no-password', `--dbname=${url.href}`, ...parameters], { env, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${path} failed:\n${said.trim()}`)
}

async function ask(ownerUrl: string, query: string): Promise<number> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<[number]>({ text: query, rowMode: 'array' })
    return rows[0]?.[0] ?? 0
  })
}

async function withClient<Value>(ownerUrl: string, work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
