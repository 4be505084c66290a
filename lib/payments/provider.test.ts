import { describe, expect, it } from 'vitest'
import { paymentProvider } from './provider'

const SANDBOX = { STRIPE_SANDBOX_URL: 'http://127.0.0.1:4010', NEXTAUTH_SECRET: 'secret' }

describe('which provider collects', () => {
  it.each([
    { mode: 'sandbox', environment: SANDBOX },
    { mode: 'sandbox', environment: { ...SANDBOX, STRIPE_SECRET_KEY: '' } },
    { mode: 'test', environment: { ...SANDBOX, STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' } },
    { mode: 'live', environment: { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' } },
    { mode: 'live', environment: { STRIPE_SECRET_KEY: 'rk_live_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' } },
  ])('$mode for $environment', ({ mode, environment }) => {
    expect(paymentProvider(environment).mode).toBe(mode)
  })

  it.each([
    { environment: {}, missing: 'STRIPE_SANDBOX_URL' },
    { environment: { STRIPE_SANDBOX_URL: 'http://127.0.0.1:4010' }, missing: 'NEXTAUTH_SECRET' },
    { environment: { STRIPE_SECRET_KEY: 'sk_live_1' }, missing: 'STRIPE_WEBHOOK_SECRET' },
    { environment: { ...SANDBOX, STRIPE_SECRET_KEY: 'pk_live_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' }, missing: 'STRIPE_SECRET_KEY' },
  ])('none for $environment: it names $missing, and never falls back to simulating', ({ environment, missing }) => {
    expect(() => paymentProvider(environment)).toThrow(missing)
  })
})
