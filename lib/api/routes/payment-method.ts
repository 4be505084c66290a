import { z } from '@hono/zod-openapi'
import { setPaymentMethod } from '../../billing/flows/payment-method'
import { findPaymentMethod } from '../../billing/views/payment-method'
import { minor } from '../../money'
import { notFound, okay } from '../answer'
import { minorField, text } from '../fields'
import { presentPaymentMethod } from '../present/organizations'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, readBy, writtenBy } from '../route'
import { paymentMethod } from '../schemas/organization'

const area = 'Payment method'

export const paymentMethodRoutes: readonly Route[] = [
  defineRoute({
    ...writtenBy('payment:write'),
    method: 'put',
    path: '/organizations/{organization}/payment_method',
    tenant: 'organization',
    area,
    summary: 'Put a payment method on file',
    description:
      'A payment method of the payment provider: with simulated payments `pm_card_visa` and its siblings. The open invoices are then collected, oldest first; `expected_amount_due` is what was shown of them.',
    body: z.strictObject({ payment_method: text(1, 255).openapi({ example: 'pm_card_visa' }), expected_amount_due: minorField.optional() }),
    answers: { 200: { description: 'The card.', schema: paymentMethod } },
    problems: ['payment_failed', 'quote_expired'],
    handle: async (call, { tenant, body }) =>
      call.once(tenant.organizationId, async () => {
        const set = await setPaymentMethod(call.flowContext(tenant.organizationId), {
          organizationId: tenant.organizationId,
          methodRef: body.payment_method,
          key: call.providerKey,
          expectedAmountDue: body.expected_amount_due === undefined ? undefined : minor(body.expected_amount_due),
        })
        return set.ok ? okay(presentPaymentMethod(set.value.method)) : refusalAnswer(set.error)
      }),
  }),
  defineRoute({
    ...readBy('payment:read'),
    path: '/organizations/{organization}/payment_method',
    tenant: 'organization',
    area,
    summary: 'Read the payment method',
    answers: { 200: { description: 'The card on file.', schema: paymentMethod } },
    problems: [],
    handle: async (call, { tenant }) => {
      const method = await call.read((tx) => findPaymentMethod(tx, tenant.organizationId))
      return method ? okay(presentPaymentMethod(method)) : notFound('There is no payment method on file.')
    },
  }),
]
