import type { Transaction } from '../../../../db/client'
import { pendingActions } from '../../../../db/schema'
import type { DocumentId, PaymentId, QuoteId } from '../../../ids'
import { ZERO } from '../../../money'
import { earliest, type Instant } from '../../../time'
import type { Actor } from '../../context'
import type { AutomaticChange } from '../../core/automatic-change'
import type { ChangeDecision } from '../../core/change'
import { closingPeriod } from '../../core/renewal'
import type { PendingChange } from '../../core/state'
import type { OpenedAccount } from './account'
import { applyOutcome } from './apply-terms'
import { recordDecision } from './decision-record'
import { type Issue, issueDocuments } from './documents'
import { type Message, tellBilling } from './messages'
import type { LockedOrganization } from './organization'
import { readReceipt } from './receipt'
import type { LoadedSubscription } from './subscription'
import { changeMadeMessage, changeScheduledMessage } from './words'

const ACTION_HOURS = 24

export type DecidedChangeScene = LockedOrganization & {
  loaded: LoadedSubscription
  /** Allowed, and as it was quoted where there was a quote. */
  decision: ChangeDecision
  account: OpenedAccount
  actor: Actor
  catalogVersion: number
  /** A person's change, with their quote; or what usage has bought by itself. */
  origin: { kind: 'change'; quoteId: QuoteId } | { kind: AutomaticChange }
}

export type OpenedDecision = { documentId: DocumentId | null /** To be collected before anything changes; null: it is done. */; paymentId: PaymentId | null }

/**
 * Does what was decided. Paid first, changed second: where money is due, the invoice, its payment and the waiting action are
 * written, and `settle` applies the change in the transaction that marks the invoice paid.
 */
export async function openDecidedChange(tx: Transaction, scene: DecidedChangeScene): Promise<OpenedDecision> {
  const { organization, loaded, decision, now, actor, catalogVersion, origin } = scene
  const { outcome } = decision
  if (!outcome) throw new Error('a change without an outcome cannot be executed')
  const issue = toIssue(scene)
  const applied = { organization, loaded, now, actor, outcome, refunded: decision.refunded, catalogVersion, documentId: null }
  if (!issue) {
    await applyOutcome(tx, applied)
    if (outcome.type === 'pending') await tellBilling(tx, scheduledMessages(scene, outcome.pendingChange))
    return { documentId: null, paymentId: null }
  }
  if (decision.document.amountDue === 0n) {
    await applyOutcome(tx, applied)
    const [issued] = await issueDocuments(tx, [issue])
    if (!issued) throw new Error('the document of a change was not issued')
    await tellBilling(
      tx,
      changeMadeMessage({
        organization,
        loaded,
        outcome,
        document: issued.document,
        receipt: await readReceipt(tx, issued.document, ZERO),
        at: now,
        renews: decision.kind === 'renew',
        origin: origin.kind,
      }),
    )
    return { documentId: issued.document.id, paymentId: null }
  }
  const [issued] = await issueDocuments(tx, [issue])
  if (!issued?.paymentId) throw new Error('an invoice with an amount due has a payment')
  await tx.insert(pendingActions).values({
    organizationId: organization.id,
    documentId: issued.document.id,
    subscriptionId: loaded.row.id,
    kind: origin.kind,
    quoteId: origin.kind === 'change' ? origin.quoteId : null,
    actor,
    decision: recordDecision(decision),
    expiresAt: actionExpiry(now, closingPeriod(loaded.holding).end),
    state: 'waiting',
  })
  return { documentId: issued.document.id, paymentId: issued.paymentId }
}

/** The same term begun anew is its own notice: it was asked for on the day, and its receipt follows (G42). */
function scheduledMessages({ organization, loaded, decision, now }: DecidedChangeScene, pending: PendingChange): Message[] {
  if (pending.kind !== 'change') return []
  const { plan, effectiveAt } = pending
  const change = { from: loaded.holding.terms, to: { plan }, effectiveAt, amount: decision.nextRenewal.amount, at: now }
  return [changeScheduledMessage(organization, loaded.row.id, change)]
}

/** A waiting action is given up after a day, and never lives past the period's end (G79). */
export function actionExpiry(now: Instant, periodEnd: Instant): Instant {
  return earliest(now.add({ hours: ACTION_HOURS }), periodEnd)
}

function toIssue({ organization, loaded, decision, account, now }: DecidedChangeScene): Issue | null {
  if (decision.outcome?.type !== 'new_terms' || decision.document.lines.length === 0) return null
  const renews = decision.kind === 'renew'
  return {
    organization,
    at: now,
    draft: decision.document,
    kind: renews ? 'renewal' : 'change', // G96
    early: decision.outcome.newPeriod,
    subscriptionId: loaded.row.id,
    period: decision.outcome.newPeriod ? decision.outcome.period : loaded.holding.period,
    currency: decision.outcome.terms.product.currency,
    dunning: false,
    grants: account.grants,
  }
}
