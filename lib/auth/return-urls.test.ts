import { describe, expect, it } from 'vitest'
import { isAllowedReturnUrl, isReturnUrl, readReturnUrls } from './return-urls'

describe('where a portal session may lead back to', () => {
  const allowed = readReturnUrls(' https://app.example.com , https://example.com/account, http://localhost:5173/, nonsense')

  it.each([
    ['https://app.example.com', true],
    ['https://app.example.com/', true],
    ['https://APP.example.com/billing?tab=plan#top', true],
    ['https://app.example.com:443/x', true],
    ['https://example.com/account', true],
    ['https://example.com/account/', true],
    ['https://example.com/account/team', true],
    ['http://localhost:5173/back', true],
    ['https://example.com/', false],
    ['https://example.com/accountant', false],
    ['https://example.com/account/../admin', false],
    ['https://example.com/account/%2e%2e/admin', false],
    ['http://app.example.com/', false],
    ['https://app.example.com:8443/', false],
    ['https://app.example.com.evil.example/', false],
    ['https://app.example.com@evil.example/', false],
    ['https://me@app.example.com/', false],
    ['https://evil.example/https://app.example.com/', false],
    ['javascript:alert(1)', false],
    ['//app.example.com/', false],
    ['/relative', false],
    ['', false],
  ])('%s: %s', (url, is) => {
    expect(isAllowedReturnUrl(url, allowed)).toBe(is)
  })

  it('allows nothing where nothing is set', () => {
    expect(isAllowedReturnUrl('https://app.example.com/', readReturnUrls(undefined))).toBe(false)
  })

  it.each(['http://example.com', 'ftp://example.com', 'https://u:p@example.com', 'https://example.com/?a', 'https://example.com/#a', 'example.com'])(
    'takes no entry such as %s',
    (entry) => {
      expect(isReturnUrl(entry)).toBe(false)
    },
  )
})
