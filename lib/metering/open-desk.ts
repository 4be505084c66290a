import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { loadProducts } from '../billing/commands/store/catalog'
import { heldVersion, type SubscriptionRow } from '../billing/commands/store/subscription'
import type { Product } from '../billing/core/catalog'
import type { OrganizationId } from '../ids'
import { textArray } from './arrays'
import { ByPair } from './by-pair'
import { type Counters, lockCounters, type WantedCounter } from './counters'
import type { BookingContext } from './decide-bookings'
import { type EventPrint, fingerprint, type UsageEvent } from './event'
import { findSeenEvents } from './seen-events'

export type DeskFacts = BookingContext & {
  /** One an event, in the same order. */
  prints: readonly EventPrint[]
  /** Organizations in whose own time a period has ended that is still to be closed. */
  behind: ReadonlySet<OrganizationId>
}

/**
 * Locks what the events may be booked on, and reads all that deciding about them needs, but for what is remembered of their ids
 * (`lookUpSeen`): in a constant number of statements, however many.
 */
export async function openDesk(tx: Transaction, events: readonly UsageEvent[]): Promise<DeskFacts> {
  const prints = events.map(fingerprint)
  const wanted = wantedCounters(events, prints)
  const counters = await lockCounters(tx, wanted)
  const isMeter = await meterTest(tx, events, wanted, counters)
  const productOf = await loadHeldProducts(tx, wanted, counters)
  return { counters, seen: new ByPair(), isMeter, productOf, prints, behind: new Set(counters.behind()) }
}

/** Adds what is remembered of the events' ids (G60). */
export async function lookUpSeen(tx: Transaction, events: readonly UsageEvent[], { prints, seen }: DeskFacts): Promise<void> {
  const owned = prints.flatMap((print, index) => {
    const organizationId = events[index]?.organizationId
    return organizationId ? [{ organizationId, ...print }] : []
  })
  await findSeenEvents(tx, owned, seen)
}

/** One a meter and organization. */
function wantedCounters(events: readonly UsageEvent[], prints: readonly EventPrint[]): WantedCounter[] {
  const wanted = new ByPair<OrganizationId, string, WantedCounter & { oldestMs: number }>()
  events.forEach(({ organizationId, meter, timestamp }, index) => {
    if (!organizationId) return
    const timestampMs = prints[index]?.timestampMs ?? Number.POSITIVE_INFINITY
    const known = wanted.get(organizationId, meter)
    if (!known) wanted.set(organizationId, meter, { organizationId, meter, oldest: timestamp, oldestMs: timestampMs })
    else if (timestampMs < known.oldestMs) Object.assign(known, { oldest: timestamp, oldestMs: timestampMs })
  })
  return wanted.values()
}

/** A meter that somebody holds is one; only of the others the catalog is asked. */
async function meterTest(
  tx: Transaction,
  events: readonly UsageEvent[],
  wanted: readonly WantedCounter[],
  counters: Counters,
): Promise<(meter: string) => boolean> {
  const known = new Set<string>()
  const asked = new Set<string>()
  for (const { organizationId, meter } of events) if (!organizationId) asked.add(meter)
  for (const { organizationId, meter } of wanted) (counters.of(organizationId, meter).length > 0 ? known : asked).add(meter)
  const unknown = [...asked].filter((meter) => !known.has(meter))
  for (const meter of await findMeters(tx, unknown)) known.add(meter)
  return (meter) => known.has(meter)
}

/** Those of `meters` that some version of some product has. */
export async function findMeters(tx: Transaction, meters: readonly string[]): Promise<string[]> {
  const storable = meters.filter((meter) => !meter.includes('\u0000'))
  if (storable.length === 0) return []
  const { rows } = await tx.execute<{ meter: string }>(sql`
    SELECT DISTINCT meter.value ->> 'id' AS meter FROM catalog_versions, jsonb_array_elements(catalog_versions.document -> 'meters') AS meter
    WHERE meter.value ->> 'id' = ANY(${textArray(storable)}::text[])`)
  return rows.map(({ meter }) => meter)
}

/** By the rows that are remembered: what a version of a subscription holds never changes, for no published product and no custom plan does (G10, G13). */
const held = new WeakMap<SubscriptionRow, Product>()

async function loadHeldProducts(tx: Transaction, wanted: readonly WantedCounter[], counters: Counters): Promise<(subscription: SubscriptionRow) => Product> {
  const unknown = wanted.flatMap(({ organizationId, meter }) =>
    counters.of(organizationId, meter).flatMap(({ subscription }) => (held.has(subscription) ? [] : [subscription])),
  )
  if (unknown.length > 0) {
    const productOf = await loadProducts(tx, unknown.map(heldVersion))
    for (const subscription of unknown) held.set(subscription, productOf(heldVersion(subscription)))
  }
  return (subscription) => {
    const product = held.get(subscription)
    if (!product) throw new Error(`the product of subscription ${subscription.id} was not loaded`)
    return product
  }
}
