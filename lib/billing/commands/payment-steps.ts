import { randomUUID } from 'node:crypto'
import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, organizations, paymentMethods, payments } from '../../../db/schema'
import type { OrganizationId, PaymentId } from '../../ids'
import { type Instant, systemClock } from '../../time'
import { documentNumber } from '../document-number'
import type { PaymentRow } from './store/documents'

/** A caller that died holding a payment is taken over after this. */
const LEASE_SECONDS = 60
/** How long a provider that does not take calls is left alone. */
const UNAVAILABLE_SECONDS = 5

export type ClaimedPayment = {
  payment: PaymentRow
  leaseToken: string
  payerRef: string | null
  method: typeof paymentMethods.$inferSelect | null
  description: string
  now: Instant
}

export type PaymentKey = { organizationId: OrganizationId; paymentId: PaymentId }

const ATTEMPTABLE = ['created', 'open', 'refused', 'needs_customer'] as const

/**
 * Takes a payment for one attempt: single flight by a lease on its row, and the attempt's number raised before any call, so
 * that its idempotency key is never used for anything else. Null where somebody else has it or it is not to be attempted.
 */
export async function claimAttempt(tx: Transaction, { organizationId, paymentId }: PaymentKey, returnUrl: string | null): Promise<ClaimedPayment | null> {
  const leaseToken = randomUUID()
  const now = systemClock.now()
  const [method] = await tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId))
  const [payment] = await tx
    .update(payments)
    .set({
      leaseToken,
      leaseUntil: now.add({ seconds: LEASE_SECONDS }),
      attempts: sql`${payments.attempts} + 1`,
      methodRef: method?.methodRef ?? null,
      returnUrl,
      // A crash from here on is found by the reconciler.
      checkAt: now.add({ seconds: LEASE_SECONDS }),
    })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId), inArray(payments.state, [...ATTEMPTABLE]), isFree(now)))
    .returning()
  if (!payment) return null
  const [about] = await tx
    .select({ payerRef: organizations.payerRef, series: documents.series, number: documents.number, name: organizations.name })
    .from(documents)
    .innerJoin(organizations, eq(organizations.id, documents.organizationId))
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, payment.documentId)))
  if (!about) throw new Error(`payment ${paymentId} lost its document`)
  return { payment, leaseToken, payerRef: about.payerRef, method: method ?? null, description: `${about.name} ${documentNumber(about)}`, now }
}

/** Takes a payment to read or cancel it at the provider. */
export async function claimCheck(tx: Transaction, { organizationId, paymentId }: PaymentKey): Promise<{ payment: PaymentRow; leaseToken: string } | null> {
  const leaseToken = randomUUID()
  const now = systemClock.now()
  const [payment] = await tx
    .update(payments)
    .set({ leaseToken, leaseUntil: now.add({ seconds: LEASE_SECONDS }) })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId), isFree(now)))
    .returning()
  return payment ? { payment, leaseToken } : null
}

function isFree(now: Instant) {
  return or(isNull(payments.leaseUntil), lt(payments.leaseUntil, now))
}

export async function storeProviderRef(tx: Transaction, { organizationId, paymentId }: PaymentKey, providerRef: string): Promise<void> {
  await tx
    .update(payments)
    .set({ providerRef, state: sql`CASE WHEN ${payments.state} = 'created' THEN 'open' ELSE ${payments.state} END` })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
}

/** Nothing happened and nothing is known to have: looked at again, and tried again where it is due, after a pause. */
export async function postponeCheck(tx: Transaction, { organizationId, paymentId }: PaymentKey): Promise<void> {
  await tx
    .update(payments)
    .set({ checkAt: systemClock.now().add({ seconds: UNAVAILABLE_SECONDS }) })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
}

export async function releaseLease(tx: Transaction, { organizationId, paymentId }: PaymentKey, leaseToken: string): Promise<void> {
  await tx
    .update(payments)
    .set({ leaseToken: null, leaseUntil: null })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId), eq(payments.leaseToken, leaseToken)))
}

export async function readPayment(tx: Transaction, { organizationId, paymentId }: PaymentKey): Promise<PaymentRow | null> {
  const [payment] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId)))
  return payment ?? null
}

export async function findPaymentByReference(tx: Transaction, providerRef: string): Promise<PaymentKey | null> {
  const [payment] = await tx
    .select({ organizationId: payments.organizationId, paymentId: payments.id })
    .from(payments)
    .where(eq(payments.providerRef, providerRef))
  return payment ?? null
}
