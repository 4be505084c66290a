import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, messages, operatorNotices, operators, payments, refunds, webhookInbox } from '@/db/schema'
import { drawText } from '@/lib/notify/draw-mail'
import { wordMessage } from '@/lib/notify/word-message'
import { newId } from '../../ids'
import { minor } from '../../money'
import { systemClock } from '../../time'
import { adjustCredit } from '../commands/adjust-credit'
import { findPaymentByReference } from '../commands/payment-steps'
import { recordProviderRefund } from '../commands/record-provider-money'
import { resumePurchases } from '../commands/resume-purchases'
import { findKeptPayment, settleKeptRefund } from '../commands/settle-kept-payment'
import { automaticPurchasesStopped } from '../commands/store/stopped-purchases'
import { processInbox } from '../flows/process-inbox'
import { refundInvoice } from '../flows/refund'
import type { MessageKind } from '../message-kinds'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getActivityFeed } from '../views/activity-feed'

/** Payments that paid for nothing and are the customer's credit, and what becomes of that credit where the payment goes back (G80). */

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'https://billing.example.com'
const stage = setStage()

type Subject = (typeof webhookInbox.$inferSelect)['subject']

/** So many tries were in vain before; with the next one it is not waited for its payment any longer. */
const LAST = 5

async function tell(acme: Scenario, subject: Subject, tries = 0): Promise<void> {
  const now = systemClock.now()
  const told = { id: `evt_${randomUUID()}`, type: 'some.event', subject, state: 'pending' as const, tries, nextTryAt: now, receivedAt: now }
  await inEngine((tx) => tx.insert(webhookInbox).values(told))
  await acme.step(() => processInbox(stage.provider))
}

/** Somebody charges their card at the provider, for no invoice of ours. */
async function chargeThere(acme: Scenario, amount: number): Promise<string> {
  const [charge] = await acme.charges()
  const payer = { customer: (await acme.payerRef()) ?? '', payment_method: typeof charge?.payment_method === 'string' ? charge.payment_method : '' }
  const intent = await stage.payments.stripe.paymentIntents.create({ ...payer, amount, currency: 'usd', off_session: true, confirm: true })
  return intent.id
}

async function keptOrphan(acme: Scenario, amount = 42_00): Promise<string> {
  const providerRef = await chargeThere(acme, amount)
  await tell(acme, { kind: 'payment', providerRef }, LAST)
  return providerRef
}

/** An upgrade that was given up, and whose payment turned out collected: $13.33 of credit. */
async function keptVoid(card = 'pm_card_visa'): Promise<{ acme: Scenario; providerRef: string }> {
  const acme = await scenario(stage, { plan: 'basic', card })
  await acme.walkDays(10)
  const { paymentId } = await acme.openChange('pro')
  await acme.recover()
  await acme.chargeUnseen(paymentId)
  await acme.lookAt(paymentId)
  const [payment] = await inEngine((tx) => tx.select().from(payments).where(eq(payments.id, paymentId)))
  return { acme, providerRef: payment?.providerRef ?? '' }
}

async function refundThere(payment_intent: string, amount: number): Promise<Subject> {
  const { id } = await stage.payments.stripe.refunds.create({ payment_intent, amount })
  return { kind: 'refund', refundRef: id, providerRef: payment_intent }
}

async function dispute(payment_intent: string, outcome: 'open' | 'won' | 'lost', amount?: number): Promise<Subject> {
  await stage.payments.fault({ fault: 'dispute', payment_intent, outcome, ...(amount === undefined ? {} : { amount }) })
  const [found] = (await stage.payments.stripe.disputes.list({ payment_intent })).data
  return { kind: 'dispute', disputeRef: found?.id ?? '', providerRef: payment_intent }
}

/** What waits for the operator about them. */
async function noticed({ organizationId }: Scenario): Promise<string[]> {
  const rows = await inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.organizationId, organizationId)).orderBy(operatorNotices.id))
  return rows.map(({ kind, amount }) => `${kind} ${amount}`)
}

/** The mails of a kind, as they are read. */
async function mails({ organizationId }: Scenario, kind: MessageKind): Promise<string[]> {
  const rows = await inEngine((tx) =>
    tx
      .select()
      .from(messages)
      .where(and(eq(messages.organizationId, organizationId), eq(messages.kind, kind)))
      .orderBy(messages.id),
  )
  return rows.map(({ payload }) => drawText(wordMessage(kind, payload)))
}

const isStopped = async ({ organizationId }: Scenario) => (await inEngine((tx) => automaticPurchasesStopped(tx, [organizationId]))).has(organizationId)

describe('a payment that is kept as credit (G80)', () => {
  it('of a void invoice is told to the customer and to the operator, once', async () => {
    const { acme, providerRef } = await keptVoid()
    expect(await acme.credit()).toBe(13_33n)
    await tell(acme, { kind: 'payment', providerRef })
    const told = await mails(acme, 'kept_as_credit')
    expect(told).toEqual([expect.stringContaining('$13.33 of yours is now credit')])
    expect(told[0]).toMatch(/for invoice INV-\d+ after that had been given up, so what it was for has not happened/)
    expect(await noticed(acme)).toEqual(['void_invoice_paid 1333'])
  })

  it('of no invoice is told to the customer and to the operator, once', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const providerRef = await keptOrphan(acme)
    await tell(acme, { kind: 'payment', providerRef }, LAST)
    expect(await mails(acme, 'kept_as_credit')).toEqual([expect.stringContaining('It came in for no invoice of ours.')])
    expect(await noticed(acme)).toEqual(['orphan_payment 4200'])
  })
})

describe('money for no invoice that goes back (G80)', () => {
  it('takes its credit with it where it is refunded at the provider: once, and by the part', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const providerRef = await keptOrphan(acme)
    const first = await refundThere(providerRef, 10_00)
    await tell(acme, first)
    expect(await acme.credit()).toBe(32_00n)
    await tell(acme, first)
    await tell(acme, await refundThere(providerRef, 32_00))
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(30_00n)
    expect(await acme.cashAtProvider()).toBe(30_00n)
    expect(await noticed(acme)).toEqual(['orphan_payment 4200', 'kept_payment_refunded 1000', 'kept_payment_refunded 3200'])
    const told = await mails(acme, 'kept_payment_refunded')
    expect(told).toHaveLength(2)
    expect(told[0]).toContain('$10.00 that was left of that credit is off your balance.')
    const { items } = await inEngine((tx) => getActivityFeed(tx, acme.organizationId, { limit: 10 }))
    expect(items.filter(({ action }) => action === 'payment.kept_went_back').map(({ facts }) => facts.amount)).toEqual([32_00n, 10_00n])
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument(), 'no credit pays the renewal').toMatchObject({ creditApplied: 0n, amountPaid: 30_00n })
  })

  it('is a loss as far as its credit was spent, of which the operator is told', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const providerRef = await keptOrphan(acme)
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.credit()).toBe(12_00n)
    await tell(acme, await refundThere(providerRef, 42_00))
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(30_00n)
    expect(await noticed(acme)).toEqual(['orphan_payment 4200', 'spent_credit_lost 3000', 'kept_payment_refunded 4200'])
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(await acme.latestDocument(), 'what was spent is asked for by nobody').toMatchObject({ amountPaid: 30_00n })
  })

  it('takes back also what a void invoice gives back later', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const providerRef = await keptOrphan(acme, 5_00)
    await acme.walkDays(10)
    const { documentId } = await acme.openChange('pro')
    expect((await acme.latestDocument()).creditApplied).toBe(5_00n)
    const { id } = await stage.payments.stripe.refunds.create({ payment_intent: providerRef, amount: 5_00 })
    await tell(acme, { kind: 'refund', refundRef: id, providerRef })
    expect(await noticed(acme)).toContain('spent_credit_lost 500')
    await acme.recover() // Never attempted: given up.
    expect(await acme.latestDocument()).toMatchObject({ id: documentId, status: 'void' })
    expect(await acme.credit()).toBe(0n)
  })

  it('is heard of in any order: what comes before the payment’s own news finds the payment', async () => {
    const [refunded, disputed] = [await scenario(stage, { plan: 'pro' }), await scenario(stage, { plan: 'pro' })]
    const first = await chargeThere(refunded, 42_00)
    await tell(refunded, await refundThere(first, 42_00), LAST)
    await tell(refunded, { kind: 'payment', providerRef: first }, LAST)
    const second = await chargeThere(disputed, 42_00)
    await tell(disputed, await dispute(second, 'lost'), LAST)
    await tell(disputed, { kind: 'payment', providerRef: second }, LAST)
    for (const acme of [refunded, disputed]) {
      expect(await acme.credit()).toBe(0n)
      expect(await acme.cash()).toBe(30_00n)
      expect(await acme.cashAtProvider()).toBe(30_00n)
    }
  })

  it('that is nobody’s here is none of ours', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const intent = await stage.payments.stripe.paymentIntents.create({ amount: 7_00, currency: 'usd', payment_method: 'pm_card_visa', confirm: true })
    await tell(acme, await refundThere(intent.id, 7_00), LAST)
    expect(await acme.credit()).toBe(0n)
    expect(await noticed(acme)).toEqual([])
  })

  it('is never more than the balance: what the operator has taken by hand is not taken again', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const providerRef = await keptOrphan(acme)
    const { organizationId } = acme
    await acme.step(() =>
      inEngine((tx) => adjustCredit({ tx, actor: 'operator' }, { organizationId, amount: minor(-40_00), reason: 'Given back at the provider' })),
    )
    await tell(acme, await refundThere(providerRef, 42_00))
    expect(await acme.credit()).toBe(0n)
  })

  it('is disputed as a payment of an invoice is: noted, and lost with what was left of its credit', async () => {
    const admin = `${newId('op')}@example.com`
    await inEngine((tx) => tx.insert(operators).values({ id: newId('op'), email: admin, role: 'admin', invitedBy: 'test' }))
    const acme = await scenario(stage, { plan: 'pro' })
    const { organizationId } = acme
    const resume = () => inEngine((tx) => resumePurchases({ tx, actor: 'operator' }, { organizationId, reason: 'They have paid by bank' }))
    const providerRef = await keptOrphan(acme)
    const opened = await dispute(providerRef, 'open')
    await tell(acme, opened)
    await tell(acme, opened)
    expect(await acme.credit(), 'nothing is taken while it is open').toBe(42_00n)
    expect(await isStopped(acme)).toBe(true)
    expect(await resume(), 'nobody knows yet how it ends').toEqual({ ok: false, error: { code: 'nothing_stopped' } })
    const lost = await dispute(providerRef, 'lost')
    await tell(acme, lost)
    await tell(acme, lost)
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(30_00n)
    expect(await noticed(acme)).toEqual(['orphan_payment 4200', 'dispute_opened 4200', 'kept_payment_lost 4200'])
    expect(await isStopped(acme)).toBe(true)
    expect(await acme.step(resume)).toEqual({ ok: true, value: null })
    expect(await isStopped(acme)).toBe(false)
    const told = (await mails(acme, 'payment_disputed')).join('\n')
    expect(told).toContain('What was left of that credit is taken back')
    expect(told).toContain(`/operator/organizations/${organizationId}`)
    expect(await acme.told(), 'the customer hears nothing').toEqual(['receipt', 'kept_as_credit', 'payment_disputed', 'payment_disputed'])
    await inEngine((tx) => tx.update(operators).set({ removedAt: systemClock.now() }).where(eq(operators.email, admin)))
  })

  it('stays credit where the dispute is won, and a part that is lost takes a part', async () => {
    const [won, part] = [await scenario(stage, { plan: 'pro' }), await scenario(stage, { plan: 'pro' })]
    const first = await keptOrphan(won)
    await tell(won, await dispute(first, 'open'))
    const decided = await dispute(first, 'won')
    await tell(won, decided)
    await tell(won, decided)
    expect(await won.credit()).toBe(42_00n)
    expect(await isStopped(won)).toBe(false)
    expect(await noticed(won)).toEqual(['orphan_payment 4200', 'dispute_opened 4200', 'dispute_won 4200'])
    await tell(part, await dispute(await keptOrphan(part), 'lost', 12_34))
    expect(await part.credit()).toBe(29_66n)
  })

  it('is credit again where the bank sends the refund back, once, and who was told of it is told', async () => {
    const acme = await scenario(stage, { plan: 'pro', card: 'pm_card_refundFail' })
    const providerRef = await keptOrphan(acme)
    const { id: refundRef } = await stage.payments.stripe.refunds.create({ payment_intent: providerRef, amount: 42_00 })
    const observed = { refundRef, state: 'succeeded', amount: minor(42_00) } as const // As it was when it was first heard of.
    const kept = await inEngine((tx) => findKeptPayment(tx, providerRef))
    if (!kept) throw new Error('nothing was kept')
    await inEngine((tx) => settleKeptRefund({ tx, actor: 'system' }, { ...kept, observed }))
    expect(await acme.credit()).toBe(0n)
    await expect.poll(() => acme.cashAtProvider()).toBe(72_00n)
    const news = { kind: 'refund', refundRef, providerRef } as const
    await tell(acme, news)
    await tell(acme, news)
    expect(await acme.credit()).toBe(42_00n)
    expect(await noticed(acme)).toEqual(['orphan_payment 4200', 'kept_payment_refunded 4200', 'refund_returned 4200'])
    expect(await mails(acme, 'refund_returned')).toEqual([expect.stringContaining('The refund of $42.00 did not arrive')])
  })
})

/** The bank decides anew about a dispute. */
async function anew(acme: Scenario, payment_intent: string, { disputeRef }: Subject, outcome: 'open' | 'won' | 'lost'): Promise<void> {
  await stage.payments.fault({ fault: 'dispute', payment_intent, dispute: disputeRef ?? '', outcome })
  await tell(acme, { kind: 'dispute', disputeRef: disputeRef ?? '', providerRef: payment_intent })
}

describe('a dispute about a payment that is credit, decided anew (G80)', () => {
  it.each([
    {
      what: 'money for no invoice',
      kept: async () => {
        const acme = await scenario(stage, { plan: 'pro' })
        return { acme, providerRef: await keptOrphan(acme), credit: 42_00n, cash: 30_00n }
      },
    },
    { what: 'the payment of a void invoice', kept: async () => ({ ...(await keptVoid()), credit: 13_33n, cash: 10_00n }) },
  ])('gives $what back where it is won after it was lost, and takes it again', async ({ kept }) => {
    const { acme, providerRef, credit, cash } = await kept()
    const lost = await dispute(providerRef, 'lost')
    await tell(acme, lost)
    await anew(acme, providerRef, lost, 'won')
    expect(await acme.credit()).toBe(credit)
    expect(await acme.cash()).toBe(cash + credit)
    expect(await isStopped(acme)).toBe(false)
    await anew(acme, providerRef, lost, 'open')
    expect(await isStopped(acme)).toBe(true)
    await anew(acme, providerRef, lost, 'lost')
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(cash)
    await anew(acme, providerRef, lost, 'open')
    expect(await acme.credit()).toBe(credit)
  })
})

describe('the payment of a void invoice that goes back (G80)', () => {
  it('takes its credit with it where it is refunded at the provider, once', async () => {
    const { acme, providerRef } = await keptVoid()
    const news = await refundThere(providerRef, 13_33)
    await tell(acme, news)
    await tell(acme, news)
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(10_00n)
    expect(await acme.cashAtProvider()).toBe(10_00n)
    expect(await acme.latestDocument()).toMatchObject({ status: 'void', amountRefunded: 13_33n })
    expect(await noticed(acme)).toEqual(['void_invoice_paid 1333', 'refunded_at_provider 1333'])
    expect(await mails(acme, 'kept_payment_refunded')).toEqual([expect.stringMatching(/Invoice: INV-\d+\nAmount: \$13\.33\nCredit taken off: \$13\.33/)])
    expect(await mails(acme, 'refund_issued')).toEqual([])
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ creditApplied: 0n, amountPaid: 10_00n })
  })

  it('settles the payment first where its refund is heard of before it', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { paymentId } = await acme.openChange('pro')
    await acme.recover()
    const providerRef = await acme.chargeUnseen(paymentId)
    const news = await refundThere(providerRef, 13_33)
    await tell(acme, news)
    await tell(acme, news)
    expect(await noticed(acme)).toEqual(['void_invoice_paid 1333', 'refunded_at_provider 1333'])
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(10_00n)
    expect(await acme.cashAtProvider()).toBe(10_00n)
  })

  it('is credit again where the bank sends the refund back', async () => {
    const { acme, providerRef } = await keptVoid('pm_card_refundFail')
    const { id: refundRef } = await stage.payments.stripe.refunds.create({ payment_intent: providerRef, amount: 13_33 })
    const observed = { refundRef, state: 'succeeded', amount: minor(13_33) } as const
    const key = await inEngine((tx) => findPaymentByReference(tx, providerRef))
    if (!key) throw new Error('nothing was paid')
    await inEngine((tx) => recordProviderRefund({ tx, actor: 'system' }, { ...key, observed }))
    expect(await acme.credit()).toBe(0n)
    await expect.poll(() => acme.cashAtProvider()).toBe(23_33n)
    const news = { kind: 'refund', refundRef, providerRef } as const
    await tell(acme, news)
    await tell(acme, news)
    expect(await acme.credit()).toBe(13_33n)
    expect(await acme.latestDocument()).toMatchObject({ status: 'void', amountRefunded: 0n })
    expect(await noticed(acme)).toEqual(['void_invoice_paid 1333', 'refunded_at_provider 1333', 'refund_returned 1333'])
  })

  it('takes its credit with it where a dispute is lost; what was spent is a loss', async () => {
    const { acme, providerRef } = await keptVoid()
    await tell(acme, await dispute(providerRef, 'open'))
    expect(await acme.credit()).toBe(13_33n)
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.credit()).toBe(3_33n)
    const lost = await dispute(providerRef, 'lost')
    await tell(acme, lost)
    await tell(acme, lost)
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(10_00n)
    expect(await noticed(acme)).toEqual(['void_invoice_paid 1333', 'dispute_opened 1333', 'spent_credit_lost 1000', 'kept_payment_lost 1333'])
    const { organizationId } = acme
    expect(await acme.step(() => inEngine((tx) => resumePurchases({ tx, actor: 'operator' }, { organizationId, reason: 'Agreed' })))).toMatchObject({
      ok: true,
    })
    expect(await isStopped(acme)).toBe(false)
    const resumed = await inEngine((tx) =>
      tx
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.organizationId, organizationId), eq(auditLog.action, 'payment.purchases_resumed'))),
    )
    expect(resumed).toHaveLength(1)
  })
})

describe('a refund that the bank sends back (A13)', () => {
  it('is told to whoever was told that it is on its way, and to the operator, once', async () => {
    const acme = await scenario(stage, { plan: 'basic', card: 'pm_card_refundFail' })
    const { id } = await acme.latestDocument()
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id })).toMatchObject({ ok: true })
    expect(await mails(acme, 'refund_issued')).toHaveLength(1)
    await expect.poll(() => acme.cashAtProvider()).toBe(10_00n)
    const [refund] = await inEngine((tx) => tx.select().from(refunds).where(eq(refunds.documentId, id)))
    const news = { kind: 'refund', refundRef: refund?.refundRef ?? '', providerRef: null } as unknown as Subject
    await tell(acme, news)
    await tell(acme, news)
    expect(await mails(acme, 'refund_returned')).toEqual([expect.stringMatching(/The refund of \$10\.00 did not arrive[\s\S]*Invoice: INV-\d+/)])
    expect(await noticed(acme)).toEqual(['refund_returned 1000'])
  })
})
