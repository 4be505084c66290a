import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { mailMutes, mailRoutes, members, type messages, notificationChannels, organizations, users } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import { isOrganizationKind, MESSAGE_KINDS, type MessageKind, type OrganizationKind } from '../../message-kinds'

type MessageRow = typeof messages.$inferSelect
export type Recipient = Pick<MessageRow, 'channel' | 'recipient' | 'channelId'>

const BILLING_MAIL_ROLES = ['owner', 'admin', 'billing'] as const
/** Whom the optional mails of a topic may be routed to: roles, and the extra recipients of invoices. Never members (G84). */
export const MAIL_AUDIENCES = [...BILLING_MAIL_ROLES, 'extra'] as const
export type MailAudience = (typeof MAIL_AUDIENCES)[number]

type Person = { organizationId: OrganizationId; email: string; audience: MailAudience; muted: readonly string[] }

/**
 * Who is told of what in the given organizations, in a constant number of statements: mails by route and by what each has switched
 * off for themselves, essential ones to everybody in charge of bills (G84), and the chats that a kind was chosen for.
 */
export async function findRecipients(tx: Transaction, ids: readonly OrganizationId[]): Promise<(id: OrganizationId, kind: MessageKind) => Recipient[]> {
  const people = byOrganization([...(await findPeople(tx, ids)), ...(await findExtra(tx, ids))])
  const routes = byOrganization(
    await tx
      .select()
      .from(mailRoutes)
      .where(inArray(mailRoutes.organizationId, [...ids])),
  )
  const chats = byOrganization(await findChats(tx, ids))
  return (id, kind) => {
    const { topic, sent } = MESSAGE_KINDS[kind]
    const audiences: readonly string[] = routes(id).find((route) => route.topic === topic)?.audiences ?? MAIL_AUDIENCES
    const wants = ({ audience, muted }: Person) => sent !== 'optional' || (audiences.includes(audience) && !muted.includes(topic))
    const addresses = new Set(
      people(id)
        .filter(wants)
        .map(({ email }) => email),
    )
    return [
      ...[...addresses].map((recipient) => ({ channel: 'email' as const, recipient, channelId: null })),
      ...chats(id)
        .filter(({ kinds }) => kinds.includes(kind))
        .map((chat) => ({ channel: chat.service, recipient: chat.id, channelId: chat.id })),
    ]
  }
}

function byOrganization<Row extends { organizationId: OrganizationId }>(rows: readonly Row[]): (id: OrganizationId) => readonly Row[] {
  const found = new Map<OrganizationId, Row[]>()
  for (const row of rows) {
    const others = found.get(row.organizationId)
    if (others) others.push(row)
    else found.set(row.organizationId, [row])
  }
  return (id) => found.get(id) ?? []
}

async function findPeople(tx: Transaction, ids: readonly OrganizationId[]): Promise<Person[]> {
  const rows = await tx
    .select({ organizationId: members.organizationId, email: users.email, role: members.role, topics: mailMutes.topics })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .leftJoin(mailMutes, and(eq(mailMutes.organizationId, members.organizationId), eq(mailMutes.memberId, members.id)))
    .where(and(inArray(members.organizationId, [...ids]), inArray(members.role, [...BILLING_MAIL_ROLES]), isNull(members.removedAt)))
  return rows.flatMap(({ role, topics, ...person }) => (role === 'member' ? [] : [{ ...person, audience: role, muted: topics ?? [] }]))
}

async function findExtra(tx: Transaction, ids: readonly OrganizationId[]): Promise<Person[]> {
  const rows = await tx
    .select({ organizationId: organizations.id, billing: organizations.billing })
    .from(organizations)
    .where(inArray(organizations.id, [...ids]))
  return rows.flatMap(({ organizationId, billing }) =>
    (billing.emails ?? []).map((email) => ({ organizationId, email: email.toLowerCase(), audience: 'extra' as const, muted: [] })),
  )
}

function findChats(tx: Transaction, ids: readonly OrganizationId[]) {
  const { organizationId, id, service, kinds, state, removedAt } = notificationChannels
  return tx
    .select({ organizationId, id, service, kinds })
    .from(notificationChannels)
    .where(and(inArray(organizationId, [...ids]), eq(state, 'active'), isNull(removedAt)))
}

/** About connections, not about bills: mailed to those who can mend them, and never posted. */
const ABOUT_CONNECTIONS: readonly MessageKind[] = ['channel_paused', 'webhook_disabled']

/** Kinds that may be posted to a chat. */
export function isForChats(kind: string): kind is OrganizationKind {
  if (!isOrganizationKind(kind) || ABOUT_CONNECTIONS.includes(kind)) return false
  const { sent } = MESSAGE_KINDS[kind]
  return sent === 'optional' || sent === 'essential'
}
