import { and, asc, eq, getTableColumns, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { organizations, subscriptions, testClocks, usageSegments } from '../../db/schema'
import { COUNTER_ORDER, renewsAt, type SegmentRow, type SubscriptionRow } from '../billing/commands/store/subscription'
import type { OrganizationId } from '../ids'
import { type Instant, isAtOrAfter, systemClock } from '../time'
import { idArray, textArray, timeArray } from './arrays'
import { groupBy } from './group-by'
import { readVersions, SUBSCRIPTION_VERSION, type SubscriptionVersion } from './subscription-versions'

/** How long after its end a period still takes usage: 35 × 24 h (C8, G58). */
export const LATE_USAGE_HOURS = 35 * 24

/** No period is longer than a leap year, so no segment that matters began earlier than this before it. */
const LONGEST_PERIOD_DAYS = 367

const LOCK_ATTEMPTS = 5

/** A counter that usage is to be booked on; `oldest`: the earliest timestamp that was given, for segments of closed periods. */
export type WantedCounter = { organizationId: OrganizationId; meter: string; oldest: Instant | null }

export type MeteredOrganization = { id: OrganizationId; name: string; slug: string; now: Instant }

/** A subscription with the locked segments of one meter, in the order in which they began. */
export type Counter = {
  subscription: SubscriptionRow
  segments: readonly SegmentRow[]
  /** Where usage of now is counted; null for a subscription that has ended. */
  running: SegmentRow | null
  /** A monthly review of it has fallen due, and no paid action keeps it waiting. */
  isReviewDue: boolean
  /** Units that gateways hold of the running period; one that has run out holds nothing, settled or not, in real time too (G61). */
  reserved: bigint
}

export class Counters {
  readonly #organizations: ReadonlyMap<OrganizationId, MeteredOrganization>
  readonly #counters: ReadonlyMap<string, readonly Counter[]>

  constructor(found: ReadonlyMap<OrganizationId, MeteredOrganization>, counters: ReadonlyMap<string, readonly Counter[]>) {
    this.#organizations = found
    this.#counters = counters
  }

  organization(id: OrganizationId): MeteredOrganization | null {
    return this.#organizations.get(id) ?? null
  }

  /** The live subscription of the meter first, then ended ones that may still take late usage (G3). */
  of(organizationId: OrganizationId, meter: string): readonly Counter[] {
    return this.#counters.get(counterKey(organizationId, meter)) ?? []
  }

  /** Organizations in whose own time a period has ended that no renewal has closed yet: usage of now has no segment there. */
  behind(): OrganizationId[] {
    const late = [...this.#counters.values()].flat().filter(({ subscription, running, isReviewDue }) => {
      const now = this.organization(subscription.organizationId)?.now
      // A renewal that was set aside for the operator will not come by itself; usage happened all the same.
      if (!running || !now || subscription.renewalError !== null) return false
      // Of a longer period a billing month that is over: from then on the cap counts anew (B6).
      return isAtOrAfter(now, renewsAt(subscription)) || (isReviewDue && running.overLimit === 'pay_as_you_go')
    })
    return [...new Set(late.map(({ subscription }) => subscription.organizationId))]
  }
}

function counterKey(organizationId: OrganizationId, meter: string): string {
  return `${organizationId} ${meter}`
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
    const segments = await lockSegments(tx, wanted)
    const owners = await readOwners(tx, wanted)
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

function wantedRows(wanted: readonly WantedCounter[]): SQL {
  const organizationIds = idArray(
    'org',
    wanted.map(({ organizationId }) => organizationId),
  )
  const meters = textArray(wanted.map(({ meter }) => meter))
  const oldest = timeArray(wanted.map((one) => one.oldest))
  return sql`unnest(${organizationIds}, ${meters}, ${oldest}) AS wanted (organization_id, meter, oldest)`
}

async function lockSegments(tx: Transaction, wanted: readonly WantedCounter[]): Promise<SegmentRow[]> {
  if (wanted.length === 0) return []
  const lateUsage = sql.raw(`interval '${LATE_USAGE_HOURS} hours'`)
  const longest = sql.raw(`interval '${LATE_USAGE_HOURS + LONGEST_PERIOD_DAYS * 24} hours'`)
  return tx
    .select(getTableColumns(usageSegments))
    .from(usageSegments)
    .innerJoin(
      subscriptions,
      and(
        eq(subscriptions.organizationId, usageSegments.organizationId),
        eq(subscriptions.id, usageSegments.subscriptionId),
        isNotNull(subscriptions.startedAt),
      ),
    )
    .innerJoin(wantedRows(wanted), sql`wanted.organization_id = ${usageSegments.organizationId} AND wanted.meter = ${usageSegments.meter}`)
    .where(
      and(
        // The range that the key is read by, whatever the length of the history.
        sql`${usageSegments.periodStart} >= ${subscriptions.periodStart} - ${longest}`,
        or(
          and(isNull(subscriptions.endedAt), sql`${usageSegments.periodStart} >= ${subscriptions.periodStart}`),
          // Closed segments are only locked for events that are old enough to belong there.
          sql`(${usageSegments.periodEnd} > wanted.oldest AND ${usageSegments.periodEnd} >= ${subscriptions.periodStart} - ${lateUsage})`,
        ),
      ),
    )
    .orderBy(...COUNTER_ORDER)
    .for('update', { of: usageSegments })
}

type OwnedSubscription = {
  row: SubscriptionRow
  runningPositions: Readonly<Record<string, number>>
  isReviewDue: boolean
  reserved: Readonly<Record<string, string>>
}
type Owners = { organizations: Map<OrganizationId, MeteredOrganization>; subscriptions: OwnedSubscription[] }

/** Whose counters they are and what time it is there: read after the lock, so that waiting for it dates nobody back. Null where a row changed meanwhile. */
async function readOwners(tx: Transaction, wanted: readonly WantedCounter[]): Promise<Owners | null> {
  const ids = [...new Set(wanted.map(({ organizationId }) => organizationId))]
  if (ids.length === 0) return { organizations: new Map(), subscriptions: [] }
  const meters = textArray([...new Set(wanted.map(({ meter }) => meter))])
  const wallTime = systemClock.now()
  const now = sql`coalesce(${testClocks.now}, ${wallTime.toString()}::timestamptz)`
  const rows = await tx
    .select({
      id: organizations.id,
      name: organizations.name,
      slug: organizations.slug,
      clock: testClocks.now,
      subscription: sql<SubscriptionVersion | null>`${SUBSCRIPTION_VERSION}`,
      runningPositions: sql<Record<string, number> | null>`(
        SELECT jsonb_object_agg(running.meter, running.position) FROM (
          SELECT s.meter, max(s.position) AS position FROM usage_segments s
          WHERE s.organization_id = ${subscriptions.organizationId} AND s.subscription_id = ${subscriptions.id}
            AND s.meter = ANY(${meters}) AND s.period_start = ${subscriptions.periodStart}
          GROUP BY s.meter
        ) running)`,
      reserved: sql<Record<string, string> | null>`(
        SELECT jsonb_object_agg(held.meter, held.units) FROM (
          SELECT lease.meter, sum(lease.granted)::text AS units FROM usage_leases lease
          WHERE lease.organization_id = ${subscriptions.organizationId} AND lease.subscription_id = ${subscriptions.id} AND lease.settled_at IS NULL
            AND lease.period_start = ${subscriptions.periodStart} AND ${subscriptions.endedAt} IS NULL
            AND lease.expires_at > ${now} AND lease.expires_at_wall > ${wallTime.toString()}::timestamptz
          GROUP BY lease.meter
        ) held)`,
      // Nearly always decided by the first of the two.
      isReviewDue: sql<boolean | null>`${subscriptions.reviewAt} <= ${now} AND NOT EXISTS (SELECT FROM pending_actions a
        WHERE a.organization_id = ${subscriptions.organizationId} AND a.subscription_id = ${subscriptions.id} AND a.state = 'waiting')`,
    })
    .from(organizations)
    .leftJoin(testClocks, eq(testClocks.id, organizations.testClockId))
    .leftJoin(
      subscriptions,
      and(
        eq(subscriptions.organizationId, organizations.id),
        isNotNull(subscriptions.startedAt),
        or(isNull(subscriptions.endedAt), sql`${subscriptions.periodEnd} >= ${now} - ${sql.raw(`interval '${LATE_USAGE_HOURS} hours'`)}`),
      ),
    )
    .where(and(sql`${organizations.id} = ANY(${idArray('org', ids)})`, isNull(organizations.deletedAt)))
    .orderBy(asc(organizations.id), sql`${subscriptions.endedAt} DESC NULLS FIRST`)
  const versionOf = await readVersions(
    tx,
    rows.flatMap(({ subscription }) => subscription ?? []),
  )
  const found: OwnedSubscription[] = []
  for (const { subscription, runningPositions, isReviewDue, reserved } of rows) {
    if (!subscription) continue
    const row = versionOf(subscription)
    if (!row) return null
    found.push({ row, runningPositions: runningPositions ?? {}, isReviewDue: isReviewDue ?? false, reserved: reserved ?? {} })
  }
  return { organizations: new Map(rows.map(({ id, name, slug, clock }) => [id, { id, name, slug, now: clock ?? wallTime }])), subscriptions: found }
}

/** Null where a running segment began while we waited and is not locked yet. */
function assemble(wanted: readonly WantedCounter[], owned: readonly OwnedSubscription[], locked: readonly SegmentRow[]): Map<string, Counter[]> | null {
  const segmentsOf = groupBy(locked, (segment) => `${segment.subscriptionId} ${segment.meter}`)
  const subscriptionsOf = groupBy(owned, ({ row }) => row.organizationId)
  const counters = new Map<string, Counter[]>()
  for (const { organizationId, meter } of wanted) {
    const found: Counter[] = []
    for (const { row: subscription, runningPositions, isReviewDue, reserved } of subscriptionsOf.get(organizationId) ?? []) {
      const segments = segmentsOf.get(`${subscription.id} ${meter}`) ?? []
      const position = subscription.endedAt === null ? runningPositions[meter] : undefined
      const running = segments.find((segment) => segment.position === position && segment.periodStart.equals(subscription.periodStart)) ?? null
      if (position !== undefined && !running) return null
      if (running || segments.length > 0) found.push({ subscription, segments, running, isReviewDue, reserved: BigInt(reserved[meter] ?? 0) })
    }
    counters.set(counterKey(organizationId, meter), found)
  }
  return counters
}
