import { z } from 'zod'
import { invalidParameter, type StripeFailure } from './failure'
import type { Form } from './form'
import { API_VERSION } from './store'

/**
 * What each call takes. Stripe knows more parameters; one that the sandbox does not carry out is refused like an
 * unknown one, because taking it silently would promise what does not happen.
 */
const wholeNumber = z
  .string()
  .regex(/^-?\d{1,15}$/, 'integer')
  .transform(Number)
const flag = z.enum(['true', 'false'], 'boolean').transform((text) => text === 'true')
const reference = z.string().min(1).max(5000)
/** An empty value unsets. */
const text = z.string().max(5000)
const metadata = z.union([z.record(z.string().max(40), z.string().max(500)), z.literal('')])
const expand = z.array(z.string()).max(10).optional()
const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/)
  .transform((code) => code.toLowerCase())
const onlyCards = z.array(z.literal('card', 'Only cards are simulated.')).optional()
/** The first is this API version's; the second an older one's, which Stripe's own fixtures still send. */
const acceptedMethods = { allowed_payment_method_types: onlyCards, payment_method_types: onlyCards }

const page = {
  limit: wholeNumber.refine((limit) => limit >= 1 && limit <= 100, 'integer').optional(),
  starting_after: reference.optional(),
  ending_before: reference.optional(),
}
const bounds = z.strictObject({ gt: wholeNumber.optional(), gte: wholeNumber.optional(), lt: wholeNumber.optional(), lte: wholeNumber.optional() })
const created = z.union([bounds, wholeNumber.transform((at) => ({ gte: at, lte: at }))]).optional()

const address = z.strictObject({
  city: text.optional(),
  country: text.optional(),
  line1: text.optional(),
  line2: text.optional(),
  postal_code: text.optional(),
  state: text.optional(),
})
const shipping = z.strictObject({ address, name: text, phone: text.optional(), carrier: text.optional(), tracking_number: text.optional() })

export const nothing = z.strictObject({ expand })

const customerFields = {
  name: text.optional(),
  email: text.optional(),
  description: text.optional(),
  phone: text.optional(),
  metadata: metadata.optional(),
  invoice_settings: z.strictObject({ default_payment_method: text.optional() }).optional(),
  expand,
}
export const customerCreate = z.strictObject({ ...customerFields, payment_method: reference.optional() })
export const customerUpdate = z.strictObject(customerFields)

export const paymentMethodAttach = z.strictObject({ customer: reference, expand })
export const paymentMethodUpdate = z.strictObject({ metadata: metadata.optional(), expand })
export const paymentMethodList = z.strictObject({ ...page, customer: reference, type: z.literal('card').optional(), expand })

export const checkoutSessionCreate = z.strictObject({
  mode: z.literal('setup', 'Only sessions in setup mode are simulated.'),
  customer: reference,
  currency: currency.optional(),
  ...acceptedMethods,
  success_url: z.url(),
  cancel_url: z.url().optional(),
  client_reference_id: z.string().max(200).optional(),
  metadata: metadata.optional(),
  expand,
})

const setupConfirmation = { payment_method: reference.optional(), return_url: z.url().optional() }
export const setupIntentCreate = z.strictObject({
  ...setupConfirmation,
  customer: reference.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  ...acceptedMethods,
  usage: z.enum(['off_session', 'on_session']).optional(),
  confirm: flag.optional(),
  expand,
})
export const setupIntentConfirm = z.strictObject({ ...setupConfirmation, expand })
export const setupIntentCancel = z.strictObject({ cancellation_reason: z.enum(['abandoned', 'duplicate', 'requested_by_customer']).optional(), expand })

const paymentConfirmation = { payment_method: reference.optional(), off_session: flag.optional(), return_url: z.url().optional(), expand }
export const paymentIntentCreate = z.strictObject({
  ...paymentConfirmation,
  amount: wholeNumber,
  currency,
  customer: reference.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  ...acceptedMethods,
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
  receipt_email: text.optional(),
  shipping: shipping.optional(),
  confirm: flag.optional(),
})
export const paymentIntentConfirm = z.strictObject(paymentConfirmation)
export const paymentIntentCancel = z.strictObject({
  cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  expand,
})
export const paymentIntentList = z.strictObject({ ...page, customer: reference.optional(), created, expand })
export const paymentIntentSearch = z.strictObject({ query: reference, limit: page.limit, page: reference.optional(), expand })

export const refundCreate = z.strictObject({
  payment_intent: reference.optional(),
  charge: reference.optional(),
  amount: wholeNumber.optional(),
  metadata: metadata.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  expand,
})
export const refundUpdate = z.strictObject({ metadata: metadata.optional(), expand })
export const refundList = z.strictObject({ ...page, payment_intent: reference.optional(), charge: reference.optional(), created, expand })
export const disputeUpdate = z.strictObject({ metadata: metadata.optional(), expand })
export const disputeList = z.strictObject({ ...page, payment_intent: reference.optional(), charge: reference.optional(), created, expand })
export const chargeList = z.strictObject({ ...page, customer: reference.optional(), payment_intent: reference.optional(), created, expand })
export const eventList = z.strictObject({ ...page, type: reference.optional(), types: z.array(reference).max(20).optional(), created, expand })

/** `['shipping', 'address', 'line1']` → `shipping[address][line1]`, as Stripe names a parameter. */
function parameterName(path: readonly PropertyKey[]): string {
  const [head, ...rest] = path.map(String)
  return [head ?? '', ...rest.map((part) => `[${part}]`)].join('')
}

/**
 * Checks a call's parameters.
 *
 * @throws StripeFailure in Stripe's words: `parameter_unknown`, `parameter_missing` or `parameter_invalid_…`.
 */
export function readParameters<Schema extends z.ZodType>(schema: Schema, form: Form, version: string | null): z.output<Schema> {
  if (version === API_VERSION && 'payment_method_types' in form) throw unknownParameter('payment_method_types')
  const result = schema.safeParse(form)
  if (result.success) return result.data
  const issue = result.error.issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? result.error.issues[0]
  if (issue === undefined) throw new Error('zod refused without an issue')
  if (issue.code === 'unrecognized_keys') {
    throw unknownParameter(parameterName([...issue.path, issue.keys[0] ?? '']))
  }
  const param = parameterName(issue.path)
  if (valueAt(form, issue.path) === undefined) throw invalidParameter(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  if (issue.message === 'integer') throw invalidParameter(`Invalid integer: ${param}`, { code: 'parameter_invalid_integer', param })
  if (issue.message === 'boolean') throw invalidParameter(`Invalid boolean: ${param}`, { code: 'parameter_invalid_boolean', param })
  throw invalidParameter(`Invalid ${param}: ${issue.message}`, { code: 'parameter_invalid', param })
}

function unknownParameter(param: string): StripeFailure {
  return invalidParameter(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
}

function valueAt(form: Form, path: readonly PropertyKey[]): unknown {
  let value: unknown = form
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}
