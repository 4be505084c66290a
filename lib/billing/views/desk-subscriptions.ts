import type { Transaction } from '../../../db/client'
import type { OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import type { Interval } from '../core/catalog'
import type { SubscriptionStatus } from '../core/state'
import { getNextCharges, getOverviewCards, type NextChargeView } from './overview'
import { listSubscriptions } from './subscriptions'
import type { MeterCardView } from './usage-page'

export type DeskSubscription = {
  id: SubscriptionId
  product: { id: string; name: string }
  plan: { id: string; name: string; price: MinorUnits }
  interval: Interval
  currency: Currency
  catalogVersion: number
  status: SubscriptionStatus
  period: { start: string; end: string }
  seats: number | null
  trialEnd: string | null
  cancelAt: string | null
  pendingChange: { plan: string; at: string } | null
  endedAt: string | null
  /** Of the running period; none where it has ended. */
  meters: MeterCardView[]
  nextCharge: Pick<NextChargeView, 'total' | 'at' | 'title'> | null
  /** What somebody has set beside the plan: hard limit, pay-as-you-go, what buys by itself. */
  settings: { hardLimit: bigint | null; payAsYouGo: { enabled: boolean; cap: MinorUnits | null }; autoUpgrade: boolean; autoRenew: boolean }
}

const SHOWN = 20

/** Live ones first, then those that have ended, the newest first. */
export async function listDeskSubscriptions(tx: Transaction, organizationId: OrganizationId): Promise<DeskSubscription[]> {
  const cards = new Map((await getOverviewCards(tx, organizationId)).map((card) => [card.subscriptionId, card]))
  const charges = await getNextCharges(tx, organizationId)
  const all = await listSubscriptions(tx, organizationId, { limit: SHOWN })
  return all
    .map((one) => {
      const charge = one.endedAt ? undefined : charges.find(({ product }) => product.id === one.product.id)
      return {
        id: one.id,
        product: one.product,
        plan: one.plan,
        interval: one.interval,
        currency: one.currency,
        catalogVersion: one.catalogVersion,
        status: one.status,
        period: { start: one.period.start.toString(), end: one.period.end.toString() },
        seats: one.seats,
        trialEnd: one.trialEnd?.toString() ?? null,
        cancelAt: one.cancelAt?.toString() ?? null,
        pendingChange: one.pendingChange && { plan: one.pendingChange.plan.name, at: one.pendingChange.effectiveAt.toString() },
        endedAt: one.endedAt?.toString() ?? null,
        meters: cards.get(one.id)?.meters ?? [],
        nextCharge: charge ? { total: charge.total, at: charge.at, title: charge.title } : null,
        settings: one.settings,
      }
    })
    .sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null))
}
