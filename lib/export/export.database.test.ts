import { createHash } from 'node:crypto'
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js'
import { getTableName, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEngine, inWeb, inWebSnapshot } from '@/db/client'
import { foundTenant, type Tenant } from '../auth/testing/acting-people'
import { addTeamMember } from '../auth/testing/team'
import { addMember } from '../billing/commands/add-member'
import { beginExport } from '../billing/commands/begin-export'
import { endExport } from '../billing/commands/end-export'
import { setStage } from '../billing/testing/stage'
import { newId, type OrganizationId, uuidOf } from '../ids'
import { exportByEngine } from './export-by-engine'
import { exportOrganization } from './export-organization'
import { exportedColumns } from './export-rows'
import { EXPORTED, LEFT_OUT } from './exported-tables'
import type { KeepTurn } from './in-turn'

/** A link that confirms a payment, and whom the operator’s people are told by. */
const BANK = 'https://bank.example/confirm/secret'
const OPERATOR = 'ops@operator.example'
const stage = setStage()
let ours: Tenant
let theirs: Tenant
let owner: Client

type Manifest = { organization: string; files: { name: string; rows: number; bytes: number; sha256: string }[] }

async function unpack(archive: ReadableStream<Uint8Array>): Promise<Map<string, string>> {
  const zip = new ZipReader(new BlobReader(await new Response(archive as ReadableStream<Uint8Array<ArrayBuffer>>).blob()), { checkSignature: true })
  const files = new Map<string, string>()
  for (const entry of await zip.getEntries()) if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()))
  await zip.close()
  return files
}

/** As if nobody else took anything along. */
const aloneInTurn: KeepTurn = (ended) => ended
const begin = (organizationId: OrganizationId) => inEngine((tx) => beginExport({ tx, actor: 'operator' }, { organizationId }))
const forgetExports = () =>
  inEngine((tx) => tx.execute(sql`UPDATE data_exports SET started_at = started_at - interval '2 hours', ends_by = ends_by - interval '2 hours'`))

async function taken({ life: { organizationId }, owner }: Tenant): Promise<Map<string, string>> {
  await forgetExports()
  const begun = await begin(organizationId)
  if (!begun.ok) throw new Error(begun.error.code)
  const visibility = { organizationId, userId: owner }
  return unpack(
    exportOrganization({
      organizationId,
      snapshot: (read) => inWebSnapshot(visibility, read),
      ended: () => inWeb(visibility, (tx) => endExport(tx, { organizationId, id: begun.value })),
    }),
  )
}

const invite = (organizationId: OrganizationId) =>
  inEngine((tx) => addMember({ tx, actor: 'operator' }, { organizationId, email: `${newId('user')}@example.com`, name: null, role: 'admin', invite: true }))

const linesOf = (files: Map<string, string>, name: string): Record<string, unknown>[] =>
  (files.get(name) ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

beforeAll(async () => {
  owner = new Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  ours = await foundTenant(stage, { plan: 'basic', name: 'Fennel' })
  theirs = await foundTenant(stage, { plan: 'basic', name: 'Juniper' })
  for (const { life } of [ours, theirs]) {
    await invite(life.organizationId)
    await life.use(120)
    await life.walkDays(31)
  }
})

afterAll(() => owner.end())

describe('what is taken along', () => {
  it('is every table that knows an organization, or one that says why it stays', async () => {
    const { rows } = await inEngine((tx) =>
      tx.execute<{ name: string }>(
        sql`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
      ),
    )
    const taken = EXPORTED.map(({ table }) => getTableName(table))
    const known = [...taken, ...Object.keys(LEFT_OUT)].sort()
    expect(rows.map(({ name }) => name).sort()).toEqual(known)
    expect(new Set(known).size).toBe(known.length)
    expect(new Set(EXPORTED.map(({ file }) => file)).size).toBe(EXPORTED.length)
  })

  it('has no column that opens anything', () => {
    const open = EXPORTED.flatMap((exported) => exportedColumns(exported).map(({ name }) => `${exported.file}.${name}`)).filter((name) =>
      /hash|secret|sealed_(?!units|at)|token|password/.test(name),
    )
    expect(open).toEqual([])
  })

  it('is of one organization: nothing of another stands anywhere in it, by either role', async () => {
    await forgetExports()
    const begun = await begin(ours.life.organizationId)
    if (!begun.ok) throw new Error(begun.error.code)
    for (const files of [await unpack(exportByEngine(ours.life.organizationId, begun.value, aloneInTurn)), await taken(ours)]) {
      const all = [...files.values()].join('\n')
      expect(all).toContain(ours.life.organizationId)
      expect(all).toContain(ours.email)
      for (const foreign of [theirs.life.organizationId, uuidOf('org', theirs.life.organizationId), theirs.email, theirs.life.subscriptionId, theirs.name])
        expect(all, foreign).not.toContain(foreign)
    }
  })

  it('is counted and hashed by its manifest, which comes last', async () => {
    const files = await taken(ours)
    expect([...files.keys()].at(-1)).toBe('manifest.json')
    const manifest: Manifest = JSON.parse(files.get('manifest.json') ?? '')
    expect(manifest.organization).toBe(ours.life.organizationId)
    expect(manifest.files.map(({ name }) => name)).toEqual([...files.keys()].slice(0, -1))
    for (const { name, rows, bytes, sha256 } of manifest.files) {
      const content = Buffer.from(files.get(name) ?? '')
      expect([content.length, createHash('sha256').update(content).digest('hex')], name).toEqual([bytes, sha256])
      if (name.endsWith('.jsonl')) expect(linesOf(files, name), name).toHaveLength(rows)
    }
    for (const name of [
      'people.jsonl',
      'invoices.jsonl',
      'invoice_lines.jsonl',
      'payments.jsonl',
      'usage_events.jsonl',
      'usage_days.csv',
      'activity.jsonl',
      'messages.jsonl',
      'ledger.jsonl',
    ]) {
      expect(manifest.files.find((file) => file.name === name)?.rows, name).toBeGreaterThan(0)
    }
  })

  it('says what each column is, in words that a program’s author can use', async () => {
    const files = await taken(ours)
    const readme = files.get('README.txt') ?? ''
    const [invoice] = linesOf(files, 'invoices.jsonl')
    for (const name of Object.keys(invoice ?? {})) expect(readme).toContain(`    ${name} `)
    expect(invoice).toMatchObject({
      organization_id: ours.life.organizationId,
      id: expect.stringMatching(/^inv_/),
      total: expect.stringMatching(/^\d+$/),
      issued_at: expect.stringMatching(/Z$/),
    })
    const [posting] = linesOf(files, 'ledger.jsonl')
    expect(posting?.amount).toMatch(/^-?\d+\.\d{12}$/)
  })

  it('carries no sealed token of a mail, no link to the bank and no mail to the operator’s people, and gives a spreadsheet no formula to run', async () => {
    const { organizationId } = ours.life
    await inEngine((tx) => tx.execute(sql`UPDATE usage_rollups SET key = '=cmd()' WHERE organization_id = ${uuidOf('org', organizationId)}`))
    const others = `organization_id = $1 AND kind <> 'invitation'`
    const { rowCount } = await owner.query(`UPDATE messages SET payload = payload || jsonb_build_object('url', $2::text) WHERE ${others}`, [
      uuidOf('org', organizationId),
      BANK,
    ])
    expect(rowCount, 'messages to try it with').toBeGreaterThan(1)
    await owner.query(`UPDATE messages SET kind = 'payment_disputed', recipient = $2 WHERE id = (SELECT id FROM messages WHERE ${others} LIMIT 1)`, [
      uuidOf('org', organizationId),
      OPERATOR,
    ])
    const files = await taken(ours)
    expect(files.get('usage_days.csv')).toContain("'=cmd()")
    expect(linesOf(files, 'messages.jsonl').some(({ kind }) => kind === 'invitation')).toBe(true)
    expect(files.get('messages.jsonl')).not.toContain('sealed')
    expect(files.get('messages.jsonl')).not.toContain(BANK)
    expect(files.get('messages.jsonl')).not.toContain(OPERATOR)
  })
})

describe('taking along', () => {
  it('is of one moment: what is written meanwhile is not in it', async () => {
    const { organizationId } = ours.life
    await forgetExports()
    const begun = await begin(organizationId)
    if (!begun.ok) throw new Error(begun.error.code)
    const archive = exportByEngine(organizationId, begun.value, aloneInTurn).getReader()
    const first = await archive.read()
    await addTeamMember(organizationId, 'billing')
    const rest = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(first.value as Uint8Array),
      async pull(controller) {
        const { done, value } = await archive.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    })
    const files = await unpack(rest)
    const before = linesOf(files, 'members.jsonl').length
    expect(linesOf(await taken(ours), 'members.jsonl')).toHaveLength(before + 1)
  })

  it('is read no faster than it is taken, so that years of it need no more memory than a page', async () => {
    const { organizationId, subscriptionId } = theirs.life
    await owner.query(
      `INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, "timestamp", period_start, segment, received_at, billable)
       SELECT $1, 'many-' || n || md5(n::text), $2, 'calls', 0, now(), now(), 0, now(), false FROM generate_series(1, 40000) n`,
      [uuidOf('org', organizationId), uuidOf('sub', subscriptionId)],
    )
    const fetches = async () =>
      (
        await owner.query(
          `SELECT state, query FROM pg_stat_activity WHERE application_name = 'headroom_engine' AND datname = current_database() AND query LIKE 'FETCH%' AND state = 'idle in transaction'`,
        )
      ).rows
    await forgetExports()
    const begun = await begin(organizationId)
    if (!begun.ok) throw new Error(begun.error.code)
    const archive = exportByEngine(organizationId, begun.value, aloneInTurn).getReader()
    let size = 0
    while (size < 200_000) size += (await archive.read()).value?.length ?? 0
    await expect.poll(fetches).toHaveLength(1) // It waits for us, in the middle of a table.
    for (let { done, value } = await archive.read(); !done; { done, value } = await archive.read()) size += value?.length ?? 0
    expect(size).toBeGreaterThan(500_000)
    await expect.poll(fetches).toEqual([])
  })

  it('is had three times an hour and once at a time, and says when again', async () => {
    const { organizationId } = theirs.life
    await forgetExports()
    const first = await begin(organizationId)
    if (!first.ok) throw new Error(first.error.code)
    expect(await begin(organizationId)).toMatchObject({ ok: false, error: { code: 'export_not_yet', because: 'running' } })
    const end = (id: typeof first.value) => inEngine((tx) => endExport(tx, { organizationId, id }))
    await end(first.value)
    for (let more = 0; more < 2; more++) {
      const begun = await begin(organizationId)
      if (!begun.ok) throw new Error(begun.error.code)
      await end(begun.value)
    }
    const refused = await begin(organizationId)
    expect(refused).toMatchObject({ ok: false, error: { code: 'export_not_yet', because: 'too_many' } })
    await forgetExports()
    expect(await begin(organizationId)).toMatchObject({ ok: true })
  })

  it('twice at once is begun once', async () => {
    await forgetExports()
    const all = await Promise.all(Array.from({ length: 6 }, () => begin(theirs.life.organizationId)))
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('is for owners: everybody else of the organization is refused by the command too', async () => {
    const { organizationId } = ours.life
    for (const role of ['admin', 'billing', 'member'] as const) {
      const { id } = await addTeamMember(organizationId, role)
      expect(await inEngine((tx) => beginExport({ tx, actor: id }, { organizationId }))).toEqual({
        ok: false,
        error: { code: 'forbidden', permission: 'organization:export' },
      })
    }
  })

  it('stands in the activity, and is over when its reader goes away', async () => {
    const { organizationId } = ours.life
    await forgetExports()
    const begun = await begin(organizationId)
    if (!begun.ok) throw new Error(begun.error.code)
    const archive = exportByEngine(organizationId, begun.value, aloneInTurn).getReader()
    await archive.read()
    await archive.cancel()
    await expect
      .poll(
        async () =>
          (await inEngine((tx) => tx.execute(sql`SELECT id FROM data_exports WHERE ended_at IS NULL AND organization_id = ${uuidOf('org', organizationId)}`)))
            .rows,
      )
      .toEqual([])
    const { rows } = await inEngine((tx) =>
      tx.execute(sql`SELECT actor FROM audit_log WHERE action = 'organization.exported' AND organization_id = ${uuidOf('org', organizationId)}`),
    )
    expect(rows.length).toBeGreaterThan(0)
  })
})
