import { and, desc, eq, lt, notInArray } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { mailMutes, mailRoutes, messages, notificationChannels, organizations } from '../../../db/schema'
import type { ChannelId, MemberId, MessageId, OrganizationId } from '../../ids'
import { CHANNELS_MAX, listChannels } from '../commands/store/channels'
import { isForChats, MAIL_AUDIENCES, type MailAudience } from '../commands/store/recipients'
import {
  HIDDEN_KINDS,
  isMessageKind,
  isOrganizationKind,
  MESSAGE_KINDS,
  MESSAGE_TOPICS,
  type MessageTopic,
  ORGANIZATION_KINDS,
  type OrganizationKind,
} from '../message-kinds'

export type ChannelView = {
  id: ChannelId
  service: 'slack' | 'discord' | 'telegram'
  name: string
  kinds: OrganizationKind[]
  /** The end of its address. */
  hint: string
  paused: 'by_hand' | 'refused' | 'unreachable' | null
  /** ISO 8601, as all times; null: the last message got through. */
  failingSince: string | null
  lastDeliveredAt: string | null
}

export type TopicView = {
  topic: MessageTopic
  /** Sent to everybody in charge of bills, whatever is chosen. */
  essential: OrganizationKind[]
  optional: OrganizationKind[]
  /** Of both, what may be posted to a chat. */
  posted: OrganizationKind[]
  /** Who gets the optional ones. */
  audiences: MailAudience[]
  /** The viewer has switched the optional ones off for themselves. */
  muted: boolean
}

export type NotificationSettingsView = {
  channels: ChannelView[]
  maximum: number
  topics: TopicView[]
  /** Addresses beside the people, as they stand in the billing details. */
  extraRecipients: string[]
}

/** Where messages go: mails by topic, and chats. */
export async function getNotificationSettings(tx: Transaction, organizationId: OrganizationId, memberId: MemberId): Promise<NotificationSettingsView> {
  const channels = await listChannels(tx, organizationId)
  const routes = await tx.select().from(mailRoutes).where(eq(mailRoutes.organizationId, organizationId))
  const [mute] = await tx
    .select()
    .from(mailMutes)
    .where(and(eq(mailMutes.organizationId, organizationId), eq(mailMutes.memberId, memberId)))
  const [organization] = await tx.select({ billing: organizations.billing }).from(organizations).where(eq(organizations.id, organizationId))
  return {
    channels: channels.map((channel) => ({
      id: channel.id,
      service: channel.service,
      name: channel.name,
      kinds: channel.kinds.filter(isForChats),
      hint: channel.hint,
      paused: channel.pausedBecause,
      failingSince: channel.failingSince?.toString() ?? null,
      lastDeliveredAt: channel.lastDeliveredAt?.toString() ?? null,
    })),
    maximum: CHANNELS_MAX,
    topics: MESSAGE_TOPICS.map((topic) => ({
      topic,
      essential: ORGANIZATION_KINDS.filter((kind) => MESSAGE_KINDS[kind].topic === topic && MESSAGE_KINDS[kind].sent === 'essential'),
      optional: ORGANIZATION_KINDS.filter((kind) => MESSAGE_KINDS[kind].topic === topic && MESSAGE_KINDS[kind].sent === 'optional'),
      posted: ORGANIZATION_KINDS.filter((kind) => MESSAGE_KINDS[kind].topic === topic && isForChats(kind)),
      audiences: audiencesOf(routes.find((route) => route.topic === topic)?.audiences),
      muted: mute?.topics.includes(topic) ?? false,
    })),
    extraRecipients: organization?.billing.emails ?? [],
  }
}

function audiencesOf(chosen: readonly string[] | undefined): MailAudience[] {
  return MAIL_AUDIENCES.filter((audience) => chosen === undefined || chosen.includes(audience))
}

export type DeliveryView = {
  id: MessageId
  kind: OrganizationKind | null
  channel: 'email' | ChannelView['service']
  /** An address, or a chat's name; null: of a chat that is long gone. */
  recipient: string | null
  state: 'queued' | 'sent' | 'failed'
  /** Billing time of what it tells of. */
  at: string
  /** When it is tried next; null where it is not. */
  nextTryAt: string | null
  problem: { state: 'wait' | 'unreachable' | 'gone' | 'rejected' | 'paused' | 'removed' | 'mail'; detail: string } | null
  /** Why it cannot be sent again; null: it can, or need not be. */
  resend: 'possible' | 'silent' | 'never' | 'needless'
}

export type DeliveryPage = { items: DeliveryView[]; next: MessageId | null }

/** Every message that was tried or is to be, newest first, by key. */
export async function listDeliveries(
  tx: Transaction,
  organizationId: OrganizationId,
  { limit, before, failed }: { limit: number; before: MessageId | null; failed: boolean },
): Promise<DeliveryPage> {
  const isListed = and(
    eq(messages.organizationId, organizationId),
    notInArray(messages.kind, [...HIDDEN_KINDS]),
    before === null ? undefined : lt(messages.id, before),
    failed ? eq(messages.state, 'failed') : undefined,
  )
  const rows = await tx
    .select({ message: messages, chat: { name: notificationChannels.name, state: notificationChannels.state, removedAt: notificationChannels.removedAt } })
    .from(messages)
    .leftJoin(notificationChannels, and(eq(notificationChannels.organizationId, messages.organizationId), eq(notificationChannels.id, messages.channelId)))
    .where(isListed)
    .orderBy(desc(messages.id))
    .limit(limit + 1)
  const items = rows.slice(0, limit).map(viewDelivery)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

type Row = { message: typeof messages.$inferSelect; chat: Pick<typeof notificationChannels.$inferSelect, 'name' | 'state' | 'removedAt'> | null }

function viewDelivery({ message, chat }: Row): DeliveryView {
  const { id, channel, recipient, state, at, nextTryAt, error, kind } = message
  return {
    id,
    kind: isOrganizationKind(kind) ? kind : null,
    channel,
    recipient: channel === 'email' ? recipient : (chat?.name ?? null),
    state,
    at: at.toString(),
    nextTryAt: state === 'queued' && error !== null ? (nextTryAt?.toString() ?? null) : null,
    problem: error === null ? null : readProblem(error, channel),
    resend: resendOf({ message, chat }),
  }
}

function resendOf({ message: { state, kind, channel }, chat }: Row): DeliveryView['resend'] {
  if (state !== 'failed') return 'needless'
  if (!isMessageKind(kind) || MESSAGE_KINDS[kind].sent === 'person') return 'never'
  return channel === 'email' || (chat?.state === 'active' && chat.removedAt === null) ? 'possible' : 'silent'
}

const PROBLEM = /^(wait|unreachable|gone|rejected|paused|removed)(?:: (.*))?$/s

/** As the sender has written it: what became of it, and the service's own word. */
function readProblem(error: string, channel: DeliveryView['channel']): DeliveryView['problem'] {
  const match = channel === 'email' ? null : PROBLEM.exec(error)
  if (!match) return { state: channel === 'email' ? 'mail' : 'rejected', detail: error }
  return { state: match[1] as NonNullable<DeliveryView['problem']>['state'], detail: match[2] ?? '' }
}
