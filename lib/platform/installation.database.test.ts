import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, inEngine } from '@/db/client'
import { migrateDatabase } from '@/db/migrate'
import { catalogVersions, documents, organizations, users } from '@/db/schema'
import { createTestDatabase, type TestDatabase } from '@/db/testing'
import { createApiKey } from '@/lib/auth/api-keys'
import { createOrganization } from '@/lib/billing/commands/create-organization'
import { publishShippedProducts } from '@/lib/billing/commands/publish-catalog'
import { runBooks } from '@/lib/billing/commands/run-books'
import { scenario } from '@/lib/billing/testing/scenario'
import { setStage } from '@/lib/billing/testing/stage'
import type { SignIn } from './announcement'
import { prepareDemo } from './demo'
import type { PaymentsMode } from './environment'
import { claimInstallation, emptyHalfFilledDemo } from './installation'

const stage = setStage()
let directory: string
let database: TestDatabase
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-demo-'))
  await closeDatabase()
  database = await createTestDatabase()
  process.env.DATABASE_ENGINE_URL = database.engineUrl
  process.env.DATABASE_WEB_URL = database.webUrl
  await inEngine(publishShippedProducts)
})
afterEach(async () => {
  rmSync(directory, { recursive: true, force: true })
  await closeDatabase()
  await database.drop()
})

const SIGN_INS: SignIn[] = [{ name: 'Olivia', email: 'olivia@example.com', password: 'made up', role: 'owner' }]
const found = async (name: string) => {
  const made = await inEngine((tx) =>
    createOrganization({ tx, actor: 'operator' }, { name, owner: { email: `${name}@example.com`, name }, currency: 'usd', invite: false }),
  )
  if (!made.ok) throw new Error(made.error.code)
}
const oneCustomer = async () => {
  await found('acme')
  return SIGN_INS
}
const names = () => inEngine((tx) => tx.select({ name: organizations.name }).from(organizations)).then((rows) => rows.map(({ name }) => name).sort())

/** One start of Headroom, as far as its demo is concerned. */
async function start(seed: () => Promise<SignIn[]>): Promise<SignIn[]> {
  const installation = await claimInstallation(database.ownerUrl, 'sandbox')
  return prepareDemo({ ownerUrl: database.ownerUrl, dataDirectory: directory, installation, seed, seedOperator: async () => null })
}

describe('the demo', () => {
  it('is put in once, and later starts know who may sign in', async () => {
    expect(await start(oneCustomer)).toEqual(SIGN_INS)
    expect(await start(() => Promise.reject(new Error('seeded twice')))).toEqual(SIGN_INS)
    expect(await names()).toEqual(['acme'])
  })

  it('begins again after a start that was killed in the middle, with nothing left of the first try but what the operator made', async () => {
    const operators = await createApiKey({ scope: 'admin', label: 'made by the operator' })
    const half = start(async () => {
      await scenario({ provider: stage.provider, payments: stage.payments, database }, { plan: 'basic' }) // A paid invoice, with its number, ledger and audit.
      throw new Error('killed')
    })
    await expect(half).rejects.toThrow('killed')
    expect(await inEngine((tx) => tx.$count(documents))).toBe(1)

    const signIns = await start(async () => {
      expect([await names(), await inEngine((tx) => tx.$count(users)), await inEngine((tx) => tx.$count(documents))]).toEqual([[], 0, 0])
      await scenario({ provider: stage.provider, payments: stage.payments, database }, { plan: 'basic' })
      return SIGN_INS
    })
    expect(signIns).toEqual(SIGN_INS)
    expect((await inEngine((tx) => tx.select({ number: documents.number }).from(documents))).map(({ number }) => Number(number))).toEqual([1])
    expect(await inEngine((tx) => tx.$count(catalogVersions))).toBeGreaterThan(0)
    expect(await asOwner('select id from api_keys')).toEqual([{ id: expect.anything() }])
    expect(operators.id).toMatch(/^key_/)
    expect((await runBooks()).differences).toEqual([])
  })

  it('knows its sign-ins also where it was killed right after they were made', async () => {
    await start(oneCustomer)
    // What `npm start` writes at its end, demo.json, is not there.
    expect(await start(() => Promise.reject(new Error('seeded twice')))).toEqual(SIGN_INS)
  })

  it('leaves a database with somebody’s own organizations alone, and empties nothing that it did not begin to fill', async () => {
    await claimInstallation(database.ownerUrl, 'sandbox')
    await found('real customer')
    expect(await start(() => Promise.reject(new Error('seeded')))).toEqual([])
    await expect(emptyHalfFilledDemo(database.ownerUrl)).rejects.toThrow('Only a half-filled demo is ever emptied.')
    await start(async () => SIGN_INS)
    expect(await names()).toEqual(['real customer'])
  })

  it('is not emptied once it is whole', async () => {
    await start(oneCustomer)
    await expect(emptyHalfFilledDemo(database.ownerUrl)).rejects.toThrow('Only a half-filled demo is ever emptied.')
    expect(await names()).toEqual(['acme'])
  })
})

describe('the payments mode', () => {
  const MODES: PaymentsMode[] = ['sandbox', 'test', 'live']
  it.each(MODES.flatMap((first) => MODES.filter((other) => other !== first).map((other) => ({ first, other }))))(
    'of a database that was taken for $first is never $other',
    async ({ first, other }) => {
      expect(await claimInstallation(database.ownerUrl, first)).toMatchObject({ paymentsMode: first })
      await expect(claimInstallation(database.ownerUrl, other)).rejects.toThrow(/^This database was set up for [^\n]+\. Use another database [^\n]+\.$/)
      expect(await asOwner('select payments_mode as mode from installation')).toEqual([{ mode: first }])
      expect(await claimInstallation(database.ownerUrl, first)).toMatchObject({ paymentsMode: first })
    },
  )

  it('is one, however many take it at once', async () => {
    const claims = await Promise.allSettled([...MODES, ...MODES].map((mode) => claimInstallation(database.ownerUrl, mode)))
    const modes = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value.paymentsMode] : []))
    expect(modes.length).toBeGreaterThan(0)
    expect(new Set(modes).size).toBe(1)
  })
})

it('a restart changes no price and no data', async () => {
  await claimInstallation(database.ownerUrl, 'sandbox')
  await scenario({ provider: stage.provider, payments: stage.payments, database }, { plan: 'basic' })
  const before = await everything()
  expect(before).toContain('catalog_versions')
  for (let restart = 0; restart < 3; restart++) {
    await migrateDatabase(database.ownerUrl)
    await claimInstallation(database.ownerUrl, 'sandbox')
    await inEngine(publishShippedProducts)
  }
  expect(await everything()).toBe(before)
})

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const tables = (await asOwner(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1",
  )) as { name: string }[]
  const rows = await Promise.all(tables.map(({ name }) => asOwner(`select '${name}' as of, t::text as row from "${name}" t order by 2`)))
  return JSON.stringify(rows.flat())
}

async function asOwner(statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
