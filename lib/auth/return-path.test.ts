import { expect, it } from 'vitest'
import { safeReturnPath } from './return-path'

it.each([
  ['/acme', '/acme'],
  ['/acme/invoices?status=open', '/acme/invoices?status=open'],
  ['/invitation/abc', '/invitation/abc'],
  [undefined, '/'],
  ['', '/'],
  ['acme', '/'],
  ['https://evil.example/acme', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/../..//evil.example', '/'],
])('%j leads to %s', (next, path) => {
  const safe = safeReturnPath(next)
  expect(new URL(safe, 'https://headroom.example').origin).toBe('https://headroom.example')
  if (path !== '/') expect(safe).toBe(path)
})
