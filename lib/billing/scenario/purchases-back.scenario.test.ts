import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { operatorNotices, webhookInbox } from '@/db/schema'
import { decimalString, minor } from '../../money'
import { systemClock } from '../../time'
import { findPaymentByReference } from '../commands/payment-steps'
import { recordProviderRefund } from '../commands/record-provider-money'
import { voidInvoice } from '../commands/repair-invoice'
import { processInbox } from '../flows/process-inbox'
import { balanceOf, buy } from '../testing/prepaid'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { listCreditMovements } from '../views/credit-movements'

/** Credit that was bought with a payment that goes back: at the provider, or to the customer's bank (G80). */

const stage = setStage()
const OUTPUT = { meter: 'output_tokens' }
const OUTPUT_TOKENS_A_DOLLAR = 100_000

const refused = { ok: true, value: { allowed: false, reason: 'quota_exhausted' } }

async function bought(amount: number, { card = 'pm_card_visa' } = {}): Promise<{ acme: Scenario; providerRef: string }> {
  const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid', card })
  await buy(acme, amount)
  const [payment] = await acme.payments()
  if (!payment?.providerRef) throw new Error('nothing was collected')
  return { acme, providerRef: payment.providerRef }
}

type Subject = (typeof webhookInbox.$inferSelect)['subject']

async function tell(acme: Scenario, subject: Subject): Promise<void> {
  const now = systemClock.now()
  const told = { id: `evt_${randomUUID()}`, type: 'some.event', subject, state: 'pending' as const, nextTryAt: now, receivedAt: now }
  await inEngine((tx) => tx.insert(webhookInbox).values(told))
  await acme.step(() => processInbox(stage.provider))
}

async function refundThere(acme: Scenario, payment_intent: string, amount: number): Promise<void> {
  const { id } = await stage.payments.stripe.refunds.create({ payment_intent, amount })
  await tell(acme, { kind: 'refund', refundRef: id, providerRef: payment_intent })
}

/** A dispute about it, or the one that is there decided anew, and the news. */
async function bank(acme: Scenario, payment_intent: string, outcome: 'open' | 'won' | 'lost', amount?: number): Promise<void> {
  const [known] = (await stage.payments.stripe.disputes.list({ payment_intent })).data
  const about = { ...(known && { dispute: known.id }), ...(amount !== undefined && { amount }) }
  await stage.payments.fault({ fault: 'dispute', payment_intent, outcome, ...about })
  const [dispute] = (await stage.payments.stripe.disputes.list({ payment_intent })).data
  await tell(acme, { kind: 'dispute', disputeRef: dispute?.id ?? '', providerRef: payment_intent })
}

async function noticed({ organizationId }: Scenario): Promise<string[]> {
  const rows = await inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.organizationId, organizationId)).orderBy(operatorNotices.id))
  return rows.map(({ kind, amount }) => `${kind} ${amount}`)
}

const movements = async ({ organizationId }: Scenario) =>
  (await inEngine((tx) => listCreditMovements(tx, organizationId, 10))).map(
    ({ type, amount, balance }) => `${type} ${decimalString(amount, 'usd')} ${decimalString(balance, 'usd')}`,
  )

describe('bought credit whose payment goes back (G80)', () => {
  it('is not used any more once a dispute is lost; what was used of it is a loss, of which the operator is told', async () => {
    const { acme, providerRef } = await bought(20_00)
    await acme.use(3 * OUTPUT_TOKENS_A_DOLLAR, OUTPUT)
    await bank(acme, providerRef, 'open')
    expect(await balanceOf(acme), 'nothing is taken while it is open').toBe('17.00')
    await bank(acme, providerRef, 'lost')
    expect(await balanceOf(acme)).toBe('0.00')
    expect(await acme.consume(1, OUTPUT)).toMatchObject(refused)
    expect(await acme.cash()).toBe(0n)
    expect(await noticed(acme)).toEqual(['dispute_opened 2000', 'spent_credit_lost 300', 'dispute_lost 2000'])
    expect(await movements(acme)).toEqual(['went_back -17.00 0.00', 'used -3.00 17.00', 'bought 20.00 20.00'])
  })

  it('is there again where a dispute that was lost is won after all, and is taken once more', async () => {
    const { acme, providerRef } = await bought(20_00)
    await bank(acme, providerRef, 'lost')
    await bank(acme, providerRef, 'won')
    expect(await balanceOf(acme)).toBe('20.00')
    expect(await movements(acme)).toEqual(['bought 20.00 20.00'])
    await acme.use(OUTPUT_TOKENS_A_DOLLAR, OUTPUT)
    await bank(acme, providerRef, 'lost')
    expect(await balanceOf(acme)).toBe('0.00')
    expect(await noticed(acme)).toContain('spent_credit_lost 100')
  })

  it('is not used any more once it is refunded at the provider, and by the part', async () => {
    const { acme, providerRef } = await bought(20_00)
    await refundThere(acme, providerRef, 5_00)
    expect(await balanceOf(acme)).toBe('15.00')
    await bank(acme, providerRef, 'lost', 10_00)
    expect(await balanceOf(acme)).toBe('5.00')
    await refundThere(acme, providerRef, 5_00)
    expect(await acme.consume(1, OUTPUT)).toMatchObject(refused)
    expect(await acme.cash()).toBe(0n)
    expect(await noticed(acme)).toEqual(['refunded_at_provider 500', 'dispute_lost 1000', 'refunded_at_provider 500'])
  })

  it('is there again where the bank sends the refund back', async () => {
    const { acme, providerRef } = await bought(20_00, { card: 'pm_card_refundFail' })
    const { id: refundRef } = await stage.payments.stripe.refunds.create({ payment_intent: providerRef, amount: 20_00 })
    const key = await inEngine((tx) => findPaymentByReference(tx, providerRef))
    if (!key) throw new Error('nothing was paid')
    // As it was when it was first heard of.
    const observed = { refundRef, state: 'succeeded', amount: minor(20_00) } as const
    await inEngine((tx) => recordProviderRefund({ tx, actor: 'system' }, { ...key, observed }))
    expect(await balanceOf(acme)).toBe('0.00')
    await expect.poll(() => acme.cashAtProvider()).toBe(20_00n)
    await tell(acme, { kind: 'refund', refundRef, providerRef })
    await tell(acme, { kind: 'refund', refundRef, providerRef })
    expect(await balanceOf(acme)).toBe('20.00')
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
  })

  it('is taken as well where an invoice that it had paid gives it back later', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'monthly', from: '2026-01-31T00:00:00Z' })
    await buy(acme, 5_00)
    const providerRef = (await acme.payments())[0]?.providerRef ?? ''
    await acme.use(8 * OUTPUT_TOKENS_A_DOLLAR, OUTPUT)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-02-28T00:00:00Z')
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ prepaidApplied: 5_00n, status: 'open' })
    await refundThere(acme, providerRef, 4_00)
    expect(await noticed(acme)).toEqual(['spent_credit_lost 400', 'refunded_at_provider 400'])
    const { organizationId } = acme
    await acme.step(() => inEngine((tx) => voidInvoice({ tx, actor: 'operator' }, { organizationId, documentId: invoice.id, reason: 'A mistake' })))
    expect(await balanceOf(acme)).toBe('1.00')
  })

  it('of another purchase stays', async () => {
    const { acme, providerRef } = await bought(20_00)
    await buy(acme, 30_00)
    await bank(acme, providerRef, 'lost')
    expect(await balanceOf(acme)).toBe('30.00')
  })
})
