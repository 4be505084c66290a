import { and, eq, isNull, ne } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '@/db/client'
import { documents, organizations, payments, pendingActions, refunds, subscriptions } from '@/db/schema'
import type { OrganizationId } from '../../ids'
import type { Charge } from './cash'
import type { Scenario } from './scenario'

/**
 * What must be true whatever was done, by whom and in which order, once the worker has looked: nothing is unknown any more,
 * the books balance, each charge at the provider is one payment of ours, and nothing was billed twice.
 */
export async function expectSettled(life: Scenario): Promise<void> {
  await life.recover()
  await life.recover()
  await life.expectBalanced()
  await expectChargedOnce(life.organizationId, await life.charges())
}

/** As above, of whoever's unknown payments have been read back and whose charges at the provider are these; the books are the caller's to ask. */
export async function expectChargedOnce(organizationId: OrganizationId, charges: readonly Pick<Charge, 'payment_intent' | 'amount'>[]): Promise<void> {
  const [paid, sentBack, actions, renewals] = await inEngine(async (tx) => [
    await tx.select().from(payments).where(eq(payments.organizationId, organizationId)),
    await tx.select().from(refunds).where(eq(refunds.organizationId, organizationId)),
    await tx.select().from(pendingActions).where(eq(pendingActions.organizationId, organizationId)),
    await tx
      .select()
      .from(documents)
      .where(and(eq(documents.organizationId, organizationId), eq(documents.kind, 'renewal'), ne(documents.status, 'void'))),
  ])

  const waiting = actions.filter(({ state }) => state === 'waiting')
  // An invoice that was sent first waits for whoever pays it, and nobody else asks the provider for its money.
  const sentFirst = waiting.filter(({ kind }) => kind === 'pro_forma').map(({ documentId }) => documentId)
  const ofOthers = paid.filter(({ documentId }) => !sentFirst.includes(documentId))
  const unknown = [...ofOthers, ...sentBack].filter(({ state }) => UNKNOWN.has(state)).map(({ id, state }) => `${id} ${state}`)
  expect(unknown, 'nothing is unknown').toEqual([])
  const asked = [...sentFirst, ...paid.filter(({ state }) => state === 'needs_customer').map(({ documentId }) => documentId)]
  expect(
    waiting.map(({ documentId }) => documentId).filter((documentId) => !asked.includes(documentId)),
    'what waits waits for the customer',
  ).toEqual([])

  const charged = charges.map((charge) => `${charge.payment_intent} ${charge.amount}`)
  const collected = paid.filter(({ state, bankReference }) => ['collected', 'disputed'].includes(state) && bankReference === null)
  expect(charged.sort(), 'each charge is one payment').toEqual(collected.map(({ providerRef, amount }) => `${providerRef} ${amount}`).sort())
  const quoted = actions.filter(({ state, quoteId }) => state === 'applied' && quoteId)
  expectNone(
    quoted.map(({ quoteId }) => quoteId),
    'quotes that were charged twice',
  )
  // Who renews early at the very instant at which the period began has two of one start: each was asked for by a quote of its own (B7, G105).
  const begunByHand = new Set(quoted.map(({ documentId }) => documentId))
  const ofCalendar = renewals.filter(({ id, early }) => !(early && begunByHand.has(id)))
  expectNone(
    ofCalendar.map(({ subscriptionId, periodStart }) => `${subscriptionId} ${periodStart}`),
    'periods that were billed twice',
  )
  await expectClosedForGood(organizationId)
}

const UNKNOWN: ReadonlySet<string> = new Set(['created', 'open', 'in_flight', 'pending'])

function expectNone(keys: readonly unknown[], what: string): void {
  expect(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    what,
  ).toEqual([])
}

/** Nobody reaches a deleted organization any more, so nothing may run on there and be charged. */
async function expectClosedForGood(organizationId: OrganizationId): Promise<void> {
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
