import { describe, expect, it } from 'vitest'
import {
  currencyExponent,
  decimalString,
  divideRounded,
  exact,
  exactFromMinor,
  extend,
  formatExactMoney,
  formatMoney,
  isCurrency,
  minor,
  minorFromExact,
  prorate,
  unitPriceString,
} from './money'

describe('C4: exact decimals', () => {
  it.each([
    { text: '0', units: 0n },
    { text: '1', units: 10n ** 12n },
    { text: '0.0005', units: 500_000_000n },
    { text: '-3.00', units: -3n * 10n ** 12n },
    { text: '-0.5', units: -(10n ** 12n) / 2n },
    { text: '0.000000000001', units: 1n },
    { text: '999999999999999999999999.999999999999', units: 10n ** 36n - 1n },
  ])('$text is $units at 10⁻¹²', ({ text, units }) => {
    expect(exact(text)).toBe(units)
  })

  it.each(['', ' 1', '1.', '.5', '1e3', '+1', '1,000', '0x10', '0.0000000000001', 'NaN', '1 '])('refuses %j', (text) => {
    expect(() => exact(text)).toThrow(RangeError)
  })

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is no whole number of minor units', (amount) => {
    expect(() => minor(amount)).toThrow(RangeError)
  })
})

describe('C4: rounded once, half away from zero', () => {
  it.each([
    { top: 5n, bottom: 2n, rounded: 3n },
    { top: -5n, bottom: 2n, rounded: -3n },
    { top: 5n, bottom: -2n, rounded: -3n },
    { top: -5n, bottom: -2n, rounded: 3n },
    { top: 3n, bottom: 2n, rounded: 2n },
    { top: 49n, bottom: 100n, rounded: 0n },
    { top: 50n, bottom: 100n, rounded: 1n },
    { top: -49n, bottom: 100n, rounded: 0n },
    { top: -50n, bottom: 100n, rounded: -1n },
    { top: 0n, bottom: 7n, rounded: 0n },
    { top: 10n ** 40n + 1n, bottom: 2n, rounded: (10n ** 40n + 2n) / 2n },
  ])('$top / $bottom = $rounded', ({ top, bottom, rounded }) => {
    expect(divideRounded(top, bottom)).toBe(rounded)
  })

  it('by nothing is a bug', () => {
    expect(() => divideRounded(1n, 0n)).toThrow(RangeError)
  })

  it.each([
    { amount: 10_00n, part: 20n, whole: 30n, share: 6_67n },
    { amount: -10_00n, part: 20n, whole: 30n, share: -6_67n },
    { amount: 30_00n, part: 20n, whole: 30n, share: 20_00n },
    { amount: 10_00n, part: 0n, whole: 30n, share: 0n },
    { amount: 10_00n, part: 30n, whole: 30n, share: 10_00n },
    { amount: 1n, part: 1n, whole: 2n, share: 1n },
    { amount: -1n, part: 1n, whole: 2n, share: -1n },
  ])('C5: $amount × $part / $whole = $share', ({ amount, part, whole, share }) => {
    expect(prorate(minor(amount), part, whole)).toBe(share)
  })
})

describe('C4: the minor unit is ISO 4217’s', () => {
  it.each([
    { currency: 'usd', exponent: 2 },
    { currency: 'eur', exponent: 2 },
    { currency: 'jpy', exponent: 0 },
    { currency: 'isk', exponent: 0 },
    { currency: 'kwd', exponent: 3 },
    { currency: 'clf', exponent: 4 },
    // `Intl` shows these without decimals; their minor unit has two all the same.
    { currency: 'huf', exponent: 2 },
    { currency: 'idr', exponent: 2 },
  ])('$currency: $exponent digits', ({ currency, exponent }) => {
    expect(currencyExponent(currency)).toBe(exponent)
    expect(exactFromMinor(minor(1), currency)).toBe(10n ** BigInt(12 - exponent))
    expect(minorFromExact(exactFromMinor(minor(-123), currency), currency)).toBe(-123n)
  })

  it.each(['usd', 'jpy', 'kwd'])('%s is a currency', (code) => {
    expect(isCurrency(code)).toBe(true)
  })

  it.each(['', 'us', 'USD', 'zzz'])('%j is none', (code) => {
    expect(isCurrency(code)).toBe(false)
  })

  it.each([
    { what: 'A3: 10,000 calls', price: '0.0005', quantity: 10_000n, currency: 'usd', amount: 5_00n },
    { what: 'ten calls: half a cent', price: '0.0005', quantity: 10n, currency: 'usd', amount: 1n },
    { what: 'nine calls: less than half a cent', price: '0.0005', quantity: 9n, currency: 'usd', amount: 0n },
    { what: 'yen', price: '0.5', quantity: 3n, currency: 'jpy', amount: 2n },
    { what: 'fils', price: '0.0005', quantity: 3n, currency: 'kwd', amount: 2n },
    { what: 'a quantity that no float holds', price: '0.01', quantity: 2n ** 60n + 1n, currency: 'usd', amount: 2n ** 60n + 1n },
  ])('$what at $price: $amount', ({ price, quantity, currency, amount }) => {
    expect(extend(exact(price), quantity, currency)).toBe(amount)
  })
})

describe('how money is written (G17, G18)', () => {
  it.each([
    { amount: '17', currency: 'usd', text: '17.00' },
    { amount: '16.9987', currency: 'usd', text: '16.9987' },
    { amount: '-3', currency: 'usd', text: '-3.00' },
    { amount: '-0.5', currency: 'usd', text: '-0.50' },
    { amount: '17', currency: 'jpy', text: '17' },
    { amount: '0.1', currency: 'kwd', text: '0.100' },
    { amount: '0.000000000001', currency: 'usd', text: '0.000000000001' },
  ])('$amount $currency is "$text"', ({ amount, currency, text }) => {
    expect(decimalString(exact(amount), currency)).toBe(text)
    expect(exact(text)).toBe(exact(amount))
  })

  it.each(['0', '5', '0.0005', '12.5', '-0.5', '-12'])('the unit price %s is as short as that', (text) => {
    expect(unitPriceString(exact(text))).toBe(text)
  })

  it('for a person: a true minus, all decimals, and exact beyond what a float holds', () => {
    expect(formatMoney(minor(13_33), 'usd')).toBe('$13.33')
    expect(formatMoney(minor(-6_67), 'usd')).toBe('−$6.67')
    expect(formatMoney(minor(500), 'jpy')).toBe('¥500')
    expect(formatMoney(minor(1_250_00), 'eur', 'de')).toBe('1.250,00\u00a0€')
    // The sign of the currency is an isolate from left to right: drawn as US$, not as $US.
    expect(formatMoney(minor(13_33), 'usd', 'ar-u-nu-latn')).toBe('\u200f13.33\u00a0\u2066US$\u2069')
    expect(formatExactMoney(exact('0.0005'), 'usd')).toBe('$0.0005')
    expect(formatMoney(minor(10n ** 20n + 1n), 'usd')).toBe('$1,000,000,000,000,000,000.01')
  })
})
