import { exactFromMinor, type MinorUnits, minor, prorate } from '../../money'
import { priceOf } from './catalog'
import { count, decimal, iso, money } from './explain'
import type { Inputs, Line } from './line'
import type { Period, Terms } from './state'

/** How much of a period is not used up: by days (C3), or by the smaller of days and allowance left (C17, G104). */
export type UnusedShare =
  | { type: 'time'; unused: number; total: number }
  | { type: 'time_and_allowance'; unused: number; total: number; meter: string; left: bigint; limit: bigint }

/** `seats`: how many the price is multiplied by; 1 where it is the organization's (`seatsOf`). */
type Proration = { terms: Terms; seats: bigint; period: Period; share: UnusedShare; rule: string }

/**
 * The first of C5's two lines: credit for the unused time of what was held, rounded by itself. It is a line even at 0 (G7).
 * The amount is never above zero: `−$10.00 × 20 / 30 = −$6.67`.
 */
export function prorationCredit({ terms, seats, period, share, rule }: Proration): Line {
  const currency = terms.product.currency
  const price = priceOf(terms.plan, terms.interval)
  const { part, whole } = smallerShare(share)
  const amount = prorate(minor(-price * seats), part, whole)
  return {
    ...lineOf(terms, seats, amount),
    kind: 'proration_credit',
    description: `Unused time on ${terms.plan.name}: ${share.unused} of ${share.total} days`,
    rule,
    formula: `${money(minor(-price), currency)}${timesSeats(terms, seats)} × ${shareText(share)} = ${money(amount, currency)}`,
    inputs: { ...priceInputs(terms, seats, period), ...shareInputs(share) },
  }
}

/** The second of C5's lines where the period goes on: what is now held, for the days that are left: `$30.00 × 20 / 30 = $20.00`. */
export function prorationCharge({ terms, seats, period, share, rule }: Proration): Line {
  const currency = terms.product.currency
  const price = priceOf(terms.plan, terms.interval)
  const { part, whole } = smallerShare(share)
  const amount = prorate(minor(price * seats), part, whole)
  return {
    ...lineOf(terms, seats, amount),
    kind: 'proration_charge',
    description: `${terms.plan.name} for the rest of the period: ${share.unused} of ${share.total} days`,
    rule,
    formula: `${money(price, currency)}${timesSeats(terms, seats)} × ${shareText(share)} = ${money(amount, currency)}`,
    inputs: { ...priceInputs(terms, seats, period), ...shareInputs(share) },
  }
}

/** The second of C5's lines where the new plan is charged in full: T5, a period or a term of its own (C17, T8). */
export function fullCharge({ terms, seats, period, rule }: Omit<Proration, 'share'>): Line {
  return { ...feeLine({ terms, seats, period }), kind: 'proration_charge', rule }
}

/** A period's fee in advance (C11): the first one's and every renewal's. */
export function feeLine({ terms, seats, period }: Pick<Proration, 'terms' | 'seats' | 'period'>): Line {
  const currency = terms.product.currency
  const price = priceOf(terms.plan, terms.interval)
  const amount = minor(price * seats)
  return {
    ...lineOf(terms, seats, amount),
    kind: 'plan',
    description: `${terms.plan.name}, a ${terms.interval === 'year' ? 'year' : 'period'} in advance`,
    rule: 'C11',
    formula: `${money(price, currency)} × ${count(seats)} = ${money(amount, currency)}`,
    inputs: priceInputs(terms, seats, period),
  }
}

/** ` × 10`; of a plan whose price is the organization's there is nothing to multiply by. */
function timesSeats({ plan }: Terms, seats: bigint): string {
  return plan.perSeat ? ` × ${count(seats)}` : ''
}

function lineOf(terms: Terms, seats: bigint, amount: MinorUnits): Pick<Line, 'amount' | 'quantity' | 'unitPrice'> {
  return { amount, quantity: seats, unitPrice: exactFromMinor(priceOf(terms.plan, terms.interval), terms.product.currency) }
}

function smallerShare(share: UnusedShare): { part: bigint; whole: bigint } {
  const time = { part: BigInt(share.unused), whole: BigInt(share.total) }
  switch (share.type) {
    case 'time':
      return time
    case 'time_and_allowance':
      return share.left * time.whole < time.part * share.limit ? { part: share.left, whole: share.limit } : time
  }
}

function shareText(share: UnusedShare): string {
  const time = `${count(share.unused)} / ${count(share.total)}`
  switch (share.type) {
    case 'time':
      return time
    case 'time_and_allowance':
      return `min(${time}, ${count(share.left)} / ${count(share.limit)})`
  }
}

function shareInputs(share: UnusedShare): Inputs {
  const time = { unused_days: share.unused, total_days: share.total }
  switch (share.type) {
    case 'time':
      return time
    case 'time_and_allowance':
      return { ...time, meter: share.meter, allowance_left: Number(share.left), allowance: Number(share.limit) }
  }
}

function priceInputs(terms: Terms, seats: bigint, period: Period): Inputs {
  return {
    plan: terms.plan.id,
    interval: terms.interval,
    price: decimal(priceOf(terms.plan, terms.interval), terms.product.currency),
    ...(terms.plan.perSeat ? { seats: Number(seats) } : {}),
    period_start: iso(period.start),
    period_end: iso(period.end),
  }
}
