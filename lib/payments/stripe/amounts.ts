import { type Currency, currencyExponent, type MinorUnits, minor } from '../../money'
import { ProviderMisuse } from '../port'

/**
 * Where Stripe counts a currency otherwise than ISO 4217: Icelandic krónur and Ugandan shillings have no smaller unit
 * but are sent in hundredths, ariary have one but are sent whole. See https://docs.stripe.com/currencies.
 */
const STRIPE_EXPONENT: Record<Currency, number> = { isk: 2, ugx: 2, mga: 0 }
const LARGEST = 99_999_999n

/** Stripe's least charges, in minor units. See https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. */
const MINIMUM: Record<Currency, bigint> = {
  usd: 50n,
  aed: 200n,
  aud: 50n,
  bgn: 100n,
  brl: 50n,
  cad: 50n,
  chf: 50n,
  czk: 1500n,
  dkk: 250n,
  eur: 50n,
  gbp: 30n,
  hkd: 400n,
  huf: 17500n,
  inr: 50n,
  jpy: 50n,
  mxn: 1000n,
  myr: 200n,
  nok: 300n,
  nzd: 50n,
  pln: 200n,
  ron: 200n,
  sek: 300n,
  sgd: 50n,
  thb: 1000n,
}

/** The least that Stripe charges; where it publishes none, half of the major unit. */
export function minimumCharge(currency: Currency): MinorUnits {
  const half = 10n ** BigInt(currencyExponent(currency)) / 2n
  return minor(MINIMUM[currency] ?? (half > 0n ? half : 1n))
}

function shiftOf(currency: Currency): number {
  return (STRIPE_EXPONENT[currency] ?? currencyExponent(currency)) - currencyExponent(currency)
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
  // Three-decimal currencies are accepted in steps of ten.
  if (amount % finer !== 0n || (currencyExponent(currency) === 3 && scaled % 10n !== 0n)) {
    throw new ProviderMisuse(`${amount} ${currency} is finer than Stripe takes`)
  }
  return Number(scaled)
}

export function fromStripeAmount(amount: number, currency: Currency): MinorUnits {
  const shift = shiftOf(currency)
  const given = BigInt(amount)
  return minor(shift >= 0 ? given / 10n ** BigInt(shift) : given * 10n ** BigInt(-shift))
}
