import { type Currency, decimalString, type ExactAmount, exactFromMinor, formatExactMoney, formatMoney, type MinorUnits } from '../../money'
import type { Instant } from '../../time'

/**
 * How formulas are written (C9): a person can type one into a calculator. Money as `$10.00`, counts as `30,000`, a true
 * minus, `×`, `/`, `min(…)`, and after `=` the result as it was rounded.
 */

const grouped = new Intl.NumberFormat('en-US')
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

export type Fraction = { numerator: bigint; denominator: bigint }

/** `30,000`. */
export function count(units: bigint | number): string {
  return grouped.format(units)
}

/** `$13.33`, `−$6.67`. */
export function money(amount: MinorUnits, currency: Currency): string {
  return formatMoney(amount, currency, 'en-US')
}

/** A unit price with as many decimals as it has: `$0.0005`. */
export function unitMoney(price: ExactAmount, currency: Currency): string {
  return formatExactMoney(price, currency, 'en-US')
}

/** Money in `inputs`, a plain decimal in major units: `10.00`. */
export function decimal(amount: MinorUnits, currency: Currency): string {
  return decimalString(exactFromMinor(amount, currency), currency)
}

/** An instant in `inputs`, ISO 8601 in UTC: `2026-05-06T00:00:00Z`. */
export function iso(at: Instant): string {
  return at.toString()
}

/** An instant in a sentence: `6 May 2026, 00:00 UTC`. */
export function spoken(at: Instant): string {
  return `${dayAndTime.format(at.epochMilliseconds).replace(' at ', ', ')} UTC`
}

/** `1.1` for 11/10; what has no end as a decimal stays a fraction: `4 / 3`. */
export function fraction({ numerator, denominator }: Fraction): string {
  let scale = 1n
  for (let places = 0; places <= 12; places++, scale *= 10n) {
    if ((numerator * scale) % denominator !== 0n) continue
    const digits = ((numerator * scale) / denominator).toString().padStart(places + 1, '0')
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  }
  return `${numerator} / ${denominator}`
}

/** `1 day`, `4 days`. */
export function days(number: number): string {
  return number === 1 ? '1 day' : `${count(number)} days`
}
