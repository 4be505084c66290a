import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Stripe } from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sample } from '../billing/testing/depth'
import { systemClock } from '../time'
import type { ProviderNotification } from './port'
import { type StripeSettings, stripeProvider } from './stripe/stripe-provider'
import {
  type Heard,
  listenForWebhooks,
  SECRET_KEY,
  type SimulatedPayments,
  simulatePayments,
  typeOf,
  WEBHOOK_SECRET,
  type WebhookListener,
} from './testing/simulated-payments'

/**
 * Somebody else's check of the sandbox: Stripe's own command-line tool plays the fixtures that Stripe ships with it, and
 * Stripe's own library verifies what arrives. None of the three is ours. What arrived is then read by our own parser.
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

/** Of everything that the adapter reads or is told of, and what its object says. */
const PLAYED = [
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
  { name: 'customer.updated', about: { object: 'customer' } },
  { name: 'payment_method.updated', about: { object: 'payment_method', metadata: { foo: 'bar' } } },
  { name: 'payment_method.detached', about: { object: 'payment_method', customer: null } },
  { name: 'setup_intent.requires_action', about: { object: 'setup_intent', status: 'requires_action' } },
  { name: 'setup_intent.canceled', about: { object: 'setup_intent', status: 'canceled' } },
  { name: 'charge.succeeded', about: { object: 'charge', status: 'succeeded', paid: true } },
  { name: 'charge.failed', about: { object: 'charge', status: 'failed', paid: false } },
  { name: 'charge.dispute.created', about: { object: 'dispute', status: 'warning_needs_response' } },
  { name: 'charge.dispute.updated', about: { object: 'dispute', metadata: { foo: 'bar' } } },
  { name: 'charge.dispute.closed', about: { object: 'dispute', status: 'warning_closed' } },
  { name: 'charge.refunded', about: { object: 'charge', refunded: true, amount_refunded: 100 } },
  { name: 'charge.refund.updated', about: { object: 'refund', metadata: { order_id: '6735' } } },
]

/** What our own parser makes of each; of the rest it makes nothing: they move no money of ours. */
const SUBJECTS: Record<string, (object: Facts) => Subject> = {
  'payment_intent.created': ofPayment,
  'payment_intent.requires_action': ofPayment,
  'payment_intent.succeeded': ofPayment,
  'payment_intent.payment_failed': ofPayment,
  'payment_intent.canceled': ofPayment,
  'charge.succeeded': ofCharge,
  'charge.failed': ofCharge,
  'charge.refunded': ofCharge,
  'charge.dispute.created': ofDispute,
  'charge.dispute.updated': ofDispute,
  'charge.dispute.closed': ofDispute,
  'charge.refund.updated': ({ id, payment_intent }) => ({ kind: 'refund', refundRef: id, providerRef: payment_intent }),
}

type Subject = ProviderNotification['subject']
/** Of an object of Stripe's, as it is sent. */
type Facts = { id: string; payment_intent: string | null }

function ofPayment({ id }: Facts): Subject {
  return { kind: 'payment', providerRef: id }
}

function ofCharge({ payment_intent }: Facts): Subject {
  return payment_intent === null ? { kind: 'other' } : { kind: 'payment', providerRef: payment_intent }
}

function ofDispute({ id, payment_intent }: Facts): Subject {
  return { kind: 'dispute', disputeRef: id, providerRef: payment_intent }
}

/** The tool's other fixtures about the same kinds of object: why the adapter has nothing to do with each, and where the sandbox says no. */
const NOT_PLAYED = [
  // By its `capture_method`, or the `confirmation_method` beside it: the tool sends them in any order.
  { name: 'charge.captured', why: 'money is never held first and taken later', refused: 'unknown parameter: c' },
  { name: 'payment_intent.amount_capturable_updated', why: 'as above', refused: 'unknown parameter: c' },
  { name: 'payment_intent.processing', why: 'of bank debits; the adapter takes cards alone', refused: 'POST: /v1/payment_methods)' },
  { name: 'payment_intent.partially_funded', why: 'of bank transfers to a balance at Stripe', refused: 'unknown parameter: payment_method_' },
  { name: 'cash_balance.funds_available', why: 'as above', refused: 'fund_cash_balance' },
  { name: 'customer_cash_balance_transaction.created', why: 'as above', refused: 'fund_cash_balance' },
  // Its cards are saved by sessions in setup mode, for which the tool has no fixture: sandbox/pages/hosted-pages.database.test.ts has them.
  { name: 'checkout.session.completed', why: 'sells a product of Stripe’s own catalog', refused: '/v1/products' },
  { name: 'checkout.session.expired', why: 'as above', refused: '/v1/products' },
  { name: 'checkout.session.async_payment_failed', why: 'as above', refused: '/v1/products' },
  { name: 'checkout.session.async_payment_succeeded', why: 'as above', refused: '/v1/products' },
  { name: 'customer.deleted', why: 'a payer is kept as long as its invoices', refused: 'DELETE: /v1/customers' },
  { name: 'customer.discount.created', why: 'discounts are the engine’s own', refused: '/v1/coupons' },
  { name: 'customer.discount.deleted', why: 'as above', refused: '/v1/coupons' },
  { name: 'customer.discount.updated', why: 'as above', refused: '/v1/coupons' },
  { name: 'customer.source.created', why: 'sources are what came before payment methods', refused: 'sources' },
  { name: 'customer.source.updated', why: 'as above', refused: 'sources' },
  { name: 'customer.subscription.created', why: 'subscriptions are the engine’s own', refused: 'Unrecognized request URL' },
  { name: 'customer.subscription.deleted', why: 'as above', refused: 'Unrecognized request URL' },
  { name: 'customer.subscription.paused', why: 'as above', refused: 'Unrecognized request URL' },
  { name: 'customer.subscription.trial_will_end', why: 'as above', refused: 'Unrecognized request URL' },
  { name: 'customer.subscription.updated', why: 'as above', refused: 'Unrecognized request URL' },
]
const OF_OUR_OBJECTS = /^(customer|customer_cash_balance_transaction|cash_balance|payment_method|payment_intent|setup_intent|charge|checkout\.session)\./

/** Runs the tool without this machine's user's configuration, and with no way out: what is not on loopback meets a proxy that is not there. */
function runTool(...args: string[]) {
  const elsewhere = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' }
  const env = { NODE_ENV: 'test' as const, PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, STRIPE_CLI_TELEMETRY_OPTOUT: '1', ...elsewhere }
  return run(process.execPath, [CLI, ...args], { env, timeout: 30_000 })
}

/** As `POST /api/webhooks/stripe` asks it, of the account that those settings are of. */
function parse({ body, signature }: Heard, settings: Partial<StripeSettings> = {}): ProviderNotification | null {
  const account: StripeSettings = { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, mode: 'sandbox', apiBase: payments.base }
  return stripeProvider({ ...account, ...settings }).verifyNotification(body, signature)
}

/** What somebody could make of a genuine event, and where it comes to somebody else. */
const NOT_GENUINE: { name: string; made: (heard: Heard) => [Heard, Partial<StripeSettings>?] }[] = [
  { name: 'another object in it', made: ({ body, signature }) => [{ body: body.replace(/"object":\s*\{/, '"object":{"amount":1,'), signature }] },
  { name: 'another id', made: ({ body, signature }) => [{ body: body.replace('evt_', 'evt_1'), signature }] },
  { name: 'a space at its end', made: ({ body, signature }) => [{ body: `${body} `, signature }] },
  { name: 'the secret of another endpoint', made: (heard) => [heard, { webhookSecret: 'whsec_of_another_endpoint' }] },
  { name: 'the books of a live account', made: (heard) => [heard, { mode: 'live', secretKey: SECRET_KEY.replace('test', 'live') }] },
  { name: 'from a live account', made: ({ body }) => signedAnew(body.replace(/"livemode":\s*false/g, '"livemode":true')) },
  { name: 'signed so long ago', made: ({ body }) => [{ body, signature: signedAt(body, -(TOLERATED + 1)) }] },
  { name: 'signed in the future', made: ({ body }) => [{ body, signature: signedAt(body, TOLERATED + 60) }] },
  { name: 'signed with another secret', made: ({ body }) => [{ body, signature: signedAt(body, 0, 'whsec_of_a_stranger') }] },
  { name: 'another time in its signature', made: ({ body, signature }) => [{ body, signature: signature.replace(/t=\d/, 't=2') }] },
  { name: 'no signature', made: ({ body }) => [{ body, signature: '' }] },
]
/** Seconds. What is signed for later is nearer when it is read. */
const TOLERATED = 300

function signedAnew(body: string): [Heard] {
  return [{ body, signature: signedAt(body, 0) }]
}

function signedAt(payload: string, seconds: number, secret = WEBHOOK_SECRET): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(systemClock.now().epochMilliseconds / 1_000) + seconds })
}

type Played = { within?: number; secretKey?: string; secret?: string }

/** Plays one fixture, and checks that its event arrives and is genuine. Rejects where the tool fails. */
async function trigger(name: string, { within, secretKey = SECRET_KEY, secret = WEBHOOK_SECRET }: Played = {}): Promise<Stripe.Event | null> {
  await runTool('trigger', name, '--api-base', payments.base, '--api-key', secretKey)
  const heard = await listener.waitFor(name, within)
  return heard && Stripe.webhooks.constructEvent(heard.body, heard.signature, secret)
}

describe("Stripe's own fixtures, played by Stripe's own tool", () => {
  it.each(PLAYED)('$name', async ({ name, about }) => {
    const event = await trigger(name)
    expect(event).toMatchObject({ type: name, livemode: false, api_version: Stripe.API_VERSION, data: { object: about } })

    const [heard] = listener.heard.filter(({ body }) => typeOf(body) === name)
    if (!event || !heard) throw new Error(`no ${name} came`)
    const sent = (JSON.parse(heard.body) as { data: { object: Facts } }).data.object
    const subject = SUBJECTS[name]?.(sent) ?? { kind: 'other' }
    expect(parse(heard), 'what we make of it').toEqual({ id: event.id, type: name, subject })
    expect(parse({ body: heard.body, signature: signedAt(heard.body, 0) }), 'what is signed here counts too').not.toBeNull()
    for (const { name: why, made } of NOT_GENUINE) {
      const [forged, settings] = made(heard)
      expect([forged, settings], why).not.toEqual([heard, undefined])
      expect(parse(forged, settings), why).toBeNull()
    }
  })

  it('are read as payments, refunds and disputes wherever they are about one', () => {
    expect(Object.keys(SUBJECTS).filter((name) => !PLAYED.some((played) => played.name === name))).toEqual([])
    const silent = PLAYED.filter(({ name }) => !(name in SUBJECTS)).map(({ about }) => about.object)
    expect(new Set(silent)).toEqual(new Set(['customer', 'payment_method', 'setup_intent']))
  })
})

describe('the check itself', () => {
  it('finds nothing where events are switched off', async () => {
    await payments.fault({ fault: 'webhooks', mode: 'off' })
    expect(await trigger('customer.created', { within: 1_000 })).toBeNull()
  })

  it('does not verify what was changed on the way', async () => {
    await payments.fault({ fault: 'webhooks', corrupt: 100 })
    await expect(trigger('customer.created')).rejects.toMatchObject({ name: 'Error', type: 'StripeSignatureVerificationError' })
  })

  it('does not verify what was signed for another account', async () => {
    const elsewhere = trigger('customer.created', { secret: 'whsec_of_another_account' })
    await expect(elsewhere).rejects.toMatchObject({ name: 'Error', type: 'StripeSignatureVerificationError' })
  })

  it('fails with the tool, for the key of another account', async () => {
    const elsewhere = trigger('customer.created', { secretKey: 'sk_test_of_another_account_0' })
    await expect(elsewhere).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Invalid API Key') })
  })

  it('fails with the tool, for a fixture outside what is simulated', async () => {
    await expect(trigger('invoice.paid')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Unrecognized request URL') })
  })
})

describe('the fixtures that are not played', () => {
  it('are all that the tool has of our kinds of object', async () => {
    const { stdout } = await runTool('trigger', '--help')
    const offered = [...stdout.matchAll(/^ {2}([a-z_.]+)$/gm)].flatMap(([, name]) => (name && OF_OUR_OBJECTS.test(name) ? [name] : []))
    expect([...PLAYED, ...NOT_PLAYED].map(({ name }) => name).sort()).toEqual(offered.sort())
  })

  it.each(sample(NOT_PLAYED, 4))('$name: $why', async ({ name, refused }) => {
    await expect(trigger(name)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(refused) })
  })
})
