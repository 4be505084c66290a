import { sql } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { forgetOldSessions } from '../auth/operator-session'
import { cleanUp } from '../billing/commands/clean-up'
import { runBooks } from '../billing/commands/run-books'
import { compareMoney } from '../billing/flows/compare-money'
import { runDueWork } from '../billing/flows/due-work'
import { hearMissed } from '../billing/flows/hear-missed'
import { processInbox } from '../billing/flows/process-inbox'
import { reconcile } from '../billing/flows/reconcile'
import { retireUsage } from '../metering/retire-usage'
import { resealTargets } from '../notify/reseal-targets'
import type { Mailer } from '../notify/send-mail'
import { type PaymentProvider, ProviderUnavailable } from '../payments/port'
import { addMinutes, type Instant, systemClock } from '../time'
import { tellUnblocked } from '../webhooks/tell-unblocked'
import { eraseClosed } from './erase-closed'
import type { Kind } from './queues'
import { sendDueChats } from './send-chats'
import { sendDueMessages } from './send-messages'
import { sendDueWebhooks } from './send-webhooks'

/** What the worker is given: how money is collected and how mail goes out. Without a mailer, mail waits. */
export type Means = { provider: PaymentProvider; mailer: Mailer | null }

/** `did`: for the log. `again`: when there will be something that the schedule would see too late. */
export type Swept = {
  did: Record<string, number>
  again: Instant | null
  /** What the operator is to read in the log. */
  notices?: readonly string[]
}

/** Each takes what is due in chunks until nothing is, at least once and idempotently, however many workers do the same. */
export type Sweep = (means: Means, isStopping: () => boolean) => Promise<Swept>

/** It has the whole night, and others want the provider too. */
const COMPARE_AGAIN_MINUTES = 1
const AWAY_MINUTES = 15

/** Above it, something stays due although it was done; the next minute looks again. */
const MOST_CHUNKS = 2_000
const MINUTE_MS = 60_000

export const SWEEPS: Record<Kind, Sweep> = {
  async due({ provider }, isStopping) {
    return { did: { due: await untilNone(() => runDueWork(provider), isStopping) }, again: null }
  },

  async reconcile({ provider }) {
    return { did: { checked: await reconcile(provider) }, again: null }
  },

  async inbox({ provider }, isStopping) {
    const did = { notifications: 0, postponed: 0 }
    let again: Instant | null = null
    const notices: string[] = []
    await untilNone(async () => {
      const { done, postponed, nextTryAt, notices: told } = await processInbox(provider)
      notices.push(...told)
      did.notifications += done
      did.postponed += postponed
      if (nextTryAt && (!again || nextTryAt.epochMilliseconds < again.epochMilliseconds)) again = nextTryAt
      return done + postponed
    }, isStopping)
    return { did, again, notices }
  },

  async messages({ mailer }, isStopping) {
    const did = { sent: 0, postponed: 0, failed: 0 }
    if (!mailer) return { did, again: null }
    await untilNone(async () => {
      const { sent, postponed, failed } = await sendDueMessages(mailer)
      did.sent += sent
      did.postponed += postponed
      did.failed += failed
      return sent + postponed + failed
    }, isStopping)
    return { did, again: null }
  },

  async webhooks(_means, isStopping) {
    const { again, ...did } = await sendDueWebhooks(systemClock, { isStopping, beforeLooking: onceAMinute(tellUnblocked) })
    return { did, again }
  },

  async chats(_means, isStopping) {
    return { did: await sendDueChats(isStopping), again: null }
  },

  async partitions(_, isStopping) {
    await inEngine((tx) => tx.execute(sql`SELECT maintain_partitions((now() AT TIME ZONE 'UTC')::date)`))
    return { did: await retireUsage(isStopping), again: null }
  },

  async cleanup(_, isStopping) {
    const cleanedUp = await inEngine((tx) => cleanUp({ tx, actor: 'system' }))
    const { erased, kept } = await eraseClosed(isStopping)
    return {
      did: { ...cleanedUp, erased, notErased: kept, operatorSessions: await inEngine(forgetOldSessions), resealed: await inEngine(resealTargets) },
      again: null,
    }
  },

  async compare({ provider }, isStopping) {
    const inMinutes = (minutes: number) => addMinutes(systemClock.now(), minutes)
    try {
      // First what the last night has heard, which the inbox has worked on since.
      const compared = await compareMoney(provider, isStopping)
      const heard = await hearMissed(provider, isStopping)
      const notices = [
        ...(heard.found > 0 ? [`${heard.found} notifications of the payment provider never came, and were found: see whether its webhooks reach us`] : []),
        ...(compared.found > 0 ? [`${compared.found} payments or refunds at the payment provider differ from ours: see the desk`] : []),
      ]
      const isDone = compared.isDone && heard.isDone
      return { did: { heard: heard.found, differences: compared.found }, again: isDone ? null : inMinutes(COMPARE_AGAIN_MINUTES), notices }
    } catch (fault) {
      if (!(fault instanceof ProviderUnavailable)) throw fault
      return {
        did: { heard: 0, differences: 0 },
        again: inMinutes(AWAY_MINUTES),
        notices: [`the payment provider is away, and is asked again later: ${fault.message}`],
      }
    }
  },

  async books() {
    const { organizations, entries, differences } = await runBooks()
    return { did: { organizations, entries, differences: differences.length }, again: null }
  },
}

/** Of a sweep that may last. */
function onceAMinute(work: () => Promise<unknown>): () => Promise<void> {
  let doneAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - doneAt < MINUTE_MS) return
    doneAt = performance.now()
    await work()
  }
}

async function untilNone(chunk: () => Promise<number>, isStopping: () => boolean): Promise<number> {
  let total = 0
  for (let chunks = 0; chunks < MOST_CHUNKS && !isStopping(); chunks++) {
    const did = await chunk()
    if (did === 0) break
    total += did
  }
  return total
}
