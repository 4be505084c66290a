import { exact, formatExactMoney, formatMoney, minor } from '../money'
import { instant } from '../time'

const LOCALE = 'en-US'
const units = new Intl.NumberFormat(LOCALE)
const moment = new Intl.DateTimeFormat(LOCALE, {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

/** `31 May 2026, 00:00 UTC`, as it is billed. */
export function formatMoment(iso: string): string {
  const part = new Map(moment.formatToParts(instant(iso).epochMilliseconds).map(({ type, value }) => [type, value]))
  const hour = part.get('hour') === '24' ? '00' : part.get('hour') // Some systems count midnight so.
  return `${part.get('day')} ${part.get('month')} ${part.get('year')}, ${hour}:${part.get('minute')} UTC`
}

export function formatUnits(count: string): string {
  return units.format(BigInt(count))
}

/** `$13.33`. */
export function formatAmount(amount: string, currency: string): string {
  return formatMoney(minor(BigInt(amount)), currency, LOCALE)
}

/** `$0.0005`. */
export function formatUnitPrice(decimal: string, currency: string): string {
  return formatExactMoney(exact(decimal), currency, LOCALE)
}
