import { type Currency, type MinorUnits, minor } from '../money'
import { fromStripeAmount, stripeStep } from './stripe/amounts'

/** Stripe's published minimum charge amounts, as Stripe counts (forints in hundredths); what is not listed has no stated minimum above one unit. */
const MINIMUMS: Readonly<Record<Currency, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}

/** What a card cannot be charged less than; a smaller amount goes on the customer's account until the next invoice. */
export function minimumCharge(currency: Currency): MinorUnits {
  const published = MINIMUMS[currency]
  return published === undefined ? minor(1) : fromStripeAmount(published, currency)
}

/** What a card can be charged, as an account knows it; what cannot waits on the account too. */
export function chargeable(currency: Currency): { minimumCharge: MinorUnits; chargeStep: MinorUnits } {
  return { minimumCharge: minimumCharge(currency), chargeStep: minor(stripeStep(currency)) }
}
