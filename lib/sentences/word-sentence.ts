import { createTranslator } from 'use-intl/core'
import { compileWords } from '../compile-words'
import { isolateArguments } from '../isolate-arguments'
import { INTL_LOCALES, type Locale } from '../locale'
import { type Currency, exact, formatExactMoney } from '../money'
import { instant } from '../time'
import { unitIn } from '../unit-words'
import { ar } from './ar'
import { de } from './de'
import { germanFigures } from './german-figures'
import { ISSUED_SENTENCES } from './issued-sentences'
import { ja } from './ja'
import { type ReadSlot, sentenceReader } from './sentence-reader'

/** How a unit is called in the reader's language, by its English name. */
export type UnitWord = (unit: string) => string

/** For whom something is worded. `currency`: of the amounts in it. `unitWord`: left out, the units that Headroom knows. */
export type Reader = { language: Locale; currency?: Currency; unitWord?: UnitWord }

const readIssued = sentenceReader(ISSUED_SENTENCES)
const WORDS: Record<Exclude<Locale, 'en'>, Record<string, string>> = { de, ja, ar: isolateArguments(ar) }

/**
 * What a line is for, or why a document differs, in the reader's language. What was issued is English and is what counts: a text that the
 * engine did not write, such as an operator's own reason, stands as it is, with that language's figures.
 */
export function wordSentence(english: string, reader: Reader): string {
  const { language } = reader
  if (language === 'en') return english
  const read = readIssued(english)
  if (!read) return figuresOf(english, language)
  const t = translatorOf(language)
  return t(read.key, Object.fromEntries(Object.entries(read.slots).map(([name, slot]) => [name, wordSlot(slot, reader)])))
}

/** A formula is the same in every language but for its figures and its one word (C9). */
export function figuresIn(formula: string, language: Locale): string {
  return language === 'en' ? formula : figuresOf(formula.replaceAll('round(', `${ROUNDED[language]}(`), language)
}

const ROUNDED = { de: 'gerundet', ja: '四捨五入', ar: 'تقريب' } as const

const translatorsMade = new Map<Locale, ReturnType<typeof makeTranslator>>()

function translatorOf(language: Exclude<Locale, 'en'>) {
  const made = translatorsMade.get(language) ?? makeTranslator(language)
  translatorsMade.set(language, made)
  return made
}

/** What is wrong with words is thrown, because nothing is said half. */
function makeTranslator(language: Exclude<Locale, 'en'>) {
  const onError = (fault: Error) => {
    throw fault
  }
  return createTranslator<Record<string, string>>({ locale: INTL_LOCALES[language], messages: compileWords(WORDS[language]), timeZone: 'UTC', onError })
}

function wordSlot({ kind, text }: ReadSlot, { language, currency, unitWord }: Reader): string | number {
  switch (kind) {
    case 'count':
      return wordCount(BigInt(text.replaceAll(',', '').replace('−', '-')))
    case 'money':
      return currency ? wordMoney(text, currency, language) : figuresOf(text, language)
    case 'instant':
      return dayOf(text, language)
    case 'unit':
      return unitWord?.(text) ?? unitIn(text, language)
    case 'spoken':
    case 'name':
    case 'choice':
      return text
  }
}

/** Exact, however many; a translator formats a bigint as it does a number, only its types do not say so. */
function wordCount(count: bigint): number {
  const asNumber = Number(count)
  return Number.isSafeInteger(asNumber) ? asNumber : (count as unknown as number)
}

/** The same digits, with the marks and the sign of the currency where the language has them. */
function wordMoney(text: string, currency: Currency, language: Locale): string {
  const digits = text.replaceAll(/[^\d.]/g, '')
  return formatExactMoney(exact(text.startsWith('−') ? `-${digits}` : digits), currency, INTL_LOCALES[language])
}

/** Japanese and Arabic pages count as English ones do; German ones mark thousands and decimals the other way round. */
function figuresOf(text: string, language: Locale): string {
  return language === 'de' ? germanFigures(text) : text
}

function dayOf(iso: string, language: Locale): string {
  return new Intl.DateTimeFormat(INTL_LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' }).format(instant(iso).epochMilliseconds)
}
