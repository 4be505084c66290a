import type { Transaction } from '../../db/client'
import { type DocumentDetail, findDocument } from '../billing/views/documents'
import { findSubscription } from '../billing/views/subscriptions'
import { type DocumentId, isId, type OrganizationId, type SubscriptionId } from '../ids'
import { type Answer, accepted, notFound, problem, type Success } from './answer'
import type { FlowFacts } from './idempotency'
import { presentInvoice } from './present/invoices'
import { presentSubscription } from './present/subscriptions'

export function documentOf({ document }: FlowFacts): DocumentId | null {
  return document && isId('inv', document) ? document : null
}

export function subscriptionOf({ subscription }: FlowFacts): SubscriptionId | null {
  return subscription && isId('sub', subscription) ? subscription : null
}

type PaymentProblem = 'payment_failed' | 'payment_action_required'

/**
 * How the payment of a document ended, as it is now (G79): null where there is nothing against saying that it succeeded.
 * `pending` is what is answered while its outcome is unknown.
 */
export function unsuccessful(document: DocumentDetail | null, pending: () => Success): Answer<PaymentProblem> | null {
  if (!document || document.status === 'paid') return null
  const { state, reason, url, nextTryAt } = document.payment
  const facts = { invoice: document.id }
  if (document.status === 'void' || state === 'refused' || state === 'abandoned') {
    return problem('payment_failed', `The bank said: ${reason ?? 'canceled'}. Nothing has changed; update the payment method and try again.`, {
      ...facts,
      reason: reason ?? 'canceled',
    })
  }
  // What an invoice that has no schedule was to be paid with did not get as far as the bank, and nobody is at it any more.
  if (state === 'open' && nextTryAt === null)
    return problem('payment_failed', 'The payment could not be tried, and nothing has changed: pay again.', { ...facts, reason: 'not_tried' })
  if (state === 'needs_customer' && url)
    return problem('payment_action_required', 'The bank asks the customer to confirm the payment at this address.', { ...facts, url })
  return pending()
}

/** `{subscription, invoice}`, or the subscription alone, after a paid action of a subscription. */
export async function paidActionAnswer(
  tx: Transaction,
  organizationId: OrganizationId,
  facts: FlowFacts,
  toAnswer: (body: { subscription: ReturnType<typeof presentSubscription>; invoice: ReturnType<typeof presentInvoice> | null }) => Success,
): Promise<Answer<PaymentProblem | 'not_found'>> {
  const documentId = documentOf(facts)
  const subscriptionId = subscriptionOf(facts)
  const document = documentId && (await findDocument(tx, organizationId, documentId))
  // Of a first subscription whose payment failed there is none to show.
  const subscription = subscriptionId && (await findSubscription(tx, organizationId, subscriptionId))
  const body = () => (subscription ? { subscription: presentSubscription(subscription), invoice: document && presentInvoice(document) } : null)
  const failed = unsuccessful(document, () => accepted(body()))
  if (failed) return failed
  const shown = body()
  return shown ? toAnswer(shown) : notFound()
}
