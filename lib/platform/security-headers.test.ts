import { describe, expect, it } from 'vitest'
import { pagePolicy, securityHeaders } from './security-headers'

describe('the headers of every answer', () => {
  it('keep it out of frames, its address from others, and its content what it says', () => {
    const headers = securityHeaders('http://localhost:3000')
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' })
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy']).not.toContain('script-src')
    expect(headers['permissions-policy']).toContain('camera=()')
  })

  it('ask for https where people come by https, and only there', () => {
    expect(securityHeaders('https://billing.example.com')['strict-transport-security']).toBe('max-age=31536000')
    expect(securityHeaders('http://localhost:3000')).not.toHaveProperty('strict-transport-security')
  })
})

describe('the policy of a page', () => {
  it('lets no script run that is written into it, but with this answer’s nonce', () => {
    const scripts = pagePolicy('bm9uY2U=', false)
      .split('; ')
      .find((part) => part.startsWith('script-src'))
    expect(scripts).toBe("script-src 'self' 'nonce-bm9uY2U='")
  })

  it('lets nothing be loaded from anywhere else, nor told to', () => {
    const parts = pagePolicy('bm9uY2U=', false).split('; ')
    expect(parts).toContain("default-src 'self'")
    const outside = parts
      .flatMap((part) => part.split(' ').slice(1))
      .filter((source) => !/^(?:'(?:self|none|unsafe-inline|nonce-[^']+)'|data:|blob:)$/.test(source))
    expect(outside).toEqual([])
  })

  it('lets the tools of development evaluate, and nothing else more', () => {
    expect(pagePolicy('x', true).replace(" 'unsafe-eval'", '')).toBe(pagePolicy('x', false))
  })
})
