import type { Locale } from '../locale'
import { ar } from './ar'
import { de } from './de'
import { germanFigures } from './german-figures'
import { ja } from './ja'
import { readSentence, type SentenceWords } from './sentences'

const WORDS: Record<Exclude<Locale, 'en'>, SentenceWords> = { de, ja, ar }

/** A sentence that the engine wrote in English, in the reader's language; one that it did not write stands as it is, with that language's figures. */
export function wordSentence(english: string, locale: Locale): string {
  if (locale === 'en') return english
  const sentence = readSentence(english)
  return sentence ? WORDS[locale][sentence.name](...sentence.parts) : figuresIn(english, locale)
}

/** The same formula with the figures of that language. */
export function figuresIn(formula: string, locale: Locale): string {
  return locale === 'de' ? germanFigures(formula) : formula
}
