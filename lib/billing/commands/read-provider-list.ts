import { eq, sql } from 'drizzle-orm'
import { installation, providerReadings } from '../../../db/schema'
import type { Stretch } from '../../payments/port'
import { type Instant, isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'

export type ProviderList = (typeof providerReadings.$inferSelect)['list']

/** The part of a provider's list that is being gone through, and how far it has come. */
export type Reading = { list: ProviderList } & Pick<Stretch, 'since' | 'until' | 'after'>

/** The provider lists by its own clock, and shows what is new a little later: what was last read is read once more. */
const OVERLAP_HOURS = 2

/**
 * What is to be read of the list: the rest of what an earlier run has begun, else all until `until` that none has gone
 * through. Null: nothing is left.
 */
export async function openReading({ tx }: CommandContext, list: ProviderList, until: Instant): Promise<Reading | null> {
  // Nothing that happened before we were here is ours.
  const [here] = await tx.select({ since: installation.createdAt }).from(installation)
  if (here)
    await tx
      .insert(providerReadings)
      .values({ list, ...here })
      .onConflictDoNothing()
  const [row] = await tx.select().from(providerReadings).where(eq(providerReadings.list, list)).for('update')
  if (!row) return null
  const since = row.since.subtract({ hours: OVERLAP_HOURS })
  if (row.until) return { list, since, until: row.until, after: row.after }
  if (isAtOrAfter(row.since, until)) return null
  await tx.update(providerReadings).set({ until, after: null }).where(eq(providerReadings.list, list))
  return { list, since, until, after: null }
}

/**
 * In the transaction that keeps what was found on a page, so that no page is passed over. False: another worker has gone on
 * from here, and keeps the same.
 *
 * @param next where the page ended; null: it was the last.
 */
export async function passPage({ tx }: CommandContext, { list, until, after }: Reading, next: string | null): Promise<boolean> {
  const passed = await tx
    .update(providerReadings)
    .set(next === null ? { since: until, until: null, after: null } : { after: next })
    .where(sql`${eq(providerReadings.list, list)} AND ${eq(providerReadings.until, until)} AND ${providerReadings.after} IS NOT DISTINCT FROM ${after}`)
    .returning({ list: providerReadings.list })
  return passed.length > 0
}
