import { Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setStage } from '@/lib/billing/testing/stage'
import { inEngine } from './client'
import { PreparingClient } from './preparing-client'

const stage = setStage()
let client: PreparingClient

beforeAll(async () => {
  client = new PreparingClient({ connectionString: stage.database.ownerUrl })
  await client.connect()
})
afterAll(() => client.end())

async function prepared(): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements ORDER BY prepare_time')
  return rows.map(({ statement }) => statement)
}

describe('a connection', () => {
  it('prepares what it runs again and again, and answers the same', async () => {
    const sum = (a: number, b: number) => client.query<{ sum: number }>({ text: 'SELECT $1::integer + $2::integer AS sum' }, [a, b])
    for (let run = 0; run < 4; run++) expect((await sum(run, 1)).rows).toEqual([{ sum: run + 1 }])
    expect(await prepared()).toEqual([])
    for (let run = 0; run < 10; run++) expect((await sum(run, 2)).rows).toEqual([{ sum: run + 2 }])
    expect(await prepared()).toEqual(['SELECT $1::integer + $2::integer AS sum'])
  })

  it('prepares no more than a bounded number, and runs the others too', async () => {
    for (let text = 0; text < 300; text++)
      for (let run = 0; run < 6; run++) expect((await client.query({ text: `SELECT $1::integer + ${text} AS sum` }, [run])).rows).toEqual([{ sum: run + text }])
    expect((await prepared()).length).toBeLessThanOrEqual(100)
  })

  it('goes on after a statement that failed, and after the table under it has changed', async () => {
    await client.query('CREATE TEMP TABLE changing (id integer)')
    const find = (id: unknown) => client.query({ text: 'SELECT id FROM changing WHERE id = $1' }, [id])
    for (let run = 0; run < 8; run++) await find(run)
    await expect(find('not a number')).rejects.toBeInstanceOf(pg.DatabaseError)
    await client.query('ALTER TABLE changing ADD COLUMN more text; INSERT INTO changing (id) VALUES (7)')
    expect((await find(7)).rows).toEqual([{ id: 7 }])
  })

  it('answers from a table that a migration has changed under what it had prepared', async () => {
    await client.query('CREATE TABLE migrated (id integer, name text)')
    await client.query("INSERT INTO migrated VALUES (1, 'Ada')")
    const fresh = new PreparingClient({ connectionString: stage.database.ownerUrl }) // The other one prepares no more.
    await fresh.connect()
    const find = () => fresh.query({ text: 'SELECT * FROM migrated WHERE id = $1' }, [1])
    for (let run = 0; run < 8; run++) expect((await find()).rows).toEqual([{ id: 1, name: 'Ada' }])
    await asOwner("ALTER TABLE migrated ADD COLUMN role text NOT NULL DEFAULT 'owner'")
    for (let run = 0; run < 8; run++) expect((await find()).rows).toEqual([{ id: 1, name: 'Ada', role: 'owner' }])
    await fresh.end()
  })

  it('prepares the new plan under a text of its own, because a pooler tells statements apart by their text and not by our names', async () => {
    await client.query('CREATE TABLE pooled (id integer)')
    const fresh = new PreparingClient({ connectionString: stage.database.ownerUrl })
    await fresh.connect()
    const run = async () => {
      for (let time = 0; time < 8; time++) await fresh.query({ text: 'SELECT * FROM pooled WHERE id = $1' }, [1])
      const { rows } = await fresh.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements ORDER BY prepare_time DESC LIMIT 1')
      return rows[0]?.statement
    }
    const before = await run()
    await asOwner('ALTER TABLE pooled ADD COLUMN more text')
    const after = await run()
    expect(before).toMatch(/SELECT \* FROM pooled WHERE id = \$1$/)
    expect(after).toMatch(/SELECT \* FROM pooled WHERE id = \$1$/)
    expect(after).not.toBe(before)
    await fresh.end()
  })

  it('answers so where a pool asks it', async () => {
    await client.query('CREATE TABLE migrated_too AS SELECT 1 AS id')
    const pool = new pg.Pool({ Client: PreparingClient, connectionString: stage.database.ownerUrl, max: 1 })
    const find = async () => (await pool.query({ text: 'SELECT * FROM migrated_too WHERE id::integer = $1' }, [1])).rows
    for (let run = 0; run < 8; run++) expect(await find()).toEqual([{ id: 1 }])
    await asOwner('ALTER TABLE migrated_too ALTER COLUMN id TYPE text')
    for (let run = 0; run < 8; run++) expect(await find()).toEqual([{ id: '1' }])
    await asOwner('DROP TABLE migrated_too')
    await expect(find()).rejects.toThrow('relation "migrated_too" does not exist') // What is no longer right is said.
    await pool.end()
  })
})

describe('what is asked in one turn', () => {
  const asking = async (work: (client: PreparingClient) => Promise<unknown>) => {
    const socket = new CountingSocket()
    const fresh = new PreparingClient({ connectionString: stage.database.ownerUrl, pipeline: true, stream: () => socket })
    await fresh.connect()
    const before = socket.writes
    await work(fresh)
    const writes = socket.writes - before
    await fresh.end()
    return writes
  }
  const one = (client: PreparingClient) => client.query<{ one: number }>({ text: 'SELECT $1::integer AS one' }, [1])

  it('goes out in one piece', async () => {
    expect(await asking((client) => Promise.all([client.query('begin'), one(client), one(client), client.query('commit')]))).toBe(1)
  })

  it('goes out before what the next turn asks, and whether or not one of it fails', async () => {
    const twice = async (client: PreparingClient) => {
      await expect(Promise.all([client.query('SELECT 1 / 0'), one(client)])).rejects.toBeInstanceOf(pg.DatabaseError)
      expect((await one(client)).rows).toEqual([{ one: 1 }])
    }
    expect(await asking(twice)).toBe(2)
  })
})

describe('a transaction', () => {
  it('whose plan a migration has made stale is run again, whichever of the open connections it gets', async () => {
    await asOwner('CREATE TABLE counted (id integer, units integer); INSERT INTO counted VALUES (1, 0); GRANT SELECT, UPDATE ON counted TO headroom_engine')
    const count = () =>
      inEngine(async (tx) => {
        await tx.execute(sql`UPDATE counted SET units = units + 1 WHERE id = ${1}`)
        return (await tx.execute<{ id: number }>(sql`SELECT * FROM counted WHERE id = ${1}`)).rows.length
      })
    const OPEN = 8 // Each waits for the row that the one before holds, so that all are open at once and each has a plan of its own.
    const everywhere = () => Promise.all(Array.from({ length: OPEN }, count))
    for (let run = 0; run < 8; run++) await everywhere()
    await asOwner('ALTER TABLE counted ADD COLUMN more text')
    expect(await everywhere()).toEqual(Array(OPEN).fill(1))
    expect((await client.query('SELECT units FROM counted')).rows).toEqual([{ units: 9 * OPEN }])
  })
})

/** Counts what it hands to the system. */
class CountingSocket extends Socket {
  writes = 0

  override _write(...given: Parameters<Socket['_write']>): void {
    this.writes++
    super._write(...given)
  }

  override _writev(...given: Parameters<NonNullable<Socket['_writev']>>): void {
    this.writes++
    super._writev?.(...given)
  }
}

/** From another connection, as a new version's start does. */
async function asOwner(statements: string): Promise<void> {
  const owner = new pg.Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  await owner.query(statements)
  await owner.end()
}
