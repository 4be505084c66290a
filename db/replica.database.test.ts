import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTeam, provideDatabase } from '../lib/auth/testing/team'
import { isDeep } from '../lib/billing/testing/depth'
import { newId, type OrganizationId } from '../lib/ids'
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../lib/platform/embedded-postgres'
import { startReplica } from '../lib/platform/testing/streaming-replica'
import { closeDatabase, inEngine, type Transaction } from './client'
import { type HistoryOutcome, historyReads, inEngineHistory, inWebHistory } from './history'
import { migrateDatabase } from './migrate'
import { checkReplica } from './replica'
import { prepareRoles } from './roles'
import { organizations } from './schema'

const isAnsweredByReplica = async (tx: Transaction) => (await tx.execute<{ on: boolean }>(sql`SELECT pg_is_in_recovery() AS on`)).rows[0]?.on
const namesSeen = async (tx: Transaction) =>
  (await tx.execute<{ name: string }>(sql`SELECT name FROM organizations ORDER BY name`)).rows.map(({ name }) => name)
const rename = (id: OrganizationId, to: string) => inEngine((tx) => tx.update(organizations).set({ name: to }).where(eq(organizations.id, id)))

/** An address without user and password, as DATABASE_REPLICA_URL is. */
function bare(url: string, changed: { port?: number } = {}): string {
  const address = new URL(url)
  Object.assign(address, { username: '', password: '', ...(changed.port && { port: String(changed.port) }) })
  return address.href
}

/** What became of the reads of history meanwhile. */
async function outcomesOf(work: () => Promise<unknown>): Promise<Partial<Record<HistoryOutcome, number>>> {
  const before = { ...historyReads() }
  await work()
  const after = Object.entries(historyReads() ?? {}) as [HistoryOutcome, number][]
  return Object.fromEntries(after.map(([outcome, number]) => [outcome, number - (before[outcome] ?? 0)] as const).filter(([, number]) => number > 0))
}

afterEach(() => {
  delete process.env.DATABASE_REPLICA_URL
})

describe('a read of history', () => {
  provideDatabase()
  const read = (organizationId: OrganizationId) => inWebHistory({ organizationId }, namesSeen)

  it('is answered by the primary where no replica is set, where nobody is there, and where what is there is none', async () => {
    const { organization } = await createTeam('Alone')
    expect(await outcomesOf(async () => expect(await read(organization.id)).toEqual(['Alone']))).toEqual({})

    const ask = () => outcomesOf(async () => expect(await read(organization.id)).toEqual(['Alone']))
    process.env.DATABASE_REPLICA_URL = bare(process.env.DATABASE_WEB_URL ?? '')
    await expect.poll(ask, { timeout: 10_000, interval: 100 }).toEqual({ behind: 1 })
    process.env.DATABASE_REPLICA_URL = bare(process.env.DATABASE_WEB_URL ?? '', { port: (await freePort(0)) ?? 1 })
    await expect.poll(ask, { timeout: 10_000, interval: 100 }).toEqual({ away: 1 })
    expect(await outcomesOf(() => read(organization.id)), 'and is not looked for at once again').toEqual({ left_alone: 1 })
  })

  it('sees only the organization and the person that it is for, as every other', async () => {
    const { organization } = await createTeam('Ours')
    await createTeam('Theirs')
    expect(await read(organization.id)).toEqual(['Ours'])
    expect(await inWebHistory({}, namesSeen)).toEqual([])
  })

  it('at the start, DATABASE_REPLICA_URL is refused where it is the primary or another database, and only told of where nobody answers', async () => {
    const web = process.env.DATABASE_WEB_URL ?? ''
    await expect(checkReplica(web, bare(web))).rejects.toThrow('DATABASE_REPLICA_URL is no replica but takes writes')
    await expect(checkReplica(web, bare(inject('testDatabaseTemplate').webUrl.replace(/\/[^/]*$/, '/postgres')))).rejects.toThrow(
      'DATABASE_REPLICA_URL names the database postgres, and DATABASE_URL test_',
    )
    expect(await checkReplica(web, bare(web, { port: (await freePort(0)) ?? 1 }))).toMatch(
      /^DATABASE_REPLICA_URL does not answer \(.*ECONNREFUSED.*from the primary\.$/,
    )
  })
})

if (isDeep)
  describe('with a streaming replica', () => {
    let primary: EmbeddedPostgres
    let replica: EmbeddedPostgres
    const directories: string[] = []

    beforeAll(async () => {
      const directory = mkdtempSync(join(tmpdir(), 'headroom-primary-'))
      chmodSync(directory, 0o711) // Root's server runs as another user, who must get in.
      primary = await startEmbeddedPostgres({ directory, port: 0 })
      const roles = await prepareRoles(primary.url)
      await migrateDatabase(primary.url)
      await closeDatabase()
      process.env.DATABASE_ENGINE_URL = roles.engineUrl
      process.env.DATABASE_WEB_URL = roles.webUrl
      replica = await startReplica(primary)
      directories.push(directory, replica.directory)
    })
    afterAll(async () => {
      await closeDatabase()
      await replica.stop()
      await primary.stop()
      for (const directory of directories) rmSync(directory, { recursive: true, force: true })
    })

    const setReplica = () => {
      process.env.DATABASE_REPLICA_URL = bare(replica.url)
    }
    const isUsed = () => inWebHistory({}, isAnsweredByReplica)
    /** After it was left alone. */
    const untilUsed = () => expect.poll(isUsed, { timeout: 15_000, interval: 50 }).toBe(true)

    const onReplica = (statement: string) => onServer(replica, statement)

    async function onServer(server: EmbeddedPostgres, statement: string): Promise<void> {
      const client = new Client({ connectionString: server.url })
      await client.connect()
      try {
        await client.query(statement)
      } finally {
        await client.end()
      }
    }

    it('is taken at the start, and another server is refused', async () => {
      const web = process.env.DATABASE_WEB_URL ?? ''
      expect(await checkReplica(web, bare(replica.url))).toBeNull()
      await expect(checkReplica(web, bare(inject('testDatabaseTemplate').webUrl))).rejects.toThrow('is not a streaming replica of the server of DATABASE_URL')
    })

    it('it answers for both roles, apart by tenant, and takes no write', async () => {
      setReplica()
      const [ours, theirs] = [await createTeam('Ours'), await createTeam('Theirs')]
      await untilUsed()
      expect(await inEngineHistory(isAnsweredByReplica)).toBe(true)
      const seen = (organizationId: OrganizationId) => inWebHistory({ organizationId }, async (tx) => [await isAnsweredByReplica(tx), await namesSeen(tx)])
      expect(await seen(ours.organization.id)).toEqual([true, ['Ours']])
      expect(await seen(theirs.organization.id)).toEqual([true, ['Theirs']])
      expect(await seen(newId('org'))).toEqual([true, []])
      const refusing = () => inWebHistory({}, () => Promise.reject(new Error('there is no such page')))
      expect(await outcomesOf(() => expect(refusing()).rejects.toThrow('there is no such page'))).toEqual({ replica: 1 })
      await expect(inWebHistory({}, (tx) => tx.execute(sql`DELETE FROM organizations`))).rejects.toMatchObject({ cause: { code: '25006' } })
    })

    it('nobody misses what was committed before they asked, whoever answers', async () => {
      setReplica()
      const { organization } = await createTeam('Name 0')
      await untilUsed()
      const outcomes = await outcomesOf(async () => {
        for (let n = 1; n <= 50; n++) {
          await rename(organization.id, `Name ${n}`)
          expect(await inWebHistory({ organizationId: organization.id }, namesSeen)).toEqual([`Name ${n}`])
        }
      })
      expect(outcomes.replica, 'and mostly it is the replica').toBeGreaterThan(25)
    })

    it('one that is behind is passed over, with the new state from the primary, and used again when it has caught up', async () => {
      setReplica()
      const { organization } = await createTeam('Before')
      await untilUsed()
      await onReplica('SELECT pg_wal_replay_pause()')
      await rename(organization.id, 'After')
      const ask = async () => expect(await inWebHistory({ organizationId: organization.id }, namesSeen)).toEqual(['After'])
      expect(await outcomesOf(ask)).toEqual({ behind: 1 })
      expect(await outcomesOf(ask)).toEqual({ left_alone: 1 })
      await onReplica('SELECT pg_wal_replay_resume()')
      await untilUsed()
      await ask()
    })

    it('one that is killed costs nobody their answer, and is used again when it is back', async () => {
      setReplica()
      const { organization } = await createTeam('Survivor')
      await untilUsed()
      const ask = async () => expect(await inWebHistory({ organizationId: organization.id }, namesSeen)).toEqual(['Survivor'])
      const asking = outcomesOf(() => Promise.all(Array.from({ length: 30 }, ask)))
      process.kill(Number(readFileSync(join(replica.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
      await asking
      await ask()
      replica = await startEmbeddedPostgres({ directory: replica.directory, port: replica.port })
      await untilUsed()
    })

    it('one that was promoted is a replica no more', async () => {
      setReplica()
      await untilUsed()
      await onReplica('SELECT pg_promote(true, 30)')
      expect(await outcomesOf(isUsed)).toEqual({ behind: 1 })
      await expect(checkReplica(process.env.DATABASE_WEB_URL ?? '', bare(replica.url))).rejects.toThrow('is no replica but takes writes')
    })

    it('one that follows the primary of before is passed over, though its log is further than that of the new one', async () => {
      const [successor, left] = [await startReplica(primary), await startReplica(primary)]
      directories.push(successor.directory, left.directory)
      const { organization } = await createTeam('Before')
      const [engineUrl, webUrl] = [process.env.DATABASE_ENGINE_URL ?? '', process.env.DATABASE_WEB_URL ?? '']
      process.env.DATABASE_REPLICA_URL = bare(left.url)
      await untilUsed()
      await onServer(successor, 'SELECT pg_promote(true, 30)')
      await onServer(primary, 'SELECT pg_switch_wal()')
      await createTeam('Written where nobody looks any more')
      await untilUsed()
      const atSuccessor = (url: string) => Object.assign(new URL(url), { port: String(successor.port) }).href
      process.env.DATABASE_ENGINE_URL = atSuccessor(engineUrl)
      process.env.DATABASE_WEB_URL = atSuccessor(webUrl)
      await rename(organization.id, 'After')
      const ask = async () => expect(await inWebHistory({ organizationId: organization.id }, namesSeen)).toEqual(['After'])
      await expect.poll(() => outcomesOf(ask), { timeout: 15_000, interval: 100 }).toEqual({ behind: 1 })
      expect(await checkReplica(process.env.DATABASE_WEB_URL, bare(left.url))).toContain('has not followed to the server that is the primary now')
      await closeDatabase()
      await Promise.all([left.stop(), successor.stop()])
    }, 60_000)
  })
