import { Stripe } from 'stripe'
import type { Instant } from '../../time'
import { minimumCharge } from '../minimum-charge'
import {
  OutcomeUnknown,
  type Page,
  type PaymentObservation,
  type PaymentProvider,
  type PaymentsMode,
  ProviderMisuse,
  type RefundFacts,
  type Stretch,
} from '../port'
import { toStripeAmount } from './amounts'
import { callingWithin, faultOf, isCardError, isInvalidRequest, isUnexpectedState, isUnknownMethod, isUnknownObject } from './call'
import { careful } from './http-client'
import { TOLD_OF, toNotification, verifyStripeNotification } from './notification'
import { expanded, observeCharge, observeDispute, observeMethod, observePayment, observeRefund, referenceOf } from './observe'
import { reasonOf, refusedWith, shownRefusal } from './refusal'

export type StripeSettings = {
  secretKey: string
  /** Null: no webhook is genuine. */
  webhookSecret: string | null
  mode: PaymentsMode
  /** Where the API is, in place of Stripe's own address: `http://127.0.0.1:4010`. */
  apiBase?: string
  /** How long to wait for an answer, in milliseconds. */
  answerWithin?: number
}

/** Our ids at Stripe. */
const PAYMENT_ID = 'payment_id'
const REFUND_ID = 'refund_id'
const ORGANIZATION_ID = 'organization_id'

const PAGE = 100
const ANSWER_WITHIN = 20_000

function clientOf({ secretKey, apiBase, answerWithin = ANSWER_WITHIN }: StripeSettings): Stripe {
  const base = apiBase === undefined ? null : new URL(apiBase)
  const insecure = base?.protocol === 'http:'
  return new Stripe(secretKey, {
    httpClient: careful(Stripe.createNodeHttpClient()),
    // Retrying is the engine's, under keys that it has written down.
    maxNetworkRetries: 0,
    timeout: answerWithin,
    telemetry: false,
    typescript: true,
    ...(base === null ? {} : { host: base.hostname, port: base.port || (insecure ? 80 : 443), protocol: insecure ? ('http' as const) : ('https' as const) }),
  })
}

/** `https://…/payment?a=1` → `https://…/payment?a=1&setup={CHECKOUT_SESSION_ID}`; Stripe fills in the braces, so they stay as they are. */
function withSetupReference(returnUrl: string): string {
  const [address = '', fragment] = returnUrl.split('#')
  const joined = `${address}${address.includes('?') ? '&' : '?'}setup={CHECKOUT_SESSION_ID}`
  return fragment === undefined ? joined : `${joined}#${fragment}`
}

/** Null where Stripe knows no such thing. */
async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked
  } catch (error) {
    if (isUnknownObject(error)) return null
    throw error
  }
}

const secondOf = (at: Instant): number => Math.floor(at.epochMilliseconds / 1000)

/** One page of any list; the SDK's own paging would hold all of it, and could not be gone on with tomorrow. */
async function listPage<Listed extends { id: string }>(
  { since, until, after, limit }: Stretch,
  list: (parameters: ListParameters) => Promise<Stripe.ApiList<Listed>>,
): Promise<Page<Listed>> {
  const stretch = { created: { gte: secondOf(since), lte: secondOf(until) }, limit }
  const page = (after !== null && (await orNull(list({ ...stretch, starting_after: after })))) || (await list(stretch))
  return { items: page.data, next: page.has_more ? (page.data.at(-1)?.id ?? null) : null }
}

function refundFacts(refund: Stripe.Refund): RefundFacts {
  return { refundId: refund.metadata?.[REFUND_ID] ?? null, providerRef: referenceOf(refund.payment_intent), observation: observeRefund(refund) }
}

type ListParameters = { created: { gte: number; lte: number }; limit: number; starting_after?: string }

/** The payment port over Stripe, or over the sandbox that stands in for it. */
export function stripeProvider(settings: StripeSettings): PaymentProvider {
  const stripe = clientOf(settings)
  const calling = callingWithin(settings.answerWithin ?? ANSWER_WITHIN)

  async function read(providerRef: string): Promise<PaymentObservation> {
    return observePayment(await calling('read', 'payment_intent', () => stripe.paymentIntents.retrieve(providerRef)))
  }

  return {
    mode: settings.mode,
    minimumCharge,

    async ensurePayer({ organizationId, name, email, key }) {
      const customer = await calling('write', 'customer', () =>
        stripe.customers.create({ name, email, metadata: { [ORGANIZATION_ID]: organizationId } }, { idempotencyKey: key }),
      )
      return { payerRef: customer.id }
    },

    async attachMethod({ payerRef, methodRef, key }) {
      let method: Stripe.PaymentMethod
      try {
        const keep = (error: unknown) => isCardError(error) || isInvalidRequest(error)
        method = await calling('write', 'payment_method', () => stripe.paymentMethods.attach(methodRef, { customer: payerRef }, { idempotencyKey: key }), keep)
      } catch (error) {
        if (isCardError(error)) return { state: 'refused', reason: reasonOf(error) }
        // The machine interface passes on what it was given: a method that is unknown, or somebody else's, is the caller's mistake and not ours.
        if (isUnknownMethod(error)) return { state: 'refused', reason: 'no_such_payment_method' }
        throw faultOf(error, 'write')
      }
      await calling('write', 'customer', () =>
        stripe.customers.update(payerRef, { invoice_settings: { default_payment_method: method.id } }, { idempotencyKey: `${key}:default` }),
      )
      return { state: 'attached', method: observeMethod(method) }
    },

    async beginMethodSetup({ payerRef, currency, returnUrl, cancelUrl, key }) {
      const session = await calling('write', 'checkout.session', () =>
        stripe.checkout.sessions.create(
          {
            mode: 'setup',
            customer: payerRef,
            currency,
            allowed_payment_method_types: ['card'],
            success_url: withSetupReference(returnUrl),
            cancel_url: cancelUrl,
          },
          { idempotencyKey: key },
        ),
      )
      if (session.url === null) throw new OutcomeUnknown(`Stripe answered without a page for ${session.id}`)
      return { setupRef: session.id, url: session.url }
    },

    async readMethodSetup(setupRef) {
      const session = await calling('read', 'checkout.session', () => stripe.checkout.sessions.retrieve(setupRef, { expand: ['setup_intent.payment_method'] }))
      if (session.status === 'open') return { state: 'open' }
      if (session.status === 'expired') return { state: 'expired' }
      const payerRef = referenceOf(session.customer)
      if (payerRef === null) throw new ProviderMisuse(`card setup ${setupRef} belongs to no payer`)
      const method = expanded(expanded(session.setup_intent, 'setup intent').payment_method, 'payment method')
      return { state: 'complete', payerRef, method: observeMethod(method) }
    },

    async open({ paymentId, payerRef, amount, currency, description, key }) {
      const intent = await calling('write', 'payment_intent', () =>
        stripe.paymentIntents.create(
          {
            amount: toStripeAmount(amount, currency),
            currency,
            customer: payerRef,
            description,
            metadata: { [PAYMENT_ID]: paymentId },
            allowed_payment_method_types: ['card'],
          },
          { idempotencyKey: key },
        ),
      )
      return { providerRef: intent.id }
    },

    async attempt({ providerRef, methodRef, returnUrl, key }) {
      const presence = returnUrl === undefined ? { off_session: true } : { return_url: returnUrl }
      try {
        const keep = (error: unknown) => isCardError(error) || isUnexpectedState(error) || isUnknownMethod(error)
        const intent = await calling(
          'write',
          'payment_intent',
          () => stripe.paymentIntents.confirm(providerRef, { payment_method: methodRef, ...presence }, { idempotencyKey: key }),
          keep,
        )
        return observePayment(intent)
      } catch (error) {
        if (isCardError(error)) return shownRefusal(error)
        if (isUnexpectedState(error)) return read(providerRef)
        // The card on file was removed at Stripe. Only another one helps, and it must not look like a bug that is tried for ever.
        if (isUnknownMethod(error)) return refusedWith({ code: 'no_such_payment_method' })
        throw error
      }
    },

    read,

    async find(paymentId) {
      const query = `metadata['${PAYMENT_ID}']:'${paymentId.replaceAll(/['\\]/g, '\\$&')}'`
      const result = await calling('read', 'search_result', () => stripe.paymentIntents.search({ query, limit: PAGE }))
      // Newest first. There is one per payment, unless its key was forgotten before a lost `open` was repeated: the first is it.
      const intent = result.data.filter((candidate) => candidate.metadata[PAYMENT_ID] === paymentId).at(-1)
      return intent === undefined ? null : { providerRef: intent.id, observation: observePayment(intent) }
    },

    async abandon({ providerRef, key }) {
      try {
        return observePayment(
          await calling('write', 'payment_intent', () => stripe.paymentIntents.cancel(providerRef, {}, { idempotencyKey: key }), isUnexpectedState),
        )
      } catch (error) {
        if (isUnexpectedState(error)) return read(providerRef)
        throw error
      }
    },

    async refund({ providerRef, refundId, amount, key }) {
      const intent = await calling('read', 'payment_intent', () => stripe.paymentIntents.retrieve(providerRef))
      return observeRefund(
        await calling('write', 'refund', () =>
          stripe.refunds.create(
            { payment_intent: providerRef, amount: toStripeAmount(amount, intent.currency), metadata: { [REFUND_ID]: refundId } },
            { idempotencyKey: key },
          ),
        ),
      )
    },

    async readRefund(refundRef) {
      return observeRefund(await calling('read', 'refund', () => stripe.refunds.retrieve(refundRef)))
    },

    async findRefund({ providerRef, refundId }) {
      let after: string | undefined
      do {
        const page = await calling('read', 'list', () =>
          stripe.refunds.list({ payment_intent: providerRef, limit: PAGE, ...(after === undefined ? {} : { starting_after: after }) }),
        )
        const found = page.data.find((refund) => refund.metadata?.[REFUND_ID] === refundId)
        if (found) return observeRefund(found)
        after = page.has_more ? page.data.at(-1)?.id : undefined
      } while (after !== undefined)
      return null
    },

    async describeRefund(refundRef) {
      const refund = await orNull(calling('read', 'refund', () => stripe.refunds.retrieve(refundRef), isUnknownObject))
      return refund && refundFacts(refund)
    },

    async describePayment(providerRef) {
      const intent = await orNull(calling('read', 'payment_intent', () => stripe.paymentIntents.retrieve(providerRef), isUnknownObject))
      return intent && { payerRef: referenceOf(intent.customer), currency: intent.currency, observation: observePayment(intent) }
    },

    async readDispute(disputeRef) {
      const dispute = await orNull(calling('read', 'dispute', () => stripe.disputes.retrieve(disputeRef), isUnknownObject))
      return dispute && observeDispute(dispute)
    },

    verifyNotification(rawBody, signature) {
      return settings.webhookSecret === null ? null : verifyStripeNotification(rawBody, signature, settings.webhookSecret, settings.mode === 'live')
    },

    async listNotifications(stretch) {
      const { items, next } = await listPage(stretch, (asked) =>
        calling('read', 'list', () => stripe.events.list({ ...asked, types: [...TOLD_OF] }), isUnknownObject),
      )
      return { items: items.map(toNotification), next }
    },

    async listCollected(stretch) {
      const { items, next } = await listPage(stretch, (asked) => calling('read', 'list', () => stripe.charges.list(asked), isUnknownObject))
      return { items: items.filter(({ status, captured }) => status === 'succeeded' && captured).map(observeCharge), next }
    },

    async listRefunds(stretch) {
      const { items, next } = await listPage(stretch, (asked) => calling('read', 'list', () => stripe.refunds.list(asked), isUnknownObject))
      return { items: items.map(refundFacts), next }
    },
  }
}
