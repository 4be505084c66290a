import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrateDatabase } from './migrate'
import { createTestDatabase, type TestDatabase } from './testing'

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'headroom-migrations-'))
  cpSync(join(import.meta.dirname, 'migrations'), folder, { recursive: true })
  const journal = join(folder, 'meta/_journal.json')
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: { idx: number; when: number }[] }
  const last = entries.at(-1)
  if (!last) throw new Error('there is no migration')
  const next = { ...last, idx: last.idx + 1, when: last.when + 1, tag: 'next' }
  writeFileSync(journal, JSON.stringify({ ...rest, entries: [...entries, next] }))
  writeFileSync(join(folder, 'next.sql'), 'ALTER TABLE organizations ADD COLUMN of_the_next_version integer')
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await database.drop()
})

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  return client
}

it('a migration lets by whoever waits behind it, as long as somebody reads what it changes', async () => {
  const [reader, caller] = [await connected(), await connected()]
  await reader.query('BEGIN')
  await reader.query('SELECT FROM organizations')
  const migrated = migrateDatabase(database.ownerUrl, folder)
  for (let waits = 0; waits === 0; ) {
    const { rowCount } = await caller.query(`SELECT FROM pg_locks WHERE relation = 'organizations'::regclass AND NOT granted`)
    waits = rowCount ?? 0
  }
  expect((await caller.query('SELECT FROM organizations')).rows, 'behind it, and answered though the reader goes on').toEqual([])
  await reader.query('COMMIT')
  await migrated
  expect((await caller.query('SELECT of_the_next_version FROM organizations')).rows).toEqual([])
  await Promise.all([reader.end(), caller.end()])
})
