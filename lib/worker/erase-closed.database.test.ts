import { randomUUID } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, organizations, passkeys, secondFactors, sessions, users } from '@/db/schema'
import { noteSession } from '../auth/sessions'
import { fingerprint, foundTenant, type Tenant } from '../auth/testing/acting-people'
import { withPasskey } from '../auth/testing/passkey'
import { withSecondFactor } from '../auth/testing/second-step'
import { addMember } from '../billing/commands/add-member'
import { deleteOrganization } from '../billing/commands/delete-organization'
import { eraseOrganization, listToErase } from '../billing/commands/erase-organization'
import { erasePerson } from '../billing/commands/erase-person'
import { removeMember } from '../billing/commands/remove-member'
import { runBooks } from '../billing/commands/run-books'
import { recordAudit } from '../billing/commands/store/audit'
import { updateOrganization } from '../billing/commands/update-organization'
import { setStage } from '../billing/testing/stage'
import { getActivityFeed } from '../billing/views/activity-feed'
import { type MemberId, type OrganizationId, uuidOf } from '../ids'
import { instant, systemClock } from '../time'
import { eraseClosed } from './erase-closed'

process.env.HEADROOM_URL = 'http://localhost:3000'
const stage = setStage()
let owner: Client
/** What no row may hold after it was erased. */
const NAME = 'Philippa Oldcastle'
const PERSONAL = {
  person: 'philippa@oldcastle.example',
  colleague: 'quentin@oldcastle.example',
  billing: 'bills@oldcastle.example',
  key: 'oldcastle-laptop',
  external: 'oldcastle-in-our-crm',
}
/** Where the law wants a name kept, or it ends by itself: the tables and columns that the documentation names. */
const KEPT = ['documents.buyer', 'idempotency_answers.body', 'webhook_deliveries.request_body']

const asOperator = <Value>(work: (context: { tx: Parameters<Parameters<typeof inEngine>[0]>[0]; actor: 'operator' }) => Promise<Value>) =>
  inEngine((tx) => work({ tx, actor: 'operator' }))
const add = async (organizationId: OrganizationId, email: string, name: string | null = null) => {
  const added = await asOperator((context) => addMember(context, { organizationId, email, name, role: 'admin', invite: true }))
  if (!added.ok) throw new Error(added.error.code)
  return added.value
}
const remove = (organizationId: OrganizationId, memberId: MemberId) => asOperator((context) => removeMember(context, { organizationId, memberId }))

/** Every text, list and object of every table, searched. */
async function findEverywhere(words: readonly string[]): Promise<string[]> {
  const { rows: columns } = await owner.query<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid::regtype::text IN ('text', 'jsonb', 'json', 'text[]', 'character varying')`,
  )
  expect(columns.length).toBeGreaterThan(100)
  const found: string[] = []
  for (const { table, column } of columns) {
    for (const word of words) {
      const { rows } = await owner.query(`SELECT 1 FROM "${table}" WHERE position(lower($1) IN lower("${column}"::text)) > 0 LIMIT 1`, [word])
      if (rows.length > 0) found.push(`${table}.${column}: ${word}`)
    }
  }
  return found
}
const outsideOfKept = (found: string[]) => found.filter((where) => !KEPT.some((kept) => where.startsWith(`${kept}:`)))
const countIn = async (table: string, organizationId: OrganizationId) =>
  Number((await owner.query(`SELECT count(*) AS count FROM "${table}" WHERE organization_id = $1`, [uuidOf('org', organizationId)])).rows[0]?.count)

/** An organization with a life, its people named wherever the product takes a name, closed at the end of it. */
async function closedTenant(name: string): Promise<Tenant> {
  const tenant = await foundTenant(stage, { plan: 'basic', name })
  const { life } = tenant
  const { organizationId } = life
  await add(organizationId, PERSONAL.person, NAME)
  const { id: colleague } = await add(organizationId, PERSONAL.colleague)
  await asOperator((context) =>
    updateOrganization(context, {
      organizationId,
      externalId: PERSONAL.external,
      billing: { name: NAME, address: '1 Oldcastle Lane', emails: [PERSONAL.billing] },
      metadata: { contact: PERSONAL.person },
    }),
  )
  await life.use(300, { key: PERSONAL.key })
  await life.use(20)
  await life.walkDays(31)
  await life.use(40, { key: PERSONAL.key })
  await remove(organizationId, colleague)
  await life.cancel()
  await life.walkDays(31)
  const closed = await asOperator((context) => deleteOrganization(context, { organizationId }))
  if (!closed.ok) throw new Error(closed.error.code)
  return tenant
}

const letDaysPass = (organizationId: OrganizationId, days: number) =>
  owner.query(`UPDATE test_clocks SET now = now + make_interval(days => $2) WHERE id = (SELECT test_clock_id FROM organizations WHERE id = $1)`, [
    uuidOf('org', organizationId),
    days,
  ])

beforeAll(async () => {
  owner = new Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
})
afterAll(() => owner.end())

describe('an organization that was closed (A14)', () => {
  let closed: Tenant
  let other: Tenant
  beforeAll(async () => {
    other = await foundTenant(stage, { plan: 'basic', name: 'Juniper' })
    closed = await closedTenant('Oldcastle')
  })

  it('is left as it is until its days have passed, in its own time', async () => {
    const { organizationId } = closed.life
    await letDaysPass(organizationId, 29)
    expect(await inEngine((tx) => listToErase(tx, { days: 30, most: 10 }))).toEqual([])
    expect(await eraseClosed(() => false)).toEqual({ erased: 0, kept: 0 })
    await letDaysPass(organizationId, 1)
    expect(await inEngine((tx) => listToErase(tx, { days: 30, most: 10 }))).toEqual([organizationId])
  })

  it('is the only kind that is: of one that is open no row goes, whoever asks', async () => {
    const { organizationId } = other.life
    const before = await countIn('messages', organizationId)
    expect(await asOperator((context) => eraseOrganization(context, { organizationId, most: 10 }))).toBe(0)
    expect(await countIn('messages', organizationId)).toBe(before)
    const [row] = await inEngine((tx) => tx.select().from(organizations).where(eq(organizations.id, organizationId)))
    expect(row).toMatchObject({ name: 'Juniper', erasedAt: null })
  })

  it('is found by the search before, so that finding nothing afterwards means something', async () => {
    const found = outsideOfKept(await findEverywhere([NAME, ...Object.values(PERSONAL)]))
    for (const where of [
      'users.email',
      'users.name',
      'organizations.billing',
      'audit_log.after',
      'messages.recipient',
      'usage_events.key',
      'usage_rollups.key',
    ])
      expect(
        found.some((one) => one.startsWith(where)),
        where,
      ).toBe(true)
  })

  it('goes on where a worker died: in the middle of a step nothing is done, and between two the rest is left', async () => {
    const { organizationId } = closed.life
    const died = inEngine(async (tx) => {
      expect(await eraseOrganization({ tx, actor: 'system' }, { organizationId, most: 1 })).toBeGreaterThan(0)
      throw new Error('the process died')
    })
    const before = await countIn('messages', organizationId)
    await expect(died).rejects.toThrow('the process died')
    expect(await countIn('messages', organizationId)).toBe(before)

    let steps = 0
    expect(await eraseClosed(() => ++steps > 2, 1)).toEqual({ erased: 0, kept: 1 })
    expect(await countIn('messages', organizationId)).toBe(before - 2)
    expect((await runBooks()).differences).toEqual([])
  })

  it('names nobody any more in any row of any table, but where the law or thirty days want it', async () => {
    const documents = await countIn('documents', closed.life.organizationId)
    expect(await eraseClosed(() => false, 1)).toEqual({ erased: 1, kept: 0 })
    expect(outsideOfKept(await findEverywhere([NAME, ...Object.values(PERSONAL)]))).toEqual([])
    expect(documents).toBeGreaterThan(1)
    expect(await countIn('documents', closed.life.organizationId)).toBe(documents)
    expect((await findEverywhere([NAME])).map((found) => found.split(':')[0])).toContain('documents.buyer')
  })

  it('keeps what the payment provider calls it, by which a dispute or a refund finds its invoice', async () => {
    expect(await closed.life.payerRef()).toMatch(/^cus_/)
  })

  it('leaves the books balanced, with the usage that was billed', async () => {
    const { differences, entries } = await runBooks()
    expect(differences).toEqual([])
    expect(entries).toBeGreaterThan(0)
    const { rows } = await owner.query(`SELECT sum(units)::int AS units FROM usage_segments WHERE organization_id = $1`, [
      uuidOf('org', closed.life.organizationId),
    ])
    expect(rows).toEqual([{ units: 360 }])
    expect(await countIn('usage_events', closed.life.organizationId)).toBe(0)
    expect(await countIn('usage_event_ids', closed.life.organizationId)).toBe(0)
  })

  it('is erased once: the second run changes nothing', async () => {
    const prints = await fingerprint(stage.database.ownerUrl)
    expect(await eraseClosed(() => false)).toEqual({ erased: 0, kept: 0 })
    expect(await asOperator((context) => eraseOrganization(context, { organizationId: closed.life.organizationId, most: 10 }))).toBe(0)
    expect(await fingerprint(stage.database.ownerUrl)).toEqual(prints)
  })

  it('does not touch who is in another organization too', async () => {
    const shared = 'shared@both.example'
    const leaving = await foundTenant(stage, { plan: null, card: null, name: 'Leaving' })
    await add(leaving.life.organizationId, shared, 'Sasha Both')
    await add(other.life.organizationId, shared)
    await asOperator((context) => deleteOrganization(context, { organizationId: leaving.life.organizationId }))
    await letDaysPass(leaving.life.organizationId, 30)
    expect(await eraseClosed(() => false)).toEqual({ erased: 1, kept: 0 })
    const [person] = await inEngine((tx) => tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.email, shared)))
    expect(person).toEqual({ name: 'Sasha Both', email: shared })
  })
})

describe('a person who asks to be forgotten', () => {
  const erase = (email: string) => asOperator((context) => erasePerson(context, { email }))

  it('is refused while they belong somewhere, and where nobody knows them', async () => {
    const tenant = await foundTenant(stage, { plan: null, card: null })
    expect(await erase(tenant.email)).toEqual({ ok: false, error: { code: 'still_member' } })
    expect(await erase('nobody@nowhere.example')).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('is nowhere any more once they have left, and what they did is a former member’s', async () => {
    const tenant = await foundTenant(stage, { plan: null, card: null })
    const { organizationId } = tenant.life
    const [email, name] = ['rosalind@quince.example', 'Rosalind Quince']
    const { id, userId } = await add(organizationId, email, name)
    await inEngine((tx) =>
      recordAudit(tx, [{ organizationId, at: instant('2026-01-01T00:00:00Z'), actor: id, action: 'key.created', target: 'key', after: { label: name } }]),
    )
    await withSecondFactor({ kind: 'person', id: userId, email })
    await withPasskey({ kind: 'person', id: userId, email })
    const session = { userId, session: randomUUID(), sessionVersion: 1, sealedAt: systemClock.now(), portal: null }
    await noteSession(session, { address: '192.0.2.1', agent: 'a browser' })
    const sessionsKept = () => inEngine((tx) => tx.$count(sessions, eq(sessions.userId, userId)))
    expect(await sessionsKept()).toBe(1)
    await remove(organizationId, id)
    expect((await findEverywhere([email, name])).length).toBeGreaterThan(3)

    expect(await erase(`  ${email.toUpperCase()} `)).toEqual({ ok: true, value: null })
    expect(outsideOfKept(await findEverywhere([email, name]))).toEqual([])
    expect(await inEngine((tx) => tx.$count(secondFactors, eq(secondFactors.userId, userId)))).toBe(0)
    expect(await inEngine((tx) => tx.$count(passkeys, eq(passkeys.userId, userId)))).toBe(0)
    expect(await sessionsKept()).toBe(0)
    const feed = await inEngine((tx) => getActivityFeed(tx, organizationId, { limit: 50 }))
    expect(feed.items.find(({ name: action }) => action === 'key.created')?.actor).toEqual({ kind: 'member', name: null })
    expect(feed.items[0]?.name).toBe('member.erased')
    expect(await erase(email)).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('takes no currency with them, and no role, whatever they called themselves', async () => {
    const tenant = await foundTenant(stage, { plan: null, card: null })
    const { organizationId } = tenant.life
    const { id } = await add(organizationId, 'usd@quince.example', 'USD')
    const after = { currency: 'usd', role: 'USD', label: 'usd' }
    await inEngine((tx) => recordAudit(tx, [{ organizationId, at: instant('2026-01-01T00:00:00Z'), actor: id, action: 'key.created', target: 'key', after }]))
    await remove(organizationId, id)
    await erase('usd@quince.example')
    const [entry] = await inEngine((tx) =>
      tx
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.organizationId, organizationId), eq(auditLog.action, 'key.created'))),
    )
    expect(entry?.after).toEqual({ ...after, label: 'erased' })
  })

  it('can come back as somebody new', async () => {
    const tenant = await foundTenant(stage, { plan: null, card: null })
    const first = await add(tenant.life.organizationId, 'again@quince.example', 'Again')
    await remove(tenant.life.organizationId, first.id)
    await erase('again@quince.example')
    const second = await add(tenant.life.organizationId, 'again@quince.example', 'Again')
    expect(second.userId).not.toBe(first.userId)
  })
})

describe('the activity', () => {
  it('is changed by erasing and by nothing else: not by the engine, nor by the owner without it', async () => {
    const change = sql`UPDATE audit_log SET after = NULL`
    await expect(inEngine((tx) => tx.execute(change))).rejects.toMatchObject({ cause: { message: expect.stringContaining('permission denied') } })
    await expect(owner.query('UPDATE audit_log SET after = NULL')).rejects.toThrow('only ever added to')
    await expect(owner.query("SET app.erasing = 'on'; UPDATE audit_log SET action = 'other'")).rejects.toThrow('only ever added to')
    await expect(owner.query("SET app.erasing = 'on'; DELETE FROM audit_log")).rejects.toThrow('only ever added to')
  })
})
