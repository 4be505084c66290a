import type { SubscriptionId } from '../../../ids'
import type { MinorUnits } from '../../../money'
import type { Instant } from '../../../time'
import type { AutomaticChange } from '../../core/automatic-change'
import { priceOf } from '../../core/catalog'
import type { ChangeOutcome } from '../../core/change-outcome'
import { seatsOf } from '../../core/seats'
import type { Terms } from '../../core/state'
import { documentNumber } from '../../document-number'
import type { DocumentRow } from './documents'
import type { Message } from './messages'
import type { Organization } from './organization'
import type { LoadedSubscription } from './subscription'

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
  at: Instant
  /** A new period of the same plan (B7). */
  renews: boolean
  origin: 'change' | AutomaticChange
}): Message[] {
  const { organization, loaded, outcome, document, at, renews, origin } = change
  if (outcome.type !== 'new_terms') return []
  const { terms } = loaded.holding
  if (renews) return [renewalPaidMessage(organization, document, terms.plan.name, at)]
  const changed = planChangedMessage(organization, loaded.row.id, { from: terms, to: outcome.terms, amount: document.total, at })
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
  change: { from: Terms; to: Terms; amount: MinorUnits; at: Instant },
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

function aboutDocument(organization: Organization, document: DocumentRow) {
  return {
    ...about(organization),
    documentId: document.id,
    documentNumber: documentNumber(document),
    amount: document.amountDue.toString(),
    currency: document.currency,
  }
}

export function renewalPaidMessage(organization: Organization, document: DocumentRow, planName: string, at: Instant): Message {
  return {
    organizationId: organization.id,
    kind: 'renewal_paid',
    fact: `${document.id}:paid`,
    at,
    payload: {
      ...aboutDocument(organization, document),
      planName,
      periodStart: document.periodStart?.toString() ?? null,
      periodEnd: document.periodEnd?.toString() ?? null,
    },
  }
}

export function paymentFailedMessage(
  organization: Organization,
  document: DocumentRow,
  failure: { reason: string; attempt: number; nextTryAt: Instant | null; lastTry: boolean; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'payment_failed',
    fact: `${document.id}:refused:${failure.attempt}`,
    at: failure.at,
    payload: { ...aboutDocument(organization, document), reason: failure.reason, nextTryAt: failure.nextTryAt?.toString() ?? null, lastTry: failure.lastTry },
  }
}

export function confirmationNeededMessage(organization: Organization, document: DocumentRow, url: string, at: Instant): Message {
  return {
    organizationId: organization.id,
    kind: 'payment_action_required',
    fact: `${document.id}:confirm:${at}`,
    at,
    payload: { ...aboutDocument(organization, document), url },
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
