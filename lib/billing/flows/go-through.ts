import { inEngine, type Transaction } from '../../../db/client'
import type { Page, Stretch } from '../../payments/port'
import type { Instant } from '../../time'
import { openReading, type ProviderList, passPage } from '../commands/read-provider-list'

export type GoneThrough = {
  found: number
  /** False: there is more, which another run goes on with. */
  isDone: boolean
}

export type Going<Item> = {
  list: ProviderList
  until: Instant
  readPage: (stretch: Stretch) => Promise<Page<Item>>
  /** Keeps what is on a page, and counts it. */
  keep: (tx: Transaction, items: Item[]) => Promise<number>
  mayGoOn: () => boolean | Promise<boolean>
}

const PAGE = 100
/** A run takes a minute or two, and the next one goes on. */
const PAGES_PER_RUN = 200

/**
 * Goes through one of the provider's lists from where the last run ended. Each page is kept in the transaction that passes
 * it: a crash, an outage and another worker leave none out.
 *
 * @throws ProviderUnavailable where the provider does not answer: what has been read stays read.
 */
export async function goThrough<Item>({ list, until, readPage, keep, mayGoOn }: Going<Item>): Promise<GoneThrough> {
  let found = 0
  for (let pages = 0; pages < PAGES_PER_RUN; pages++) {
    if (!(await mayGoOn())) return { found, isDone: false }
    const reading = await inEngine((tx) => openReading({ tx, actor: 'system' }, list, until))
    if (!reading) return { found, isDone: true }
    const { since, until: end, after } = reading
    const { items, next } = await readPage({ since, until: end, after, limit: PAGE })
    const kept = await inEngine(async (tx) => ((await passPage({ tx, actor: 'system' }, reading, next)) ? keep(tx, items) : null))
    // Another worker is at it. Should it die, the next run goes on.
    if (kept === null) return { found, isDone: false }
    found += kept
  }
  return { found, isDone: false }
}
