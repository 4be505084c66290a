import { inEngine } from '../../../db/client'
import { publicUrl } from '../../auth/public-url'
import { failpoint } from '../../failpoint'
import { type AttemptPayment, OutcomeUnknown, type PaymentObservation, type PaymentProvider, ProviderMisuse, ProviderUnavailable } from '../../payments/port'
import { noteUnopened } from '../commands/note-unopened'
import {
  type AttemptTerms,
  type ClaimedPayment,
  claimAttempt,
  claimCheck,
  isSuperseded,
  type PaymentKey,
  postponeCheck,
  postponeUnanswered,
  readPayment,
  referenceOf,
  releaseLease,
  renewLease,
  reopenPayment,
  storeProviderRef,
} from '../commands/payment-steps'
import { settle } from '../commands/settle'
import { isRepeated, isUnderWay, keyNumber, tellsOfAttempt } from '../commands/store/attempt'
import type { PaymentRow } from '../commands/store/documents'
import type { ActionOutcome } from './flow-context'
import { forgetPayer } from './forget-payer'

const SYSTEM = 'system' as const

/** Reading back right after a lost answer, before a person is told that we are still checking. */
const READ_BACK_ATTEMPTS = 3
const OPENINGS_UNDER_ONE_KEY = 2

/**
 * One attempt to collect an invoice: row first, then open at the provider, its reference stored, then confirm; no network
 * call within a transaction. `returnUrl` where a person is present and can be sent to the bank; `onlyIfDue` for what the
 * schedule asks for.
 *
 * What is not known stays `in_flight` and is only moved by reading it back; an outage before anything could happen leaves
 * the payment for the reconciler.
 */
export async function collect(
  provider: PaymentProvider,
  key: PaymentKey,
  { returnUrl = null, onlyIfDue = false }: Partial<AttemptTerms> = {},
): Promise<PaymentRow['state']> {
  const claimed = await inEngine((tx) => claimAttempt(tx, key, { returnUrl, onlyIfDue }))
  if (!claimed) return (await inEngine((tx) => readPayment(tx, key)))?.state ?? 'in_flight'
  failpoint('collect:claimed')
  try {
    const observed = await observeAttempt(provider, key, claimed, returnUrl)
    failpoint('collect:observed')
    if (observed) await inEngine((tx) => settle({ tx, actor: SYSTEM }, { ...key, observed, askedUnder: claimed.leaseToken }))
    else await inEngine((tx) => postponeCheck(tx, key))
    failpoint('collect:settled')
  } finally {
    await inEngine((tx) => releaseLease(tx, key, claimed.leaseToken))
  }
  const state = await finish(provider, key)
  // Not even a refusal, or none of this attempt: it is due as before, and tried again after a pause.
  if (state === 'created' || state === 'open' || state === 'refused') await inEngine((tx) => postponeUnanswered(tx, key))
  return state
}

/** Null: nothing could happen, and nothing is known to have; or another caller has it by now. */
async function observeAttempt(
  provider: PaymentProvider,
  key: PaymentKey,
  claimed: ClaimedPayment,
  returnUrl: string | null,
): Promise<PaymentObservation | null> {
  const { payment, method, payerRef } = claimed
  if (!method || !payerRef) return { state: 'refused', reason: 'no_payment_method', remedy: 'retry_later' }
  // The bank said never again: the day passes without a charge, and only the mail goes out (G65).
  if (method.refusedForGood) return { state: 'refused', reason: payment.reason ?? 'card_refused', remedy: 'new_method' }
  const attempt = async (of: ClaimedPayment): Promise<{ providerRef: string; observed: PaymentObservation }> => {
    const providerRef = of.payment.providerRef ?? (await openAtProvider(provider, key, of, payerRef))
    failpoint('collect:before_attempt')
    const idempotencyKey = `inv:${of.payment.documentId}:confirm:${keyNumber(of.payment)}`
    const confirm = { providerRef, methodRef: method.methodRef, ...(returnUrl ? { returnUrl } : {}), key: idempotencyKey }
    const observed = (await whatCameOfIt(provider, of.payment)) ?? (await provider.attempt(confirm))
    return { providerRef, observed: of.mayAskBank && wantsToHearCustomer(observed) ? ((await askBank(provider, key, of, confirm)) ?? observed) : observed }
  }
  try {
    const { providerRef, observed } = await attempt(claimed)
    if (observed.state !== 'abandoned' || !payment.dunning) return observed
    // Somebody canceled it at the provider, where it can never collect any more. The invoice is owed: another payment is opened.
    const reopened = await inEngine((tx) => reopenPayment(tx, key, { providerRef, leaseToken: claimed.leaseToken }))
    failpoint('collect:reopened')
    return reopened ? (await attempt({ ...claimed, payment: reopened })).observed : observed
  } catch (fault) {
    if (fault instanceof OutcomeUnknown) return { state: 'in_flight' }
    if (fault instanceof ProviderUnavailable || fault instanceof PaymentLost) return null
    if (fault instanceof NotOpened) return refuseUnopened(provider, payment, { payerRef, misuse: fault.misuse })
    throw fault
  }
}

/** The provider will not have it. Nothing happened, so that it counts as any other refusal, and waits for what an operator may put right. */
class NotOpened extends Error {
  override name = 'NotOpened'

  constructor(readonly misuse: ProviderMisuse) {
    super(misuse.message, { cause: misuse })
  }
}

function asNotOpened(fault: unknown): never {
  throw fault instanceof ProviderMisuse && fault.about !== 'call' ? new NotOpened(fault) : fault
}

async function refuseUnopened(
  provider: PaymentProvider,
  payment: PaymentRow,
  { payerRef, misuse }: { payerRef: string; misuse: ProviderMisuse },
): Promise<PaymentObservation> {
  await inEngine((tx) => noteUnopened(tx, payment, misuse.message))
  const isPayerGone = misuse.about === 'payer'
  if (isPayerGone) await forgetPayer(provider, { organizationId: payment.organizationId, payerRef })
  return { state: 'refused', reason: isPayerGone ? 'no_payment_method' : 'payment_not_accepted', remedy: 'retry_later' }
}

function wantsToHearCustomer(observed: PaymentObservation): boolean {
  return observed.state === 'refused' && observed.remedy === 'customer_must_confirm'
}

/**
 * The same once more, as if somebody were there: that gives the bank's page, whose link is mailed, or collects after all. Whoever has the link
 * needs no sign-in. Null, and not asked, where another caller has the payment by now: the refusal is told, and is not taken back by a question.
 */
async function askBank(provider: PaymentProvider, key: PaymentKey, { slug, leaseToken }: ClaimedPayment, confirm: AttemptPayment) {
  failpoint('collect:before_bank')
  if (!(await inEngine((tx) => renewLease(tx, key, leaseToken)))) return null
  return provider.attempt({ ...confirm, returnUrl: `${publicUrl()}/${slug}/payment/confirmed`, key: `${confirm.key}:bank` })
}

/**
 * What the provider knows already of an attempt that is made again. Its key alone is not enough, for keys are forgotten after
 * a day: a card that was declined would be declined once more. Null: it never heard of it.
 */
async function whatCameOfIt(provider: PaymentProvider, payment: PaymentRow): Promise<PaymentObservation | null> {
  if (!payment.providerRef || !isRepeated(payment)) return null
  const seen = await provider.read(payment.providerRef)
  return tellsOfAttempt(payment, seen) ? seen : null
}

async function openAtProvider(provider: PaymentProvider, key: PaymentKey, claimed: ClaimedPayment, payerRef: string): Promise<string> {
  const { payment, description, leaseToken } = claimed
  failpoint('collect:before_open')
  const reference = referenceOf(payment)
  const request = { paymentId: reference, payerRef, amount: payment.amount, currency: payment.currency, description }
  const openedBefore = opensAnew(payment) ? await provider.find(reference) : null
  const { providerRef } = openedBefore ?? (await provider.open({ ...request, key: openingKey(payment) }).catch(asNotOpened))
  failpoint('collect:opened')
  const isOurs = await inEngine(async (tx) => (await storeProviderRef(tx, key, { providerRef, leaseToken })) && (await renewLease(tx, key, leaseToken)))
  if (!isOurs) {
    await cancelSuperseded(provider, key, { providerRef, leaseToken })
    throw new PaymentLost()
  }
  failpoint('collect:reference_stored')
  return providerRef
}

/** Another caller has the payment by now, or it has its end: this one confirms nothing, and has seen nothing of it. */
class PaymentLost extends Error {
  override name = 'PaymentLost'
}

/**
 * What we opened and nobody will confirm is canceled, so that nothing open is left at the provider; never what the row's new holder may be about to
 * confirm. Unconfirmed it moves no money, so that a provider that does not answer is asked no further.
 */
async function cancelSuperseded(provider: PaymentProvider, key: PaymentKey, opened: { providerRef: string; leaseToken: string }): Promise<void> {
  const { providerRef, leaseToken } = opened
  const payment = await inEngine((tx) => readPayment(tx, key))
  if (!payment || !isSuperseded(payment, providerRef)) return
  try {
    await provider.abandon({ providerRef, key: `inv:${payment.documentId}:superseded:${leaseToken}` })
  } catch (fault) {
    if (!isOutage(fault)) throw fault
  }
}

function isOutage(fault: unknown): boolean {
  return fault instanceof OutcomeUnknown || fault instanceof ProviderUnavailable
}

/**
 * The same at first, so that a second opening is the first one again. A provider remembers a failure of its own under its
 * key for a day, though: after that many tries it is looked for, and where it is not there it gets a key of its own.
 */
function openingKey(payment: PaymentRow): string {
  const { documentId, attempts, reopened } = payment
  const first = reopened === 0 ? `inv:${documentId}:open` : `inv:${documentId}:reopen:${reopened}`
  return opensAnew(payment) ? `${first}:${attempts}` : first
}

/** What was refused before it was opened may be another request now: of another payer, under other settings. */
function opensAnew({ attempts, state }: PaymentRow): boolean {
  return attempts > OPENINGS_UNDER_ONE_KEY || state === 'refused'
}

/** Reads back what is not known yet, and cancels an action whose payment was refused, which voids its invoice (C12). */
async function finish(provider: PaymentProvider, key: PaymentKey): Promise<PaymentRow['state']> {
  for (let attempt = 0; attempt < READ_BACK_ATTEMPTS; attempt++) {
    const payment = await inEngine((tx) => readPayment(tx, key))
    if (!payment) return 'in_flight'
    if (payment.state === 'refused' && !payment.dunning) return abandon(provider, key)
    if (payment.state !== 'in_flight') return payment.state
    const state = await check(provider, key)
    if (state !== 'in_flight') return state
  }
  return 'in_flight'
}

/** What became of one look at a payment. `seen`: false where somebody else has it just now, or the provider did not answer. */
export type Look = { state: PaymentRow['state']; seen: boolean }

/** Reads a payment back at the provider and settles what is seen; never moves money. */
export async function check(provider: PaymentProvider, key: PaymentKey): Promise<PaymentRow['state']> {
  return (await look(provider, key)).state
}

/** As `check`, for a caller who must know whether the provider was really asked. */
export function look(provider: PaymentProvider, key: PaymentKey): Promise<Look> {
  return withPayment(key, async (payment, leaseToken) => {
    if (payment.providerRef) return provider.read(payment.providerRef)
    const found = await provider.find(referenceOf(payment))
    if (found) {
      const isOurs = await inEngine((tx) => storeProviderRef(tx, key, { providerRef: found.providerRef, leaseToken }))
      if (!isOurs) throw new PaymentLost()
      return found.observation
    }
    // An attempt needs the reference, so without one no money can have moved: what was unknown is whether it was opened.
    return payment.state === 'in_flight' ? { state: 'open' } : null
  })
}

/** Cancels an action that the bank has refused since it was asked, so that it can be tried again at once (C12). */
export async function abandonRefused(provider: PaymentProvider, key: PaymentKey): Promise<void> {
  const payment = await inEngine((tx) => readPayment(tx, key))
  if (payment?.state === 'refused' && !payment.dunning) await abandon(provider, key)
}

/** Cancels a payment. It may come back collected, and then payment wins. */
export async function abandon(provider: PaymentProvider, key: PaymentKey): Promise<PaymentRow['state']> {
  const { state } = await withPayment(key, async (payment, leaseToken) => {
    if (payment.state === 'abandoned') return null
    const providerRef = payment.providerRef ?? (await provider.find(referenceOf(payment)))?.providerRef
    failpoint('abandon:before')
    if (!providerRef) return { state: 'abandoned' }
    // Cancelling twice is cancelling once, so each look has a key of its own: a failure is remembered under its key for a day.
    const observed = await provider.abandon({ providerRef, key: `inv:${payment.documentId}:abandon:${leaseToken}` })
    failpoint('abandon:after')
    return observed
  })
  return state
}

async function withPayment(key: PaymentKey, observe: (payment: PaymentRow, leaseToken: string) => Promise<PaymentObservation | null>): Promise<Look> {
  const claimed = await inEngine((tx) => claimCheck(tx, key))
  if (!claimed) return { state: (await inEngine((tx) => readPayment(tx, key)))?.state ?? 'in_flight', seen: false }
  const { payment, leaseToken } = claimed
  try {
    // One that we gave up is looked at all the same: a call that was slow may have collected it since, and payment wins.
    if (payment.state === 'collected' || payment.state === 'disputed') return { state: payment.state, seen: true }
    const observed = await observe(payment, leaseToken)
    if (!observed) return { state: payment.state, seen: true }
    return { state: (await inEngine((tx) => settle({ tx, actor: SYSTEM }, { ...key, observed }))).state, seen: true }
  } catch (fault) {
    if (isOutage(fault) || fault instanceof PaymentLost) return { state: payment.state, seen: false }
    throw fault
  } finally {
    await inEngine((tx) => releaseLease(tx, key, leaseToken))
  }
}

/** How a person is answered for a payment that they wait for. */
export async function outcomeOf(key: PaymentKey): Promise<ActionOutcome> {
  const payment = await inEngine((tx) => readPayment(tx, key))
  // Somebody else is at it, and has not heard yet.
  if (payment?.state === 'refused' && isUnderWay(payment)) return { type: 'in_flight' }
  switch (payment?.state) {
    case 'collected':
    case 'disputed':
      return { type: 'done' }
    case 'needs_customer':
      return payment.confirmUrl ? { type: 'needs_customer', url: payment.confirmUrl } : { type: 'in_flight' }
    case 'refused':
    case 'abandoned':
      return { type: 'declined', reason: payment.reason ?? 'canceled' }
    default:
      return { type: 'in_flight' }
  }
}
