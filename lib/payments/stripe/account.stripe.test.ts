import { Stripe } from 'stripe'
import { describePayments } from '../testing/payments-contract'
import { readTestKey } from '../testing/stripe-test-key'
import { stripeProvider } from './stripe-provider'

/** The contract that the sandbox keeps in each run of the tests, at Stripe itself. */
const asked = readTestKey(process.env)
if (!asked.ok) throw new Error(asked.error)
const secretKey = asked.value

describePayments(() => ({
  provider: stripeProvider({ secretKey, webhookSecret: null, mode: 'test' }),
  stripe: new Stripe(secretKey),
}))
