import { createTranslator } from 'use-intl/core'
import { INTL_LOCALES, isLocale, type Locale } from '../locale'
import { en } from './catalog/en'

/** The same keys, any words. */
type Translated<Words> = { readonly [Key in keyof Words]: Words[Key] extends string ? string : Translated<Words[Key]> }
export type MailCatalog = Translated<typeof en>

/** One more language is a catalog here; until then its readers get English. */
const CATALOGS: Partial<Record<Locale, MailCatalog>> = { en }

/** The languages that messages are written in. */
export const MAIL_LANGUAGES = Object.keys(CATALOGS) as readonly Locale[]

/** What a message is written in: the reader's own language, else their organization's, else English. */
export function chooseMailLanguage(...wished: readonly (string | null | undefined)[]): Locale {
  return wished.find((tag): tag is Locale => isLocale(tag) && CATALOGS[tag] !== undefined) ?? 'en'
}

/**
 * The words of one language. Keys and arguments are checked by the compiler; what is wrong all the same is thrown, because
 * a message is never sent half.
 */
export function wordsIn(language: Locale) {
  return createTranslator<typeof en>({
    locale: INTL_LOCALES[language],
    messages: (CATALOGS[language] ?? en) as typeof en,
    timeZone: 'UTC',
    onError: (fault) => {
      throw fault
    },
  })
}

export type MailWords = ReturnType<typeof wordsIn>
