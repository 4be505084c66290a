/** The languages of pages and emails; the first is what everybody gets who asks for none of them. */
export const LOCALES = ['en', 'de', 'ja', 'ar'] as const

export type Locale = (typeof LOCALES)[number]

export const DEFAULT_LOCALE: Locale = 'en'

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value)
}

/**
 * What `Intl` and the messages are formatted by. Arabic counts with the digits 0 to 9, so that an amount is the same characters on the page,
 * in the invoice and at the bank (docs/decisions: one language a page).
 */
export const INTL_LOCALES = { en: 'en', de: 'de', ja: 'ja', ar: 'ar-u-nu-latn' } as const satisfies Record<Locale, string>

export type IntlLocale = (typeof INTL_LOCALES)[Locale]

/** Each in its own words, for whoever cannot read the present one. */
export const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', de: 'Deutsch', ja: '日本語', ar: 'العربية' }

/** The language of an `Intl` locale: `ar` of `ar-u-nu-latn`. */
export function languageOf(intlLocale: string): Locale {
  const language = intlLocale.split('-')[0]
  return isLocale(language) ? language : DEFAULT_LOCALE
}

export function directionOf(intlLocale: string): 'ltr' | 'rtl' {
  return languageOf(intlLocale) === 'ar' ? 'rtl' : 'ltr'
}

/** Of tags in the order of their wish, `de-AT`, the first whose language there is: for where nothing can be negotiated. */
export function firstKnownLanguage(tags: readonly string[]): Locale {
  return tags.map((tag) => tag.toLowerCase().split('-')[0]).find(isLocale) ?? DEFAULT_LOCALE
}
