import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { begun, closeDatabase, inEngine, inMetering, letRun, postgresCode, type Transaction } from './client'
import { createTestDatabase, type TestDatabase } from './testing'

let database: TestDatabase
let owner: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_ENGINE_URL = database.engineUrl
  owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 })
  await owner.query('CREATE TABLE notes (id integer PRIMARY KEY)')
  await owner.query('GRANT ALL ON notes TO PUBLIC')
})
beforeEach(() => owner.query('TRUNCATE notes'))
afterAll(async () => {
  await closeDatabase()
  await owner.end()
  await database.drop()
})

const note = (tx: Transaction, id: number) => tx.execute(sql`INSERT INTO notes VALUES (${id})`)
const notes = async () => (await inEngine((tx) => tx.execute<{ id: number }>(sql`SELECT id FROM notes ORDER BY id`))).rows.map(({ id }) => id)
const UNIQUE_VIOLATION = '23505'

describe.each([
  { door: 'a transaction', inside: inEngine },
  { door: 'a transaction of usage', inside: inMetering },
])('$door', ({ inside }) => {
  it('runs what is asked at once in the order in which it was asked', async () => {
    await inside((tx) => Promise.all([note(tx, 1), tx.execute(sql`UPDATE notes SET id = id + 1`), note(tx, 1)]))
    expect(await notes()).toEqual([1, 2])
  })

  it('keeps what is still under way when it ends', async () => {
    await inside(async (tx) => letRun(tx, note(tx, 1)))
    expect(await notes()).toEqual([1])
  })

  it('keeps nothing where what is under way fails, and fails with that', async () => {
    const failing = inside(async (tx) => {
      await note(tx, 1)
      letRun(tx, note(tx, 1))
    })
    expect(postgresCode(await failing.catch((fault: unknown) => fault))).toBe(UNIQUE_VIOLATION)
    expect(await notes()).toEqual([])
  })

  it('fails with the first that failed, not with what came after it', async () => {
    const failing = inside(async (tx) => {
      await note(tx, 1)
      letRun(tx, note(tx, 1))
      await note(tx, 2)
    })
    expect(postgresCode(await failing.catch((fault: unknown) => fault))).toBe(UNIQUE_VIOLATION)
    expect(await notes()).toEqual([])
  })

  it('keeps nothing where its own work fails, whatever is under way, and the next has the connection for itself', async () => {
    const failing = inside(async (tx) => {
      letRun(tx, note(tx, 1))
      throw new Error('changed its mind')
    })
    await expect(failing).rejects.toThrow('changed its mind')
    expect(await notes()).toEqual([])
  })
})

it('what waits for the transaction to have begun writes nothing where it has not', async () => {
  const failing = inMetering(async (tx) => {
    await Promise.all([tx.execute(sql`SELECT 1`), begun(tx)])
    await note(tx, 1)
    throw new Error('changed its mind')
  })
  await expect(failing).rejects.toThrow('changed its mind')
  const broken = inMetering(async (tx) => {
    letRun(tx, tx.execute(sql`SELECT 1 / 0`))
    await begun(tx)
    await note(tx, 2)
  })
  await expect(broken).rejects.toThrow('SELECT 1 / 0')
  expect(await notes()).toEqual([])
})

it('usage is planned once for any number, and what comes after it on that connection as ever', async () => {
  const modeOf = (inside: typeof inEngine) =>
    inside(async (tx) => {
      const { rows } = await tx.execute<{ plan_cache_mode: string; pid: number }>(
        sql`SELECT current_setting('plan_cache_mode') AS plan_cache_mode, pg_backend_pid() AS pid`,
      )
      return rows[0]
    })
  const usage = await modeOf(inMetering)
  const after = await modeOf(inEngine)
  expect(usage?.plan_cache_mode).toBe('force_generic_plan')
  expect(after).toEqual({ plan_cache_mode: 'auto', pid: usage?.pid })
})
