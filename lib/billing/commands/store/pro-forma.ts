import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, subscriptionPeriods, subscriptions, usageSegments } from '../../../../db/schema'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'
import { firstPeriod, isReviewed, nextReview } from '../../core/period'
import { NOTHING_PENDING } from './apply-terms'
import { recordAudit } from './audit'
import type { DocumentRow } from './documents'
import { lockRunning } from './obstacles'
import type { Organization } from './organization'
import { closedPeriodRows } from './periods'
import { type LoadedSubscription, lockSubscription } from './subscription'

type Paid = { organization: Organization; loaded: LoadedSubscription; document: DocumentRow; now: Instant; actor: Actor }

/**
 * Its pro-forma invoice is paid: period and anchor are that instant (G9), and the free subscription of the product makes
 * room. Returns the subscription as it is to begin.
 */
export async function dateProForma(tx: Transaction, { organization, loaded, document, now, actor }: Paid): Promise<LoadedSubscription> {
  const free = await lockRunning(tx, organization.id, loaded.row.product)
  if (free) await replaceFree(tx, { loaded: free, now, actor, by: loaded.row.id })
  const { terms } = loaded.holding
  const period = firstPeriod(now, terms)
  const target = and(eq(subscriptions.organizationId, organization.id), eq(subscriptions.id, loaded.row.id))
  await tx
    .update(subscriptions)
    .set({
      anchor: now,
      periodStart: period.start,
      periodEnd: period.end,
      cycleDays: period.totalDays,
      billingMonthStart: period.start,
      reviewAt: isReviewed(terms) ? nextReview(now, period, period.start) : null,
    })
    .where(target)
  await tx
    .update(documents)
    .set({ periodStart: period.start, periodEnd: period.end })
    .where(and(eq(documents.organizationId, organization.id), eq(documents.id, document.id)))
  const begun = await lockSubscription(tx, organization.id, loaded.row.id)
  if (!begun) throw new Error(`subscription ${loaded.row.id} is gone`)
  return begun
}

async function replaceFree(
  tx: Transaction,
  { loaded, now, actor, by }: { loaded: LoadedSubscription; now: Instant; actor: Actor; by: LoadedSubscription['row']['id'] },
): Promise<void> {
  const { row, holding } = loaded
  const ofRow = and(eq(usageSegments.organizationId, row.organizationId), eq(usageSegments.subscriptionId, row.id))
  await tx
    .update(usageSegments)
    .set({ periodEnd: now })
    .where(and(ofRow, eq(usageSegments.periodStart, row.periodStart)))
  if (!now.equals(row.periodStart)) await tx.insert(subscriptionPeriods).values(closedPeriodRows({ ...loaded, row: { ...row, periodEnd: now } }, null))
  await tx
    .update(subscriptions)
    .set({ status: 'canceled', endedAt: now, periodStart: now, periodEnd: now, cancelAt: null, reviewAt: null, ...NOTHING_PENDING })
    .where(and(eq(subscriptions.organizationId, row.organizationId), eq(subscriptions.id, row.id)))
  await recordAudit(tx, [
    {
      organizationId: row.organizationId,
      at: now,
      actor,
      action: 'subscription.ended',
      target: row.id,
      before: { plan: holding.terms.plan.id },
      after: { replaced_by: by },
    },
  ])
}
