import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import type { DocumentId, SubscriptionId } from '../../ids'
import { issueProForma } from '../commands/issue-pro-forma'
import { readSubscription } from '../commands/store/subscription'
import { cancelAndAbandon, payInvoice } from '../flows/paid-actions'
import { giveUpInvoice, markInvoicePaid, voidAndWithdraw } from '../flows/repairs'
import { first, lineAmounts, RETURN_URL, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

async function issue(acme: Scenario, plan = 'pro') {
  const issued = await acme.step(() => first((context) => issueProForma(context, { organizationId: acme.organizationId, product: acme.product, plan })))
  if (!issued.ok) throw new Error(issued.error.code)
  return issued.value
}

const transfer = (acme: Scenario, documentId: DocumentId) =>
  acme.step(() => markInvoicePaid(acme.flow, { organizationId: acme.organizationId, documentId, reference: 'Transfer 42' }))
const pay = (acme: Scenario, documentId: DocumentId) =>
  acme.step(() => payInvoice(acme.flow, { organizationId: acme.organizationId, documentId, returnUrl: RETURN_URL }))
const documentOf = async (acme: Scenario, id: DocumentId) => (await acme.documents()).find((one) => one.id === id)
async function rowOf(acme: Scenario, id: SubscriptionId) {
  const found = await inEngine((tx) => readSubscription(tx, acme.organizationId, id))
  return found?.row
}

describe('an invoice that comes first (T13, G9)', () => {
  it('grants nothing and is collected by nobody, for months; marked paid, the plan begins at that instant', async () => {
    const acme = await scenario(stage, { plan: null })
    const { subscriptionId, documentId } = await issue(acme)
    expect(await rowOf(acme, subscriptionId)).toMatchObject({ status: 'awaiting_payment', startedAt: null })
    expect(await documentOf(acme, documentId)).toMatchObject({ kind: 'pro_forma', status: 'open', total: 30_00n, amountDue: 30_00n })
    await acme.walkTo('2026-03-31T00:00:00Z')
    await acme.payWith('pm_card_mastercard') // A new card collects what is owed, and this is not.
    expect(await acme.charges()).toHaveLength(0)
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'open' })

    expect(await transfer(acme, documentId)).toEqual({ ok: true, value: null })
    expect(await rowOf(acme, subscriptionId)).toMatchObject({ status: 'active', plan: 'pro' })
    const row = await rowOf(acme, subscriptionId)
    expect([row?.anchor.toString(), row?.periodStart.toString(), row?.periodEnd.toString()]).toEqual([
      '2026-03-31T00:00:00Z',
      '2026-03-31T00:00:00Z',
      '2026-04-30T00:00:00Z',
    ])
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'paid', amountPaid: 30_00n, periodStart: row?.periodStart })
    expect(await acme.charges()).toHaveLength(0)
    // From then on it renews like any other, over a leap day and fourteen months.
    await acme.walkTo('2027-06-01T00:00:00Z')
    expect((await acme.documents()).filter(({ kind, status }) => kind === 'renewal' && status === 'paid').length).toBe(14)
  })

  it('is paid by card, and a free subscription goes on until it is', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    await acme.use(800)
    const { subscriptionId, documentId } = await issue(acme)
    await acme.walkDays(10)
    await acme.use(100)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect(await pay(acme, documentId)).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    expect((await acme.held()).row).toMatchObject({ status: 'canceled', plan: 'free' })
    expect(await rowOf(acme, subscriptionId)).toMatchObject({ status: 'active', plan: 'pro' })
    expect((await acme.documents()).map((one) => [one.kind, lineAmounts(one)])).toEqual([['pro_forma', [['plan', 30_00n]]]])
    await acme.use(5, { at: '2026-01-09T00:00:00Z' }) // Late, for the free period that has ended (G3).
    await acme.use(5_000)
    await acme.walkDays(60)
  })

  it('stays open where a card is declined, and is paid with the next one', async () => {
    const acme = await scenario(stage, { plan: null, card: 'pm_card_chargeCustomerFail' })
    const { documentId, subscriptionId } = await issue(acme)
    expect(await pay(acme, documentId)).toMatchObject({ ok: true, value: { outcome: { type: 'declined' } } })
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'open' })
    await acme.walkDays(40)
    expect(await acme.told(), 'no dunning').not.toContain('payment_failed')
    await acme.recover()
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'open' })
    await acme.payWith('pm_card_visa')
    expect(await documentOf(acme, documentId), 'a card update leaves it alone').toMatchObject({ status: 'open' })
    expect(await pay(acme, documentId)).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    expect(await rowOf(acme, subscriptionId)).toMatchObject({ status: 'active' })
  })

  it('is marked paid after a declined card: its payment at the provider is canceled first', async () => {
    const acme = await scenario(stage, { plan: null, card: 'pm_card_chargeCustomerFail' })
    const { documentId } = await issue(acme)
    await pay(acme, documentId)
    const [{ providerRef } = { providerRef: null }] = await acme.payments()
    expect(await transfer(acme, documentId)).toMatchObject({ ok: true })
    expect((await stage.payments.stripe.paymentIntents.retrieve(providerRef ?? '')).status).toBe('canceled')
    expect(await transfer(acme, documentId)).toMatchObject({ ok: false, error: { code: 'not_payable', status: 'paid' } })
  })

  it('is paid by whoever comes first, card or transfer, and once', async () => {
    const acme = await scenario(stage, { plan: null })
    const { documentId } = await issue(acme)
    await Promise.all([
      payInvoice(acme.flow, { organizationId: acme.organizationId, documentId, returnUrl: RETURN_URL }),
      markInvoicePaid(acme.flow, { organizationId: acme.organizationId, documentId, reference: 'Transfer 42' }),
    ])
    await acme.expectBalanced()
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'paid', amountPaid: 30_00n })
  })

  it('is void at once where its subscription is canceled, and another may be issued', async () => {
    const acme = await scenario(stage, { plan: null })
    const { documentId, subscriptionId } = await issue(acme)
    expect(await first((context) => issueProForma(context, { organizationId: acme.organizationId, product: 'api-calls', plan: 'basic' }))).toMatchObject({
      ok: false,
      error: { code: 'change_in_progress', invoice: documentId },
    })
    expect(await acme.step(() => cancelAndAbandon(acme.flow, { organizationId: acme.organizationId, subscriptionId }))).toMatchObject({ ok: true })
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'void' })
    expect(await rowOf(acme, subscriptionId)).toMatchObject({ status: 'canceled', startedAt: null })
    expect(await transfer(acme, documentId)).toMatchObject({ ok: false, error: { code: 'not_payable', status: 'void' } })
    expect(await issue(acme, 'basic')).toBeDefined()
  })

  it('cannot begin beside a paid plan: neither issued, nor paid, and money that came all the same is the customer’s', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    const { documentId } = await issue(acme)
    await acme.change('basic')
    expect(await pay(acme, documentId)).toMatchObject({ ok: false, error: { code: 'already_subscribed' } })
    expect(await transfer(acme, documentId)).toMatchObject({ ok: false, error: { code: 'already_subscribed' } })
    expect(await first((context) => issueProForma(context, { organizationId: acme.organizationId, product: 'api-calls', plan: 'pro' }))).toMatchObject({
      ok: false,
      error: { code: 'already_subscribed', subscription: acme.subscriptionId },
    })
    const [proForma] = (await acme.payments()).filter((one) => one.documentId === documentId)
    if (!proForma) throw new Error('the invoice has no payment')
    await acme.chargeUnseen(proForma.id)
    await acme.lookAt(proForma.id)
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'void' })
    expect(await acme.credit()).toBe(30_00n)
  })
})

describe('the operator’s repairs (G80)', () => {
  const reason = 'Agreed on the phone'
  const voidIt = (acme: Scenario, documentId: DocumentId) =>
    acme.step(() => voidAndWithdraw(acme.flow, { organizationId: acme.organizationId, documentId, reason }))
  const giveUp = (acme: Scenario, documentId: DocumentId) =>
    acme.step(() => giveUpInvoice(acme.flow, { organizationId: acme.organizationId, documentId, reason }))

  /** A renewal that was declined, with overage of the period before on it. */
  async function unpaid() {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_010_000)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const { id } = await acme.latestDocument()
    expect((await acme.held()).row.status).toBe('past_due')
    return { acme, id }
  }

  it('void a renewal: nothing is collected any more, the plan runs on, and the next renewal is as ever', async () => {
    const { acme, id } = await unpaid()
    expect(await voidIt(acme, id)).toEqual({ ok: true, value: null })
    expect((await acme.held()).row).toMatchObject({ status: 'active', plan: 'enterprise' })
    expect(await voidIt(acme, id)).toMatchObject({ ok: false, error: { code: 'not_payable', status: 'void' } })
    await acme.payWith('pm_card_visa')
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', total: 100_00n }) // What was taken back is not billed again.
    expect(await acme.cash()).toBe(200_00n)
  })

  it('give a renewal up: it is retried by nobody, and may still be paid by transfer', async () => {
    const { acme, id } = await unpaid()
    expect(await giveUp(acme, id)).toEqual({ ok: true, value: null })
    await acme.walkDays(10)
    expect(await documentOf(acme, id)).toMatchObject({ status: 'uncollectible' })
    expect((await acme.held()).row).toMatchObject({ plan: 'enterprise', status: 'active' })
    expect(await giveUp(acme, id)).toMatchObject({ ok: false, error: { code: 'not_payable', status: 'uncollectible' } })
    expect(await transfer(acme, id)).toMatchObject({ ok: true })
    expect(await documentOf(acme, id)).toMatchObject({ status: 'paid', amountPaid: 105_00n })
  })

  it('void what was given up', async () => {
    const { acme, id } = await unpaid()
    await giveUp(acme, id)
    expect(await voidIt(acme, id)).toMatchObject({ ok: true })
    expect(await documentOf(acme, id)).toMatchObject({ status: 'void' })
  })

  it('mark a renewal paid: the plan is in good standing again', async () => {
    const { acme, id } = await unpaid()
    expect(await transfer(acme, id)).toMatchObject({ ok: true })
    expect((await acme.held()).row.status).toBe('active')
    await acme.walkDays(8)
    expect(await acme.charges()).toHaveLength(1)
  })

  it('void an action that waits for the bank: nothing has changed', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_authenticationRequired')
    expect(await acme.change('pro')).toMatchObject({ ok: true, value: { outcome: { type: 'needs_customer' } } })
    const { id } = await acme.latestDocument()
    expect(await giveUp(acme, id)).toMatchObject({ ok: false, error: { code: 'change_in_progress' } })
    expect(await voidIt(acme, id)).toMatchObject({ ok: true })
    expect((await acme.held()).row.plan).toBe('basic')
    expect(await acme.quote('pro')).toBeDefined()
  })

  it('find an invoice paid whose money had come in unseen: payment wins', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const { documentId, paymentId } = await acme.openChange('pro')
    await acme.chargeUnseen(paymentId)
    expect(await voidIt(acme, documentId)).toMatchObject({ ok: false, error: { code: 'not_payable', status: 'paid' } })
    expect((await acme.held()).row.plan).toBe('pro')
  })

  it('give back the credit that a void invoice had used', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(20)
    await acme.change('basic')
    const credit = await acme.credit()
    expect(credit).toBeGreaterThan(0n)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.credit()).toBe(0n)
    const { id } = await acme.latestDocument()
    await voidIt(acme, id)
    expect(await acme.credit()).toBe(credit)
  })

  it('leave the payment of whoever is paying alone, where what waits for it may not be given up', async () => {
    const acme = await scenario(stage, { plan: null, card: 'pm_card_authenticationRequired' })
    const { documentId } = await issue(acme)
    const paid = await pay(acme, documentId)
    if (!paid.ok || paid.value.outcome.type !== 'needs_customer') throw new Error('no page')
    expect(await giveUp(acme, documentId)).toMatchObject({ ok: false, error: { code: 'change_in_progress', url: paid.value.outcome.url } })
    await acme.atBank(paid.value.outcome.url, 'approve')
    await acme.recover()
    expect(await documentOf(acme, documentId)).toMatchObject({ status: 'paid', amountPaid: 30_00n })
  })

  it('by two at once happen once', async () => {
    const { acme, id } = await unpaid()
    const of = { organizationId: acme.organizationId, documentId: id, reason }
    const results = await Promise.all([voidAndWithdraw(acme.flow, of), voidAndWithdraw(acme.flow, of), giveUpInvoice(acme.flow, of)])
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    await acme.expectBalanced()
  })
})
