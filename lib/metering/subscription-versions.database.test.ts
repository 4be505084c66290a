import { eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { subscriptions } from '@/db/schema'
import { scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import type { SubscriptionId } from '../ids'
import { readVersions, SUBSCRIPTION_VERSION } from './subscription-versions'

const stage = setStage()

const read = (id: SubscriptionId) =>
  inEngine(async (tx) => {
    const [row] = await tx
      .select({ version: sql<string>`${SUBSCRIPTION_VERSION}` })
      .from(subscriptions)
      .where(eq(subscriptions.id, id))
    const version = row?.version ?? ''
    return { version, row: (await readVersions(tx, [version]))(version) }
  })

it('what is remembered of a subscription is what its row says now, after a change, one that is taken back, and one of another process', async () => {
  const acme = await scenario(stage, { plan: 'basic' })
  const first = await read(acme.subscriptionId)
  expect(first.row).toMatchObject({ id: acme.subscriptionId, plan: 'basic' })
  expect((await read(acme.subscriptionId)).row, 'it is read once a version').toBe(first.row)

  await acme.change('pro')
  const changed = await read(acme.subscriptionId)
  expect(changed.version).not.toBe(first.version)
  expect(changed.row).toMatchObject({ plan: 'pro' })

  const undone = new Error('taken back')
  const hardLimit = { hardLimit: 77n }
  const within = async () => {
    await inEngine(async (tx) => {
      await tx.update(subscriptions).set(hardLimit).where(eq(subscriptions.id, acme.subscriptionId))
      const [row] = await tx
        .select({ version: sql<string>`${SUBSCRIPTION_VERSION}` })
        .from(subscriptions)
        .where(eq(subscriptions.id, acme.subscriptionId))
      expect((await readVersions(tx, [row?.version ?? '']))(row?.version ?? '')).toMatchObject(hardLimit)
      throw undone
    })
  }
  await expect(within()).rejects.toBe(undone)
  expect((await read(acme.subscriptionId)).row).toMatchObject({ plan: 'pro', hardLimit: null })

  const elsewhere = new pg.Client({ connectionString: stage.database.ownerUrl })
  await elsewhere.connect()
  await elsewhere.query('UPDATE subscriptions SET hard_limit = 99')
  await elsewhere.end()
  expect((await read(acme.subscriptionId)).row).toMatchObject({ hardLimit: 99n })
  await inEngine(async (tx) => expect((await readVersions(tx, [first.version]))(first.version), 'one that is gone and remembered').toBe(first.row))
})
