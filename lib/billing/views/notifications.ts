import { and, desc, eq, lt, notInArray } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { messages } from '../../../db/schema'
import type { Id, OrganizationId } from '../../ids'
import type { Instant } from '../../time'
import { HIDDEN_KINDS } from '../message-kinds'

export type NotificationView = {
  id: Id<'msg'>
  kind: string
  channel: 'email' | 'slack' | 'discord' | 'telegram'
  recipient: string
  state: 'queued' | 'sent' | 'failed'
  /** Billing time of what it tells of. */
  at: Instant
  /** Wall time. */
  sentAt: Instant | null
  tries: number
  /** Why the last try failed. */
  error: string | null
}

export type NotificationPage = { limit: number; before?: Id<'msg'> }

/** Every message that was sent, or is to be, newest first; not what a person asked for as themselves. */
export async function listNotifications(tx: Transaction, organizationId: OrganizationId, { limit, before }: NotificationPage): Promise<NotificationView[]> {
  return tx
    .select({
      id: messages.id,
      kind: messages.kind,
      channel: messages.channel,
      recipient: messages.recipient,
      state: messages.state,
      at: messages.at,
      sentAt: messages.sentAt,
      tries: messages.tries,
      error: messages.error,
    })
    .from(messages)
    .where(and(eq(messages.organizationId, organizationId), notInArray(messages.kind, [...HIDDEN_KINDS]), before && lt(messages.id, before)))
    .orderBy(desc(messages.id))
    .limit(limit)
}
