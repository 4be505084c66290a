import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase, inEngine } from '@/db/client'
import { migrateDatabase } from '@/db/migrate'
import { prepareRoles } from '@/db/roles'
import { publishShippedProducts } from '../../billing/commands/publish-catalog'
import { runBooks } from '../../billing/commands/run-books'
import { scenario } from '../../billing/testing/scenario'
import type { OrganizationId } from '../../ids'
import { recordUsage } from '../../metering/record-usage'
import { type SimulatedPayments, simulatePayments } from '../../payments/testing/simulated-payments'
import { type Instant, instant, isAtOrAfter, isBefore, systemClock } from '../../time'
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../embedded-postgres'
import { giveToUnprivilegedUser, runsAsRoot, UNPRIVILEGED_USER } from '../postgres-binaries'
import { backUp } from './back-up'
import { verifyBackup } from './manifest'
import { restore } from './restore'

const SECRET = 'a secret that is only for tests, of 32 and more'
const SETTINGS = { shared_buffers: '16MB', fsync: 'off' }
const CALLERS = 4
/** Each is a segment of 16 MB that is copied and read again by every test. */
const TURNS = 6

let directory: string
let payments: SimulatedPayments

const settings = (dataDirectory: string, databaseUrl?: string, postgresTools?: string) => {
  return { dataDirectory, databaseUrl, postgresTools, sessionSecret: SECRET, webUrl: undefined, engineUrl: undefined }
}

/** Where root's server, which runs as another user, gets in. */
function makeDirectory(name: string): string {
  const made = join(directory, name)
  mkdirSync(made, { mode: 0o711 })
  return made
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-backup-'))
  chmodSync(directory, 0o711)
  process.env.NEXTAUTH_SECRET = SECRET
  process.env.HEADROOM_ENCRYPTION_KEYS = `tests:${Buffer.alloc(32, 7).toString('base64')}`
  payments = await simulatePayments({ settleAfter: 50 }, { answerWithin: 2_000 })
})
afterAll(async () => {
  await closeDatabase()
  await payments.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function workOn(ownerUrl: string): Promise<void> {
  const roles = await prepareRoles(ownerUrl, { secret: SECRET })
  process.env.DATABASE_ENGINE_URL = roles.engineUrl
  process.env.DATABASE_WEB_URL = roles.webUrl
}

/** A customer who has paid and lived for two months. */
async function fill(ownerUrl: string): Promise<OrganizationId> {
  await workOn(ownerUrl)
  await migrateDatabase(ownerUrl)
  await inEngine(publishShippedProducts)
  const database = { ownerUrl, webUrl: '', engineUrl: '', drop: async () => {} }
  const acme = await scenario({ database, payments, provider: payments.provider }, { plan: 'basic', from: '2026-01-01T00:00:00Z' })
  await acme.walkDays(61)
  return acme.organizationId
}

type Acknowledged = { id: string; at: Instant }

/** Uses the product without a pause until it is told to stop; `at` is when it was told that an event is kept. */
function useProduct(organizationId: OrganizationId): () => Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = []
  let isStopping = false
  const caller = async (name: number) => {
    for (let number = 0; !isStopping; number++) {
      const id = `event-${name}-${number}`
      const event = { id, organizationId, meter: 'calls', quantity: 1n, key: null, properties: null, timestamp: null }
      const outcome = await inEngine((tx) => recordUsage({ tx, actor: 'operator' }, [event]))
      if (!outcome.ok) throw new Error(outcome.error.code)
      acknowledged.push({ id, at: systemClock.now() })
    }
  }
  const callers = Array.from({ length: CALLERS }, (_, name) => caller(name))
  return async () => {
    isStopping = true
    await Promise.all(callers)
    return acknowledged
  }
}

/** As hours of work do in which much is written: begins segments of the log anew, and lets Postgres drop those that it no longer needs. */
function turnLog(url: string): () => Promise<void> {
  let isStopping = false
  const turning = (async () => {
    for (let turn = 0; turn < TURNS && !isStopping; turn++) await ask(url, 'SELECT pg_switch_wal()').then(() => ask(url, 'CHECKPOINT'))
  })()
  return async () => {
    isStopping = true
    await turning
  }
}

async function ask<Value>(url: string, query: string): Promise<Value[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<[Value]>({ text: query, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

const eventsIn = (url: string) => ask<string>(url, 'SELECT id FROM usage_events')

describe('a backup of the built-in Postgres', () => {
  let kept: string
  let server: EmbeddedPostgres
  let backup: string
  let acknowledged: Acknowledged[]
  let endedAt: string
  let startedAt: string

  beforeAll(async () => {
    kept = makeDirectory('kept')
    backup = join(directory, 'backup')
    writeFileSync(join(kept, 'secrets.json'), '{"a":"secret"}', { mode: 0o600 })
    server = await startEmbeddedPostgres({ directory: join(kept, 'postgres'), port: 0, settings: SETTINGS })
    const stop = useProduct(await fill(server.url))
    const stopTurning = turnLog(server.url)
    const made = await backUp(settings(kept), backup)
    await stopTurning()
    acknowledged = await stop()
    expect(made.files.filter(({ path }) => path.startsWith('data/pg_wal/')).length, 'segments of the log').toBeGreaterThan(1)
    startedAt = made.startedAt
    endedAt = made.endedAt
  })
  afterAll(() => server.stop())

  it('that is made while everybody writes holds every write that was acknowledged before it ended, and its books balance', async () => {
    const during = acknowledged.filter(({ at }) => isAtOrAfter(at, instant(startedAt)) && isBefore(at, instant(endedAt)))
    expect(during.length, 'writes while it was made').toBeGreaterThan(20)

    const dataDirectory = makeDirectory('restored')
    expect(await restore(settings(dataDirectory), backup)).toMatchObject({ organizations: 1, manifest: { kind: 'files' } })
    expect(readFileSync(join(dataDirectory, 'secrets.json'), 'utf8')).toBe('{"a":"secret"}')

    const restored = await startEmbeddedPostgres({ directory: join(dataDirectory, 'postgres'), port: 0, settings: SETTINGS })
    await closeDatabase()
    try {
      const there = new Set(await eventsIn(restored.url))
      expect(acknowledged.filter(({ id, at }) => isBefore(at, instant(endedAt)) && !there.has(id))).toEqual([])
      await workOn(restored.url)
      expect(await runBooks()).toMatchObject({ organizations: 1, differences: [] })
      expect(await ask(restored.url, 'SELECT count(*)::integer FROM users WHERE session_version < 1000000'), 'whose sessions go on').toEqual([0])
    } finally {
      await closeDatabase()
      await restored.stop()
      await workOn(server.url)
    }
  })

  it('can be made while Headroom does not run', async () => {
    const dataDirectory = makeDirectory('asleep')
    await restore(settings(dataDirectory), backup)
    const again = join(directory, 'of-one-asleep')
    await backUp(settings(dataDirectory), again)
    expect(await restore(settings(makeDirectory('awake')), again)).toMatchObject({ organizations: 1 })
  })

  it('is two commands, which say what they did, and end with 1 and a sentence where they did nothing', async () => {
    const command = async (name: 'backup' | 'restore', dataDirectory: string, ...target: string[]) => {
      const file = fileURLToPath(new URL(`../${name}-command.ts`, import.meta.url))
      const env = { PATH: process.env.PATH, HEADROOM_DATA_DIRECTORY: dataDirectory, NODE_ENV: 'test' } as const
      const run = promisify(execFile)(process.execPath, ['--import', 'tsx', file, ...target], { env })
      return run.catch((fault: { code: number; stderr: string }) => ({ ...fault, stdout: '' }))
    }
    const target = join(directory, 'by-command')
    const empty = makeDirectory('restored-by-command')
    expect((await command('backup', kept, target)).stdout).toMatch(/^\d+ files, \d+\.\d MB: all that was committed before 20/)
    expect(await command('backup', kept, target)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty; name a directory that is') })
    expect(await command('backup', kept)).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run backup -- <dir>') })
    expect((await command('restore', empty, target)).stdout).toMatch(/^Restored 1 organizations as of 20/)
    expect(await command('restore', empty, target)).toMatchObject({ code: 1, stderr: expect.stringContaining('holds a database already.') })
    expect(await command('restore', empty)).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run restore -- <dir>') })
  })

  it('is never written over something', async () => {
    await expect(backUp(settings(kept), backup)).rejects.toThrow(`${backup} is not empty; name a directory that is, or one that does not exist yet.`)
    await verifyBackup(backup)
  })

  it('says so where there is no database to back up', async () => {
    await expect(backUp(settings(makeDirectory('nothing')), join(directory, 'of-nothing'))).rejects.toThrow('There is no database in')
    expect(existsSync(join(directory, 'of-nothing'))).toBe(false)
  })

  it('is not restored over a database, running or not', async () => {
    await expect(restore(settings(kept), backup)).rejects.toThrow(/^A database runs on .*kept\/postgres\. Stop Headroom, and set HEADROOM_DATA_DIRECTORY/)
    await expect(restore(settings(join(directory, 'restored')), backup)).rejects.toThrow(/restored\/postgres holds a database already\./)
    expect(await ask(server.url, 'SELECT count(*)::integer FROM organizations')).toEqual([1])
  })

  it('is not restored beside secrets that cannot read it', async () => {
    const other = makeDirectory('other-secrets')
    writeFileSync(join(other, 'secrets.json'), '{"another":"secret"}')
    await expect(restore(settings(other), backup)).rejects.toThrow(/other-secrets\/secrets\.json holds other secrets than the backup/)
    expect(existsSync(join(other, 'postgres/data'))).toBe(false)
  })

  it('is not restored into a server of one’s own', async () => {
    await expect(restore(settings(makeDirectory('none'), server.url), backup)).rejects.toThrow('This backup holds the files of the built-in Postgres')
  })

  describe('that is damaged', () => {
    let damaged: string
    beforeAll(() => {
      damaged = join(directory, 'damaged')
      execFileSync('cp', ['-r', backup, damaged])
    })

    async function refusedAs(sentence: RegExp): Promise<void> {
      const dataDirectory = makeDirectory(`target-${Math.floor(performance.now() * 1000)}`)
      await expect(restore(settings(dataDirectory), damaged)).rejects.toThrow(sentence)
      expect(existsSync(join(dataDirectory, 'postgres/data')), 'nothing was restored').toBe(false)
    }

    /** Changes one file, sees the backup refused, and puts it back. */
    async function spoil(path: string, change: (file: string) => void, sentence: RegExp): Promise<void> {
      const file = join(damaged, path)
      const content = existsSync(file) ? readFileSync(file) : null
      change(file)
      await refusedAs(sentence)
      if (content) writeFileSync(file, content)
      else rmSync(file)
    }

    it('is refused by the name of the file: one bit, one byte more, one file less, one more', async () => {
      const flip = (file: string) => {
        const content = readFileSync(file)
        content[100] = (content[100] ?? 0) ^ 1
        writeFileSync(file, content)
      }
      await spoil('data/global/pg_control', flip, /is damaged: data\/global\/pg_control is not what was written \(its SHA-256 differs\)/)
      await spoil('data/backup_label', (file) => appendFileSync(file, ' '), /is damaged: data\/backup_label has \d+ bytes, and had \d+/)
      await spoil('data/PG_VERSION', (file) => rmSync(file), /is incomplete: data\/PG_VERSION is missing/)
      await spoil('data/base/added', (file) => writeFileSync(file, ''), /holds data\/base\/added, which is not part of it/)
      await verifyBackup(damaged)
    })

    it('is refused where it is of another Postgres, or its list leads outside or is not there', async () => {
      const change = (from: string, to: string) => (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to))
      await spoil(
        'manifest.json',
        change('"postgresMajor": 18', '"postgresMajor": 17'),
        /files of PostgreSQL 17, and this version of Headroom brings PostgreSQL 18/,
      )
      await spoil('manifest.json', change('data/PG_VERSION', '../PG_VERSION'), /names \.\.\/PG_VERSION, which is outside the backup/)
      await spoil('manifest.json', (file) => writeFileSync(file, '{'), /manifest\.json cannot be read as the list of a backup/)
      await spoil('manifest.json', (file) => rmSync(file), /holds no backup, or one that was interrupted: it has no manifest\.json/)
    })
  })

  it('of a server of one’s own says which program is missing', async () => {
    const nowhere = makeDirectory('no-programs')
    const target = join(directory, 'dump-without-programs')
    await expect(backUp(settings(kept, server.url, nowhere), target)).rejects.toThrow(
      `There is no pg_dump in ${nowhere} (PG_BIN). Install PostgreSQL's client programs, or set PG_BIN to the directory that holds them.`,
    )
    expect(existsSync(target)).toBe(false)
  })

  it('of a server of one’s own says so where the program is older than the server', async () => {
    const old = makeDirectory('old-programs')
    writeFileSync(join(old, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 15.18"\n', { mode: 0o755 })
    await expect(backUp(settings(kept, server.url, old), join(directory, 'dump-of-newer'))).rejects.toThrow(
      /pg_dump is of PostgreSQL 15, and the server is 18\. Install that version's client programs, or set PG_BIN/,
    )
  })
})

/** A whole installation of Postgres with its tools, as a distribution brings it; null where there is none that Headroom runs on. */
const TOOLS = ['18', '17', '16', '15']
  .map((major) => `/usr/lib/postgresql/${major}/bin`)
  .find((path) => existsSync(join(path, 'pg_dump')) && existsSync(join(path, 'initdb')))

describe(`a backup of a server of one’s own, with ${TOOLS ?? 'no tools: this machine has none, so they are not run'}`, () => {
  if (!TOOLS) {
    it('was not tried: install PostgreSQL 15 or later with its tools, such as the package postgresql', () => {
      console.log('Not tried: a backup of a server of one’s own. There are no pg_dump, pg_restore and initdb from PostgreSQL 15 on.')
    })
    return
  }
  const bin = TOOLS
  let url: string
  let data: string

  async function run(tool: string, ...parameters: string[]): Promise<void> {
    const identity = runsAsRoot() ? { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER } : {}
    const child = spawn(join(bin, tool), parameters, { ...identity, cwd: directory, stdio: 'ignore' })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`${tool} ended with ${code}`)
  }

  beforeAll(async () => {
    data = makeDirectory('server')
    chmodSync(data, 0o700)
    giveToUnprivilegedUser(data)
    const port = (await freePort(0)) ?? 0
    await run('initdb', '-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C')
    const options = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
    await run('pg_ctl', 'start', '-D', data, '-w', '-l', join(data, 'log'), '-o', options)
    url = `postgres://postgres@127.0.0.1:${port}/postgres`
    await ask(url, 'CREATE DATABASE billing')
    await ask(url, 'CREATE DATABASE restored')
  })
  afterAll(async () => {
    await closeDatabase()
    await run('pg_ctl', 'stop', '-D', data, '-m', 'immediate')
  })

  it('that is made while everybody writes is restored with balancing books, and not into a database that holds something', async () => {
    const [billing, restored] = [new URL('/billing', url).href, new URL('/restored', url).href]
    const dataDirectory = makeDirectory('of-a-server')
    const backup = join(directory, 'dump')
    const stop = useProduct(await fill(billing))
    const { startedAt } = await backUp(settings(dataDirectory, billing, bin), backup)
    const acknowledged = await stop()
    await closeDatabase()

    await expect(restore(settings(dataDirectory, billing, bin), backup)).rejects.toThrow(/The database of DATABASE_URL is not empty: it holds \d+ tables/)
    expect(await restore(settings(dataDirectory, restored, bin), backup)).toMatchObject({ organizations: 1, manifest: { kind: 'dump' } })
    const there = new Set(await eventsIn(restored))
    expect(acknowledged.filter(({ id, at }) => isBefore(at, instant(startedAt)) && !there.has(id))).toEqual([])
    expect(there.size).toBeGreaterThan(0)
    await workOn(restored)
    expect(await runBooks()).toMatchObject({ organizations: 1, differences: [] })
    await expect(restore(settings(makeDirectory('wrong-kind')), backup)).rejects.toThrow('This backup is a dump of a PostgreSQL of your own')
  })
})
