import { and, eq, sql } from 'drizzle-orm'
import { messages } from '../../../db/schema'
import type { MessageId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { systemClock } from '../../time'
import type { CommandContext } from '../context'
import { isMessageKind, MESSAGE_KINDS } from '../message-kinds'
import { lockChannel, retryWaiting } from './store/channels'
import { type Forbidden, forbidsActor } from './store/members'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'

export type ResendMessage = { organizationId: OrganizationId; messageId: MessageId }

export type ResendMessageRefusal =
  | Forbidden
  | NotFound
  /** It is on its way, or has arrived. */
  | { code: 'not_failed' }
  /** Its chat was removed, or is paused. */
  | { code: 'channel_silent'; removed: boolean }
  /** A link in it is good once and for a while: it is asked for anew, and a test is made anew. */
  | { code: 'not_resendable' }

/** A message that failed is due again at once, with all its tries. */
export async function resendMessage({ tx, actor }: CommandContext, { organizationId, messageId }: ResendMessage): Promise<Result<null, ResendMessageRefusal>> {
  await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const isMessage = and(eq(messages.organizationId, organizationId), eq(messages.id, messageId))
  const [message] = await tx.select().from(messages).where(isMessage).for('update')
  if (!message || !isMessageKind(message.kind) || MESSAGE_KINDS[message.kind].sent === 'operator') return refuse({ code: 'not_found' })
  if (message.state !== 'failed') return refuse({ code: 'not_failed' })
  if (MESSAGE_KINDS[message.kind].sent === 'person') return refuse({ code: 'not_resendable' })
  if (message.channelId !== null) {
    const channel = await lockChannel(tx, organizationId, message.channelId)
    if (channel?.state !== 'active') return refuse({ code: 'channel_silent', removed: channel === null })
    await retryWaiting(tx, channel)
  }
  await tx.update(messages).set({ state: 'queued', tries: 0, nextTryAt: systemClock.now(), error: null }).where(isMessage)
  await tx.execute(sql`SELECT pg_notify('headroom_wake', ${message.channelId === null ? 'messages' : 'chats'})`)
  return ok(null)
}
