import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import type { PaymentKey } from '../billing/commands/payment-steps'
import type { UsageStandpoint } from '../billing/commands/store/automatic-purchase'
import { lockBuyers, makePurchases, setsOffPurchase } from '../billing/commands/store/automatic-purchases'
import { loadProducts } from '../billing/commands/store/catalog'
import { heldVersion, type SubscriptionRow } from '../billing/commands/store/subscription'
import type { CommandContext } from '../billing/context'
import type { Product } from '../billing/core/catalog'
import { ok, type Result, refuse } from '../result'
import { isBefore } from '../time'
import { fireAlerts } from './alerts'
import { textArray } from './arrays'
import { bookEvents } from './book-events'
import { type Booking, segmentKey } from './booking'
import { correctClosedPeriods } from './closed-periods'
import { type Counters, lockCounters, type WantedCounter } from './counters'
import { decideBookings, type EventError, type EventErrorCode, topCode } from './decide-bookings'
import { drawDownBookings } from './draw-down'
import { fingerprint, type UsageEvent } from './event'
import { findSeenEvents } from './seen-events'
import { FIRST_TRY, type NotYet, notYetLocked, type UsageTerms } from './usage-terms'

export type RecordedUsage = {
  accepted: number
  /** Repeats, of this body or of an earlier one; they change nothing. */
  duplicates: number
  /** Kept, and not billable by the meter's filter (S2). */
  ignored: number
}

/** What was recorded, and the payments that it has set off: they are to be charged now that all of it is committed (G5). */
export type Recorded = { recorded: RecordedUsage; setOff: PaymentKey[] }

export type RecordUsageRefusal =
  | NotYet
  /** `code` stands for the body; `errors` lists every offending event, so that one repeat without them succeeds (G3, G112). */
  | { code: EventErrorCode; errors: EventError[] }

/**
 * Records what was used, over a limit too: it happened. All of a body or none, in a constant number of statements
 * however many events and organizations; each organization's events are booked in its own time (C8).
 */
export async function recordUsage(
  { tx }: CommandContext,
  events: readonly UsageEvent[],
  { owning }: UsageTerms = FIRST_TRY,
): Promise<Result<Recorded, RecordUsageRefusal>> {
  const buyers = await lockBuyers(tx, owning)
  const counters = await lockCounters(tx, wantedCounters(events))
  const behind = counters.behind()
  if (behind.length > 0) return refuse({ code: 'behind', organizationIds: behind })

  const prints = events.map(fingerprint)
  const seen = await findSeenEvents(
    tx,
    prints.flatMap((print, index) => {
      const organizationId = events[index]?.organizationId
      return organizationId ? [{ organizationId, ...print }] : []
    }),
  )
  const isMeter = await meterTest(tx, events, counters)
  const productOf = await loadHeldProducts(tx, events, counters)
  const { bookings, ahead, duplicates, errors } = decideBookings(events, { prints, counters, seen, isMeter, productOf })
  const code = topCode(errors)
  if (code) return refuse({ code, errors })

  const standpoints = runningAfter(bookings, counters, productOf)
  const buying = standpoints.filter(setsOffPurchase)
  const unlocked = notYetLocked(buying, buyers)
  if (unlocked) return refuse(unlocked)

  await bookEvents(tx, bookings, ahead)
  await correctClosedPeriods(tx, bookings)
  await fireAlerts(tx, standpoints)
  const recharges = await drawDownBookings(tx, bookings, counters, ahead)
  const setOff = [...recharges, ...(await makePurchases(tx, buyers, buying)).setOff]
  const ignored = bookings.filter(({ counted }) => counted === null).length
  return ok({ recorded: { accepted: bookings.length - ignored, duplicates, ignored }, setOff })
}

/** One a meter and organization. */
export function wantedCounters(events: readonly UsageEvent[]): WantedCounter[] {
  const wanted = new Map<string, WantedCounter>()
  for (const { organizationId, meter, timestamp } of events) {
    if (!organizationId) continue
    const key = `${organizationId} ${meter}`
    const known = wanted.get(key)
    if (!known) wanted.set(key, { organizationId, meter, oldest: timestamp })
    else if (timestamp && (!known.oldest || isBefore(timestamp, known.oldest))) known.oldest = timestamp
  }
  return [...wanted.values()]
}

/** A meter that somebody holds is one; only of the others the catalog is asked. */
async function meterTest(tx: Transaction, events: readonly UsageEvent[], counters: Counters): Promise<(meter: string) => boolean> {
  const known = new Set<string>()
  const asked = new Set<string>()
  for (const { organizationId, meter } of events) {
    if (organizationId && counters.of(organizationId, meter).length > 0) known.add(meter)
    else asked.add(meter)
  }
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
    WHERE meter.value ->> 'id' = ANY(${textArray(storable)})`)
  return rows.map(({ meter }) => meter)
}

async function loadHeldProducts(tx: Transaction, events: readonly UsageEvent[], counters: Counters): Promise<(subscription: SubscriptionRow) => Product> {
  const held = wantedCounters(events).flatMap(({ organizationId, meter }) => counters.of(organizationId, meter).map(({ subscription }) => subscription))
  const productOf = await loadProducts(tx, held.map(heldVersion))
  return (subscription) => productOf(heldVersion(subscription))
}

/** The running segments that were booked on, with their units as they will be. Late usage sets off no alert and no purchase (G59). */
function runningAfter(bookings: readonly Booking[], counters: Counters, productOf: (subscription: SubscriptionRow) => Product): UsageStandpoint[] {
  const added = new Map<string, bigint>()
  for (const { segment, counted } of bookings) added.set(segmentKey(segment), (added.get(segmentKey(segment)) ?? 0n) + (counted ?? 0n))
  const meters = new Map(bookings.map(({ segment }) => [`${segment.organizationId} ${segment.meter}`, segment]))
  return [...meters.values()].flatMap(({ organizationId, meter }) => {
    const organization = counters.organization(organizationId)
    const live = counters.of(organizationId, meter).find(({ running }) => running !== null)
    const units = live?.running && added.get(segmentKey(live.running))
    if (!organization || !live?.running || !units) return []
    const segment = { ...live.running, units: live.running.units + units }
    return [{ organization, product: productOf(live.subscription), subscription: live.subscription, segment, refused: null, at: organization.now }]
  })
}
