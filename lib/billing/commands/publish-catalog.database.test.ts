import { desc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, inEngine } from '@/db/client'
import { catalogVersions } from '@/db/schema'
import { createTestDatabase, type TestDatabase } from '@/db/testing'
import { systemClock } from '../../time'
import { apiCalls } from '../catalog/api-calls'
import type { ProductInput } from '../catalog/document'
import { publish } from '../testing/publish'
import { publishFiles } from './publish-catalog'
import { loadNewestProduct } from './store/catalog'

let database: TestDatabase

// A database each: what was published is never taken away.
beforeEach(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_ENGINE_URL = database.engineUrl
})
afterEach(async () => {
  await closeDatabase()
  await database.drop()
})

/** The shipped product, with Basic at another price. */
function file(basic = 10_00): ProductInput {
  return { ...apiCalls, plans: apiCalls.plans.map((plan) => (plan.id === 'basic' ? { ...plan, prices: { month: basic } } : plan)) }
}

/** A start with these files. */
function start(...files: ProductInput[]) {
  return inEngine((tx) => publishFiles(tx, files.length > 0 ? files : [file()]))
}

const versions = () =>
  inEngine((tx) => tx.select().from(catalogVersions).where(eq(catalogVersions.product, 'api-calls')).orderBy(desc(catalogVersions.version)))
const priceOfBasic = async () =>
  (await inEngine((tx) => loadNewestProduct(tx, 'api-calls', systemClock.now())))?.plans.find(({ id }) => id === 'basic')?.prices.month

describe('a start (G13)', () => {
  it('publishes the files of a fresh installation, and has sold them since ever', async () => {
    expect(await start()).toEqual([{ product: 'api-calls', result: 'published', version: 1 }])
    expect(await versions()).toMatchObject([{ version: 1, source: 'file', document: file() }])
    expect(await inEngine((tx) => loadNewestProduct(tx, 'api-calls', systemClock.now().subtract({ hours: 24 * 365 * 20 })))).toMatchObject({ version: 1 })
  })

  it('changes nothing where the files are as they were', async () => {
    await start()
    expect(await start()).toEqual([{ product: 'api-calls', result: 'unchanged', version: 1 }])
    expect(await versions()).toHaveLength(1)
  })

  it('publishes a changed file as the next version, and keeps the one before as it was', async () => {
    await start()
    expect(await start(file(12_00))).toEqual([{ product: 'api-calls', result: 'published', version: 2 }])
    expect(await versions()).toMatchObject([
      { version: 2, applies: 'next_renewal', document: file(12_00) },
      { version: 1, document: file(10_00) },
    ])
    expect(await priceOfBasic()).toBe(12_00n)
  })

  it('never changes prices back: a file that was published before, of an older deployment, is left alone', async () => {
    await start(file(10_00))
    await start(file(12_00))
    expect(await start(file(10_00))).toEqual([{ product: 'api-calls', result: 'unchanged', version: 2 }])
    expect(await priceOfBasic()).toBe(12_00n)
  })

  it('never changes what came from the interface, whatever the file says', async () => {
    await start()
    await publish(file(15_00), { version: 2, source: 'api' })
    expect(await start(file(9_00))).toEqual([{ product: 'api-calls', result: 'ignored', version: 2 }])
    expect(await priceOfBasic()).toBe(15_00n)
  })

  it('publishes once, however many start at the same moment', async () => {
    const starts = await Promise.all([start(), start(), start(), start()])
    expect(starts.flat().filter(({ result }) => result === 'published')).toHaveLength(1)
    expect(await versions()).toHaveLength(1)
  })

  it('ends where a file is not valid, naming the place, and publishes none of them', async () => {
    const broken = { ...file(), id: 'broken', currency: 'zzz' }
    await expect(start(file(), broken)).rejects.toThrow(/broken is not valid.*currency/)
    expect(await versions()).toEqual([])
  })
})
