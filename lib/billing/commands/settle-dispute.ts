import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { disputes, documents, payments } from '../../../db/schema'
import type { OrganizationId, PaymentId } from '../../ids'
import { type MinorUnits, minor, smaller } from '../../money'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import type { Grant } from './store/credit'
import { DISPUTE_NEWS, factOf, type ObservedDispute, type SettledDispute } from './store/dispute-news'
import type { DocumentRow, PaymentRow } from './store/documents'
import { postLedger } from './store/ledger'
import { tellOperators } from './store/messages'
import { recordNotice } from './store/notices'
import { type LockedOrganization, lockOrganization } from './store/organization'
import { findKept, findReversal, giveBackCredit, takeBackCredit } from './store/reverse-credit'
import { giveBackBought, takeBackBought } from './store/reverse-purchase'
import { disputeMessage } from './store/words-payments'

export type SettleDispute = ObservedDispute & { organizationId: OrganizationId; paymentId: PaymentId }

/** `known`: as it was before. `kept`: the credit that the payment became, its invoice being void. */
type Scene = LockedOrganization &
  ObservedDispute & { tx: Transaction; payment: PaymentRow; document: DocumentRow; kept: Grant | null; known: Dispute | null; others: readonly Dispute[] }

type Dispute = typeof disputes.$inferSelect

const UNCHANGED: SettledDispute = { early: false, notice: null }
const EARLY: SettledDispute = { early: true, notice: null }

/**
 * The customer's bank takes a payment back (G80). Opened, it is only noted: nothing is bought by itself any more, and all
 * else goes on. Lost, the money leaves the cash for the dispute account and the invoice is uncollectible; the plan is the
 * operator's to decide about. What the payment became where its invoice was void goes with it, or what is left of the credit that it bought. Won, it is paid as before,
 * also where it had been lost. Each dispute of a payment by itself, once for each decision, in whatever order it is seen.
 */
export async function settleDispute({ tx }: CommandContext, { organizationId, paymentId, observed, turn }: SettleDispute): Promise<SettledDispute> {
  const locked = await lockOrganization(tx, organizationId)
  const [payment] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
    .for('update')
  if (!payment || (payment.state !== 'collected' && payment.state !== 'disputed')) return EARLY
  const [document] = await tx
    .select()
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, payment.documentId)))
  if (!document) throw new Error(`payment ${paymentId} lost its document`)
  const all = await tx
    .select()
    .from(disputes)
    .where(and(eq(disputes.organizationId, organizationId), eq(disputes.paymentId, paymentId)))
  const known = all.find(({ disputeRef }) => disputeRef === observed.disputeRef) ?? null
  if ((known?.turn ?? null) !== turn) return EARLY
  if (known?.state === observed.state) return UNCHANGED
  const others = all.filter((dispute) => dispute !== known)
  const scene: Scene = { ...locked, tx, payment, document, kept: await findKept(tx, organizationId, document.id), known, others, observed, turn }
  if (known?.state === 'lost') await bringBack(scene, known)
  const amount = observed.state === 'lost' ? await lose(scene) : observed.amount
  await keep(scene, amount)
  return known === null && observed.state === 'won' && payment.state === 'collected' ? UNCHANGED : told(scene, amount)
}

/** What is gone: never more than was left of it. */
async function lose(scene: Scene): Promise<MinorUnits> {
  const { payment, document, kept, observed, others } = scene
  const lost = smaller(observed.amount, minor(payment.amount - document.amountRefunded - lostBy(others)))
  await postLoss(scene, lost)
  await takeBackBought(scene, { cause: 'dispute', providerRef: observed.disputeRef }, factOf(scene), lost)
  if (kept) await takeBackCredit({ ...scene, grant: kept }, { providerRef: observed.disputeRef, cause: 'dispute', amount: lost })
  return lost
}

/** It was lost, and is not any more. */
async function bringBack(scene: Scene, { disputeRef, amount }: Dispute): Promise<void> {
  await postLoss(scene, minor(-amount))
  await giveBackBought(scene, { cause: 'dispute', providerRef: disputeRef }, factOf(scene))
  const reversal = scene.kept && (await findReversal(scene.tx, disputeRef))
  if (reversal && scene.kept) await giveBackCredit({ ...scene, grant: scene.kept }, reversal)
}

async function postLoss(scene: Scene, lost: MinorUnits): Promise<void> {
  const { tx, payment, document, now } = scene
  const source = `${payment.id}:dispute_lost:${factOf(scene)}`
  const { organizationId } = payment
  await postLedger(tx, [{ organizationId, source, at: now, currency: document.currency, postings: { cash: minor(-lost), disputes: lost } }])
}

function lostBy(all: readonly Pick<Dispute, 'state' | 'amount'>[]): MinorUnits {
  return minor(all.reduce((sum, { state, amount }) => (state === 'lost' ? sum + amount : sum), 0n))
}

/** With it what all disputes of the payment come to, and whether its invoice is paid. */
async function keep(scene: Scene, amount: MinorUnits): Promise<void> {
  const { tx, payment, document, observed, others, now } = scene
  const { organizationId, id: paymentId } = payment
  const { disputeRef, state } = observed
  const dispute = { organizationId, paymentId, disputeRef, state, amount, createdAt: now }
  await tx
    .insert(disputes)
    .values(dispute)
    .onConflictDoUpdate({ target: disputes.disputeRef, set: { state, amount, turn: sql`${disputes.turn} + 1` } })
  const all = [...others, dispute]
  const isLost = all.some((one) => one.state === 'lost')
  await movePayment(scene, {
    state: all.every((one) => one.state === 'won') ? 'collected' : 'disputed',
    disputeRef,
    disputeLost: isLost ? lostBy(all) : null,
    // The next one that is lost stops again what the operator let go on after the last.
    ...(state === 'lost' && { stopLiftedAt: null }),
  })
  const status = isLost ? 'uncollectible' : 'paid'
  if (document.status !== 'void' && document.status !== status)
    await tx
      .update(documents)
      .set({ status })
      .where(and(eq(documents.organizationId, organizationId), eq(documents.id, document.id)))
}

async function movePayment({ tx, payment }: Scene, to: Partial<PaymentRow>): Promise<void> {
  await tx
    .update(payments)
    .set(to)
    .where(and(eq(payments.organizationId, payment.organizationId), eq(payments.id, payment.id)))
}

async function told(scene: Scene, amount: MinorUnits): Promise<SettledDispute> {
  const { tx, organization, document, kept, observed, now } = scene
  const { action, kind, word } = DISPUTE_NEWS[observed.state]
  const after = { amount: amount.toString(), currency: document.currency, reason: observed.reason }
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor: 'system', action, target: document.id, after }])
  const fact = factOf(scene)
  await recordNotice(tx, {
    organizationId: organization.id,
    kind: kept && observed.state === 'lost' ? 'kept_payment_lost' : kind,
    fact,
    target: document.id,
    amount,
    currency: document.currency,
    detail: observed.reason,
  })
  const dispute = { fact, state: word, amount, reason: observed.reason, kept: kept !== null, at: now }
  await tellOperators(tx, disputeMessage(organization, document, dispute))
  return { early: false, notice: `${action} of ${organization.id}: ${amount} ${document.currency} of ${document.id} (${observed.reason})` }
}
