import { eq, inArray, sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { organizations, payments, testClocks } from '../../../db/schema'
import type { OrganizationId, TestClockId } from '../../ids'
import type { PaymentProvider } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import { type Instant, isBefore, systemClock } from '../../time'
import { check } from './collect'
import { nextDueInstant, runDueFor } from './due-work'

export type AdvanceRefusal =
  | { code: 'not_found' }
  | { code: 'clock_backwards'; now: Instant }
  | { code: 'clock_advancing' }
  | { code: 'payments_unsettled'; now: Instant }

/** An advance whose process died is taken over after this; a running one renews its hold at each step. */
const LEASE_SECONDS = 30
/** How long one charge may stay unknown before the advance stops where it is. */
const SETTLE_WITHIN_MILLISECONDS = 10_000
const POLL_MILLISECONDS = 100
/** Passes over one instant: retries and renewals of one instant may set each other off, but not for ever. */
const STANDSTILLS = 5

/**
 * Moves a test clock forward, instant by instant: everything that falls due up to `to`, inclusive (G24), is done in time
 * order, and each charge settles before the next step (G89). One at a time per clock.
 */
export async function advanceClock(provider: PaymentProvider, input: { clockId: TestClockId; to: Instant }): Promise<Result<{ now: Instant }, AdvanceRefusal>> {
  const begun = await begin(input)
  if (!begun.ok) return begun
  try {
    for (let standstill = 0, last: Instant | null = null; ; ) {
      const at = await inEngine((tx) => nextDueInstant(tx, input.clockId, input.to))
      const now = at ? await moveTo(input.clockId, at) : null
      if (!now) break
      const organizationIds = await organizationsOn(input.clockId)
      const did = await runDueFor(provider, organizationIds)
      if (!(await settleAll(provider, organizationIds))) return refuse({ code: 'payments_unsettled', now })
      // Something stays due although it was done: the payment provider does not answer.
      standstill = last && now.equals(last) ? standstill + 1 : 0
      last = now
      if (standstill >= STANDSTILLS || (did === 0 && (await isStillDue(input.clockId, now)))) return refuse({ code: 'payments_unsettled', now })
    }
    return ok({ now: await moveTo(input.clockId, input.to) })
  } finally {
    await inEngine((tx) => tx.update(testClocks).set({ advancingTo: null, advanceLeaseUntil: null }).where(eq(testClocks.id, input.clockId)))
  }
}

async function begin({ clockId, to }: { clockId: TestClockId; to: Instant }): Promise<Result<null, AdvanceRefusal>> {
  return inEngine(async (tx) => {
    const [clock] = await tx.select().from(testClocks).where(eq(testClocks.id, clockId)).for('update')
    if (!clock) return refuse({ code: 'not_found' })
    const wallTime = systemClock.now()
    if (clock.advanceLeaseUntil && isBefore(wallTime, clock.advanceLeaseUntil)) return refuse({ code: 'clock_advancing' })
    if (isBefore(to, clock.now)) return refuse({ code: 'clock_backwards', now: clock.now })
    await tx
      .update(testClocks)
      .set({ advancingTo: to, advanceLeaseUntil: wallTime.add({ seconds: LEASE_SECONDS }) })
      .where(eq(testClocks.id, clockId))
    return ok(null)
  })
}

/** Never backwards: what is overdue is done at the clock's own time. */
async function moveTo(clockId: TestClockId, at: Instant): Promise<Instant> {
  const [clock] = await inEngine((tx) =>
    tx
      .update(testClocks)
      .set({ now: sql`greatest(${testClocks.now}, ${at.toString()}::timestamptz)`, advanceLeaseUntil: systemClock.now().add({ seconds: LEASE_SECONDS }) })
      .where(eq(testClocks.id, clockId))
      .returning({ now: testClocks.now }),
  )
  if (!clock) throw new Error(`test clock ${clockId} is gone`)
  return clock.now
}

/** Nothing is left where somebody else has done it meanwhile: usage closes the periods that it finds over (C14). */
async function isStillDue(clockId: TestClockId, now: Instant): Promise<boolean> {
  return (await inEngine((tx) => nextDueInstant(tx, clockId, now))) !== null
}

async function organizationsOn(clockId: TestClockId): Promise<OrganizationId[]> {
  const rows = await inEngine((tx) =>
    tx.select({ id: organizations.id }).from(organizations).where(eq(organizations.testClockId, clockId)).orderBy(organizations.id),
  )
  return rows.map((row) => row.id)
}

/** Reads unknown charges back until each has settled. */
async function settleAll(provider: PaymentProvider, organizationIds: readonly OrganizationId[]): Promise<boolean> {
  if (organizationIds.length === 0) return true
  const deadline = systemClock.now().add({ milliseconds: SETTLE_WITHIN_MILLISECONDS })
  for (;;) {
    const unknown = await inEngine((tx) =>
      tx
        .select({ organizationId: payments.organizationId, paymentId: payments.id })
        .from(payments)
        .where(sql`${inArray(payments.organizationId, [...organizationIds])} and ${payments.state} = 'in_flight'`),
    )
    if (unknown.length === 0) return true
    if (isBefore(deadline, systemClock.now())) return false
    for (const key of unknown) await check(provider, key)
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
}
