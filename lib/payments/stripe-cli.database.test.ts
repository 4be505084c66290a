import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Stripe } from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listenForWebhooks, SECRET_KEY, type SimulatedPayments, simulatePayments, WEBHOOK_SECRET, type WebhookListener } from './testing/simulated-payments'

/**
 * Somebody else's check of the sandbox: Stripe's own command-line tool plays the fixtures that Stripe ships with it, and
 * Stripe's own library verifies what arrives. None of the three is ours.
 */
const CLI = fileURLToPath(new URL('../../node_modules/@stripe/cli/bin/shim.js', import.meta.url))
const run = promisify(execFile)

let payments: SimulatedPayments
let listener: WebhookListener
let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'stripe-cli-'))
  listener = await listenForWebhooks()
  payments = await simulatePayments({ webhook: { url: listener.url, secret: WEBHOOK_SECRET, retryAfter: 50 } })
})
afterEach(async () => {
  await payments.fault({ fault: 'none' })
  listener.heard.length = 0
})
afterAll(async () => {
  await payments.stop()
  await listener.stop()
  await rm(home, { recursive: true })
})

/** Plays one fixture, and checks that its event arrives and is genuine. Rejects where the tool fails. */
async function trigger(name: string, within?: number): Promise<Stripe.Event | null> {
  await run(process.execPath, [CLI, 'trigger', name, '--api-base', payments.base, '--api-key', SECRET_KEY], {
    // No configuration of this machine's user, and no way out of the machine: what is not on loopback meets a proxy that is not there.
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
    },
    timeout: 30_000,
  })
  const heard = await listener.waitFor(name, within)
  return heard && Stripe.webhooks.constructEvent(heard.body, heard.signature, WEBHOOK_SECRET)
}

describe("Stripe's own fixtures, played by Stripe's own tool", () => {
  it.each([
    { name: 'customer.created', about: { object: 'customer' } },
    { name: 'payment_method.attached', about: { object: 'payment_method', type: 'card' } },
    { name: 'setup_intent.created', about: { object: 'setup_intent', status: 'requires_payment_method' } },
    { name: 'setup_intent.succeeded', about: { object: 'setup_intent', status: 'succeeded' } },
    { name: 'setup_intent.setup_failed', about: { object: 'setup_intent', last_setup_error: { code: 'card_declined' } } },
    { name: 'payment_intent.created', about: { object: 'payment_intent', status: 'requires_payment_method' } },
    { name: 'payment_intent.requires_action', about: { object: 'payment_intent', status: 'requires_action' } },
    { name: 'payment_intent.succeeded', about: { object: 'payment_intent', status: 'succeeded', amount_received: 2000 } },
    { name: 'payment_intent.payment_failed', about: { object: 'payment_intent', last_payment_error: { code: 'card_declined' } } },
    { name: 'payment_intent.canceled', about: { object: 'payment_intent', status: 'canceled', cancellation_reason: 'requested_by_customer' } },
    { name: 'charge.refunded', about: { object: 'charge', refunded: true, amount_refunded: 100 } },
    { name: 'charge.refund.updated', about: { object: 'refund', metadata: { order_id: '6735' } } },
  ])('$name', async ({ name, about }) => {
    const event = await trigger(name)
    expect(event).toMatchObject({ type: name, livemode: false, api_version: Stripe.API_VERSION, data: { object: about } })
  })
})

describe('the check itself', () => {
  it('finds nothing where events are switched off', async () => {
    await payments.fault({ fault: 'webhooks', mode: 'off' })
    expect(await trigger('customer.created', 1_000)).toBeNull()
  })

  it('does not verify what was changed on the way', async () => {
    await payments.fault({ fault: 'webhooks', corrupt: 100 })
    await expect(trigger('customer.created')).rejects.toMatchObject({ name: 'Error', type: 'StripeSignatureVerificationError' })
  })

  it('fails with the tool, for a fixture outside what is simulated', async () => {
    await expect(trigger('customer.subscription.created')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Unrecognized request URL') })
  })
})
