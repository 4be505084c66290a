import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { PoolClient } from 'pg'
import type { Stripe } from 'stripe'
import type { SandboxEnvironment } from '../api'
import { completeCheckoutSession, enterCard, getCheckoutSession, sessionOfSetupIntent, successUrl } from '../checkout-sessions'
import { inTransaction } from '../database'
import { StripeFailure } from '../failure'
import { answerBank, getPaymentIntent } from '../payment-intents'
import { createPaymentMethod } from '../payment-methods'
import type { Performance } from '../perform'
import { answerSetupAtBank, getSetupIntent } from '../setup-intents'
import { type Call, findObject } from '../store'
import { formatStripeAmount } from './amount'
import { bankPage } from './bank-page'
import { EMPTY_CARD_FORM, readCardForm } from './card-form'
import { checkoutPage } from './checkout-page'
import { type Html, messagePage } from './layout'

const LARGEST_FORM = 16 * 1024

const HEADERS = {
  'cache-control': 'no-store',
  // No form-action: browsers hold the redirect back to the merchant to it as well.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'content-type': 'text/html; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

async function show(page: Html, status = 200): Promise<Response> {
  return new Response(String(await page), { status, headers: HEADERS })
}

function goTo(url: string): Response {
  return new Response(null, { status: 303, headers: { ...HEADERS, location: url } })
}

type Intent = Stripe.PaymentIntent | Stripe.SetupIntent

function isPayment(intent: Intent): intent is Stripe.PaymentIntent {
  return intent.object === 'payment_intent'
}

/** The pages that Stripe and the bank host: a card's entry and a payment's confirmation. Their ids cannot be guessed. */
export function hostedPages(performance: Performance, afterwards: () => void): Hono<SandboxEnvironment> {
  const pages = new Hono<SandboxEnvironment>()
  pages.use(bodyLimit({ maxSize: LARGEST_FORM, onError: () => show(messagePage('Too large', 'The form holds more than a card.'), 413) }))

  async function inCall<Value>(work: (call: Call) => Promise<Value>): Promise<Value> {
    const { pool, publicUrl, webhooks, settleAfter } = performance
    const value = await inTransaction(pool, (client: PoolClient) => work({ client, requestId: null, idempotencyKey: null, publicUrl, webhooks, settleAfter }))
    afterwards()
    return value
  }

  pages.get('/checkout/:session', async (context) => {
    const { session, refusal } = await inCall(async (call) => {
      const found = await getCheckoutSession(call, context.req.param('session'))
      const intent = typeof found.setup_intent === 'string' ? await getSetupIntent(call, found.setup_intent) : null
      return { session: found, refusal: intent?.last_setup_error?.message ?? null }
    })
    if (session.status === 'complete') return show(messagePage('Card saved', 'This card was saved. You can close this page.'))
    if (session.status !== 'open') return show(messagePage('This page has expired', 'Go back and start again: card pages are open for 24 hours.'), 410)
    return show(checkoutPage({ session, values: EMPTY_CARD_FORM, errors: {}, refusal }))
  })

  pages.post('/checkout/:session', async (context) => {
    const id = context.req.param('session')
    const form = readCardForm(new URLSearchParams(await context.req.text()))
    if (!form.ok) {
      const session = await inCall((call) => getCheckoutSession(call, id))
      return show(checkoutPage({ session, values: form.values, errors: form.errors, refusal: null }), 422)
    }
    const { entry, session } = await inCall(async (call) => {
      const held = await createPaymentMethod(call, form.card, form.details)
      return { entry: await enterCard(call, id, held), session: await getCheckoutSession(call, id) }
    })
    if (entry.next === 'success' || entry.next === 'bank') return goTo(entry.url)
    if (entry.next === 'gone') return show(messagePage('This page has expired', 'Go back and start again: card pages are open for 24 hours.'), 410)
    return show(checkoutPage({ session, values: EMPTY_CARD_FORM, errors: {}, refusal: entry.message }), 402)
  })

  pages.get('/bank/:intent', async (context) => {
    const secret = context.req.query('client_secret') ?? ''
    const { intent, last4, backTo } = await inCall(async (call) => {
      const found = await intentOf(call, context.req.param('intent'), secret)
      const method = typeof found.payment_method === 'string' ? await findObject(call, 'payment_method', found.payment_method) : null
      return { intent: found, last4: method?.body.card?.last4 ?? '····', backTo: found.status === 'requires_action' ? null : await returnUrlOf(call, found) }
    })
    if (backTo !== null) return goTo(backTo)
    if (intent.status !== 'requires_action') return show(messagePage('Nothing to confirm', 'This was answered before. You can close this page.'))
    return show(
      bankPage({
        action: `/sandbox/bank/${intent.id}`,
        clientSecret: secret,
        amount: isPayment(intent) ? formatStripeAmount(intent.amount, intent.currency) : null,
        description: intent.description,
        last4,
      }),
    )
  })

  pages.post('/bank/:intent', async (context) => {
    const form = new URLSearchParams(await context.req.text())
    const decision = form.get('decision')
    if (decision !== 'approve' && decision !== 'decline') return show(messagePage('Not understood', 'Go back and press Approve or Decline.'), 422)
    const backTo = await inCall(async (call) => {
      const intent = await intentOf(call, context.req.param('intent'), form.get('client_secret') ?? '')
      const approved = decision === 'approve'
      if (isPayment(intent)) return returnUrlOf(call, await answerBank(call, intent.id, approved))
      const answered = await answerSetupAtBank(call, intent.id, approved)
      const session = await sessionOfSetupIntent(call, intent.id)
      if (!session) return returnUrlOf(call, answered)
      if (answered.status !== 'succeeded') return `/sandbox/checkout/${session.id}`
      return successUrl(session.status === 'open' ? await completeCheckoutSession(call, session) : session)
    })
    return backTo === null ? show(messagePage('Thank you', 'You can close this page.')) : goTo(backTo)
  })

  pages.all('*', () => show(messagePage('Not found', 'There is nothing to confirm at this address.'), 404))
  pages.onError((error, context) => {
    if (error instanceof StripeFailure) return show(messagePage('Not found', 'There is nothing to confirm at this address.'), 404)
    console.error('The Stripe sandbox failed at', context.req.path.replace(/\/[^/]*$/, ''), error)
    return show(messagePage('Something went wrong', 'Nothing was saved. Please try again.'), 500)
  })
  return pages
}

/** @throws StripeFailure where the id or its secret is not known; the page tells neither apart. */
async function intentOf(call: Call, id: string, secret: string): Promise<Intent> {
  const intent = id.startsWith('seti_') ? await getSetupIntent(call, id) : await getPaymentIntent(call, id)
  if (secret === '' || intent.client_secret !== secret) throw new StripeFailure(404, { error: { type: 'invalid_request_error', message: 'No such intent' } })
  return intent
}

/** Where the person goes after the bank, with what Stripe appends. Null where nobody said. */
async function returnUrlOf(call: Call, intent: Intent): Promise<string | null> {
  const hidden = (await findObject(call, intent.object, intent.id))?.hidden
  if (!hidden?.returnUrl) return null
  const url = new URL(hidden.returnUrl)
  const name = intent.object
  url.searchParams.set(name, intent.id)
  url.searchParams.set(`${name}_client_secret`, intent.client_secret ?? '')
  url.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed')
  return url.href
}
