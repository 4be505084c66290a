import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, messages, operatorNotices, operators, webhookInbox } from '@/db/schema'
import { type DocumentId, newId } from '../../ids'
import { systemClock } from '../../time'
import { findPaymentByReference } from '../commands/payment-steps'
import { resumePurchases } from '../commands/resume-purchases'
import { settleDispute } from '../commands/settle-dispute'
import { turnOf } from '../commands/store/dispute-news'
import { automaticPurchasesStopped } from '../commands/store/stopped-purchases'
import { processInbox } from '../flows/process-inbox'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { listDeliveries } from '../views/notifications-page'

const stage = setStage()

type Subject = (typeof webhookInbox.$inferSelect)['subject']

/** A notification comes in, and the worker acts on it. */
async function tell(subject: Subject, { tries = 0 } = {}): Promise<string[]> {
  const now = systemClock.now()
  await inEngine((tx) =>
    tx.insert(webhookInbox).values({ id: `evt_${randomUUID()}`, type: 'some.event', subject, state: 'pending', tries, nextTryAt: now, receivedAt: now }),
  )
  return (await processInbox(stage.provider)).notices
}

/** The customer's bank at Stripe, and the news of it. */
async function bank(acme: Scenario, outcome: 'open' | 'won' | 'lost', amount?: number): Promise<string[]> {
  const [payment] = await acme.payments()
  const payment_intent = payment?.providerRef ?? ''
  await stage.payments.fault({ fault: 'dispute', payment_intent, outcome, ...(amount === undefined ? {} : { amount }) })
  const [dispute] = (await stage.payments.stripe.disputes.list({ payment_intent })).data
  return tell({ kind: 'dispute', disputeRef: dispute?.id ?? '', providerRef: payment_intent })
}

async function actions(acme: Scenario): Promise<string[]> {
  const rows = await inEngine((tx) =>
    tx
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.organizationId, acme.organizationId), eq(auditLog.actor, 'system'))),
  )
  return rows.map(({ action }) => action).filter((action) => action.startsWith('payment.') || action.startsWith('invoice.refunded'))
}

/** What waits for the operator about them. */
async function noticed({ organizationId }: Scenario): Promise<string[]> {
  const rows = await inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.organizationId, organizationId)).orderBy(operatorNotices.id))
  return rows.map(({ kind, amount, resolvedAt }) => `${kind} ${amount} ${resolvedAt === null ? 'open' : 'resolved'}`)
}

const isStopped = async ({ organizationId }: Scenario) => (await inEngine((tx) => automaticPurchasesStopped(tx, [organizationId]))).has(organizationId)

describe('a dispute (G80)', () => {
  it('is mailed once to each operator who may decide, and is nothing that the customer reads', async () => {
    const [admin, support] = [`${newId('op')}@example.com`, `${newId('op')}@example.com`]
    const people = [
      { id: newId('op'), email: admin, role: 'admin' as const, invitedBy: 'test' },
      { id: newId('op'), email: support, role: 'support' as const, invitedBy: 'test' },
    ]
    await inEngine((tx) => tx.insert(operators).values(people))
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.step(() => bank(acme, 'open'))
    await acme.step(() => bank(acme, 'open'))
    const told = await inEngine((tx) => tx.select().from(messages).where(eq(messages.kind, 'payment_disputed')))
    expect(told.filter(({ recipient }) => recipient === admin)).toMatchObject([
      { organizationId: acme.organizationId, payload: { state: 'opened', amount: '3000' } },
    ])
    expect(told.filter(({ recipient }) => recipient === support)).toEqual([])
    const { items } = await inEngine((tx) => listDeliveries(tx, acme.organizationId, { limit: 50, before: null, failed: false }))
    expect(items.map(({ kind }) => kind)).not.toContain('payment_disputed')
    await inEngine((tx) => tx.update(operators).set({ removedAt: systemClock.now() }).where(eq(operators.email, admin)))
  })

  it('that is opened is noted, the operator is told once, and nothing else changes', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const held = (await acme.held()).row
    const notices = await acme.step(() => bank(acme, 'open'))
    expect(notices).toEqual([expect.stringContaining('payment.disputed')])
    expect(await acme.step(() => bank(acme, 'open')), 'the same news again').toEqual([])
    expect(await noticed(acme)).toEqual(['dispute_opened 3000 open'])
    expect((await acme.payments())[0]).toMatchObject({ state: 'disputed', disputeLost: null })
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 30_00n })
    expect((await acme.held()).row).toEqual(held)
    expect(await isStopped(acme)).toBe(true)
    expect(await acme.refund((await acme.latestDocument()).id)).toMatchObject({ ok: false, error: { code: 'not_paid', status: 'disputed' } })
    await acme.use(100_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument(), 'the renewal is no purchase by itself').toMatchObject({ kind: 'renewal', status: 'paid' })
  })

  it('that is won is as if it had not been', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.step(() => bank(acme, 'open'))
    expect(await acme.step(() => bank(acme, 'won'))).toEqual([expect.stringContaining('payment.dispute_won')])
    expect((await acme.payments())[0]).toMatchObject({ state: 'collected' })
    expect(await isStopped(acme)).toBe(false)
    expect(await acme.step(() => bank(acme, 'won')), 'a repeat').toEqual([])
    expect(await noticed(acme)).toEqual(['dispute_opened 3000 open', 'dispute_won 3000 open'])
    expect(await actions(acme)).toEqual(['payment.disputed', 'payment.dispute_won'])
    expect(await acme.refund((await acme.latestDocument()).id)).toMatchObject({ ok: true })
  })

  it('that is lost takes the cash, leaves the invoice uncollectible and the plan to the operator', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.step(() => bank(acme, 'open'))
    expect(await acme.step(() => bank(acme, 'lost'))).toEqual([expect.stringContaining('payment.dispute_lost')])
    expect(await acme.step(() => bank(acme, 'lost')), 'a repeat').toEqual([])
    expect(await acme.latestDocument()).toMatchObject({ status: 'uncollectible', amountPaid: 30_00n })
    expect((await acme.held()).row).toMatchObject({ plan: 'pro', status: 'active' })
    expect(await acme.cash()).toBe(0n)
    expect(await isStopped(acme)).toBe(true)
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(await acme.cash()).toBe(60_00n)
  })

  it('that is lost stops what buys by itself until the operator lifts it, once; one that is open goes on stopping it', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { organizationId } = acme
    const resume = () => inEngine((tx) => resumePurchases({ tx, actor: 'operator' }, { organizationId, reason: 'They have paid by bank' }))
    expect(await resume()).toEqual({ ok: false, error: { code: 'nothing_stopped' } })
    await acme.step(() => bank(acme, 'open'))
    expect(await resume(), 'nobody knows yet how it ends').toEqual({ ok: false, error: { code: 'nothing_stopped' } })
    await acme.step(() => bank(acme, 'lost'))
    expect(await acme.step(resume)).toEqual({ ok: true, value: null })
    expect(await isStopped(acme)).toBe(false)
    expect(await resume()).toEqual({ ok: false, error: { code: 'nothing_stopped' } })
  })

  it('whose end is the first that is heard of it is lost all the same', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    expect(await acme.step(() => bank(acme, 'lost'))).toEqual([expect.stringContaining('payment.dispute_lost')])
    expect(await actions(acme)).toEqual(['payment.dispute_lost'])
  })

  it('of a part takes a part', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.step(() => bank(acme, 'lost', 12_34))
    expect(await acme.cash()).toBe(17_66n)
  })

  it('of an unknown payment is nobody’s here', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const [payment] = await acme.payments()
    await stage.payments.fault({ fault: 'dispute', payment_intent: payment?.providerRef ?? '', outcome: 'open' })
    expect(await tell({ kind: 'dispute', disputeRef: 'du_of_somebody_else', providerRef: null })).toEqual([])
  })
})

describe('several disputes of one payment (G80)', () => {
  async function paid(acme: Scenario): Promise<string> {
    const [payment] = await acme.payments()
    if (!payment?.providerRef) throw new Error('nothing was collected')
    return payment.providerRef
  }

  /** A new one about a part of it, and the news. */
  async function opened(acme: Scenario, amount: number): Promise<string> {
    const payment_intent = await paid(acme)
    await stage.payments.fault({ fault: 'dispute', payment_intent, outcome: 'open', amount })
    const [dispute] = (await stage.payments.stripe.disputes.list({ payment_intent })).data
    await acme.step(() => tellOf(dispute?.id ?? ''))
    return dispute?.id ?? ''
  }

  const tellOf = (disputeRef: string) => tell({ kind: 'dispute', disputeRef, providerRef: null })

  /** The bank decides about one of them, or anew, and the news. */
  async function decided(acme: Scenario, dispute: string, outcome: 'open' | 'won' | 'lost'): Promise<void> {
    const payment_intent = await paid(acme)
    await acme.step(async () => {
      await stage.payments.fault({ fault: 'dispute', payment_intent, dispute, outcome })
      await tellOf(dispute)
    })
    expect(await tellOf(dispute), 'a repeat').toEqual([])
  }

  const payment = async (acme: Scenario) => (await acme.payments())[0]

  it('lose what each has taken', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await decided(acme, await opened(acme, 10_00), 'lost')
    await decided(acme, await opened(acme, 5_00), 'lost')
    expect(await acme.cash()).toBe(15_00n)
    expect(await payment(acme)).toMatchObject({ state: 'disputed', disputeLost: 15_00n })
    expect(await noticed(acme)).toEqual(['dispute_opened 1000 open', 'dispute_lost 1000 open', 'dispute_opened 500 open', 'dispute_lost 500 open'])
  })

  it('never lose more than was left of the payment', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await decided(acme, await opened(acme, 20_00), 'lost')
    const second = await opened(acme, 20_00)
    await stage.payments.fault({ fault: 'dispute', payment_intent: await paid(acme), dispute: second, outcome: 'lost' })
    await tellOf(second)
    expect(await acme.cash()).toBe(0n)
    expect(await noticed(acme)).toContain('dispute_lost 1000 open')
  })

  it('go on stopping what buys by itself while one is open, whatever is told of another', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const first = await opened(acme, 10_00)
    await decided(acme, first, 'won')
    const second = await opened(acme, 5_00)
    await acme.step(() => tellOf(first))
    expect(await payment(acme)).toMatchObject({ state: 'disputed' })
    expect(await isStopped(acme)).toBe(true)
    await decided(acme, second, 'won')
    expect(await payment(acme)).toMatchObject({ state: 'collected' })
    expect(await isStopped(acme)).toBe(false)
  })

  it('are each stopped for: the operator who lifts the stop of one that is lost lifts no other', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { organizationId } = acme
    const resume = () => inEngine((tx) => resumePurchases({ tx, actor: 'operator' }, { organizationId, reason: 'They have paid by bank' }))
    await decided(acme, await opened(acme, 10_00), 'lost')
    expect(await resume()).toMatchObject({ ok: true })
    const second = await opened(acme, 5_00)
    expect(await isStopped(acme)).toBe(true)
    expect(await resume(), 'nobody knows yet how it ends').toEqual({ ok: false, error: { code: 'nothing_stopped' } })
    await decided(acme, second, 'won')
    expect(await isStopped(acme), 'it was lifted').toBe(false)
    await decided(acme, await opened(acme, 5_00), 'lost')
    expect(await isStopped(acme)).toBe(true)
  })

  it('lets a plan upgrade by itself once the operator lifts the stop (B3)', async () => {
    const acme = await scenario(stage, { product: 'scrape-credits', plan: 'hobby' })
    const { organizationId } = acme
    await acme.setLimits({ autoUpgrade: true })
    await decided(acme, await opened(acme, 10_00), 'lost')
    await inEngine((tx) => resumePurchases({ tx, actor: 'operator' }, { organizationId, reason: 'They have paid by bank' }))
    await acme.use(100_000)
    expect((await acme.held()).row).toMatchObject({ plan: 'startup' })
  })

  it('that was lost and is won after all brings the cash back, and the invoice is paid', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const first = await opened(acme, 10_00)
    await decided(acme, first, 'lost')
    const second = await opened(acme, 5_00)
    await decided(acme, second, 'lost')
    await decided(acme, first, 'won')
    expect(await acme.cash()).toBe(25_00n)
    expect(await acme.latestDocument()).toMatchObject({ status: 'uncollectible' })
    await decided(acme, second, 'won')
    expect(await acme.cash()).toBe(30_00n)
    expect(await payment(acme)).toMatchObject({ state: 'collected', disputeLost: null })
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid' })
    await decided(acme, first, 'lost')
    expect(await acme.cash(), 'and again').toBe(20_00n)
  })

  it('are not opened again by a look that the bank’s decision has overtaken', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const dispute = await opened(acme, 10_00)
    const turn = await inEngine((tx) => turnOf(tx, dispute))
    const observed = await stage.provider.readDispute(dispute)
    await decided(acme, dispute, 'won')
    const key = await inEngine(async (tx) => findPaymentByReference(tx, await paid(acme)))
    if (!observed || !key) throw new Error('there is no dispute')
    expect(await inEngine((tx) => settleDispute({ tx, actor: 'system' }, { ...key, observed, turn }))).toEqual({ early: true, notice: null })
    expect(await payment(acme)).toMatchObject({ state: 'collected' })
  })

  it('that was won and is opened again is disputed again', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const dispute = await opened(acme, 10_00)
    await decided(acme, dispute, 'won')
    await decided(acme, dispute, 'open')
    expect(await payment(acme)).toMatchObject({ state: 'disputed' })
    expect(await noticed(acme)).toEqual(['dispute_opened 1000 open', 'dispute_won 1000 open', 'dispute_opened 1000 open'])
  })
})

describe('money that moves at the provider without us (G80)', () => {
  const refundThere = (paymentIntent: string, amount: number) => stage.payments.stripe.refunds.create({ payment_intent: paymentIntent, amount })
  const refundOf = async (acme: Scenario, id: DocumentId) => (await acme.documents()).find((one) => one.id === id)

  it('a refund is recorded on its invoice, once, and changes no plan', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const [payment] = await acme.payments()
    if (!payment?.providerRef) throw new Error('nothing was collected')
    const { id } = await refundThere(payment.providerRef, 30_00)
    const news = { kind: 'refund', refundRef: id, providerRef: payment.providerRef }
    expect(await acme.step(() => tell(news))).toEqual([expect.stringContaining('refunded at the payment provider')])
    expect(await acme.step(() => tell(news)), 'a repeat').toEqual([])
    expect(await refundOf(acme, payment.documentId)).toMatchObject({ status: 'paid', amountRefunded: 30_00n })
    expect((await acme.held()).row).toMatchObject({ plan: 'pro', status: 'active' })
    expect(await actions(acme)).toEqual(['invoice.refunded_at_provider'])
    expect(await noticed(acme)).toEqual(['refunded_at_provider 3000 open'])
    expect(await acme.refund(payment.documentId), 'nothing is left of it').toMatchObject({ ok: false, error: { code: 'refund_not_eligible' } })
  })

  it('a part of a refund there and the rest here are the whole, and no more', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const [payment] = await acme.payments()
    if (!payment?.providerRef) throw new Error('nothing was collected')
    const { id } = await refundThere(payment.providerRef, 10_00)
    await acme.step(() => tell({ kind: 'refund', refundRef: id, providerRef: payment.providerRef }))
    expect(await acme.refund(payment.documentId)).toMatchObject({ ok: true, value: { amount: 20_00n } })
    expect(await refundOf(acme, payment.documentId)).toMatchObject({ amountRefunded: 30_00n })
  })

  it('a payment that belongs to no invoice becomes the customer’s credit, once', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const customer = await acme.payerRef()
    const [charge] = await acme.charges()
    const paymentMethod = typeof charge?.payment_method === 'string' ? charge.payment_method : ''
    const intent = await stage.payments.stripe.paymentIntents.create({
      ...{ amount: 42_00, currency: 'usd', customer: customer ?? '', payment_method: paymentMethod, off_session: true, confirm: true },
    })
    expect(await tell({ kind: 'payment', providerRef: intent.id }), 'it may be one whose reference is on its way').toEqual([])
    expect(await acme.credit()).toBe(0n)
    expect(await acme.step(() => tell({ kind: 'payment', providerRef: intent.id }, { tries: 5 }))).toEqual([expect.stringContaining('it is their credit')])
    expect(await acme.step(() => tell({ kind: 'payment', providerRef: intent.id }, { tries: 5 }))).toEqual([])
    expect(await acme.credit()).toBe(42_00n)
    expect(await noticed(acme)).toEqual(['orphan_payment 4200 open'])
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ creditApplied: 30_00n, amountPaid: 0n })
  })
})
