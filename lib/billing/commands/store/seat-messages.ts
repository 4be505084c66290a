import type { Transaction } from '../../../../db/client'
import { type MinorUnits, minor, sum } from '../../../money'
import type { Instant } from '../../../time'
import { priceOf } from '../../core/catalog'
import { settleSeats } from '../../core/seats'
import type { Holding } from '../../core/state'
import type { MessagePayload } from '../../message-payloads'
import { type Message, tellBillingTogether } from './messages'
import type { Organization } from './organization'
import type { TrackedMove } from './seats'
import { type LoadedSubscription, readSubscription, renewsAt } from './subscription'

type SeatsChanged = MessagePayload<'seats_changed'>

/** Names that a mail lists; of the others it gives the number. */
const NAMED = 10

export type SeatMove = {
  organization: Organization
  /** As one knows them: a name, else an address. */
  member: { name: string | null; email: string }
  /** As `trackSeats` answers. */
  moves: readonly TrackedMove[]
  at: Instant
}

/**
 * Tells what a seat more or fewer will cost, before it is on an invoice (T1 to T4). Those who come within a minute are told of in one
 * mail: a team that is brought in whole is one thing that happened.
 */
export async function tellSeatMove(tx: Transaction, { organization, member, moves, at }: SeatMove): Promise<void> {
  for (const { subscriptionId, id, type } of moves) {
    const loaded = await readSubscription(tx, organization.id, subscriptionId)
    if (!loaded) continue
    const told = seatMessage(organization, loaded, { id, at, [type]: [member.name ?? member.email] })
    await tellBillingTogether<SeatsChanged>(tx, told, `${subscriptionId}:seats:`, (earlier, now) => ({
      ...now,
      joined: [...earlier.joined, ...now.joined].slice(0, NAMED),
      left: [...earlier.left, ...now.left].slice(0, NAMED),
      joinedCount: earlier.joinedCount + now.joinedCount,
      leftCount: earlier.leftCount + now.leftCount,
    }))
  }
}

function seatMessage(
  organization: Organization,
  { row, holding }: LoadedSubscription,
  { id, at, joined = [], left = [] }: { id: string; at: Instant; joined?: string[]; left?: string[] },
): Message & { payload: SeatsChanged } {
  const { product, plan, interval } = holding.terms
  const isTrial = holding.status === 'trialing'
  const { charged, credited } = tabOf(holding)
  return {
    organizationId: organization.id,
    kind: 'seats_changed',
    fact: `${row.id}:seats:${id}`,
    at,
    payload: {
      organizationName: organization.name,
      organizationSlug: organization.slug,
      productId: product.id,
      productName: product.name,
      planName: plan.name,
      joined,
      left,
      joinedCount: joined.length,
      leftCount: left.length,
      seats: holding.seats?.present ?? 0,
      seatPrice: priceOf(plan, interval).toString(),
      interval,
      charged: charged.toString(),
      credited: credited.toString(),
      currency: product.currency,
      settledAt: (isTrial ? renewsAt(row) : (row.reviewAt ?? renewsAt(row))).toString(),
      isTrial,
    },
  }
}

/** What is on the tab, as the next review or renewal settles it. */
function tabOf(holding: Holding): { charged: MinorUnits; credited: MinorUnits } {
  const { additions, removals } = settleSeats({ holding, until: 'period', before: null })
  return { charged: sum(additions.map(({ amount }) => amount)), credited: minor(-sum(removals.map(({ amount }) => amount))) }
}
