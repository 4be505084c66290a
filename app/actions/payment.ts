'use server'

import { z } from 'zod'
import type { RefundInvoiceRefusal } from '@/lib/billing/commands/refund-invoice'
import { payInvoice } from '@/lib/billing/flows/paid-actions'
import { beginCardSetup } from '@/lib/billing/flows/payment-method'
import { refundInvoice } from '@/lib/billing/flows/refund'
import { type DocumentId, isId } from '@/lib/ids'
import { type MinorUnits, minor } from '@/lib/money'
import { ok, type Result, refuse } from '@/lib/result'
import { defineFlowAction } from './define-action'
import { billingFlow, returnUrlOf } from './flow'

const documentId = z.custom<DocumentId>((value) => typeof value === 'string' && isId('inv', value))
/** A page of this organization to come back to: a path, never another site's address. */
const pathWithin = z
  .string()
  .max(300)
  .regex(/^\/[a-z0-9/_?=&-]*$/i)

/** Sends a person to the hosted card page; coming back, saving collects the open invoices that the page has listed. */
export const beginCardSetupAction = defineFlowAction({
  permission: 'payment:write',
  input: z.strictObject({ requestId: z.uuid(), expectedAmountDue: z.bigint(), next: pathWithin.optional() }),
  runFlow: (context, { requestId, expectedAmountDue, next }) => {
    const { organization } = context.viewer
    const query = next ? `?next=${encodeURIComponent(next)}` : ''
    return beginCardSetup(billingFlow(context), {
      organizationId: organization.id,
      currency: organization.currency,
      returnUrl: returnUrlOf(context, `/payment/card${query}`),
      cancelUrl: returnUrlOf(context, next ?? '/payment'),
      key: requestId,
      expectedAmountDue: minor(expectedAmountDue),
    })
  },
})

/** Collects an open invoice now, at the amount that was shown. */
export const payInvoiceAction = defineFlowAction({
  permission: 'invoices:pay',
  input: z.strictObject({ documentId, expectedAmountDue: z.bigint() }),
  runFlow: async (context, input) => {
    const paid = await payInvoice(billingFlow(context), {
      documentId: input.documentId,
      expectedAmountDue: minor(input.expectedAmountDue),
      organizationId: context.viewer.organization.id,
      returnUrl: returnUrlOf(context, '/payment/confirmed'),
    })
    return paid.ok ? ok(paid.value.outcome) : paid
  },
})

/** Refunds all that can be refunded of an invoice, while its window is open (A13). */
export const refundInvoiceAction = defineFlowAction({
  permission: 'refunds:request',
  input: z.strictObject({ documentId }),
  runFlow: async (context, input): Promise<Result<{ amount: MinorUnits }, { code: RefundInvoiceRefusal['code'] | 'refund_failed'; message?: string }>> => {
    const refunded = await refundInvoice(billingFlow(context), { ...input, organizationId: context.viewer.organization.id })
    if (refunded.ok && refunded.value.state === 'failed') return refuse({ code: 'refund_failed' })
    if (refunded.ok) return ok({ amount: refunded.value.amount })
    return refuse({ code: refunded.error.code, ...('message' in refunded.error && { message: refunded.error.message }) })
  },
})
