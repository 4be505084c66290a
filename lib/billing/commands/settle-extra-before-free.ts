import { and, eq } from 'drizzle-orm'
import { quotes } from '../../../db/schema'
import type { OrganizationId, QuoteId, SubscriptionId } from '../../ids'
import type { CommandContext } from '../context'
import { findPlan, isFree } from '../core/catalog'
import { lockOrganization } from './store/organization'
import type { PaymentKey } from './store/payment-key'
import { settleExtraUsage } from './store/purchase-blocks'
import { lockSubscription } from './store/subscription'

export type SettleExtraBeforeFree = { organizationId: OrganizationId; subscriptionId: SubscriptionId; quoteId: QuoteId }

/** What of extra usage is to be collected before a quoted downgrade to a free plan (S6); nothing before any other change. */
export async function settleExtraBeforeFree({ tx }: CommandContext, input: SettleExtraBeforeFree): Promise<PaymentKey[]> {
  const { organizationId, subscriptionId, quoteId } = input
  const locked = await lockOrganization(tx, organizationId)
  const [quote] = await tx
    .select({ plan: quotes.plan })
    .from(quotes)
    .where(and(eq(quotes.organizationId, organizationId), eq(quotes.id, quoteId), eq(quotes.subscriptionId, subscriptionId), eq(quotes.state, 'open')))
  const loaded = quote ? await lockSubscription(tx, organizationId, subscriptionId) : null
  if (!quote || !loaded) return []
  const { product } = loaded.holding.terms
  const { downgrade } = product.policies
  const target = findPlan(product, quote.plan)
  const settles = downgrade.type === 'now' && downgrade.settlesExtra === 'to_free' && target !== null && isFree(target) && !isFree(loaded.holding.terms.plan)
  return settles ? settleExtraUsage(tx, { ...locked, loaded }) : []
}
