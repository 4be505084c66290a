import { count, money, spoken, unitMoney } from '../billing/core/explain'
import { exact, formatExactMoney, formatMoney, minor } from '../money'
import { instant } from '../time'
import type { MailLanguage } from './language'

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

export function figuresIn(language: MailLanguage): Figures {
  if (language === 'en') return ENGLISH
  const moments = new Intl.DateTimeFormat(language, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  const lists = new Intl.ListFormat(language)
  const numbers = new Intl.NumberFormat(language)
  return {
    moment: (iso) => moments.format(instant(iso).epochMilliseconds),
    units: (units) => numbers.format(BigInt(units)),
    amount: (minorUnits, currency) => formatMoney(minor(BigInt(minorUnits)), currency, language),
    exactAmount: (decimal, currency) => formatExactMoney(exact(decimal), currency, language),
    list: (parts) => lists.format(parts),
  }
}
