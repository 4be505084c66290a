import { and, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, ledgerPostings, payments, refunds } from '../../../db/schema'
import { type DocumentId, newId, type OrganizationId, type RefundId } from '../../ids'
import { type MinorUnits, minor, minorFromExact } from '../../money'
import type { RefundObservation } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import { type Instant, systemClock } from '../../time'
import type { CommandContext } from '../context'
import { BOUGHT_CREDIT_STAYS, decideRefund, type RefundRefusal } from '../core/refund'
import { type ChangeInProgress, findWaitingAction } from './store/account'
import { moveToFree } from './store/apply-terms'
import { type AuditEntry, recordAudit } from './store/audit'
import { addGrants } from './store/credit'
import type { DocumentRow } from './store/documents'
import { postLedger } from './store/ledger'
import { type Forbidden, forbidsActor } from './store/members'
import { tellBilling } from './store/messages'
import { recordNotice } from './store/notices'
import { type LockedOrganization, lockOrganization } from './store/organization'
import { loadRefundable, paysRunningPlan } from './store/refundable'
import { findKept, findReversal, giveBackCredit } from './store/reverse-credit'
import { giveBackBought } from './store/reverse-purchase'
import { lockSubscription, readSubscription } from './store/subscription'
import { movedToFreeMessage } from './store/words'
import { refundMessage, refundReturnedMessage } from './store/words-payments'

export type RefundInvoice = {
  organizationId: OrganizationId
  documentId: DocumentId /** Left out: all that can be refunded. */
  amount?: MinorUnits | undefined
  /** The operator's, for an exception from the product's window and conditions; no member may give one. */
  reason?: string | undefined
  /** The operator's, why they refund by the product's own rules: it stands in the activity, and makes no exception. */
  note?: string | undefined
}

export type RefundState = (typeof refunds.$inferSelect)['state']

export type OpenedRefund = { refundId: RefundId; amount: MinorUnits }

export type RefundInvoiceRefusal =
  | Forbidden
  | { code: 'not_found' }
  /** An exception is not theirs to make. */
  | { code: 'operator_only' }
  | { code: 'refund_in_progress' }
  | { code: 'not_paid'; status: string }
  | ChangeInProgress
  | RefundRefusal

/** Longer than a provider may take over the calls that one look makes, so that two looks never send one refund each. */
const TAKEN_MINUTES = 2

const REASON_MAX = 500

/** Decides a refund and writes its row, before any money moves back (A13, G105). */
export async function openRefund({ tx, actor }: CommandContext, input: RefundInvoice): Promise<Result<OpenedRefund, RefundInvoiceRefusal>> {
  const { now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'refunds:request')
  if (forbidden) return refuse(forbidden)
  if (input.reason !== undefined && actor !== 'operator') return refuse({ code: 'operator_only' })
  const [found] = await tx
    .select({ document: documents, payment: payments })
    .from(documents)
    .leftJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(and(eq(documents.organizationId, input.organizationId), eq(documents.id, input.documentId)))
  if (!found) return refuse({ code: 'not_found' })
  const { document, payment } = found
  if (document.status !== 'paid' || !document.paidAt) return refuse({ code: 'not_paid', status: document.status })
  if (document.kind === 'purchase') return refuse(BOUGHT_CREDIT_STAYS)
  const loaded = document.subscriptionId ? await readSubscription(tx, input.organizationId, document.subscriptionId) : null
  if (!loaded) return refuse({ code: 'not_found' })

  const decision = decideRefund({
    ...(await loadRefundable(tx, { ...document, paidAt: document.paidAt }, loaded)),
    requested: input.amount ?? null,
    isException: input.reason !== undefined,
    now,
  })
  if (!decision.ok) return decision
  // The bank is taking it back already: given back as well, it would be gone twice.
  if (payment?.state === 'disputed') return refuse({ code: 'not_paid', status: 'disputed' })
  if (!payment?.providerRef) return refuse({ code: 'not_paid', status: document.status })
  if (await isRefunding(tx, document)) return refuse({ code: 'refund_in_progress' })
  // It would end the period under an action that is being paid; the flow gives that up first (G79).
  const waiting = decision.value.movesToFree ? await findWaitingAction(tx, input.organizationId, loaded.row.id) : null
  if (waiting) return refuse(waiting)

  const refundId = newId('re')
  const { amount, movesToFree, restoresCredit } = decision.value
  await tx.insert(refunds).values({
    organizationId: input.organizationId,
    id: refundId,
    documentId: document.id,
    paymentId: payment.id,
    amount,
    movesToFree,
    restoresCredit,
    overrideReason: input.reason ?? null,
    state: 'created',
    actor,
    checkAt: systemClock.now(),
    createdAt: now,
  })
  if (input.note !== undefined && actor === 'operator') {
    const after = { amount: amount.toString(), currency: document.currency, reason: input.note }
    await recordAudit(tx, [{ organizationId: input.organizationId, at: now, actor, action: 'invoice.refund_requested', target: document.id, after }])
  }
  return ok({ refundId, amount })
}

export type RefundKey = { organizationId: OrganizationId; refundId: RefundId }
export type RefundRow = typeof refunds.$inferSelect
export type ClaimedRefund = { refund: RefundRow; providerRef: string }

/**
 * Takes a refund that is due to be looked at, for as long as a look may last: one caller at a time, and its attempt's
 * number raised before any call. Null where somebody else has it, or nothing is to be done.
 */
export async function claimRefund(tx: Transaction, { organizationId, refundId }: RefundKey): Promise<ClaimedRefund | null> {
  const [refund] = await tx
    .update(refunds)
    .set({ checkAt: systemClock.now().add({ minutes: TAKEN_MINUTES }), attempts: sql`${refunds.attempts} + 1` })
    .where(
      and(
        eq(refunds.organizationId, organizationId),
        eq(refunds.id, refundId),
        inArray(refunds.state, ['created', 'pending']),
        lte(refunds.checkAt, systemClock.now()),
      ),
    )
    .returning()
  if (!refund) return null
  const providerRef = await providerRefOf(tx, refund)
  return { refund, providerRef }
}

async function providerRefOf(tx: Transaction, { organizationId, paymentId, id }: RefundRow): Promise<string> {
  const [payment] = await tx
    .select({ ref: payments.providerRef })
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
  if (!payment?.ref) throw new Error(`refund ${id} lost its payment`)
  return payment.ref
}

/** A refund as it stands, to be read back only. Null where there is none. */
export async function readRefund(tx: Transaction, { organizationId, refundId }: RefundKey): Promise<ClaimedRefund | null> {
  const [refund] = await tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.organizationId, organizationId), eq(refunds.id, refundId)))
  return refund ? { refund, providerRef: await providerRefOf(tx, refund) } : null
}

/** The provider refuses to make it: it has ended, with its reason, and what it was of can be refunded again. */
export async function failRefund({ tx }: CommandContext, { organizationId, refundId, reason }: RefundKey & { reason: string }): Promise<void> {
  const { now } = await lockOrganization(tx, organizationId)
  const [failed] = await tx
    .update(refunds)
    .set({ state: 'failed', reason: reason.slice(0, REASON_MAX), checkAt: null, completedAt: now })
    .where(and(eq(refunds.organizationId, organizationId), eq(refunds.id, refundId), inArray(refunds.state, ['created', 'pending'])))
    .returning()
  if (failed) await recordAudit(tx, [failureOf(failed, now)])
}

function failureOf({ organizationId, documentId, amount, reason }: RefundRow, at: Instant): AuditEntry {
  return {
    organizationId,
    at,
    actor: 'system',
    action: 'invoice.refund_failed',
    target: documentId,
    after: { amount: amount.toString(), ...(reason ? { reason } : {}) },
  }
}

async function isRefunding(tx: Transaction, document: DocumentRow): Promise<boolean> {
  const [running] = await tx
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.organizationId, document.organizationId), eq(refunds.documentId, document.id), inArray(refunds.state, ['created', 'pending'])))
  return running !== undefined
}

export type SettleRefund = { organizationId: OrganizationId; refundId: RefundId; observed: RefundObservation }

/** Applies what was observed of a refund, once: books, document and, where it was the running plan's, the move to free. */
export async function settleRefund({ tx }: CommandContext, { organizationId, refundId, observed }: SettleRefund): Promise<void> {
  const locked = await lockOrganization(tx, organizationId)
  const { organization, now } = locked
  const key = and(eq(refunds.organizationId, organizationId), eq(refunds.id, refundId))
  const [refund] = await tx.select().from(refunds).where(key)
  if (!refund || refund.state === 'failed' || (refund.state === 'succeeded' && observed.state !== 'failed')) return
  const [document] = await tx
    .select()
    .from(documents)
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, refund.documentId)))
  if (!document) throw new Error(`refund ${refundId} lost its document`)
  if (refund.state === 'succeeded') return takeBackRefund(tx, { ...locked, refund, document, reason: observed.reason ?? null })
  const loaded = document.subscriptionId ? await lockSubscription(tx, organizationId, document.subscriptionId) : null
  await tx
    .update(refunds)
    .set({
      refundRef: observed.refundRef,
      state: observed.state,
      reason: observed.state === 'failed' ? (observed.reason ?? null) : null,
      checkAt: observed.state === 'pending' ? systemClock.now().add({ minutes: TAKEN_MINUTES }) : null,
      completedAt: observed.state === 'pending' ? null : now,
    })
    .where(key)
  if (observed.state === 'failed') await recordAudit(tx, [failureOf({ ...refund, reason: observed.reason ?? null }, now)])
  if (observed.state !== 'succeeded') return

  const amountRefunded = minor(document.amountRefunded + refund.amount)
  await tx
    .update(documents)
    .set({ amountRefunded })
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, document.id)))
  const returned = refund.restoresCredit
  if (returned > 0n) await addGrants(tx, [{ organizationId, source: 'released', documentId: document.id, amount: returned, grantedAt: now }])
  await postLedger(tx, [
    {
      organizationId,
      source: `${refund.id}:succeeded`,
      at: now,
      currency: document.currency,
      postings: { cash: minor(-refund.amount), customer_credit: minor(-returned), refunds: minor(refund.amount + returned) },
    },
  ])
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor: refund.actor as CommandContext['actor'],
      action: refund.overrideReason === null ? 'invoice.refunded' : 'invoice.refunded_by_exception',
      target: document.id,
      after: { amount: refund.amount.toString(), currency: document.currency, ...(refund.overrideReason === null ? {} : { reason: refund.overrideReason }) },
    },
  ])
  const endsPlan = refund.movesToFree && loaded !== null && (await paysRunningPlan(tx, document, loaded))
  const endedPlan = endsPlan ? loaded.holding.terms.plan.name : null
  await tellBilling(tx, [refundMessage(organization, document, { refund: refund.id, amount: refund.amount, credit: returned, endedPlan, at: now })])
  if (endsPlan) {
    const from = loaded.holding.terms
    await moveToFree(tx, { organization, loaded, now, actor: 'system', reason: 'refunded', dropsTab: true })
    await tellBilling(tx, [movedToFreeMessage(organization, loaded.row.id, from, now)])
  }
}

/**
 * The customer's bank has sent a refund back, days after it went out: the money is ours again, so the books and the invoice
 * are as they were before it, and it may be refunded anew. A plan that ended with it stays ended, for that was wanted. Whoever
 * was told that it is on its way is told that it is not.
 */
async function takeBackRefund(
  tx: Transaction,
  { refund, document, reason, ...locked }: LockedOrganization & { refund: RefundRow; document: DocumentRow; reason: string | null },
): Promise<void> {
  const { organization, now } = locked
  const { organizationId, amount, refundRef } = refund
  await tx
    .update(refunds)
    .set({ state: 'failed', reason, completedAt: now })
    .where(and(eq(refunds.organizationId, organizationId), eq(refunds.id, refund.id)))
  await tx
    .update(documents)
    .set({ amountRefunded: minor(document.amountRefunded - refund.amount) })
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, document.id)))
  const posted = await tx
    .select()
    .from(ledgerPostings)
    .where(and(eq(ledgerPostings.organizationId, organizationId), eq(ledgerPostings.source, `${refund.id}:succeeded`)))
  const postings = Object.fromEntries(posted.map(({ account, amount, currency }) => [account, minor(-minorFromExact(amount, currency))]))
  const restored = postings.customer_credit ?? minor(0n)
  if (restored > 0n) await addGrants(tx, [{ organizationId, source: 'released', documentId: document.id, amount: minor(-restored), grantedAt: now }])
  await postLedger(tx, [{ organizationId, source: `${refund.id}:returned`, at: now, currency: document.currency, postings }])
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor: 'system',
      action: 'invoice.refund_returned',
      target: document.id,
      after: { amount: amount.toString(), ...(reason ? { reason } : {}) },
    },
  ])
  if (refundRef !== null) await giveBackBought({ tx, ...locked, document }, { cause: 'refund', providerRef: refundRef }, `returned:${refundRef}`)
  const reversal = refundRef === null ? null : await findReversal(tx, refundRef)
  const kept = reversal && (await findKept(tx, organizationId, document.id))
  if (reversal && kept) await giveBackCredit({ tx, ...locked, grant: kept }, reversal)
  await tellBilling(tx, [refundReturnedMessage(organization, document, { refund: refund.id, amount, at: now })])
  await recordNotice(tx, {
    organizationId,
    kind: 'refund_returned',
    fact: `returned:${refund.id}`,
    target: document.id,
    amount,
    currency: document.currency,
    ...(refundRef !== null && { detail: refundRef }),
  })
}
