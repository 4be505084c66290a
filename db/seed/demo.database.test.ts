import { and, eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import {
  creditGrants,
  documents,
  members,
  messages,
  organizations,
  prepaidGrants,
  subscriptionPeriods,
  subscriptions,
  usageAlerts,
  usageRollups,
  users,
} from '@/db/schema'
import { verifyPassword } from '@/lib/auth/password'
import { runBooks } from '@/lib/billing/commands/run-books'
import { readSubscription } from '@/lib/billing/commands/store/subscription'
import { setStage } from '@/lib/billing/testing/stage'
import type { OrganizationId } from '@/lib/ids'
import { sum } from '@/lib/money'
import { seedDemo } from './demo'

const stage = setStage()
process.env.NEXTAUTH_SECRET ??= 'a secret of this test alone, long enough'

it('invents customers with a history that the books believe, once', async () => {
  const began = performance.now()
  const signIns = await seedDemo({ provider: stage.provider })
  const seconds = (performance.now() - began) / 1_000
  expect(await seedDemo({ provider: stage.provider })).toEqual([])
  expect((await runBooks()).differences).toEqual([])

  const named = async (name: string) => {
    const [row] = await inEngine((tx) =>
      tx
        .select({ organization: organizations, subscription: subscriptions })
        .from(organizations)
        .innerJoin(subscriptions, eq(subscriptions.organizationId, organizations.id))
        .where(eq(organizations.name, name)),
    )
    if (!row) throw new Error(`${name} is not there`)
    return row
  }
  const acme = await named('Acme Robotics')
  const held = await inEngine((tx) => readSubscription(tx, acme.organization.id, acme.subscription.id))
  expect(acme.subscription).toMatchObject({ plan: 'basic', status: 'active' })
  expect(held?.holding.segments.at(-1)?.units).toBe(23_640n)
  const kinds = await inEngine((tx) => tx.select().from(documents).where(eq(documents.organizationId, acme.organization.id)))
  expect(kinds.map(({ series }) => series)).toContain('credit_note')
  expect(
    kinds.some(({ creditApplied }) => creditApplied > 0n),
    'and the credit met an invoice',
  ).toBe(true)
  expect(await inEngine((tx) => tx.$count(usageAlerts, eq(usageAlerts.organizationId, acme.organization.id)))).toBeGreaterThan(0)
  expect(await inEngine((tx) => tx.$count(creditGrants, eq(creditGrants.organizationId, acme.organization.id)))).toBeGreaterThan(0)

  const northwind = await named('Northwind Labs')
  const overage = await inEngine((tx) =>
    tx
      .select()
      .from(subscriptionPeriods)
      .where(sql`${eq(subscriptionPeriods.organizationId, northwind.organization.id)} and overage_units > 0`),
  )
  expect(overage.map(({ overageAmount }) => overageAmount).sort()).toEqual([3_120n, 5_945n, 10_735n, 16_825n].sort())
  const keys = await inEngine((tx) =>
    tx.selectDistinct({ key: usageRollups.key }).from(usageRollups).where(eq(usageRollups.organizationId, northwind.organization.id)),
  )
  expect(keys).toHaveLength(4)
  expect((await named('Globex')).subscription).toMatchObject({ plan: 'free' })

  const documentsOf = (organizationId: OrganizationId) => inEngine((tx) => tx.select().from(documents).where(eq(documents.organizationId, organizationId)))
  const larkspur = await named('Larkspur Studio')
  expect(larkspur.subscription).toMatchObject({ product: 'team-seats', plan: 'professional', status: 'active', trialEnd: expect.anything() })
  const team = await inEngine((tx) => readSubscription(tx, larkspur.organization.id, larkspur.subscription.id))
  expect(team?.holding.seats).toMatchObject({ present: 6, paid: 5, tab: [{ type: 'joined' }] })
  const pixelhaus = await named('Pixelhaus')
  expect(pixelhaus.subscription).toMatchObject({ plan: 'growth', hardLimit: 15_000n })
  const blocks = (await documentsOf(pixelhaus.organization.id)).filter(({ kind }) => kind === 'extra_usage')
  expect(sum(blocks.map(({ total }) => total)), '2,480 extra screenshots begin three blocks').toBe(12_00n)
  const crawlwell = await named('Crawlwell')
  expect(crawlwell.subscription).toMatchObject({ plan: 'scaling', payAsYouGo: true, payAsYouGoCap: 50_00n, autoUpgrade: false })
  expect(await inEngine((tx) => tx.$count(messages, and(eq(messages.organizationId, crawlwell.organization.id), eq(messages.kind, 'auto_upgraded'))))).toBe(2)

  const lumen = await named('Lumen Labs')
  expect(lumen.subscription).toMatchObject({ product: 'model-tokens', plan: 'prepaid' })
  expect(
    await inEngine((tx) => tx.$count(prepaidGrants, and(eq(prepaidGrants.organizationId, lumen.organization.id), eq(prepaidGrants.source, 'auto_recharge')))),
  ).toBeGreaterThan(1)

  const olivia = signIns.find(({ email }) => email === 'olivia@acme-robotics.example')
  const [person] = await inEngine((tx) =>
    tx
      .select()
      .from(users)
      .where(eq(users.email, olivia?.email ?? '')),
  )
  expect(await verifyPassword(person?.passwordHash ?? null, olivia?.password ?? '')).toBe(true)
  expect(await inEngine((tx) => tx.$count(members, eq(members.userId, person?.id ?? 'user_'))), 'one sign-in that shows every product').toBe(6)
  expect(await inEngine((tx) => tx.$count(messages, eq(messages.state, 'queued'))), 'old news stay unsent').toBeLessThan(12)
  expect(seconds).toBeLessThan(60) // 5 alone; the machine may be busy.
})

it.each(['test', 'live'] as const)('never puts an invented customer beside payments that are %s', async (mode) => {
  const there = await inEngine((tx) => tx.$count(organizations))
  await expect(seedDemo({ provider: { ...stage.provider, mode } })).rejects.toThrow('Invented customers are for simulated payments only.')
  expect(await inEngine((tx) => tx.$count(organizations))).toBe(there)
})
