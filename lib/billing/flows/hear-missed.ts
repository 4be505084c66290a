import { sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import type { PaymentProvider } from '../../payments/port'
import { addMinutes, type Instant, systemClock } from '../../time'
import { openReading, passPage } from '../commands/read-provider-list'
import { keepNotifications } from '../commands/receive-notification'

export type HeardMissed = {
  /** Notifications that had never come. */
  heard: number
  /** False: there is more, which another run goes on with. */
  isDone: boolean
}

/** What is younger may be on its way to us. */
const ON_ITS_WAY_MINUTES = 60
const PAGE = 100
/** A run takes a minute or two, and the next one goes on. */
const PAGES_PER_RUN = 200
/** While so many wait, no more are laid before them: what comes in by itself would stand behind. */
const MOST_WAITING = 500

/**
 * Goes through what the payment provider had to tell since the last time, and lays what never came into the inbox, where
 * it is worked on once like all else (payments rule 9). Each page is kept in the transaction that passes it.
 *
 * @throws ProviderUnavailable where it does not answer: what has been read stays read.
 */
export async function hearMissed(
  provider: PaymentProvider,
  { now = systemClock.now(), isStopping = () => false }: { now?: Instant; isStopping?: () => boolean } = {},
): Promise<HeardMissed> {
  const until = addMinutes(now, -ON_ITS_WAY_MINUTES)
  let heard = 0
  for (let pages = 0; pages < PAGES_PER_RUN; pages++) {
    if (isStopping() || (await isInboxFull())) return { heard, isDone: false }
    const reading = await inEngine((tx) => openReading({ tx, actor: 'system' }, 'notifications', until))
    if (!reading) return { heard, isDone: true }
    const { items, next } = await provider.listNotifications({ ...reading, limit: PAGE })
    const kept = await inEngine(async (tx) => {
      const isPassed = await passPage({ tx, actor: 'system' }, reading, next)
      return isPassed ? keepNotifications(tx, items, { missed: true }) : null
    })
    // Another worker is at it. Should it die, the next run goes on.
    if (kept === null) return { heard, isDone: false }
    heard += kept
  }
  return { heard, isDone: false }
}

async function isInboxFull(): Promise<boolean> {
  const { rows } = await inEngine((tx) =>
    tx.execute<{ waiting: number }>(
      sql`SELECT count(*)::integer AS waiting FROM (SELECT FROM ${webhookInbox} WHERE state = 'pending' LIMIT ${MOST_WAITING}) AS waiting`,
    ),
  )
  return (rows[0]?.waiting ?? 0) >= MOST_WAITING
}
