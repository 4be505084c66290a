// The one place where the interface meets `Intl`'s dates: instants come as ISO 8601 text and leave as text, always in UTC, as they are billed (C1).

const formats = new Map<string, Intl.DateTimeFormat>()

function format(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
    formats.set(key, found)
  }
  return found
}

/** Epoch milliseconds of an ISO 8601 instant or date. */
function milliseconds(iso: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: the edge to Intl, which knows no Temporal in the browsers we serve.
  const at = Date.parse(iso)
  if (Number.isNaN(at)) throw new RangeError(`"${iso}" is not an instant`)
  return at
}

/** "May 6, 2026" */
export function formatDate(iso: string, locale = 'en'): string {
  return format(locale, 'date', { year: 'numeric', month: 'short', day: 'numeric' }).format(milliseconds(iso))
}

/** "May 6", for an axis or a place where the year is said elsewhere. */
export function formatShortDate(iso: string, locale = 'en'): string {
  return format(locale, 'short', { month: 'short', day: 'numeric' }).format(milliseconds(iso))
}

/** "May 6, 2026, 00:00 UTC" */
export function formatInstant(iso: string, locale = 'en'): string {
  return format(locale, 'instant', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(milliseconds(iso))
}

/** "00:00 UTC", where the day is said elsewhere. */
export function formatTime(iso: string, locale = 'en'): string {
  return format(locale, 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }).format(milliseconds(iso))
}

/** Server and browser have different editions of Unicode's tables, of which only some set thin spaces around the dash; React wants one text. */
const THIN_SPACES = /[\u2009\u202f]/g

/** A period `[start, end)` by its first day and the day on which it ends: "May 1 – 31, 2026". */
export function formatDateRange(startIso: string, endIso: string, locale = 'en'): string {
  const range = format(locale, 'range', { year: 'numeric', month: 'short', day: 'numeric' }).formatRange(milliseconds(startIso), milliseconds(endIso))
  return range.replaceAll(THIN_SPACES, ' ')
}
