import { z } from '@hono/zod-openapi'
import type { Transaction } from '../../../db/client'
import type { OpenedPurchase } from '../../billing/commands/buy-credit'
import { contributeCredit } from '../../billing/commands/personal-credit'
import { buyCreditAndPay, setAutoRechargeAndCharge } from '../../billing/flows/paid-actions'
import { findBoughtGrant } from '../../billing/views/credits'
import { findDocument } from '../../billing/views/documents'
import { isId, type OrganizationId } from '../../ids'
import { minor } from '../../money'
import { accepted, created, Halt, invalidRequest, notFound } from '../answer'
import { creditsAnswer } from '../credits-answer'
import { minorField, pageQuery } from '../fields'
import type { FlowFacts } from '../idempotency'
import { documentOf, unsuccessful } from '../paid-answer'
import { presentGrant } from '../present/credits'
import { presentInvoice } from '../present/invoices'
import { refusalAnswer } from '../refusals'
import { returnUrl } from '../return-url'
import { defineRoute, type Route, readBy, writtenBy } from '../route'
import { credits, purchase } from '../schemas/credit'

const area = 'Credit'

async function purchaseAnswer(tx: Transaction, organizationId: OrganizationId, facts: FlowFacts) {
  const documentId = documentOf(facts)
  const document = documentId && (await findDocument(tx, organizationId, documentId))
  if (!document) return notFound()
  const grant = await findBoughtGrant(tx, organizationId, document.id)
  const body = { invoice: presentInvoice(document), grant: grant && presentGrant(grant, document.currency) }
  return unsuccessful(document, () => accepted(body)) ?? created(body)
}

export const creditRoutes: readonly Route[] = [
  defineRoute({
    ...readBy('invoices:read'),
    path: '/organizations/{organization}/credits',
    tenant: 'organization',
    area,
    summary: 'Read the credit balances',
    description:
      'Credit that was issued is applied to the next invoice by itself; below zero it is an amount too small to charge, collected with the next invoice. Credit that was bought is drawn down by every unit of a prepaid plan, first the grant that expires first; below zero it was used beyond what was bought, and the next purchase pays it.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'The balances and the grants that make them up, newest first.', schema: credits } },
    problems: [],
    handle: async (call, { tenant: { organizationId }, query }) => call.read((tx) => creditsAnswer(tx, organizationId, query)),
  }),
  defineRoute({
    ...writtenBy('credits:buy'),
    method: 'post',
    path: '/organizations/{organization}/credits/purchases',
    tenant: 'organization',
    area,
    summary: 'Buy credit',
    description:
      'In the organization’s currency, from the minimum to the maximum of its trust tier. It is there once it is paid, lasts a year, and is not refunded.',
    body: z.strictObject({ amount: minorField.openapi({ example: 2000 }), expected_amount_due: minorField.optional() }),
    answers: {
      201: { description: 'The invoice, and the grant that it has made.', schema: purchase },
      202: { description: 'The outcome of the payment is not known yet; there is no grant until it is.', schema: purchase },
    },
    problems: ['below_minimum', 'above_maximum', 'quote_expired', 'payment_failed', 'payment_action_required'],
    handle: async (call, { tenant, body }) => {
      const { organizationId } = tenant
      const expected = body.expected_amount_due
      return call.flow(organizationId, {
        run: (context) =>
          buyCreditAndPay(context, {
            organizationId,
            amount: minor(body.amount),
            expectedAmountDue: expected === undefined ? undefined : minor(expected),
            returnUrl: returnUrl(tenant.slug),
          }),
        facts: ({ documentId }: OpenedPurchase) => ({ document: documentId }),
        goesOn: ({ paymentId }) => paymentId !== null,
        answer: (tx, facts) => purchaseAnswer(tx, organizationId, facts),
      })
    },
  }),
  defineRoute({
    ...writtenBy('auto_recharge:write'),
    method: 'put',
    path: '/organizations/{organization}/credits/auto_recharge',
    tenant: 'organization',
    area,
    summary: 'Set auto-recharge',
    description:
      'Buys `amount` once the balance falls strictly below `threshold`; where it is below already, at once. At most `monthly_limit` a UTC calendar month, where given. It acts on a prepaid plan only, and turns itself off after three failures in a row.',
    body: z.strictObject({ enabled: z.boolean(), threshold: minorField, amount: minorField, monthly_limit: minorField.nullable().optional() }),
    answers: { 200: { description: 'The balances with the setting.', schema: credits } },
    problems: ['below_minimum', 'above_maximum'],
    handle: async (call, { tenant: { organizationId }, body }) =>
      call.flow(organizationId, {
        run: (context) =>
          setAutoRechargeAndCharge(context, {
            organizationId,
            enabled: body.enabled,
            threshold: minor(body.threshold),
            amount: minor(body.amount),
            monthlyLimit: body.monthly_limit === undefined || body.monthly_limit === null ? null : minor(body.monthly_limit),
          }),
        facts: () => ({}),
        goesOn: ({ setOff }: { setOff: readonly unknown[] }) => setOff.length > 0,
        answer: (tx) => creditsAnswer(tx, organizationId),
      }),
  }),
  defineRoute({
    ...writtenBy('credit:contribute'),
    method: 'post',
    path: '/organizations/{organization}/credits/contributions',
    tenant: 'organization',
    area,
    summary: 'Give personal credit to the team',
    description: 'A member gives credit of their own; it goes towards the team’s next invoice.',
    body: z.strictObject({ member: z.string().max(64).openapi({ example: 'mem_01kbp4x5mve8jbdk2g3tqh1s7n' }), amount: z.int().positive() }),
    answers: { 200: { description: 'The balances with it.', schema: credits } },
    problems: ['insufficient_credit'],
    handle: async (call, { tenant: { organizationId }, body }) => {
      const { member: memberId } = body
      if (!isId('mem', memberId)) throw new Halt(invalidRequest([{ path: 'member', message: 'must be the id of a member' }]))
      return call.command(organizationId, async (context) => {
        const given = await contributeCredit(context, { organizationId, memberId, amount: minor(body.amount) })
        return given.ok ? creditsAnswer(context.tx, organizationId) : refusalAnswer(given.error)
      })
    },
  }),
]
