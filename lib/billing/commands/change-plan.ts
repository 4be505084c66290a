import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { quotes } from '../../../db/schema'
import type { OrganizationId, QuoteId, SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { planOf } from '../core/catalog'
import { type Rejection, sameCharge } from '../core/change'
import { actionOf, decideAction } from '../core/renew-early'
import { type ChangeInProgress, findWaitingAction, hasPaymentMethod, openAccount, toAccount } from './store/account'
import { loadProducts } from './store/catalog'
import { readDecision } from './store/decision-record'
import { type Forbidden, forbidsActor } from './store/members'
import { type OpenedDecision, openDecidedChange } from './store/open-change'
import { lockOrganization } from './store/organization'
import { findUnsettledPlan } from './store/running-plan'
import { lockSubscription } from './store/subscription'

export type ChangePlan = {
  organizationId: OrganizationId
  subscriptionId: SubscriptionId
  quoteId: QuoteId
}

export type OpenedChange = OpenedDecision & { subscriptionId: SubscriptionId }

export type ChangePlanRefusal = Forbidden | { code: 'not_found' } | { code: 'quote_expired' } | { code: 'no_payment_method' } | ChangeInProgress | Rejection

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
  const opened = await openDecidedChange(tx, {
    ...locked,
    loaded,
    decision: quoted,
    account,
    actor,
    catalogVersion: quote.catalogVersion,
    origin: { kind: 'change', quoteId: input.quoteId },
  })
  return ok({ subscriptionId: loaded.row.id, ...opened })
}

async function findQuote(tx: Transaction, { organizationId, subscriptionId, quoteId }: ChangePlan) {
  const [quote] = await tx
    .select()
    .from(quotes)
    .where(and(eq(quotes.organizationId, organizationId), eq(quotes.id, quoteId), eq(quotes.subscriptionId, subscriptionId)))
  return quote ?? null
}
