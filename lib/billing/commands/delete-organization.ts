import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { invitations, organizations, pendingActions, subscriptions } from '../../../db/schema'
import { can } from '../../auth/permissions'
import type { DocumentId, OrganizationId, SubscriptionId } from '../../ids'
import { type MinorUnits, sum } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { type Instant, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { isFree } from '../core/catalog'
import { unbilled } from '../core/rating'
import { openInvoices } from './store/account'
import { recordAudit } from './store/audit'
import { type Forbidden, roleOfActor } from './store/members'
import { lockOrganization } from './store/organization'
import { type LoadedSubscription, loadSubscriptions, lockLateSegments, toSegment } from './store/subscription'

export type DeleteOrganization = { organizationId: OrganizationId }

export type DeleteOrganizationRefusal =
  | Forbidden
  | { code: 'subscription_active'; subscriptionId: SubscriptionId; planName: string; periodEnd: Instant }
  | { code: 'change_in_progress' }
  /** To be paid first, or made void by the operator; oldest first. */
  | { code: 'invoices_open'; invoices: DocumentId[]; amountDue: MinorUnits }
  /** Usage that came in late is billed when the running period ends (G103). */
  | { code: 'usage_unbilled'; subscriptionId: SubscriptionId; billedAt: Instant }

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
  const owed = await findOwed(tx, organizationId, live)
  if (owed) return refuse(owed)

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

/** What the customer owes still, billed or not: nobody would collect it after the organization is closed. */
async function findOwed(
  tx: Transaction,
  organizationId: OrganizationId,
  live: readonly LoadedSubscription[],
): Promise<Extract<DeleteOrganizationRefusal, { code: 'invoices_open' | 'usage_unbilled' }> | null> {
  const open = await openInvoices(tx, organizationId)
  if (open.length > 0)
    return { code: 'invoices_open', invoices: open.map(({ document }) => document.id), amountDue: sum(open.map(({ document }) => document.amountDue)) }
  const late = await lockLateSegments(
    tx,
    live.map(({ row }) => row.id),
  )
  const unbilledOf = live.find(({ row, holding }) =>
    (late.get(row.id) ?? []).some((one) => unbilled(toSegment(one), holding.terms.product.currency).amount !== 0n),
  )
  return unbilledOf ? { code: 'usage_unbilled', subscriptionId: unbilledOf.row.id, billedAt: unbilledOf.row.periodEnd } : null
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
