import { and, eq, inArray } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, payments, pendingActions, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import type { ChangeInProgress } from './store/account'
import { recordAudit } from './store/audit'
import { type DocumentRow, type PaymentRow, voidDocument } from './store/documents'
import { type AlreadySubscribed, findObstacle } from './store/obstacles'
import { type LockedOrganization, lockOrganization } from './store/organization'
import { recoverSubscription } from './store/recover'
import { dropTabOfUnsoldSeats } from './store/seats'
import { type LoadedSubscription, lockSubscription } from './store/subscription'

/** The operator's repairs (G80): with a reason, balanced, never an edit. The payment has been taken back at the provider. */
export type RepairInvoice = { organizationId: OrganizationId; documentId: DocumentId; reason: string }
export type MarkPaid = { organizationId: OrganizationId; documentId: DocumentId; reference: string }

export type RepairRefusal = { code: 'not_found' } | { code: 'not_payable'; status: string } | ChangeInProgress
export type MarkPaidRefusal = RepairRefusal | AlreadySubscribed

type Action = typeof pendingActions.$inferSelect
type Scene = LockedOrganization & { document: DocumentRow; payment: PaymentRow | null; action: Action | null; loaded: LoadedSubscription | null }

/** What a repair is of, locked in the order of decision 7. */
async function setScene(tx: Transaction, { organizationId, documentId }: Pick<RepairInvoice, 'organizationId' | 'documentId'>): Promise<Scene | null> {
  const locked = await lockOrganization(tx, organizationId)
  const ofDocument = and(eq(documents.organizationId, organizationId), eq(documents.id, documentId))
  const [found] = await tx.select().from(documents).where(ofDocument)
  if (!found) return null
  const loaded = found.subscriptionId ? await lockSubscription(tx, organizationId, found.subscriptionId) : null
  const [payment] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.documentId, documentId)))
    .for('update')
  const [document = found] = await tx.select().from(documents).where(ofDocument).for('update')
  const [action] = await tx
    .select()
    .from(pendingActions)
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.documentId, documentId), eq(pendingActions.state, 'waiting')))
  return { ...locked, document, payment: payment ?? null, action: action ?? null, loaded }
}

/** Takes an unpaid invoice back as if it had not been issued; an action that waited for it is given up, a running plan goes on. */
export async function voidInvoice({ tx, actor }: CommandContext, input: RepairInvoice): Promise<Result<null, RepairRefusal>> {
  const scene = await setScene(tx, input)
  if (!scene) return refuse({ code: 'not_found' })
  const { document, payment, action, loaded, now } = scene
  if (document.status !== 'open' && document.status !== 'uncollectible') return refuse({ code: 'not_payable', status: document.status })
  if (payment?.state === 'collected' || payment?.state === 'disputed') return refuse({ code: 'not_payable', status: 'disputed' })
  await voidDocument(tx, document, now)
  await stopCollecting(tx, payment)
  if (action) await dropAction(tx, action, { loaded, now })
  else if (loaded) await recoverSubscription(tx, loaded, document.id, now)
  await recordRepair(tx, scene, { actor, action: 'invoice.voided', facts: { reason: input.reason } })
  return ok(null)
}

/** Given up as a claim, not as a debt: it is collected by nobody any more, and may still be paid. The operator decides about the plan. */
export async function markUncollectible({ tx, actor }: CommandContext, input: RepairInvoice): Promise<Result<null, RepairRefusal>> {
  const scene = await setScene(tx, input)
  if (!scene) return refuse({ code: 'not_found' })
  const refusal = keepsFromGivingUp(scene)
  if (refusal) return refuse(refusal)
  const { document, payment, loaded } = scene
  await tx
    .update(documents)
    .set({ status: 'uncollectible' })
    .where(and(eq(documents.organizationId, document.organizationId), eq(documents.id, document.id)))
  await stopCollecting(tx, payment)
  if (loaded) await recoverSubscription(tx, loaded, document.id, scene.now)
  await recordRepair(tx, scene, { actor, action: 'invoice.uncollectible', facts: { reason: input.reason } })
  return ok(null)
}

function keepsFromGivingUp({ document, payment, action }: Scene): RepairRefusal | null {
  if (document.status !== 'open') return { code: 'not_payable', status: document.status }
  return action ? { code: 'change_in_progress', invoice: document.id, url: payment?.confirmUrl ?? null } : null
}

/** What `markUncollectible` would refuse with; null: nothing. Asked before its payment is canceled, which would fail it for whoever is paying. */
export async function refusesToGiveUp(tx: Transaction, input: Pick<RepairInvoice, 'organizationId' | 'documentId'>): Promise<RepairRefusal | null> {
  const scene = await setScene(tx, input)
  return scene ? keepsFromGivingUp(scene) : { code: 'not_found' }
}

export type ToBeSettled = { paymentId: PaymentId; amount: MinorUnits }

/**
 * The money came by another way (T13): the payment is noted as one of the bank's, and what it pays for takes effect when
 * the flow settles it. It names no payment of the provider's any more, so that our cash there can still be compared.
 */
export async function recordBankTransfer({ tx, actor }: CommandContext, input: MarkPaid): Promise<Result<ToBeSettled, MarkPaidRefusal>> {
  const scene = await setScene(tx, input)
  if (!scene) return refuse({ code: 'not_found' })
  const { document, payment, action, loaded } = scene
  const isOwed = document.status === 'open' || document.status === 'uncollectible'
  if (!isOwed || !payment || payment.state === 'collected' || payment.state === 'disputed') return refuse({ code: 'not_payable', status: document.status })
  const obstacle = action?.kind === 'pro_forma' && loaded ? await findObstacle(tx, input.organizationId, loaded.row.product) : null
  if (obstacle) return refuse(obstacle)
  await tx
    .update(payments)
    .set({ bankReference: input.reference, providerRef: null })
    .where(and(eq(payments.organizationId, payment.organizationId), eq(payments.id, payment.id)))
  await recordRepair(tx, scene, { actor, action: 'invoice.marked_paid', facts: { reference: input.reference } })
  return ok({ paymentId: payment.id, amount: payment.amount })
}

async function stopCollecting(tx: Transaction, payment: PaymentRow | null): Promise<void> {
  if (!payment) return
  await tx
    .update(payments)
    .set({ state: 'abandoned', retryAt: null, checkAt: null, confirmUrl: null })
    .where(and(eq(payments.organizationId, payment.organizationId), eq(payments.id, payment.id)))
}

/** A subscription whose first invoice is taken back never was. */
async function dropAction(tx: Transaction, action: Action, { loaded, now }: Pick<Scene, 'loaded' | 'now'>): Promise<void> {
  await tx
    .update(pendingActions)
    .set({ state: 'dropped' })
    .where(and(eq(pendingActions.organizationId, action.organizationId), eq(pendingActions.documentId, action.documentId)))
  if (loaded) await dropTabOfUnsoldSeats(tx, loaded, now)
  if (!action.subscriptionId || (action.kind !== 'subscribe' && action.kind !== 'pro_forma')) return
  await tx
    .update(subscriptions)
    .set({ status: 'canceled', endedAt: now })
    .where(
      and(
        eq(subscriptions.organizationId, action.organizationId),
        eq(subscriptions.id, action.subscriptionId),
        inArray(subscriptions.status, ['awaiting_payment']),
      ),
    )
}

async function recordRepair(
  tx: Transaction,
  { document, now }: Scene,
  { actor, action, facts }: { actor: CommandContext['actor']; action: string; facts: Record<string, string> },
): Promise<void> {
  await recordAudit(tx, [
    {
      organizationId: document.organizationId,
      at: now,
      actor,
      action,
      target: document.id,
      before: { status: document.status },
      after: { amount: document.amountDue.toString(), currency: document.currency, ...facts },
    },
  ])
}
