import { and, eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { payments } from '../../../db/schema'
import { failpoint } from '../../failpoint'
import { OutcomeUnknown, type PaymentProvider, ProviderMisuse, ProviderUnavailable } from '../../payments/port'
import { ok, type Result } from '../../result'
import {
  type ClaimedRefund,
  claimRefund,
  failRefund,
  type OpenedRefund,
  openRefund,
  type RefundInvoice,
  type RefundInvoiceRefusal,
  type RefundKey,
  type RefundRow,
  type RefundState,
  readRefund,
  settleRefund,
} from '../commands/refund-invoice'
import { abandon } from './collect'
import type { FlowContext } from './flow-context'

const SENDINGS_UNDER_ONE_KEY = 2

/**
 * Row first, then the provider, then the books; a lost answer is found again by our own reference. `state`: what became of
 * it by now.
 */
export async function refundInvoice(context: FlowContext, input: RefundInvoice): Promise<Result<OpenedRefund & { state: RefundState }, RefundInvoiceRefusal>> {
  const opened = await openAfterGivingUp(context, input)
  if (!opened.ok) return opened
  failpoint('refund:opened')
  const key = { organizationId: input.organizationId, refundId: opened.value.refundId }
  await checkRefund(context.provider, key)
  const found = await inEngine((tx) => readRefund(tx, key))
  return ok({ ...opened.value, state: found?.refund.state ?? 'created' })
}

/** As cancelling does: a paid action that waits for the bank is given up for it (G79). */
async function openAfterGivingUp(context: FlowContext, input: RefundInvoice): Promise<Result<OpenedRefund, RefundInvoiceRefusal>> {
  const opened = await context.first((command) => openRefund(command, input))
  if (opened.ok || opened.error.code !== 'change_in_progress') return opened
  const { invoice } = opened.error
  const [waiting] = await inEngine((tx) =>
    tx
      .select({ id: payments.id })
      .from(payments)
      .where(and(eq(payments.organizationId, input.organizationId), eq(payments.documentId, invoice))),
  )
  if (waiting) await abandon(context.provider, { organizationId: input.organizationId, paymentId: waiting.id })
  return context.first((command) => openRefund(command, input))
}

/**
 * Takes a refund and brings it on: reads it back, or sends it where it never arrived. One that the provider refuses has
 * failed; whatever else goes wrong is looked at again when its turn comes.
 */
export async function checkRefund(provider: PaymentProvider, key: RefundKey): Promise<void> {
  const claimed = await inEngine((tx) => claimRefund(tx, key))
  if (!claimed) return
  failpoint('refund:claimed')
  try {
    const { state, attempts } = claimed.refund
    const neverSent = state === 'created' && attempts === 1
    if (neverSent || !(await settleSeen(provider, claimed))) await send(provider, claimed)
  } catch (fault) {
    if (!(fault instanceof OutcomeUnknown || fault instanceof ProviderUnavailable)) throw fault
  }
}

/** Reads a refund back for a notification: it may tell of one that we have seen settled before. Never sends it. */
export async function readRefundBack(provider: PaymentProvider, key: RefundKey): Promise<void> {
  const found = await inEngine((tx) => readRefund(tx, key))
  if (found) await settleSeen(provider, found)
}

async function settleSeen(provider: PaymentProvider, { refund, providerRef }: ClaimedRefund): Promise<boolean> {
  const key = keyOf(refund)
  const observed = refund.refundRef ? await provider.readRefund(refund.refundRef) : await provider.findRefund({ providerRef, refundId: refund.id })
  if (observed) await inEngine((tx) => settleRefund({ tx, actor: 'system' }, { ...key, observed }))
  return observed !== null
}

async function send(provider: PaymentProvider, { refund, providerRef }: ClaimedRefund): Promise<void> {
  const key = keyOf(refund)
  try {
    const observed = await provider.refund({ providerRef, refundId: refund.id, amount: refund.amount, key: sendingKey(refund) })
    failpoint('refund:observed')
    await inEngine((tx) => settleRefund({ tx, actor: 'system' }, { ...key, observed }))
  } catch (fault) {
    if (!(fault instanceof ProviderMisuse)) throw fault
    await inEngine((tx) => failRefund({ tx, actor: 'system' }, { ...key, reason: fault.message }))
  }
}

/**
 * The same at first, so that a second sending is the first one again. A provider remembers a failure of its own under its
 * key for a day, though: after that many tries, minutes apart and each looked for before, it gets a key of its own.
 */
function sendingKey({ id, attempts }: RefundRow): string {
  return attempts > SENDINGS_UNDER_ONE_KEY ? `re:${id}:${attempts}` : `re:${id}`
}

function keyOf({ organizationId, id }: RefundRow): RefundKey {
  return { organizationId, refundId: id }
}
