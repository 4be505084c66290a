import type { Transaction } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import type { Currency } from '../../money'
import { getOveragePage, type PastOverageView } from './overage-page'
import { listProducts } from './products'

export type LatestOverageView = { product: { id: string; name: string }; currency: Currency; items: PastOverageView[] }

const LATEST = 3

/** Of each product that is subscribed to, the last cycles with extra units; products without any are left out (A11). */
export async function getLatestOverage(tx: Transaction, organizationId: OrganizationId): Promise<LatestOverageView[]> {
  const { held } = await listProducts(tx, organizationId)
  const found: LatestOverageView[] = []
  for (const { id, name, subscriptionId, isMetered } of held) {
    if (!isMetered) continue
    const page = await getOveragePage(tx, { organizationId, subscriptionId, productId: id, limit: LATEST })
    if (page && page.items.length > 0) found.push({ product: { id, name }, currency: page.currency, items: page.items })
  }
  return found
}
