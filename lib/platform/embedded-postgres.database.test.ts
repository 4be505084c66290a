import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DirectoryInUse, type EmbeddedPostgres, freePort, startEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres'

let directory: string
const running: EmbeddedPostgres[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-embedded-'))
  chmodSync(directory, 0o711)
})
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function start(port = 0): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, port, settings: { shared_buffers: '16MB', fsync: 'off' } })
  running.push(server)
  return server
}

async function ask(url: string, query: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text: query, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

/** Starts the server in a process of its own, and kills that without a word once it runs. */
async function startAndKillSupervisor(signal: 'supervisor' | 'both'): Promise<number> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))}
    const server = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, settings: { shared_buffers: '16MB', fsync: 'off' } })
    console.log('runs')
    setInterval(() => {}, 1000)`
  const supervisor = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(supervisor.stdout, 'data')
  const server = Number(readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n')[0])
  supervisor.kill('SIGKILL')
  if (signal === 'both') process.kill(server, 'SIGKILL')
  await once(supervisor, 'exit')
  return server
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return !readFileSync(`/proc/${processId}/stat`, 'utf8').includes(') Z ') // Dead, and not yet waited for by whoever is init here.
  } catch {
    return false
  }
}

describe('startEmbeddedPostgres', () => {
  it('starts, keeps what is written, and starts again with the same password and port', async () => {
    const first = await start()
    await ask(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start(first.port)
    expect(second.url).toBe(first.url)
    expect(await ask(second.url, 'select answer from kept')).toEqual([42])
    expect(await ask(second.url, 'show shared_buffers')).toEqual(['16MB'])
  })

  it('listens on this machine only, with a password that only the owner can read', async () => {
    const server = await start()
    expect(await ask(server.url, "select current_setting('listen_addresses'), current_setting('unix_socket_directories')")).toEqual(['127.0.0.1', ''])
    const wrong = new URL(server.url)
    wrong.password = 'guessed'
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/)
    expect(statSync(join(directory, 'password')).mode & 0o077).toBe(0)
  })

  it('takes another port where the wanted one is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    expect(await freePort(port)).toBeUndefined()
    const server = await start(port)
    expect(server.port).not.toBe(port)
    expect(await ask(server.url, 'select 1')).toEqual([1])
    taken.close()
  })

  it('refuses a directory that another living process uses, and leaves that one alone', async () => {
    const server = await start()
    await expect(start()).rejects.toThrow(DirectoryInUse)
    await expect(start()).rejects.toThrow(new RegExp(`in use by another Headroom \\(process ${process.pid}\\)`))
    expect(await ask(server.url, 'select 1')).toEqual([1])
  })

  it.each(['supervisor', 'both'] as const)('starts over what was left where kill -9 hit: %s', async (signal) => {
    const orphan = await startAndKillSupervisor(signal)
    const server = await start()
    expect(await ask(server.url, 'select 1')).toEqual([1])
    expect(isAlive(orphan)).toBe(false)
  })

  it('leaves no process and no lock behind when it stops', async () => {
    const server = await start()
    const postmaster = Number(readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n')[0])
    await running.splice(0)[0]?.stop()
    expect(isAlive(postmaster)).toBe(false)
    expect(existsSync(join(directory, 'data/postmaster.pid'))).toBe(false)
    await expect(ask(server.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
  })

  it('stops without complaint what kill -9 has stopped before it', async () => {
    await startAndKillSupervisor('both')
    expect(existsSync(join(directory, 'data/postmaster.pid'))).toBe(true)
    await stopEmbeddedPostgres(directory)
  })

  it('says what Postgres said where it does not start', async () => {
    await expect(startEmbeddedPostgres({ directory, port: 0, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers": "plenty"/,
    )
  })
})
