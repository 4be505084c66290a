import { describe, expect, it } from 'vitest'
import { forwardedHost } from './forwarded-host'

describe('the name that people come by', () => {
  it.each([
    ['https://billing.example.com', { 'x-forwarded-host': 'billing.example.com', 'x-forwarded-proto': 'https' }],
    ['http://billing.internal:8080', { 'x-forwarded-host': 'billing.internal:8080', 'x-forwarded-proto': 'http' }],
    ['http://localhost:3000', null],
    ['http://127.0.0.1:3000', null],
    ['http://[::1]:3000', null],
    ['', null],
  ])('%s', (url, expected) => {
    expect(forwardedHost(url)).toEqual(expected)
  })
})
