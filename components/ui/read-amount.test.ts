import { describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { amountText, readAmount, readCount } from './read-amount'

describe('an amount that somebody types', () => {
  it.each([
    ['50', 'usd', 'en', 50_00n],
    ['$50', 'usd', 'en', 50_00n],
    [' 1,250.05 ', 'usd', 'en', 1_250_05n],
    ['1250.05', 'usd', 'en', 1_250_05n],
    ['0', 'usd', 'en', 0n],
    ['0.5', 'usd', 'en', 50n],
    ['12,50', 'usd', 'en', 12_50n],
    ['499', 'jpy', 'en', 499n],
    ['1.234', 'kwd', 'en', 1_234n],
    ['1.250,05', 'eur', 'de', 1_250_05n],
    ['1250,05', 'eur', 'de', 1_250_05n],
    ['1.250', 'eur', 'de', 1_250_00n],
    ['€ 50,00', 'eur', 'de', 50_00n],
    ['50.00', 'eur', 'de', 50_00n],
    ['0,5', 'eur', 'de', 50n],
    ['1,250', 'usd', 'ja', 1_250_00n],
    ['１，２５０．０５', 'usd', 'ja', 1_250_05n],
    ['￥499', 'jpy', 'ja', 499n],
    ['50.00', 'usd', 'ar-u-nu-latn', 50_00n],
    ['٥٠٫٠٥', 'usd', 'ar-u-nu-latn', 50_05n],
    ['١٬٢٥٠', 'usd', 'ar-u-nu-latn', 1_250_00n],
  ])('%s in %s and %s is %s minor units', (text, currency, locale, amount) => {
    expect(readAmount(text, currency, locale)).toBe(amount)
  })

  it.each([
    ['', 'usd', 'en'],
    ['-5', 'usd', 'en'],
    ['1e3', 'usd', 'en'],
    ['4.999', 'usd', 'en'],
    ['4.9', 'jpy', 'en'],
    ['fifty', 'usd', 'en'],
    ['5 $', 'usd', 'en'],
    ['1.2.3', 'usd', 'en'],
    ['1,25,0', 'usd', 'en'],
    ['1,250,5', 'usd', 'en'],
    ['1.250,05', 'usd', 'en'],
    ['1,250.05', 'eur', 'de'],
    ['4,999', 'eur', 'de'],
    ['12.', 'usd', 'en'],
    ['9'.repeat(13), 'usd', 'en'],
  ])('%s in %s and %s is none', (text, currency, locale) => {
    expect(readAmount(text, currency, locale)).toBeNull()
  })

  it.each([
    [50_00n, 'usd', 'en', '50.00'],
    [5n, 'usd', 'en', '0.05'],
    [499n, 'jpy', 'ja', '499'],
    [1_250_05n, 'eur', 'de', '1250,05'],
    [50_00n, 'usd', 'ar-u-nu-latn', '50.00'],
  ])('%s is shown in %s and %s as %s, and read back', (amount, currency, locale, text) => {
    expect(amountText(minor(amount), currency, locale)).toBe(text)
    expect(readAmount(text, currency, locale)).toBe(amount)
  })

  it.each([
    ['12,500', 'en', 12_500n],
    ['12.500', 'de', 12_500n],
    ['١٢٬٥٠٠', 'ar-u-nu-latn', 12_500n],
    ['１２５００', 'ja', 12_500n],
    ['0', 'en', 0n],
    ['1.5', 'en', null],
    ['12,5', 'en', null],
    ['-1', 'en', null],
    ['', 'en', null],
  ])('%s in %s is the count %s', (text, locale, count) => {
    expect(readCount(text, locale)).toBe(count)
  })
})
