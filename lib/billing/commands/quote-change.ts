import type { Transaction } from '../../../db/client'
import { quotes } from '../../../db/schema'
import { newId, type OrganizationId, type QuoteId, type SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import type { CommandContext } from '../context'
import { findPlan, type Interval, type Plan, type Product } from '../core/catalog'
import type { ChangeDecision } from '../core/change'
import { decideAction, type QuoteAction } from '../core/renew-early'
import { type ChangeInProgress, findWaitingAction, openAccount, toAccount } from './store/account'
import { loadNewestProduct, loadRenewalProducts } from './store/catalog'
import { mayChoose } from './store/custom-plans'
import { recordDecision } from './store/decision-record'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization, type Organization } from './store/organization'
import { findUnsettledPlan } from './store/running-plan'
import { type LoadedSubscription, lockSubscription } from './store/subscription'

export type QuoteChange = {
  organizationId: OrganizationId
  subscriptionId: SubscriptionId
  plan?: string | undefined
  interval?: Interval | undefined
  action?: QuoteAction | undefined
}

export type ChangeQuote = {
  id: QuoteId
  decision: ChangeDecision
  createdAt: Instant
  loaded: LoadedSubscription
  target: { product: Product; plan: Plan; interval: Interval }
}

export type QuoteChangeRefusal =
  | Forbidden
  | { code: 'not_found' }
  /** 422: no such plan in the product, or it is not sold by that interval. */
  | { code: 'unknown_plan'; plan: string }
  | { code: 'unknown_interval'; interval: string }
  /** 422: the held plan and interval are what a new term or an early renewal is of; another one is a change. */
  | { code: 'not_of_held_plan'; action: QuoteAction }
  | ChangeInProgress

/**
 * Prices a change and keeps what was shown, so that it is what is charged (C10). A change that the rules refuse is a quote
 * too, with its rejection.
 */
export async function quoteChange({ tx, actor }: CommandContext, input: QuoteChange): Promise<Result<ChangeQuote, QuoteChangeRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, input.organizationId, input.subscriptionId)
  if (!loaded) return refuse({ code: 'not_found' })
  const waiting = (await findWaitingAction(tx, input.organizationId, input.subscriptionId)) ?? (await findUnsettledPlan(tx, loaded))
  if (waiting) return refuse(waiting)

  const { action = 'change' } = input
  const found = action === 'change' ? await findTarget(tx, { ...input, loaded, now }) : await findHeld(tx, { ...input, action, loaded, organization, now })
  if (!found.ok) return found
  const target = found.value
  const { terms } = loaded.holding

  const account = toAccount(await openAccount(tx, input.organizationId, terms.product.currency, false))
  const decision = decideAction({ action, holding: loaded.holding, request: { target }, account, now, registeredAt: organization.registeredAt })
  const id = newId('quote')
  await tx.insert(quotes).values({
    organizationId: input.organizationId,
    id,
    subscriptionId: loaded.row.id,
    product: target.product.id,
    catalogVersion: target.product.version,
    plan: target.plan.id,
    interval: target.interval,
    decision: recordDecision(decision),
    state: 'open',
    createdAt: now,
    expiresAt: decision.expiresAt,
  })
  return ok({ id, decision, createdAt: now, loaded, target })
}

type Asked = Pick<QuoteChange, 'plan' | 'interval'> & { loaded: LoadedSubscription; now: Instant }
type Target = ChangeQuote['target']

/** What is held is chosen by its held version; anything else as it is sold now (G13). */
async function findTarget(tx: Transaction, { loaded, now, ...asked }: Asked): Promise<Result<Target, QuoteChangeRefusal>> {
  const { terms } = loaded.holding
  const planId = asked.plan ?? terms.plan.id
  if (!(await mayChoose(tx, loaded.row.organizationId, planId))) return refuse({ code: 'unknown_plan', plan: planId })
  const newest = (await loadNewestProduct(tx, loaded.row.product, now, [planId, terms.plan.id])) ?? terms.product
  const product = findPlan(newest, planId) ? newest : terms.product
  const plan = findPlan(product, planId)
  if (!plan) return refuse({ code: 'unknown_plan', plan: planId })
  const interval = asked.interval ?? (plan.prices[terms.interval] === undefined ? 'month' : terms.interval)
  return plan.prices[interval] === undefined ? refuse({ code: 'unknown_interval', interval }) : ok({ product, plan, interval })
}

/** A term begun anew and an early renewal are of the held plan, as its renewal would sell it (B4, B7, G13). */
async function findHeld(
  tx: Transaction,
  { loaded, organization, now, action, ...asked }: Asked & { action: QuoteAction; organization: Organization },
): Promise<Result<Target, QuoteChangeRefusal>> {
  const { plan: held, interval, product } = loaded.holding.terms
  if ((asked.plan ?? held.id) !== held.id || (asked.interval ?? interval) !== interval) return refuse({ code: 'not_of_held_plan', action })
  const productAt = await loadRenewalProducts(tx, [loaded.row])
  const next = productAt({ ...loaded.row, periodEnd: now }, organization)
  const plan = findPlan(next, held.id)
  return ok(plan && plan.prices[interval] !== undefined ? { product: next, plan, interval } : { product, plan: held, interval })
}
