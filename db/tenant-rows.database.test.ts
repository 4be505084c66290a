import { Client, escapeIdentifier } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, uuidOf } from '../lib/ids'
import { createTestDatabase, type TestDatabase } from './testing'
import { insertOf, plant, plantableColumns } from './testing-rows'

/**
 * Two organizations with a row in every table and every partition that holds tenants' rows or a person's, whichever the schema has: what the pages of
 * one reach of the other is tried, not read from the policies.
 */
const [ours, theirs, person, stranger] = [
  uuidOf('org', newId('org')),
  uuidOf('org', newId('org')),
  uuidOf('user', newId('user')),
  uuidOf('user', newId('user')),
]
/** What has no organization's column is its row, its person or its clock. */
const BY_ID: Record<string, { ours: string; theirs: string }> = {
  organizations: { ours, theirs },
  users: { ours: person, theirs: stranger },
  test_clocks: { ours: uuidOf('clock', newId('clock')), theirs: uuidOf('clock', newId('clock')) },
}
/** What a check asks for beyond the column's type. */
const GIVEN: Record<string, Record<string, string>> = { documents: { credit_applied: '0' }, passkeys: { public_key: "decode('00', 'hex')" } }

/** What belongs to it is kept in the default partition. */
const NO_PARTITIONS_DAY = "'2099-01-01'"

/** The operator’s own, and what only signing in reads: pages see nothing of them. */
const UNSEEN = ['operator_notices', 'operator_visits', 'password_resets', 'sign_in_identities', 'sign_in_links']

type Key = 'organization_id' | 'user_id' | 'id'
type Table = { name: string; key: Key; parent: string | null; bound: string | null; partition_key: string | null }

let database: TestDatabase
let owner: Client
let web: Client
let tables: Table[]

beforeAll(async () => {
  database = await createTestDatabase()
  owner = new Client({ connectionString: database.ownerUrl })
  web = new Client({ connectionString: database.webUrl })
  await Promise.all([owner.connect(), web.connect()])
  const { rows } = await owner.query<Table>(
    `SELECT c.relname AS name, CASE WHEN c.relname = ANY ($1) THEN 'id' ELSE k.attname END AS key, p.relname AS parent, coalesce(substring(pg_get_expr(c.relpartbound, c.oid) FROM $$FROM \\(('[^']+')\\)$$), CASE WHEN pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' THEN $2 END) AS bound,
       (SELECT a.attname FROM pg_partitioned_table k JOIN pg_attribute a ON a.attrelid = k.partrelid AND a.attnum = k.partattrs[0] WHERE k.partrelid = p.oid) AS partition_key
     FROM pg_class c LEFT JOIN LATERAL (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attname IN ('organization_id', 'user_id') ORDER BY attname LIMIT 1) k ON true
     LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND (c.relname = ANY ($1) OR k.attname IS NOT NULL) ORDER BY c.relname`,
    [Object.keys(BY_ID), NO_PARTITIONS_DAY],
  )
  tables = rows
  // By day; where an organization's own id says which partition it is in, its row is planted through the parent.
  const planted = tables.filter(({ parent, bound }) => parent === null || bound !== null)
  for (const side of ['ours', 'theirs'] as const) {
    for (const table of planted) {
      const { name, bound, partition_key } = table
      await plant(owner, name, { ...GIVEN[name], ...belongingTo(side, table), ...(bound && partition_key && { [partition_key]: bound }) })
    }
  }
})
afterAll(async () => {
  await Promise.all([owner.end(), web.end()])
  await database.drop()
})

type Side = 'ours' | 'theirs'

function belongingTo(side: Side, table: Pick<Table, 'name' | 'key'>): Record<string, string> {
  const quoted = (of: string) => `'${BY_ID[of]?.[side]}'`
  const own = { [table.key]: `'${ownerOf(side, table)}'` }
  if (table.name === 'organizations') return { ...own, test_clock_id: quoted('test_clocks') }
  return table.name === 'members' ? { ...own, user_id: quoted('users') } : own
}

/** Whose a table's rows are, by its key: an organization's, a person's, or their own. */
function ownerOf(side: Side, { name, key }: Pick<Table, 'name' | 'key'>): string {
  const of = key === 'id' ? name : key === 'user_id' ? 'users' : 'organizations'
  return BY_ID[of]?.[side] ?? ''
}

/** As a page of ours asks, and nothing stays of it. */
async function asOurPages<Value>(work: () => Promise<Value>): Promise<Value> {
  await web.query('BEGIN')
  try {
    await web.query(`SELECT set_config('app.org_id', $1, true), set_config('app.user_id', $2, true)`, [ours, person])
    return await work()
  } finally {
    await web.query('ROLLBACK')
  }
}

async function mayWrite(privilege: 'INSERT' | 'UPDATE', table: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
       AND has_column_privilege('headroom_web', attrelid, attnum, $2) ORDER BY attnum`,
    [table, privilege],
  )
  return rows.map(({ name }) => name)
}

const REFUSED = /permission denied/
const HIDDEN = /row-level security/

/** What became of a statement, as one word or the database's. */
const outcome = (statement: string) =>
  asOurPages(() =>
    web.query(statement).then(
      ({ rowCount }) => rowCount ?? 0,
      (fault: Error) => fault.message,
    ),
  )

describe('with a row of each of two organizations in every table', () => {
  it('there is one, in each partition too', async () => {
    expect(tables.filter(({ parent }) => parent === null).length).toBeGreaterThan(30)
    expect(tables.filter(({ parent }) => parent !== null).length).toBeGreaterThan(20)
    for (const table of tables.filter(({ parent, bound }) => parent === null || bound !== null))
      for (const side of ['ours', 'theirs'] as const) {
        const { rowCount } = await owner.query(`SELECT FROM ${escapeIdentifier(table.name)} WHERE ${table.key} = $1`, [ownerOf(side, table)])
        expect(rowCount, `${table.name}, ${side}`).toBeGreaterThan(0)
      }
  })

  it('pages see their own organization’s, where they may read at all, and none of another', async () => {
    const unseen: string[] = []
    for (const table of tables) {
      const { name, parent } = table
      const seen = await asOurPages(() =>
        web.query<{ of: string }>(`SELECT ${table.key} AS of FROM ${escapeIdentifier(name)}`).then(
          ({ rows }) => rows,
          (fault: Error) => fault.message,
        ),
      )
      if (parent !== null) {
        expect(seen, name).toMatch(REFUSED)
        continue
      }
      if (typeof seen === 'string') expect(seen, name).toMatch(REFUSED)
      else expect(new Set(seen.map(({ of }) => of)), name).toEqual(new Set(seen.length > 0 ? [ownerOf('ours', table)] : []))
      if (typeof seen === 'string' || seen.length === 0) unseen.push(name)
    }
    expect(unseen, 'those of which pages see nothing, so that no other passes by that').toEqual(UNSEEN)
  })

  it('pages change and delete none of another organization’s', async () => {
    for (const table of tables) {
      const { name, key, parent } = table
      const [column] = await mayWrite('UPDATE', name)
      const theirsOf = `WHERE ${key} = '${ownerOf('theirs', table)}'`
      const changed = await outcome(`UPDATE ${escapeIdentifier(name)} SET ${column ?? key} = ${column ?? key} ${theirsOf}`)
      if (column !== undefined && parent === null) expect(changed, name).toBe(0)
      else expect(changed, name).toMatch(REFUSED)
      expect(await outcome(`DELETE FROM ${escapeIdentifier(name)} ${theirsOf}`), name).toMatch(REFUSED)
    }
  })

  it('pages add none to another organization', async () => {
    const hidden: string[] = []
    for (const table of tables) {
      const { name, parent, bound, partition_key } = table
      const given = { ...GIVEN[name], ...belongingTo('theirs', table), ...(bound && partition_key && { [partition_key]: bound }) }
      const columns = await plantableColumns(owner, name, given)
      const may = await mayWrite('INSERT', name)
      const added = await outcome(insertOf(name, columns))
      const isGranted = parent === null && columns.every((column) => may.includes(column.name))
      expect(added, name).toMatch(isGranted ? HIDDEN : REFUSED)
      if (isGranted) hidden.push(name)
    }
    expect(hidden.length).toBeGreaterThan(10)
  })
})
