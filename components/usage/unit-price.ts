import { type Currency, type ExactAmount, exact, formatExactMoney } from '@/lib/money'

const MILLION = 1_000_000n
/** A unit that costs less is priced by the million, or nobody could read it. */
const LEAST_READABLE = exact('0.0001')

/** A price of one unit as it can be read: `per` says whether it is that of a million. */
export function readablePrice(unitPrice: string, currency: Currency, locale: string): { price: string; per: 'unit' | 'million' } {
  const price = exact(unitPrice)
  return price > 0n && price < LEAST_READABLE
    ? { price: formatExactMoney((price * MILLION) as ExactAmount, currency, locale), per: 'million' }
    : { price: formatExactMoney(price, currency, locale), per: 'unit' }
}
