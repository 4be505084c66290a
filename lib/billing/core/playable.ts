import { type MinorUnits, minor, ZERO } from '../../money'
import type { Product } from './catalog'
import { decideRefund } from './refund'
import { allowanceLeft, begin, consumeAll, fullPrice, includedUnits, move, paidTerms, REHEARSAL_START, type Rehearsal, rehearsalDay } from './rehearsal'
import type { Terms } from './state'

/**
 * Where a customer gets far more than they pay for by the order in which they do things. Found by trying: every pair of paid
 * plans, every day of a period, by the rules that charge.
 */
export type Playable = {
  kind: /** Days before the end a higher plan costs a day's price, and its whole allowance is there. */
    | 'late_upgrade'
    /** Up, used up, and down again: the difference is given back although it was used. */
    | 'up_and_down'
    /** Up and down, or down and up, leaves more credit than it cost. */
    | 'round_trip'
    /** A period of its own begins, and the one that was used up is credited as if it had not been. */
    | 'used_up_credited'
    /** All of it can be used, and all of it refunded. */
    | 'refund_after_use'
  from: string
  to: string
  /** After so many completed days. */
  day: number
  /** Units that were got so; 0 where none are metered. */
  units: bigint
  /** What was paid for them in the end; below zero: credit is left over. */
  cost: MinorUnits
  /** What they cost whoever does not play. */
  worth: MinorUnits
}

/** Less than a quarter of what it is worth is no discount any more. */
const WORTH_WARNING = 4n

/** The worst of each kind. */
export function findPlayable(product: Product): Playable[] {
  const terms = paidTerms(product)
  const found = terms.flatMap((from) => [
    ...terms.filter((to) => to !== from && to.interval === from.interval).flatMap((to) => tryPair(from, to)),
    ...tryAlone(from),
  ])
  const worst = new Map<Playable['kind'], Playable>()
  for (const one of found) {
    const before = worst.get(one.kind)
    if (!before || lost(one) > lost(before)) worst.set(one.kind, one)
  }
  return [...worst.values()]
}

/** What the operator loses by it. */
const lost = ({ worth, cost }: Playable) => worth - cost

function tryPair(from: Terms, to: Terms): Playable[] {
  const days = begin(from).holding.period.totalDays
  const each = Array.from({ length: days }, (_, day) => day)
  const isUp = to.plan.rank > from.plan.rank
  return [
    ...each.flatMap((day) => tryRoundTrip(from, to, day)),
    ...(isUp ? [...tryLateUpgrade(from, to, days - 1), ...each.flatMap((day) => tryUpAndDown(from, to, day)), ...tryUsedUp(from, to)] : []),
  ]
}

/** What so many units of a plan cost whoever takes it for a whole period. */
function worthOf(terms: Terms, units: bigint): MinorUnits {
  const included = includedUnits(terms)
  return included === null || included === 0n ? ZERO : minor((fullPrice(terms) * units) / included)
}

const spent = ({ paid, credit }: Rehearsal) => minor(paid - credit)
const isCheap = (cost: bigint, worth: bigint) => worth > 0n && cost * WORTH_WARNING < worth

function tryLateUpgrade(from: Terms, to: Terms, day: number): Playable[] {
  const before = consumeAll(begin(from))
  const { after } = move(before, to, rehearsalDay(day))
  const units = after && allowanceLeft(after)
  if (!after || !units) return []
  const [cost, worth] = [minor(spent(after) - spent(before)), worthOf(to, units)]
  return isCheap(cost, worth) ? [{ kind: 'late_upgrade', from: from.plan.name, to: to.plan.name, day, units, cost, worth }] : []
}

function tryUpAndDown(from: Terms, to: Terms, day: number): Playable[] {
  const before = consumeAll(begin(from))
  const up = move(before, to, rehearsalDay(day)).after
  const units = up && allowanceLeft(up)
  if (!up || !units) return []
  const down = move(consumeAll(up), from, rehearsalDay(day)).after
  if (!down) return []
  const [cost, worth] = [minor(spent(down) - spent(before)), worthOf(to, units)]
  return isCheap(cost, worth) ? [{ kind: 'up_and_down', from: from.plan.name, to: to.plan.name, day, units, cost, worth }] : []
}

function tryRoundTrip(from: Terms, to: Terms, day: number): Playable[] {
  const before = begin(from)
  const there = move(before, to, rehearsalDay(day)).after
  const back = there && move(there, from, rehearsalDay(day)).after
  if (!back) return []
  const cost = minor(spent(back) - spent(before))
  return cost < 0n ? [{ kind: 'round_trip', from: from.plan.name, to: to.plan.name, day, units: 0n, cost, worth: ZERO }] : []
}

/** On the first day, when nearly all of the time is left: what was used then costs nothing, if only time is counted. */
function tryUsedUp(from: Terms, to: Terms): Playable[] {
  const before = consumeAll(begin(from))
  const { after } = move(before, to, rehearsalDay(0))
  if (!after || before.served === 0n || after.holding.period.start.equals(before.holding.period.start)) return []
  const [cost, worth] = [minor(spent(after) - fullPrice(to)), fullPrice(from)]
  return isCheap(cost, worth) ? [{ kind: 'used_up_credited', from: from.plan.name, to: to.plan.name, day: 0, units: before.served, cost, worth }] : []
}

function tryAlone(terms: Terms): Playable[] {
  const { product, plan, interval } = terms
  const used = consumeAll(begin(terms))
  const price = fullPrice(terms)
  const yearly = interval === 'month' && plan.prices.year !== undefined ? tryUsedUp(terms, { ...terms, interval: 'year' }) : []
  const refund = decideRefund({
    document: { paidAt: REHEARSAL_START, total: price, usage: ZERO, amountPaid: price, amountRefunded: ZERO, creditApplied: ZERO, paysRunningPlan: true },
    creditIssuedLater: ZERO,
    usageInPeriod: used.served,
    country: null,
    policy: product.policies.refund,
    requested: null,
    currency: product.currency,
    now: rehearsalDay(0),
  })
  if (!refund.ok || used.served === 0n) return yearly
  const cost = minor(price - refund.value.amount)
  return [...yearly, { kind: 'refund_after_use', from: plan.name, to: plan.name, day: 0, units: used.served, cost, worth: price }]
}
