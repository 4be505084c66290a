import { and, asc, eq, inArray, lte, ne, sql } from 'drizzle-orm'
import { inEngine, type Transaction } from '../../db/client'
import { messages, notificationChannels } from '../../db/schema'
import { type ChannelRow, isChannel, silenceChannel } from '../billing/commands/store/channels'
import { isMessageKind } from '../billing/message-kinds'
import type { Locale } from '../locale'
import type { Mail } from '../notify/mail'
import type { Posted } from '../notify/post-chat'
import { postToChannel } from '../notify/post-to-channel'
import { readRecipientLanguages } from '../notify/recipient-language'
import { wordMessage } from '../notify/word-message'
import { addMinutes, type Instant, isBefore, systemClock } from '../time'
import { backOff, GIVE_UP_AFTER_MINUTES } from './back-off'

/** `language`: the organization's. */
type Message = typeof messages.$inferSelect & { language: Locale }

export type SentChats = { posted: number; postponed: number; failed: number }

const CHANNELS_AT_ONCE = 8
/** More than a whole batch takes where no service answers. */
const LEASE_MINUTES = 10

/**
 * Posts up to `limit` messages to the chats that they are due in, each at least once, and apart from mail: a chat that is dead holds
 * nobody up but itself. Those of one chat go in their order; where one fails for want of an answer, the others of that chat wait
 * with it.
 */
export async function sendDueChats(limit = 50): Promise<SentChats> {
  const claimed = await claimDue(limit)
  const outcome: SentChats = { posted: 0, postponed: 0, failed: 0 }
  const waiting = claimed.values()
  await Promise.all(
    Array.from({ length: CHANNELS_AT_ONCE }, async () => {
      for (const { channel, due } of waiting) await sendInTurn(channel, due, outcome)
    }),
  )
  return outcome
}

type Claimed = { channel: ChannelRow | null; due: Message[] }

async function claimDue(limit: number): Promise<Claimed[]> {
  return inEngine(async (tx) => {
    const now = systemClock.now()
    const due = await tx
      .select()
      .from(messages)
      .where(and(lte(messages.nextTryAt, now), eq(messages.state, 'queued'), ne(messages.channel, 'email')))
      .orderBy(asc(messages.nextTryAt), asc(messages.id))
      .limit(limit)
      .for('update', { skipLocked: true })
    if (due.length === 0) return []
    await tx
      .update(messages)
      .set({ tries: sql`${messages.tries} + 1`, nextTryAt: addMinutes(now, LEASE_MINUTES) })
      .where(areThese(due))
    const ids = [...new Set(due.flatMap(({ channelId }) => channelId ?? []))]
    const languageOf = await readRecipientLanguages(tx, due)
    const channels = await tx.select().from(notificationChannels).where(inArray(notificationChannels.id, ids))
    return [...new Set(due.map(({ channelId }) => channelId))].map((id) => ({
      channel: channels.find((channel) => channel.id === id && channel.removedAt === null) ?? null,
      due: due.filter(({ channelId }) => channelId === id).map((message) => ({ ...message, tries: message.tries + 1, language: languageOf(message) })),
    }))
  })
}

const areThese = (rows: readonly Pick<Message, 'organizationId' | 'id'>[]) =>
  and(
    inArray(messages.organizationId, [...new Set(rows.map(({ organizationId }) => organizationId))]),
    inArray(
      messages.id,
      rows.map(({ id }) => id),
    ),
  )

async function sendInTurn(channel: ChannelRow | null, due: readonly Message[], outcome: SentChats): Promise<void> {
  if (!channel || channel.state === 'paused' || channel.sealedTarget === null) {
    await inEngine((tx) => giveUp(tx, due, channel ? 'paused' : 'removed'))
    outcome.failed += due.length
    return
  }
  for (const [index, message] of due.entries()) {
    const posted = await postOne(channel, message)
    const goesOn = await inEngine((tx) => settle(tx, { channel, message, rest: due.slice(index + 1), posted }, outcome))
    if (!goesOn) return
  }
}

async function postOne(channel: ChannelRow, message: Message): Promise<Posted> {
  let mail: Mail
  try {
    if (!isMessageKind(message.kind)) throw new Error(`nobody has words for ${message.kind}`)
    mail = wordMessage(message.kind, message.payload, message.language)
  } catch {
    return { state: 'rejected', detail: 'it could not be worded' } // A bug of ours, which waiting does not heal.
  }
  return postToChannel(channel, mail, { attributes: { 'headroom.kind': message.kind, 'headroom.message': message.id }, parent: message.traceparent })
}

type Outcome = { channel: ChannelRow; message: Message; rest: readonly Message[]; posted: Posted }

/** Writes down what became of one message; whether the next one of the chat may be posted. */
async function settle(tx: Transaction, { channel, message, rest, posted }: Outcome, outcome: SentChats): Promise<boolean> {
  const now = systemClock.now()
  switch (posted.state) {
    case 'delivered':
      await change(tx, [message], { state: 'sent', sentAt: now, nextTryAt: null, error: null })
      await tx.update(notificationChannels).set({ failingSince: null, failures: 0, lastDeliveredAt: now }).where(isChannel(channel))
      Object.assign(channel, { failingSince: null, failures: 0 })
      outcome.posted += 1
      return true
    case 'rejected':
      await change(tx, [message], { state: 'failed', nextTryAt: null, error: errorOf(posted) })
      outcome.failed += 1
      return true
    case 'wait':
      // It was asked for and is no failure: nobody's try is counted.
      await postpone(tx, [message, ...rest], now.add({ seconds: posted.seconds }), errorOf(posted))
      outcome.postponed += 1 + rest.length
      return false
    case 'unreachable': {
      const failingSince = channel.failingSince ?? now
      if (!isBefore(now, addMinutes(failingSince, GIVE_UP_AFTER_MINUTES))) {
        await silence(tx, { channel, message, rest, posted }, failingSince)
        outcome.failed += 1 + rest.length
        return false
      }
      await tx
        .update(notificationChannels)
        .set({ failingSince, failures: sql`${notificationChannels.failures} + 1` })
        .where(isChannel(channel))
      await postpone(tx, rest, addMinutes(now, backOff(channel.failures)), null)
      await change(tx, [message], { nextTryAt: addMinutes(now, backOff(channel.failures)), error: errorOf(posted) })
      outcome.postponed += 1 + rest.length
      return false
    }
    case 'gone':
      await silence(tx, { channel, message, rest, posted }, null)
      outcome.failed += 1 + rest.length
      return false
  }
}

/** Nothing gets through any more: it is paused, its people are told, and what waits for it can be sent again when it is mended. */
async function silence(tx: Transaction, { channel, message, rest, posted }: Outcome, since: Instant | null): Promise<void> {
  const detail = 'detail' in posted ? posted.detail : ''
  await change(tx, [message], { state: 'failed', nextTryAt: null, error: errorOf(posted) })
  await giveUp(tx, rest, 'paused')
  await silenceChannel(tx, { channel, because: since === null ? 'refused' : 'unreachable', detail, since })
}

async function giveUp(tx: Transaction, rows: readonly Message[], why: 'paused' | 'removed'): Promise<void> {
  await change(tx, rows, { state: 'failed', nextTryAt: null, error: why })
}

async function change(tx: Transaction, rows: readonly Message[], to: Partial<typeof messages.$inferInsert>): Promise<void> {
  if (rows.length > 0) await tx.update(messages).set(to).where(areThese(rows))
}

/** They were not tried: the claim has counted one too many. */
async function postpone(tx: Transaction, rows: readonly Message[], until: Instant, error: string | null): Promise<void> {
  if (rows.length === 0) return
  await tx
    .update(messages)
    .set({ nextTryAt: until, tries: sql`${messages.tries} - 1`, ...(error === null ? {} : { error }) })
    .where(areThese(rows))
}

/** `gone: 404 no_service`: what became of it for the page to word, and the service's own word. */
function errorOf(posted: Posted): string {
  return 'detail' in posted ? `${posted.state}: ${posted.detail}` : posted.state
}
