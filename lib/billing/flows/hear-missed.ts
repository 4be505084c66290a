import { sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import type { PaymentProvider } from '../../payments/port'
import { addMinutes, systemClock } from '../../time'
import { keepNotifications } from '../commands/receive-notification'
import { type GoneThrough, goThrough } from './go-through'

/** What is younger may be on its way to us. */
const ON_ITS_WAY_MINUTES = 60
/** While so many wait, no more are laid before them: what comes in by itself would stand behind. */
const MOST_WAITING = 500

/**
 * Goes through what the payment provider had to tell since the last time, and lays what never came into the inbox, where
 * it is worked on once like all else (G80). `found`: how many had never come.
 *
 * @throws ProviderUnavailable where it does not answer: what has been read stays read.
 */
export function hearMissed(provider: PaymentProvider, isStopping = () => false): Promise<GoneThrough> {
  return goThrough({
    list: 'notifications',
    until: addMinutes(systemClock.now(), -ON_ITS_WAY_MINUTES),
    readPage: (stretch) => provider.listNotifications(stretch),
    keep: (tx, items) => keepNotifications(tx, items, { missed: true }),
    mayGoOn: async () => !isStopping() && !(await isInboxFull()),
  })
}

async function isInboxFull(): Promise<boolean> {
  const { rows } = await inEngine((tx) =>
    tx.execute<{ waiting: number }>(
      sql`SELECT count(*)::integer AS waiting FROM (SELECT FROM ${webhookInbox} WHERE state = 'pending' LIMIT ${MOST_WAITING}) AS waiting`,
    ),
  )
  return (rows[0]?.waiting ?? 0) >= MOST_WAITING
}
