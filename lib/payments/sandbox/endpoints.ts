import type { z } from 'zod'
import { type Answer, answer } from './answer'
import { getCharge } from './charges'
import { createCheckoutSession, expireCheckoutSession, getCheckoutSession } from './checkout-sessions'
import { createCustomer, getCustomer, updateCustomer } from './customers'
import { closeDispute, updateDispute } from './disputes'
import { getEvent, listEvents } from './events'
import { noSuch } from './failure'
import * as parameters from './parameters'
import { cancelPaymentIntent, confirmPaymentIntent, createPaymentIntent, getPaymentIntent, searchPaymentIntents } from './payment-intents'
import { attachPaymentMethod, detachPaymentMethod, updatePaymentMethod } from './payment-methods'
import { createRefund, getRefund, updateRefund } from './refunds'
import { cancelSetupIntent, confirmSetupIntent, createSetupIntent, getSetupIntent } from './setup-intents'
import { type Call, findObject, type Kind, listObjects } from './store'

export type Endpoint = {
  method: 'GET' | 'POST'
  path: string
  parameters: z.ZodType
  run: (call: Call, given: unknown, id: string) => Promise<Answer>
}

/** `:id` in the path is handed to `run`. */
function endpoint<Schema extends z.ZodType>(
  method: Endpoint['method'],
  path: string,
  schema: Schema,
  run: (call: Call, given: z.output<Schema>, id: string) => Promise<Answer>,
): Endpoint {
  return { method, path, parameters: schema, run: (call, given, id) => run(call, given as z.output<Schema>, id) }
}

async function retrieve(call: Call, kind: Kind, what: string, id: string): Promise<Answer> {
  const found = await findObject(call, kind, id)
  if (!found) throw noSuch(what, id)
  return answer(found.body)
}

/** Everything of Stripe's API that the sandbox carries out. A path with a fixed word stands before one with `:id`. */
export const ENDPOINTS: readonly Endpoint[] = [
  endpoint('POST', '/v1/customers', parameters.customerCreate, async (call, given) => answer(await createCustomer(call, given))),
  endpoint('GET', '/v1/customers/:id', parameters.nothing, async (call, _given, id) => answer(await getCustomer(call, id))),
  endpoint('POST', '/v1/customers/:id', parameters.customerUpdate, async (call, given, id) => answer(await updateCustomer(call, id, given))),

  endpoint('GET', '/v1/payment_methods', parameters.paymentMethodList, async (call, given) =>
    answer(await listObjects(call, 'payment_method', '/v1/payment_methods', { customer: given.customer }, given)),
  ),
  endpoint('GET', '/v1/payment_methods/:id', parameters.nothing, (call, _given, id) => retrieve(call, 'payment_method', 'PaymentMethod', id)),
  endpoint('POST', '/v1/payment_methods/:id', parameters.paymentMethodUpdate, async (call, given, id) => answer(await updatePaymentMethod(call, id, given))),
  endpoint('POST', '/v1/payment_methods/:id/attach', parameters.paymentMethodAttach, async (call, given, id) =>
    answer(await attachPaymentMethod(call, id, given.customer)),
  ),
  endpoint('POST', '/v1/payment_methods/:id/detach', parameters.nothing, async (call, _given, id) => answer(await detachPaymentMethod(call, id))),

  endpoint('POST', '/v1/checkout/sessions', parameters.checkoutSessionCreate, async (call, given) => answer(await createCheckoutSession(call, given))),
  endpoint('GET', '/v1/checkout/sessions/:id', parameters.nothing, async (call, _given, id) => answer(await getCheckoutSession(call, id))),
  endpoint('POST', '/v1/checkout/sessions/:id/expire', parameters.nothing, async (call, _given, id) => answer(await expireCheckoutSession(call, id))),

  endpoint('POST', '/v1/setup_intents', parameters.setupIntentCreate, createSetupIntent),
  endpoint('GET', '/v1/setup_intents/:id', parameters.nothing, async (call, _given, id) => answer(await getSetupIntent(call, id))),
  endpoint('POST', '/v1/setup_intents/:id/confirm', parameters.setupIntentConfirm, (call, given, id) => confirmSetupIntent(call, id, given)),
  endpoint('POST', '/v1/setup_intents/:id/cancel', parameters.setupIntentCancel, async (call, given, id) => answer(await cancelSetupIntent(call, id, given))),

  endpoint('POST', '/v1/payment_intents', parameters.paymentIntentCreate, createPaymentIntent),
  endpoint('GET', '/v1/payment_intents', parameters.paymentIntentList, async (call, given) =>
    answer(await listObjects(call, 'payment_intent', '/v1/payment_intents', { customer: given.customer, created: given.created }, given)),
  ),
  endpoint('GET', '/v1/payment_intents/search', parameters.paymentIntentSearch, async (call, given) =>
    answer(await searchPaymentIntents(call, given.query, given.limit)),
  ),
  endpoint('GET', '/v1/payment_intents/:id', parameters.nothing, async (call, _given, id) => answer(await getPaymentIntent(call, id))),
  endpoint('POST', '/v1/payment_intents/:id/confirm', parameters.paymentIntentConfirm, (call, given, id) => confirmPaymentIntent(call, id, given)),
  endpoint('POST', '/v1/payment_intents/:id/cancel', parameters.paymentIntentCancel, async (call, given, id) =>
    answer(await cancelPaymentIntent(call, id, given)),
  ),

  endpoint('GET', '/v1/charges', parameters.chargeList, async (call, given) =>
    answer(await listObjects(call, 'charge', '/v1/charges', { customer: given.customer, payment_intent: given.payment_intent, created: given.created }, given)),
  ),
  endpoint('GET', '/v1/charges/:id', parameters.nothing, async (call, _given, id) => answer(await getCharge(call, id))),

  endpoint('POST', '/v1/refunds', parameters.refundCreate, async (call, given) => answer(await createRefund(call, given))),
  endpoint('GET', '/v1/refunds', parameters.refundList, async (call, given) =>
    answer(await listObjects(call, 'refund', '/v1/refunds', { payment_intent: given.payment_intent, charge: given.charge, created: given.created }, given)),
  ),
  endpoint('GET', '/v1/refunds/:id', parameters.nothing, async (call, _given, id) => answer(await getRefund(call, id))),
  endpoint('POST', '/v1/refunds/:id', parameters.refundUpdate, async (call, given, id) => answer(await updateRefund(call, id, given))),

  endpoint('GET', '/v1/disputes', parameters.disputeList, async (call, given) =>
    answer(await listObjects(call, 'dispute', '/v1/disputes', { payment_intent: given.payment_intent, charge: given.charge, created: given.created }, given)),
  ),
  endpoint('GET', '/v1/disputes/:id', parameters.nothing, (call, _given, id) => retrieve(call, 'dispute', 'dispute', id)),
  endpoint('POST', '/v1/disputes/:id', parameters.disputeUpdate, async (call, given, id) => answer(await updateDispute(call, id, given))),
  endpoint('POST', '/v1/disputes/:id/close', parameters.nothing, async (call, _given, id) => answer(await closeDispute(call, id))),

  endpoint('GET', '/v1/events', parameters.eventList, async (call, given) => answer(await listEvents(call, given))),
  endpoint('GET', '/v1/events/:id', parameters.nothing, async (call, _given, id) => answer(await getEvent(call, id))),
]
