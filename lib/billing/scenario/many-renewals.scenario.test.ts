import { eq, inArray } from 'drizzle-orm'
import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { ENGINE_ROLE } from '@/db/roles'
import { documents, payments, subscriptions } from '@/db/schema'
import { newId } from '../../ids'
import { recordUsage } from '../../metering/record-usage'
import { addDays } from '../../time'
import { closePeriods } from '../commands/close-periods'
import { findDifferences } from '../commands/store/books'
import { closeDueFor } from '../flows/due-work'
import { MAY } from '../testing/holdings'
import { createMeteredOrganization, type MeteredOrganization, setClock } from '../testing/metered-organization'
import { setStage } from '../testing/stage'

const stage = setStage()
const RENEWS_AT = addDays(MAY, 30)

/** On Enterprise since May with 10,000 calls over the limit, and at the end of its period. */
async function dueOrganizations(count: number): Promise<MeteredOrganization[]> {
  const made: MeteredOrganization[] = []
  for (let index = 0; index < count; index++)
    made.push(await inEngine((tx) => createMeteredOrganization(tx, { plan: 'enterprise', name: `Customer ${index}` })))
  const events = made.map(({ organizationId }) => ({
    id: newId('evt'),
    organizationId,
    meter: 'calls',
    quantity: 1_010_000n,
    timestamp: null,
    key: null,
    properties: null,
  }))
  const recorded = await inEngine((tx) => recordUsage({ tx, actor: 'operator' }, events))
  expect(recorded).toMatchObject({ ok: true, value: { recorded: { accepted: count } } })
  for (const { clockId } of made) await inEngine((tx) => setClock(tx, clockId, RENEWS_AT))
  return made
}

const idsOf = (made: readonly MeteredOrganization[]) => made.map(({ organizationId }) => organizationId)

/** How many statements the engine sends to Postgres while it works; the sandbox has connections of its own. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  await work()
  const statements = query.mock.contexts.filter((client) => client instanceof pg.Client && client.user === ENGINE_ROLE).length
  query.mockRestore()
  return statements
}

it('renews 200 organizations in as many statements as one, each with its own invoice', async () => {
  const one = await dueOrganizations(1)
  const many = await dueOrganizations(200)
  const close = (made: readonly MeteredOrganization[]) => inEngine((tx) => closePeriods({ tx, actor: 'system' }, { organizationIds: idsOf(made) }))
  const statementsOfOne = await statementsOf(() => close(one))
  expect(statementsOfOne).toBeGreaterThan(10)
  expect(await statementsOf(() => close(many))).toBe(statementsOfOne)

  const issued = await inEngine((tx) =>
    tx
      .select()
      .from(documents)
      .where(inArray(documents.organizationId, idsOf(many))),
  )
  expect(issued).toHaveLength(200)
  expect(new Set(issued.map(({ total }) => total))).toEqual(new Set([105_00n]))
  expect(new Set(issued.map(({ number }) => number)).size).toBe(200)
  expect(await inEngine((tx) => tx.$count(payments, inArray(payments.organizationId, idsOf(many))))).toBe(200)
  expect(await statementsOf(() => close(many)), 'a second time nothing is due').toBeLessThan(statementsOfOne)
  expect(await inEngine((tx) => findDifferences(tx, idsOf([...one, ...many])))).toEqual([])
})

it('sets one with broken data aside, with its error, and renews the others', async () => {
  const made = await dueOrganizations(5)
  const broken = made[2]
  if (!broken) throw new Error('there are five')
  await inEngine((tx) => tx.update(subscriptions).set({ plan: 'discontinued' }).where(eq(subscriptions.organizationId, broken.organizationId)))
  await closeDueFor(stage.provider, idsOf(made))
  const rows = await inEngine((tx) =>
    tx
      .select()
      .from(subscriptions)
      .where(inArray(subscriptions.organizationId, idsOf(made))),
  )
  for (const row of rows) {
    const isBroken = row.organizationId === broken.organizationId
    expect(row.periodStart.equals(isBroken ? MAY : RENEWS_AT), row.organizationId).toBe(true)
    expect(row.renewalError).toEqual(isBroken ? expect.stringContaining('has no plan discontinued') : null)
  }
  await closeDueFor(stage.provider, idsOf(made))
  expect(await inEngine((tx) => tx.$count(documents, inArray(documents.organizationId, idsOf(made))))).toBe(4)
})
