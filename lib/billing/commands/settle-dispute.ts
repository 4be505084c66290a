import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, payments } from '../../../db/schema'
import type { OrganizationId, PaymentId } from '../../ids'
import { type MinorUnits, minor, smaller } from '../../money'
import type { DisputeObservation } from '../../payments/port'
import type { CommandContext } from '../context'
import { type AuditEntry, recordAudit } from './store/audit'
import type { Grant } from './store/credit'
import type { DocumentRow, PaymentRow } from './store/documents'
import { postLedger } from './store/ledger'
import { tellOperators } from './store/messages'
import { recordNotice } from './store/notices'
import { type LockedOrganization, lockOrganization } from './store/organization'
import { findKept, takeBackCredit } from './store/reverse-credit'
import { disputeMessage } from './store/words-payments'

export type SettleDispute = { organizationId: OrganizationId; paymentId: PaymentId; observed: DisputeObservation }

/** `early`: the payment itself has not settled yet. `notice`: what the operator is to be told; null: nothing has changed. */
export type SettledDispute = { early: boolean; notice: string | null }

/** `kept`: the credit that the payment became, its invoice being void. */
type Scene = LockedOrganization & { tx: Transaction; payment: PaymentRow; document: DocumentRow; kept: Grant | null; observed: DisputeObservation }

const UNCHANGED: SettledDispute = { early: false, notice: null }

/**
 * The customer's bank takes a payment back (G80). Opened, it is only noted: nothing is bought by itself any more, and all
 * else goes on. Lost, the money leaves the cash for the dispute account and the invoice is uncollectible; the plan is the
 * operator's to decide about. What the payment became where its invoice was void goes with it. Won, it is paid as before. Once each, in whatever order it is seen.
 */
export async function settleDispute({ tx }: CommandContext, { organizationId, paymentId, observed }: SettleDispute): Promise<SettledDispute> {
  const locked = await lockOrganization(tx, organizationId)
  const [payment] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
    .for('update')
  if (!payment || (payment.state !== 'collected' && payment.state !== 'disputed')) return { early: true, notice: null }
  const [document] = await tx
    .select()
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, payment.documentId)))
  if (!document) throw new Error(`payment ${paymentId} lost its document`)
  if (payment.disputeLost !== null || isDecided(payment, observed)) return UNCHANGED
  const scene: Scene = { ...locked, tx, payment, document, kept: await findKept(tx, organizationId, document.id), observed }
  switch (observed.state) {
    case 'open':
      if (payment.state === 'disputed') return UNCHANGED
      await movePayment(scene, { state: 'disputed', disputeRef: observed.disputeRef })
      return told(scene, 'payment.disputed', observed.amount)
    case 'won':
      if (payment.state !== 'disputed') return UNCHANGED
      await movePayment(scene, { state: 'collected' })
      return told(scene, 'payment.dispute_won', observed.amount)
    case 'lost':
      return told(scene, 'payment.dispute_lost', await lose(scene))
  }
}

/** A stale look at a dispute that was won since: it does not open again. */
function isDecided({ state, disputeRef }: PaymentRow, observed: DisputeObservation): boolean {
  return state === 'collected' && disputeRef === observed.disputeRef && observed.state !== 'lost'
}

/** What is gone: never more than was left of it. */
async function lose(scene: Scene): Promise<MinorUnits> {
  const { tx, payment, document, kept, observed, now } = scene
  const lost = smaller(observed.amount, minor(payment.amount - document.amountRefunded))
  await movePayment(scene, { state: 'disputed', disputeRef: observed.disputeRef, disputeLost: lost })
  if (document.status === 'paid')
    await tx
      .update(documents)
      .set({ status: 'uncollectible' })
      .where(and(eq(documents.organizationId, document.organizationId), eq(documents.id, document.id)))
  await postLedger(tx, [
    {
      organizationId: payment.organizationId,
      source: `${payment.id}:dispute_lost`,
      at: now,
      currency: document.currency,
      postings: { cash: minor(-lost), disputes: lost },
    },
  ])
  if (kept) await takeBackCredit({ ...scene, grant: kept }, { providerRef: observed.disputeRef, cause: 'dispute', amount: lost })
  return lost
}

async function movePayment({ tx, payment }: Scene, to: Partial<PaymentRow>): Promise<void> {
  await tx
    .update(payments)
    .set(to)
    .where(and(eq(payments.organizationId, payment.organizationId), eq(payments.id, payment.id)))
}

const NOTICES = { 'payment.disputed': 'dispute_opened', 'payment.dispute_won': 'dispute_won', 'payment.dispute_lost': 'dispute_lost' } as const

async function told(
  { tx, organization, document, kept, observed, now }: Scene,
  action: keyof typeof NOTICES & AuditEntry['action'],
  amount: MinorUnits,
): Promise<SettledDispute> {
  const after = { amount: amount.toString(), currency: document.currency, reason: observed.reason }
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor: 'system', action, target: document.id, after }])
  await recordNotice(tx, {
    organizationId: organization.id,
    kind: kept && action === 'payment.dispute_lost' ? 'kept_payment_lost' : NOTICES[action],
    fact: `${observed.disputeRef}:${observed.state}`,
    target: document.id,
    amount,
    currency: document.currency,
    detail: observed.reason,
  })
  const state = ({ open: 'opened', won: 'won', lost: 'lost' } as const)[observed.state]
  const dispute = { fact: `${observed.disputeRef}:${observed.state}`, state, amount, reason: observed.reason, kept: kept !== null, at: now }
  await tellOperators(tx, disputeMessage(organization, document, dispute))
  return { early: false, notice: `${action} of ${organization.id}: ${amount} ${document.currency} of ${document.id} (${observed.reason})` }
}
