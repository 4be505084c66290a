'use server'

import { z } from 'zod'
import { type Answer, Halt, invalidRequest, noContent, okay } from '@/lib/api/answer'
import type { Call } from '@/lib/api/call'
import { refusalAnswer } from '@/lib/api/refusals'
import { refundAnswer } from '@/lib/api/routes/invoices'
import { adjustCredit } from '@/lib/billing/commands/adjust-credit'
import type { OpenedRefund } from '@/lib/billing/commands/refund-invoice'
import type { MarkPaidRefusal } from '@/lib/billing/commands/repair-invoice'
import { readOrganizationTime } from '@/lib/billing/commands/store/organization'
import { updateOrganization } from '@/lib/billing/commands/update-organization'
import { refundInvoice } from '@/lib/billing/flows/refund'
import { giveUpInvoice, markInvoicePaid, voidAndWithdraw } from '@/lib/billing/flows/repairs'
import type { DocumentId, OrganizationId } from '@/lib/ids'
import { currencyExponent, exact, type MinorUnits, minor, minorFromExact } from '@/lib/money'
import type { Result } from '@/lib/result'
import { instant } from '@/lib/time'
import { defineOperatorAction } from './define-operator-action'
import { amountText, day, id, optional, reason } from './fields'

const organizationId = id('org')
const invoice = { organizationId, documentId: id('inv') }
const REFERENCE_LENGTH = 140
const TRUST_TIERS = ['1', '2', '3', '4', '5'] as const

/** What was typed, in the currency that the organization pays in. */
async function amountIn(call: Call, of: OrganizationId, typed: string): Promise<MinorUnits> {
  const currency = await call.read(async (tx) => (await readOrganizationTime(tx, of))?.organization.currency ?? 'usd')
  const places = typed.split('.')[1]?.length ?? 0
  if (places > currencyExponent(currency)) throw new Halt(invalidRequest([{ path: 'amount', message: `has more decimals than ${currency} has` }]))
  return minorFromExact(exact(typed), currency)
}

/** Credit that goes towards invoices by itself. Refuses with `insufficient_credit`. */
export const adjustCreditAction = defineOperatorAction({
  needs: 'admin',
  name: 'adjust-credit',
  input: z.strictObject({ organizationId, direction: z.enum(['give', 'take']), amount: amountText, expiresOn: optional(day), reason }),
  run: async ({ call }, { direction, expiresOn, ...input }) => {
    const amount = await amountIn(call, input.organizationId, input.amount)
    return call.command(input.organizationId, async (context) => {
      const adjusted = await adjustCredit(context, {
        organizationId: input.organizationId,
        amount: direction === 'give' ? amount : minor(-amount),
        reason: input.reason,
        expiresAt: expiresOn ? instant(`${expiresOn}T00:00:00Z`) : undefined,
      })
      return adjusted.ok ? noContent : fieldNamed(refusalAnswer(adjusted.error), 'expires_at', 'expiresOn')
    })
  },
})

/** The form's own name for a field of the interface. */
function fieldNamed(answer: Answer, theirs: string, ours: string): Answer {
  const body = answer.body as { errors?: { path: string; message: string }[] } | null
  return body?.errors
    ? { ...answer, body: { ...body, errors: body.errors.map((error) => (error.path === theirs ? { ...error, path: ours } : error)) } }
    : answer
}

/** Raises what may be bought at once; a floor, under what was paid (G71). */
export const setTrustTierAction = defineOperatorAction({
  needs: 'admin',
  name: 'trust-tier',
  input: z.strictObject({ organizationId, trustTier: z.enum(TRUST_TIERS).transform(Number), reason }),
  run: ({ call }, input) =>
    call.command(input.organizationId, async (context) => {
      const updated = await updateOrganization(context, input)
      return updated.ok ? noContent : refusalAnswer(updated.error)
    }),
})

/** Gives cash back: by the product's rules, or as an exception from them. Refuses with `refund_not_eligible`, `refund_window_closed` … */
export const refundInvoiceAction = defineOperatorAction({
  needs: 'admin',
  name: 'refund',
  input: z.strictObject({ ...invoice, amount: optional(amountText), by: z.enum(['rules', 'exception']), reason }),
  run: async ({ call }, { organizationId: of, documentId, by, ...input }) => {
    const amount = input.amount === undefined ? undefined : await amountIn(call, of, input.amount)
    return call.flow(of, {
      run: (context) =>
        refundInvoice(context, { organizationId: of, documentId, amount, note: input.reason, ...(by === 'exception' && { reason: input.reason }) }),
      facts: ({ refundId }: OpenedRefund) => ({ document: documentId, refund: refundId }),
      goesOn: () => true,
      answer: (tx, facts) => refundAnswer(tx, of, facts.refund),
    })
  },
})

/** The provider is asked first, so that there is no one transaction; done again it finds what there is. */
function repair(call: Call, of: OrganizationId, work: () => Promise<Result<null, MarkPaidRefusal>>): Promise<Answer> {
  return call.once(of, async () => {
    const repaired = await work()
    return repaired.ok ? okay({}) : refusalAnswer(repaired.error)
  })
}

type Invoice = { organizationId: OrganizationId; documentId: DocumentId; reason: string }

/** Takes an unpaid invoice back. Refuses with `not_payable`, `change_in_progress`. */
export const voidInvoiceAction = defineOperatorAction({
  needs: 'admin',
  name: 'void',
  input: z.strictObject({ ...invoice, reason }),
  run: ({ call }, input: Invoice) => repair(call, input.organizationId, () => voidAndWithdraw(call.flowContext(input.organizationId), input)),
})

/** Gives an unpaid invoice up. Refuses as voiding does. */
export const giveUpInvoiceAction = defineOperatorAction({
  needs: 'admin',
  name: 'uncollectible',
  input: z.strictObject({ ...invoice, reason }),
  run: ({ call }, input: Invoice) => repair(call, input.organizationId, () => giveUpInvoice(call.flowContext(input.organizationId), input)),
})

/** Notes a bank transfer, whose reference is the reason. Refuses as voiding does, and with `already_subscribed`. */
export const markPaidAction = defineOperatorAction({
  needs: 'admin',
  name: 'mark-paid',
  input: z.strictObject({ ...invoice, reference: z.string().trim().min(1, 'must be given').max(REFERENCE_LENGTH) }),
  run: ({ call }, input) => repair(call, input.organizationId, () => markInvoicePaid(call.flowContext(input.organizationId), input)),
})
