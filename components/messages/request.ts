import { getRequestConfig } from 'next-intl/server'
import { viewersLocale } from '@/lib/auth/session'
import { compileWords } from '@/lib/compile-words'
import { INTL_LOCALES, type Locale } from '@/lib/locale'
import { messages as english, type Messages } from './en'
import type { Translation } from './translation'

/** Loaded when first asked for, and kept. */
const CATALOGS: Record<Locale, () => Promise<Translation<Messages>>> = {
  en: async () => english,
  de: async () => (await import('./de')).messages,
  ja: async () => (await import('./ja')).messages,
  ar: async () => (await import('./ar')).messages,
}

/** The words of the viewer's language. All instants are shown in UTC, as they are billed (C1). */
export default getRequestConfig(async () => {
  const locale = await viewersLocale()
  return { locale: INTL_LOCALES[locale], timeZone: 'UTC', messages: compileWords((await CATALOGS[locale]()) as Messages) }
})
