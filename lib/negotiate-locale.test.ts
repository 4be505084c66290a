import { describe, expect, it } from 'vitest'
import { negotiateLocale } from './negotiate-locale'

describe('the language that a browser asks for', () => {
  it.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['gsw-CH,de-CH;q=0.9,en;q=0.5', 'de'],
    ['ja-JP', 'ja'],
    ['ar-EG,ar;q=0.9,en-US;q=0.8', 'ar'],
    ['fr-FR,fr;q=0.9,ja;q=0.5', 'ja'],
    ['en-US,en;q=0.9,de;q=0.8', 'en'],
    ['de;q=0.2, ar;q=0.9', 'ar'],
    ['de;q=0', 'en'],
    ['fr', 'en'],
    ['*', 'en'],
    ['', 'en'],
    ['not a tag, %%%, x', 'en'],
    ['x'.repeat(5000), 'en'],
    [null, 'en'],
  ])('%s is answered in %s', (asked, locale) => {
    expect(negotiateLocale(asked)).toBe(locale)
  })
})
