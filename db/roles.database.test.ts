import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENGINE_ROLE, prepareRoles, refuseStrongRoles, WEB_ROLE } from './roles'
import { createTestDatabase, onDatabase, type TestDatabase } from './testing'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function ask<Row>(url: string, query: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(query, values)).rows as Row[]
  } finally {
    await client.end()
  }
}

describe('prepareRoles', () => {
  it.each([
    { role: WEB_ROLE, url: () => database.webUrl },
    { role: ENGINE_ROLE, url: () => database.engineUrl },
  ])('lets Headroom sign in as $role, which cannot see around row-level security', async ({ role, url }) => {
    const rows = await ask(url(), 'select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user')
    expect(rows).toEqual([{ rolname: role, rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false }])
  })

  it.each(['superuser', 'bypassrls'])('refuses a role that was made able to see around row-level security by %s', async (power) => {
    const client = new Client({ connectionString: database.ownerUrl })
    await client.connect()
    await client.query('begin') // Other files use the role at the same moment, and must not see this.
    await client.query(`alter role ${WEB_ROLE} ${power}`)
    await expect(refuseStrongRoles(client)).rejects.toThrow('The role headroom_web can see around row-level security; take SUPERUSER and BYPASSRLS from it.')
    await client.query('rollback')
    await client.end()
  })

  it('lets go of what a frozen engine holds', async () => {
    expect(await ask(database.engineUrl, 'show idle_in_transaction_session_timeout')).toEqual([{ idle_in_transaction_session_timeout: '1min' }])
  })

  it('lets neither make temporary tables, which could stand in for ours, and its owner go on to', async () => {
    const name = `owner_${Math.floor(performance.now() * 1000)}`
    const theirs = await createTestDatabase({ isMigrated: false })
    const called = new URL(theirs.ownerUrl).pathname.slice(1)
    await ask(
      theirs.ownerUrl,
      `create role ${name} login password 'owns'; alter database ${called} owner to ${name}; grant temporary on database ${called} to public`,
    )
    const ownerUrl = new URL(theirs.ownerUrl)
    ownerUrl.username = name
    ownerUrl.password = 'owns'
    const may = () =>
      ask(theirs.ownerUrl, `select r as role from unnest($1::text[]) r where has_database_privilege(r, current_database(), 'TEMPORARY')`, [
        [WEB_ROLE, ENGINE_ROLE, name],
      ])
    expect(await may()).toHaveLength(3)
    const { webUrl, engineUrl } = theirs
    for (let start = 0; start < 2; start++) await prepareRoles(ownerUrl.href, { webUrl, engineUrl })
    expect(await may()).toEqual([{ role: name }])
    await theirs.drop()
    await ask(database.ownerUrl, `drop role ${name}`)
  })

  it('keeps no password in the catalog, only what Postgres needs to check one', async () => {
    const rows = await ask<{ rolpassword: string }>(database.ownerUrl, 'select rolpassword from pg_authid where rolname = any($1)', [[WEB_ROLE, ENGINE_ROLE]])
    for (const { rolpassword } of rows) expect(rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/)
  })

  it('names the role and what to do where the owner may not create roles', async () => {
    const name = `weak_${Math.floor(performance.now() * 1000)}`
    await ask(database.ownerUrl, `create role ${name} login password 'weak'`)
    const weak = new URL(onDatabase(database.ownerUrl, 'postgres'))
    weak.username = name
    weak.password = 'weak'
    await expect(prepareRoles(weak.href)).rejects.toThrow(/may not create or change the role headroom_web\. Give it CREATEROLE/)
    await ask(database.ownerUrl, `drop role ${name}`)
  })

  it('says which variable is wrong where the address it is given signs in as somebody else', async () => {
    await expect(prepareRoles(database.ownerUrl, { webUrl: database.engineUrl, engineUrl: database.engineUrl })).rejects.toThrow(
      'DATABASE_WEB_URL signs in as headroom_engine, where Headroom needs headroom_web.',
    )
  })

  it('takes the addresses it is given and leaves those roles as they are', async () => {
    const { webUrl, engineUrl } = database
    expect(await prepareRoles(database.ownerUrl, { webUrl, engineUrl })).toEqual({ webUrl, engineUrl })
    expect(await ask(webUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})
