import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, payments, pendingActions } from '../../../../db/schema'
import type { OrganizationId, PaymentId } from '../../../ids'
import { type Instant, systemClock } from '../../../time'
import type { CommandContext } from '../../context'
import type { DocumentRow, PaymentRow } from './documents'
import { recordEvents } from './events'
import type { LockedOrganization } from './organization'
import { decidesStatus } from './running-plan'
import { type LoadedSubscription, lockSubscription } from './subscription'

/** A payment that something was observed of, with all that it touches, locked. */
export type Settling = LockedOrganization & {
  tx: Transaction
  payment: PaymentRow
  document: DocumentRow
  loaded: LoadedSubscription | null
  action: typeof pendingActions.$inferSelect | null
  actor: CommandContext['actor']
}

/** In the order of decision 7: organization, subscription and counters, then the payment. */
export async function lockSettling(
  tx: Transaction,
  locked: LockedOrganization,
  organizationId: OrganizationId,
  paymentId: PaymentId,
  actor: CommandContext['actor'],
): Promise<Settling> {
  const [found] = await tx
    .select({ documentId: payments.documentId, subscriptionId: documents.subscriptionId })
    .from(payments)
    .innerJoin(documents, and(eq(documents.organizationId, payments.organizationId), eq(documents.id, payments.documentId)))
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
  if (!found) throw new Error(`payment ${paymentId} does not exist`)
  const loaded = found.subscriptionId ? await lockSubscription(tx, organizationId, found.subscriptionId) : null
  const [payment] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
    .for('update')
  const [document] = await tx
    .select()
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, found.documentId)))
    .for('update')
  const [action] = await tx
    .select()
    .from(pendingActions)
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.documentId, found.documentId), eq(pendingActions.state, 'waiting')))
  if (!payment || !document) throw new Error(`payment ${paymentId} lost its document`)
  return { tx, ...locked, payment, document, loaded, action: action ?? null, actor }
}

/** How long until the reconciler looks at a payment whose outcome is not known. */
export const CHECK_AFTER_SECONDS = 20
/** A confirmation at the bank takes a person's time. */
export const CHECK_CONFIRMATION_AFTER_SECONDS = 60

export function wallTimeIn(seconds: number): Instant {
  return systemClock.now().add({ seconds })
}

export async function movePayment({ tx, payment }: Settling, to: Partial<PaymentRow>): Promise<PaymentRow> {
  const moved = { ...payment, ...to }
  if (Object.keys(to).length > 0)
    await tx
      .update(payments)
      .set(to)
      .where(and(eq(payments.organizationId, payment.organizationId), eq(payments.id, payment.id)))
  return moved
}

export async function tellOutside(
  { tx, organization, document, now }: Settling,
  type: 'invoice.action_required' | 'invoice.payment_failed',
  fact: string,
): Promise<void> {
  await recordEvents(tx, [{ organizationId: organization.id, type, subject: { kind: 'invoice', id: document.id }, at: now, fact }])
}

/** The plan that is running and not paid for; a final invoice of an ended plan changes no status (G94). */
export async function concernsRunningPlan({ tx, loaded, document }: Settling): Promise<boolean> {
  if (!loaded) return false
  const [found] = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.organizationId, document.organizationId), eq(documents.id, document.id), decidesStatus(loaded)))
  return found !== undefined
}
