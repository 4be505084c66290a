import { createTranslator } from 'use-intl/core'
import { compileWords } from '../compile-words'
import { isolateArguments } from '../isolate-arguments'
import { INTL_LOCALES, isLocale, type Locale } from '../locale'
import { ar } from './catalog/ar'
import { de } from './catalog/de'
import { en } from './catalog/en'
import { ja } from './catalog/ja'
import type { MailCatalog } from './catalog/translation'

/** One more language is a catalog here; until then its readers get English. */
const CATALOGS: Partial<Record<Locale, MailCatalog>> = { en, de, ja, ar: isolateArguments(ar) }

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
    messages: compileWords((CATALOGS[language] ?? en) as typeof en),
    timeZone: 'UTC',
    onError: (fault) => {
      throw fault
    },
  })
}

export type MailWords = ReturnType<typeof wordsIn>
