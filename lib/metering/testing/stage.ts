import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import { closeDatabase, inEngine } from '../../../db/client'
import { subscriptionPeriods, subscriptions, usageEvents, usageRollups, usageSegments } from '../../../db/schema'
import { createTestDatabase, type TestDatabase } from '../../../db/testing'
import { beginSegments } from '../../billing/commands/store/subscription'
import { freshSegments } from '../../billing/core/change'
import { nextPeriod } from '../../billing/core/period'
import { apiCallsProduct, MAY, termsOf } from '../../billing/testing/holdings'
import { createMeteredOrganization, type MeteredOrganization, setClock } from '../../billing/testing/metered-organization'
import { newId, type OrganizationId } from '../../ids'
import { ZERO } from '../../money'
import { ok, refuse } from '../../result'
import { addDays, type Instant } from '../../time'
import { type Consume, consume } from '../consume'
import type { UsageEvent } from '../event'
import { recordUsage } from '../record-usage'

export const DAY_10 = addDays(MAY, 10)

/** A database of its own for the file that calls it. */
export function withMeteringDatabase(): { ownerUrl: string } {
  let database: TestDatabase
  const own = { ownerUrl: '' }
  beforeAll(async () => {
    database = await createTestDatabase()
    own.ownerUrl = database.ownerUrl
    process.env.DATABASE_ENGINE_URL = database.engineUrl
    process.env.DATABASE_WEB_URL = database.webUrl
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })
  return own
}

/** On `basic` since 1 May 2026, with ten days completed. */
export function organization(facts: Parameters<typeof createMeteredOrganization>[1] = {}): Promise<MeteredOrganization> {
  return inEngine((tx) => createMeteredOrganization(tx, { now: DAY_10, ...facts }))
}

export function event(organizationId: OrganizationId | null, facts: Partial<UsageEvent> = {}): UsageEvent {
  return { id: newId('evt'), organizationId, meter: 'calls', quantity: 1n, timestamp: null, key: null, properties: null, ...facts }
}

/** Usage that sets nothing off, in its one transaction. */
export async function record(...events: UsageEvent[]) {
  const result = await inEngine((tx) => recordUsage({ tx, actor: 'system' }, events))
  return result.ok ? ok(result.value.recorded) : refuse(withoutSetOff(result.error))
}

/** As `record`. */
export async function use({ organizationId }: Pick<MeteredOrganization, 'organizationId'>, facts: Partial<Consume> = {}) {
  const request = { id: newId('evt'), organizationId, meter: 'calls', quantity: 1n, key: null, properties: null, ...facts }
  const result = await inEngine((tx) => consume({ tx, actor: 'system' }, request))
  return result.ok ? ok(result.value.answer) : refuse(withoutSetOff(result.error))
}

type SetOff = { code: 'sets_off' } | { code: 'set_off' }

function withoutSetOff<Refusal extends { code: string }>(refusal: Refusal): Exclude<Refusal, SetOff> {
  if (refusal.code === 'sets_off' || refusal.code === 'set_off') throw new Error('this usage sets something off')
  return refusal as Exclude<Refusal, SetOff>
}

export function travel({ clockId }: MeteredOrganization, now: Instant): Promise<void> {
  return inEngine((tx) => setClock(tx, clockId, now))
}

export function segmentsOf({ subscriptionId }: Pick<MeteredOrganization, 'subscriptionId'>) {
  return inEngine((tx) =>
    tx
      .select()
      .from(usageSegments)
      .where(eq(usageSegments.subscriptionId, subscriptionId))
      .orderBy(asc(usageSegments.periodStart), asc(usageSegments.position)),
  )
}

export async function unitsOf(acme: Pick<MeteredOrganization, 'subscriptionId'>): Promise<bigint[]> {
  return (await segmentsOf(acme)).map(({ units }) => units)
}

/** Closes the running period as the renewal does: a new period, and the row that the closed one leaves behind. */
export function renew(acme: MeteredOrganization, plan = 'basic'): Promise<void> {
  return inEngine(async (tx) => {
    const terms = termsOf(apiCallsProduct, plan)
    const period = nextPeriod(MAY, acme.period, terms)
    const { organizationId, subscriptionId } = acme
    const closed = { cycleDays: 30, plan, interval: 'month' as const, catalogVersion: 1, overageUnits: 0n, overageAmount: ZERO }
    await tx.insert(subscriptionPeriods).values({ organizationId, subscriptionId, periodStart: acme.period.start, periodEnd: acme.period.end, ...closed })
    await tx.update(subscriptions).set({ periodStart: period.start, periodEnd: period.end }).where(eq(subscriptions.id, subscriptionId))
    await beginSegments(tx, [{ organizationId, subscriptionId, terms, period, startsAt: period.start, position: 0, starts: freshSegments(terms) }])
  })
}

/** A change of plan as rows: the running segment's successor from `startsAt` on. */
export function changePlan(acme: MeteredOrganization, plan: string, facts: { countedAtStart?: bigint; position?: number } = {}): Promise<void> {
  const { countedAtStart = 0n, position = 1 } = facts
  const terms = termsOf(apiCallsProduct, plan)
  const { organizationId, subscriptionId, period } = acme
  const starts = freshSegments(terms).map((start) => ({ ...start, countedAtStart }))
  return inEngine(async (tx) => {
    await tx.update(subscriptions).set({ plan }).where(eq(subscriptions.id, subscriptionId))
    await beginSegments(tx, [{ organizationId, subscriptionId, terms, period, startsAt: DAY_10, position, starts }])
  })
}

/** What the books compare: events, counters and rollups. */
export async function totalsOf({ subscriptionId }: MeteredOrganization) {
  return inEngine(async (tx) => {
    const [events] = await tx
      .select({ sum: sql<string>`coalesce(sum(quantity), 0)` })
      .from(usageEvents)
      .where(sql`${eq(usageEvents.subscriptionId, subscriptionId)} and ${usageEvents.billable}`)
    const [counters] = await tx
      .select({ sum: sql<string>`coalesce(sum(units), 0)` })
      .from(usageSegments)
      .where(eq(usageSegments.subscriptionId, subscriptionId))
    const [rollups] = await tx
      .select({ byKey: sql<string>`coalesce(sum(quantity), 0)`, byDay: sql<string>`coalesce(sum((SELECT sum(day) FROM unnest(days) AS day)), 0)` })
      .from(usageRollups)
      .where(eq(usageRollups.subscriptionId, subscriptionId))
    return { events: events?.sum, counters: counters?.sum, ...rollups }
  })
}

export const allTotals = (sum: string) => ({ events: sum, counters: sum, byKey: sum, byDay: sum })
