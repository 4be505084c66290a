import { describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { amountText, readAmount, readCount } from './read-amount'

describe('an amount that somebody types', () => {
  it.each([
    ['50', 'usd', 50_00n],
    ['$50', 'usd', 50_00n],
    [' 1,250.05 ', 'usd', 1_250_05n],
    ['0', 'usd', 0n],
    ['0.5', 'usd', 50n],
    ['499', 'jpy', 499n],
    ['1.234', 'kwd', 1_234n],
  ])('%s in %s is %s minor units', (text, currency, amount) => {
    expect(readAmount(text, currency)).toBe(amount)
  })

  it.each([
    ['', 'usd'],
    ['-5', 'usd'],
    ['1e3', 'usd'],
    ['4.999', 'usd'],
    ['4.9', 'jpy'],
    ['fifty', 'usd'],
    ['5 $', 'usd'],
    ['1.2.3', 'usd'],
    ['9'.repeat(13), 'usd'],
  ])('%s in %s is none', (text, currency) => {
    expect(readAmount(text, currency)).toBeNull()
  })

  it.each([
    [50_00n, 'usd', '50.00'],
    [5n, 'usd', '0.05'],
    [499n, 'jpy', '499'],
  ])('%s is shown in %s as %s, and read back', (amount, currency, text) => {
    expect(amountText(minor(amount), currency)).toBe(text)
    expect(readAmount(text, currency)).toBe(amount)
  })

  it.each([
    ['12,500', 12_500n],
    ['0', 0n],
    ['1.5', null],
    ['-1', null],
    ['', null],
  ])('%s is the count %s', (text, count) => {
    expect(readCount(text)).toBe(count)
  })
})
