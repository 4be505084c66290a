import { type Currency, currencyExponent, exact, type MinorUnits, minorFromExact } from '@/lib/money'

/** What somebody typed as an amount of money: `50`, `$1,250.00`. Null where it is none, or finer than the currency has. */
export function readAmount(text: string, currency: Currency): MinorUnits | null {
  const plain = text
    .trim()
    .replace(/^[^\d.-]+/, '')
    .replaceAll(/[,\s]/g, '')
  const fraction = plain.split('.')[1]?.length ?? 0
  if (!/^\d{1,12}(\.\d+)?$/.test(plain) || fraction > currencyExponent(currency)) return null
  return minorFromExact(exact(plain), currency)
}

/** A count that somebody typed: `12,500`. Null where it is none. */
export function readCount(text: string): bigint | null {
  const plain = text.trim().replaceAll(/[,\s]/g, '')
  return /^\d{1,15}$/.test(plain) ? BigInt(plain) : null
}

/** An amount as a field shows it: `50.00`. */
export function amountText(amount: MinorUnits, currency: Currency): string {
  const digits = currencyExponent(currency)
  const text = amount.toString().padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}
