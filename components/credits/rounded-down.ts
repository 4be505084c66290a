import { type Currency, type ExactAmount, exactFromMinor, type MinorUnits, minor, minorFromExact } from '@/lib/money'

/** Whole minor units of an exact balance: never more than there is. */
export function roundedDown(amount: ExactAmount, currency: Currency): MinorUnits {
  const rounded = minorFromExact(amount, currency)
  return exactFromMinor(rounded, currency) > amount ? minor(rounded - 1n) : rounded
}
