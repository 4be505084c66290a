import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { closeDatabase, inEngine } from './client'
import { createTestDatabase, type TestDatabase } from './testing'

/** More than the pool holds. */
const FAULTS = 50

let database: TestDatabase
let between: Server
let isCut = false

/** Stands between the pool and Postgres; while it is cut, a connection breaks with the next thing that is asked on it. */
function passOn(client: Socket, port: number): void {
  const server = connect(port, '127.0.0.1')
  const end = () => {
    client.destroy()
    server.destroy()
  }
  client.on('data', (chunk) => (isCut ? end() : server.write(chunk)))
  server.on('data', (chunk) => client.write(chunk))
  for (const socket of [client, server]) socket.on('close', end).on('error', end)
}

beforeAll(async () => {
  database = await createTestDatabase()
  const url = new URL(database.engineUrl)
  const port = Number(url.port)
  between = createServer((client) => passOn(client, port))
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  url.hostname = '127.0.0.1'
  url.port = String((between.address() as AddressInfo).port)
  process.env.DATABASE_ENGINE_URL = url.href
})
afterAll(async () => {
  await closeDatabase()
  between.close()
  await database.drop()
})

afterEach(() => {
  vi.useRealTimers()
})

const one = () => inEngine((tx) => tx.execute<{ one: number }>(sql`SELECT 1 AS one`))

it('a database that goes away while connections are in use is used again when it is back, however often that was', async () => {
  for (let fault = 0; fault < FAULTS; fault++) {
    isCut = false
    await one()
    isCut = true
    await expect(one()).rejects.toThrow()
  }
  isCut = false
  expect((await one()).rows).toEqual([{ one: 1 }])
})

it('who works once a minute works on one connection', async () => {
  const backend = () => inEngine((tx) => tx.execute<{ id: number }>(sql`SELECT pg_backend_pid() AS id`))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { rows } = await backend()
  vi.advanceTimersByTime(61_000)
  expect((await backend()).rows).toEqual(rows)
})
