import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, uuidOf } from '../lib/ids'
import { createTestDatabase, type TestDatabase } from './testing'

/** Tables that belong to no organization, and what a member's pages may do with them. All others are tenants'. */
const SHARED: Record<string, string> = {
  books_runs: '',
  catalog_versions: 'SELECT',
  document_series: 'SELECT, UPDATE',
  ended_sessions: 'SELECT, INSERT',
  installation: 'SELECT',
  operator_links: '',
  operator_notices: '',
  operator_sessions: '',
  operator_visits: '',
  operators: '',
  passkeys: 'SELECT, INSERT, UPDATE',
  password_resets: '',
  operator_changes: '',
  provider_readings: '',
  sandbox_mails: 'SELECT',
  second_factors: 'SELECT, INSERT, UPDATE',
  sessions: 'SELECT, INSERT, UPDATE',
  sign_in_identities: '',
  sign_in_links: '',
  sign_in_tries: '',
  sign_ins: 'SELECT, INSERT, UPDATE',
  spent_challenges: 'INSERT',
  webhook_inbox: '',
}

/** People and clocks are seen through the organization at hand; they carry no organization of their own. */
const SEEN_THROUGH_ORGANIZATION = ['organizations', 'test_clocks', 'users']

/** By what they are asked for before the organization is known, by the day that they are dropped with, or by an id of which there is one; the organization is a column of each. */
const KEYED_OTHERWISE = ['api_keys', 'idempotency_answers', 'usage_events', 'webhook_deliveries', 'webhook_endpoints', 'webhook_events']

const APPEND_ONLY = ['audit_log', 'document_lines', 'ledger_postings']

type Table = { name: string; is_partition: boolean; has_rls: boolean; has_organization: boolean; leads_with_organization: boolean }

let database: TestDatabase
let owner: Client
let web: Client
let engine: Client
let tables: Table[]

beforeAll(async () => {
  database = await createTestDatabase()
  ;[owner, web, engine] = [database.ownerUrl, database.webUrl, database.engineUrl].map((connectionString) => new Client({ connectionString })) as [
    Client,
    Client,
    Client,
  ]
  await Promise.all([owner.connect(), web.connect(), engine.connect()])
  tables = await rowsOf<Table>(
    owner,
    `SELECT c.relname AS name, c.relispartition AS is_partition, c.relrowsecurity AS has_rls,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id') AS has_organization,
       EXISTS (SELECT FROM pg_attribute a JOIN pg_index i ON i.indrelid = c.oid AND i.indkey[0] = a.attnum
         WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND i.indisprimary) AS leads_with_organization
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
  )
})

afterAll(async () => {
  await Promise.all([owner.end(), web.end(), engine.end()])
  await database.drop()
})

async function rowsOf<Row>(client: Client, statement: string, values: unknown[] = []): Promise<Row[]> {
  return (await client.query(statement, values)).rows as Row[]
}

const namesOf = (kept: Table[]) => kept.map(({ name }) => name)
const tenantTables = () => tables.filter(({ name, is_partition }) => !is_partition && !(name in SHARED))

describe('every table', () => {
  it('is a tenant’s, unless it is on the short list', () => {
    expect(tables.length).toBeGreaterThan(30)
    const unlisted = tables.filter(({ name, is_partition, has_organization }) => !is_partition && !has_organization && !(name in SHARED))
    expect(namesOf(unlisted)).toEqual(SEEN_THROUGH_ORGANIZATION)
    expect(Object.keys(SHARED).filter((name) => !namesOf(tables).includes(name))).toEqual([])
  })

  it('of a tenant has the organization first in its key, by which it could be spread over machines, unless it is on the short list', () => {
    const others = tenantTables().filter(({ has_organization, leads_with_organization }) => has_organization && !leads_with_organization)
    expect(namesOf(others)).toEqual(KEYED_OTHERWISE)
  })

  it('of a tenant has row-level security, with a policy for each role', async () => {
    expect(namesOf(tenantTables().filter(({ has_rls }) => !has_rls))).toEqual([])
    const policies = await rowsOf<{ table: string; role: string; using: string | null; check: string | null; command: string }>(
      owner,
      `SELECT p.tablename AS "table", r AS role, p.qual AS "using", p.with_check AS "check", p.cmd AS command FROM pg_policies p, unnest(p.roles) AS r WHERE p.schemaname = 'public'`,
    )
    for (const { name } of tenantTables()) {
      const forWeb = policies.filter((policy) => policy.table === name && policy.role === 'headroom_web')
      const forEngine = policies.filter((policy) => policy.table === name && policy.role === 'headroom_engine')
      expect(forWeb.length, `${name}, web`).toBeGreaterThan(0)
      expect(forEngine, `${name}, engine`).toMatchObject([{ using: 'true', check: 'true', command: 'ALL' }])
      for (const policy of forWeb) expect(policy.using, `${name}, web, ${policy.command}`).toMatch(/current_organization\(\)|current_person\(\)/)
      for (const policy of forWeb.filter(({ command }) => command !== 'SELECT')) {
        expect(policy.check, `${name}, web, ${policy.command}`).toMatch(/current_organization\(\)|current_person\(\)/)
      }
    }
    expect(policies.filter(({ role }) => role === 'public')).toEqual([])
  })

  it('that is partitioned is reached through its parent only', async () => {
    const partitions = namesOf(tables.filter(({ is_partition }) => is_partition))
    expect(partitions.length).toBeGreaterThan(20)
    const open = await rowsOf<{ name: string; role: string }>(
      owner,
      `SELECT p AS name, r AS role FROM unnest($1::text[]) p, unnest(ARRAY['headroom_web', 'headroom_engine']) r
       WHERE has_table_privilege(r, p, 'SELECT') OR has_table_privilege(r, p, 'INSERT') OR has_table_privilege(r, p, 'UPDATE') OR has_table_privilege(r, p, 'DELETE') OR has_any_column_privilege(r, p, 'SELECT')`,
      [partitions],
    )
    expect(open).toEqual([])
  })

  it('that a later day adds is as closed as the first ones', async () => {
    await engine.query(`SELECT maintain_partitions((now() AT TIME ZONE 'UTC')::date + 400)`)
    const [later] = await rowsOf<{ name: string }>(
      owner,
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE 'usage_events_2%' ORDER BY relname DESC LIMIT 1`,
    )
    expect(namesOf(tables)).not.toContain(later?.name)
    for (const client of [web, engine]) await expect(client.query(`SELECT FROM ${later?.name}`)).rejects.toThrow('permission denied')
  })

  it('grants to each role what is on the list, and never DELETE or TRUNCATE to pages', async () => {
    const grants = await rowsOf<{ table: string; granted: string }>(
      owner,
      `SELECT t AS "table", array_to_string(ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) WITH ORDINALITY AS k(p, n)
         WHERE has_table_privilege('headroom_web', t, p) OR (p IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege('headroom_web', t, p)) ORDER BY n), ', ') AS granted
       FROM unnest($1::text[]) t`,
      [namesOf(tables.filter(({ is_partition }) => !is_partition))],
    )
    const granted = new Map(grants.map((row) => [row.table, row.granted]))
    for (const [name, expected] of Object.entries(SHARED)) expect(granted.get(name), name).toBe(expected)
    for (const name of APPEND_ONLY) expect(granted.get(name), name).toBe('SELECT, INSERT')
    expect(granted.get('users')).toBe('SELECT, UPDATE')
    expect(granted.get('test_clocks')).toBe('SELECT')
    for (const [name, privileges] of granted) expect(privileges, name).not.toMatch(/DELETE|TRUNCATE/)
  })

  it('belongs to the owner, whom neither role can become', async () => {
    const owned = await rowsOf(owner, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner IN ('headroom_web', 'headroom_engine')`)
    expect(owned).toEqual([])
    const powers = await rowsOf(owner, `SELECT has_schema_privilege(r, 'public', 'CREATE') AS may FROM unnest(ARRAY['headroom_web', 'headroom_engine']) r`)
    expect(powers).toEqual([{ may: false }, { may: false }])
  })
})

describe('pages', () => {
  const [ours, theirs, our_clock, person, stranger] = [newId('org'), newId('org'), newId('clock'), newId('user'), newId('user')] as const
  const uuid = {
    ours: uuidOf('org', ours),
    theirs: uuidOf('org', theirs),
    clock: uuidOf('clock', our_clock),
    person: uuidOf('user', person),
    stranger: uuidOf('user', stranger),
  }

  beforeAll(async () => {
    await engine.query('INSERT INTO test_clocks (id, now) VALUES ($1, now()), (gen_random_uuid(), now())', [uuid.clock])
    await engine.query(
      `INSERT INTO organizations (id, slug, name, currency, registered_at, test_clock_id) VALUES ($1, 'ours', 'Ours', 'usd', now(), $3), ($2, 'theirs', 'Theirs', 'usd', now(), NULL)`,
      [uuid.ours, uuid.theirs, uuid.clock],
    )
    for (const [id, email] of [
      [uuid.person, 'a@example.com'],
      [uuid.stranger, 'b@example.com'],
    ])
      await engine.query('SELECT ensure_user($1, $2, NULL)', [id, email])
    await engine.query(
      `INSERT INTO members (organization_id, id, user_id, role, added_at) VALUES ($1, gen_random_uuid(), $2, 'owner', now()), ($3, gen_random_uuid(), $4, 'owner', now())`,
      [uuid.ours, uuid.person, uuid.theirs, uuid.stranger],
    )
    for (const organization of [uuid.ours, uuid.theirs]) {
      await engine.query(
        `INSERT INTO audit_log (organization_id, id, at, actor, action, target) VALUES ($1, gen_random_uuid(), now(), 'system', 'test', 'test')`,
        [organization],
      )
      await engine.query(
        `INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, "timestamp", period_start, segment, received_at) VALUES ($1, 'e', gen_random_uuid(), 'calls', 1, now(), now(), 0, now())`,
        [organization],
      )
    }
  })

  async function within<Value>(context: { organization?: string; person?: string }, work: () => Promise<Value>): Promise<Value> {
    await web.query('BEGIN')
    try {
      await web.query(`SELECT set_config('app.org_id', $1, true), set_config('app.user_id', $2, true)`, [context.organization ?? '', context.person ?? ''])
      return await work()
    } finally {
      await web.query('ROLLBACK')
    }
  }

  /** Not even the organization's own hashes are read by its pages. */
  const column = (name: string) => (name === 'users' || name === 'api_keys' ? 'id' : '*')
  const countIn = async (name: string) =>
    (await rowsOf<{ count: number }>(web, `SELECT count(*)::int AS count FROM (SELECT ${column(name)} FROM ${name}) t`))[0]?.count

  it('without a context see no row of any tenant, and not because there is none', async () => {
    for (const { name } of tenantTables()) expect(await within({}, () => countIn(name)), name).toBe(0)
    for (const name of ['organizations', 'members', 'users', 'test_clocks', 'audit_log', 'usage_events']) {
      expect((await rowsOf<{ count: number }>(engine, `SELECT count(*)::int AS count FROM ${name}`))[0]?.count, name).toBeGreaterThan(1)
    }
  })

  it('do not keep the context of the transaction before', async () => {
    expect(await within({ organization: uuid.ours }, () => countIn('members'))).toBe(1)
    expect(await countIn('members')).toBe(0)
  })

  it('see one organization, its people and its clock', async () => {
    for (const name of ['organizations', 'members', 'users', 'test_clocks', 'audit_log', 'usage_events']) {
      expect(await within({ organization: uuid.ours }, () => countIn(name)), name).toBe(1)
    }
    const rows = await within({ organization: uuid.ours }, () => rowsOf<{ organization_id: string }>(web, 'SELECT organization_id FROM audit_log'))
    expect(rows).toEqual([{ organization_id: uuid.ours }])
  })

  it('of a person see where they belong, for the switcher, and nothing inside', async () => {
    expect(await within({ person: uuid.person }, () => rowsOf(web, 'SELECT slug FROM organizations'))).toEqual([{ slug: 'ours' }])
    expect(await within({ person: uuid.person }, () => countIn('audit_log'))).toBe(0)
  })

  it.each([
    [
      'write into another organization',
      () =>
        web.query(`INSERT INTO audit_log (organization_id, id, at, actor, action, target) VALUES ($1, gen_random_uuid(), now(), 'x', 'x', 'x')`, [uuid.theirs]),
    ],
    [
      'join another organization',
      () =>
        web.query(`INSERT INTO members (organization_id, id, user_id, role, added_at) VALUES ($1, gen_random_uuid(), $2, 'owner', now())`, [
          uuid.theirs,
          uuid.person,
        ]),
    ],
    ['move a member over', () => web.query('UPDATE members SET organization_id = $1', [uuid.theirs])],
    ['set a clock', () => web.query('UPDATE test_clocks SET now = now()')],
    ['read a password’s hash', () => web.query('SELECT password_hash FROM users')],
    ['read keys', () => web.query('SELECT * FROM api_keys')],
  ])('cannot %s', async (_what, attempt) => {
    await expect(within({ organization: uuid.ours, person: uuid.person }, attempt)).rejects.toThrow(/row-level security|permission denied/)
  })

  it('reach nothing of another organization by naming it', async () => {
    const changed = await within(
      { organization: uuid.ours, person: uuid.person },
      async () => (await web.query(`UPDATE organizations SET name = 'taken' WHERE id = $1`, [uuid.theirs])).rowCount,
    )
    expect(changed).toBe(0)
  })
})

describe('what is only ever added to', () => {
  const organization = uuidOf('org', newId('org'))
  const document = uuidOf('inv', newId('inv'))
  const post = (client: Client, source: string, amounts: [string, string, string][]) =>
    client.query(
      `INSERT INTO ledger_postings (organization_id, source, account, transaction_id, amount, currency, posted_at)
       SELECT $1, $2, a.account::ledger_account, $3, a.amount::numeric, a.currency, now() FROM unnest($4::text[], $5::text[], $6::text[]) AS a(account, amount, currency)`,
      [
        organization,
        source,
        '00000000-0000-4000-8000-000000000001',
        amounts.map(([account]) => account),
        amounts.map(([, amount]) => amount),
        amounts.map(([, , currency]) => currency),
      ],
    )

  beforeAll(async () => {
    await engine.query(`INSERT INTO organizations (id, slug, name, currency, registered_at) VALUES ($1, 'books', 'Books', 'usd', now())`, [organization])
    await engine.query(
      `INSERT INTO audit_log (organization_id, id, at, actor, action, target) VALUES ($1, gen_random_uuid(), now(), 'system', 'test', 'test')`,
      [organization],
    )
    await engine.query(
      `INSERT INTO documents (organization_id, id, series, kind, status, currency, total, credit_applied, carried_forward, amount_due, credit_issued, differs_because, seller, buyer, issued_at)
       VALUES ($1, $2, 'invoice', 'renewal', 'open', 'usd', 100, 0, 0, 100, 0, '[]', '{"name":"s"}', '{"name":"b"}', now())`,
      [organization, document],
    )
    await engine.query(
      `INSERT INTO document_lines (organization_id, document_id, position, kind, description, amount, quantity, unit_price, rule, formula, inputs)
       VALUES ($1, $2, 0, 'plan', 'Basic', 100, 1, 1, 'A1', '1', '{}')`,
      [organization, document],
    )
    await post(engine, 'balanced', [
      ['receivable', '1', 'usd'],
      ['revenue', '-1', 'usd'],
    ])
  })

  it.each(APPEND_ONLY)('%s refuses UPDATE and DELETE, to the roles by right and to the owner by trigger', async (name) => {
    expect((await rowsOf<{ count: number }>(owner, `SELECT count(*)::int AS count FROM ${name}`))[0]?.count).toBeGreaterThan(0)
    for (const statement of [`UPDATE ${name} SET organization_id = organization_id`, `DELETE FROM ${name}`]) {
      await expect(owner.query(statement)).rejects.toThrow(`${name} is only ever added to`)
      await expect(engine.query(statement)).rejects.toThrow('permission denied')
      await expect(web.query(statement)).rejects.toThrow('permission denied')
    }
  })

  it.each([
    { why: 'one side only', amounts: [['receivable', '1', 'usd']] },
    {
      why: 'a trillionth off',
      amounts: [
        ['receivable', '1', 'usd'],
        ['revenue', '-0.999999999999', 'usd'],
      ],
    },
    {
      why: 'in sum, but not per currency',
      amounts: [
        ['receivable', '1', 'usd'],
        ['revenue', '-1', 'eur'],
      ],
    },
  ] as { why: string; amounts: [string, string, string][] }[])('a ledger transaction that does not add up is refused: $why', async ({ why, amounts }) => {
    await expect(post(engine, why, amounts)).rejects.toThrow('does not add up to zero')
    expect(await rowsOf(owner, 'SELECT FROM ledger_postings WHERE source = $1', [why])).toEqual([])
  })

  it('a ledger transaction may be written in two statements, and is added up at the commit', async () => {
    await engine.query('BEGIN')
    await post(engine, 'split', [['receivable', '2', 'usd']])
    await post(engine, 'split', [['revenue', '-2', 'usd']])
    await engine.query('COMMIT')
    expect(await rowsOf(owner, `SELECT FROM ledger_postings WHERE source = 'split'`)).toHaveLength(2)
  })

  it('one fact posts once', async () => {
    await expect(
      post(engine, 'balanced', [
        ['receivable', '1', 'usd'],
        ['revenue', '-1', 'usd'],
      ]),
    ).rejects.toThrow('duplicate key')
  })

  it.each(['total = 1, amount_due = 1', "currency = 'eur'", "issued_at = now() + interval '1 day'"])(
    'an issued document keeps what it says: %s',
    async (change) => {
      await expect(engine.query(`UPDATE documents SET ${change} WHERE id = $1`, [document])).rejects.toThrow('is issued and cannot change')
    },
  )

  it('an issued document takes its number once, and its payment', async () => {
    await engine.query(`UPDATE documents SET number = 1 WHERE id = $1`, [document])
    await expect(engine.query(`UPDATE documents SET number = 2 WHERE id = $1`, [document])).rejects.toThrow('is issued and cannot change')
    await engine.query(`UPDATE documents SET status = 'paid', amount_paid = 100, paid_at = now() WHERE id = $1`, [document])
  })
})
