import type { Transaction } from '../../db/client'
import type { PaymentKey } from '../billing/commands/payment-steps'
import { balanceAt, type Cost, lockPrepaid, type PrepaidState, readPrepaid, spend } from '../billing/commands/store/prepaid'
import { setOffRecharges } from '../billing/commands/store/recharge'
import { readReservedAmount } from '../billing/commands/store/reserved'
import { type SegmentRow, toSegment } from '../billing/commands/store/subscription'
import { unitPriceOf } from '../billing/core/catalog'
import type { OrganizationId } from '../ids'
import { type ExactAmount, exact } from '../money'
import type { Instant } from '../time'
import { type Booking, segmentKey, unitsOf } from './booking'
import type { Counters } from './counters'
import type { SetAside } from './standing'

const NOTHING = exact('0')

/** What units cost where a balance pays for them; null elsewhere (P1). */
export function prepaidPrice(row: SegmentRow): ExactAmount | null {
  return row.overLimit === 'prepaid' ? unitPriceOf(toSegment(row).overLimit, row.meter) : null
}

type Spent = { organizationId: OrganizationId; meter: string; amount: ExactAmount; at: Instant }

/**
 * Takes what was booked off the balance of those who pay from one, in the transaction that counts it: after the counters,
 * in a constant number of statements. It happened, so that what no lot can pay becomes a debt (P7). Answers the payments
 * that a fall of the balance has set off (P4).
 */
export async function drawDownBookings(tx: Transaction, bookings: readonly Booking[], counters: Counters, ahead: readonly SegmentRow[]): Promise<PaymentKey[]> {
  const spent = [...spentBy(bookings, counters, ahead).values()].filter(({ amount }) => amount > 0n)
  if (spent.length === 0) return []
  const states = await lockPrepaid(
    tx,
    spent.map(({ organizationId }) => organizationId),
  )
  const costs = spent.flatMap(({ organizationId, ...cost }): Cost[] => {
    const state = states.get(organizationId)
    return state ? [{ state, ...cost, mayOwe: true }] : []
  })
  await spend(tx, costs)
  return setOffRecharges(tx, [...new Map(costs.map(({ state, at }) => [state, { state, now: at }])).values()])
}

/** By organization and meter; each event at the price of its own segment (G97). */
function spentBy(bookings: readonly Booking[], counters: Counters, ahead: readonly SegmentRow[]): Map<string, Spent> {
  const spent = new Map<string, Spent>()
  const prices = new Map<string, ExactAmount | null>()
  for (const { segment, ...booking } of bookings) {
    const { organizationId, meter } = segment
    const key = segmentKey(segment)
    if (!prices.has(key)) {
      const rows = [...counters.of(organizationId, meter).flatMap(({ segments }) => segments), ...ahead]
      const row = rows.find((one) => segmentKey(one) === key)
      prices.set(key, row ? prepaidPrice(row) : null)
    }
    const price = prices.get(key) ?? null
    const at = counters.organization(organizationId)?.now
    if (price === null || !at) continue
    const name = `${organizationId} ${meter}`
    const known = spent.get(name) ?? { organizationId, meter, amount: NOTHING, at }
    spent.set(name, { ...known, amount: (known.amount + price * unitsOf(booking)) as ExactAmount })
  }
  return spent
}

/** A locked balance, and what gateways hold of it in advance (G61). */
export type HeldBalance = { state: PrepaidState; reserved: ExactAmount }

/** Of one who pays from a balance; null where the segment's plan does not. Its leases cannot grow while it is held. */
export async function lockBalance(tx: Transaction, row: SegmentRow): Promise<HeldBalance | null> {
  if (row.overLimit !== 'prepaid') return null
  const state = (await lockPrepaid(tx, [row.organizationId])).get(row.organizationId)
  return state ? { state, reserved: await readReservedAmount(tx, row.organizationId) } : null
}

/** What an event that was allowed costs, taken off a balance that covers it (P7). */
export async function drawDownAllowed(
  tx: Transaction,
  balance: HeldBalance | null,
  { row, quantity, at }: { row: SegmentRow; quantity: bigint; at: Instant },
): Promise<PaymentKey[]> {
  const amount = ((prepaidPrice(row) ?? NOTHING) * quantity) as ExactAmount
  if (!balance || amount === 0n) return []
  const { state } = balance
  await spend(tx, [{ state, meter: row.meter, amount, at, mayOwe: false }])
  return setOffRecharges(tx, [{ state, now: at }])
}

/** What the balance can still pay, less what gateways were handed in advance (P6, G61). */
export function withBalance(aside: SetAside, balance: HeldBalance | null, now: Instant): SetAside {
  return balance ? { ...aside, balance: (balanceAt(balance.state, now) - balance.reserved) as ExactAmount } : aside
}

/** The same without a lock, for the entitlement check and the usage card; nothing where no plan is paid from it. */
export async function readAvailable(tx: Transaction, organizationId: OrganizationId, rows: readonly SegmentRow[], now: Instant): Promise<ExactAmount> {
  if (!rows.some(({ overLimit }) => overLimit === 'prepaid')) return NOTHING
  const state = (await readPrepaid(tx, [organizationId])).get(organizationId)
  return state ? ((balanceAt(state, now) - (await readReservedAmount(tx, organizationId))) as ExactAmount) : NOTHING
}
