import type { Transaction } from '../../../../db/client'
import { DEFAULT_LOCALE, type Locale } from '../../../locale'

const languages = new WeakMap<Transaction, Locale>()

/** From here on the transaction reads for somebody's page in that language. */
export function readIn(tx: Transaction, language: Locale): void {
  languages.set(tx, language)
}

/** English where it reads for a program, or for the engine itself. */
export function readerLanguage(tx: Transaction): Locale {
  return languages.get(tx) ?? DEFAULT_LOCALE
}
