import countries from 'i18n-iso-countries'

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

/** Every code of ISO 3166-1. */
export const COUNTRIES: readonly string[] = Object.keys(countries.getAlpha2Codes())

/** All countries, by their names in `locale`. */
export function countryOptions(locale: string): { value: string; label: string }[] {
  return COUNTRIES.map((code) => ({ value: code, label: countryName(code, locale) })).sort((one, other) => one.label.localeCompare(other.label, locale))
}
