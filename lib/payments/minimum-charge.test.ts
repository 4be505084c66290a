import { expect, it } from 'vitest'
import { minimumCharge } from './minimum-charge'
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
