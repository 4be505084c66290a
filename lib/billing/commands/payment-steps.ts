import { randomUUID } from 'node:crypto'
import { and, eq, inArray, isNull, lt, lte, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, organizations, paymentMethods, payments } from '../../../db/schema'
import { type Instant, systemClock } from '../../time'
import { nextRetry } from '../core/dunning'
import { documentNumber } from '../document-number'
import type { PaymentRow } from './store/documents'
import { organizationNow, readOrganizationTime } from './store/organization'
import type { PaymentKey } from './store/payment-key'

/** A caller that died holding a payment is taken over after this. A call to the provider takes 20 s at most, so that it outlasts two of them. */
export const LEASE_SECONDS = 60
/** How long a provider that does not take calls is left alone. */
const UNAVAILABLE_SECONDS = 5

export type ClaimedPayment = {
  payment: PaymentRow
  leaseToken: string
  payerRef: string | null
  method: typeof paymentMethods.$inferSelect | null
  description: string
  now: Instant
  /** Of the organization whose pages a person comes back to. */
  slug: string
  /** Where the bank wants to hear the customer, it is asked at once, and they are sent its link: nobody is present, and the schedule goes on. */
  mayAskBank: boolean
}

export type { PaymentKey } from './store/payment-key'

const ATTEMPTABLE = ['created', 'open', 'refused', 'needs_customer'] as const
const PAID = ['collected', 'disputed'] as const
const ENDED: ReadonlySet<PaymentRow['state']> = new Set([...PAID, 'abandoned'])

/**
 * Takes a payment for one attempt: single flight by a lease on its row, and the attempt's number raised before any call, so
 * that its idempotency key is never used for anything else. Null where somebody else has it or it is not to be attempted.
 * `onlyIfDue`: not where somebody else has just attempted what was due, for a card that is declined is declined once.
 */
export async function claimAttempt(
  tx: Transaction,
  { organizationId, paymentId }: PaymentKey,
  { returnUrl, onlyIfDue }: AttemptTerms,
): Promise<ClaimedPayment | null> {
  const leaseToken = randomUUID()
  const now = systemClock.now()
  const [method] = await tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId))
  const [payment] = await tx
    .update(payments)
    .set({
      leaseToken,
      ...leaseFrom(now),
      attempts: sql`${payments.attempts} + 1`,
      // A key's bytes never change: on other terms it is another attempt.
      attemptsOver: sql`CASE WHEN ${onOtherTerms(method?.methodRef ?? null, returnUrl)} THEN ${payments.attempts} ELSE ${payments.attemptsOver} END`,
      methodRef: method?.methodRef ?? null,
      cardBrand: method?.brand ?? null,
      cardLast4: method?.last4 ?? null,
      returnUrl,
    })
    .where(
      and(
        eq(payments.organizationId, organizationId),
        eq(payments.id, paymentId),
        inArray(payments.state, [...ATTEMPTABLE]),
        isFree(now),
        onlyIfDue ? isDue : undefined,
      ),
    )
    .returning()
  if (!payment) return null
  const [about] = await tx
    .select({ payerRef: organizations.payerRef, series: documents.series, number: documents.number, name: organizations.name, slug: organizations.slug })
    .from(documents)
    .innerJoin(organizations, eq(organizations.id, documents.organizationId))
    .where(and(eq(documents.organizationId, organizationId), eq(documents.id, payment.documentId)))
  if (!about) throw new Error(`payment ${paymentId} lost its document`)
  const { payerRef, name, slug } = about
  const mayAskBank = onlyIfDue && payment.dunning && !(await isLastTry(tx, payment))
  return { payment, leaseToken, payerRef, method: method ?? null, description: `${name} ${documentNumber(about)}`, now, slug, mayAskBank }
}

/** A crash from here on is found by the reconciler, once nobody can be at it any more. */
function leaseFrom(now: Instant) {
  const until = now.add({ seconds: LEASE_SECONDS })
  return { leaseUntil: until, checkAt: until }
}

/**
 * For an attempt that goes on: it has its whole time again. False where it has lost the payment meanwhile, as after a stop of the whole
 * process: somebody else has told the customer what became of it so far.
 */
export async function renewLease(tx: Transaction, { organizationId, paymentId }: PaymentKey, leaseToken: string): Promise<boolean> {
  const renewed = await tx
    .update(payments)
    .set(leaseFrom(systemClock.now()))
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId), eq(payments.leaseToken, leaseToken)))
    .returning({ id: payments.id })
  return renewed.length > 0
}

/** Of the schedule (C12): what is refused then is given up, and nothing waits for a bank any more. */
async function isLastTry(tx: Transaction, { organizationId, firstFailedAt }: PaymentRow): Promise<boolean> {
  const time = firstFailedAt && (await readOrganizationTime(tx, organizationId))
  return time ? nextRetry(firstFailedAt, time.now) === null : false
}

function onOtherTerms(methodRef: string | null, returnUrl: string | null) {
  return sql`${payments.methodRef} IS DISTINCT FROM ${methodRef}::text OR ${payments.returnUrl} IS DISTINCT FROM ${returnUrl}::text`
}

/** `returnUrl`: where a person is present and can be sent to the bank. `onlyIfDue`: what the schedule asks for, and no more. */
export type AttemptTerms = { returnUrl: string | null; onlyIfDue: boolean }

const isDue = sql`${payments.retryAt} <= (SELECT ${organizationNow} FROM organizations WHERE ${organizations.id} = ${payments.organizationId})`

/** What the provider knows a payment by: what follows one that was canceled there is another to it. */
export function referenceOf({ id, reopened }: Pick<PaymentRow, 'id' | 'reopened'>): string {
  return reopened === 0 ? id : `${id}_${reopened}`
}

/**
 * The provider says that a payment was canceled there, which is for good: its invoice is owed all the same, so that it is
 * opened again under another name. Null where another caller has done so, or holds the payment now.
 */
export async function reopenPayment(
  tx: Transaction,
  { organizationId, paymentId }: PaymentKey,
  canceled: { providerRef: string; leaseToken: string },
): Promise<PaymentRow | null> {
  const [payment] = await tx
    .update(payments)
    .set({
      ...leaseFrom(systemClock.now()),
      providerRef: null,
      confirmUrl: null,
      reopened: sql`${payments.reopened} + 1`,
      attempts: sql`${payments.attempts} + 1`,
      attemptsOver: sql`${payments.attempts}`,
    })
    .where(
      and(
        eq(payments.organizationId, organizationId),
        eq(payments.id, paymentId),
        eq(payments.providerRef, canceled.providerRef),
        eq(payments.leaseToken, canceled.leaseToken),
      ),
    )
    .returning()
  return payment ?? null
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

/**
 * The provider's name for a payment, for good: what is confirmed is what this row says. False, and nothing stored, where the caller has lost the
 * payment meanwhile, as after a stop of the whole process: another may have opened it, or the money may have come by another way.
 */
export async function storeProviderRef(
  tx: Transaction,
  { organizationId, paymentId }: PaymentKey,
  { providerRef, leaseToken }: { providerRef: string; leaseToken: string },
): Promise<boolean> {
  const stored = await tx
    .update(payments)
    .set({ providerRef, state: sql`CASE WHEN ${payments.state} = 'created' THEN 'open' ELSE ${payments.state} END` })
    .where(
      and(
        eq(payments.organizationId, organizationId),
        eq(payments.id, paymentId),
        eq(payments.leaseToken, leaseToken),
        isNull(payments.providerRef),
        notInArray(payments.state, [...PAID]),
      ),
    )
    .returning({ id: payments.id })
  return stored.length > 0
}

/** Whether this payment of the provider's can never be the row's own any more: another is, or the row has its end without one. */
export function isSuperseded({ providerRef: own, state }: PaymentRow, providerRef: string): boolean {
  return own === null ? ENDED.has(state) : own !== providerRef
}

/** Nothing happened and nothing is known to have: looked at again, and tried again where it is due, after a pause. What has its end meanwhile is not. */
export async function postponeCheck(tx: Transaction, { organizationId, paymentId }: PaymentKey, where?: SQL): Promise<void> {
  await tx
    .update(payments)
    .set({ checkAt: systemClock.now().add({ seconds: UNAVAILABLE_SECONDS }) })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId), notInArray(payments.state, [...ENDED]), where))
}

/** As `postponeCheck`, where the attempt has no outcome. */
export async function postponeUnanswered(tx: Transaction, key: PaymentKey): Promise<void> {
  await postponeCheck(tx, key, lt(payments.attemptsOver, payments.attempts))
}

/**
 * Was looked at and is due still: it comes again after a pause. A renewal that was refused, or what has an hour of its own to be collected in and
 * is not open at the provider, has nothing to be looked at until then: it would be put off again each time before that hour is looked for.
 */
export async function letOthersFirst(tx: Transaction, { organizationId, paymentId }: PaymentKey): Promise<void> {
  const isUnopened = sql`${inArray(payments.state, ['created', 'open'])} AND ${payments.providerRef} IS NULL`
  // An attempt that nobody has heard of, and no hour ahead: this look is the only one that may find it.
  const isLost = sql`${payments.attempts} > ${payments.attemptsOver} AND ${payments.retryAt} IS NULL`
  const isForItsHour = sql`(${payments.dunning} AND ${payments.state} = 'refused' AND NOT (${isLost})) OR ((${payments.dunning} OR ${payments.retryAt} IS NOT NULL) AND ${isUnopened})`
  await tx
    .update(payments)
    .set({ checkAt: sql`CASE WHEN ${isForItsHour} THEN NULL ELSE now() + make_interval(secs => ${UNAVAILABLE_SECONDS}) END` })
    .where(and(eq(payments.organizationId, organizationId), eq(payments.id, paymentId), isNull(payments.leaseUntil), lte(payments.checkAt, sql`now()`)))
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
