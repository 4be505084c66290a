declare const minorBrand: unique symbol
declare const exactBrand: unique symbol

/** A settled amount: an integer of the currency's minor unit (C4), e.g. cents. Its currency stands beside it. */
export type MinorUnits = bigint & { readonly [minorBrand]: true }

/** An exact amount in units of 10⁻¹² of the currency's major unit (C4): unit prices, the prepaid balance, the ledger. */
export type ExactAmount = bigint & { readonly [exactBrand]: true }

/** ISO 4217 code in lower case, as in the machine interface: `usd`, `jpy`, `kwd`. */
export type Currency = string

const EXACT_DIGITS = 12
const EXACT_PER_MAJOR = 10n ** BigInt(EXACT_DIGITS)
const DECIMAL = /^(-?)(\d{1,24})(?:\.(\d{1,12}))?$/

export const ZERO = 0n as MinorUnits

export function minor(amount: bigint | number): MinorUnits {
  if (typeof amount === 'number' && !Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of minor units`)
  return BigInt(amount) as MinorUnits
}

/**
 * Reads a decimal string in major units: `exact('0.0005')`. At most 12 decimals; no exponent.
 *
 * @throws RangeError where it is not such a string.
 */
export function exact(decimal: string): ExactAmount {
  const match = DECIMAL.exec(decimal)
  if (!match) throw new RangeError(`"${decimal}" is not a decimal with at most ${EXACT_DIGITS} places`)
  const [, sign, whole = '0', fraction = ''] = match
  const magnitude = BigInt(whole) * EXACT_PER_MAJOR + BigInt(fraction.padEnd(EXACT_DIGITS, '0'))
  return (sign === '-' ? -magnitude : magnitude) as ExactAmount
}

/** ISO 4217's minor units where they are not 2. `Intl` is no source: it shows CLDR's digits, which differ for some. */
const EXPONENTS: Readonly<Record<Currency, number>> = {
  ...Object.fromEntries(
    ['bif', 'clp', 'djf', 'gnf', 'isk', 'jpy', 'kmf', 'krw', 'pyg', 'rwf', 'ugx', 'uyi', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'].map((code) => [code, 0]),
  ),
  ...Object.fromEntries(['bhd', 'iqd', 'jod', 'kwd', 'lyd', 'omr', 'tnd'].map((code) => [code, 3])),
  ...Object.fromEntries(['clf', 'uyw'].map((code) => [code, 4])),
}
const knownCurrencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

export function isCurrency(code: string): boolean {
  return knownCurrencies.has(code)
}

/** Digits of the minor unit after ISO 4217: USD 2, JPY 0, KWD 3. */
export function currencyExponent(currency: Currency): number {
  return EXPONENTS[currency] ?? 2
}

/** Divides and rounds once, half away from zero (C4): 5/2 → 3, −5/2 → −3. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new RangeError('division by zero')
  const negative = numerator < 0n !== denominator < 0n
  const top = numerator < 0n ? -numerator : numerator
  const bottom = denominator < 0n ? -denominator : denominator
  const rounded = (top * 2n + bottom) / (bottom * 2n)
  return negative ? -rounded : rounded
}

/** `amount × part / whole`, rounded once (C5). */
export function prorate(amount: MinorUnits, part: bigint, whole: bigint): MinorUnits {
  return minor(divideRounded(amount * part, whole))
}

function exactPerMinor(currency: Currency): bigint {
  return 10n ** BigInt(EXACT_DIGITS - currencyExponent(currency))
}

/** `quantity × unit price` in minor units, rounded once on the whole (A3, C4). */
export function extend(unitPrice: ExactAmount, quantity: bigint, currency: Currency): MinorUnits {
  return minor(divideRounded(unitPrice * quantity, exactPerMinor(currency)))
}

export function exactFromMinor(amount: MinorUnits, currency: Currency): ExactAmount {
  return (amount * exactPerMinor(currency)) as ExactAmount
}

/** Rounded once, half away from zero. */
export function minorFromExact(amount: ExactAmount, currency: Currency): MinorUnits {
  return minor(divideRounded(amount, exactPerMinor(currency)))
}

/** Splits `total` by `weights` so that the parts add up to it: each takes its rounded share of what is left. */
export function allocate(total: MinorUnits, weights: readonly bigint[]): MinorUnits[] {
  let left: bigint = total
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0n)
  return weights.map((weight) => {
    const part = weightLeft === 0n ? 0n : divideRounded(left * weight, weightLeft)
    left -= part
    weightLeft -= weight
    return minor(part)
  })
}

export function sum(amounts: readonly MinorUnits[]): MinorUnits {
  return minor(amounts.reduce<bigint>((total, amount) => total + amount, 0n))
}

export function smaller<Amount extends bigint>(a: Amount, b: Amount): Amount {
  return a < b ? a : b
}

export function larger<Amount extends bigint>(a: Amount, b: Amount): Amount {
  return a > b ? a : b
}

/** A decimal string without exponent, with no trailing zeros beyond the currency's (G18): `"17.00"`, `"16.9987"`. */
export function decimalString(amount: ExactAmount, currency: Currency): string {
  return decimalWith(amount, currencyExponent(currency))
}

/** With at least so many decimals, and no more zeros than those. */
function decimalWith(amount: ExactAmount, leastDecimals: number): string {
  const magnitude = amount < 0n ? -amount : amount
  const digits = (magnitude % EXACT_PER_MAJOR).toString().padStart(EXACT_DIGITS, '0')
  const kept = Math.max(leastDecimals, digits.replace(/0+$/, '').length)
  const fraction = kept === 0 ? '' : `.${digits.slice(0, kept)}`
  return `${amount < 0n ? '-' : ''}${magnitude / EXACT_PER_MAJOR}${fraction}`
}

/** The shortest decimal of a unit price: `"0.0005"`, `"5"`. */
export function unitPriceString(price: ExactAmount): string {
  return decimalWith(price, 0)
}

/** Money for a person: `$13.33`, `−$6.67` (with a true minus sign). Exact: `Intl` is handed a decimal string, not a float. */
export function formatMoney(amount: MinorUnits, currency: Currency, locale = 'en-US'): string {
  return formatExactMoney(exactFromMinor(amount, currency), currency, locale)
}

/** As `formatMoney`, with as many decimals as the amount has: `$0.0005`. */
export function formatExactMoney(amount: ExactAmount, currency: Currency, locale = 'en-US'): string {
  const decimal = decimalString(amount, currency) as `${number}`
  const fractionDigits = decimal.split('.')[1]?.length ?? 0
  const format = currencyFormat(locale, currency, fractionDigits)
  const parts = locale.startsWith('ar') ? format.formatToParts(decimal).map(isolateSymbol) : [format.format(decimal)]
  return parts.join('').replace('-', '−')
}

const formats = new Map<string, Intl.NumberFormat>()

/** One for each way to write an amount: it takes longer to make than a thousand amounts to write, and its memory is not the heap's. */
function currencyFormat(locale: string, currency: Currency, fractionDigits: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${fractionDigits}`
  const found =
    formats.get(key) ??
    new Intl.NumberFormat(locale, { style: 'currency', currency, minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits })
  formats.set(key, found)
  return found
}

/** In a line from right to left `US$` would be drawn as `$US`: its sign stands at an edge, where it follows the line. */
function isolateSymbol({ type, value }: Intl.NumberFormatPart): string {
  return type === 'currency' ? `\u2066${value}\u2069` : value
}
