import type { Stripe } from 'stripe'
import { describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { addMinutes, systemClock } from '@/lib/time'
import type { PaymentProvider, ProviderNotification } from '../port'
import { fresh, openedPayment } from './simulated-payments'

/** `stripe`: the official SDK on the same account, for what the port does not offer. */
export type Account = { provider: PaymentProvider; stripe: Stripe }

/** The test cards that Stripe publishes make their disputes, and its search finds what is new, some time later. */
const LATER = { timeout: 90_000, interval: 500 }
const RETURN_URL = 'https://dashboard.test/payment'

/**
 * What the engine relies on, of whatever is at the other end: the sandbox in each run of the tests, and Stripe itself where
 * somebody has a key for it.
 */
export function describePayments(account: () => Account): void {
  const payer = async () =>
    (await account().provider.ensurePayer({ organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') })).payerRef

  describe('payers and their cards', () => {
    it('gives the same payer for the same key', async () => {
      const request = { organizationId: fresh('org'), name: 'Acme', email: 'billing@acme.test', key: fresh('payer') }
      expect(await account().provider.ensurePayer(request)).toEqual(await account().provider.ensurePayer(request))
    })

    it('attaches a card and makes it the default', async () => {
      const payerRef = await payer()
      const attachment = await account().provider.attachMethod({ payerRef, methodRef: 'pm_card_mastercard', key: fresh('attach') })

      expect(attachment).toEqual({
        state: 'attached',
        method: { methodRef: expect.stringMatching(/^pm_/), brand: 'mastercard', last4: '4444', expMonth: 12, expYear: expect.any(Number) },
      })
      const customer = await account().stripe.customers.retrieve(payerRef)
      expect(customer).toMatchObject({ invoice_settings: { default_payment_method: attachment.state === 'attached' ? attachment.method.methodRef : '' } })
    })

    it.each([
      { card: 'pm_card_visa_chargeDeclined', reason: 'card_declined' },
      { card: 'pm_card_visa_chargeDeclinedInsufficientFunds', reason: 'insufficient_funds' },
      { card: 'pm_card_visa_chargeDeclinedLostCard', reason: 'lost_card' },
      { card: 'pm_card_chargeDeclinedExpiredCard', reason: 'expired_card' },
      { card: 'pm_never_heard_of', reason: 'no_such_payment_method' },
    ])('refuses $card as a value: $reason', async ({ card, reason }) => {
      expect(await account().provider.attachMethod({ payerRef: await payer(), methodRef: card, key: fresh('attach') })).toEqual({ state: 'refused', reason })
    })

    it("refuses another payer's card", async () => {
      const { method } = await openedPayment(account().provider)
      expect(await account().provider.attachMethod({ payerRef: await payer(), methodRef: method.methodRef, key: fresh('attach') })).toEqual({
        state: 'refused',
        reason: 'no_such_payment_method',
      })
    })

    it('takes an unknown payer for a bug of ours', async () => {
      await expect(account().provider.attachMethod({ payerRef: 'cus_nobody', methodRef: 'pm_card_visa', key: fresh('attach') })).rejects.toMatchObject({
        name: 'ProviderMisuse',
        about: 'payer',
      })
    })

    it('sends a person to a card page, and knows that nothing has been entered there yet', async () => {
      const request = { payerRef: await payer(), currency: 'usd' as const, returnUrl: RETURN_URL, cancelUrl: RETURN_URL, key: fresh('setup') }
      const { setupRef, url } = await account().provider.beginMethodSetup(request)
      expect(url).toMatch(/^https?:/)
      expect(await account().provider.readMethodSetup(setupRef)).toEqual({ state: 'open' })
    })
  })

  describe('one payment', () => {
    it('asks for another card where the one on file was removed at Stripe', async () => {
      const { providerRef, method } = await openedPayment(account().provider)
      const removed = { state: 'refused', reason: 'no_such_payment_method', remedy: 'new_method' }
      expect(await account().provider.attempt({ providerRef, methodRef: 'pm_removed', key: fresh('confirm') })).toEqual(removed)
      expect(await account().provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toMatchObject({ state: 'collected' })
    })

    it('moves no money when it is opened, and collects once when it is attempted', async () => {
      const { provider } = account()
      const { payerRef, method, providerRef } = await openedPayment(provider)
      expect(await provider.read(providerRef)).toEqual({ state: 'open' })

      const key = fresh('confirm')
      const collected = { state: 'collected', amount: 13_33n }
      expect(await provider.attempt({ providerRef, methodRef: method.methodRef, key })).toEqual(collected)
      expect(await provider.attempt({ providerRef, methodRef: method.methodRef, key }), 'the same attempt again').toEqual(collected)
      expect(await provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') }), 'another attempt, too late').toEqual(collected)
      expect((await account().stripe.charges.list({ customer: payerRef })).data).toHaveLength(1)
    })

    it('names each refusal: the same whoever tells of it, and another for the next', async () => {
      const { provider } = account()
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
      const { payerRef, method, providerRef } = await openedPayment(account().provider, 'pm_card_chargeCustomerFail')
      await account().provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
      const better = await account().provider.attachMethod({ payerRef, methodRef: 'pm_card_visa', key: fresh('attach') })

      if (better.state !== 'attached') throw new Error('the second card was refused')
      expect(await account().provider.attempt({ providerRef, methodRef: better.method.methodRef, key: fresh('confirm') })).toEqual({
        state: 'collected',
        amount: 13_33n,
      })
    })

    it('needs the customer where the bank wants to confirm: refused without them, a page with them', async () => {
      const { method, providerRef } = await openedPayment(account().provider, 'pm_card_authenticationRequired')

      const refused = { state: 'refused', reason: 'authentication_required', remedy: 'customer_must_confirm', refusalRef: expect.stringMatching(/^ch_/) }
      expect(await account().provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })).toEqual(refused)
      expect(await account().provider.read(providerRef)).toEqual(refused)

      const asking = await account().provider.attempt({ providerRef, methodRef: method.methodRef, returnUrl: RETURN_URL, key: fresh('confirm') })
      expect(asking).toEqual({ state: 'needs_customer', url: expect.stringMatching(/^https?:/) })
      expect(await account().provider.read(providerRef)).toEqual(asking)
    })

    it('is abandoned once, and never after it was collected', async () => {
      const { provider } = account()
      const open = await openedPayment(provider)
      expect(await provider.abandon({ providerRef: open.providerRef, key: fresh('abandon') })).toEqual({ state: 'abandoned' })
      expect(await provider.abandon({ providerRef: open.providerRef, key: fresh('abandon') })).toEqual({ state: 'abandoned' })
      expect(await provider.attempt({ providerRef: open.providerRef, methodRef: open.method.methodRef, key: fresh('confirm') })).toEqual({ state: 'abandoned' })

      const paid = await openedPayment(provider)
      await provider.attempt({ providerRef: paid.providerRef, methodRef: paid.method.methodRef, key: fresh('confirm') })
      expect(await provider.abandon({ providerRef: paid.providerRef, key: fresh('abandon') }), 'payment wins').toEqual({ state: 'collected', amount: 13_33n })
    })

    it('is found by our own id, and nothing else is', async () => {
      const { paymentId, providerRef } = await openedPayment(account().provider)
      await expect.poll(() => account().provider.find(paymentId), LATER).toEqual({ providerRef, observation: { state: 'open' } })
      expect(await account().provider.find(`${paymentId}' OR metadata['payment_id']:'x`)).toBeNull()
      expect(await account().provider.find(fresh('pay'))).toBeNull()
    })

    it('is refused as a bug of ours below the least amount, for an unknown id, and for a key used otherwise', async () => {
      const { provider } = account()
      const payerRef = await payer()
      const request = { paymentId: fresh('pay'), payerRef, amount: minor(49), currency: 'usd', description: '', key: fresh('open') }
      const misuse = { name: 'ProviderMisuse' }
      const once = fresh('open')
      await expect(provider.open(request)).rejects.toMatchObject({ ...misuse, about: 'request' })
      await expect(provider.open({ ...request, payerRef: 'cus_nobody', amount: minor(50), key: fresh('open') })).rejects.toMatchObject({
        ...misuse,
        about: 'payer',
      })
      await expect(provider.read('pi_nothing')).rejects.toMatchObject(misuse)
      await expect(provider.open({ ...request, amount: minor(50), key: once })).resolves.toBeDefined()
      await expect(provider.open({ ...request, amount: minor(51), key: once })).rejects.toMatchObject({ ...misuse, about: 'call' })
    })

    it('tells of one that somebody else made, and of none', async () => {
      const { payerRef, providerRef } = await openedPayment(account().provider)
      expect(await account().provider.describePayment(providerRef)).toEqual({ payerRef, currency: 'usd', observation: { state: 'open' } })
      expect(await account().provider.describePayment('pi_nothing')).toBeNull()
    })
  })

  describe('refunds and disputes', () => {
    async function paidPayment(card = 'pm_card_visa'): Promise<string> {
      const { method, providerRef } = await openedPayment(account().provider, card)
      await account().provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
      return providerRef
    }

    it('gives back in parts, never more than was paid, and finds a refund by our id', async () => {
      const { provider } = account()
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
      expect(await account().provider.refund(request)).toEqual(await account().provider.refund(request))
      expect((await account().stripe.refunds.list({ payment_intent: providerRef })).data).toHaveLength(1)
    })

    it('tells one that somebody made at the provider from ours', async () => {
      const providerRef = await paidPayment()
      const { id } = await account().stripe.refunds.create({ payment_intent: providerRef, amount: 100 })
      const observation = { refundRef: id, state: 'succeeded', amount: 1_00n }
      expect(await account().provider.describeRefund(id)).toEqual({ refundId: null, providerRef, observation })
      expect(await account().provider.describeRefund('re_nothing')).toBeNull()
    })

    it('lists what it told of within a stretch, newest first, page by page, and goes on from any of them', async () => {
      const { provider } = account()
      const since = addMinutes(systemClock.now(), -1)
      const providerRef = await paidPayment()
      const { id } = await account().stripe.refunds.create({ payment_intent: providerRef, amount: 100 })
      const listed = async (limit: number): Promise<ProviderNotification[]> => {
        const all: ProviderNotification[] = []
        let after: string | null = null
        do {
          const page = await provider.listNotifications({ since, until: addMinutes(systemClock.now(), 1), after, limit })
          expect(page.items.length).toBeLessThanOrEqual(limit)
          all.push(...page.items)
          after = page.next
        } while (after !== null)
        return all
      }
      const ours = ({ subject }: ProviderNotification) => 'providerRef' in subject && subject.providerRef === providerRef
      await expect.poll(async () => (await listed(100)).filter(ours).map(({ type }) => type), LATER).toEqual(['refund.created', 'payment_intent.succeeded'])
      const [refunded, collected] = (await listed(1)).filter(ours)
      expect([refunded, collected]).toMatchObject([
        { id: expect.stringMatching(/^evt_/), subject: { kind: 'refund', refundRef: id } },
        { id: expect.stringMatching(/^evt_/), subject: { kind: 'payment' } },
      ])
      const earlier = { since: addMinutes(since, -60), until: addMinutes(since, -30), after: null, limit: 100 }
      expect((await provider.listNotifications(earlier)).items.filter(ours)).toEqual([])
      const forgotten = { since, until: addMinutes(systemClock.now(), 1), after: 'evt_forgotten', limit: 100 }
      expect((await provider.listNotifications(forgotten)).items.filter(ours), 'begun anew').toHaveLength(2)
    })

    it('lists what was collected and what was refunded within a stretch', async () => {
      const stretch = { since: addMinutes(systemClock.now(), -1), until: addMinutes(systemClock.now(), 5), after: null, limit: 20 }
      const { payerRef, method, providerRef } = await openedPayment(account().provider)
      await account().provider.attempt({ providerRef, methodRef: method.methodRef, key: fresh('confirm') })
      const refused = await openedPayment(account().provider, 'pm_card_chargeCustomerFail')
      await account().provider.attempt({ providerRef: refused.providerRef, methodRef: refused.method.methodRef, key: fresh('confirm') })
      const { id } = await account().stripe.refunds.create({ payment_intent: providerRef, amount: 100 })

      const collected = (await account().provider.listCollected(stretch)).items
      expect(collected).toContainEqual({ collectedRef: expect.any(String), providerRef, payerRef, amount: 13_33n, currency: 'usd' })
      expect(collected.map((facts) => facts.providerRef)).not.toContain(refused.providerRef)
      const refunds = (await account().provider.listRefunds(stretch)).items
      expect(refunds).toContainEqual({ refundId: null, providerRef, observation: { refundRef: id, state: 'succeeded', amount: 1_00n } })
      const [newest] = (await account().provider.listRefunds({ ...stretch, limit: 1 })).items
      expect((await account().provider.listRefunds({ ...stretch, after: newest?.observation.refundRef ?? '' })).items).not.toContainEqual(newest)
    })

    it('reads a dispute, and none', async () => {
      const providerRef = await paidPayment('pm_card_createDispute')
      const disputes = async () => (await account().stripe.disputes.list({ payment_intent: providerRef })).data
      await expect.poll(async () => (await disputes()).length, LATER).toBe(1)
      const disputeRef = (await disputes())[0]?.id ?? ''
      expect(await account().provider.readDispute(disputeRef)).toEqual({ disputeRef, providerRef, state: 'open', amount: 13_33n, reason: 'fraudulent' })
      await account().stripe.disputes.close(disputeRef)
      expect(await account().provider.readDispute(disputeRef)).toMatchObject({ state: 'lost' })
      expect(await account().provider.readDispute('du_nothing')).toBeNull()
    })
  })
}
