import { isPluralElement, isSelectElement, isTagElement, type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import compile from 'icu-minify/compile'
import format from 'icu-minify/format'
import { createTranslator } from 'next-intl'
import { expect, it } from 'vitest'
import { INTL_LOCALES, type Locale } from '@/lib/locale'
import { ar as arabicMail } from '@/lib/notify/catalog/ar'
import { de as germanMail } from '@/lib/notify/catalog/de'
import { en as mail } from '@/lib/notify/catalog/en'
import { ja as japaneseMail } from '@/lib/notify/catalog/ja'
import { ar as arabicSentences } from '@/lib/sentences/ar'
import { de as germanSentences } from '@/lib/sentences/de'
import { ja as japaneseSentences } from '@/lib/sentences/ja'
import { messages as arabic } from './ar'
import { messages as german } from './de'
import { messages as english } from './en'
import { messages as japanese } from './ja'

type Value = string | number | ((chunks: string) => string)

/** Each category of each language's plurals is met, and the marks of large numbers. */
const COUNTS = [0, 1, 2, 3, 11, 100, 1_234_567]

const formatters = {
  getNumberFormat: (...given: ConstructorParameters<typeof Intl.NumberFormat>) => new Intl.NumberFormat(...given),
  getDateTimeFormat: (...given: ConstructorParameters<typeof Intl.DateTimeFormat>) => new Intl.DateTimeFormat(...given),
  getPluralRules: (...given: ConstructorParameters<typeof Intl.PluralRules>) => new Intl.PluralRules(...given),
}

function textsOf(words: object): string[] {
  return Object.values(words).flatMap((word: unknown) => (typeof word === 'string' ? [word] : typeof word === 'object' && word ? textsOf(word) : []))
}

/** What each name in a message may stand for. */
function choicesOf(elements: readonly MessageFormatElement[], found = new Map<string, Value[]>()): Map<string, Value[]> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue
    if (isSelectElement(element)) found.set(element.value, [...Object.keys(element.options), 'something else'])
    else if (isPluralElement(element) || element.type === TYPE.number) found.set(element.value, COUNTS)
    else if (isTagElement(element)) found.set(element.value, [(chunks) => `<${chunks}>`])
    else if (!found.has(element.value)) found.set(element.value, ['Grüße, "名" <{1}>'])
    if (isPluralElement(element) || isSelectElement(element)) for (const { value } of Object.values(element.options)) choicesOf(value, found)
    if (isTagElement(element)) choicesOf(element.children, found)
  }
  return found
}

/** As many fillings as the name with the most choices has: each choice of each name is in one of them. */
function fillingsOf(text: string): Record<string, Value>[] {
  const choices = [...choicesOf(parse(text))]
  const most = Math.max(1, ...choices.map(([, values]) => values.length))
  return Array.from({ length: most }, (_, turn) => Object.fromEntries(choices.map(([name, values]) => [name, values[turn % values.length] ?? ''])))
}

it.each<{ language: Locale; catalogs: object[] }>([
  { language: 'en', catalogs: [english, mail] },
  { language: 'de', catalogs: [german, germanMail, germanSentences] },
  { language: 'ja', catalogs: [japanese, japaneseMail, japaneseSentences] },
  { language: 'ar', catalogs: [arabic, arabicMail, arabicSentences] },
])('a message says compiled what it says as it is written: $language', ({ language, catalogs }) => {
  const locale = INTL_LOCALES[language]
  const texts = catalogs.flatMap(textsOf)
  expect(texts.length).toBeGreaterThan(1000)
  const t = createTranslator({ locale, messages: Object.fromEntries(texts.map((text, index) => [`m${index}`, text])), timeZone: 'UTC' })
  for (const [index, text] of texts.entries())
    for (const filling of fillingsOf(text)) {
      const compiled = format(compile(text), locale, filling as Record<string, string | number>, { formatters, timeZone: 'UTC' })
      expect([compiled].flat().join(''), text).toBe(t.markup(`m${index}`, filling as Record<string, string>))
    }
})
