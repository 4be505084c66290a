import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { members, messages, organizations, users } from '../../../../db/schema'
import { newId, type OrganizationId } from '../../../ids'
import { type Instant, systemClock } from '../../../time'
import type { MessageKind } from '../../message-kinds'

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

const BILLING_MAIL_ROLES = ['owner', 'admin', 'billing'] as const

/** Queues billing mail for owners, admins, billing managers and the extra recipients, never for members (G84). */
export async function tellBilling(tx: Transaction, told: readonly Message[]): Promise<void> {
  if (told.length === 0) return
  const recipients = await billingRecipients(tx, [...new Set(told.map((message) => message.organizationId))])
  const rows = told.flatMap((message) => [...(recipients.get(message.organizationId) ?? [])].map((email) => messageRow(message, email)))
  if (rows.length > 0) await tx.insert(messages).values(rows).onConflictDoNothing()
}

async function billingRecipients(tx: Transaction, organizationIds: OrganizationId[]): Promise<Map<OrganizationId, Set<string>>> {
  const people = await tx
    .select({ organizationId: members.organizationId, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(inArray(members.organizationId, organizationIds), inArray(members.role, [...BILLING_MAIL_ROLES]), isNull(members.removedAt)))
  const extra = await tx
    .select({ organizationId: organizations.id, billing: organizations.billing })
    .from(organizations)
    .where(inArray(organizations.id, organizationIds))
  const found = new Map<OrganizationId, Set<string>>(organizationIds.map((id) => [id, new Set()]))
  for (const person of people) found.get(person.organizationId)?.add(person.email)
  for (const { organizationId, billing } of extra) for (const email of billing.emails ?? []) found.get(organizationId)?.add(email.toLowerCase())
  return found
}

/** Queues one mail for one address. */
export async function tellPerson(tx: Transaction, message: Message, email: string): Promise<void> {
  await tx.insert(messages).values(messageRow(message, email)).onConflictDoNothing()
}

function messageRow(message: Message, recipient: string): typeof messages.$inferInsert {
  return { ...message, id: newId('msg'), channel: 'email', recipient, state: 'queued', nextTryAt: systemClock.now() }
}
