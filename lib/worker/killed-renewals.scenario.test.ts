import { and, eq, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { ENGINE_ROLE } from '../../db/roles'
import { documents, organizations, payments, subscriptions } from '../../db/schema'
import { closePeriods } from '../billing/commands/close-periods'
import { runBooks } from '../billing/commands/run-books'
import { runDueWork } from '../billing/flows/due-work'
import { copyOrganization } from '../billing/testing/copies'
import { Dice, isDeep, seed } from '../billing/testing/depth'
import { createMeteredOrganization } from '../billing/testing/metered-organization'
import { newId, type OrganizationId, uuidOf } from '../ids'
import { recordUsage } from '../metering/record-usage'
import { addDays, systemClock } from '../time'
import { Installation } from './testing/installation'

/** A worker with hundreds of renewals due, killed with -9 in the middle of their transaction, as is the backend of Postgres that carries it out. */

/** What each renewal writes, in the order of its writing. */
const WRITTEN = ['usage_segments', 'subscriptions', 'audit_log', 'document_series', 'documents', 'document_lines', 'payments', 'ledger_postings']
const VICTIMS = ['worker', 'backend'] as const
type Kill = { table: string; victim: (typeof VICTIMS)[number] }
const EVERY_KILL: Kill[] = WRITTEN.flatMap((table) => VICTIMS.map((victim) => ({ table, victim })))

const dice = new Dice('killed renewals')
const KILLS = isDeep ? EVERY_KILL : VICTIMS.map((victim) => ({ table: dice.of(WRITTEN), victim }))
const KILLED = KILLS.map(({ victim, table }) => `${victim} at ${table}`).join(', ')
/** As many as share a transaction: between two kills some are done. */
const CHUNK = 200
const DUE = CHUNK * (KILLS.length + 1)
const SOON = { timeout: 60_000, interval: 5 }

const product = new Installation({ names: ['sandbox', 'worker'] })
let owner: Pool

beforeAll(async () => {
  await product.start()
  owner = new Pool({ connectionString: product.databaseUrl })
  owner.on('error', () => {}) // An idle connection of a server that was killed.
})
afterAll(async () => {
  await owner.end()
  await product.stop()
})

it(`C11: each of ${DUE} is renewed once, whoever is killed in the middle, and again nothing (${KILLED}, seed ${seed})`, async () => {
  await product.kill('worker')
  const due = (await plantDue(DUE)).toSorted()
  const broken = { ofProduct: at(due, 1), ofPlan: at(due, CHUNK + 1) }
  await inEngine((tx) => tx.update(subscriptions).set({ plan: 'discontinued' }).where(eq(subscriptions.organizationId, broken.ofPlan)))
  await loseProduct(broken.ofProduct)
  const isBroken = (id: OrganizationId) => id === broken.ofPlan || id === broken.ofProduct
  const sound = due.filter((id) => !isBroken(id))

  // Wherever it is among the first, while the one that cannot be loaded makes it go one by one; it comes no further than to these.
  const place = dice.below(CHUNK)
  const next = await Hold.at(at(due, CHUNK + place))
  await product.restore('worker')
  await product.wake('due')
  const some = 1 + dice.below(CHUNK / 4)
  await expect.poll(() => renewedOf(due), SOON).toBeGreaterThanOrEqual(some)
  await product.kill('worker')
  await next.release()
  let done = await renewedOf(due)
  expect(done).toBeLessThanOrEqual(CHUNK)

  for (const [kill, { table, victim }] of KILLS.entries()) {
    const hold = await Hold.at(at(due, CHUNK * (kill + 1) + place))
    if (!product.isRunning('worker')) await product.restore('worker')
    await product.wake('due')
    const backend = await hold.letOnTo(table)
    const renewed = await renewedOf(due)
    if (kill > 0) expect(renewed).toBeGreaterThan(done)
    expect(renewed).toBeLessThan(sound.length)
    done = renewed
    if (victim === 'backend') process.kill(backend, 'SIGKILL')
    else await product.kill('worker')
    await hold.release()
    // The server starts anew when one of its own was killed.
    await expect.poll(() => renewedOf(due), SOON).toBeGreaterThanOrEqual(done)
    if (victim === 'backend') expect(product.isRunning('worker'), 'it outlives its database').toBe(true)
  }
  if (product.isRunning('worker')) await product.kill('worker')
  // A minute later: what the dead held is nobody's.
  await owner.query(`UPDATE payments SET lease_until = now() - interval '1 s', check_at = now() - interval '1 s' WHERE lease_until IS NOT NULL`)
  await product.restore('worker')
  await product.wake('due', 'reconcile')
  await expect.poll(() => unfinishedOf(sound), SOON).toBe(0)
  expect(await product.end('worker')).toEqual({ code: 0 })

  await expectOneInvoiceEach(sound)
  const setAside = await inEngine((tx) => tx.select().from(subscriptions).where(isNotNull(subscriptions.renewalError)))
  expect(setAside.map(({ organizationId }) => organizationId).toSorted()).toEqual([broken.ofPlan, broken.ofProduct].toSorted())
  expect(await inEngine((tx) => tx.$count(documents, inArray(documents.organizationId, Object.values(broken))))).toBe(0)
  expect((await runBooks()).differences.filter(({ organization }) => !isBroken(organization as OrganizationId))).toEqual([])

  const before = await digests()
  expect(await runDueWork(product.provider), 'a second time nothing is due').toBe(0)
  expect((await inEngine((tx) => closePeriods({ tx, actor: 'system' }, { organizationIds: due }))).closed).toEqual([])
  expect(await digests()).toEqual(before)
}, 600_000)

const at = (ids: readonly OrganizationId[], place: number): OrganizationId => {
  const id = ids[place]
  if (!id) throw new Error(`there are only ${ids.length}`)
  return id
}

/** On Enterprise, in real time, with 10,000 calls over the limit, and an hour past the end of their period. */
async function plantDue(count: number): Promise<OrganizationId[]> {
  const start = addDays(systemClock.now(), -30).subtract({ hours: 1 })
  const { organizationId } = await inEngine((tx) => createMeteredOrganization(tx, { plan: 'enterprise', start }))
  const event = { id: newId('evt'), organizationId, meter: 'calls', quantity: 1_010_000n, timestamp: null, key: null, properties: null }
  expect(await inEngine((tx) => recordUsage({ tx, actor: 'operator' }, [event]))).toMatchObject({ ok: true, value: { recorded: { accepted: 1 } } })
  await inEngine((tx) => tx.update(organizations).set({ testClockId: null }).where(eq(organizations.id, organizationId)))
  return [organizationId, ...(await copyOrganization(owner, organizationId, count - 1))]
}

/** Its product is not there any more in the version that it holds: who loads it with others cannot go on with any of them. */
async function loseProduct(id: OrganizationId): Promise<void> {
  const client = await owner.connect()
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica')
    await client.query('UPDATE subscriptions SET catalog_version = 99 WHERE organization_id = $1', [uuidOf('org', id)])
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

function renewedOf(due: readonly OrganizationId[]): Promise<number> {
  return inEngine((tx) => tx.$count(documents, and(inArray(documents.organizationId, [...due]), eq(documents.kind, 'renewal'))))
}

/** Not yet renewed, or with a payment that nobody has tried. */
function unfinishedOf(ids: readonly OrganizationId[]): Promise<number> {
  return inEngine(async (tx) => {
    const isUntried = or(isNull(payments.retryAt), lte(payments.retryAt, sql`now()`), isNotNull(payments.leaseUntil))
    const untried = await tx.$count(payments, and(inArray(payments.organizationId, [...ids]), isUntried))
    return untried + (await tx.$count(subscriptions, and(inArray(subscriptions.organizationId, [...ids]), lte(subscriptions.periodEnd, sql`now()`))))
  })
}

async function expectOneInvoiceEach(ids: readonly OrganizationId[]): Promise<void> {
  const issued = await inEngine((tx) => tx.select().from(documents))
  expect(issued.map(({ organizationId }) => organizationId).toSorted()).toEqual(ids)
  expect(new Set(issued.map(({ kind, total }) => `${kind} ${total}`))).toEqual(new Set([`renewal ${105_00}`]))
  expect(new Set(issued.map(({ number }) => number)).size).toBe(ids.length)
  const paid = await inEngine((tx) => tx.select().from(payments))
  expect(paid.map(({ documentId }) => documentId).toSorted()).toEqual(issued.map(({ id }) => id).toSorted())
}

/** All that a renewal writes, and what is made of it. */
async function digests(): Promise<unknown> {
  const digest = (table: string) => `(SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ${table} t) AS ${table}`
  return (await owner.query(`SELECT ${[...WRITTEN, 'messages', 'subscription_periods', 'organizations'].map(digest).join(', ')}`)).rows
}

/** Keeps the renewal of one organization, and of those that share its transaction, where it is. */
class Hold {
  readonly #rows = new Client({ connectionString: product.databaseUrl })
  readonly #tables = new Client({ connectionString: product.databaseUrl })

  static async at(id: OrganizationId): Promise<Hold> {
    const hold = new Hold()
    for (const client of [hold.#rows, hold.#tables]) {
      client.on('error', () => {}) // It goes when the server does.
      await client.connect()
      await client.query('BEGIN')
    }
    await hold.#rows.query('SELECT FROM subscriptions WHERE organization_id = $1 FOR UPDATE', [uuidOf('org', id)])
    return hold
  }

  /** Once the renewal has come to it, it goes on until it is to write into that table; the process of Postgres that carries it out. */
  async letOnTo(table: string): Promise<number> {
    await expect.poll(() => waitingFor(this.#rows), SOON).toHaveLength(1)
    const [renewal = 0] = await waitingFor(this.#rows)
    await this.#tables.query(`LOCK TABLE ${table} IN SHARE MODE`)
    await this.#rows.query('ROLLBACK')
    // Who collects and who writes to the customers of before may wait for it too.
    await expect.poll(() => waitingFor(this.#tables), SOON).toContain(renewal)
    return renewal
  }

  async release(): Promise<void> {
    for (const client of [this.#rows, this.#tables]) await client.end().catch(() => {})
  }
}

/** Which processes of Postgres, of the engine, this connection keeps waiting. */
async function waitingFor(holder: Client): Promise<number[]> {
  const { rows: own } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const waiting = 'SELECT pid FROM pg_stat_activity WHERE usename = $1 AND $2::integer = ANY(pg_blocking_pids(pid))'
  return (await owner.query<{ pid: number }>(waiting, [ENGINE_ROLE, own[0]?.pid])).rows.map(({ pid }) => pid)
}
