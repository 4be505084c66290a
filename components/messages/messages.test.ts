import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isPluralElement, isSelectElement, isTagElement, type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { isolateArguments } from '@/lib/isolate-arguments'
import { INTL_LOCALES, type Locale } from '@/lib/locale'
import { ar as arabicMail } from '@/lib/notify/catalog/ar'
import { de as germanMail } from '@/lib/notify/catalog/de'
import { en as mail } from '@/lib/notify/catalog/en'
import { ja as japaneseMail } from '@/lib/notify/catalog/ja'
import { messages as arabic } from './ar'
import { messages as german } from './de'
import { messages as english } from './en'
import { messages as japanese } from './ja'
import { SAME_AS_ENGLISH } from './same-as-english'

/** `plan.dialog.title` → text. */
function flat(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, word] of Object.entries(words)) {
    const name = path === '' ? key : `${path}.${key}`
    if (typeof word === 'string') found.set(name, word)
    else for (const [inner, text] of flat(word, name)) found.set(inner, text)
  }
  return found
}

/** What a message is given and how it uses it: `count plural`, `plan argument`. */
function argumentsOf(text: string): string[] {
  const found = new Set<string>()
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue
      if (isPluralElement(element) || isSelectElement(element)) for (const { value } of Object.values(element.options)) walk(value)
      if (isTagElement(element)) walk(element.children)
      found.add(`${element.value} ${TYPE[element.type]}`)
    }
  }
  walk(parse(text))
  return [...found].sort()
}

/** The choices that a message makes: `interval: year, other`; with the categories of each plural. */
function choicesOf(text: string): { plurals: string[][]; selects: string[] } {
  const found = { plurals: [] as string[][], selects: new Set<string>() }
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (isPluralElement(element)) found.plurals.push(Object.keys(element.options).filter((category) => !category.startsWith('=')))
      if (isSelectElement(element)) found.selects.add(`${element.value}: ${Object.keys(element.options).sort().join(', ')}`)
      if (isPluralElement(element) || isSelectElement(element)) for (const { value } of Object.values(element.options)) walk(value)
      if (isTagElement(element)) walk(element.children)
    }
  }
  walk(parse(text))
  return { plurals: found.plurals, selects: [...found.selects].sort() }
}

/** A message that is more than its arguments and signs. */
const hasWords = (text: string) => /\p{L}{2}/u.test(text.replaceAll(/\{[^{}]*\}/g, ''))

it.each([english, mail])('English parses', (words) => {
  for (const [key, text] of flat(words)) expect(() => parse(text), key).not.toThrow()
})

describe.each([
  ['pages', 'de', english, german],
  ['pages', 'ja', english, japanese],
  ['pages', 'ar', english, arabic],
  ['mails', 'de', mail, germanMail],
  ['mails', 'ja', mail, japaneseMail],
  ['mails', 'ar', mail, arabicMail],
  ['mails', 'ar', mail, isolateArguments(arabicMail)],
] satisfies [string, Exclude<Locale, 'en'>, object, object][])('%s in %s', (_, locale, originals, words) => {
  const ENGLISH = flat(originals)
  const own = flat(words)
  const both = [...ENGLISH].flatMap(([key, text]) => {
    const translated = own.get(key)
    return translated === undefined ? [] : [{ key, text, translated }]
  })

  it('says all that English says, and nothing else', () => {
    expect([...own.keys()].sort()).toEqual([...ENGLISH.keys()].sort())
  })

  it('parses, takes what the English message takes, and tells the same cases apart', () => {
    for (const { key, text, translated } of both) {
      expect(argumentsOf(translated), `${key}: ${translated}`).toEqual(expect.arrayContaining(argumentsOf(text)))
      expect(argumentsOf(text), `${key}: ${translated}`).toEqual(expect.arrayContaining(argumentsOf(translated)))
      expect(choicesOf(translated).selects, key).toEqual(choicesOf(text).selects)
    }
  })

  it('has a form for every number', () => {
    const needed = new Intl.PluralRules(INTL_LOCALES[locale]).resolvedOptions().pluralCategories.toSorted()
    for (const { key, translated } of both) {
      for (const categories of choicesOf(translated).plurals) expect(categories.toSorted(), key).toEqual(needed)
    }
  })

  it('is not English', () => {
    const same = both.filter(({ text, translated }) => text === translated && hasWords(text))
    expect(same.filter(({ text }) => !SAME_AS_ENGLISH[locale].includes(text))).toEqual([])
  })
})

it('every language has a file for each area', () => {
  const areas = (locale: string) => readdirSync(join(import.meta.dirname, locale)).sort()
  for (const locale of ['de', 'ja', 'ar']) expect(areas(locale)).toEqual(areas('en'))
})
