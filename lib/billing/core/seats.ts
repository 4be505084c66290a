import { exactFromMinor, type MinorUnits, minor, prorate, smaller, sum } from '../../money'
import { type Instant, isBefore } from '../../time'
import { type Interval, type Plan, type Product, priceOf } from './catalog'
import { count, decimal, iso, money } from './explain'
import type { Line } from './line'
import { elapsedDays } from './period'
import type { Holding, Period, SeatChange, Seats, Terms } from './state'

/**
 * Seats that a plan is charged for; one where its price is the organization's, whatever its seats (G113).
 *
 * @throws Error where a plan is sold per seat and nobody has counted: a bug.
 */
export function seatsOf(plan: Plan, seats: number | null | undefined): bigint {
  if (!plan.perSeat) return 1n
  if (seats === null || seats === undefined) throw new Error(`plan ${plan.id} is sold per seat, and its seats were not counted`)
  return BigInt(seats)
}

/** The seats that a period of `terms` is paid for; null where the product sells none. */
export function seatsPaidFor({ product, plan }: Pick<Terms, 'product' | 'plan'>, present: number | null): number | null {
  if (product.policies.seats === null) return null
  return plan.perSeat ? (present ?? 0) : 0
}

/** Who comes or goes at a boundary belongs to what begins there (C14), and so does everybody after it. */
export function presentAt({ present, tab }: Seats, boundary: Instant): number {
  return present - net(tab.filter((change) => !isBefore(change.at, boundary)))
}

/** What will be paid for once the tab is settled. */
export function paidAfter({ paid, tab }: Seats): number {
  return paid + net(tab)
}

function net(changes: readonly SeatChange[]): number {
  return changes.reduce((total, { type }) => total + (type === 'joined' ? 1 : -1), 0)
}

/** What a review, a renewal or a change makes of those who came and went. */
export type SettledSeats = {
  /** Charged at the running period's price. */
  additions: Line[]
  /** Credited likewise; their amounts are below zero. */
  removals: Line[]
  /** The changes that are on no tab any more. */
  ids: string[]
  joined: number
  left: number
}

export const NO_SEATS_SETTLED: SettledSeats = { additions: [], removals: [], ids: [], joined: 0, left: 0 }

type Settling = {
  holding: Holding
  /** `period`: to its end, as at a review and a renewal (T1 to T4); an instant: to the day of a change, which prices the rest itself (G36). */
  until: 'period' | { now: Instant }
  /** Only who came and went before it (C14); null: everybody. */
  before: Instant | null
}

/**
 * Settles the tab of seats at the held price, one line per kind and day of change (G37). A seat that joined is charged from
 * its day on, one that left is credited from its day on (T1 to T4); one that did both is charged for the days between, and
 * gives no credit (T5b, G40).
 */
export function settleSeats({ holding, until, before }: Settling): SettledSeats {
  const { terms, seats, period } = holding
  if (!terms.plan.perSeat || !seats) return NO_SEATS_SETTLED
  const changes = seats.tab.filter((change) => before === null || isBefore(change.at, before))
  const last = until === 'period' ? period.totalDays : dayOf(period, until.now)
  const moves = movesOf(changes, period, last)
  const priced = { terms, period, atChange: until !== 'period' }
  return {
    additions: [...groups(moves, 'addition'), ...groups(moves, 'stay')].map((group) => seatLine(group, priced)),
    removals: groups(moves, 'removal').map((group) => seatLine(group, priced)),
    ids: changes.map(({ id }) => id),
    joined: changes.filter(({ type }) => type === 'joined').length,
    left: changes.filter(({ type }) => type === 'left').length,
  }
}

/** What one who comes or goes at an instant costs, or gives back (below zero), as the next review would settle it by itself. */
export function priceOfSeatMove(holding: Holding, type: SeatChange['type'], at: Instant): MinorUnits {
  const seats = holding.seats && { ...holding.seats, tab: [{ id: 'asked', member: 'asked', type, at }] }
  const { additions, removals } = settleSeats({ holding: { ...holding, seats }, until: 'period', before: null })
  return sum([...additions, ...removals].map(({ amount }) => amount))
}

/** Completed days of the period, and no more than it counts: on a 31st day, and on a leap year's 366th, nothing is left (G39). */
function dayOf(period: Period, at: Instant): number {
  return Math.min(elapsedDays(period, at), period.totalDays)
}

type Move = { type: 'addition' | 'removal' | 'stay'; member: string; day: number; days: number }

/** What each came or went for: `stay` is one who joined and left within the review. */
function movesOf(changes: readonly SeatChange[], period: Period, last: number): Move[] {
  const moves: Move[] = []
  const joinedOn = new Map<string, Move>()
  for (const change of changes) {
    const day = dayOf(period, change.at)
    if (change.type === 'joined') {
      const move: Move = { type: 'addition', member: change.member, day, days: Math.max(last - day, 0) }
      joinedOn.set(change.member, move)
      moves.push(move)
      continue
    }
    const joined = joinedOn.get(change.member)
    joinedOn.delete(change.member)
    if (joined) Object.assign(joined, { type: 'stay', days: day - joined.day } satisfies Partial<Move>)
    else moves.push({ type: 'removal', member: change.member, day, days: Math.max(last - day, 0) })
  }
  return moves
}

/** The members of one day together, in the order of days (G37). */
function groups(moves: readonly Move[], type: Move['type']): Move[][] {
  const byDay = new Map<string, Move[]>()
  for (const move of moves.filter((one) => one.type === type)) {
    const key = `${move.day} ${move.days}`
    byDay.set(key, [...(byDay.get(key) ?? []), move])
  }
  return [...byDay.values()].sort(([a], [b]) => (a?.day ?? 0) - (b?.day ?? 0) || (a?.days ?? 0) - (b?.days ?? 0))
}

const WORDS = {
  addition: { kind: 'seat_addition', sign: 1n, done: 'added' },
  stay: { kind: 'seat_addition', sign: 1n, done: 'joined and left' },
  removal: { kind: 'seat_removal', sign: -1n, done: 'removed' },
} as const

function ruleOf(type: Move['type'], interval: Interval, atChange: boolean): string {
  if (type === 'stay') return 'T5b'
  if (atChange) return type === 'addition' ? 'G36' : 'G91'
  return { addition: { month: 'T1', year: 'T2' }, removal: { month: 'T3', year: 'T4' } }[type][interval]
}

/** `$12.00 × 1 × 25 / 30 = $10.00`, rounded once; of a yearly plan the price is the whole year's. */
function seatLine(group: readonly Move[], { terms, period, atChange }: { terms: Terms; period: Period; atChange: boolean }): Line {
  const [first] = group
  if (!first) throw new Error('a line of seats is of one member at least')
  const { currency } = terms.product
  const price = priceOf(terms.plan, terms.interval)
  const { kind, sign, done } = WORDS[first.type]
  const members = BigInt(group.length)
  const amount = prorate(minor(sign * price * members), BigInt(first.days), BigInt(period.totalDays))
  return {
    kind,
    description: `${wordMembers(group.length)} ${done} on ${terms.plan.name}: ${count(first.days)} of ${count(period.totalDays)} days`,
    amount,
    quantity: members,
    unitPrice: exactFromMinor(price, currency),
    rule: ruleOf(first.type, terms.interval, atChange),
    formula: `${money(minor(sign * price), currency)} × ${count(members)} × ${count(first.days)} / ${count(period.totalDays)} = ${money(amount, currency)}`,
    inputs: {
      plan: terms.plan.id,
      interval: terms.interval,
      price: decimal(price, currency),
      members: group.length,
      member_ids: group.map(({ member }) => member).join(', '),
      elapsed_days: first.day,
      days: first.days,
      total_days: period.totalDays,
      period_start: iso(period.start),
      period_end: iso(period.end),
    },
  }
}

export function wordMembers(members: number | bigint): string {
  return BigInt(members) === 1n ? '1 member' : `${count(members)} members`
}

/** Time that was given back in cash is not credited as well: a refund never leaves anyone with more than was paid (G67). */
export function refundedLine(credits: readonly Line[], refunded: MinorUnits, { currency }: Pick<Product, 'currency'>): Line[] {
  const credited = minor(-sum(credits.map(({ amount }) => amount)))
  const amount = smaller(refunded, credited)
  if (amount <= 0n) return []
  return [
    {
      kind: 'adjustment',
      description: 'Unused time that was refunded already',
      amount,
      quantity: 1n,
      unitPrice: exactFromMinor(amount, currency),
      rule: 'G67',
      formula: `min(${money(refunded, currency)}, ${money(credited, currency)}) = ${money(amount, currency)}`,
      inputs: { refunded: decimal(refunded, currency), credited: decimal(credited, currency) },
    },
  ]
}
