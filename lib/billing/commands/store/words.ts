import type { DocumentId, LimitRequestId, SubscriptionId } from '../../../ids'
import type { MinorUnits } from '../../../money'
import type { Instant } from '../../../time'
import type { AutomaticChange } from '../../core/automatic-change'
import { type Product, priceOf } from '../../core/catalog'
import type { ChangeOutcome } from '../../core/change-outcome'
import { seatsOf } from '../../core/seats'
import type { Terms } from '../../core/state'
import type { ReceiptPayload } from '../../message-payloads'
import type { DocumentRow } from './documents'
import type { Message } from './messages'
import type { Organization } from './organization'
import type { LoadedSubscription } from './subscription'
import { renewalPaidMessage } from './words-payments'

/** What each message tells, in the form of `lib/billing/message-payloads.ts`. */

function about(organization: Organization) {
  return { organizationName: organization.name, organizationSlug: organization.slug }
}

export function movedToFreeMessage(organization: Organization, subscription: SubscriptionId, from: Terms, at: Instant): Message {
  return {
    organizationId: organization.id,
    kind: 'moved_to_free',
    fact: `${subscription}:moved_to_free:${at}`,
    at,
    payload: { ...about(organization), productId: from.product.id, productName: from.product.name, planName: from.plan.name },
  }
}

/** What is told once a change is in force: of a period begun anew that it is paid, of any other what it led to. */
export function changeMadeMessage(change: {
  organization: Organization
  loaded: LoadedSubscription
  outcome: ChangeOutcome
  document: DocumentRow
  receipt: ReceiptPayload
  at: Instant
  /** A new period of the same plan (B7). */
  renews: boolean
  origin: 'change' | AutomaticChange
}): Message[] {
  const { organization, loaded, outcome, document, receipt, at, renews, origin } = change
  if (outcome.type !== 'new_terms') return []
  const { terms } = loaded.holding
  if (renews) return [renewalPaidMessage(organization, document, { planName: terms.plan.name, receipt, at })]
  const changed = planChangedMessage(organization, loaded.row.id, { from: terms, to: outcome.terms, amount: document.total, receipt, at })
  return [origin === 'auto_upgrade' ? { ...changed, kind: 'auto_upgraded' } : changed]
}

/** What was to be bought by itself was not: the plan blocks, and it is not tried again in this period, except with a new card (G95). */
export function autoUpgradeFailedMessage(
  organization: Organization,
  failed: { terms: Terms; wantedPlan: string; document: DocumentRow; reason: string | null; at: Instant },
): Message {
  const { terms, wantedPlan, document, reason, at } = failed
  return {
    organizationId: organization.id,
    kind: 'auto_upgrade_failed',
    fact: `${document.id}:failed`,
    at,
    payload: {
      ...about(organization),
      productId: terms.product.id,
      productName: terms.product.name,
      planName: terms.plan.name,
      wantedPlan,
      amount: document.amountDue.toString(),
      currency: document.currency,
      reason: reason ?? 'canceled',
    },
  }
}

export function planChangedMessage(
  organization: Organization,
  subscription: SubscriptionId,
  change: { from: Terms; to: Terms; amount: MinorUnits; receipt: ReceiptPayload; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'plan_changed',
    fact: `${subscription}:changed:${change.at}:${change.to.plan.id}`,
    at: change.at,
    payload: {
      ...about(organization),
      productId: change.to.product.id,
      productName: change.to.product.name,
      fromPlan: change.from.plan.name,
      toPlan: change.to.plan.name,
      amount: change.amount.toString(),
      currency: change.to.product.currency,
      effectiveAt: change.at.toString(),
      receipt: change.receipt,
    },
  }
}

/** A change that waits: what is charged when it takes effect, as far as it is known (G75). */
export function changeScheduledMessage(
  organization: Organization,
  subscription: SubscriptionId,
  change: { from: Terms; to: Pick<Terms, 'plan'>; effectiveAt: Instant; amount: MinorUnits; at: Instant },
): Message {
  const { from, to, effectiveAt, amount, at } = change
  return {
    organizationId: organization.id,
    kind: 'plan_change_scheduled',
    fact: `${subscription}:scheduled:${at}:${to.plan.id}`,
    at,
    payload: {
      ...about(organization),
      productId: from.product.id,
      productName: from.product.name,
      fromPlan: from.plan.name,
      toPlan: to.plan.name,
      amount: amount.toString(),
      currency: from.product.currency,
      effectiveAt: effectiveAt.toString(),
    },
  }
}

/** A year is about to be paid for: once per term, with what it will cost. */
export function renewalUpcomingMessage(
  organization: Organization,
  { row, holding }: LoadedSubscription,
  renewal: { planName: string; renewsAt: Instant; amount: MinorUnits; at: Instant },
): Message {
  const { planName, renewsAt, amount, at } = renewal
  const { product } = holding.terms
  return {
    organizationId: organization.id,
    kind: 'renewal_upcoming',
    fact: `${row.id}:renews:${renewsAt}`,
    at,
    payload: {
      ...about(organization),
      productId: product.id,
      productName: product.name,
      planName,
      renewsAt: renewsAt.toString(),
      amount: amount.toString(),
      currency: product.currency,
    },
  }
}

/** What a review, or a renewal, has made of seats that came and went. */
export function seatsReviewedMessage(
  organization: Organization,
  { row, holding }: LoadedSubscription,
  review: { charged: MinorUnits; credited: MinorUnits; seats: number; documentId: DocumentId | null; at: Instant },
): Message {
  const { product, plan } = holding.terms
  return {
    organizationId: organization.id,
    kind: 'seats_reviewed',
    fact: `${row.id}:reviewed:${review.at}`,
    at: review.at,
    payload: {
      ...about(organization),
      productId: product.id,
      productName: product.name,
      planName: plan.name,
      charged: review.charged.toString(),
      credited: review.credited.toString(),
      seats: review.seats,
      currency: product.currency,
      documentId: review.documentId,
    },
  }
}

export function limitDecidedMessage(
  organization: Organization,
  product: Product,
  request: { id: LimitRequestId; decision: 'approved' | 'declined'; hardLimit: bigint; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'limit_request_decided',
    fact: `${request.id}:${request.decision}`,
    at: request.at,
    payload: {
      ...about(organization),
      productId: product.id,
      productName: product.name,
      decision: request.decision,
      unit: product.meters[0]?.unit ?? '',
      hardLimit: request.hardLimit.toString(),
    },
  }
}

export function cancellationMessage(
  organization: Organization,
  subscription: SubscriptionId,
  terms: Terms,
  kind: 'cancellation_scheduled' | 'reactivated',
  end: Instant,
  at: Instant,
): Message {
  return {
    organizationId: organization.id,
    kind,
    fact: `${subscription}:${kind}:${at}`,
    at,
    payload: {
      ...about(organization),
      productId: terms.product.id,
      productName: terms.product.name,
      planName: terms.plan.name,
      ...(kind === 'reactivated' ? { renewsAt: end.toString() } : { cancelAt: end.toString() }),
    },
  }
}

/** What the first paid period will cost, with the members as they are. */
export function trialEndingMessage(organization: Organization, { row, holding }: LoadedSubscription, at: Instant): Message {
  const { product, plan, interval } = holding.terms
  const amount = priceOf(plan, interval) * seatsOf(plan, holding.seats?.present)
  return {
    organizationId: organization.id,
    kind: 'trial_ending',
    fact: `${row.id}:trial_ending`,
    at,
    payload: {
      ...about(organization),
      productId: product.id,
      productName: product.name,
      planName: plan.name,
      trialEnd: holding.period.end.toString(),
      amount: amount.toString(),
      currency: product.currency,
    },
  }
}
