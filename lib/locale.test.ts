import { describe, expect, it } from 'vitest'
import { errors as ar } from '../components/messages/ar/errors'
import { errors as de } from '../components/messages/de/errors'
import { errors as en } from '../components/messages/en/errors'
import { errors as ja } from '../components/messages/ja/errors'
import { directionOf, firstKnownLanguage, LOCALES } from './locale'

describe('the page that stands when nothing else does', () => {
  it.each([
    { tags: ['de-AT', 'en'], language: 'de' },
    { tags: ['fr-FR', 'ja', 'en-US'], language: 'ja' },
    { tags: ['AR-eg'], language: 'ar' },
    { tags: ['deu', 'arz', 'fr'], language: 'en' },
    { tags: [], language: 'en' },
    { tags: ['', '-', '*'], language: 'en' },
  ])('is in $language for a browser that asks for $tags', ({ tags, language }) => {
    expect(firstKnownLanguage(tags)).toBe(language)
  })

  it('has words and a direction of its own in each language', () => {
    const words = { en, de, ja, ar }
    expect(new Set(LOCALES.map((locale) => words[locale].pageTitle)).size).toBe(LOCALES.length)
    expect(new Set(LOCALES.map((locale) => words[locale].retry)).size).toBe(LOCALES.length)
    expect(LOCALES.map(directionOf)).toEqual(['ltr', 'ltr', 'ltr', 'rtl'])
  })
})
