import { describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { ProviderMisuse } from '../port'
import { fromStripeAmount, toStripeAmount } from './amounts'

describe('amounts at Stripe', () => {
  it.each([
    { currency: 'usd', ours: 13_33n, stripe: 1333, why: 'hundredths' },
    { currency: 'jpy', ours: 1333n, stripe: 1333, why: 'no smaller unit' },
    { currency: 'kwd', ours: 13_330n, stripe: 13_330, why: 'thousandths, in steps of ten' },
    { currency: 'isk', ours: 1333n, stripe: 1333_00, why: 'whole krónur, sent in hundredths' },
    { currency: 'ugx', ours: 1333n, stripe: 1333_00, why: 'whole shillings, sent in hundredths' },
    { currency: 'lak', ours: 1333n, stripe: 1333, why: 'hundredths of a kip' },
    { currency: 'mga', ours: 1300n, stripe: 13, why: 'whole ariary at Stripe' },
    { currency: 'usd', ours: 999_999_99n, stripe: 99_999_999, why: 'the largest' },
  ])('$ours $currency is $stripe: $why', ({ currency, ours, stripe }) => {
    expect(toStripeAmount(minor(ours), currency)).toBe(stripe)
    expect(fromStripeAmount(stripe, currency)).toBe(ours)
  })

  it.each([
    { currency: 'usd', ours: 0n, why: 'nothing' },
    { currency: 'usd', ours: -1n, why: 'less than nothing' },
    { currency: 'usd', ours: 1_000_000_00n, why: 'one cent too much' },
    { currency: 'kwd', ours: 13_331n, why: 'finer than steps of ten' },
  ])('$ours $currency is never rounded or cut to fit: $why', ({ currency, ours }) => {
    expect(() => toStripeAmount(minor(ours), currency)).toThrow(ProviderMisuse)
  })
})
