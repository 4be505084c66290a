import { and, eq, isNotNull } from 'drizzle-orm'
import type { ParsedMail } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { operators, payments, webhookInbox } from '../../db/schema'
import { Customer } from '../api/testing/customer'
import { answersBank, cardBecomes, cardDialog, charges, payerRefOf, refusesOnce, setCard, typesCard } from '../api/testing/payer'
import { type Json, runInterface } from '../api/testing/running-interface'
import { newId, type OrganizationId } from '../ids'
import { type Mailer, openMailer } from '../notify/send-mail'
import { openPostOffice, type PostOffice } from '../notify/testing/post-office'
import { instant, systemClock } from '../time'
import { SWEEPS } from './sweeps'

/**
 * What becomes of money that does not come, as those see it who wait for it: the machine interface over HTTP, the payment provider with its own
 * notifications, the worker's sweeps, and every mail as a mail server receives it. After each step the books are asked to balance.
 */
const api = runInterface({ webhooks: true })
let postOffice: PostOffice
let mailer: Mailer
beforeAll(async () => {
  postOffice = await openPostOffice()
  mailer = openMailer({ smtpUrl: postOffice.url, from: 'Example Billing <billing@example.com>' })
})
afterAll(async () => {
  mailer.close()
  await postOffice.close()
})

/** One pass of the worker; the wall time in which a notification waits for its next try has passed. */
async function workerPasses(): Promise<void> {
  await inEngine((tx) => tx.update(webhookInbox).set({ nextTryAt: systemClock.now() }).where(eq(webhookInbox.state, 'pending')))
  for (const kind of ['due', 'inbox', 'reconcile', 'messages'] as const) await SWEEPS[kind]({ provider: api.payments.provider, mailer }, () => false)
}

const words = (text = '') => text.replaceAll(/[\u00a0\u202f]/g, ' ')

/** Who reads the mails of one story: they are told exactly this at each step, and nothing twice. */
class Reader {
  constructor(readonly address: string) {}

  /** What `work` led to has been told, in these subjects; the mails as text. */
  async told<Value>(customer: Customer, work: () => Promise<Value>, subjects: readonly string[]): Promise<string[]> {
    await customer.balanced(work())
    const mails: ParsedMail[] = []
    await expect
      .poll(
        async () => {
          await workerPasses()
          mails.push(...postOffice.collect(this.address))
          return mails.map(({ subject }) => words(subject))
        },
        { timeout: 10_000, interval: 30 },
      )
      .toEqual(subjects)
    await customer.balanced(Promise.resolve())
    return mails.map(({ text }) => words(text))
  }
}

async function begin(name: string, { product, plan, language = 'en' }: { product: string; plan: string; language?: string }) {
  const address = `${newId('user')}@example.com`
  const customer = await Customer.begin(api, { organization: { name, owner: { email: address, name: 'Ada' } } })
  await api.send('PATCH', `/organizations/${customer.id}`, { language })
  const { id: subscription } = await customer.subscribe(product, plan)
  await workerPasses()
  postOffice.collect(address) // The invitation, and a receipt.
  return { customer, subscription: subscription as string, reader: new Reader(address) }
}

const linkIn = (text: string | undefined, of: string) => new RegExp(`${of}:\\n(\\S+)`).exec(text ?? '')?.[1] ?? ''

describe('a renewal whose card is declined (C12, G65)', () => {
  const FAILED = 'Muster GmbH: die Zahlung von 10,00 $ ist fehlgeschlagen'

  it('is told on the day, and after 1, 3, 5 and 7 days, in the language of the organization; then it is on Free, and a later payment leaves it there', async () => {
    const { customer, subscription, reader } = await begin('Muster GmbH', { product: 'api-calls', plan: 'basic', language: 'de' })
    await cardBecomes(customer, 'pm_card_chargeDeclinedInsufficientFunds')
    for (const { at, next } of [
      { at: '2026-01-31T00:00:00Z', next: '1. Februar 2026 um 00:00 UTC' },
      { at: '2026-02-01T00:00:00Z', next: '3. Februar 2026 um 00:00 UTC' },
      { at: '2026-02-03T00:00:00Z', next: '5. Februar 2026 um 00:00 UTC' },
      { at: '2026-02-05T00:00:00Z', next: '7. Februar 2026 um 00:00 UTC' },
    ]) {
      const [mail] = await reader.told(customer, () => customer.to(at), [FAILED])
      expect(mail).toContain(`Wir versuchen es am ${next} erneut.`)
      expect(mail).toContain('Das Konto ist nicht ausreichend gedeckt.')
      expect(mail).toContain(`/invoices/${(await customer.newest()).id}`)
      expect(await customer.subscription(subscription)).toMatchObject({ plan: 'basic', status: 'past_due' })
      expect(await customer.consume('calls', 1), 'service goes on').toMatchObject({ allowed: true })
    }
    await reader.told(customer, () => customer.to('2026-02-06T23:59:59Z'), [])
    const [last] = await reader.told(customer, () => customer.to('2026-02-07T00:00:00Z'), [
      FAILED,
      'Muster GmbH: API calls läuft jetzt mit dem kostenlosen Tarif',
    ])
    expect(last).toContain('Das war der letzte Versuch. Die Rechnung bleibt offen')
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'free', status: 'active' })
    expect(await charges(customer)).toEqual(['succeeded 1000', ...Array.from({ length: 5 }, () => 'failed 1000')])
    await reader.told(customer, () => customer.to('2026-04-01T00:00:00Z'), [])

    await cardBecomes(customer, 'pm_card_visa')
    const { id } = await customer.newest()
    const [receipt] = await reader.told(customer, () => api.make(`/invoices/${id}/pay`), ['Muster GmbH: Zahlungsbeleg über 10,00 $'])
    expect(receipt).toMatch(/Die Rechnung \S+ ist bezahlt\./)
    expect(await customer.newest()).toMatchObject({ status: 'paid', amount_paid: 10_00 })
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'free', status: 'active' })
  })

  it.each([
    { day: '01', declined: 1 },
    { day: '03', declined: 2 },
    { day: '05', declined: 3 },
  ])('is active again where the try of $day February collects it, with one receipt and no try after it', async ({ day, declined }) => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, 'pm_card_chargeDeclinedInsufficientFunds')
    const days = ['2026-01-31', '2026-02-01', '2026-02-03'].slice(0, declined)
    for (const at of days) await reader.told(customer, () => customer.to(`${at}T00:00:00Z`), ['Acme: the payment of $10.00 failed'])
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'basic', status: 'past_due' })
    await cardBecomes(customer, 'pm_card_visa')
    await reader.told(customer, () => customer.to(`2026-02-${day}T00:00:00Z`), ['Acme: $10.00 paid for Basic'])
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await customer.newest()).toMatchObject({ status: 'paid', amount_paid: 10_00 })
    await reader.told(customer, () => customer.to('2026-02-08T00:00:00Z'), [])
    expect(await charges(customer)).toEqual(['succeeded 1000', ...days.map(() => 'failed 1000'), 'succeeded 1000'])
  })

  it('is collected by a new card on the provider’s page, exactly as its dialog said', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, 'pm_card_chargeCustomerFail')
    await reader.told(
      customer,
      () => customer.to('2026-02-01T12:00:00Z'),
      Array.from({ length: 2 }, () => 'Acme: the payment of $10.00 failed'),
    )
    expect(await cardDialog(customer, 9_99n), 'a dialog that shows something else').toEqual({ ok: false, error: { code: 'quote_expired', amountDue: 10_00n } })
    const begun = await cardDialog(customer, 10_00n)
    if (!begun.ok) throw new Error(begun.error.code)
    const [mail] = await reader.told(customer, () => typesCard(customer, begun.value.url), ['Acme: $10.00 paid for Basic'])
    expect(mail).toContain('Total: $10.00\nPaid: $10.00')
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'basic', status: 'active' })
    expect((await charges(customer)).filter((one) => one.startsWith('succeeded'))).toEqual(['succeeded 1000', 'succeeded 1000'])
  })

  it('is not collected by a card whose dialog showed what is owed no more: the card is saved, and nothing is charged (G81)', async () => {
    const { customer, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, 'pm_card_chargeCustomerFail')
    await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), ['Acme: the payment of $10.00 failed'])
    const begun = await cardDialog(customer, 10_00n)
    if (!begun.ok) throw new Error(begun.error.code)
    await api.make(`/invoices/${(await customer.newest()).id}/void`, { reason: 'Agreed on the phone' })
    await reader.told(customer, () => typesCard(customer, begun.value.url), [])
    const cardOnFile = async (): Promise<Json> => {
      await workerPasses()
      return (await api.read(`/organizations/${customer.id}/payment_method`)).last4
    }
    await expect.poll(cardOnFile, { timeout: 10_000, interval: 30 }).toBe('4242')
    expect((await charges(customer)).filter((one) => one.startsWith('succeeded'))).toEqual(['succeeded 1000'])
  })

  it('with a card that was reported lost is charged once: the other days have only their mail, and where there is no free plan it is unpaid until a new card pays', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'model-tokens', plan: 'monthly' })
    await customer.record('output_tokens', 8_000_000)
    await cardBecomes(customer, 'pm_card_visa_chargeDeclinedLostCard')
    const failed = ['Acme: the payment of $80.00 failed']
    await reader.told(customer, () => customer.to('2026-02-01T00:00:00Z'), failed)
    for (const day of ['02', '04', '06']) await reader.told(customer, () => customer.to(`2026-02-${day}T00:00:00Z`), failed)
    expect(await customer.subscription(subscription)).toMatchObject({ status: 'past_due' })
    const [last] = await reader.told(customer, () => customer.to('2026-02-08T00:00:00Z'), failed)
    expect(last).toContain('Monthly cannot be used until the invoice is paid')
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'monthly', status: 'unpaid' })
    expect(await customer.consume('input_tokens', 1)).toMatchObject({ allowed: false, reason: 'subscription_unpaid' })
    expect(await charges(customer)).toEqual([expect.stringContaining('failed')])
    await reader.told(customer, () => setCard(customer, 'pm_card_mastercard'), ['Acme: $80.00 paid for Monthly'])
    expect(await customer.subscription(subscription)).toMatchObject({ status: 'active' })
    expect(await customer.consume('input_tokens', 1)).toMatchObject({ allowed: true })
  })
})

describe('a renewal that the bank wants to hear the customer about (C12)', () => {
  const ASKED = 'Acme: your bank asks you to confirm $10.00'
  const AUTHENTICATES = 'pm_card_authenticationRequired'

  /** The bank has nothing to ask any more, and sends whoever comes back to where the payment is shown. */
  async function opensOldLink(url: string): Promise<void> {
    const answered = await fetch(api.payments.page(url), { redirect: 'manual' })
    expect(answered.headers.get('location')).toContain('/payment/confirmed')
  }

  it('is confirmed by the link of its mail, by whoever has no session with us', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, AUTHENTICATES)
    const [mail] = await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), [ASKED])
    expect(await customer.subscription(subscription)).toMatchObject({ status: 'past_due' })
    await reader.told(customer, () => answersBank(customer, linkIn(mail, 'Confirm \\$10.00'), 'approve'), ['Acme: $10.00 paid for Basic'])
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await charges(customer)).toEqual(['succeeded 1000', 'failed 1000', 'succeeded 1000'])
  })

  it('is asked for again at each step with a new mail, is told where they decline, and ends as every other', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, AUTHENTICATES)
    const failed = 'Acme: the payment of $10.00 failed'
    const [first] = await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), [ASKED])
    const [declined] = await reader.told(customer, () => answersBank(customer, linkIn(first, 'Confirm \\$10.00'), 'decline'), [failed])
    expect(declined).toContain('The payment was not confirmed with the bank.')
    expect(declined).toContain('We try again on 1 February 2026, 00:00 UTC.')
    for (const day of ['01', '03', '05']) await reader.told(customer, () => customer.to(`2026-02-${day}T00:00:00Z`), [ASKED])
    const [last] = await reader.told(customer, () => customer.to('2026-02-07T00:00:00Z'), [failed, 'Acme: API calls is now on the free plan'])
    expect(last).toContain('This was the last try.')
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'free', status: 'active' })
    expect(await customer.newest()).toMatchObject({ status: 'open', amount_due: 10_00 })
  })

  it('ends unpaid where there is no free plan', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'model-tokens', plan: 'monthly' })
    await customer.record('output_tokens', 8_000_000)
    await cardBecomes(customer, AUTHENTICATES)
    const asked = ['Acme: your bank asks you to confirm $80.00']
    const [first] = await reader.told(customer, () => customer.to('2026-02-01T00:00:00Z'), asked)
    for (const day of ['02', '04', '06']) await reader.told(customer, () => customer.to(`2026-02-${day}T00:00:00Z`), asked)
    const [last] = await reader.told(customer, () => customer.to('2026-02-08T00:00:00Z'), ['Acme: the payment of $80.00 failed'])
    expect(last).toContain('Monthly cannot be used until the invoice is paid')
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'monthly', status: 'unpaid' })
    expect(await customer.consume('input_tokens', 1)).toMatchObject({ allowed: false, reason: 'subscription_unpaid' })
    await reader.told(customer, () => opensOldLink(linkIn(first, 'Confirm \\$80.00')), [])
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'monthly', status: 'unpaid' })
    expect((await charges(customer)).filter((one) => one.startsWith('succeeded'))).toEqual([])
  })

  it('is not paid by an old link after the last failure, which leads back to us', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, AUTHENTICATES)
    const [first] = await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), [ASKED])
    await reader.told(customer, () => customer.to('2026-02-06T00:00:00Z'), [ASKED, ASKED, ASKED])
    const last = ['Acme: the payment of $10.00 failed', 'Acme: API calls is now on the free plan']
    await reader.told(customer, () => customer.to('2026-02-07T00:00:00Z'), last)
    await reader.told(customer, () => opensOldLink(linkIn(first, 'Confirm \\$10.00')), [])
    expect(await customer.newest()).toMatchObject({ status: 'open', amount_paid: 0 })
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('that is declined when a step is due already takes nothing from that step', async () => {
    const { customer, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, AUTHENTICATES)
    const [mail] = await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), [ASKED])
    await customer.to('2026-01-31T06:00:00Z')
    const theirs = eq(payments.organizationId, customer.id as OrganizationId)
    const due = and(theirs, isNotNull(payments.retryAt))
    await inEngine((tx) =>
      tx
        .update(payments)
        .set({ retryAt: instant('2026-01-31T00:00:00Z') })
        .where(due),
    ) // Its worker was away.
    await answersBank(customer, linkIn(mail, 'Confirm \\$10.00'), 'decline')
    await expect
      .poll(async () => {
        await workerPasses()
        return (await inEngine((tx) => tx.select({ state: payments.state }).from(payments).where(due))).map(({ state }) => state)
      })
      .toEqual(['refused'])
    await reader.told(customer, () => customer.to('2026-01-31T06:01:00Z'), [ASKED])
  })

  it('is not asked for again and again where the provider cannot be asked at a step, and is when it can be', async () => {
    const { customer, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await cardBecomes(customer, AUTHENTICATES)
    await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), [ASKED])
    await api.payments.fault({ fault: 'rate_limit', path: '/confirm$', times: 1_000 })
    const tries = async () => {
      const rows = await inEngine((tx) =>
        tx
          .select({ tries: payments.attempts })
          .from(payments)
          .where(eq(payments.organizationId, customer.id as OrganizationId)),
      )
      return rows.reduce((sum, row) => sum + row.tries, 0)
    }
    const before = await tries()
    const to = { to: '2026-02-01T00:00:00Z' }
    const stopped = await customer.balanced(api.send('POST', `/test_clocks/${customer.clock}/advance`, to))
    expect(stopped).toMatchObject({ status: 409, body: { code: 'payments_unsettled' } })
    expect((await tries()) - before).toBeLessThanOrEqual(3)
    await api.payments.fault({ fault: 'none' })
    await reader.told(customer, () => customer.to(to.to), [ASKED])
  })
})

describe('several renewals whose card is declined (G94)', () => {
  const [OLDER, NEWER] = ['$10.00', '$17.00']

  /** Two products, of which one renews two days before the other; both are past due on the same card. */
  async function beginTwicePastDue() {
    const { customer, subscription: older, reader } = await begin('Acme', { product: 'api-calls', plan: 'basic' })
    await customer.to('2026-01-03T00:00:00Z')
    const { id: newer } = await customer.subscribe('screenshots', 'basic')
    await workerPasses()
    postOffice.collect(reader.address) // Its receipt.
    await cardBecomes(customer, 'pm_card_chargeDeclinedInsufficientFunds')
    await reader.told(customer, () => customer.to('2026-02-03T00:00:00Z'), [OLDER, OLDER, OLDER, NEWER].map(failed))
    return { customer, older, newer, reader }
  }
  const failed = (amount: string | undefined) => `Acme: the payment of ${amount} failed`
  const succeeded = async (customer: Customer) => (await charges(customer)).filter((one) => one.startsWith('succeeded')).slice(2)

  it('each is told of by itself, and a new card collects them oldest first', async () => {
    const { customer, older, newer, reader } = await beginTwicePastDue()
    await reader.told(customer, () => setCard(customer, 'pm_card_mastercard'), ['Acme: $10.00 paid for Basic', 'Acme: $17.00 paid for Basic'])
    for (const id of [older, newer]) expect(await customer.subscription(id)).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await succeeded(customer)).toEqual(['succeeded 1000', 'succeeded 1700'])
    await reader.told(customer, () => customer.to('2026-02-12T00:00:00Z'), [])
  })

  it('one is refused by the card that the other is collected with on the provider’s page: that one goes on by itself', async () => {
    const { customer, older, newer, reader } = await beginTwicePastDue()
    const begun = await cardDialog(customer, 27_00n)
    if (!begun.ok) throw new Error(begun.error.code)
    await refusesOnce(customer, 17_00)
    await reader.told(customer, () => typesCard(customer, begun.value.url), ['Acme: $10.00 paid for Basic', failed(NEWER)])
    expect(await customer.subscription(older)).toMatchObject({ status: 'active' })
    expect(await customer.subscription(newer)).toMatchObject({ status: 'past_due' })
    await reader.told(customer, () => customer.to('2026-02-04T00:00:00Z'), ['Acme: $17.00 paid for Basic'])
    expect(await customer.subscription(newer)).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await succeeded(customer)).toEqual(['succeeded 1000', 'succeeded 1700'])
  })
})

describe('money that is taken back, or comes for nothing (G80)', () => {
  async function desk(): Promise<Reader> {
    const email = `${newId('op')}@example.com`
    await inEngine((tx) => tx.update(operators).set({ removedAt: systemClock.now() }))
    await inEngine((tx) => tx.insert(operators).values({ id: newId('op'), email, role: 'admin', invitedBy: 'test' }))
    return new Reader(email)
  }
  const paymentOf = async (customer: Customer) => {
    const { data } = await api.payments.stripe.paymentIntents.list({ customer: await payerRefOf(customer) })
    return data[0]?.id ?? ''
  }
  const dispute = (payment_intent: string, outcome: 'open' | 'won' | 'lost') => () => api.payments.fault({ fault: 'dispute', payment_intent, outcome })

  it('is told to the operator when a dispute is opened and when it is won; the customer keeps what they have, and hears nothing', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'pro' })
    const operator = await desk()
    const payment = await paymentOf(customer)
    const [opened] = await operator.told(customer, dispute(payment, 'open'), ['Dispute of $30.00 by Acme'])
    expect(opened).toContain('Nothing is bought by itself for them any more')
    expect(await customer.newest()).toMatchObject({ status: 'paid', payment: { state: 'disputed' } })
    await operator.told(customer, dispute(payment, 'won'), ['Dispute of $30.00 by Acme won'])
    expect(await customer.newest()).toMatchObject({ status: 'paid', payment: { state: 'collected' } })
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'pro', status: 'active' })
    await reader.told(customer, workerPasses, [])
  })

  it('is told when it is lost: the invoice is uncollectible, and the plan is left to the operator', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'pro' })
    const operator = await desk()
    const payment = await paymentOf(customer)
    await operator.told(customer, dispute(payment, 'open'), ['Dispute of $30.00 by Acme'])
    const [lost] = await operator.told(customer, dispute(payment, 'lost'), ['Dispute of $30.00 by Acme lost'])
    expect(lost).toContain('Decide what becomes of the plan.')
    expect(await customer.newest()).toMatchObject({ status: 'uncollectible', amount_paid: 30_00 })
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'pro', status: 'active' })
    await reader.told(customer, workerPasses, [])
  })

  it('is told to the customer once where a refund was made at the provider, and the plan goes on', async () => {
    const { customer, subscription, reader } = await begin('Acme', { product: 'api-calls', plan: 'pro' })
    const payment_intent = await paymentOf(customer)
    const refund = () => api.payments.stripe.refunds.create({ payment_intent, amount: 12_34 })
    const [mail] = await reader.told(customer, refund, ['Acme: $12.34 is on its way back to you'])
    expect(mail).toContain('We have refunded $12.34')
    expect(await customer.newest()).toMatchObject({ status: 'paid', amount_refunded: 12_34 })
    expect(await customer.subscription(subscription)).toMatchObject({ plan: 'pro', status: 'active' })
  })

  it('is the customer’s credit where no invoice asked for it, and pays the next one', async () => {
    const { customer, reader } = await begin('Acme', { product: 'api-calls', plan: 'pro' })
    const { data } = await api.payments.stripe.paymentMethods.list({ customer: await payerRefOf(customer) })
    const payer = { customer: await payerRefOf(customer), payment_method: data[0]?.id ?? '' }
    await api.payments.stripe.paymentIntents.create({ ...payer, amount: 42_00, currency: 'usd', off_session: true, confirm: true })
    const credit = async (): Promise<Json> => {
      await workerPasses()
      return (await customer.credits()).credit_balance
    }
    const kept = () => expect.poll(credit, { timeout: 10_000, interval: 30 }).toBe(42_00)
    const [mail] = await reader.told(customer, kept, ['Acme: $42.00 came in and is your credit'])
    expect(mail).toContain('It came in for no invoice of ours.')
    const [renewed] = await reader.told(customer, () => customer.to('2026-01-31T00:00:00Z'), ['Acme: Pro renewed, paid from your credit'])
    expect(renewed).toContain('Credit applied: −$30.00\nPaid: $0.00')
  })
})
