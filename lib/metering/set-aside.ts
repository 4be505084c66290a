import type { Transaction } from '../../db/client'
import { readReserved } from '../billing/commands/store/reserved'
import { hasUnpaidExtraUsage } from '../billing/commands/store/running-plan'
import type { SegmentRow, SubscriptionRow } from '../billing/commands/store/subscription'
import type { SubscriptionId } from '../ids'
import type { Currency } from '../money'
import { NOTHING_SET_ASIDE, type SetAside } from './standing'

type Held = { subscription: SubscriptionRow; segment: Pick<SegmentRow, 'meter' | 'overLimit'>; currency: Currency }

/** What stands in the way of one meter's units beside what was counted; under its counter's lock. */
export async function readSetAside(tx: Transaction, held: Held): Promise<SetAside> {
  const [aside] = await readEach(tx, [held])
  return aside ?? NOTHING_SET_ASIDE
}

/** The same of many. */
export async function readSetAsides(
  tx: Transaction,
  held: readonly Held[],
): Promise<(of: { subscription: { id: SubscriptionId }; running: { meter: string } }) => SetAside> {
  const asides = await readEach(tx, held)
  const known = new Map(held.map(({ subscription, segment }, index) => [`${subscription.id} ${segment.meter}`, asides[index] ?? NOTHING_SET_ASIDE]))
  return ({ subscription, running }) => known.get(`${subscription.id} ${running.meter}`) ?? NOTHING_SET_ASIDE
}

async function readEach(tx: Transaction, held: readonly Held[]): Promise<SetAside[]> {
  const reserved = await readReserved(
    tx,
    held.map(({ subscription }) => subscription.id),
  )
  const asides: SetAside[] = []
  for (const { subscription, segment, currency } of held) {
    const extraUnpaid = await isExtraUnpaid(tx, subscription, segment.overLimit)
    asides.push({ ...NOTHING_SET_ASIDE, currency, reserved: reserved(subscription.id)[segment.meter] ?? 0n, extraUnpaid })
  }
  return asides
}

/** Asked only of who is past due, on a plan that charges as it is used (G55). */
export async function isExtraUnpaid(
  tx: Transaction,
  { organizationId, id, status }: Pick<SubscriptionRow, 'organizationId' | 'id' | 'status'>,
  overLimit: SegmentRow['overLimit'],
): Promise<boolean> {
  return status === 'past_due' && overLimit === 'blocks' && (await hasUnpaidExtraUsage(tx, organizationId, id))
}
