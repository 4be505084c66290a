import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import type { Instant } from '../../time'
import { loadSubscriptions } from '../commands/store/subscription'
import { isFree } from '../core/catalog'

/** The paid plan that keeps an organization from being closed (G14), told before anybody tries. */
export async function findPaidSubscription(tx: Transaction, organizationId: OrganizationId): Promise<{ planName: string; periodEnd: Instant } | null> {
  const live = await loadSubscriptions(tx, { where: and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt)), lock: false })
  const paid = live.find(({ holding }) => !isFree(holding.terms.plan))
  return paid ? { planName: paid.holding.terms.plan.name, periodEnd: paid.row.periodEnd } : null
}

const DEFAULT_ERASE_DAYS = 30

/** After how many days what is personal in a closed organization is erased (A14). */
export function eraseAfterDays(): number {
  return Number(process.env.HEADROOM_ERASE_AFTER_DAYS || DEFAULT_ERASE_DAYS)
}
