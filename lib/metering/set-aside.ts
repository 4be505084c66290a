import type { Transaction } from '../../db/client'
import { hasUnpaidExtraUsage } from '../billing/commands/store/running-plan'
import type { SegmentRow, SubscriptionRow } from '../billing/commands/store/subscription'
import type { Currency } from '../money'
import type { Counter } from './counters'
import { NOTHING_SET_ASIDE, type SetAside } from './standing'

/** What stands in the way of a locked counter's units beside what was counted, without the balance. */
export async function readSetAside(tx: Transaction, { subscription, running, reserved }: Counter, currency: Currency): Promise<SetAside> {
  const extraUnpaid = running !== null && (await isExtraUnpaid(tx, subscription, running.overLimit))
  return { ...NOTHING_SET_ASIDE, currency, reserved, extraUnpaid }
}

/** Asked only of who is past due, on a plan that charges as it is used (G55). */
export async function isExtraUnpaid(
  tx: Transaction,
  { organizationId, id, status }: Pick<SubscriptionRow, 'organizationId' | 'id' | 'status'>,
  overLimit: SegmentRow['overLimit'],
): Promise<boolean> {
  return status === 'past_due' && overLimit === 'blocks' && (await hasUnpaidExtraUsage(tx, organizationId, id))
}
