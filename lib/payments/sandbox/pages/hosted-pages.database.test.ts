import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fresh, openedPayment, PUBLIC_URL, type SimulatedPayments, simulatePayments } from '../../testing/simulated-payments'

const RETURN_URL = 'https://dashboard.test/acme/payment?tab=card'
const CANCEL_URL = 'https://dashboard.test/acme/payment'

let payments: SimulatedPayments
beforeAll(async () => {
  payments = await simulatePayments()
})
afterAll(() => payments.stop())

type Shown = { status: number; location: string | null; html: string; headers: Headers }

async function open(url: string): Promise<Shown> {
  return shown(await fetch(payments.page(url), { redirect: 'manual' }))
}

async function send(url: string, fields: Record<string, string>): Promise<Shown> {
  return shown(await fetch(payments.page(url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }))
}

async function shown(response: Response): Promise<Shown> {
  return { status: response.status, location: response.headers.get('location'), html: await response.text(), headers: response.headers }
}

/** What the page's form would send, with its hidden fields. */
function formOf(html: string): { action: string; hidden: Record<string, string> } {
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1]
  if (action === undefined) throw new Error(`no form on the page: ${html}`)
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)].map(([, name = '', value = '']) => [name, value])
  return { action: `${PUBLIC_URL}${action}`, hidden: Object.fromEntries(hidden) as Record<string, string> }
}

async function setup(): Promise<{ payerRef: string; setupRef: string; url: string }> {
  const { payerRef } = await payments.provider.ensurePayer({ organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') })
  return {
    payerRef,
    ...(await payments.provider.beginMethodSetup({ payerRef, currency: 'usd', returnUrl: RETURN_URL, cancelUrl: CANCEL_URL, key: fresh('setup') })),
  }
}

const TYPED = { number: '4242 4242 4242 4242', expiry: '03 / 49', cvc: '123', name: 'Ada Lovelace' }

describe('the card page', () => {
  it('says that payments are simulated, needs no script, and labels every field', async () => {
    const { url } = await setup()
    const { status, html, headers } = await open(url)
    expect(status).toBe(200)
    expect(html).toContain('Simulated payments.')
    expect(html).not.toContain('<script')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const [, id = ''] of html.matchAll(/<input id="([^"]+)"/g)) expect(html).toContain(`<label for="${id}">`)
    expect(html).toContain(`href="${CANCEL_URL}"`)
  })

  it('saves a typed card and leads back with the setup in the address', async () => {
    const { payerRef, setupRef, url } = await setup()
    expect(await payments.provider.readMethodSetup(setupRef)).toEqual({ state: 'open' })
    const sent = await send(formOf((await open(url)).html).action, TYPED)

    expect(sent).toMatchObject({ status: 303, location: `${RETURN_URL}&setup=${setupRef}` })
    expect(await payments.provider.readMethodSetup(setupRef)).toEqual({
      state: 'complete',
      payerRef,
      method: { methodRef: expect.stringMatching(/^pm_/), brand: 'visa', last4: '4242', expMonth: 3, expYear: 2049 },
    })
    expect((await open(url)).html, 'opened again').toContain('Card saved')
    expect(await send(url, TYPED), 'sent again').toMatchObject({ status: 303, location: `${RETURN_URL}&setup=${setupRef}` })
    expect((await payments.stripe.paymentMethods.list({ customer: payerRef })).data).toHaveLength(1)
  })

  it('saves a test card by one press', async () => {
    const { setupRef, url } = await setup()
    expect(await send(url, { test_card: '5555555555554444', number: '', expiry: '', cvc: '', name: '' })).toMatchObject({ status: 303 })
    expect(await payments.provider.readMethodSetup(setupRef)).toMatchObject({ method: { brand: 'mastercard', last4: '4444' } })
  })

  it.each([
    { number: '4000000000000002', message: 'Your card was declined.' },
    { number: '4000000000009995', message: 'Your card has insufficient funds.' },
    { number: '4000000000000069', message: 'Your card has expired.' },
    { number: '4000000000000127', message: 'Your card&#39;s security code is incorrect.' },
  ])('shows why $number is not saved, and takes another', async ({ number, message }) => {
    const { setupRef, url } = await setup()
    const refused = await send(url, { ...TYPED, number })
    expect(refused.status).toBe(402)
    expect(refused.html).toMatch(new RegExp(`role="alert">${message}`))
    expect(await payments.provider.readMethodSetup(setupRef)).toEqual({ state: 'open' })
    expect(await send(url, TYPED)).toMatchObject({ status: 303 })
  })

  it.each([
    { wrong: { number: '4242424242424241' }, message: 'Your card number is incorrect.' },
    { wrong: { number: '4111111111111111' }, message: 'never a real one' },
    { wrong: { number: '' }, message: 'Enter a card number.' },
    { wrong: { expiry: '13/49' }, message: 'Enter the expiry date' },
    { wrong: { expiry: '01/20' }, message: 'in the past' },
    { wrong: { cvc: '12' }, message: 'Enter the security code, 3 digits.' },
    { wrong: { number: '378282246310005' }, message: 'Enter the security code, 4 digits.' },
    { wrong: { name: '' }, message: 'Enter the name on the card.' },
  ])('asks again beside the field: $message', async ({ wrong, message }) => {
    const { setupRef, url } = await setup()
    const { status, html } = await send(url, { ...TYPED, ...wrong })
    expect(status).toBe(422)
    expect(html).toContain(message)
    expect(html).toMatch(/aria-invalid="true" aria-describedby="(\w+)-wrong"[\s\S]*id="\1-wrong"/)
    expect(await payments.provider.readMethodSetup(setupRef)).toEqual({ state: 'open' })
  })

  it('never shows a number again that may be a real one, and escapes what was typed', async () => {
    const { url } = await setup()
    const { html } = await send(url, { ...TYPED, number: '4111111111111111', name: '"><script>alert(1)</script>' })
    expect(html).not.toContain('4111111111111111')
    expect(html).not.toContain('<script>')
    expect(html).toContain('&quot;&gt;&lt;script&gt;')
  })

  it('goes by the bank where the card asks for it, and back to the page where the bank was not convinced', async () => {
    const { setupRef, url } = await setup()
    const toBank = await send(url, { test_card: '4000002500003155' })
    expect(toBank.location).toContain(`${PUBLIC_URL}/sandbox/bank/seti_`)
    const bank = await open(toBank.location ?? '')
    expect(bank.html).toContain('Confirm saving your card')
    const { action, hidden } = formOf(bank.html)
    const declined = await send(action, { ...hidden, decision: 'decline' })
    expect(declined.location).toBe(new URL(url).pathname)
    expect((await open(url)).html).toContain('We are unable to authenticate your payment method')

    const again = await open((await send(url, { test_card: '4000002500003155' })).location ?? '')
    const form = formOf(again.html)
    expect(await send(form.action, { ...form.hidden, decision: 'approve' })).toMatchObject({ status: 303, location: `${RETURN_URL}&setup=${setupRef}` })
    const complete = await payments.provider.readMethodSetup(setupRef)
    if (complete.state !== 'complete') throw new Error('the card was not saved')

    const { providerRef } = await openedFor(complete.payerRef)
    expect(
      await payments.provider.attempt({ providerRef, methodRef: complete.method.methodRef, key: fresh('confirm') }),
      'asked once, not again',
    ).toMatchObject({ state: 'collected' })
  })

  it('ends when the session does', async () => {
    const { setupRef, url } = await setup()
    await payments.stripe.checkout.sessions.expire(setupRef)
    expect(await payments.provider.readMethodSetup(setupRef)).toEqual({ state: 'expired' })
    expect((await open(url)).status).toBe(410)
    expect((await send(url, TYPED)).status).toBe(410)
    expect((await open(`${PUBLIC_URL}/sandbox/checkout/cs_test_guess`)).status).toBe(404)
    expect((await open(`${PUBLIC_URL}/sandbox/other`)).status).toBe(404)
  })
})

async function openedFor(payerRef: string): Promise<{ providerRef: string }> {
  const intent = await payments.stripe.paymentIntents.create({ amount: 1333, currency: 'usd', customer: payerRef })
  return { providerRef: intent.id }
}

describe("the bank's page", () => {
  async function asking(): Promise<{ providerRef: string; url: string }> {
    const { method, providerRef } = await openedPayment(payments.provider, 'pm_card_authenticationRequired')
    const observed = await payments.provider.attempt({ providerRef, methodRef: method.methodRef, returnUrl: RETURN_URL, key: fresh('confirm') })
    if (observed.state !== 'needs_customer') throw new Error(`expected the bank to ask, not ${observed.state}`)
    return { providerRef, url: observed.url }
  }

  it('says what is confirmed', async () => {
    const { html } = await open((await asking()).url)
    for (const text of ['Confirm the payment of $13.33', 'Pro, January', 'ending in 3184', 'Approve', 'Decline', 'Simulated payments.'])
      expect(html).toContain(text)
  })

  it.each([
    { decision: 'approve', redirect: 'succeeded', observed: { state: 'collected', amount: 13_33n } },
    {
      decision: 'decline',
      redirect: 'failed',
      observed: {
        state: 'refused',
        reason: 'payment_intent_authentication_failure',
        remedy: 'customer_must_confirm',
        refusalRef: 'payment_intent_authentication_failure',
      },
    },
  ])('$decision leads back, and a second press changes nothing', async ({ decision, redirect, observed }) => {
    const { providerRef, url } = await asking()
    const { action, hidden } = formOf((await open(url)).html)
    const { location } = await send(action, { ...hidden, decision })
    const back = new URL(location ?? '')
    expect(`${back.origin}${back.pathname}`).toBe('https://dashboard.test/acme/payment')
    expect(Object.fromEntries(back.searchParams)).toEqual({
      tab: 'card',
      payment_intent: providerRef,
      payment_intent_client_secret: hidden.client_secret,
      redirect_status: redirect,
    })
    expect(await payments.provider.read(providerRef)).toEqual(observed)

    expect((await send(action, { ...hidden, decision: decision === 'approve' ? 'decline' : 'approve' })).location).toBe(location)
    expect((await open(url)).location).toBe(location)
    expect(await payments.provider.read(providerRef)).toEqual(observed)
  })

  it('shows nothing to someone without the secret, and decides nothing for them', async () => {
    const { providerRef, url } = await asking()
    const bare = url.split('?')[0] ?? ''
    expect((await open(bare)).status).toBe(404)
    expect((await send(bare, { decision: 'approve' })).status).toBe(404)
    expect((await send(bare, { decision: 'approve', client_secret: 'guess' })).status).toBe(404)
    expect((await send(bare, {})).status).toBe(422)
    expect(await payments.provider.read(providerRef)).toMatchObject({ state: 'needs_customer' })
  })

  it('leads back where the payment was abandoned meanwhile', async () => {
    const { providerRef, url } = await asking()
    const form = formOf((await open(url)).html)
    await payments.provider.abandon({ providerRef, key: fresh('abandon') })
    expect((await send(form.action, { ...form.hidden, decision: 'approve' })).location).toContain('redirect_status=failed')
    expect(await payments.provider.read(providerRef)).toEqual({ state: 'abandoned' })
  })
})
