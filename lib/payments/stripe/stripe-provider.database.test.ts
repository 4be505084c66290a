import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { describePayments } from '../testing/payments-contract'
import { fresh, openedPayment, type SimulatedPayments, simulatePayments } from '../testing/simulated-payments'

let payments: SimulatedPayments
beforeAll(async () => {
  payments = await simulatePayments({ settleAfter: 100 })
})
afterAll(() => payments.stop())

async function payer(): Promise<string> {
  const { payerRef } = await payments.provider.ensurePayer({ organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') })
  return payerRef
}

describePayments(() => payments)

describe('one payer', () => {
  it('waits for the first of two that ask at once under one key, and gives both its answer', async () => {
    const request = { organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') }
    await payments.fault({ fault: 'delay', milliseconds: 300, path: '/customers$' })
    const [one, other] = await Promise.all([payments.provider.ensurePayer(request), payments.provider.ensurePayer(request)])
    expect(other).toEqual(one)
  })
})

describe('a payment of a bank that changes its mind', () => {
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

describe('refunds that take their time', () => {
  async function paidPayment(card = 'pm_card_visa'): Promise<string> {
    const { method, providerRef } = await openedPayment(payments.provider, card)
    await payments.provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
    return providerRef
  }

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
