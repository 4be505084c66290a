import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { pendingActions, quotes } from '../../../db/schema'
import type { DocumentId, OrganizationId, PaymentId, QuoteId, SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { earliest, type Instant, isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { planOf } from '../core/catalog'
import { type ChangeDecision, type Rejection, sameCharge } from '../core/change'
import { actionOf, decideAction } from '../core/renew-early'
import { type ChangeInProgress, findWaitingAction, hasPaymentMethod, type OpenedAccount, openAccount, toAccount } from './store/account'
import { applyOutcome } from './store/apply-terms'
import { loadProducts } from './store/catalog'
import { readDecision, recordDecision } from './store/decision-record'
import { type Issue, issueDocuments } from './store/documents'
import { type Forbidden, forbidsActor } from './store/members'
import { tellBilling } from './store/messages'
import { type LockedOrganization, lockOrganization } from './store/organization'
import { findUnsettledPlan } from './store/running-plan'
import { type LoadedSubscription, lockSubscription } from './store/subscription'
import { planChangedMessage } from './store/words'

export type ChangePlan = { organizationId: OrganizationId; subscriptionId: SubscriptionId; quoteId: QuoteId }

export type OpenedChange = {
  subscriptionId: SubscriptionId
  documentId: DocumentId | null /** To be collected before anything changes; null: it is done. */
  paymentId: PaymentId | null
}

export type ChangePlanRefusal = Forbidden | { code: 'not_found' } | { code: 'quote_expired' } | { code: 'no_payment_method' } | ChangeInProgress | Rejection

const ACTION_HOURS = 24

/** What is told whenever a quote was made (A9, G65); another reason that has come up since makes it out of date (C10, G30). */
const KEEPS_ALL_CHANGES_OUT: ReadonlySet<Rejection['code']> = new Set(['past_due', 'cancellation_scheduled'])

/**
 * Executes a quote: what was shown is issued and charged, or nothing happens (C10, G30).
 *
 * Paid first, changed second: where money is due, the invoice, its payment and the waiting action are written, and `settle`
 * applies the change in the transaction that marks the invoice paid.
 */
export async function changePlan({ tx, actor }: CommandContext, input: ChangePlan): Promise<Result<OpenedChange, ChangePlanRefusal>> {
  const locked = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, input.organizationId, input.subscriptionId)
  const quote = await findQuote(tx, input)
  if (!loaded || !quote) return refuse({ code: 'not_found' })
  const waiting = (await findWaitingAction(tx, input.organizationId, input.subscriptionId)) ?? (await findUnsettledPlan(tx, loaded))
  if (waiting) return refuse(waiting)
  if (quote.state !== 'open' || isAtOrAfter(locked.now, quote.expiresAt)) return refuse({ code: 'quote_expired' })

  const version = { product: quote.product, version: quote.catalogVersion, plans: [quote.plan, loaded.row.plan] }
  const product = (await loadProducts(tx, [version]))(version)
  const quoted = readDecision(quote.decision, product)
  const account = await openAccount(tx, input.organizationId, product.currency, true)
  const target = { product, plan: planOf(product, quote.plan), interval: quote.interval }
  const decided = decideAction({
    action: actionOf(quoted),
    holding: loaded.holding,
    request: { target },
    account: toAccount(account),
    now: locked.now,
    registeredAt: locked.organization.registeredAt,
  })
  if (decided.rejection) {
    const hasTurned = quoted.rejection === null && !KEEPS_ALL_CHANGES_OUT.has(decided.rejection.code)
    return refuse(hasTurned ? { code: 'quote_expired' } : decided.rejection)
  }
  if (!sameCharge(quoted, decided) || !quoted.outcome) return refuse({ code: 'quote_expired' })
  if (quoted.document.amountDue > 0n && !(await hasPaymentMethod(tx, input.organizationId))) return refuse({ code: 'no_payment_method' })

  await tx
    .update(quotes)
    .set({ state: 'used' })
    .where(and(eq(quotes.organizationId, input.organizationId), eq(quotes.id, input.quoteId)))
  return ok(await execute(tx, { ...locked, loaded, quoted, account, actor, quoteId: input.quoteId, catalogVersion: quote.catalogVersion }))
}

async function findQuote(tx: Transaction, { organizationId, subscriptionId, quoteId }: ChangePlan) {
  const [quote] = await tx
    .select()
    .from(quotes)
    .where(and(eq(quotes.organizationId, organizationId), eq(quotes.id, quoteId), eq(quotes.subscriptionId, subscriptionId)))
  return quote ?? null
}

type Scene = LockedOrganization & {
  loaded: LoadedSubscription
  quoted: ChangeDecision
  account: OpenedAccount
  actor: CommandContext['actor']
  quoteId: QuoteId
  catalogVersion: number
}

async function execute(tx: Transaction, scene: Scene): Promise<OpenedChange> {
  const { organization, loaded, quoted, now, actor, quoteId, catalogVersion } = scene
  const { outcome } = quoted
  if (!outcome) throw new Error('a change without an outcome cannot be executed')
  const subscriptionId = loaded.row.id
  const issue = toIssue(scene)
  if (!issue) {
    await applyOutcome(tx, { organization, loaded, now, actor, outcome, refunded: quoted.refunded, catalogVersion, documentId: null })
    return { subscriptionId, documentId: null, paymentId: null }
  }
  if (quoted.document.amountDue === 0n) {
    await applyOutcome(tx, { organization, loaded, now, actor, outcome, refunded: quoted.refunded, catalogVersion, documentId: null })
    if (outcome.type === 'new_terms')
      await tellBilling(tx, [
        planChangedMessage(organization, subscriptionId, { from: loaded.holding.terms, to: outcome.terms, amount: quoted.document.total, at: now }),
      ])
    const [issued] = await issueDocuments(tx, [issue])
    return { subscriptionId, documentId: issued?.document.id ?? null, paymentId: null }
  }
  const [issued] = await issueDocuments(tx, [issue])
  if (!issued?.paymentId) throw new Error('an invoice with an amount due has a payment')
  await tx.insert(pendingActions).values({
    organizationId: organization.id,
    documentId: issued.document.id,
    subscriptionId,
    kind: 'change',
    quoteId,
    actor,
    decision: recordDecision(quoted),
    expiresAt: actionExpiry(now, loaded.holding.period.end),
    state: 'waiting',
  })
  return { subscriptionId, documentId: issued.document.id, paymentId: issued.paymentId }
}

/** A waiting action is given up after a day, and never lives past the period's end (G79). */
export function actionExpiry(now: Instant, periodEnd: Instant): Instant {
  return earliest(now.add({ hours: ACTION_HOURS }), periodEnd)
}

function toIssue({ organization, loaded, quoted, account, now }: Scene): Issue | null {
  if (quoted.outcome?.type !== 'new_terms' || quoted.document.lines.length === 0) return null
  return {
    organization,
    at: now,
    draft: quoted.document,
    kind: quoted.kind === 'renew' ? 'renewal' : 'change', // G96
    early: quoted.kind === 'renew',
    subscriptionId: loaded.row.id,
    period: quoted.outcome.newPeriod ? quoted.outcome.period : loaded.holding.period,
    currency: quoted.outcome.terms.product.currency,
    dunning: false,
    grants: account.grants,
  }
}
