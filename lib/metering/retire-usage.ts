import { sql } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { type SealCursor, sealUsage } from './seal-usage'

const SEGMENTS_PER_CHUNK = 500
/** Ids are remembered for longer than a year's period and its late usage (G60). */
const ID_DAYS = 410
const IDS_PER_CHUNK = 20_000
/** A day's work of a large installation; what is left waits for the next. */
const MOST_CHUNKS = 2_000

export type RetiredUsage = { sealed: number; days: number; ids: number }

/**
 * What is kept no longer goes: segments are sealed, days of events that are older than `HEADROOM_USAGE_EVENT_DAYS` and wholly sealed are dropped,
 * and old ids are forgotten, in short transactions that keep nobody waiting.
 */
export async function retireUsage(isStopping: () => boolean): Promise<RetiredUsage> {
  const retired: RetiredUsage = { sealed: 0, days: 0, ids: 0 }
  let after: SealCursor | null = null
  do {
    const { sealed, next } = await inEngine((tx) => sealUsage(tx, { after, most: SEGMENTS_PER_CHUNK }))
    retired.sealed += sealed
    after = next
  } while (after && !isStopping())

  const kept = Number(process.env.HEADROOM_USAGE_EVENT_DAYS || DEFAULT_EVENT_DAYS)
  const before = (days: number) => sql`(now() AT TIME ZONE 'UTC')::date - ${days}::integer`
  const dropped = await inEngine((tx) => tx.execute<{ days: number }>(sql`SELECT drop_old_usage(${before(kept)}) AS days`))
  retired.days = dropped.rows[0]?.days ?? 0
  for (let chunk = 0; chunk < MOST_CHUNKS && !isStopping(); chunk++) {
    const { rows } = await inEngine((tx) => tx.execute<{ ids: number }>(sql`SELECT forget_old_event_ids(${before(ID_DAYS)}, ${IDS_PER_CHUNK}::integer) AS ids`))
    const ids = rows[0]?.ids ?? 0
    retired.ids += ids
    if (ids < IDS_PER_CHUNK) break
  }
  return retired
}

const DEFAULT_EVENT_DAYS = 400
