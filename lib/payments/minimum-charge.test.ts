import { expect, it } from 'vitest'
import { minor } from '../money'
import { chargeable, minimumCharge } from './minimum-charge'
import { toStripeAmount } from './stripe/amounts'

it.each([
  { currency: 'usd', stripe: 50 },
  { currency: 'jpy', stripe: 50 },
  { currency: 'gbp', stripe: 30 },
  { currency: 'huf', stripe: 175_00 },
])('the least charge in $currency is what Stripe publishes', ({ currency, stripe }) => {
  expect(toStripeAmount(minimumCharge(currency), currency)).toBe(stripe)
})

it('is one unit where Stripe publishes none', () => {
  expect(minimumCharge('kwd')).toBe(1n)
})

it.each([
  { currency: 'usd', step: 1n },
  { currency: 'jpy', step: 1n },
  { currency: 'kwd', step: 10n },
  { currency: 'iqd', step: 10n },
  { currency: 'mga', step: 100n },
])('a charge in $currency goes in steps of $step', ({ currency, step }) => {
  expect(chargeable(currency).chargeStep).toBe(step)
  expect(() => toStripeAmount(minor(step * 1_000n), currency)).not.toThrow()
  if (step > 1n) expect(() => toStripeAmount(minor(step * 1_000n + 1n), currency)).toThrow('finer')
})
