import { quotes } from '../../../db/schema'
import { newId, type OrganizationId, type QuoteId, type SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import type { CommandContext } from '../context'
import { findPlan, type Interval, type Plan, type Product } from '../core/catalog'
import { type ChangeDecision, decideChange } from '../core/change'
import { type ChangeInProgress, findWaitingAction, openAccount, toAccount } from './store/account'
import { loadNewestProduct } from './store/catalog'
import { mayChoose } from './store/custom-plans'
import { recordDecision } from './store/decision-record'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization } from './store/organization'
import { findUnsettledPlan } from './store/running-plan'
import { type LoadedSubscription, lockSubscription } from './store/subscription'

export type QuoteChange = { organizationId: OrganizationId; subscriptionId: SubscriptionId; plan?: string | undefined; interval?: Interval | undefined }

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
  | ChangeInProgress

/**
 * Prices a change and keeps what was shown, so that it is what is charged (C10). A change that the rules refuse is a quote
 * too, with its rejection.
 */
export async function quoteChange({ tx, actor }: CommandContext, input: QuoteChange): Promise<Result<ChangeQuote, QuoteChangeRefusal>> {
  const { now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  const loaded = await lockSubscription(tx, input.organizationId, input.subscriptionId)
  if (!loaded) return refuse({ code: 'not_found' })
  const waiting = (await findWaitingAction(tx, input.organizationId, input.subscriptionId)) ?? (await findUnsettledPlan(tx, loaded))
  if (waiting) return refuse(waiting)

  const { terms } = loaded.holding
  const planId = input.plan ?? terms.plan.id
  if (!(await mayChoose(tx, input.organizationId, planId))) return refuse({ code: 'unknown_plan', plan: planId })
  const newest = (await loadNewestProduct(tx, loaded.row.product, now, [planId, terms.plan.id])) ?? terms.product
  // What is held is chosen by its held version; anything else as it is sold now (G13).
  const product = findPlan(newest, planId) ? newest : terms.product
  const plan = findPlan(product, planId)
  if (!plan) return refuse({ code: 'unknown_plan', plan: planId })
  const interval = input.interval ?? (plan.prices[terms.interval] === undefined ? 'month' : terms.interval)
  if (plan.prices[interval] === undefined) return refuse({ code: 'unknown_interval', interval })

  const account = toAccount(await openAccount(tx, input.organizationId, terms.product.currency, false))
  const decision = decideChange({ holding: loaded.holding, request: { target: { product, plan, interval } }, account, now })
  const id = newId('quote')
  await tx.insert(quotes).values({
    organizationId: input.organizationId,
    id,
    subscriptionId: loaded.row.id,
    product: product.id,
    catalogVersion: product.version,
    plan: plan.id,
    interval,
    decision: recordDecision(decision),
    state: 'open',
    createdAt: now,
    expiresAt: decision.expiresAt,
  })
  return ok({ id, decision, createdAt: now, loaded, target: { product, plan, interval } })
}
