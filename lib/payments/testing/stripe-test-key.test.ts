import { describe, expect, it } from 'vitest'
import { readTestKey } from './stripe-test-key'

describe('the key of the account that tests may use', () => {
  it('is one of test mode', () => {
    expect(readTestKey({ STRIPE_TEST_KEY: 'sk_test_abc' })).toEqual({ ok: true, value: 'sk_test_abc' })
  })

  it.each(['sk_live_abc', 'rk_live_abc', 'pk_test_abc', 'whsec_abc', ' sk_test_abc', 'sk_test_'])('is not %s', (key) => {
    expect(readTestKey({ STRIPE_TEST_KEY: key })).toMatchObject({ ok: false, error: expect.stringContaining('begins with sk_test_') })
  })

  it.each([undefined, ''])('is missed where it is %s', (key) => {
    expect(readTestKey({ STRIPE_TEST_KEY: key })).toMatchObject({ ok: false, error: expect.stringContaining('STRIPE_TEST_KEY is not set') })
  })

  it('is never the one that the product runs with', () => {
    expect(readTestKey({ STRIPE_SECRET_KEY: 'sk_test_abc' })).toMatchObject({ ok: false })
  })
})
