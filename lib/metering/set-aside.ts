import type { Transaction } from '../../db/client'
import { readReserved } from '../billing/commands/store/reserved'
import { hasUnpaidExtraUsage } from '../billing/commands/store/running-plan'
import type { SegmentRow, SubscriptionRow } from '../billing/commands/store/subscription'
import type { Currency } from '../money'
import { NOTHING_SET_ASIDE, type SetAside } from './standing'

/** What stands in the way of one meter's units beside what was counted; under its counter's lock. */
export async function readSetAside(
  tx: Transaction,
  { subscription, segment, currency }: { subscription: SubscriptionRow; segment: Pick<SegmentRow, 'meter' | 'overLimit'>; currency: Currency },
): Promise<SetAside> {
  const reserved = await readReserved(tx, [subscription.id])
  return {
    ...NOTHING_SET_ASIDE,
    currency,
    reserved: reserved(subscription.id)[segment.meter] ?? 0n,
    extraUnpaid: await isExtraUnpaid(tx, subscription, segment.overLimit),
  }
}

/** Asked only of who is past due, on a plan that charges as it is used (G55). */
export async function isExtraUnpaid(
  tx: Transaction,
  { organizationId, id, status }: Pick<SubscriptionRow, 'organizationId' | 'id' | 'status'>,
  overLimit: SegmentRow['overLimit'],
): Promise<boolean> {
  return status === 'past_due' && overLimit === 'blocks' && (await hasUnpaidExtraUsage(tx, organizationId, id))
}
