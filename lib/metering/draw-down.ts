import type { Transaction } from '../../db/client'
import type { PaymentKey } from '../billing/commands/payment-steps'
import { balanceAt, type Cost, lockPrepaid, type PrepaidState, readPrepaid, spend } from '../billing/commands/store/prepaid'
import { setOffRecharges } from '../billing/commands/store/recharge'
import { readReservedAmounts } from '../billing/commands/store/reserved'
import { type SegmentRow, toSegment } from '../billing/commands/store/subscription'
import { unitPriceOf } from '../billing/core/catalog'
import type { OrganizationId } from '../ids'
import { type ExactAmount, exact } from '../money'
import { type Instant, isBefore } from '../time'
import { type BookedSegment, type Booking, segmentKey, unitsOf } from './booking'
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
  const prices = new Map<BookedSegment, ExactAmount | null>()
  for (const { segment, counted } of bookings) {
    const { organizationId, meter } = segment
    if (!prices.has(segment)) {
      const rows = [...counters.of(organizationId, meter).flatMap(({ segments }) => segments), ...ahead]
      const row = rows.find((one) => segmentKey(one) === segmentKey(segment))
      prices.set(segment, row ? prepaidPrice(row) : null)
    }
    const price = prices.get(segment) ?? null
    const at = price === null ? null : counters.organization(organizationId)?.now
    if (price === null || !at) continue
    const name = `${organizationId} ${meter}`
    const known = spent.get(name) ?? { organizationId, meter, amount: NOTHING, at }
    spent.set(name, { ...known, amount: (known.amount + price * unitsOf({ counted })) as ExactAmount })
  }
  return spent
}

/** A locked balance, what gateways hold of it in advance (G61), and what was taken off it since by meter, which is still to be written. */
export type HeldBalance = { state: PrepaidState; reserved: ExactAmount; taken: Map<string, ExactAmount> }

/** Of those who pay from a balance; the others' plans do not. Their leases cannot grow while they are held. */
export async function lockBalances(tx: Transaction, rows: readonly SegmentRow[]): Promise<Map<OrganizationId, HeldBalance>> {
  const ids = rows.filter(({ overLimit }) => overLimit === 'prepaid').map(({ organizationId }) => organizationId)
  if (ids.length === 0) return new Map()
  const states = await lockPrepaid(tx, ids)
  const reservedOf = await readReservedAmounts(tx, [...states.keys()])
  return new Map([...states].map(([id, state]) => [id, { state, reserved: reservedOf(id), taken: new Map() }]))
}

/** When the lots that the balance of now is made of expire: what is handed out against one is paid with it, or not at all. */
export function lotEnds({ state }: HeldBalance, now: Instant): Instant[] {
  return state.lots.flatMap(({ remaining, expiresAt }) => (remaining > 0n && isBefore(now, expiresAt) ? [expiresAt] : []))
}

/** What units that were allowed cost (P7). */
export function takeOff({ taken }: HeldBalance, row: SegmentRow, units: bigint): void {
  const amount = ((prepaidPrice(row) ?? NOTHING) * units) as ExactAmount
  if (amount > 0n) taken.set(row.meter, ((taken.get(row.meter) ?? NOTHING) + amount) as ExactAmount)
}

/** Writes what was taken off balances that cover it. Answers the payments that their fall has set off (P4). */
export async function drawDownAllowed(tx: Transaction, spent: readonly { balance: HeldBalance; at: Instant }[]): Promise<PaymentKey[]> {
  if (spent.length === 0) return []
  const costs = spent.flatMap(({ balance: { state, taken }, at }) => [...taken].map(([meter, amount]): Cost => ({ state, meter, amount, at, mayOwe: false })))
  for (const { balance } of spent) balance.taken.clear()
  await spend(tx, costs)
  return setOffRecharges(
    tx,
    spent.map(({ balance: { state }, at }) => ({ state, now: at })),
  )
}

/** What the balance can still pay, less what gateways were handed in advance (P6, G61). */
export function withBalance(aside: SetAside, balance: HeldBalance | null, now: Instant): SetAside {
  if (!balance) return aside
  const taken = [...balance.taken.values()].reduce((sum, amount) => sum + amount, 0n)
  return { ...aside, balance: (balanceAt(balance.state, now) - balance.reserved - taken) as ExactAmount }
}

/** The same without a lock, for the entitlement check and the usage card; nothing where no plan is paid from it. */
export async function readAvailable(tx: Transaction, organizationId: OrganizationId, rows: readonly SegmentRow[], now: Instant): Promise<ExactAmount> {
  if (!rows.some(({ overLimit }) => overLimit === 'prepaid')) return NOTHING
  const state = (await readPrepaid(tx, [organizationId])).get(organizationId)
  return state ? ((balanceAt(state, now) - (await readReservedAmounts(tx, [organizationId]))(organizationId)) as ExactAmount) : NOTHING
}
