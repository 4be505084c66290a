import { and, eq, gt, inArray, isNull, like } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { members, messages, operators, users } from '../../../../db/schema'
import { newId, type OrganizationId } from '../../../ids'
import { type Instant, systemClock } from '../../../time'
import type { MessageKind } from '../../message-kinds'
import { findRecipients, type Recipient } from './recipients'

export type Message = {
  organizationId: OrganizationId
  kind: MessageKind
  /** What it tells of, e.g. `inv_…:refused:2`: one fact is told once to each recipient. */
  fact: string
  /** Billing time of the fact. */
  at: Instant
  /** Everything that the words need, as strings and numbers: the sender reads nothing else. */
  payload: Record<string, unknown>
}

const MANAGER_ROLES = ['owner', 'admin'] as const

/**
 * Queues what is told to an organization: mail for owners, admins, billing managers and the extra recipients, never for members
 * (G84), and posts to its chats.
 */
export async function tellBilling(tx: Transaction, told: readonly Message[], notBefore: Instant = systemClock.now()): Promise<void> {
  if (told.length === 0) return
  const recipientsOf = await findRecipients(tx, [...new Set(told.map((message) => message.organizationId))])
  const rows = told.flatMap((message) => recipientsOf(message.organizationId, message.kind).map((recipient) => messageRow(message, recipient, notBefore)))
  if (rows.length > 0) await tx.insert(messages).values(rows).onConflictDoNothing()
}

/** Wall time for which a message waits for others that it can be told with. */
const GATHERING_SECONDS = 60

/**
 * As `tellBilling`, with what is told of the same within a minute: `merge` makes one payload of the one that waits and the new
 * one. `about`: how the fact begins that both have in common.
 */
export async function tellBillingTogether<Payload extends Record<string, unknown>>(
  tx: Transaction,
  message: Message & { payload: Payload },
  about: string,
  merge: (earlier: Payload, now: Payload) => Payload,
): Promise<void> {
  const isWaiting = and(
    eq(messages.organizationId, message.organizationId),
    eq(messages.kind, message.kind),
    eq(messages.state, 'queued'),
    eq(messages.tries, 0),
    gt(messages.nextTryAt, systemClock.now()),
    like(messages.fact, `${about}%`),
  )
  const waiting = await tx.select({ id: messages.id, payload: messages.payload }).from(messages).where(isWaiting).for('update', { skipLocked: true })
  const [first] = waiting
  if (!first) return tellBilling(tx, [message], systemClock.now().add({ seconds: GATHERING_SECONDS }))
  const ids = waiting.map(({ id }) => id)
  await tx
    .update(messages)
    .set({ payload: merge(first.payload as Payload, message.payload), at: message.at })
    .where(and(eq(messages.organizationId, message.organizationId), inArray(messages.id, ids)))
}

/** Queues mail for those who manage keys and endpoints (G84): what concerns programs and no money. */
export async function tellManagers(tx: Transaction, told: readonly Message[]): Promise<void> {
  for (const message of told) {
    const people = await tx
      .select({ email: users.email })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(eq(members.organizationId, message.organizationId), inArray(members.role, [...MANAGER_ROLES]), isNull(members.removedAt)))
    if (people.length === 0) continue
    await tx
      .insert(messages)
      .values(people.map(({ email }) => messageRow(message, toAddress(email), systemClock.now())))
      .onConflictDoNothing()
  }
}

/** Queues mail for the operators who may decide about money; only as the engine, which alone knows them (G80, G85). */
export async function tellOperators(tx: Transaction, message: Message): Promise<void> {
  const people = await tx
    .select({ email: operators.email })
    .from(operators)
    .where(and(eq(operators.role, 'admin'), isNull(operators.removedAt)))
  for (const { email } of people) await tellPerson(tx, message, email)
}

/** Queues one mail for one address. */
export async function tellPerson(tx: Transaction, message: Message, email: string): Promise<void> {
  await tx
    .insert(messages)
    .values(messageRow(message, toAddress(email), systemClock.now()))
    .onConflictDoNothing()
}

function toAddress(email: string): Recipient {
  return { channel: 'email', recipient: email, channelId: null }
}

function messageRow(message: Message, recipient: Recipient, nextTryAt: Instant): typeof messages.$inferInsert {
  return { ...message, ...recipient, id: newId('msg'), state: 'queued', nextTryAt }
}
