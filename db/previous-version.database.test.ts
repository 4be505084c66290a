import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateDatabase } from './migrate'
import { createTestDatabase, type TestDatabase } from './testing'
import { insertOf, plant, plantableColumns } from './testing-rows'

/**
 * While a new version is rolled out, web servers and workers of the one before still write with the statements that they know. One database has
 * all migrations but the last, and every other one is held against it; then it gets the last one too.
 */
let database: TestDatabase
let folder: string
let before: Column[]
let statements: Statement[]
beforeAll(async () => {
  database = await createTestDatabase({ isMigrated: false })
  folder = mkdtempSync(join(tmpdir(), 'headroom-previous-'))
  cpSync(join(import.meta.dirname, 'migrations'), folder, { recursive: true })
  const journal = join(folder, 'meta/_journal.json')
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: unknown[] }
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, -1) }))
  await migrateDatabase(database.ownerUrl, folder)
  before = await columns()
  await asOwner(writesOf(1).join(';'))
  statements = await statementsOfBefore()
  await migrateDatabase(database.ownerUrl)
  // Rows are written without those that they name; every other trigger counts.
  for (const { table } of statements) await asOwner(`ALTER TABLE ${table} DISABLE TRIGGER ALL; ALTER TABLE ${table} ENABLE TRIGGER USER`)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await database.drop()
})

async function asOwner<Row>(statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

type Column = { name: string; type: string; is_required: boolean; grants: string }

/** Of each table: what it is made of, whether whoever leaves it out is refused, and which role may do what with it. */
const columns = () =>
  asOwner<Column>(
    `SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' AS is_required,
       concat_ws(' ', VARIADIC ARRAY(SELECT format('%s:%s', role, privilege) FROM unnest(ARRAY['headroom_web', 'headroom_engine']) role,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) privilege WHERE has_column_privilege(role, c.oid, a.attnum, privilege))) AS grants
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  )

const id = (of: string, nth: number) => `'00000000-0000-7000-8000-${of}${String(nth).padStart(11, '0')}'`
const NOW = "'2026-05-06T00:00:00Z'"

/** As the version before writes, with the columns that it names. They are not brought up to date with the schema: that is what they are for. */
const writesOf = (nth: number) => {
  const [organization, user, member, entry, message] = ['1', '2', '3', '4', '5'].map((of) => id(of, nth))
  return [
    `INSERT INTO organizations (id, slug, name, currency, country, external_id, metadata, billing, trust_tier, registered_at, test_clock_id)
     VALUES (${organization}, 'acme-${nth}', 'Acme', 'usd', 'DE', null, '{}', '{}', 1, ${NOW}, null)`,
    `INSERT INTO users (id, email, name) VALUES (${user}, 'ada-${nth}@example.com', 'Ada')`,
    `INSERT INTO members (organization_id, id, user_id, role, added_at, joined_at) VALUES (${organization}, ${member}, ${user}, 'owner', ${NOW}, ${NOW})`,
    `INSERT INTO sessions (user_id, session, session_version, begun_at, seen_at, address, agent)
     VALUES (${user}, ${id('6', nth)}, 1, ${NOW}, ${NOW}, '203.0.113.7', 'Firefox')`,
    `INSERT INTO audit_log (organization_id, id, at, actor, action, target, before, after)
     VALUES (${organization}, ${entry}, ${NOW}, 'operator', 'organization.created', 'org_1', null, '{"name": "Acme"}')`,
    `INSERT INTO messages (organization_id, id, kind, channel, recipient, payload, fact, at, state, tries, next_try_at)
     VALUES (${organization}, ${message}, 'receipt', 'email', 'ada-${nth}@example.com', '{}', 'receipt ${nth}', ${NOW}, 'queued', 0, ${NOW})`,
    `INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on, answered_used, answered_limit)
     VALUES (${organization}, '\\x01', '\\x02', '2026-05-06', 1, 100)`,
    `INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, properties, "timestamp", period_start, segment, received_at, billable)
     VALUES (${organization}, 'event ${nth}', ${id('7', nth)}, 'calls', 1, null, null, ${NOW}, ${NOW}, 0, ${NOW}, true)`,
    `INSERT INTO api_keys (id, organization_id, label, hash, hint, scope, created_by) VALUES (${id('8', nth)}, ${organization}, 'Export', 'hash ${nth}', 'abcd', 'read', null)`,
  ]
}

const ROLES = ['web', 'engine'] as const
const OF_ORGANIZATION = id('1', 1)
/** What a check asks for beyond the column's type. */
const GIVEN: Record<string, Record<string, string>> = { documents: { credit_applied: '0' }, api_keys: { scope: "'read'" } }

type Statement = { role: (typeof ROLES)[number]; table: string; what: 'INSERT' | 'UPDATE'; statement: string }

/** By the schema that the version before knows: into each table of tenants, what each role may write there. One row of each is kept to be changed. */
async function statementsOfBefore(): Promise<Statement[]> {
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  const written: Statement[] = []
  const tables = [...new Set(before.flatMap(({ name }) => (name.endsWith('.organization_id') ? [name.split('.')[0] ?? ''] : [])))]
  for (const table of tables) {
    const columns = await plantableColumns(client, table, { ...GIVEN[table], organization_id: OF_ORGANIZATION })
    await plant(client, table, { ...GIVEN[table], organization_id: OF_ORGANIZATION })
    for (const role of ROLES) {
      const may = (what: string) =>
        before.flatMap(({ name, grants }) =>
          name.startsWith(`${table}.`) && grants.split(' ').includes(`headroom_${role}:${what}`) ? [name.slice(table.length + 1)] : [],
        )
      if (columns.every(({ name }) => may('INSERT').includes(name))) written.push({ role, table, what: 'INSERT', statement: insertOf(table, columns) })
      const changed = may('UPDATE').map((name) => `"${name}" = "${name}"`)
      if (changed.length > 0)
        written.push({ role, table, what: 'UPDATE', statement: `UPDATE ${table} SET ${changed.join(', ')} WHERE organization_id = ${OF_ORGANIZATION}` })
    }
  }
  await client.end()
  return written
}

/** Undone at once. What became of it: how many rows, or the database's words. */
async function tried({ role, statement }: Statement): Promise<number | string> {
  const client = new Client({ connectionString: role === 'web' ? database.webUrl : database.engineUrl })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SELECT set_config('app.org_id', ${OF_ORGANIZATION}, true)`)
    return (await client.query(statement)).rowCount ?? 0
  } catch (fault) {
    return String(fault)
  } finally {
    await client.end()
  }
}

describe('beside the newest schema, the version before', () => {
  it('finds every column that it knows, of the same type', async () => {
    const after = new Map((await columns()).map((column) => [column.name, column.type]))
    expect(before.length).toBeGreaterThan(300)
    expect(before.filter(({ name, type }) => after.get(name) !== type).map(({ name }) => name)).toEqual([])
  })

  it('is refused nothing for a column that it does not know or leaves empty', async () => {
    const tables = new Set(before.map(({ name }) => name.split('.')[0]))
    const required = new Set(before.filter(({ is_required }) => is_required).map(({ name }) => name))
    const asked = (await columns()).filter(({ name, is_required }) => is_required && tables.has(name.split('.')[0]) && !required.has(name))
    expect(asked.map(({ name }) => name)).toEqual([])
  })

  it('keeps every right that it had', async () => {
    const after = new Map((await columns()).map((column) => [column.name, column.grants.split(' ')]))
    const lost = before.filter(({ name, grants }) => grants.split(' ').some((grant) => grant !== '' && !after.get(name)?.includes(grant)))
    expect(lost.map(({ name }) => name)).toEqual([])
  })

  it.each(writesOf(2).map((statement) => ({ into: /INTO (\w+)/.exec(statement)?.[1] ?? '', statement })))(
    'writes into $into as it did',
    async ({ statement }) => {
      await asOwner(statement)
    },
  )

  it('writes into every table of tenants as each role did', async () => {
    for (const role of ROLES) expect(new Set(statements.filter((one) => one.role === role).map(({ table }) => table)).size, role).toBeGreaterThan(20)
    const outcomes = await Promise.all(
      ROLES.map(async (role) => {
        const failed: string[] = []
        for (const one of statements.filter((statement) => statement.role === role)) {
          const became = await tried(one)
          const isTaken = typeof became === 'string' && became.includes('duplicate key') // One of an organization: it is there, and past every other check.
          if (!isTaken && (typeof became === 'string' || became === 0)) failed.push(`${role}: ${one.what} ${one.table}: ${became}`)
        }
        return failed
      }),
    )
    expect(outcomes.flat()).toEqual([])
  })

  it('and what it had written is still there', async () => {
    const [row] = await asOwner<{ organizations: string; events: string }>(
      `SELECT (SELECT count(*) FROM organizations WHERE slug = 'acme-1') AS organizations, (SELECT count(*) FROM usage_events WHERE id = 'event 1') AS events`,
    )
    expect(row).toEqual({ organizations: '1', events: '1' })
  })
})
