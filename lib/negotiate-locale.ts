import { match } from '@formatjs/intl-localematcher'
import Negotiator from 'negotiator'
import { DEFAULT_LOCALE, isLocale, LOCALES, type Locale } from './locale'

/** What of what is offered suits a caller best: `de-AT, en;q=0.8` gets German. Nothing that suits, or nonsense: English. */
export function negotiateLocale(acceptLanguage: string | null, offered: readonly Locale[] = LOCALES): Locale {
  if (acceptLanguage === null) return DEFAULT_LOCALE
  const asked = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).languages().filter(isLanguageTag)
  const found = match(asked, offered, DEFAULT_LOCALE, { algorithm: 'best fit' })
  return isLocale(found) ? found : DEFAULT_LOCALE
}

/** A caller may send anything, and `match` throws at what is no tag. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}
