import type { Transaction } from '../../../../db/client'
import { subscriptions } from '../../../../db/schema'
import { newId, type OrganizationId, type SubscriptionId } from '../../../ids'
import type { SubscribeDecision } from '../../core/subscribe'

/** Writes a subscription as it was decided; it begins when its first invoice is paid (G79). */
export async function openSubscription(tx: Transaction, organizationId: OrganizationId, decision: SubscribeDecision): Promise<SubscriptionId> {
  const { terms, anchor, period, reviewAt, trialEnd, seatsPaid } = decision
  const id = newId('sub')
  await tx.insert(subscriptions).values({
    organizationId,
    id,
    product: terms.product.id,
    catalogVersion: terms.product.version,
    plan: terms.plan.id,
    interval: terms.interval,
    status: 'awaiting_payment',
    anchor,
    periodStart: period.start,
    periodEnd: period.end,
    cycleDays: period.totalDays,
    billingMonthStart: period.start,
    reviewAt,
    trialEnd,
    seatsPaid,
  })
  return id
}
