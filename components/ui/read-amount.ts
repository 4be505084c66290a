import { type Currency, currencyExponent, exact, type MinorUnits, minorFromExact } from '@/lib/money'

/** Digits as a Japanese keyboard may write them, and as Arabic and Persian ones do, with their marks. */
const OTHER_DIGITS = /[\uff10-\uff19\u0660-\u0669\u06f0-\u06f9]/g
const OTHER_MARKS: Record<string, string> = { '\uff0e': '.', '\uff0c': ',', '\u066b': '.', '\u066c': ',', '’': "'" }

type Marks = { decimal: string; group: string }

/** What stands before decimals and between thousands: `.` and `,` in English, the other way round in German. */
function marksOf(locale: string): Marks {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.5)
  const mark = (type: 'decimal' | 'group', usual: string) => parts.find((part) => part.type === type)?.value ?? usual
  return { decimal: mark('decimal', '.'), group: mark('group', ',') }
}

/** Without currency before it, without spaces, and in the digits 0 to 9. */
function plainText(text: string): string {
  return text
    .trim()
    .replaceAll(OTHER_DIGITS, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    .replaceAll(/[\uff0e\uff0c\u066b\u066c’]/g, (mark) => OTHER_MARKS[mark] ?? mark)
    .replaceAll(/[\s\u200e\u200f\u061c]/g, '')
    .replace(/^[^\d.,-]+/, '')
}

/**
 * `1250.05` of what was typed as `1,250.05` in English or `1.250,05` in German; null where it is no number in that language. Thousands
 * are set apart wholly or not at all, so that `1,25` is never taken for 125. A single foreign mark that cannot set thousands apart can only
 * stand before decimals: `50.00` is fifty in German too.
 */
export function plainNumber(text: string, locale: string): string | null {
  const plain = plainText(text)
  const { decimal, group } = marksOf(locale)
  const [whole = '', fraction, ...more] = plain.split(decimal)
  if (more.length > 0) return null
  if (fraction !== undefined && !/^\d+$/.test(fraction)) return null
  const joined = joinThousands(whole, group)
  if (joined !== null) return fraction === undefined ? joined : `${joined}.${fraction}`
  return fraction === undefined && /^\d+[.,](\d{1,2}|\d{4,})$/.test(plain) ? plain.replace(',', '.') : null
}

function joinThousands(whole: string, group: string): string | null {
  const groups = whole.split(group)
  const isGrouped = groups.length > 1
  const wellSet = groups.every((digits, index) => (isGrouped ? (index === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(digits) : /^\d+$/.test(digits)))
  return wellSet ? groups.join('') : null
}

/** What somebody typed as an amount of money: `50`, `$1,250.00`, in German `1.250,00`. Null where it is none, or finer than the currency has. */
export function readAmount(text: string, currency: Currency, locale: string): MinorUnits | null {
  const plain = plainNumber(text, locale)
  if (plain === null || !/^\d{1,12}(\.\d+)?$/.test(plain)) return null
  const fraction = plain.split('.')[1]?.length ?? 0
  return fraction > currencyExponent(currency) ? null : minorFromExact(exact(plain), currency)
}

/** A count that somebody typed: `12,500`. Null where it is none. */
export function readCount(text: string, locale: string): bigint | null {
  const plain = plainNumber(text, locale)
  return plain !== null && /^\d{1,15}$/.test(plain) ? BigInt(plain) : null
}

/** An amount as a field shows it: `50.00`, in German `50,00`. */
export function amountText(amount: MinorUnits, currency: Currency, locale: string): string {
  const digits = currencyExponent(currency)
  const text = amount.toString().padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}${marksOf(locale).decimal}${text.slice(-digits)}`
}
