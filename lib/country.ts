const names = new Map<string, Intl.DisplayNames>()

/** An ISO 3166-1 code as a person of `locale` knows the country: `DE` → "Germany". A code that nobody knows stands as it is. */
export function countryName(code: string, locale: string): string {
  let found = names.get(locale)
  if (!found) {
    found = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' })
    names.set(locale, found)
  }
  return found.of(code) ?? code
}
