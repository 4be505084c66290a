import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breakingStatements } from './breaking-statements'

const FOLDER = join(import.meta.dirname, 'migrations')
/** The first version is made of them: nobody runs an earlier one beside it. Every later one is looked at. */
const LAST_OF_FIRST_VERSION = 35

const migrations = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => ({ name, number: Number(name.slice(0, 4)), sql: readFileSync(join(FOLDER, name), 'utf8') }))
const found = (sql: string) => breakingStatements(sql).map(({ breaks }) => breaks)

describe('a migration', () => {
  it.each(migrations.filter(({ number }) => number > LAST_OF_FIRST_VERSION))('$name runs beside the version before', ({ sql }) => {
    expect(breakingStatements(sql)).toEqual([])
  })

  it('of the first version is found where it would have broken an earlier one', () => {
    const breaking = migrations.filter(({ number, sql }) => number <= LAST_OF_FIRST_VERSION && found(sql).length > 0).map(({ name }) => name)
    expect(breaking).toEqual(
      expect.arrayContaining([
        '0003_card-setups.sql',
        '0004_invitation_view.sql',
        '0008_periods-and-refunds.sql',
        '0009_five-products.sql',
        '0026_days-of-months.sql',
      ]),
    )
  })

  it.each([
    ['ALTER TABLE "users" DROP COLUMN "name"', 'drops a column'],
    ['DROP TABLE IF EXISTS users', 'drops a table'],
    ['ALTER TABLE users RENAME COLUMN name TO called', 'renames'],
    ['ALTER TABLE users RENAME TO people', 'renames'],
    ['ALTER TABLE "public"."users" ALTER COLUMN "name" SET NOT NULL', 'requires a column that may be empty'],
    ['ALTER TABLE users ALTER COLUMN name SET DATA TYPE varchar(9)', 'changes a type'],
    ['ALTER TABLE users ALTER COLUMN name TYPE int USING 1', 'changes a type'],
    ['ALTER TABLE users ADD COLUMN age int NOT NULL', 'adds a column that whoever does not know it leaves empty'],
    ['ALTER TABLE users ADD COLUMN a int DEFAULT 0 NOT NULL, ADD COLUMN b int NOT NULL', 'adds a column that whoever does not know it leaves empty'],
    ["ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '')", 'refuses what was written before'],
    ['CREATE UNIQUE INDEX one_name ON users (name)', 'lets one where there were several'],
    ['CREATE INDEX by_day ON "usage_rollups" USING btree (day)', 'holds up whoever writes to a large table'],
    ['DROP FUNCTION find_sign_in(text)', 'drops a function that the version before calls'],
    ['REVOKE SELECT ON users FROM headroom_web', 'takes a right away'],
  ])('that says "%s" %s', (sql, breaks) => {
    expect(found(`CREATE TABLE other (id int);--> statement-breakpoint\n${sql};`)).toEqual([breaks])
  })

  it.each([
    'ALTER TABLE users ADD COLUMN nickname text',
    'ALTER TABLE users ADD COLUMN times integer DEFAULT 0 NOT NULL',
    'CREATE INDEX users_by_name ON users (name)',
    'CREATE TABLE usage_rollups (id int NOT NULL); CREATE UNIQUE INDEX one ON usage_rollups (id); ALTER TABLE usage_rollups ADD CONSTRAINT c CHECK (id > 0)',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE users; END $$',
    '-- DROP TABLE users\nSELECT 1',
    'REVOKE ALL ON FUNCTION f() FROM PUBLIC',
    '-- safe after 0.2.0: nothing has read it since\nALTER TABLE users DROP COLUMN nickname',
  ])('that says "%s" breaks nothing', (sql) => {
    expect(found(sql)).toEqual([])
  })

  it('says of each exception since when it is safe, and for that statement alone', () => {
    expect(found('-- safe: I think so\nALTER TABLE users DROP COLUMN a')).toEqual(['drops a column'])
    expect(found('-- safe after 0.2.0: unread\nALTER TABLE users DROP COLUMN a;\nALTER TABLE users DROP COLUMN b')).toEqual(['drops a column'])
  })
})
