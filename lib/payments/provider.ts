import type { PaymentProvider } from './port'
import { sandboxCredentials } from './sandbox/credentials'
import { stripeProvider } from './stripe/stripe-provider'

/** What of the process's environment decides which provider collects money. */
export type PaymentsEnvironment = {
  /** `sk_test_…` or `sk_live_…`; without it payments are simulated. */
  STRIPE_SECRET_KEY?: string | undefined
  STRIPE_WEBHOOK_SECRET?: string | undefined
  /** Where the sandbox listens, such as `http://127.0.0.1:4010`. */
  STRIPE_SANDBOX_URL?: string | undefined
  /** The sandbox's own keys are derived from it. */
  NEXTAUTH_SECRET?: string | undefined
}

/**
 * The provider that this environment names: live by `sk_live_…`, test by `sk_test_…`, simulated without a key.
 *
 * @throws Error where the settings are incomplete or contradict each other; its message names the setting.
 */
export function paymentProvider(environment: PaymentsEnvironment): PaymentProvider {
  const secretKey = environment.STRIPE_SECRET_KEY || null
  if (secretKey !== null) {
    const mode = /^[rs]k_(test|live)_/.exec(secretKey)?.[1]
    if (mode !== 'test' && mode !== 'live') throw new Error('STRIPE_SECRET_KEY begins with neither sk_test_ nor sk_live_.')
    if (!environment.STRIPE_WEBHOOK_SECRET)
      throw new Error('STRIPE_SECRET_KEY is set without STRIPE_WEBHOOK_SECRET: nobody would notice what happens at Stripe.')
    return stripeProvider({ secretKey, webhookSecret: environment.STRIPE_WEBHOOK_SECRET, mode })
  }
  if (!environment.STRIPE_SANDBOX_URL) throw new Error('Neither STRIPE_SECRET_KEY nor STRIPE_SANDBOX_URL is set.')
  if (!environment.NEXTAUTH_SECRET) throw new Error('NEXTAUTH_SECRET is not set.')
  return stripeProvider({ ...sandboxCredentials(environment.NEXTAUTH_SECRET), mode: 'sandbox', apiBase: environment.STRIPE_SANDBOX_URL })
}
