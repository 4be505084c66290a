import { type Currency, currencyExponent, type MinorUnits, minor } from '../../money'
import { ProviderMisuse } from '../port'

/**
 * Stripe counts in hundredths but for these, whatever ISO 4217 or a language's habits say: Icelandic krónur and Ugandan
 * shillings, which have no smaller unit, are sent in hundredths too. See https://docs.stripe.com/currencies.
 */
const WHOLE = new Set<Currency>(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'])
const THOUSANDTHS = new Set<Currency>(['bhd', 'jod', 'kwd', 'omr', 'tnd'])

function stripeExponent(currency: Currency): number {
  if (WHOLE.has(currency)) return 0
  return THOUSANDTHS.has(currency) ? 3 : 2
}

const LARGEST = 99_999_999n

function shiftOf(currency: Currency): number {
  return stripeExponent(currency) - currencyExponent(currency)
}

/** What an amount must be a multiple of, in our minor units: Stripe takes three-decimal currencies in steps of ten, and some in no such parts. */
export function stripeStep(currency: Currency): bigint {
  return THOUSANDTHS.has(currency) ? 10n : 10n ** BigInt(Math.max(-shiftOf(currency), 0))
}

/**
 * Our minor units as the integer that Stripe expects.
 *
 * @throws ProviderMisuse where Stripe cannot carry the amount: not positive, too large, or finer than it takes.
 */
export function toStripeAmount(amount: MinorUnits, currency: Currency): number {
  const shift = shiftOf(currency)
  const finer = 10n ** BigInt(Math.max(-shift, 0))
  const scaled = shift >= 0 ? amount * 10n ** BigInt(shift) : amount / finer
  if (amount <= 0n || scaled > LARGEST) throw new ProviderMisuse(`${amount} ${currency} cannot be sent to Stripe`)
  if (amount % stripeStep(currency) !== 0n) throw new ProviderMisuse(`${amount} ${currency} is finer than Stripe takes`)
  return Number(scaled)
}

export function fromStripeAmount(amount: number, currency: Currency): MinorUnits {
  const shift = shiftOf(currency)
  const given = BigInt(amount)
  return minor(shift >= 0 ? given / 10n ** BigInt(shift) : given * 10n ** BigInt(-shift))
}
