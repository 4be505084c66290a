import { count, money, spoken, unitMoney } from '../billing/core/explain'
import { INTL_LOCALES, type Locale } from '../locale'
import { exact, formatExactMoney, formatMoney, minor } from '../money'
import { instant } from '../time'

/** How a message writes what its payload holds as text. */
export type Figures = {
  /** `31 May 2026, 00:00 UTC`, as it is billed. */
  moment(iso: string): string
  units(units: string | number): string
  /** `$13.33`. */
  amount(minorUnits: string, currency: string): string
  /** `$0.0005`, of a decimal in major units. */
  exactAmount(decimal: string, currency: string): string
  /** `Ada, Grace and 3 others`. */
  list(parts: readonly string[]): string
}

/** As an invoice line's formula writes them, so that mail and invoice agree. */
const ENGLISH: Figures = {
  moment: (iso) => spoken(instant(iso)),
  units: (units) => count(BigInt(units)),
  amount: (minorUnits, currency) => money(minor(BigInt(minorUnits)), currency),
  exactAmount: (decimal, currency) => unitMoney(exact(decimal), currency),
  list: (parts) => new Intl.ListFormat('en-GB').format(parts),
}

export function figuresIn(language: Locale): Figures {
  if (language === 'en') return ENGLISH
  const locale = INTL_LOCALES[language]
  const moments = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  const lists = new Intl.ListFormat(locale)
  const numbers = new Intl.NumberFormat(locale)
  return {
    moment: (iso) => moments.format(instant(iso).epochMilliseconds),
    units: (units) => numbers.format(BigInt(units)),
    amount: (minorUnits, currency) => formatMoney(minor(BigInt(minorUnits)), currency, locale),
    exactAmount: (decimal, currency) => formatExactMoney(exact(decimal), currency, locale),
    list: (parts) => lists.format(parts),
  }
}
