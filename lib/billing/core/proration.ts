import { type Currency, exactFromMinor, type MinorUnits, minor, prorate } from '../../money'
import { priceOf } from './catalog'
import { count, decimal, iso, money } from './explain'
import type { Inputs, Line } from './line'
import type { Period, Terms } from './state'

/** How much of a period is not used up: by days (C3), or by the smaller of days and allowance left (C17, G104). */
export type UnusedShare =
  | { type: 'time'; unused: number; total: number }
  | { type: 'time_and_allowance'; unused: number; total: number; meter: string; left: bigint; limit: bigint }

type Proration = { terms: Terms; period: Period; share: UnusedShare; rule: string }

/**
 * The first of C5's two lines: credit for the unused time of what was held, rounded by itself. It is a line even at 0 (G7).
 * The amount is never above zero: `−$10.00 × 20 / 30 = −$6.67`.
 */
export function prorationCredit({ terms, period, share, rule }: Proration): Line {
  const currency = terms.product.currency
  const price = priceOf(terms.plan, terms.interval)
  const { part, whole } = smallerShare(share)
  const amount = prorate(minor(-price), part, whole)
  return {
    ...lineOf(terms, amount),
    kind: 'proration_credit',
    description: `Unused time on ${terms.plan.name}: ${share.unused} of ${share.total} days`,
    rule,
    formula: `${money(minor(-price), currency)} × ${shareText(share)} = ${money(amount, currency)}`,
    inputs: { ...priceInputs(terms, price, currency, period), ...shareInputs(share) },
  }
}

/** The second of C5's lines where the period goes on: what is now held, for the days that are left: `$30.00 × 20 / 30 = $20.00`. */
export function prorationCharge({ terms, period, share, rule }: Proration): Line {
  const currency = terms.product.currency
  const price = priceOf(terms.plan, terms.interval)
  const { part, whole } = smallerShare(share)
  const amount = prorate(price, part, whole)
  return {
    ...lineOf(terms, amount),
    kind: 'proration_charge',
    description: `${terms.plan.name} for the rest of the period: ${share.unused} of ${share.total} days`,
    rule,
    formula: `${money(price, currency)} × ${shareText(share)} = ${money(amount, currency)}`,
    inputs: { ...priceInputs(terms, price, currency, period), ...shareInputs(share) },
  }
}

/** The second of C5's lines where the new plan is charged in full: T5, a period or a term of its own (C17, T8). */
export function fullCharge({ terms, period, rule }: Omit<Proration, 'share'>): Line {
  return { ...feeLine({ terms, period }), kind: 'proration_charge', rule }
}

/** A period's fee in advance (C11): the first one's and every renewal's. */
export function feeLine({ terms, period }: { terms: Terms; period: Period }): Line {
  const currency = terms.product.currency
  const price = priceOf(terms.plan, terms.interval)
  return {
    ...lineOf(terms, price),
    kind: 'plan',
    description: `${terms.plan.name}, a ${terms.interval === 'year' ? 'year' : 'period'} in advance`,
    rule: 'C11',
    formula: `${money(price, currency)} × 1 = ${money(price, currency)}`,
    inputs: priceInputs(terms, price, currency, period),
  }
}

function lineOf(terms: Terms, amount: MinorUnits): Pick<Line, 'amount' | 'quantity' | 'unitPrice'> {
  return { amount, quantity: 1n, unitPrice: exactFromMinor(priceOf(terms.plan, terms.interval), terms.product.currency) }
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

function priceInputs(terms: Terms, price: MinorUnits, currency: Currency, period: Period): Inputs {
  return {
    plan: terms.plan.id,
    interval: terms.interval,
    price: decimal(price, currency),
    period_start: iso(period.start),
    period_end: iso(period.end),
  }
}
