import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTeam, provideDatabase } from '../lib/auth/testing/team'
import { isDeep } from '../lib/billing/testing/depth'
import { newId, type OrganizationId } from '../lib/ids'
import { freePort } from '../lib/platform/embedded-postgres'
import { findPgBouncer, isNewEnough } from '../lib/platform/pooler'
import { giveToUnprivilegedUser, runsAsRoot, UNPRIVILEGED_USER } from '../lib/platform/postgres-binaries'
import { closeDatabase, inEngine, inWeb, type Transaction } from './client'

it.each([
  ['PgBouncer 1.20.1', false],
  ['PgBouncer 1.21.0\nlibevent 2.1.12-stable', true],
  ['PgBouncer 2.0.0', true],
  ['pgcat 1.2', false],
])('a pooler that says %j is new enough: %s', (said, isEnough) => {
  expect(isNewEnough(said)).toBe(isEnough)
})

/** Of the pooler to Postgres; ours to it are three times as many. */
const CONNECTIONS = 4

/** `npm test -- --deep` says so where there is none (`lib/platform/run-tests.ts`). */
const program = isDeep ? findPgBouncer() : null

if (program)
  describe('through PgBouncer, a transaction at a time', () => {
    const held = provideDatabase()
    let directory = ''
    let pooler: ChildProcess

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'headroom-pooler-'))
      chmodSync(directory, 0o711)
      const port = (await freePort(0)) ?? 0
      const { webUrl, engineUrl } = held.current
      const [web, engine] = [new URL(webUrl), new URL(engineUrl)]
      const file = join(directory, 'pgbouncer.ini')
      writeFileSync(join(directory, 'users.txt'), [web, engine].map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`).join(''))
      writeFileSync(file, configuration({ port, server: Number(web.port), users: join(directory, 'users.txt') }))
      for (const path of [directory, file, join(directory, 'users.txt')]) giveToUnprivilegedUser(path)
      const identity = runsAsRoot() ? { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER } : {}
      pooler = spawn(program, [file], { ...identity, stdio: 'ignore' })
      process.env.DATABASE_WEB_URL = onPort(webUrl, port)
      process.env.DATABASE_ENGINE_URL = onPort(engineUrl, port)
      await vi.waitFor(() => inEngine((tx) => tx.execute(sql`SELECT 1`)), { timeout: 10_000, interval: 50 })
    })
    afterAll(async () => {
      await closeDatabase()
      const gone = once(pooler, 'exit')
      pooler.kill('SIGTERM')
      await gone
      rmSync(directory, { recursive: true, force: true })
    })

    /** Past the pooler, as migrations run. */
    async function asOwner(statements: string): Promise<void> {
      const owner = new Client({ connectionString: held.current.ownerUrl })
      await owner.connect()
      await owner.query(statements)
      await owner.end()
    }

    const namesSeen = async (tx: Transaction) => (await tx.execute<{ name: string }>(sql`SELECT name FROM organizations`)).rows.map(({ name }) => name)

    it('what is prepared by name is found on whichever connection, and tenants are kept apart on shared ones', async () => {
      const teams = await Promise.all(Array.from({ length: 3 * CONNECTIONS }, (_, index) => createTeam(`Team ${index}`)))
      const seen = (id: OrganizationId) => inWeb({ organizationId: id }, namesSeen)
      for (let run = 0; run < 20; run++)
        expect(await Promise.all(teams.map(({ organization }) => seen(organization.id)))).toEqual(teams.map(({ organization }) => [organization.name]))
      expect(await seen(newId('org'))).toEqual([])
    })

    it('a migration that changes what a statement returns fails nobody, on old connections of the pooler either', async () => {
      await asOwner('CREATE TABLE migrated (id integer); INSERT INTO migrated VALUES (1); GRANT SELECT ON migrated TO headroom_engine')
      const find = () => inEngine(async (tx) => (await tx.execute(sql`SELECT * FROM migrated WHERE id = ${1}`)).rows)
      const everywhere = () => Promise.all(Array.from({ length: 3 * CONNECTIONS }, find))
      for (let run = 0; run < 10; run++) await everywhere()
      await asOwner('ALTER TABLE migrated ADD COLUMN name text')
      for (let run = 0; run < 20; run++) expect(await everywhere()).toEqual(Array(3 * CONNECTIONS).fill([{ id: 1, name: null }]))
    })
  })

/** As the page about more than one machine says. */
function configuration({ port, server, users }: { port: number; server: number; users: string }): string {
  return `[databases]
* = host=127.0.0.1 port=${server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
max_prepared_statements = 200
default_pool_size = ${CONNECTIONS}
`
}

function onPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}
