import { and, eq, isNull } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '@/db/client'
import { organizations, pendingActions, refunds, subscriptions } from '@/db/schema'
import type { Scenario } from './scenario'

/**
 * What must be true whatever was done, by whom and in which order, once the worker has looked: nothing is unknown any more,
 * the books balance, each charge at the provider is one payment of ours, and nothing was billed twice.
 */
export async function expectSettled(life: Scenario): Promise<void> {
  await life.recover()
  await life.recover()
  const { organizationId } = life
  const paid = await life.payments()
  const [sentBack, actions] = await inEngine(async (tx) => [
    await tx.select().from(refunds).where(eq(refunds.organizationId, organizationId)),
    await tx.select().from(pendingActions).where(eq(pendingActions.organizationId, organizationId)),
  ])

  const unknown = [...paid, ...sentBack].filter(({ state }) => UNKNOWN.has(state)).map(({ id, state }) => `${id} ${state}`)
  expect(unknown, 'nothing is unknown').toEqual([])
  const waiting = actions.filter(({ state }) => state === 'waiting').map(({ documentId }) => documentId)
  const asked = paid.filter(({ state }) => state === 'needs_customer').map(({ documentId }) => documentId)
  expect(
    waiting.filter((documentId) => !asked.includes(documentId)),
    'what waits waits for the customer',
  ).toEqual([])
  await life.expectBalanced()

  const charged = (await life.charges()).map((charge) => `${charge.payment_intent} ${charge.amount}`)
  const collected = paid.filter(({ state }) => state === 'collected').map(({ providerRef, amount }) => `${providerRef} ${amount}`)
  expect(charged.sort(), 'each charge is one payment').toEqual(collected.sort())
  const quotes = actions.filter(({ state, quoteId }) => state === 'applied' && quoteId).map(({ quoteId }) => quoteId)
  expectNone(quotes, 'quotes that were charged twice')

  const renewals = (await life.documents()).filter(({ kind, status }) => kind === 'renewal' && status !== 'void')
  expectNone(
    renewals.map(({ subscriptionId, periodStart }) => `${subscriptionId} ${periodStart}`),
    'periods that were billed twice',
  )
  await expectClosedForGood(life)
}

const UNKNOWN: ReadonlySet<string> = new Set(['created', 'open', 'in_flight', 'pending'])

function expectNone(keys: readonly unknown[], what: string): void {
  expect(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    what,
  ).toEqual([])
}

/** Nobody reaches a deleted organization any more, so nothing may run on there and be charged. */
async function expectClosedForGood({ organizationId }: Scenario): Promise<void> {
  const live = await inEngine((tx) =>
    tx
      .select({ deletedAt: organizations.deletedAt, plan: subscriptions.plan })
      .from(organizations)
      .innerJoin(subscriptions, eq(subscriptions.organizationId, organizations.id))
      .where(and(eq(organizations.id, organizationId), isNull(subscriptions.endedAt))),
  )
  expect(
    live.filter(({ deletedAt }) => deletedAt !== null).map(({ plan }) => plan),
    'what runs on after the end',
  ).toEqual([])
}
