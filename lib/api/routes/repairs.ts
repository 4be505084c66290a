import { z } from '@hono/zod-openapi'
import type { Transaction } from '../../../db/client'
import { adjustCredit } from '../../billing/commands/adjust-credit'
import { issueProForma } from '../../billing/commands/issue-pro-forma'
import type { MarkPaidRefusal } from '../../billing/commands/repair-invoice'
import { giveUpInvoice, markInvoicePaid, voidAndWithdraw } from '../../billing/flows/repairs'
import { findDocument } from '../../billing/views/documents'
import { findSubscription } from '../../billing/views/subscriptions'
import { minor } from '../../money'
import type { Result } from '../../result'
import { created, notFound, okay } from '../answer'
import type { Call } from '../call'
import { CREDIT_MAX, catalogId, instantField, interval, text } from '../fields'
import { presentInvoice } from '../present/invoices'
import { presentSubscription } from '../present/subscriptions'
import { whole } from '../present/values'
import { type ProblemOf, refusalAnswer } from '../refusals'
import { defineRoute, type Route, type Tenants, writtenBy, writtenByOperator } from '../route'
import { adjustment, invoice } from '../schemas/invoice'
import { subscription } from '../schemas/subscription'

const area = 'Repairs'
const REASON_LENGTH = 500
const REFERENCE_LENGTH = 140
const MOST_SEATS = 100_000

const notBlank = (max: number) => text(1, max).refine((value) => value.trim() !== '', 'must not be blank')
/** Stands in the customer’s activity. */
const reason = notBlank(REASON_LENGTH).openapi({ example: 'Agreed with Ada on the phone' })

type Invoice = Tenants['invoice']

async function invoiceAnswer(tx: Transaction, { organizationId, documentId }: Invoice) {
  const found = await findDocument(tx, organizationId, documentId)
  return found ? okay(presentInvoice(found)) : notFound()
}

/** The provider is asked first, so that there is no one transaction; done again after a crash it finds what there is. */
function repair<R extends MarkPaidRefusal>(call: Call, tenant: Invoice, work: () => Promise<Result<null, R>>) {
  return call.once<'not_found' | ProblemOf<R>>(tenant.organizationId, async () => {
    const repaired = await work()
    return repaired.ok ? call.read((tx) => invoiceAnswer(tx, tenant)) : refusalAnswer(repaired.error)
  })
}

export const repairRoutes: readonly Route[] = [
  defineRoute({
    ...writtenBy('plan:write'),
    method: 'post',
    path: '/organizations/{organization}/pro_forma',
    tenant: 'organization',
    area: 'Invoices',
    summary: 'Issue an invoice first',
    description:
      'For budget requests and audits: priced now, for `seats` where the plan is priced per seat (the members, if left out). It grants nothing until it is paid, by card or by a bank transfer that the operator notes; then the plan begins. Canceling the subscription voids it.',
    body: z.strictObject({
      product: catalogId.openapi({ example: 'team-seats' }),
      plan: catalogId.openapi({ example: 'basic' }),
      interval: interval.optional(),
      seats: z.int().min(1).max(MOST_SEATS).optional(),
    }),
    answers: { 201: { description: 'The subscription that waits, and its invoice.', schema: z.object({ subscription, invoice }) } },
    problems: ['already_subscribed', 'change_in_progress', 'plan_not_offered'],
    handle: async (call, { tenant: { organizationId }, body }) =>
      call.command(organizationId, async (context) => {
        const issued = await issueProForma(context, { organizationId, ...body })
        if (!issued.ok) return refusalAnswer(issued.error)
        const waiting = await findSubscription(context.tx, organizationId, issued.value.subscriptionId)
        const document = await findDocument(context.tx, organizationId, issued.value.documentId)
        return waiting && document ? created({ subscription: presentSubscription(waiting), invoice: presentInvoice(document) }) : notFound()
      }),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/invoices/{invoice}/mark_paid',
    tenant: 'invoice',
    area,
    summary: 'Note a bank transfer',
    description: 'What the invoice pays for takes effect, as with a card. A payment that is open at the payment provider is canceled there first.',
    body: z.strictObject({ reference: notBlank(REFERENCE_LENGTH).openapi({ example: 'Transfer of 3 June, 2026-0042' }) }),
    answers: { 200: { description: 'The paid invoice.', schema: invoice } },
    problems: ['not_payable', 'change_in_progress', 'already_subscribed'],
    handle: async (call, { tenant, body }) =>
      repair(call, tenant, () => markInvoicePaid(call.flowContext(tenant.organizationId), { ...tenant, reference: body.reference })),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/invoices/{invoice}/void',
    tenant: 'invoice',
    area,
    summary: 'Void an unpaid invoice',
    description: 'Its payment is canceled at the payment provider first, and credit that it used goes back. A plan that runs goes on.',
    body: z.strictObject({ reason }),
    answers: { 200: { description: 'The void invoice.', schema: invoice } },
    problems: ['not_payable', 'change_in_progress'],
    handle: async (call, { tenant, body }) =>
      repair(call, tenant, () => voidAndWithdraw(call.flowContext(tenant.organizationId), { ...tenant, reason: body.reason })),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/invoices/{invoice}/mark_uncollectible',
    tenant: 'invoice',
    area,
    summary: 'Give up an unpaid invoice',
    description: 'It is collected by nobody any more, and may still be marked paid. What becomes of the plan is for the operator to decide.',
    body: z.strictObject({ reason }),
    answers: { 200: { description: 'The uncollectible invoice.', schema: invoice } },
    problems: ['not_payable', 'change_in_progress'],
    handle: async (call, { tenant, body }) =>
      repair(call, tenant, () => giveUpInvoice(call.flowContext(tenant.organizationId), { ...tenant, reason: body.reason })),
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/organizations/{organization}/adjustments',
    tenant: 'organization',
    area,
    summary: 'Give credit, or take it back',
    description: 'Minor units; below zero takes credit, and never more than the balance holds.',
    body: z.strictObject({
      amount: z
        .int()
        .min(-CREDIT_MAX)
        .max(CREDIT_MAX)
        .refine((value) => value !== 0, 'must not be 0')
        .openapi({ example: 5_00 }),
      reason,
      expires_at: instantField.optional().openapi({ description: 'When what is left of it ends; left out, it lasts.', example: '2026-12-31T00:00:00Z' }),
    }),
    answers: { 201: { description: 'The adjustment.', schema: adjustment } },
    problems: ['insufficient_credit'],
    handle: async (call, { tenant: { organizationId }, body }) =>
      call.command(organizationId, async (context) => {
        const adjusted = await adjustCredit(context, { organizationId, amount: minor(body.amount), reason: body.reason, expiresAt: body.expires_at })
        if (!adjusted.ok) return refusalAnswer(adjusted.error)
        const { grantId, amount, balance, currency } = adjusted.value
        return created({ id: grantId, amount: whole(amount), currency, reason: body.reason, credit_balance: whole(balance) })
      }),
  }),
]
