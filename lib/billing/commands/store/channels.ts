import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { messages, notificationChannels } from '../../../../db/schema'
import type { ChannelId, OrganizationId } from '../../../ids'
import { addMinutes, type Instant, systemClock } from '../../../time'
import { recordAudit } from './audit'
import { tellManagers } from './messages'
import { readOrganizationTime } from './organization'

/** More chats than a company reads its bills in. */
export const CHANNELS_MAX = 20

export type ChannelRow = typeof notificationChannels.$inferSelect

export const isChannel = ({ organizationId, id }: Pick<ChannelRow, 'organizationId' | 'id'>) =>
  and(eq(notificationChannels.organizationId, organizationId), eq(notificationChannels.id, id))

/** Under its lock; null where the organization has none of that id, or it was removed. */
export async function lockChannel(tx: Transaction, organizationId: OrganizationId, id: ChannelId): Promise<ChannelRow | null> {
  const [row] = await tx.select().from(notificationChannels).where(isChannel({ organizationId, id })).for('update')
  return row && row.removedAt === null ? row : null
}

/** Those that it has now, by name; locked with the organization. */
export async function listChannels(tx: Transaction, organizationId: OrganizationId): Promise<ChannelRow[]> {
  return tx
    .select()
    .from(notificationChannels)
    .where(and(eq(notificationChannels.organizationId, organizationId), isNull(notificationChannels.removedAt)))
    .orderBy(notificationChannels.name, notificationChannels.id)
}

/** Whether another of them has the name, however it is written. */
export function isNameTaken(channels: readonly ChannelRow[], name: string, self: ChannelId | null): boolean {
  return channels.some((channel) => channel.id !== self && channel.name.toLowerCase() === name.toLowerCase())
}

/** What waits for a chat that takes no more fails, and may be sent again. */
export async function giveUpWaiting(tx: Transaction, channel: Pick<ChannelRow, 'organizationId' | 'id'>, why: 'paused' | 'removed'): Promise<void> {
  await tx
    .update(messages)
    .set({ state: 'failed', nextTryAt: null, error: why })
    .where(and(eq(messages.organizationId, channel.organizationId), eq(messages.channelId, channel.id), eq(messages.state, 'queued')))
}

/** What is tried again in a minute is left alone: it may be on its way right now. */
const SOON_MINUTES = 1

/** Somebody has put it right: what waits long for it is tried again at once. */
export async function retryWaiting(tx: Transaction, channel: Pick<ChannelRow, 'organizationId' | 'id'>): Promise<void> {
  const now = systemClock.now()
  await tx
    .update(messages)
    .set({ nextTryAt: now })
    .where(
      and(
        eq(messages.organizationId, channel.organizationId),
        eq(messages.channelId, channel.id),
        eq(messages.state, 'queued'),
        gt(messages.nextTryAt, addMinutes(now, SOON_MINUTES)),
      ),
    )
}

type Silenced = {
  channel: ChannelRow
  because: 'refused' | 'unreachable'
  /** The service's own word. */
  detail: string
  since: Instant | null
}

/** Nothing gets through to it: it is paused by itself, once, and the owners and admins are told, who can mend it. */
export async function silenceChannel(tx: Transaction, { channel, because, detail, since }: Silenced): Promise<void> {
  const [paused] = await tx
    .update(notificationChannels)
    .set({ state: 'paused', pausedBecause: because })
    .where(and(isChannel(channel), eq(notificationChannels.state, 'active')))
    .returning()
  const here = await readOrganizationTime(tx, channel.organizationId)
  if (!paused || !here) return
  const { organization, now } = here
  await giveUpWaiting(tx, channel, 'paused')
  const after = { name: channel.name, reason: detail }
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor: 'system', action: 'channel.silenced', target: channel.id, after }])
  const payload = {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    channelName: channel.name,
    service: channel.service,
    error: detail,
    since: since?.toString() ?? null,
  }
  // By wall time, because it may be mended and fall silent again while a test clock stands still.
  const fact = `${channel.id}:silenced:${systemClock.now()}`
  await tellManagers(tx, [{ organizationId: organization.id, kind: 'channel_paused', fact, at: now, payload }])
}
