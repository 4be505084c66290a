import type { Transaction } from '../../../db/client'
import { once } from '../../../db/snapshot'
import type { OrganizationId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import type { Instant } from '../../time'
import { readOrganizationTime } from '../commands/store/organization'
import { countSeats } from '../commands/store/seats'
import { type LoadedSubscription, renewsAt } from '../commands/store/subscription'
import { type Interval, type Product, priceOf } from '../core/catalog'
import { priceOfSeatMove } from '../core/seats'
import type { Holding } from '../core/state'
import { readLiveSubscriptions } from './held'

/** Who holds a seat now, also for a product that one is not on yet; null where a product sells none. */
export async function seatsOf(tx: Transaction, organizationId: OrganizationId, product: Product, holding: Holding | null): Promise<number | null> {
  if (!product.policies.seats) return null
  if (holding?.seats) return holding.seats.present
  return once(tx, `seats of ${organizationId} for ${product.id}`, () => countSeats(tx, organizationId, product))
}

/** What one more or one fewer member would come to, where a plan is paid by the seat (T1 to T4). */
export type SeatPriceView = {
  product: string
  plan: string
  currency: Currency
  /** A seat for a whole interval. */
  price: MinorUnits
  interval: Interval
  /** Who hold a seat; others do not change the price. */
  roles: readonly string[]
  /** In a trial seats cost nothing yet. */
  isTrial: boolean
  /** The plan ends with its period, so that nothing is paid for a seat afterwards. */
  endsThen: boolean
  /** When who came and went is settled: at the next review, or with the renewal. */
  settledAt: string
  /** Charged then for the days that one who comes today is there, and credited for one who goes today. */
  oneMore: MinorUnits
  oneFewer: MinorUnits
}

export async function getSeatPrices(tx: Transaction, organizationId: OrganizationId): Promise<SeatPriceView[]> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return []
  return (await readLiveSubscriptions(tx, organizationId)).flatMap((held) => {
    const { plan } = held.holding.terms
    return plan.perSeat && held.row.startedAt !== null ? [viewSeatPrice(held, here.now)] : []
  })
}

function viewSeatPrice({ row, holding }: LoadedSubscription, now: Instant): SeatPriceView {
  const { product, plan, interval } = holding.terms
  const isTrial = holding.status === 'trialing'
  return {
    product: product.name,
    plan: plan.name,
    currency: product.currency,
    price: priceOf(plan, interval),
    interval,
    roles: product.policies.seats?.roles ?? [],
    isTrial,
    endsThen: holding.cancelAt !== null,
    settledAt: (isTrial ? renewsAt(row) : (row.reviewAt ?? renewsAt(row))).toString(),
    oneMore: priceOfSeatMove(holding, 'joined', now),
    oneFewer: minor(-priceOfSeatMove(holding, 'left', now)),
  }
}
