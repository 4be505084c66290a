import { ok, type Result, refuse } from '../../result'

/**
 * The key of the Stripe account that tests may use, in test mode alone: a live one would charge somebody. Refuses with what
 * to tell.
 */
export function readTestKey({ STRIPE_TEST_KEY: key }: { [name: string]: string | undefined }): Result<string, string> {
  if (!key) return refuse('Not run against Stripe: STRIPE_TEST_KEY is not set. It takes the secret key (sk_test_…) of an account in test mode.')
  if (!/^sk_test_\w+$/.test(key)) return refuse('Not run against Stripe: STRIPE_TEST_KEY takes a secret key of test mode alone, which begins with sk_test_.')
  return ok(key)
}
