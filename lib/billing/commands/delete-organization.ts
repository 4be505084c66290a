import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { invitations, organizations, pendingActions, subscriptions } from '../../../db/schema'
import { can } from '../../auth/permissions'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { type Instant, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { isFree } from '../core/catalog'
import { recordAudit } from './store/audit'
import { type Forbidden, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'
import { loadSubscriptions } from './store/subscription'

export type DeleteOrganization = { organizationId: OrganizationId }

export type DeleteOrganizationRefusal =
  | Forbidden
  | { code: 'subscription_active'; subscriptionId: SubscriptionId; planName: string; periodEnd: Instant }
  | { code: 'change_in_progress' }

/**
 * Closes an organization for good (G14): nobody reaches it any more, free subscriptions end, its external id is free again.
 * Invoices, ledger and activity are kept, as the law wants them, and the address is never given to anybody else.
 */
export async function deleteOrganization(
  { tx, actor }: CommandContext,
  { organizationId }: DeleteOrganization,
): Promise<Result<null, DeleteOrganizationRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const role = await roleOfActor(tx, organizationId, actor)
  if (role === null || !can(role, 'organization:delete')) return refuse({ code: 'forbidden', permission: 'organization:delete' })
  if (organization.deletedAt !== null) return ok(null)

  const live = await loadSubscriptions(tx, { where: and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt)), lock: true })
  const paid = live.find(({ holding }) => !isFree(holding.terms.plan))
  if (paid) {
    const { row, holding } = paid
    return refuse({ code: 'subscription_active', subscriptionId: row.id, planName: holding.terms.plan.name, periodEnd: row.periodEnd })
  }
  if (await isPaymentAwaited(tx, organizationId)) return refuse({ code: 'change_in_progress' })

  await tx
    .update(subscriptions)
    .set({ status: 'canceled', endedAt: now })
    .where(and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt)))
  const wallTime = systemClock.now()
  await tx
    .update(invitations)
    .set({ expiresAt: wallTime })
    .where(and(eq(invitations.organizationId, organizationId), isNull(invitations.acceptedAt), gt(invitations.expiresAt, wallTime)))
  await tx.update(organizations).set({ deletedAt: now, externalId: null }).where(eq(organizations.id, organizationId))
  const { name, slug, externalId } = organization
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'organization.deleted', target: organizationId, before: { name, slug, externalId } }])
  return ok(null)
}

/** A plan change that was paid for, or is being paid, must not fall on a closed organization. */
async function isPaymentAwaited(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const [waiting] = await tx
    .select({ documentId: pendingActions.documentId })
    .from(pendingActions)
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.state, 'waiting')))
    .limit(1)
  return waiting !== undefined
}
