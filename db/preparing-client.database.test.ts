import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setStage } from '@/lib/billing/testing/stage'
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
})
