import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { apiKeys, invitations, quotes, webhookInbox } from '@/db/schema'
import { createApiKey } from '../../auth/api-keys'
import { addDays, systemClock } from '../../time'
import { first, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { addMember } from './add-member'
import { cleanUp } from './clean-up'

const stage = setStage()
process.env.NEXTAUTH_SECRET ??= 'a secret of this test alone, long enough'

it('deletes what nobody needs any more, and nothing else', async () => {
  const now = systemClock.now()
  // On a clock years behind ours: its quotes are as old as its own time says.
  const acme = await scenario(stage, { plan: 'basic', from: '2020-01-01T00:00:00Z' })
  await acme.quote('pro')
  await acme.walkDays(10)
  await acme.change('pro')
  await acme.walkDays(21)
  await acme.quote('enterprise')
  for (const email of ['late@example.com', 'soon@example.com']) {
    expect(await first((context) => addMember(context, { organizationId: acme.organizationId, email, role: 'member' }))).toMatchObject({ ok: true })
  }
  await inEngine((tx) =>
    tx
      .update(invitations)
      .set({ expiresAt: addDays(now, -31) })
      .where(sql`member_id = (SELECT m.id FROM members m JOIN users u ON u.id = m.user_id WHERE u.email = 'late@example.com')`),
  )
  const told = (state: 'pending' | 'done', days: number) => ({
    id: `${state} ${days}`,
    type: 'x',
    subject: { kind: 'other' },
    state,
    nextTryAt: now,
    receivedAt: addDays(now, -days),
  })
  await inEngine((tx) => tx.insert(webhookInbox).values([told('done', 91), told('done', 89), told('pending', 91)]))

  for (const days of [91, 89]) {
    const { id } = await createApiKey({ scope: 'read', label: `revoked for ${days} days`, organizationId: acme.organizationId })
    await inEngine((tx) =>
      tx
        .update(apiKeys)
        .set({ revokedAt: addDays(now, -days) })
        .where(eq(apiKeys.id, id)),
    )
  }
  await createApiKey({ scope: 'read', label: 'works', organizationId: acme.organizationId })

  expect(await first(cleanUp)).toEqual({ quotes: 1, invitations: 1, notifications: 1, leases: 0, keys: 1, webhooks: 0, channels: 0 })
  expect((await inEngine((tx) => tx.select().from(quotes))).map(({ plan, state }) => `${plan} ${state}`).sort()).toEqual(['enterprise open', 'pro used'])
  expect(await inEngine((tx) => tx.$count(invitations))).toBe(1)
  expect((await inEngine((tx) => tx.select().from(webhookInbox))).map(({ id }) => id).sort()).toEqual(['done 89', 'pending 91'])
  expect((await inEngine((tx) => tx.select({ label: apiKeys.label }).from(apiKeys))).map(({ label }) => label).sort()).toEqual(['revoked for 89 days', 'works'])
  expect(await first(cleanUp)).toEqual({ quotes: 0, invitations: 0, notifications: 0, leases: 0, keys: 0, webhooks: 0, channels: 0 })
})
