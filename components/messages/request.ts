import { getRequestConfig } from 'next-intl/server'
import { isolateArguments } from '@/lib/isolate-arguments'
import { INTL_LOCALES, type Locale } from '@/lib/locale'
import { messages as english, type Messages } from './en'
import type { Translation } from './translation'
import { viewersLocale } from './viewers-locale'

/** Loaded when first asked for. */
const CATALOGS: Record<Locale, () => Promise<Translation<Messages>>> = {
  en: async () => english,
  de: async () => (await import('./de')).messages,
  ja: async () => (await import('./ja')).messages,
  ar: async () => isolateArguments((await import('./ar')).messages),
}

const loaded = new Map<Locale, Messages>()

async function loadMessages(locale: Locale): Promise<Messages> {
  const present = loaded.get(locale) ?? withEnglish(english, await CATALOGS[locale]())
  loaded.set(locale, present)
  return present
}

/** What has no translation yet is said in English. */
function withEnglish<Words extends object>(words: Words, translated: object): Words {
  return Object.fromEntries(
    Object.entries(words).map(([key, word]) => {
      const own: unknown = (translated as Record<string, unknown>)[key]
      return [key, typeof word === 'object' ? withEnglish(word, typeof own === 'object' && own !== null ? own : {}) : (own ?? word)]
    }),
  ) as Words
}

/** The words of the viewer's language. All instants are shown in UTC, as they are billed (C1). */
export default getRequestConfig(async () => {
  const locale = await viewersLocale()
  return { locale: INTL_LOCALES[locale], timeZone: 'UTC', messages: await loadMessages(locale) }
})
