import type { GrantId } from '../../ids'
import { type Currency, currencyExponent, type ExactAmount, exact, exactFromMinor, larger, type MinorUnits, minor, smaller } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { addDays, type Instant, isBefore, wholeDaysBetween } from '../../time'
import type { PrepaidPolicy } from './catalog'
import { count, decimal, money } from './explain'
import type { Explanation } from './line'

/** Credit that was bought at one time: a lot that ends by itself (P5). */
export type Lot = { id: GrantId; remaining: ExactAmount; expiresAt: Instant }

/** What an organization has bought and not used, and what it has used beyond that (P7). */
export type Prepaid = { lots: readonly Lot[]; debt: ExactAmount }

export type Draw = { lot: GrantId; amount: ExactAmount }

const NONE = exact('0')

/** Lots that still pay, in the order in which they do: the one that expires first (P5). At its end it pays no more (C14). */
export function liveLots(lots: readonly Lot[], now: Instant): Lot[] {
  return lots
    .filter(({ remaining, expiresAt }) => remaining > 0n && isBefore(now, expiresAt))
    .sort((a, b) => a.expiresAt.epochMilliseconds - b.expiresAt.epochMilliseconds || (a.id < b.id ? -1 : 1))
}

/** Below zero where usage came in after the cut-off (P7). */
export function prepaidBalance({ lots, debt }: Prepaid, now: Instant): ExactAmount {
  return (liveLots(lots, now).reduce<bigint>((total, lot) => total + lot.remaining, 0n) - debt) as ExactAmount
}

/** Which lots pay an amount, and what is left of it that none could pay. */
export function drawDown(lots: readonly Lot[], amount: ExactAmount, now: Instant): { draws: Draw[]; shortfall: ExactAmount } {
  const draws: Draw[] = []
  let left: ExactAmount = amount
  for (const lot of liveLots(lots, now)) {
    if (left === 0n) break
    const drawn = smaller(lot.remaining, left)
    draws.push({ lot: lot.id, amount: drawn })
    left = (left - drawn) as ExactAmount
  }
  return { draws, shortfall: left }
}

/** A purchase pays an earlier debt first: −$3.00 and $20.00 leave $17.00 of the lot (P7, G73). */
export function payDebt(debt: ExactAmount, amount: ExactAmount): { paid: ExactAmount; remaining: ExactAmount; debt: ExactAmount } {
  const paid = smaller(debt, amount)
  return { paid, remaining: (amount - paid) as ExactAmount, debt: (debt - paid) as ExactAmount }
}

/** What bought credit pays of an invoice: in whole minor units, for an invoice has no others (G70). */
export function boughtCredit(balance: ExactAmount, currency: Currency): MinorUnits {
  return minor(larger(balance, NONE) / 10n ** BigInt(12 - currencyExponent(currency)))
}

/** Calendar months after it was bought, on the same day or on the month's last (P5, C2): 29 February ends on 28 February. */
export function expiryOf({ expiresAfter }: PrepaidPolicy, boughtAt: Instant): Instant {
  return boughtAt.toZonedDateTimeISO('UTC').add({ months: expiresAfter.months }, { overflow: 'constrain' }).toInstant()
}

/** Whole per cent of the last purchase below which the customer is told that credit runs out. */
export const LOW_CREDIT_PERCENT = 20

/** Strictly below, as auto-recharge is (P4). Not without a purchase: what was given away runs out without a word. */
export function isLowCredit(balance: ExactAmount, lastPurchase: ExactAmount | null): boolean {
  return lastPurchase !== null && balance * 100n < lastPurchase * BigInt(LOW_CREDIT_PERCENT)
}

/** What an organization has paid so far: cash on any invoice less what was refunded (G71). */
export type PaymentHistory = { paid: MinorUnits; firstPaidAt: Instant | null }

/** From 1: the highest tier whose amount and whole days are both reached; the operator's is a floor (P2, G71). */
export function tierOf({ tiers }: PrepaidPolicy, { paid, firstPaidAt }: PaymentHistory, floor: number, now: Instant): number {
  const days = firstPaidAt === null ? 0 : wholeDaysBetween(firstPaidAt, now)
  const reached = tiers.findLastIndex((tier) => paid >= tier.paid && days >= tier.days)
  return Math.min(Math.max(reached + 1, floor, 1), tiers.length)
}

export type PurchaseRefusal = Explanation & { message: string } & (
    | { code: 'below_minimum'; minimum: MinorUnits }
    | { code: 'above_maximum'; maximum: MinorUnits }
  )

/** Whether an amount may be bought at once: from the minimum to the tier's maximum, both included (P2). */
export function checkPurchase(
  policy: PrepaidPolicy,
  { amount, tier, currency }: { amount: MinorUnits; tier: number; currency: Currency },
): Result<null, PurchaseRefusal> {
  const { minimum, tiers } = policy
  const maximum = tiers[tier - 1]?.maximum ?? minimum
  const inputs = { amount: decimal(amount, currency), minimum: decimal(minimum, currency), maximum: decimal(maximum, currency), trust_tier: tier }
  if (amount < minimum) {
    const formula = `${money(amount, currency)} < ${money(minimum, currency)}`
    return refuse({ code: 'below_minimum', message: `At least ${money(minimum, currency)} is bought at once.`, minimum, rule: 'P2', formula, inputs })
  }
  if (amount > maximum) {
    const message = `At most ${money(maximum, currency)} is bought at once in trust tier ${count(tier)}.`
    const formula = `${money(amount, currency)} > ${money(maximum, currency)}`
    return refuse({ code: 'above_maximum', message, maximum, rule: 'P2', formula, inputs })
  }
  return ok(null)
}

/** How the balance is refilled by itself; whole minor units (G17). `monthlyLimit` null: none. */
export type RechargeSettings = { threshold: MinorUnits; amount: MinorUnits; monthlyLimit: MinorUnits | null }

/** `settings` null: switched off. */
export type RechargeState = { settings: RechargeSettings | null; armed: boolean; balance: ExactAmount; currency: Currency }

/** Strictly below: exactly at the threshold nothing is bought (P4). */
export function isBelowThreshold({ settings, balance, currency }: Pick<RechargeState, 'settings' | 'balance' | 'currency'>): boolean {
  return settings !== null && balance < exactFromMinor(settings.threshold, currency)
}

/** What is asked only where the balance has fallen. */
export type RechargeFacts = {
  /** It acts on a prepaid plan only; elsewhere the setting sleeps (G101). */
  onPrepaidPlan: boolean
  /** One at a time (P4). */
  isUnderWay: boolean
  /** A payment of theirs is disputed: nothing is bought by itself (G80). */
  isDisputed: boolean
  /** Recharges of the running UTC calendar month, made or under way (G72). */
  spentThisMonth: MinorUnits
}

export type RechargeDecision = { type: 'none' } | { type: 'buy'; amount: MinorUnits } | { type: 'ceiling'; monthlyLimit: MinorUnits }

/** Once per fall: below and armed it buys and is disarmed; what would pass the month's ceiling is not made (P4, G72). */
export function decideRecharge(state: RechargeState, facts: RechargeFacts): RechargeDecision {
  const { settings, armed } = state
  if (settings === null || !armed || !isBelowThreshold(state)) return { type: 'none' }
  if (!facts.onPrepaidPlan || facts.isUnderWay || facts.isDisputed) return { type: 'none' }
  const { amount, monthlyLimit } = settings
  if (monthlyLimit !== null && facts.spentThisMonth + amount > monthlyLimit) return { type: 'ceiling', monthlyLimit }
  return { type: 'buy', amount }
}

const FAILURES_IN_A_ROW = 3

/** The third failure in a row switches it off; before that, the next event that draws down tries again (P4, G72). */
export function afterFailedRecharge(failuresInARow: number): { failuresInARow: number; switchesOff: boolean } {
  const failures = failuresInARow + 1
  return { failuresInARow: failures, switchesOff: failures >= FAILURES_IN_A_ROW }
}

/** The first instant of a UTC calendar month, by which recharges are counted (G72). */
export function calendarMonthOf(now: Instant): Instant {
  return now.toZonedDateTimeISO('UTC').with({ day: 1 }).startOfDay().toInstant()
}

/**
 * The notice before a lot's end that is due, in days: of several that are due at once the latest alone, and each once (P5).
 * `noticed`: the fewest days of those that were given; null: none.
 */
export function noticeDue(noticeDays: readonly number[], { expiresAt }: Pick<Lot, 'expiresAt'>, noticed: number | null, now: Instant): number | null {
  const due = noticeDays.filter((days) => (noticed === null || days < noticed) && !isBefore(now, addDays(expiresAt, -days)))
  return due.length === 0 ? null : Math.min(...due)
}
