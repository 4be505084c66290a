const written = new Map<string, Intl.DateTimeFormat>()

/** The day of an instant that the engine wrote in ISO 8601, in words. */
export function dayIn(iso: string, intlLocale: string): string {
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
  const days = written.get(intlLocale) ?? new Intl.DateTimeFormat(intlLocale, { dateStyle: 'long', timeZone: 'UTC' })
  written.set(intlLocale, days)
  // biome-ignore lint/style/noRestrictedGlobals: the edge to Intl; the engine wrote this day, and no clock is asked.
  return days.format(Date.UTC(Number(year), Number(month) - 1, Number(day)))
}
