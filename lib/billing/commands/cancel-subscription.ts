import { and, eq } from 'drizzle-orm'
import { subscriptions } from '../../../db/schema'
import { ok, type Result, refuse } from '../../result'
import { type Instant, isBefore } from '../../time'
import type { CommandContext } from '../context'
import { type CancelRefusal, decideCancel, decideReactivate, type ReactivateRefusal } from '../core/cancellation'
import { type ChangeInProgress, findWaitingAction } from './store/account'
import { NOTHING_PENDING } from './store/apply-terms'
import { recordAudit } from './store/audit'
import { type Forbidden, forbidsActor } from './store/members'
import { tellBilling } from './store/messages'
import type { NotFound, OneSubscription } from './store/one-subscription'
import { lockOrganization } from './store/organization'
import type { PaymentKey } from './store/payment-key'
import { settleExtraUsage } from './store/purchase-blocks'
import { type LoadedSubscription, lockSubscription } from './store/subscription'
import { cancellationMessage } from './store/words'

export type { NotFound, OneSubscription } from './store/one-subscription'

/** `cancelAt` null: what waited for its payment was given up, and there was nothing else to cancel. `setOff`: extra usage to be collected first (S5). */
export type Canceled = { cancelAt: Instant | null; setOff: PaymentKey[] }

export type CancelSubscriptionRefusal = Forbidden | NotFound | CancelRefusal | ChangeInProgress

/**
 * Schedules the end of a paid subscription: service goes on to the period's end (A8). A paid action that waits is refused
 * as in progress, and abandoned by the flow first (G79); `gaveUp` says that it was, which is all that there was to cancel
 * of a free plan or of a subscription that never began.
 */
export async function cancelSubscription(
  { tx, actor }: CommandContext,
  { gaveUp = false, ...input }: OneSubscription & { gaveUp?: boolean },
): Promise<Result<Canceled, CancelSubscriptionRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, input.organizationId, input.subscriptionId)
  if (!loaded) return gaveUp ? ok({ cancelAt: null, setOff: [] }) : refuse({ code: 'not_found' })
  const waiting = await findWaitingAction(tx, input.organizationId, input.subscriptionId)
  if (waiting) return refuse(waiting)
  const decision = decideCancel({ holding: loaded.holding, now })
  if (!decision.ok) return gaveUp ? ok({ cancelAt: loaded.holding.cancelAt, setOff: [] }) : decision

  const { cancelAt } = decision.value
  if (!isBefore(now, cancelAt)) {
    await endNow({ tx, actor }, loaded, now)
    return ok({ cancelAt, setOff: [] })
  }
  await tx
    .update(subscriptions)
    .set({ cancelAt, ...NOTHING_PENDING })
    .where(and(eq(subscriptions.organizationId, input.organizationId), eq(subscriptions.id, input.subscriptionId)))
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'subscription.cancel_scheduled',
      target: loaded.row.id,
      before: { cancel_at: null },
      after: { cancel_at: cancelAt.toString() },
    },
  ])
  await tellBilling(tx, [cancellationMessage(organization, loaded.row.id, loaded.holding.terms, 'cancellation_scheduled', cancelAt, now)])
  // Whether or not it can be charged, the cancellation stands; the invoice then stays open (S5, C12).
  const { settlesExtra } = loaded.holding.terms.product.policies.cancel
  return ok({ cancelAt, setOff: settlesExtra ? await settleExtraUsage(tx, { organization, now, loaded }) : [] })
}

/** Usage of now has no subscription any more; what comes in late is still drawn down (G3, P7). */
async function endNow({ tx, actor }: CommandContext, { row }: LoadedSubscription, now: Instant): Promise<void> {
  await tx
    .update(subscriptions)
    .set({ status: 'canceled', endedAt: now, periodEnd: now, cancelAt: null, ...NOTHING_PENDING })
    .where(and(eq(subscriptions.organizationId, row.organizationId), eq(subscriptions.id, row.id)))
  await recordAudit(tx, [
    {
      organizationId: row.organizationId,
      at: now,
      actor,
      action: 'subscription.canceled',
      target: row.id,
      before: { plan: row.plan },
      after: { status: 'canceled' },
    },
  ])
}

/** Undoes a scheduled cancellation (A8). */
export async function reactivateSubscription(
  { tx, actor }: CommandContext,
  input: OneSubscription,
): Promise<Result<null, Forbidden | NotFound | ReactivateRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, input.organizationId, input.subscriptionId)
  if (!loaded) return refuse({ code: 'not_found' })
  const decision = decideReactivate({ holding: loaded.holding, now })
  if (!decision.ok) return decision

  await tx
    .update(subscriptions)
    .set({ cancelAt: null })
    .where(and(eq(subscriptions.organizationId, input.organizationId), eq(subscriptions.id, input.subscriptionId)))
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'subscription.reactivated',
      target: loaded.row.id,
      before: { cancel_at: loaded.row.cancelAt?.toString() ?? null },
      after: { cancel_at: null },
    },
  ])
  await tellBilling(tx, [cancellationMessage(organization, loaded.row.id, loaded.holding.terms, 'reactivated', loaded.row.periodEnd, now)])
  return ok(null)
}

/** Gives up a change that waits for the period's end. */
export async function dropPendingChange({ tx, actor }: CommandContext, input: OneSubscription): Promise<Result<null, Forbidden | NotFound>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, input.organizationId, input.subscriptionId)
  if (!loaded?.holding.pendingChange) return refuse({ code: 'not_found' })
  await tx
    .update(subscriptions)
    .set(NOTHING_PENDING)
    .where(and(eq(subscriptions.organizationId, input.organizationId), eq(subscriptions.id, input.subscriptionId)))
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'subscription.change_dropped',
      target: loaded.row.id,
      before: { plan: loaded.holding.pendingChange.plan.id },
      after: { plan: loaded.row.plan },
    },
  ])
  return ok(null)
}
