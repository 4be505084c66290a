import { eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, it } from 'vitest'
import { inEngine, type Transaction } from '@/db/client'
import { subscriptions } from '@/db/schema'
import { beginSegments } from '../billing/commands/store/subscription'
import { freshSegments } from '../billing/core/change'
import { apiCallsProduct, termsOf } from '../billing/testing/holdings'
import { scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'

import { type SubscriptionId, uuidOf } from '../ids'
import { readVersions, type SubscriptionVersion, versionOf } from './subscription-versions'
import { DAY_10, organization } from './testing/stage'

const stage = setStage()

const versionNow = async (tx: Transaction, id: SubscriptionId): Promise<SubscriptionVersion> => {
  const { rows } = await tx.execute<SubscriptionVersion>(sql`SELECT s.id, ${versionOf('s')} AS version FROM subscriptions s WHERE s.id = ${uuidOf('sub', id)}`)
  if (!rows[0]) throw new Error(`there is no ${id}`)
  return rows[0]
}

const read = (id: SubscriptionId) =>
  inEngine(async (tx) => {
    const version = await versionNow(tx, id)
    return { version, ...(await readVersions(tx, [version]))(version.id) }
  })

it('what is remembered of a subscription is what its row says now, after a change, one that is taken back, and one of another process', async () => {
  const acme = await scenario(stage, { plan: 'basic' })
  const first = await read(acme.subscriptionId)
  expect(first.row).toMatchObject({ id: acme.subscriptionId, plan: 'basic' })
  expect((await read(acme.subscriptionId)).row, 'it is read once a version').toBe(first.row)

  await acme.change('pro')
  const changed = await read(acme.subscriptionId)
  expect(changed.version).not.toEqual(first.version)
  expect(changed.row).toMatchObject({ plan: 'pro' })

  const undone = new Error('taken back')
  const hardLimit = { hardLimit: 77n }
  const within = async () => {
    await inEngine(async (tx) => {
      await tx.update(subscriptions).set(hardLimit).where(eq(subscriptions.id, acme.subscriptionId))
      const version = await versionNow(tx, acme.subscriptionId)
      expect((await readVersions(tx, [version]))(version.id)).toMatchObject({ row: hardLimit })
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
  await inEngine(async (tx) => expect((await readVersions(tx, [first.version]))(first.version.id), 'one that another has replaced').toBeUndefined())
})

it('what a transaction reads of its own unfinished work is not remembered: the segment that it begins afterwards is known to the next', async () => {
  await scenario(stage) // The catalog.
  const acme = await organization()
  const positions = (tx: Transaction) =>
    versionNow(tx, acme.subscriptionId).then(async (version) => (await readVersions(tx, [version]))(version.id)?.runningPositions)
  await inEngine(async (tx) => {
    await tx.update(subscriptions).set({ plan: 'pro' }).where(eq(subscriptions.id, acme.subscriptionId))
    expect(await positions(tx)).toEqual({ calls: 0 })
    const terms = termsOf(apiCallsProduct, 'pro')
    const { organizationId, subscriptionId, period } = acme
    await beginSegments(tx, [{ organizationId, subscriptionId, terms, period, startsAt: DAY_10, position: 1, starts: freshSegments(terms) }])
  })
  expect(await inEngine(positions)).toEqual({ calls: 1 })
})
