import { eq, sql } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { documents, organizations, subscriptions, usageSegments } from '@/db/schema'
import type { Scenario } from './scenario'

/** Lives in real time from now on: off its clock, with everything as long ago as it was there. */
export async function inRealTime(life: Scenario, periodEndedSecondsAgo: number): Promise<void> {
  const { organizationId } = life
  await inEngine(async (tx) => {
    const shift = sql`(SELECT now() - make_interval(secs => ${periodEndedSecondsAgo}) - max(period_end) FROM subscriptions WHERE organization_id = ${sql.param(organizationId, organizations.id)}::uuid)`
    await tx
      .update(usageSegments)
      .set({ periodStart: sql`period_start + ${shift}`, startsAt: sql`starts_at + ${shift}`, periodEnd: sql`period_end + ${shift}` })
      .where(eq(usageSegments.organizationId, organizationId))
    await tx
      .update(documents)
      .set({ periodStart: sql`period_start + ${shift}`, periodEnd: sql`period_end + ${shift}` })
      .where(eq(documents.organizationId, organizationId))
    await tx
      .update(subscriptions)
      .set({ anchor: sql`anchor + ${shift}`, periodStart: sql`period_start + ${shift}`, periodEnd: sql`period_end + ${shift}` })
      .where(eq(subscriptions.organizationId, organizationId))
    await tx.update(organizations).set({ testClockId: null }).where(eq(organizations.id, organizationId))
  })
}
