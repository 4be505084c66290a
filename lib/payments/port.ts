import type { Currency, MinorUnits } from '../money'
import type { Instant } from '../time'

/**
 * What the engine needs of a payment provider, and no more. Money moves in exactly one method, `attempt`; everything
 * else prepares, reads or gives back. Outcomes are values. What is thrown is one of the three errors below.
 */
export type PaymentProvider = {
  readonly mode: PaymentsMode
  /** Amounts below it cannot be charged; they go on the customer's account instead. */
  minimumCharge(currency: Currency): MinorUnits
  /** Creates the payer once; the same `key` gives the same payer. */
  ensurePayer(request: { organizationId: string; name: string; email: string; key: string }): Promise<{ payerRef: string }>
  /** Attaches a payment method that the caller already holds (machine interface, sandbox methods) and makes it the default. */
  attachMethod(request: { payerRef: string; methodRef: string; key: string }): Promise<MethodAttachment>
  /** Starts the provider's own hosted card page; `url` is where the person goes, `returnUrl` gets `?setup=<ref>` appended by us. */
  beginMethodSetup(request: {
    payerRef: string
    currency: Currency
    returnUrl: string
    cancelUrl: string
    key: string
  }): Promise<{ setupRef: string; url: string }>
  readMethodSetup(setupRef: string): Promise<MethodSetup>
  /** Creates the payment unconfirmed, so that its reference is stored before any money can move. */
  open(request: OpenPayment): Promise<{ providerRef: string }>
  /** The only call that may move money. `returnUrl` where a person is present (on-session); without it the charge is off-session. */
  attempt(request: AttemptPayment): Promise<PaymentObservation>
  /** The source of truth; never moves money. */
  read(providerRef: string): Promise<PaymentObservation>
  /** Finds a payment whose `open` answer was lost, by our own reference. */
  find(paymentId: string): Promise<{ providerRef: string; observation: PaymentObservation } | null>
  /** Cancels; it may come back `collected`, and then payment wins. */
  abandon(request: { providerRef: string; key: string }): Promise<PaymentObservation>
  refund(request: { providerRef: string; refundId: string; amount: MinorUnits; key: string }): Promise<RefundObservation>
  readRefund(refundRef: string): Promise<RefundObservation>
  /** Finds a refund whose answer was lost, by our own reference. */
  findRefund(request: { providerRef: string; refundId: string }): Promise<RefundObservation | null>
  /** What a refund is of, and whether it is one of ours; for one that was made at the provider (G80). Null: there is none, as for the next two. */
  describeRefund(refundRef: string): Promise<RefundFacts | null>
  /** Whose payment it is, for one that we do not know (G80). */
  describePayment(providerRef: string): Promise<PaymentFacts | null>
  readDispute(disputeRef: string): Promise<DisputeObservation | null>
  /** Pure: checks the signature of a webhook's raw body. Null where it is not genuine. */
  verifyNotification(rawBody: string, signature: string): ProviderNotification | null
  /**
   * What there was to tell of, whether or not it reached us: a page of it, under the ids that webhooks have. The provider
   * forgets after 30 days.
   */
  listNotifications(stretch: Stretch): Promise<Page<ProviderNotification>>
  /** What was collected within it, ours or not. */
  listCollected(stretch: Stretch): Promise<Page<CollectedFacts>>
  /** What was begun to be refunded within it, as it is now. */
  listRefunds(stretch: Stretch): Promise<Page<RefundFacts>>
}

/** Where a list is read on: between two moments of the provider's time, both included, newest first. */
export type Stretch = {
  since: Instant
  until: Instant
  /** Where the page before ended; null: at the newest. Where the provider has forgotten it, the list begins anew. */
  after: string | null
  /** How many a page has at most, up to 100. */
  limit: number
}

/** `next`: what to go on after; null: there is no more. */
export type Page<Item> = { items: Item[]; next: string | null }

export type PaymentsMode = 'sandbox' | 'test' | 'live'

export type PaymentMethod = { methodRef: string; brand: string; last4: string; expMonth: number; expYear: number }

export type MethodAttachment = { state: 'attached'; method: PaymentMethod } | { state: 'refused'; reason: string }

export type MethodSetup = { state: 'open' } | { state: 'expired' } | { state: 'complete'; payerRef: string; method: PaymentMethod }

export type OpenPayment = {
  /** Our payment's id, carried at the provider as metadata. */
  paymentId: string
  payerRef: string
  amount: MinorUnits
  currency: Currency
  description: string
  key: string
}

export type AttemptPayment = { providerRef: string; methodRef: string; returnUrl?: string; key: string }

/** What was seen at the provider at one moment. */
export type PaymentObservation =
  | { state: 'open' }
  /** The bank asks the customer to confirm at `url`. */
  | { state: 'needs_customer'; url: string }
  /** Not known yet; only `read` may move it. */
  | { state: 'in_flight' }
  | { state: 'collected'; amount: MinorUnits }
  /** `refusalRef` tells it from another refusal of the same payment; left out where the payment itself shows none. */
  | { state: 'refused'; reason: string; remedy: RefusalRemedy; refusalRef?: string }
  | { state: 'abandoned' }

/**
 * `retry_later`: the same card may work on another day. `new_method`: hard decline, never this card again (G65).
 * `customer_must_confirm`: an off-session charge that the bank wants confirmed. `stop`: do not try again at all.
 */
export type RefusalRemedy = 'retry_later' | 'new_method' | 'customer_must_confirm' | 'stop'

/** `reason`: why it failed, in the provider's word. */
export type RefundObservation = { refundRef: string; state: 'pending' | 'succeeded' | 'failed'; amount: MinorUnits; reason?: string }

/** `refundId`: our own reference; null: somebody made it at the provider. */
export type RefundFacts = { refundId: string | null; providerRef: string | null; observation: RefundObservation }

/** `collectedRef`: the provider's name for the one collection. `providerRef`: null where it was made past all payments that `read` knows. */
export type CollectedFacts = { collectedRef: string; providerRef: string | null; payerRef: string | null; amount: MinorUnits; currency: Currency }

export type PaymentFacts = { payerRef: string | null; currency: Currency; observation: PaymentObservation }

/** A payment that the customer's bank takes back. `won`: it stays ours; `lost`: it is gone. */
export type DisputeObservation = { disputeRef: string; providerRef: string | null; state: 'open' | 'won' | 'lost'; amount: MinorUnits; reason: string }

export type ProviderNotification = {
  id: string
  type: string
  /** What the notification is about; its content is never trusted, the object is read back. */
  subject:
    | { kind: 'payment'; providerRef: string }
    | { kind: 'method_setup'; setupRef: string }
    | { kind: 'dispute'; disputeRef: string; providerRef: string | null }
    | { kind: 'refund'; refundRef: string; providerRef: string | null }
    | { kind: 'other' }
}

/** The call may or may not have taken effect: read it back, never assume. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown'
}

/** Nothing happened; the same call under the same key may be made later. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
}

/**
 * What the provider does not take: this request, however often it is sent; its payer, who is not known there any more; or the call itself, for our
 * key to the provider, or a key that was used otherwise, which says nothing of what was asked for.
 */
export type MisuseOf = 'request' | 'payer' | 'call'

/** Nothing happened: a bug of ours, or what an operator has to put right. */
export class ProviderMisuse extends Error {
  override name = 'ProviderMisuse'
  readonly about: MisuseOf

  constructor(message: string, { about = 'request', ...options }: ErrorOptions & { about?: MisuseOf } = {}) {
    super(message, options)
    this.about = about
  }
}
