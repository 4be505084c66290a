import { SpanKind } from '@opentelemetry/api'
import { and, asc, eq, lte } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { messages } from '../../db/schema'
import { isMessageKind } from '../billing/message-kinds'
import type { Locale } from '../locale'
import type { Mail } from '../notify/mail'
import { readRecipientLanguages } from '../notify/recipient-language'
import { isRefusedForGood, type Mailer } from '../notify/send-mail'
import { wordMessage } from '../notify/word-message'
import { traced } from '../observe/trace'
import { addMinutes, systemClock } from '../time'
import { minutesToNextTry } from './back-off'

/** `language`: the recipient's. */
type Message = typeof messages.$inferSelect & { language: Locale }

export type SentMessages = { sent: number; postponed: number; failed: number }

const SENT_AT_ONCE = 4
/** More than a whole batch takes where the mail server answers to nothing. */
const LEASE_MINUTES = 10

/**
 * Sends up to `limit` mails that are due, each at least once. Mail is always wall time, whatever clock an
 * organization lives on.
 *
 * A message is claimed by moving its due time ahead, in a transaction of its own; the network comes after it. So a worker
 * that dies in between only delays a message, two workers never take the same one, and a dead mail server holds nobody's rows.
 */
export async function sendDueMessages(mailer: Mailer, limit = 50): Promise<SentMessages> {
  const claimed = await claimDue(limit)
  const outcome: SentMessages = { sent: 0, postponed: 0, failed: 0 }
  const waiting = claimed.values()
  await Promise.all(
    Array.from({ length: SENT_AT_ONCE }, async () => {
      for (const message of waiting) outcome[await sendOne(mailer, message)]++
    }),
  )
  return outcome
}

async function claimDue(limit: number): Promise<Message[]> {
  return inEngine(async (tx) => {
    const now = systemClock.now()
    const due = await tx
      .select()
      .from(messages)
      .where(and(lte(messages.nextTryAt, now), eq(messages.state, 'queued'), eq(messages.channel, 'email')))
      .orderBy(asc(messages.nextTryAt))
      .limit(limit)
      .for('update', { skipLocked: true })
    for (const message of due) {
      await tx
        .update(messages)
        .set({ tries: message.tries + 1, nextTryAt: addMinutes(now, LEASE_MINUTES) })
        .where(isMessage(message))
    }
    const languageOf = await readRecipientLanguages(tx, due)
    return due.map((message) => ({ ...message, tries: message.tries + 1, language: languageOf(message) }))
  })
}

async function sendOne(mailer: Mailer, message: Message): Promise<keyof SentMessages> {
  let mail: Mail
  try {
    if (!isMessageKind(message.kind)) throw new Error(`nobody has words for ${message.kind}`)
    mail = wordMessage(message.kind, message.payload, message.language)
  } catch (fault) {
    return giveUp(message, fault) // A bug of ours, which waiting does not heal; the operator sees it as failed.
  }
  try {
    const attributes = { 'headroom.kind': message.kind, 'headroom.message': message.id }
    const send = () => mailer.send({ to: message.recipient, mail, messageId: message.id })
    await traced('send mail', { kind: SpanKind.CLIENT, attributes, parent: message.traceparent }, send)
  } catch (fault) {
    const minutes = isRefusedForGood(fault) ? null : minutesToNextTry(message.tries)
    if (minutes === null) return giveUp(message, fault)
    await change(message, { nextTryAt: addMinutes(systemClock.now(), minutes), error: wordsOf(fault) })
    return 'postponed'
  }
  await change(message, { state: 'sent', sentAt: systemClock.now(), nextTryAt: null, error: null, payload: withoutSecrets(message.payload) })
  return 'sent'
}

/** The link of an invitation has done its part with the mail; only its hash is needed from now on. */
function withoutSecrets(payload: Message['payload']): Message['payload'] {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'sealedToken'))
}

async function giveUp(message: Message, fault: unknown): Promise<'failed'> {
  await change(message, { state: 'failed', nextTryAt: null, error: wordsOf(fault) })
  return 'failed'
}

async function change(message: Message, changed: Partial<typeof messages.$inferInsert>): Promise<void> {
  await inEngine((tx) => tx.update(messages).set(changed).where(isMessage(message)))
}

const isMessage = (message: Pick<Message, 'organizationId' | 'id'>) => and(eq(messages.organizationId, message.organizationId), eq(messages.id, message.id))

const ERROR_MAX = 500

function wordsOf(fault: unknown): string {
  return (fault instanceof Error ? fault.message : String(fault)).slice(0, ERROR_MAX)
}
