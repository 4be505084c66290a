import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { fresh, openedPayment, PUBLIC_URL, type SimulatedPayments, simulatePayments } from '../testing/simulated-payments'

const RETURN_URL = 'https://dashboard.test/payment'

let payments: SimulatedPayments
beforeAll(async () => {
  payments = await simulatePayments({ settleAfter: 100 })
})
afterAll(() => payments.stop())

async function payer(): Promise<string> {
  const { payerRef } = await payments.provider.ensurePayer({ organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') })
  return payerRef
}

describe('payers and their cards', () => {
  it('gives the same payer for the same key', async () => {
    const request = { organizationId: 'org_1', name: 'Acme', email: 'billing@acme.test', key: fresh('payer') }
    expect(await payments.provider.ensurePayer(request)).toEqual(await payments.provider.ensurePayer(request))
  })

  it('waits for the first of two that ask at once under one key, and gives both its answer', async () => {
    const request = { organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') }
    await payments.fault({ fault: 'delay', milliseconds: 300, path: '/customers$' })
    const [one, other] = await Promise.all([payments.provider.ensurePayer(request), payments.provider.ensurePayer(request)])
    expect(other).toEqual(one)
  })

  it('attaches a card and makes it the default', async () => {
    const payerRef = await payer()
    const attachment = await payments.provider.attachMethod({ payerRef, methodRef: 'pm_card_mastercard', key: fresh('attach') })

    expect(attachment).toEqual({
      state: 'attached',
      method: { methodRef: expect.stringMatching(/^pm_/), brand: 'mastercard', last4: '4444', expMonth: 12, expYear: expect.any(Number) },
    })
    const customer = await payments.stripe.customers.retrieve(payerRef)
    expect(customer).toMatchObject({ invoice_settings: { default_payment_method: attachment.state === 'attached' ? attachment.method.methodRef : '' } })
  })

  it.each([
    { card: 'pm_card_visa_chargeDeclined', reason: 'card_declined' },
    { card: 'pm_card_visa_chargeDeclinedInsufficientFunds', reason: 'insufficient_funds' },
    { card: 'pm_card_visa_chargeDeclinedLostCard', reason: 'lost_card' },
    { card: 'pm_card_chargeDeclinedExpiredCard', reason: 'expired_card' },
    { card: 'pm_never_heard_of', reason: 'no_such_payment_method' },
  ])('refuses $card as a value: $reason', async ({ card, reason }) => {
    expect(await payments.provider.attachMethod({ payerRef: await payer(), methodRef: card, key: fresh('attach') })).toEqual({ state: 'refused', reason })
  })

  it("refuses another payer's card", async () => {
    const { method } = await openedPayment(payments.provider)
    expect(await payments.provider.attachMethod({ payerRef: await payer(), methodRef: method.methodRef, key: fresh('attach') })).toEqual({
      state: 'refused',
      reason: 'no_such_payment_method',
    })
  })

  it('takes an unknown payer for a bug of ours', async () => {
    await expect(payments.provider.attachMethod({ payerRef: 'cus_nobody', methodRef: 'pm_card_visa', key: fresh('attach') })).rejects.toMatchObject({
      name: 'ProviderMisuse',
    })
  })
})

describe('one payment', () => {
  it('asks for another card where the one on file was removed at Stripe', async () => {
    const { providerRef, method } = await openedPayment(payments.provider)
    const removed = { state: 'refused', reason: 'no_such_payment_method', remedy: 'new_method' }
    expect(await payments.provider.attempt({ providerRef, methodRef: 'pm_removed', key: fresh('confirm') })).toEqual(removed)
    expect(await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toMatchObject({ state: 'collected' })
  })

  it('moves no money when it is opened, and collects once when it is attempted', async () => {
    const { provider } = payments
    const { payerRef, method, providerRef } = await openedPayment(provider)
    expect(await provider.read(providerRef)).toEqual({ state: 'open' })

    const key = fresh('confirm')
    const collected = { state: 'collected', amount: 13_33n }
    expect(await provider.attempt({ providerRef, methodRef: method.methodRef, key })).toEqual(collected)
    expect(await provider.attempt({ providerRef, methodRef: method.methodRef, key }), 'the same attempt again').toEqual(collected)
    expect(await provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') }), 'another attempt, too late').toEqual(collected)
    expect((await payments.stripe.charges.list({ customer: payerRef })).data).toHaveLength(1)
  })

  it.each([
    { card: 'pm_card_visa_chargeDeclinedInsufficientFunds', reason: 'insufficient_funds', remedy: 'retry_later' },
    { card: 'pm_card_chargeCustomerFail', reason: 'card_declined', remedy: 'retry_later' },
    { card: 'pm_card_chargeDeclinedProcessingError', reason: 'processing_error', remedy: 'retry_later' },
    { card: 'pm_card_visa_chargeDeclinedLostCard', reason: 'lost_card', remedy: 'new_method' },
    { card: 'pm_card_visa_chargeDeclinedStolenCard', reason: 'stolen_card', remedy: 'new_method' },
    { card: 'pm_card_chargeDeclinedExpiredCard', reason: 'expired_card', remedy: 'new_method' },
    { card: 'pm_card_radarBlock', reason: 'fraudulent', remedy: 'new_method' },
  ] as const)('is refused where the saved card has become $card: $remedy', async ({ card, reason, remedy }) => {
    const { method, providerRef } = await openedPayment(payments.provider)
    await payments.fault({ fault: 'card', payment_method: method.methodRef, card })

    const refused = { state: 'refused', reason, remedy, refusalRef: expect.stringMatching(/^ch_/) }
    expect(await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toEqual(refused)
    expect(await payments.provider.read(providerRef), 'read afterwards').toEqual(refused)
  })

  it('names each refusal: the same whoever tells of it, and another for the next', async () => {
    const { provider } = payments
    const { method, providerRef } = await openedPayment(provider, 'pm_card_chargeCustomerFail')
    const attempt = { providerRef, methodRef: method.methodRef, key: fresh('confirm') }
    const first = await provider.attempt(attempt)
    expect(await provider.read(providerRef)).toEqual(first)
    expect(await provider.attempt(attempt), 'the same attempt again').toEqual(first)
    const second = await provider.attempt({ ...attempt, key: fresh('confirm') })
    expect(second).toMatchObject({ state: 'refused', reason: 'card_declined' })
    expect(second).not.toEqual(first)
  })

  it('is collected by another card after a refusal, on the same intent', async () => {
    const { payerRef, method, providerRef } = await openedPayment(payments.provider, 'pm_card_chargeCustomerFail')
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    const better = await payments.provider.attachMethod({ payerRef, methodRef: 'pm_card_visa', key: fresh('attach') })

    if (better.state !== 'attached') throw new Error('the second card was refused')
    expect(await payments.provider.attempt({ providerRef, methodRef: better.method.methodRef, key: fresh('confirm') })).toEqual({
      state: 'collected',
      amount: 13_33n,
    })
  })

  it('needs the customer where the bank wants to confirm: refused without them, a page with them', async () => {
    const { method, providerRef } = await openedPayment(payments.provider, 'pm_card_authenticationRequired')

    const refused = { state: 'refused', reason: 'authentication_required', remedy: 'customer_must_confirm', refusalRef: expect.stringMatching(/^ch_/) }
    expect(await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toEqual(refused)
    expect(await payments.provider.read(providerRef)).toEqual(refused)

    const asking = await payments.provider.attempt({ providerRef, methodRef: method.methodRef, returnUrl: RETURN_URL, key: fresh('confirm') })
    expect(asking).toEqual({ state: 'needs_customer', url: expect.stringContaining(`${PUBLIC_URL}/sandbox/bank/${providerRef}?client_secret=`) })
    expect(await payments.provider.read(providerRef)).toEqual(asking)
  })

  it('is abandoned once, and never after it was collected', async () => {
    const { provider } = payments
    const open = await openedPayment(provider)
    expect(await provider.abandon({ providerRef: open.providerRef, key: fresh('abandon') })).toEqual({ state: 'abandoned' })
    expect(await provider.abandon({ providerRef: open.providerRef, key: fresh('abandon') })).toEqual({ state: 'abandoned' })
    expect(await provider.attempt({ providerRef: open.providerRef, methodRef: open.method.methodRef, key: fresh('confirm') })).toEqual({ state: 'abandoned' })

    const paid = await openedPayment(provider)
    await provider.attempt({ providerRef: paid.providerRef, methodRef: paid.method.methodRef, key: fresh('confirm') })
    expect(await provider.abandon({ providerRef: paid.providerRef, key: fresh('abandon') }), 'payment wins').toEqual({ state: 'collected', amount: 13_33n })
  })

  it('is found by our own id, and nothing else is', async () => {
    const { paymentId, providerRef } = await openedPayment(payments.provider)
    expect(await payments.provider.find(paymentId)).toEqual({ providerRef, observation: { state: 'open' } })
    expect(await payments.provider.find(`${paymentId}' OR metadata['payment_id']:'x`)).toBeNull()
    expect(await payments.provider.find(fresh('pay'))).toBeNull()
  })

  it('is refused as a bug of ours below the least amount, for an unknown id, and for a key used otherwise', async () => {
    const { provider } = payments
    const payerRef = await payer()
    const request = { paymentId: fresh('pay'), payerRef, amount: minor(49), currency: 'usd', description: '', key: fresh('open') }
    const misuse = { name: 'ProviderMisuse' }
    await expect(provider.open(request)).rejects.toMatchObject(misuse)
    await expect(provider.read('pi_nothing')).rejects.toMatchObject(misuse)
    await expect(provider.open({ ...request, amount: minor(50), key: 'a-key' })).resolves.toBeDefined()
    await expect(provider.open({ ...request, amount: minor(51), key: 'a-key' })).rejects.toMatchObject(misuse)
  })

  it.each([
    { currency: 'jpy', amount: 1333, sent: 1333 },
    { currency: 'kwd', amount: 13_330, sent: 13_330 },
    { currency: 'isk', amount: 1333, sent: 1333_00 },
  ])('carries $currency in its own unit', async ({ currency, amount, sent }) => {
    const payerRef = await payer()
    const { providerRef } = await payments.provider.open({
      paymentId: fresh('pay'),
      payerRef,
      amount: minor(amount),
      currency,
      description: 'x',
      key: fresh('open'),
    })
    expect(await payments.stripe.paymentIntents.retrieve(providerRef)).toMatchObject({ amount: sent, currency })

    const attachment = await payments.provider.attachMethod({ payerRef, methodRef: 'pm_card_visa', key: fresh('attach') })
    if (attachment.state !== 'attached') throw new Error('the card was refused')
    expect(await payments.provider.attempt({ providerRef, methodRef: attachment.method.methodRef, key: fresh('confirm') })).toEqual({
      state: 'collected',
      amount: BigInt(amount),
    })
  })
})

describe('refunds', () => {
  async function paidPayment(card = 'pm_card_visa'): Promise<string> {
    const { method, providerRef } = await openedPayment(payments.provider, card)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    return providerRef
  }

  it('gives back in parts, never more than was paid, and finds a refund by our id', async () => {
    const { provider } = payments
    const providerRef = await paidPayment()
    const refundId = fresh('re')
    const refund = await provider.refund({ providerRef, refundId, amount: minor(3_33), key: fresh('refund') })

    expect(refund).toEqual({ refundRef: expect.stringMatching(/^re_/), state: 'succeeded', amount: 3_33n })
    expect(await provider.findRefund({ providerRef, refundId })).toEqual(refund)
    expect(await provider.readRefund(refund.refundRef)).toEqual(refund)
    expect(await provider.findRefund({ providerRef, refundId: fresh('re') })).toBeNull()
    await expect(provider.refund({ providerRef, refundId: fresh('re'), amount: minor(10_01), key: fresh('refund') })).rejects.toMatchObject({
      name: 'ProviderMisuse',
    })
    await provider.refund({ providerRef, refundId: fresh('re'), amount: minor(10_00), key: fresh('refund') })
    await expect(provider.refund({ providerRef, refundId: fresh('re'), amount: minor(1), key: fresh('refund') })).rejects.toMatchObject({
      name: 'ProviderMisuse',
    })
  })

  it('gives back once for one key', async () => {
    const providerRef = await paidPayment()
    const request = { providerRef, refundId: fresh('re'), amount: minor(5_00), key: fresh('refund') }
    expect(await payments.provider.refund(request)).toEqual(await payments.provider.refund(request))
    expect((await payments.stripe.refunds.list({ payment_intent: providerRef })).data).toHaveLength(1)
  })

  it.each([
    { card: 'pm_card_pendingRefund', first: 'pending', last: 'succeeded', left: 0 },
    { card: 'pm_card_refundFail', first: 'succeeded', last: 'failed', left: 13_33 },
  ])('of $card is $first at first and $last in the end', async ({ card, first, last, left }) => {
    const providerRef = await paidPayment(card)
    const refund = await payments.provider.refund({ providerRef, refundId: fresh('re'), amount: minor(13_33), key: fresh('refund') })
    expect(refund.state).toBe(first)
    await expect.poll(async () => (await payments.provider.readRefund(refund.refundRef)).state, { timeout: 5_000 }).toBe(last)
    const [charge] = (await payments.stripe.charges.list({ payment_intent: providerRef })).data
    expect((charge?.amount ?? 0) - (charge?.amount_refunded ?? 0)).toBe(left)
  })
})
