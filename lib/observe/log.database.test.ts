import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, inEngine } from '../../db/client'
import { createTestDatabase, type TestDatabase } from '../../db/testing'
import { openLog } from './log'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_ENGINE_URL = database.engineUrl
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})

const HASH = '$argon2id$v=19$m=19456$of-a-password'
const ADDRESS = 'ada@analytical.example'

it.each([
  { what: 'a value that does not fit', ask: sql`SELECT ${HASH}::text, ${ADDRESS}::text, 1 / ${0}::integer` },
  { what: 'a table that is not there', ask: sql`SELECT * FROM nowhere WHERE email = ${ADDRESS} AND password_hash = ${HASH}` },
])('a query that failed by $what is logged without what it was asked with', async ({ ask }) => {
  const fault = await inEngine((tx) => tx.execute(ask)).catch((one: unknown) => one)
  const lines: string[] = []
  openLog('test', { write: (line) => void lines.push(line) }).error({ err: new AggregateError([fault], 'several', { cause: fault }) }, 'it failed')
  const [line = ''] = lines
  expect(line).not.toContain('argon2id')
  expect(line).not.toContain(ADDRESS)
  expect(line).toContain('Failed query: SELECT')
  expect(JSON.parse(line).err).toMatchObject({ type: 'AggregateError', message: 'several', cause: { cause: { code: expect.stringMatching(/^\w{5}$/) } } })
})
