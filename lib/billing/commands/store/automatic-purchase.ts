import type { Transaction } from '../../../../db/client'
import type { AlertCheck } from '../../../metering/alerts'
import type { LockedOrganization } from './organization'
import type { PaymentKey } from './payment-key'
import type { LoadedSubscription, SubscriptionRow } from './subscription'

/** One meter of a subscription as usage leaves it, under its counter's lock. */
export type UsageStandpoint = AlertCheck & {
  subscription: SubscriptionRow
  /** Units that did not fit and were not counted; null where usage was booked (G63). */
  refused: bigint | null
}

export type PurchaseScene = LockedOrganization & { loaded: LoadedSubscription; meter: string; refused: bigint | null }

/**
 * What usage buys by itself. `isSetOff` is asked of every event under the counter's lock and must be pure and quick; `make`
 * runs in the event's own transaction, which then holds the organization, its subscriptions and the counters (G5). It issues
 * the invoice with its payment row, and answers with the payments to be collected once that is committed; none where a look
 * at the whole shows that nothing is to be bought after all; null where there was nothing to collect and it is done.
 */
export type AutomaticPurchase = {
  isSetOff(about: UsageStandpoint): boolean
  make(tx: Transaction, scene: PurchaseScene): Promise<PaymentKey[] | null>
}
