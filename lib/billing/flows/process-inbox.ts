import { eq, inArray, sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import { failpoint } from '../../failpoint'
import type { PaymentProvider } from '../../payments/port'
import { type Instant, systemClock } from '../../time'
import { findPaymentByReference } from '../commands/payment-steps'
import { abandonRefused, look } from './collect'
import type { FlowContext } from './flow-context'
import { completeCardSetup, findCardSetup } from './payment-method'
import { type Effect, keepOrphan, settleDisputed, settleRefunded } from './provider-events'

type Notification = typeof webhookInbox.$inferSelect

export type ProcessedInbox = {
  done: number
  /** Tried again by itself, at the earliest at `nextTryAt`. */
  postponed: number
  nextTryAt: Instant | null
  /** What the operator is to be told of: disputes, and money that moved at the provider without us (G80). */
  notices: string[]
}

const ROWS_PER_PASS = 50
/** A worker that dies over a notification lets go of it after this. */
const CLAIM_SECONDS = 90
const LONGEST_WAIT_SECONDS = 3_600
/** A notification may overtake the answer to our own call by this many tries (about a minute), not for ever: others use the account too. */
const TRIES_UNTIL_NOT_OURS = 6
const ERROR_MAX = 500

/**
 * Acts on what the payment provider has told us: its subject is read back and settled, so that order, repeats and stale
 * contents do not matter. A notification is claimed by moving its next try, in a transaction of its own; what fails stays
 * pending with its error, and is tried again after 2, 4, 8 … seconds.
 */
export async function processInbox(provider: PaymentProvider): Promise<ProcessedInbox> {
  const claimed = await claimDue()
  if (claimed.length > 0) failpoint('inbox:claimed')
  const outcome: ProcessedInbox = { done: 0, postponed: 0, nextTryAt: null, notices: [] }
  for (const notification of claimed) {
    const nextTryAt = await act(provider, notification, outcome.notices)
    if (nextTryAt === null) outcome.done += 1
    else {
      outcome.postponed += 1
      if (!outcome.nextTryAt || nextTryAt.epochMilliseconds < outcome.nextTryAt.epochMilliseconds) outcome.nextTryAt = nextTryAt
    }
  }
  return outcome
}

async function claimDue(): Promise<Notification[]> {
  return inEngine(async (tx) => {
    const due = tx
      .select({ id: webhookInbox.id })
      .from(webhookInbox)
      .where(sql`${webhookInbox.state} = 'pending' AND ${webhookInbox.nextTryAt} <= now()`)
      .orderBy(webhookInbox.nextTryAt, webhookInbox.id)
      .limit(ROWS_PER_PASS)
      .for('update', { skipLocked: true })
    return tx
      .update(webhookInbox)
      .set({ tries: sql`${webhookInbox.tries} + 1`, nextTryAt: systemClock.now().add({ seconds: CLAIM_SECONDS }) })
      .where(inArray(webhookInbox.id, due))
      .returning()
  })
}

/** Null: it is dealt with; else when it is tried again. */
async function act(provider: PaymentProvider, notification: Notification, notices: string[]): Promise<Instant | null> {
  const { id, tries } = notification
  try {
    const { type, notice } = await effectOf(provider, notification)
    failpoint('inbox:acted')
    if (notice) notices.push(notice)
    const isNotOurs = type === 'unknown' && tries >= TRIES_UNTIL_NOT_OURS
    if (type === 'done' || type === 'ignored' || isNotOurs) {
      await change(id, { state: type === 'done' ? 'done' : 'ignored', error: isNotOurs ? 'it is about nothing of ours' : null })
      return null
    }
    return await tryAgain(notification, type === 'busy' ? 'its subject is being worked on' : 'its subject is not known yet')
  } catch (fault) {
    return tryAgain(notification, fault instanceof Error ? fault.message : String(fault))
  }
}

const IGNORED: Effect = { type: 'ignored' }

async function effectOf(provider: PaymentProvider, { subject, tries }: Notification): Promise<Effect> {
  const waiting = { isLast: tries >= TRIES_UNTIL_NOT_OURS }
  switch (subject.kind) {
    case 'payment':
      return subject.providerRef ? settlePayment(provider, subject.providerRef, tries) : IGNORED
    case 'method_setup':
      return subject.setupRef ? completeSetup(provider, subject.setupRef) : IGNORED
    case 'dispute':
      return subject.disputeRef ? settleDisputed(provider, subject.disputeRef, waiting) : IGNORED
    case 'refund':
      return subject.refundRef ? settleRefunded(provider, subject.refundRef, subject.providerRef ?? null, waiting) : IGNORED
    default:
      return IGNORED
  }
}

async function settlePayment(provider: PaymentProvider, providerRef: string, tries: number): Promise<Effect> {
  const key = await inEngine((tx) => findPaymentByReference(tx, providerRef))
  if (!key) return tries < TRIES_UNTIL_NOT_OURS ? { type: 'unknown' } : keepOrphan(provider, providerRef)
  const { seen, state } = await look(provider, key)
  if (state === 'refused') await abandonRefused(provider, key)
  return { type: seen ? 'done' : 'busy' }
}

/** The return page does the same; whoever comes first. Only a setup that one of our organizations began counts. */
async function completeSetup(provider: PaymentProvider, setupRef: string): Promise<Effect> {
  const organizationId = await findCardSetup(setupRef)
  if (!organizationId) return { type: 'unknown' }
  const first: FlowContext['first'] = (work) => inEngine((tx) => work({ tx, actor: 'system' }))
  const { state } = await completeCardSetup({ provider, first }, { organizationId, setupRef })
  return { type: state === 'unknown' ? 'unknown' : 'done' }
}

async function tryAgain({ id, tries }: Notification, error: string): Promise<Instant> {
  const nextTryAt = systemClock.now().add({ seconds: Math.min(2 ** tries, LONGEST_WAIT_SECONDS) })
  await change(id, { nextTryAt, error: error.slice(0, ERROR_MAX) })
  return nextTryAt
}

async function change(id: string, changed: Partial<typeof webhookInbox.$inferInsert>): Promise<void> {
  await inEngine((tx) => tx.update(webhookInbox).set(changed).where(eq(webhookInbox.id, id)))
}
