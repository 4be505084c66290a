import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './testing'

let database: TestDatabase
let owner: Client
let web: Client

beforeAll(async () => {
  database = await createTestDatabase()
  owner = new Client({ connectionString: database.ownerUrl })
  web = new Client({ connectionString: database.webUrl })
  await Promise.all([owner.connect(), web.connect()])
})

afterAll(async () => {
  await Promise.all([owner.end(), web.end()])
  await database.drop()
})

describe('a function that runs as the owner', () => {
  it('looks among what is temporary last, whichever migration made it', async () => {
    const { rows } = await owner.query<{ name: string; path: string | null }>(
      `SELECT p.oid::regprocedure::text AS name, (SELECT s FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%') AS path
       FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef`,
    )
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter(({ path }) => path !== 'search_path=public, pg_temp')).toEqual([])
  })

  it('reads no temporary table in the place of ours, also where somebody may make one', async () => {
    await owner.query(`GRANT TEMPORARY ON DATABASE "${new URL(database.ownerUrl).pathname.slice(1)}" TO headroom_web`)
    await web.query('CREATE TEMP TABLE sign_in_tries (bucket text PRIMARY KEY, tries integer, window_start timestamptz)')
    await web.query(`CREATE FUNCTION pg_temp.become() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'this runs as %', current_user; END $$`)
    await web.query('CREATE TRIGGER become BEFORE INSERT ON pg_temp.sign_in_tries FOR EACH ROW EXECUTE FUNCTION pg_temp.become()')
    await web.query(`SELECT take_sign_in_try('a bucket', 10, 900)`)
    expect((await owner.query('SELECT tries FROM sign_in_tries')).rows).toEqual([{ tries: 1 }])
  })
})
