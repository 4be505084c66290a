import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { creditGrants, documents, organizations, payments, refunds } from '../../../db/schema'
import { idOf, newId, type OrganizationId, type PaymentId } from '../../ids'
import { minor, ZERO } from '../../money'
import type { PaymentFacts, RefundObservation } from '../../payments/port'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { addGrants, type Grant } from './store/credit'
import { postLedger } from './store/ledger'
import { tellBilling } from './store/messages'
import { recordNotice } from './store/notices'
import { lockOrganization } from './store/organization'
import { findKept, takeBackCredit } from './store/reverse-credit'
import { takeBackBought } from './store/reverse-purchase'
import { keptAsCreditMessage, keptRefundedMessage, refundMessage } from './store/words-payments'

/** A refund that somebody made at the provider. */
export type ProviderRefund = { organizationId: OrganizationId; paymentId: PaymentId; observed: RefundObservation }

/** `early`: the payment itself has not settled yet. `notice`: for the operator; null: it is recorded already. */
export type RecordedRefund = { early: boolean; notice: string | null }

/**
 * Recorded on its invoice like ours, without a change of plan (G80): whoever made it there knows why. Credit that had paid
 * a part stays where it is, for only cash was given back; what the payment itself became, its invoice being void, goes with it,
 * and so does what is left of the credit that it bought.
 */
export async function recordProviderRefund({ tx }: CommandContext, { organizationId, paymentId, observed }: ProviderRefund): Promise<RecordedRefund> {
  const locked = await lockOrganization(tx, organizationId)
  const { organization, now } = locked
  const [known] = await tx.select({ id: refunds.id }).from(refunds).where(eq(refunds.refundRef, observed.refundRef))
  if (known) return { early: false, notice: null }
  const [found] = await tx
    .select({ payment: payments, document: documents })
    .from(payments)
    .innerJoin(documents, and(eq(documents.organizationId, payments.organizationId), eq(documents.id, payments.documentId)))
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
    .for('update', { of: payments })
  if (!found) throw new Error(`payment ${paymentId} lost its document`)
  const { document, payment } = found
  if (payment.state !== 'collected' && payment.state !== 'disputed') return { early: true, notice: null }
  const refundId = newId('re')
  const { amount, refundRef } = observed
  await tx.insert(refunds).values({
    organizationId,
    id: refundId,
    documentId: document.id,
    paymentId,
    amount,
    movesToFree: false,
    refundRef,
    state: 'succeeded',
    actor: 'system',
    createdAt: now,
    completedAt: now,
  })
  await tx
    .update(documents)
    .set({ amountRefunded: sql`${documents.amountRefunded} + ${amount.toString()}::bigint` })
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, document.id)))
  await postLedger(tx, [
    { organizationId, source: `${refundId}:succeeded`, at: now, currency: document.currency, postings: { cash: minor(-amount), refunds: amount } },
  ])
  const after = { amount: amount.toString(), currency: document.currency }
  await recordAudit(tx, [{ organizationId, at: now, actor: 'system', action: 'invoice.refunded_at_provider', target: document.id, after }])
  await takeBackBought({ tx, ...locked, document }, { cause: 'refund', providerRef: refundRef }, refundRef, amount)
  const kept = await findKept(tx, organizationId, document.id)
  if (kept) {
    const credit = await takeBackCredit({ tx, ...locked, grant: kept }, { providerRef: refundRef, cause: 'refund', amount })
    await tellBilling(tx, [keptRefundedMessage(organization, document, { refund: refundId, amount, credit, at: now })])
  } else await tellBilling(tx, [refundMessage(organization, document, { refund: refundId, amount, credit: ZERO, endedPlan: null, at: now })])
  await recordNotice(tx, {
    organizationId,
    kind: 'refunded_at_provider',
    fact: `refund:${refundRef}`,
    target: document.id,
    amount,
    currency: document.currency,
    detail: refundRef,
  })
  const notice = `refunded at the payment provider, not here: ${amount} ${document.currency} of ${document.id} of ${organizationId} (${refundRef})`
  return { early: false, notice }
}

const UUID_BYTES = 16

/** The same for the same payment, so that it becomes credit once, whoever hears of it. */
function grantIdOf(providerRef: string): Grant['id'] {
  const hex = createHash('sha256').update(providerRef).digest().subarray(0, UUID_BYTES).toString('hex')
  // A UUID of version 8: made by its maker's own rule.
  return idOf('grant', `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`)
}

export type OrphanPayment = { providerRef: string; facts: PaymentFacts }

/**
 * Money of a customer of ours that belongs to no invoice becomes their credit (G80). Null: it is nobody's here, was kept
 * already, or has not been collected.
 */
export async function keepOrphanPayment({ tx }: CommandContext, { providerRef, facts }: OrphanPayment): Promise<string | null> {
  const { payerRef, currency, observation } = facts
  if (observation.state !== 'collected' || payerRef === null) return null
  const [payer] = await tx.select({ id: organizations.id }).from(organizations).where(eq(organizations.payerRef, payerRef))
  if (!payer) return null
  const { organization, now } = await lockOrganization(tx, payer.id)
  const { amount } = observation
  const notice = { organizationId: organization.id, fact: `orphan:${providerRef}`, amount, currency, detail: providerRef }
  if (organization.currency !== currency) {
    await recordNotice(tx, { ...notice, kind: 'foreign_currency_payment' })
    return `${amount} ${currency} came in from ${organization.id} (${providerRef}), who pays in ${organization.currency}: it is not in the books`
  }
  const id = grantIdOf(providerRef)
  const [kept] = await tx
    .select({ id: creditGrants.id })
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organization.id), eq(creditGrants.id, id)))
  if (kept) return null
  await addGrants(tx, [{ id, organizationId: organization.id, source: 'orphan_payment', providerRef, amount, grantedAt: now }])
  await postLedger(tx, [
    { organizationId: organization.id, source: `${id}:collected`, at: now, currency, postings: { cash: amount, customer_credit: minor(-amount) } },
  ])
  const after = { amount: amount.toString(), currency, reference: providerRef }
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor: 'system', action: 'payment.kept_as_credit', target: id, after }])
  await tellBilling(tx, [keptAsCreditMessage(organization, null, { fact: id, amount, at: now })])
  await recordNotice(tx, { ...notice, kind: 'orphan_payment', target: id })
  return `${amount} ${currency} came in from ${organization.id} for no invoice (${providerRef}); it is their credit`
}
