import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startEmbeddedPostgres, stopEmbeddedPostgres } from '@/lib/platform/embedded-postgres'
import { memoryDirectory } from '@/lib/platform/memory-directory'
import { systemClock } from '../lib/time'
import { migrateDatabase } from './migrate'
import { prepareRoles } from './roles'
import { onDatabase } from './testing'

const PREFIX = 'headroom-test-postgres-'
const DAY_MS = 24 * 3_600_000
const TEMPLATE = 'headroom_template'

/** Nothing here outlives the run, so nothing is made safe against a power cut. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_wal_size: '1GB', max_connections: 300 }

type Shared = { server: EmbeddedPostgres; template: Awaited<ReturnType<typeof makeTemplate>>; users: number }

// Vitest loads this file once per project, and the projects of one run share one server.
const KEY: unique symbol = Symbol.for('headroom.testing-server')
const run = globalThis as typeof globalThis & { [KEY]?: Promise<Shared> | undefined }

/** Vitest's global set-up for the projects that need a database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  run[KEY] ??= startShared()
  const shared = await run[KEY]
  shared.users++
  project.provide('testDatabaseTemplate', shared.template)
  return async () => {
    shared.users--
    if (shared.users > 0) return
    run[KEY] = undefined
    await shared.server.stop()
    rmSync(shared.server.directory, { recursive: true, force: true })
  }
}

async function startShared(): Promise<Shared> {
  await sweepKilledRuns()
  const directory = mkdtempSync(join(memoryDirectory(), `${PREFIX}${processNamespace()}-${process.pid}-`))
  chmodSync(directory, 0o711) // Root's server runs as another user, who must get in.
  const server = await startEmbeddedPostgres({ directory, port: 0, settings: SETTINGS })
  try {
    return { server, template: await makeTemplate(server.url), users: 0 }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function makeTemplate(administratorUrl: string) {
  const client = new Client({ connectionString: administratorUrl })
  await client.connect()
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  const ownerUrl = onDatabase(administratorUrl, TEMPLATE)
  const roles = await prepareRoles(ownerUrl)
  await migrateDatabase(ownerUrl)
  return { name: TEMPLATE, ownerUrl, ...roles }
}

/**
 * A run killed with -9 leaves its server and its files behind. Whether a process lives can only be told in its own process
 * namespace, and containers may share where the files are: those of another one are let be until no run takes as long.
 */
async function sweepKilledRuns(): Promise<void> {
  const kept = [...new Set([memoryDirectory(), tmpdir()])].flatMap((parent) => readdirSync(parent).map((name) => ({ parent, name })))
  for (const { parent, name } of kept.filter((entry) => entry.name.startsWith(PREFIX))) {
    const directory = join(parent, name)
    const [namespace, processId] = name.slice(PREFIX.length).split('-')
    const isOver = namespace === processNamespace() ? !isAlive(Number(processId)) : isOlderThan(directory, DAY_MS)
    if (!isOver) continue
    await stopEmbeddedPostgres(directory)
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Linux's number of it, in digits; elsewhere there is only one. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch {
    return '0'
  }
}

function isOlderThan(directory: string, ms: number): boolean {
  const found = statSync(directory, { throwIfNoEntry: false })
  return found !== undefined && systemClock.now().epochMilliseconds - found.mtimeMs > ms
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
