import { count, money, spoken, unitMoney } from '../billing/core/explain'
import { exact, minor } from '../money'
import { instant } from '../time'

// A payload holds figures as text. They are written as an invoice line’s formula writes them, so that mail and invoice agree.

/** `31 May 2026, 00:00 UTC`, as it is billed. */
export function formatMoment(iso: string): string {
  return spoken(instant(iso))
}

export function formatUnits(units: string): string {
  return count(BigInt(units))
}

/** `$13.33`. */
export function formatAmount(amount: string, currency: string): string {
  return money(minor(BigInt(amount)), currency)
}

/** `$0.0005`. */
export function formatUnitPrice(decimal: string, currency: string): string {
  return unitMoney(exact(decimal), currency)
}
