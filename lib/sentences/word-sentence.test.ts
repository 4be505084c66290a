import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LOCALES } from '../locale'
import { KNOWN_UNITS, unitIn } from '../unit-words'
import { readSentence, SENTENCES, type SentenceName } from './sentences'
import { figuresIn, wordSentence } from './word-sentence'

/** One of each kind, as the engine writes it. */
const WRITTEN: Record<SentenceName, string> = {
  advance: 'Basic, a year in advance',
  unused: 'Unused time on Professional: 21 of 30 days',
  rest: 'Pro for the rest of the period: 20 of 30 days',
  membersMoved: '2 members joined and left on Basic: 1,004 of 10,950 days',
  overLimit: '10,000 calls over the limit of 1,000,000',
  late: 'Late usage of 2026-01-01T00:00:00Z to 2026-01-31T00:00:00Z: 1,200 input tokens',
  refundedTime: 'Unused time that was refunded already',
  recharged: 'Credit, bought by auto-recharge',
  credit: 'Credit',
  planChanged: 'The plan changed from Basic to Pro.',
  intervalChanged: 'The interval changed from a month to a year.',
  isOverLimit: '$1,234.50 is for usage over the limit.',
  isUsage: '$12.00 is for usage.',
  isLate: '$0.60 is for usage that was reported after its period was invoiced.',
  boughtApplied: '$5.00 of credit that was bought was applied.',
  creditApplied: '$4.80 of credit was applied.',
  tooSmallBefore: '$0.20 from earlier was too small to charge by itself and is collected here.',
  tooSmallNow: '$0.20 is too small to charge by itself and is collected with the next invoice.',
  membersAdded: '1 member was added: $10.00 for the time since.',
  membersRemoved: '3 members were removed: what was paid for the time after it becomes credit.',
  membersCredited: '1 member was removed: $10.00 of credit for the time after it.',
  usage: '13,900,000 input tokens',
}
const NAMES = Object.keys(SENTENCES) as SentenceName[]
const OTHERS = LOCALES.filter((locale) => locale !== 'en')
/** Words of the English sentences; a plan, a currency or a figure is nobody's. */
const ENGLISH = /\b(advance|unused|time|period|days?|members?|added|removed|joined|over|late|usage|credit|bought|plan|changed|interval|applied|charge)\b/i

describe('a sentence of the engine', () => {
  it.each(NAMES)('is read back as what it is: %s', (name) => {
    expect(readSentence(WRITTEN[name])?.name).toBe(name)
    expect(wordSentence(WRITTEN[name], 'en')).toBe(WRITTEN[name])
  })

  it.each(OTHERS.flatMap((locale) => NAMES.map((name) => ({ locale, name }))))(
    'says $name in $locale without an English word, and loses no figure',
    ({ locale, name }) => {
      const english = WRITTEN[name]
      const words = wordSentence(english, locale)
      expect(words).not.toBe(english)
      expect(words).not.toMatch(ENGLISH)
      expect(words).not.toContain('undefined')
      if (name === 'late') return // Its instants are days in words.
      const figures = (text: string) =>
        text
          .match(/\d[\d.,]*\d|\d/g)
          ?.map((figure) => figure.replaceAll(/[.,]/g, ''))
          .toSorted() ?? []
      expect(figures(words)).toEqual(figures(english))
    },
  )

  it.each([
    { english: WRITTEN.overLimit, german: '10.000 Aufrufe über dem Limit von 1.000.000' },
    { english: WRITTEN.isOverLimit, german: '1.234,50\u00a0$ sind für Nutzung über dem Limit.' },
    { english: WRITTEN.late, german: 'Nachgemeldete Nutzung, 1. Januar 2026 bis 31. Januar 2026: 1.200 Eingabe-Tokens' },
    { english: 'A line of the operator’s own', german: 'A line of the operator’s own' },
  ])('“$english” is “$german”', ({ english, german }) => {
    expect(wordSentence(english, 'de')).toBe(german)
  })

  it('takes no formula for a sentence: its figures alone are written anew', () => {
    expect(figuresIn('1,000 × $0.0005 = $0.50', 'de')).toBe('1.000 × 0,0005\u00a0$ = 0,50\u00a0$')
    expect(figuresIn('1,000 × $0.0005 = $0.50', 'ja')).toBe('1,000 × $0.0005 = $0.50')
  })
})

describe('a unit', () => {
  it.each(OTHERS.flatMap((locale) => KNOWN_UNITS.map((unit) => ({ locale, unit }))))('$unit has a word in $locale', ({ locale, unit }) => {
    expect(unitIn(unit, locale).trim()).not.toBe('')
  })

  it('of the shipped catalogs is known', () => {
    for (const file of ['api-calls', 'model-tokens', 'scrape-credits', 'screenshots']) {
      const units = [...readFileSync(new URL(`../billing/catalog/${file}.ts`, import.meta.url), 'utf8').matchAll(/unit: '([^']+)'/g)].map(([, unit]) => unit)
      expect(units.length, file).toBeGreaterThan(0)
      for (const unit of units) expect(KNOWN_UNITS).toContain(unit)
    }
  })

  it('that only the operator knows stays as it is', () => {
    expect(unitIn('furlongs', 'ja')).toBe('furlongs')
  })
})
