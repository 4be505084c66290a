import { and, eq, inArray, sql } from 'drizzle-orm'
import { begun, type Transaction } from '../../db/client'
import { instantOf } from '../../db/columns'
import { rowReader } from '../../db/row-reader'
import { pendingActions, usageSegments } from '../../db/schema'
import { statement } from '../../db/statement'
import { renewsAt, type SegmentRow, type SubscriptionRow } from '../billing/commands/store/subscription'
import { idOf, type OrganizationId } from '../ids'
import { type Instant, isAtOrAfter, systemClock } from '../time'
import { idArray, textArray, timeArray } from './arrays'
import { ByPair } from './by-pair'
import { groupBy } from './group-by'
import { readVersions, type VersionedSubscription, versionOf } from './subscription-versions'

/** How long after its end a period still takes usage: 35 × 24 h (C8, G58). */
export const LATE_USAGE_HOURS = 35 * 24

/** No period is longer than a leap year, so no segment that matters began earlier than this before it. */
const LONGEST_PERIOD_DAYS = 367

const LOCK_ATTEMPTS = 5

/** A counter that usage is to be booked on; `oldest`: the earliest timestamp that was given, for segments of closed periods. */
export type WantedCounter = { organizationId: OrganizationId; meter: string; oldest: Instant | null }

export type MeteredOrganization = { id: OrganizationId; name: string; slug: string; now: Instant /** The same in epoch milliseconds. */; nowMs: number }

/** By organization and meter. */
type CountersOf = ByPair<OrganizationId, string, readonly Counter[]>

/** A subscription with the locked segments of one meter, in the order in which they began. */
export type Counter = {
  subscription: SubscriptionRow
  segments: readonly SegmentRow[]
  /** Where usage of now is counted; null for a subscription that has ended. */
  running: SegmentRow | null
  /** A monthly review of it has fallen due, and no paid action keeps it waiting. */
  isReviewDue: boolean
  /** Units that gateways hold of the running period, or of one after it; a lease that has run out holds nothing, settled or not, in real time too (G61). */
  reserved: bigint
}

export class Counters {
  readonly #organizations: ReadonlyMap<OrganizationId, MeteredOrganization>
  readonly #counters: CountersOf

  constructor(found: ReadonlyMap<OrganizationId, MeteredOrganization>, counters: CountersOf) {
    this.#organizations = found
    this.#counters = counters
  }

  organization(id: OrganizationId): MeteredOrganization | null {
    return this.#organizations.get(id) ?? null
  }

  /** The live subscription of the meter first, then ended ones that may still take late usage (G3). */
  of(organizationId: OrganizationId, meter: string): readonly Counter[] {
    return this.#counters.get(organizationId, meter) ?? []
  }

  /** Organizations in whose own time a period has ended that no renewal has closed yet: usage of now has no segment there. */
  behind(): OrganizationId[] {
    const late = this.#counters
      .values()
      .flat()
      .filter(({ subscription, running, isReviewDue }) => {
        const now = this.organization(subscription.organizationId)?.now
        // A renewal that was set aside for the operator will not come by itself; usage happened all the same.
        if (!running || !now || subscription.renewalError !== null) return false
        // Of a longer period a billing month that is over: from then on the cap counts anew (B6).
        return isAtOrAfter(now, renewsAt(subscription)) || (isReviewDue && running.overLimit === 'pay_as_you_go')
      })
    return [...new Set(late.map(({ subscription }) => subscription.organizationId))]
  }
}

/**
 * Locks the segments that the wanted counters may be booked on, in the order of their key, and only then reads the
 * clocks. Takes nothing but counters (decision 7), so that usage never waits for a payment.
 *
 * Whoever changes a plan or closes a period holds the running segment and begins the next one, which a statement that
 * waited for it cannot see: hence the second look, until what is locked is what runs.
 */
export async function lockCounters(tx: Transaction, wanted: readonly WantedCounter[]): Promise<Counters> {
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
    // Sent at once: Postgres begins with the second, and with what it then sees, when the first has its locks.
    const [segments, asked] = await Promise.all([lockSegments(tx, wanted), askForOwners(tx, wanted), begun(tx)])
    const owners = await readOwners(tx, asked)
    const counters = owners && assemble(wanted, owners.subscriptions, segments)
    if (counters) return new Counters(owners.organizations, counters)
  }
  throw new CountersMoved()
}

/** The door runs the whole command again, as after a serialization failure. */
export class CountersMoved extends Error {
  override name = 'CountersMoved'
  readonly code = '40001'
}

const SEGMENTS = rowReader(usageSegments, 's')
const LATE_USAGE = sql.raw(`interval '${LATE_USAGE_HOURS} hours'`)
const FAR_BACK = sql.raw(`interval '${LATE_USAGE_HOURS + LONGEST_PERIOD_DAYS * 24} hours'`)

/**
 * Reads by a range of the key, whatever the length of the history; closed segments are only locked for events that are old enough to belong there.
 *
 * Here as in `selectOwners`, each row is a look into an index (LATERAL, with OFFSET 0 or a lock of its own): as long as tables are small Postgres
 * prefers to read them whole, and some thousands of customers are small.
 */
const selectForUpdate = statement<{ organizationIds: string; meters: string; oldest: string }, Record<string, unknown>>(
  (given) => sql`
  SELECT ${SEGMENTS.columns}
  FROM (
    SELECT wanted.*, own.* FROM unnest(
      ${given('organizationIds')}::uuid[], ${given('meters')}::text[], ${given('oldest')}::timestamptz[]
    ) AS wanted (organization_id, meter, oldest) CROSS JOIN LATERAL (
      SELECT h.id, h.period_start, h.ended_at FROM subscriptions h WHERE h.organization_id = wanted.organization_id AND h.started_at IS NOT NULL OFFSET 0
    ) AS own ORDER BY wanted.organization_id, own.id, wanted.meter
  ) AS held
  CROSS JOIN LATERAL (
    SELECT u.* FROM usage_segments u
    WHERE u.organization_id = held.organization_id AND u.subscription_id = held.id AND u.meter = held.meter
      AND u.period_start >= held.period_start - ${FAR_BACK} AND (
        (held.ended_at IS NULL AND u.period_start >= held.period_start)
        OR (u.period_end > held.oldest AND u.period_end >= held.period_start - ${LATE_USAGE}))
    ORDER BY u.period_start, u.position
    FOR UPDATE
  ) AS s`,
)

async function lockSegments(tx: Transaction, wanted: readonly WantedCounter[]): Promise<SegmentRow[]> {
  if (wanted.length === 0) return []
  const rows = await selectForUpdate(tx, {
    organizationIds: idArray(
      'org',
      wanted.map(({ organizationId }) => organizationId),
    ),
    meters: textArray(wanted.map(({ meter }) => meter)),
    oldest: timeArray(wanted.map((one) => one.oldest)),
  })
  return rows.map(SEGMENTS.read)
}

type OwnedSubscription = VersionedSubscription & { isReviewDue: boolean; reserved: Readonly<Record<string, string>> }
type OwnerRow = {
  id: string
  name: string
  slug: string
  clock: string | null
  subscription: string | null
  version: string | null
  reserved: Record<string, string> | null
}
type Owners = { organizations: Map<OrganizationId, MeteredOrganization>; subscriptions: OwnedSubscription[] }

const selectOwners = statement<{ ids: string; wall: string }, OwnerRow>((given) => {
  const wall = sql`${given('wall')}::timestamptz`
  const now = sql`coalesce(clock.now, ${wall})`
  return sql`
  SELECT o.id, o.name, o.slug, clock.now AS clock, held.id AS subscription, held.version,
    (SELECT jsonb_object_agg(held_by.meter, held_by.units) FROM (
      SELECT lease.meter, sum(lease.granted)::text AS units FROM usage_leases lease
      WHERE lease.organization_id = o.id AND lease.subscription_id = held.id AND lease.settled_at IS NULL
        AND lease.period_start >= held.period_start AND held.ended_at IS NULL AND lease.expires_at > ${now} AND lease.expires_at_wall > ${wall}
      GROUP BY lease.meter
    ) held_by) AS reserved
  FROM unnest(${given('ids')}::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (SELECT x.* FROM organizations x WHERE x.id = wanted.id AND x.deleted_at IS NULL OFFSET 0) AS o
  LEFT JOIN test_clocks clock ON clock.id = o.test_clock_id
  LEFT JOIN LATERAL (
    SELECT h.id, h.period_start, h.ended_at, ${versionOf('h')} AS version FROM subscriptions h
    WHERE h.organization_id = o.id AND h.started_at IS NOT NULL AND (h.ended_at IS NULL OR h.period_end >= ${now} - ${LATE_USAGE}) OFFSET 0
  ) AS held ON true
  ORDER BY o.id, held.ended_at DESC NULLS FIRST`
})

/**
 * Whose counters they are and what time it is there: read after the lock, so that waiting for it dates nobody back. Only what leases hold is that of
 * the moment before the wait, when none had run out that has not now.
 */
function askForOwners(tx: Transaction, wanted: readonly WantedCounter[]): Promise<OwnerRow[]> {
  const ids = [...new Set(wanted.map(({ organizationId }) => organizationId))]
  if (ids.length === 0) return Promise.resolve([])
  return selectOwners(tx, { ids: idArray('org', ids), wall: systemClock.now().toString() })
}

/** Null where a row changed meanwhile. */
async function readOwners(tx: Transaction, rows: readonly OwnerRow[]): Promise<Owners | null> {
  const wallTime = systemClock.now()
  const subscriptionOf = await readVersions(
    tx,
    rows.flatMap(({ subscription, version }) => (subscription && version ? { id: subscription, version } : [])),
  )
  const owned: OwnedSubscription[] = []
  const organizations = new Map<OrganizationId, MeteredOrganization>()
  for (const { id, name, slug, clock, subscription, reserved } of rows) {
    const organizationId = idOf('org', id)
    if (!organizations.has(organizationId)) {
      const now = clock === null ? wallTime : instantOf(clock)
      organizations.set(organizationId, { id: organizationId, name, slug, now, nowMs: now.epochMilliseconds })
    }
    if (!subscription) continue
    const found = subscriptionOf(subscription)
    if (!found) return null
    owned.push({ ...found, isReviewDue: false, reserved: reserved ?? {} })
  }
  await markReviews(tx, owned, organizations)
  return { organizations, subscriptions: owned }
}

/** A review is put off while a paid action waits, which is looked up for those few whose date has come. */
async function markReviews(
  tx: Transaction,
  owned: readonly OwnedSubscription[],
  organizations: ReadonlyMap<OrganizationId, MeteredOrganization>,
): Promise<void> {
  const due = owned.filter(({ row: { reviewAt, organizationId } }) => {
    const now = organizations.get(organizationId)?.now
    return reviewAt && now && isAtOrAfter(now, reviewAt)
  })
  if (due.length === 0) return
  const waiting = await tx
    .select({ id: pendingActions.subscriptionId })
    .from(pendingActions)
    .where(
      and(
        inArray(
          pendingActions.organizationId,
          due.map(({ row }) => row.organizationId),
        ),
        eq(pendingActions.state, 'waiting'),
      ),
    )
  const kept = new Set(waiting.map(({ id }) => id))
  for (const one of due) one.isReviewDue = !kept.has(one.row.id)
}

/** Null where a running segment began while we waited and is not locked yet. */
function assemble(wanted: readonly WantedCounter[], owned: readonly OwnedSubscription[], locked: readonly SegmentRow[]): CountersOf | null {
  const segmentsOf = groupBy(locked, (segment) => `${segment.subscriptionId} ${segment.meter}`)
  const subscriptionsOf = groupBy(owned, ({ row }) => row.organizationId)
  const counters: CountersOf = new ByPair()
  for (const { organizationId, meter } of wanted) {
    const found: Counter[] = []
    for (const { row: subscription, runningPositions, isReviewDue, reserved } of subscriptionsOf.get(organizationId) ?? []) {
      const segments = segmentsOf.get(`${subscription.id} ${meter}`) ?? []
      const position = subscription.endedAt === null ? runningPositions[meter] : undefined
      const running = segments.find((segment) => segment.position === position && segment.periodStart.equals(subscription.periodStart)) ?? null
      if (position !== undefined && !running) return null
      if (running || segments.length > 0) found.push({ subscription, segments, running, isReviewDue, reserved: BigInt(reserved[meter] ?? 0) })
    }
    counters.set(organizationId, meter, found)
  }
  return counters
}
