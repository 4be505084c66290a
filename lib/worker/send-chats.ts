import { and, asc, desc, eq, isNotNull, ne, type SQL, sql } from 'drizzle-orm'
import { inEngine, type Transaction } from '../../db/client'
import { messages, notificationChannels } from '../../db/schema'
import { type ChannelRow, isChannel, silenceChannel } from '../billing/commands/store/channels'
import { isMessageKind } from '../billing/message-kinds'
import type { ChannelId } from '../ids'
import type { Locale } from '../locale'
import type { Mail } from '../notify/mail'
import type { Posted } from '../notify/post-chat'
import { postToChannel } from '../notify/post-to-channel'
import { readRecipientLanguages } from '../notify/recipient-language'
import { wordMessage } from '../notify/word-message'
import { addMinutes, type Instant, isBefore, systemClock } from '../time'
import { backOff, GIVE_UP_AFTER_MINUTES } from './back-off'
import { type Receiver, sendInTurns } from './send-in-turns'

/** `language`: the organization's. */
type Message = typeof messages.$inferSelect & { language: Locale }

export type SentChats = { posted: number; postponed: number; failed: number }

/** More than one post takes, and no longer than the shortest back-off. */
const LEASE_MINUTES = 1

/**
 * Posts what is due in chats, each message at least once, and apart from mail: a chat that is dead holds nobody up but itself. Those of one chat
 * go one after the other in their order, however many workers there are; where one fails for want of an answer, all of that chat wait with
 * it, also what comes meanwhile, so that an outage counts once for each time that the chat was tried.
 *
 * The last of what waits for a chat is the chat's own time: while one message is on its way its due time lies ahead, as does that of one
 * that is tried again later.
 */
export async function sendDueChats(isStopping = () => false): Promise<SentChats> {
  const outcome: SentChats = { posted: 0, postponed: 0, failed: 0 }
  await sendInTurns<ChannelId, Claimed>({
    look: chatsWithDue,
    claim: (id) => claimOne(id, outcome),
    async send({ channel, message }) {
      const posted = await postOne(channel, message)
      await settle({ channel, message, posted }, outcome)
    },
    mostOfOne: 1,
    isStopping,
  })
  return outcome
}

type Claimed = { channel: ChannelRow; message: Message }

const isWaiting = and(ne(messages.channel, 'email'), isNotNull(messages.nextTryAt))

/** Whoever has waited the longest first. */
async function chatsWithDue(): Promise<Receiver<ChannelId>[]> {
  const now = systemClock.now().toString()
  const due = await inEngine((tx) =>
    tx
      .select({ id: messages.channelId, isFailing: sql<boolean>`coalesce(bool_or(${notificationChannels.failures} > 0), false)` })
      .from(messages)
      .leftJoin(notificationChannels, eq(notificationChannels.id, messages.channelId))
      .where(isWaiting)
      .groupBy(messages.channelId)
      .having(sql`max(${messages.nextTryAt}) <= ${now}::timestamptz`)
      .orderBy(sql`min(${messages.nextTryAt})`),
  )
  return due.flatMap(({ id, isFailing }) => (id === null ? [] : [{ id, isFailing }]))
}

/** Under the chat's lock, so that of two workers one sees what the other has taken. Nothing goes to a chat that was paused or removed. */
function claimOne(id: ChannelId, outcome: SentChats): Promise<Claimed | null> {
  return inEngine(async (tx) => {
    const [channel] = await tx.select().from(notificationChannels).where(eq(notificationChannels.id, id)).for('update')
    if (!channel || channel.state === 'paused' || channel.sealedTarget === null) {
      outcome.failed += await change(tx, isQueuedFor(id), { state: 'failed', nextTryAt: null, error: channel?.state === 'paused' ? 'paused' : 'removed' })
      return null
    }
    const now = systemClock.now()
    const [last] = await tx.select({ at: messages.nextTryAt }).from(messages).where(isQueuedFor(id)).orderBy(desc(messages.nextTryAt)).limit(1)
    if (!last?.at || isBefore(now, last.at)) return null
    const [first] = await tx.select().from(messages).where(isQueuedFor(id)).orderBy(asc(messages.id)).limit(1)
    if (!first) return null
    const claimed = { tries: first.tries + 1, nextTryAt: addMinutes(now, LEASE_MINUTES) }
    await change(tx, isMessage(first), claimed)
    const languageOf = await readRecipientLanguages(tx, [first])
    return { channel, message: { ...first, ...claimed, language: languageOf(first) } }
  })
}

const isQueuedFor = (id: ChannelId) => and(isWaiting, eq(messages.channelId, id), eq(messages.state, 'queued'))

const isMessage = ({ organizationId, id }: Pick<Message, 'organizationId' | 'id'>) => and(eq(messages.organizationId, organizationId), eq(messages.id, id))

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

type Posting = Claimed & { posted: Posted }

/** Writes down what became of one message, and what that means for those behind it. */
function settle(posting: Posting, outcome: SentChats): Promise<void> {
  return inEngine(async (tx) => {
    const { posted, message } = posting
    const now = systemClock.now()
    const [channel] = await tx.select().from(notificationChannels).where(isChannel(posting.channel)).for('update')
    switch (posted.state) {
      case 'delivered':
        await change(tx, isMessage(message), { state: 'sent', sentAt: now, nextTryAt: null, error: null })
        await tx.update(notificationChannels).set({ failingSince: null, failures: 0, lastDeliveredAt: now }).where(isChannel(posting.channel))
        outcome.posted += 1
        return
      case 'rejected':
        outcome.failed += await change(tx, isStillOurs(message), { state: 'failed', nextTryAt: null, error: errorOf(posted) })
        return
      case 'wait':
        // It was asked for and is no failure: no try is counted.
        await change(tx, isStillOurs(message), { tries: message.tries - 1, error: errorOf(posted) })
        outcome.postponed += await postpone(tx, message, now.add({ seconds: posted.seconds }))
        return
      case 'unreachable': {
        const { failingSince, failures } = { failingSince: channel?.failingSince ?? now, failures: channel?.failures ?? 0 }
        if (!isBefore(now, addMinutes(failingSince, GIVE_UP_AFTER_MINUTES))) {
          outcome.failed += await silence(tx, posting, failingSince)
          return
        }
        await tx
          .update(notificationChannels)
          .set({ failingSince, failures: failures + 1 })
          .where(isChannel(posting.channel))
        await change(tx, isStillOurs(message), { error: errorOf(posted) })
        outcome.postponed += await postpone(tx, message, addMinutes(now, backOff(failures)))
        return
      }
      case 'gone':
        outcome.failed += await silence(tx, posting, null)
    }
  })
}

/** Not once it was given up while it was on its way, with its chat. */
const isStillOurs = (message: Message) => and(isMessage(message), eq(messages.state, 'queued'), eq(messages.tries, message.tries))

/** A message and all that waits for the same chat. */
function postpone(tx: Transaction, { channelId }: Message, until: Instant): Promise<number> {
  return channelId === null ? Promise.resolve(0) : change(tx, isQueuedFor(channelId), { nextTryAt: until })
}

/** Nothing gets through any more: it is paused, its people are told, and what waits for it can be sent again when it is mended. */
async function silence(tx: Transaction, { channel, message, posted }: Posting, since: Instant | null): Promise<number> {
  const detail = 'detail' in posted ? posted.detail : ''
  const failed = { state: 'failed', nextTryAt: null } as const
  const tried = await change(tx, isStillOurs(message), { ...failed, error: errorOf(posted) })
  const behind = await change(tx, isQueuedFor(channel.id), { ...failed, error: 'paused' })
  await silenceChannel(tx, { channel, because: since === null ? 'refused' : 'unreachable', detail, since })
  return tried + behind
}

async function change(tx: Transaction, which: SQL | undefined, to: Partial<typeof messages.$inferInsert>): Promise<number> {
  const { rowCount } = await tx.update(messages).set(to).where(which)
  return rowCount ?? 0
}

/** `gone: 404 no_service`: what became of it for the page to word, and the service's own word. */
function errorOf(posted: Posted): string {
  return 'detail' in posted ? `${posted.state}: ${posted.detail}` : posted.state
}
