import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { invalidRequest, noSuch } from './failure'
import { mergeMetadata, textOrUnset } from './metadata'
import type { customerCreate, customerUpdate } from './parameters'
import { attachPaymentMethod } from './payment-methods'
import { type Call, findObject, recordEvent, saveObject, unixNow } from './store'
import { newStripeId } from './stripe-ids'

export async function getCustomer(call: Call, id: string): Promise<Stripe.Customer> {
  const found = await findObject(call, 'customer', id)
  if (!found) throw noSuch('customer', id)
  return found.body
}

async function defaultPaymentMethod(call: Call, customerId: string, given: string | undefined, current: string | null): Promise<string | null> {
  const id = textOrUnset(given, current)
  if (id === null || id === current) return id
  const method = await findObject(call, 'payment_method', id)
  if (method?.body.customer !== customerId) {
    throw invalidRequest(`The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`, {
      code: 'resource_missing',
      param: 'invoice_settings[default_payment_method]',
    })
  }
  return id
}

export async function createCustomer(call: Call, given: z.output<typeof customerCreate>): Promise<Stripe.Customer> {
  const customer = {
    id: newStripeId('cus', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: unixNow(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: textOrUnset(given.description, null),
    discount: null,
    email: textOrUnset(given.email, null),
    invoice_prefix: newStripeId('X', 7).slice(2).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: mergeMetadata({}, given.metadata),
    name: textOrUnset(given.name, null),
    next_invoice_sequence: 1,
    phone: textOrUnset(given.phone, null),
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  } satisfies Stripe.Customer
  await saveObject(call, customer)
  await recordEvent(call, 'customer.created', customer)

  const attached = given.payment_method === undefined ? null : (await attachPaymentMethod(call, given.payment_method, customer.id)).id
  const wanted = given.invoice_settings?.default_payment_method
  if (wanted === undefined) return customer
  // The ready-made name stands for the payment method that this very call made of it.
  const usable = wanted === given.payment_method && attached !== null ? attached : wanted
  const default_payment_method = await defaultPaymentMethod(call, customer.id, usable, null)
  const updated: Stripe.Customer = { ...customer, invoice_settings: { ...customer.invoice_settings, default_payment_method } }
  await saveObject(call, updated)
  return updated
}

export async function updateCustomer(call: Call, id: string, given: z.output<typeof customerUpdate>): Promise<Stripe.Customer> {
  const found = await findObject(call, 'customer', id, 'for update')
  if (!found) throw noSuch('customer', id)
  const customer = found.body
  const current = customer.invoice_settings.default_payment_method
  const updated: Stripe.Customer = {
    ...customer,
    description: textOrUnset(given.description, customer.description),
    email: textOrUnset(given.email, customer.email),
    name: textOrUnset(given.name, customer.name ?? null),
    phone: textOrUnset(given.phone, customer.phone ?? null),
    metadata: mergeMetadata(customer.metadata, given.metadata),
    invoice_settings: {
      ...customer.invoice_settings,
      default_payment_method: await defaultPaymentMethod(
        call,
        id,
        given.invoice_settings?.default_payment_method,
        typeof current === 'string' ? current : null,
      ),
    },
  }
  await saveObject(call, updated)
  await recordEvent(call, 'customer.updated', updated)
  return updated
}
