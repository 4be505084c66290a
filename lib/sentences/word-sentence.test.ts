import { readdirSync, readFileSync } from 'node:fs'
import { parseSync } from '@swc/core'
import { describe, expect, it } from 'vitest'
import { shippedProducts } from '../billing/catalog/shipped'
import { LOCALES } from '../locale'
import { KNOWN_UNITS, unitIn } from '../unit-words'
import { ISSUED_SENTENCES } from './issued-sentences'
import { literalsIn, type Node, nameOf, patternOf } from './testing/literals-in'
import { figuresIn, wordSentence } from './word-sentence'

const OTHERS = LOCALES.filter((locale) => locale !== 'en')
const plain = (text: string) => text.replaceAll(/[\u2066-\u2069\u200e\u200f]/g, '').replaceAll('\u00a0', ' ')
/** English as the engine writes it: every slot of the table filled. */
const FILLED = { count: '1,200', money: '$1,234.50', instant: '2026-05-01T00:00:00Z', spoken: '6 May 2026, 00:00 UTC', name: 'Pro', unit: 'calls' } as const
const filled = (sentence: string) =>
  sentence
    .replaceAll(/\{\w+:([^}]+)\}/g, (_, kind: string) => FILLED[kind as keyof typeof FILLED] ?? kind.split('|')[0])
    .replaceAll(/\[[^|\]]+\|([^\]]+)\]/g, '$1')
const SENTENCES = Object.entries(ISSUED_SENTENCES).map(([key, sentence]) => ({ key, english: filled(sentence) }))

describe('issued sentences', () => {
  it.each(OTHERS.flatMap((language) => SENTENCES.map((sentence) => ({ ...sentence, language }))))('$key in $language', ({ english, language }) => {
    const unitWord = () => `unit-in-${language}`
    const worded = wordSentence(english, { language, currency: 'usd', unitWord })
    expect(worded).not.toBe(english)
    // Beside a plan's own name, the unit and the currency, no English word is left.
    expect(
      plain(worded)
        .replaceAll(unitWord(), '')
        .replaceAll(/Pro|US\$/g, ''),
    ).not.toMatch(language === 'de' ? /\b(the|of|was|is|usage)\b/ : /[A-Za-z]/)
    if (english.includes('calls')) expect(worded).toContain(unitWord())
  })

  it.each([
    { english: 'Pro, a year in advance', language: 'ja', words: 'Pro、1年分の前払い' },
    { english: 'Unused time on Basic: 20 of 30 days', language: 'de', words: 'Nicht genutzte Zeit von Basic: 20 von 30 Tagen' },
    { english: 'Unused time on Basic: 20 of 30 days', language: 'ar', words: 'وقت غير مستخدم من Basic: 20 من 30 يومًا' },
    { english: '1 member was added: $10.00 for the time since.', language: 'de', words: '1 Mitglied hinzugekommen: 10,00 $ für die Zeit seither.' },
    { english: '1 member was added: $10.00 for the time since.', language: 'ar', words: 'أُضيف عضو واحد: 10.00 US$ عن المدة منذ ذلك الحين.' },
    { english: '10,000 calls over the limit of 1,000,000', language: 'ja', words: '上限1,000,000を超えた10,000 コール' },
    { english: '$5.00 of credit that was bought was applied.', language: 'ja', words: '購入済みクレジットから$5.00が充当されました。' },
    {
      english: 'Late usage of 2026-05-01T00:00:00Z to 2026-05-31T00:00:00Z: 20 calls',
      language: 'de',
      words: 'Nachgemeldete Nutzung, 1. Mai 2026 bis 31. Mai 2026: 20 Aufrufe',
    },
    { english: 'What an operator wrote: 1,000 free', language: 'de', words: 'What an operator wrote: 1.000 free' },
    { english: 'What an operator wrote', language: 'ar', words: 'What an operator wrote' },
  ] as const)('$english, $language', ({ english, language, words }) => {
    expect(plain(wordSentence(english, { language, currency: 'usd' }))).toBe(words)
  })

  it.each([
    { currency: 'kwd', english: 'KWD\u00a01.250 is for usage.', words: '1,250 KWD sind für Nutzung.' },
    { currency: 'jpy', english: '¥1,250 is for usage.', words: '1.250 ¥ sind für Nutzung.' },
    { currency: 'usd', english: '$0.0005 is for usage.', words: '0,0005 $ sind für Nutzung.' },
  ])('writes $currency as it is', ({ currency, english, words }) => {
    expect(plain(wordSentence(english, { language: 'de', currency }))).toBe(words)
  })

  it('is English as it was issued for whoever reads English', () => {
    for (const { english } of SENTENCES) expect(wordSentence(english, { language: 'en' })).toBe(english)
  })

  it('takes a plan by any name', () => {
    expect(wordSentence('Unused time on Unused time on X: 1 of 2 days: 20 of 30 days', { language: 'de' })).toContain('Unused time on X: 1 of 2 days')
    expect(plain(wordSentence('{plan} <b>, a year in advance', { language: 'ja' }))).toBe('{plan} <b>、1年分の前払い')
  })
})

/** `description` and `text` of what `lib/billing/core` issues. */
function issuedIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(issuedIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, ...rest } = node as Node
  const isIssued =
    (type === 'KeyValueProperty' && ['description', 'text'].includes(nameOf(rest.key))) ||
    (type === 'VariableDeclarator' && ['text', 'description'].includes(nameOf(rest.id)))
  return [...(isIssued ? literalsIn(rest.value ?? rest.init) : []), ...Object.values(rest).flatMap(issuedIn)]
}

const CORE = new URL('../billing/core/', import.meta.url)
const ISSUED = readdirSync(CORE)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) => issuedIn(parseSync(readFileSync(new URL(file, CORE), 'utf8'), { syntax: 'typescript' })))

describe('what the engine writes', () => {
  it('is seen', () => {
    expect(ISSUED.length).toBeGreaterThan(15)
  })

  it.each(ISSUED)('has words: %s', (literal) => {
    expect(Object.values(ISSUED_SENTENCES).filter((sentence) => patternOf(literal).test(sentence))).not.toEqual([])
  })

  it.each(Object.entries(ISSUED_SENTENCES))('is where the words of %s come from', (_, sentence) => {
    expect(ISSUED.filter((literal) => patternOf(literal).test(sentence))).not.toEqual([])
  })
})

describe('formulas', () => {
  it.each([
    { english: '−$10.00 × 20 / 30 = −$6.67', language: 'de', words: '−10,00 $ × 20 / 30 = −6,67 $' },
    { english: 'round(1,200 × $0.0005) + round(3 × $1.00) = $3.60', language: 'de', words: 'gerundet(1.200 × 0,0005 $) + gerundet(3 × 1,00 $) = 3,60 $' },
    { english: 'round(1,200 × $0.0005) = $0.60', language: 'ja', words: '四捨五入(1,200 × $0.0005) = $0.60' },
    { english: 'min($1.00, $2.00) = $1.00', language: 'ar', words: 'min($1.00, $2.00) = $1.00' },
  ] as const)('$english, $language', ({ english, language, words }) => {
    expect(plain(figuresIn(english, language))).toBe(words)
  })
})

describe('a count', () => {
  it.each([
    { language: 'de', count: '9.007.199.254.740.993' },
    { language: 'ja', count: '9,007,199,254,740,993' },
    { language: 'ar', count: '9,007,199,254,740,993' },
  ] as const)('beyond what a number holds keeps its digits in $language', ({ language, count }) => {
    expect(wordSentence('9,007,199,254,740,993 calls over the limit of 1,000', { language, currency: 'usd' })).toContain(count)
  })
})

describe('a unit', () => {
  it.each(OTHERS.flatMap((language) => KNOWN_UNITS.map((unit) => ({ language, unit }))))('$unit has a word in $language', ({ language, unit }) => {
    expect(unitIn(unit, language).trim()).not.toBe('')
  })

  it.each(shippedProducts.flatMap(({ meters }) => meters.map(({ unit }) => unit)))('of the shipped catalogs is known: %s', (unit) => {
    expect(KNOWN_UNITS).toContain(unit)
  })

  it('is what the operator’s catalog calls it, before what Headroom does', () => {
    expect(unitIn('calls', 'de', { de: 'Anrufe' })).toBe('Anrufe')
    expect(unitIn('calls', 'ja', { de: 'Anrufe' })).toBe('コール')
    expect(unitIn('calls', 'en', { de: 'Anrufe' })).toBe('calls')
  })

  it('that only the operator knows stays as it is', () => {
    expect(unitIn('furlongs', 'ja')).toBe('furlongs')
  })
})
