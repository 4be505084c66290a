import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { organizations, subscriptions } from '@/db/schema'
import { createTeam } from '@/lib/auth/testing/team'
import { getWorkerHealth } from '@/lib/worker/worker-health'
import { newId, type OrganizationId } from '../../ids'
import { systemClock } from '../../time'
import { createOrganization } from '../commands/create-organization'
import { createTestClock } from '../commands/create-test-clock'
import { issueProForma } from '../commands/issue-pro-forma'
import { requestLimit } from '../commands/request-limit'
import { scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getDeskCatalog } from './desk-catalog'
import { listDeskClocks } from './desk-clocks'
import { getDeskActivity, getDeskOrganization, listDeskPayments } from './desk-organization'
import { listDeskOrganizations } from './desk-organizations'
import { getDeskPlans } from './desk-plans'
import { countWaiting, getDeskRequests } from './desk-requests'
import { listDeskSubscriptions } from './desk-subscriptions'

const stage = setStage()

async function found(name: string, externalId: string): Promise<{ id: OrganizationId; slug: string; owner: string }> {
  const owner = `${externalId}@findable.example`
  const made = await inEngine((tx) =>
    createOrganization({ tx, actor: 'operator' }, { name, owner: { email: owner, name: null }, currency: 'usd', externalId, invite: false }),
  )
  if (!made.ok) throw new Error(made.error.code)
  const { id, slug } = made.value.organization
  return { id, slug, owner }
}

const search = async (query: string) => (await inEngine((tx) => listDeskOrganizations(tx, { query }))).rows.map(({ id }) => id)

describe('organizations are found', () => {
  it('by whatever one has of them', async () => {
    const [one, other] = [await found('Quillfeather & Söhne', 'crm-881'), await found('Somebody else', 'crm-992')]
    for (const query of ['quillfeather', 'Söhne', one.slug, 'crm-881', one.owner, one.owner.toUpperCase(), one.id])
      expect(await search(query), query).toEqual([one.id])
    expect((await search('crm-')).sort()).toEqual([one.id, other.id].sort())
  })

  it('by the id of anything of theirs', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const [payment] = await acme.payments()
    const ids = [acme.subscriptionId, (await acme.latestDocument()).id, payment?.id ?? '']
    for (const id of ids) expect(await search(id), id).toEqual([acme.organizationId])
    for (const prefix of ['org', 'sub', 'inv', 'mem', 'pay', 'lim']) expect(await search(newId(prefix))).toEqual([])
  })

  it.each(['%', '_', '\\', "'; DROP TABLE organizations; --", '*', '.'.repeat(200)])('with %s as what it is, and no pattern', async (query) => {
    const { id } = await found(`Odd ${query}`, `odd-${newId('org')}`)
    expect(await search(query)).toContain(id)
    expect((await search(query)).length).toBeLessThan(5)
  })

  it('page after page, each once, closed ones too', async () => {
    const made: OrganizationId[] = []
    for (let n = 0; n < 30; n++) made.push((await found(`Paged ${n}`, `paged-${n}`)).id)
    await inEngine((tx) =>
      tx
        .update(organizations)
        .set({ deletedAt: systemClock.now() })
        .where(eq(organizations.id, made[3] ?? newId('org'))),
    )
    const first = await inEngine((tx) => listDeskOrganizations(tx, { query: 'Paged' }))
    const second = await inEngine((tx) => listDeskOrganizations(tx, { query: 'Paged', before: first.next ?? undefined }))
    const seen = [...first.rows, ...second.rows]
    expect([first.rows.length, second.next]).toEqual([25, null])
    expect(seen.map(({ id }) => id)).toEqual(made.toReversed())
    expect(seen.filter(({ isClosed }) => isClosed).map(({ id }) => id)).toEqual([made[3]])
    expect(await inEngine((tx) => getDeskOrganization(tx, made[3] ?? newId('org')))).toMatchObject({
      closedAt: expect.any(String),
      owners: [expect.anything()],
    })
  })
})

describe('one organization', () => {
  it('is shown with what it holds, owes and did, and one that never was is not', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.use(20_000)
    const { organizationId } = acme
    expect(await inEngine((tx) => getDeskOrganization(tx, organizationId))).toMatchObject({
      currency: 'usd',
      clock: { id: acme.clockId },
      card: { brand: 'visa', last4: '4242', refusedForGood: false },
      purchasesStopped: false,
      openNotices: 0,
      openRequests: 0,
    })
    expect(await inEngine((tx) => listDeskSubscriptions(tx, organizationId))).toMatchObject([
      { id: acme.subscriptionId, plan: { name: 'Basic' }, status: 'active', meters: [{ used: 20_000n, limit: 30_000n }], nextCharge: { total: 10_00n } },
    ])
    expect(await inEngine((tx) => listDeskPayments(tx, organizationId, { limit: 10 }))).toMatchObject({
      rows: [{ state: 'collected', amount: 10_00n }],
      next: null,
    })
    const { items } = await inEngine((tx) => getDeskActivity(tx, organizationId, { limit: 10 }))
    expect(items.map(({ operator }) => operator)).toEqual(items.map(() => null))
    expect((await inEngine((tx) => getDeskPlans(tx, organizationId))).bases.length).toBeGreaterThan(15)
    expect(await inEngine((tx) => getDeskOrganization(tx, newId('org')))).toBeNull()
  })
})

describe('what waits', () => {
  it('is listed with whose it is, and counted', async () => {
    const before = await inEngine(countWaiting)
    const pixel = await scenario(stage, { product: 'screenshots', plan: 'growth' })
    const { organizationId, subscriptionId } = pixel
    await inEngine((tx) => requestLimit({ tx, actor: 'operator' }, { organizationId, subscriptionId, hardLimit: 250_000n, useCase: 'A launch' }))
    const studio = await scenario(stage, { product: 'team-seats', plan: null, card: null })
    await inEngine((tx) => issueProForma({ tx, actor: 'operator' }, { organizationId: studio.organizationId, product: 'team-seats', plan: 'basic', seats: 4 }))
    await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'a plan is missing' }).where(eq(subscriptions.id, subscriptionId)))
    const { limits, transfers, setAside } = await inEngine(getDeskRequests)
    expect(limits).toMatchObject([{ organization: { id: organizationId }, product: 'Screenshots', hardLimit: 250_000n, useCase: 'A launch' }])
    expect(transfers).toMatchObject([{ organization: { id: studio.organizationId }, amountDue: 48_00n, currency: 'usd' }])
    expect(setAside).toMatchObject([{ id: subscriptionId, product: 'Screenshots', error: 'a plan is missing' }])
    expect(await inEngine(countWaiting)).toBe(before + 3)
    expect(await inEngine(getWorkerHealth)).toMatchObject({ setAside: 1, due: { renewals: { count: 0 } } })
  })
})

describe('clocks', () => {
  it('are listed newest first with who lives on them', async () => {
    const acme = await scenario(stage, { plan: null, card: null })
    const { id } = await inEngine((tx) => createTestClock({ tx }, { now: systemClock.now() }))
    const { rows } = await inEngine((tx) => listDeskClocks(tx, undefined))
    expect(rows[0]).toMatchObject({ id, organizations: [], organizationCount: 0 })
    expect(rows.find((clock) => clock.id === acme.clockId)).toMatchObject({ organizations: [{ id: acme.organizationId }], organizationCount: 1 })
  })
})

describe('the catalog', () => {
  it('has worked examples of each product, none of which is an empty one', async () => {
    await createTeam('Nobody in particular')
    const products = await inEngine(getDeskCatalog)
    expect(products).toHaveLength(5)
    for (const { id, examples, plans } of products) {
      expect(plans.length, id).toBeGreaterThan(1)
      expect(examples.length, id).toBeGreaterThan(0)
      for (const { refusal, lines, total } of examples)
        if (refusal === null && total !== 0n && lines.length > 0) expect(lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(total)
    }
    const calls = products.find(({ id }) => id === 'api-calls')
    expect(calls?.examples.find(({ kind }) => kind === 'upgrade')).toMatchObject({ from: 'Basic', to: 'Pro', day: 15, days: 30, total: 10_00n, when: 'now' })
    expect(calls?.examples.find(({ kind }) => kind === 'downgrade_used')?.refusal).toMatch(/300,000 calls/)
  })
})
