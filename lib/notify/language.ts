import { createTranslator } from 'use-intl/core'
import { en } from './catalog/en'

/** The same keys, any words. */
type Translated<Words> = { readonly [Key in keyof Words]: Words[Key] extends string ? string : Translated<Words[Key]> }
export type MailCatalog = Translated<typeof en>

/** Every language that messages are written in. One more is a catalog here; `Intl` knows the rest by its tag. */
const CATALOGS = { en } as const satisfies Record<string, MailCatalog>

export type MailLanguage = keyof typeof CATALOGS
export const MAIL_LANGUAGES = Object.keys(CATALOGS) as readonly MailLanguage[]

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar'])

export function directionOf(language: MailLanguage): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr'
}

/** What a message is written in: the reader's own language, else their organization's, else English. */
export function chooseMailLanguage(...wished: readonly (string | null | undefined)[]): MailLanguage {
  return wished.find((tag): tag is MailLanguage => tag !== null && tag !== undefined && Object.hasOwn(CATALOGS, tag)) ?? 'en'
}

/**
 * The words of one language. Keys and arguments are checked by the compiler; what is wrong all the same is thrown, because
 * a message is never sent half.
 */
export function wordsIn(language: MailLanguage) {
  return createTranslator<typeof en>({
    locale: language,
    messages: CATALOGS[language],
    timeZone: 'UTC',
    onError: (fault) => {
      throw fault
    },
  })
}

export type MailWords = ReturnType<typeof wordsIn>
