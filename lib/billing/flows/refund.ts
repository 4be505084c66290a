import { and, eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { payments, refunds } from '../../../db/schema'
import { failpoint } from '../../failpoint'
import type { OrganizationId, RefundId } from '../../ids'
import { OutcomeUnknown, type PaymentProvider, ProviderUnavailable } from '../../payments/port'
import { ok, type Result } from '../../result'
import { type OpenedRefund, openRefund, type RefundInvoice, type RefundInvoiceRefusal, settleRefund } from '../commands/refund-invoice'
import { abandon } from './collect'
import type { FlowContext } from './flow-context'

/** Row first, then the provider, then the books; a lost answer is found again by our own reference. */
export async function refundInvoice(context: FlowContext, input: RefundInvoice): Promise<Result<OpenedRefund, RefundInvoiceRefusal>> {
  const opened = await openAfterGivingUp(context, input)
  if (!opened.ok) return opened
  failpoint('refund:opened')
  await sendRefund(context.provider, { organizationId: input.organizationId, ...opened.value })
  return ok(opened.value)
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

async function sendRefund(provider: PaymentProvider, refund: OpenedRefund & { organizationId: OrganizationId }): Promise<void> {
  try {
    const observed = await provider.refund({ providerRef: refund.providerRef, refundId: refund.refundId, amount: refund.amount, key: `re:${refund.refundId}` })
    failpoint('refund:observed')
    await inEngine((tx) => settleRefund({ tx, actor: 'system' }, { ...refund, observed }))
  } catch (fault) {
    if (!(fault instanceof OutcomeUnknown || fault instanceof ProviderUnavailable)) throw fault // The reconciler sends it again under the same key.
  }
}

/** Reads a refund back, or sends it again where it never arrived; the key makes it one refund. */
export async function checkRefund(provider: PaymentProvider, key: { organizationId: OrganizationId; refundId: RefundId }): Promise<void> {
  const [found] = await inEngine((tx) =>
    tx
      .select({ refund: refunds, providerRef: payments.providerRef })
      .from(refunds)
      .innerJoin(payments, and(eq(payments.organizationId, refunds.organizationId), eq(payments.id, refunds.paymentId)))
      .where(and(eq(refunds.organizationId, key.organizationId), eq(refunds.id, key.refundId))),
  )
  if (!found?.providerRef) return
  const { refund, providerRef } = found
  const observed = refund.refundRef ? await provider.readRefund(refund.refundRef) : await provider.findRefund({ providerRef, refundId: refund.id })
  if (observed) await inEngine((tx) => settleRefund({ tx, actor: 'system' }, { ...key, observed }))
  else await sendRefund(provider, { ...key, amount: refund.amount, providerRef })
}
