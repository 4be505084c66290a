import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { members } from '@/db/schema'
import type { MemberId } from '../../ids'
import { decimalString, exact, minor } from '../../money'
import { contributeCredit, grantPersonalCredit } from '../commands/personal-credit'
import { buyCreditAndPay } from '../flows/paid-actions'
import { balanceOf, buy, consumeOnly, prepaidOf } from '../testing/prepaid'
import { first, lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** Credit that is bought and drawn down (P1–P8), and usage that is billed at the month's end. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
/** $1.00 of it. */
const INPUT_TOKENS_A_DOLLAR = 800_000
const OUTPUT = { meter: 'output_tokens' }
/** One cent's worth. */
const OUTPUT_TOKENS_A_CENT = 1_000

function life(facts: { plan?: string | null; from?: string; card?: string | null } = {}): Promise<Scenario> {
  return scenario(stage, { product: 'model-tokens', plan: 'prepaid', ...facts })
}

async function anyMember(acme: Scenario): Promise<MemberId> {
  const [member] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(eq(members.organizationId, acme.organizationId)))
  if (!member) throw new Error('nobody is here')
  return member.id
}

describe('credit that is bought', () => {
  it('P1, P2: is there when it is paid, and every unit draws it down exactly', async () => {
    const acme = await life()
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: false, reason: 'quota_exhausted', remaining: 0n, rule: 'P6' } })
    expect(await buy(acme, 20_00)).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ kind: 'purchase', status: 'paid', amountPaid: 20_00n, subscriptionId: null, periodStart: null })
    expect(lineAmounts(invoice)).toEqual([['prepaid_purchase', 20_00n]])
    expect(await acme.consume(7, { meter: 'input_tokens' })).toMatchObject({ ok: true, value: { allowed: true, used: 7n, limit: null } })
    expect(await balanceOf(acme)).toBe('19.99999125')
    await acme.use(3, OUTPUT)
    expect(await balanceOf(acme)).toBe('19.99996125')
  })

  it('P2: is not bought from a page that is out of date, which is shown the balance first', async () => {
    const acme = await life()
    const press = (amount: number) =>
      buyCreditAndPay(acme.flow, {
        organizationId: acme.organizationId,
        amount: minor(amount),
        lastPurchase: null,
        returnUrl: 'https://dashboard.example',
      })
    expect(await press(20_00)).toMatchObject(done)
    expect(await press(20_00)).toMatchObject({ ok: false, error: { code: 'quote_expired' } })
    expect(await press(30_00)).toMatchObject({ ok: false, error: { code: 'quote_expired' } })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([20_00])
    expect(await balanceOf(acme)).toBe('20.00')
  })

  it('P7: a balance of −$3.00 and a purchase of $20.00 are $17.00', async () => {
    const acme = await life()
    await acme.use(300 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    expect(await balanceOf(acme)).toBe('-3.00')
    expect(await buy(acme, 20_00)).toMatchObject(done)
    expect(await balanceOf(acme)).toBe('17.00')
    const { lots } = await prepaidOf(acme)
    expect(lots.map(({ amount, remaining }) => [decimalString(amount, 'usd'), decimalString(remaining, 'usd')])).toEqual([['20.00', '17.00']])
  })
})

describe('the monthly plan', () => {
  it('P1, G70: is billed at the month’s end, a line a meter, bought credit first', async () => {
    const acme = await life({ plan: 'monthly', from: '2026-01-31T00:00:00Z' })
    expect(await buy(acme, 5_00)).toMatchObject(done)
    await acme.use(4 * INPUT_TOKENS_A_DOLLAR, { meter: 'input_tokens' })
    await acme.use(400 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    await acme.walkTo('2026-02-28T00:00:00Z')
    const invoice = await acme.latestDocument()
    expect(lineAmounts(invoice)).toEqual([
      ['usage', 4_00n],
      ['usage', 4_00n],
    ])
    expect(invoice).toMatchObject({ kind: 'renewal', total: 8_00n, creditApplied: 5_00n, prepaidApplied: 5_00n, amountDue: 3_00n, status: 'paid' })
    expect(await balanceOf(acme)).toBe('0.00')
  })
})

describe('a balance that many draw from', () => {
  it('P7, G48: never goes below zero by consume, whatever the callers on either meter', async () => {
    const acme = await life()
    await buy(acme, 5_00)
    // 60 callers of ten cents each, on two meters: fifty may.
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? consumeOnly(acme, 80_000, 'input_tokens') : consumeOnly(acme, 10_000, 'output_tokens'))),
    )
    await acme.expectBalanced()
    expect(answers.filter((answer) => answer.ok && answer.value.allowed)).toHaveLength(50)
    for (const answer of answers) if (answer.ok && !answer.value.allowed) expect(answer.value).toMatchObject({ reason: 'quota_exhausted' })
    expect(await balanceOf(acme)).toBe('0.00')
  })

  it('P6: an event is allowed only if the balance covers its whole price, and buying more restores service at once', async () => {
    const acme = await life()
    await buy(acme, 5_00)
    expect(await acme.consume(500_001, OUTPUT)).toMatchObject({ ok: true, value: { allowed: false, reason: 'quota_exhausted', remaining: 500_000n } })
    expect(await acme.consume(500_000, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(0, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: false } })
    await buy(acme, 5_00)
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true, remaining: 499_999n } })
  })
})

describe('a purchase', () => {
  it('that the bank declines leaves everything as it was', async () => {
    const acme = await life()
    await acme.payWith('pm_card_chargeCustomerFail')
    expect(await buy(acme, 20_00)).toMatchObject({ ok: true, value: { outcome: { type: 'declined' } } })
    expect(await acme.latestDocument()).toMatchObject({ kind: 'purchase', status: 'void' })
    expect(await prepaidOf(acme)).toMatchObject({ lots: [] })
  })

  it('G79: that waits for the bank is there when it is confirmed, a day later it is given up', async () => {
    const acme = await life()
    await acme.payWith('pm_card_authenticationRequired')
    const waiting = await buy(acme, 20_00)
    if (!waiting.ok || waiting.value.outcome.type !== 'needs_customer' || !waiting.value.paymentId) throw new Error('the bank asks nothing')
    expect(await balanceOf(acme)).toBe('0.00')
    await acme.atBank(waiting.value.outcome.url, 'approve')
    await acme.lookAt(waiting.value.paymentId)
    expect(await balanceOf(acme)).toBe('20.00')
    expect(await buy(acme, 30_00)).toMatchObject({ ok: true, value: { outcome: { type: 'needs_customer' } } })
    await acme.walkDays(1)
    expect(await acme.latestDocument()).toMatchObject({ total: 30_00n, status: 'void' })
    expect(await balanceOf(acme)).toBe('20.00')
  })

  it('P2, G71: needs no subscription, and its most rises with what was paid and the days since', async () => {
    const acme = await life({ plan: null })
    expect(await buy(acme, 4_99)).toMatchObject({ ok: false, error: { code: 'below_minimum', minimum: 5_00n } })
    expect(await buy(acme, 100_01)).toMatchObject({ ok: false, error: { code: 'above_maximum', maximum: 100_00n } })
    expect(await buy(acme, 50_00)).toMatchObject(done)
    await acme.walkDays(6)
    expect(await buy(acme, 100_01)).toMatchObject({ ok: false })
    await acme.walkDays(1)
    expect(await buy(acme, 100_01)).toMatchObject(done)
    expect(await buy(acme, 1_000_01)).toMatchObject({ ok: false, error: { maximum: 1_000_00n } })
  })

  it('P5: is not refundable', async () => {
    const acme = await life()
    await buy(acme, 20_00)
    expect(await acme.refund((await acme.latestDocument()).id)).toMatchObject({ ok: false, error: { code: 'refund_not_eligible', rule: 'P5' } })
  })
})

describe('credit that ends', () => {
  it('P5: a year after it was bought, told of 30, 7 and 1 days before, once each', async () => {
    const acme = await life({ from: '2026-01-31T00:00:00Z' })
    await buy(acme, 20_00)
    const notices = async () => (await acme.told()).filter((kind) => kind === 'credit_expiring').length
    await acme.walkTo('2026-12-31T23:59:59Z')
    expect(await notices()).toBe(0)
    await acme.walkTo('2027-01-01T00:00:00Z')
    expect(await notices()).toBe(1)
    await acme.walkTo('2027-01-24T00:00:00Z')
    expect(await notices()).toBe(2)
    await acme.walkTo('2027-01-30T00:00:00Z')
    expect(await notices()).toBe(3)
    expect(await balanceOf(acme)).toBe('20.00')
    await acme.walkTo('2027-01-31T00:00:00Z')
    expect(await balanceOf(acme)).toBe('0.00')
    expect((await prepaidOf(acme)).lots).toMatchObject([{ remaining: 0n, expiredAmount: exact('20') }])
    expect(await notices()).toBe(3)
  })
})

describe('the two plans', () => {
  it('P3: monthly is cancelled, and reaches its end, before prepaid begins', async () => {
    const acme = await life({ plan: 'monthly', from: '2026-01-31T00:00:00Z' })
    expect(await acme.subscribe('prepaid')).toMatchObject({ ok: false, error: { code: 'arrears_plan_active', rule: 'P3' } })
    expect((await acme.quote('prepaid')).decision.rejection).toMatchObject({ code: 'not_eligible', rule: 'P3' })
    await acme.use(100 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect(await acme.subscribe('prepaid')).toMatchObject({ ok: false, error: { code: 'arrears_plan_active' } })
    await acme.walkTo('2026-02-28T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'canceled' })
    expect(await acme.latestDocument()).toMatchObject({ total: 1_00n, status: 'paid' })
    expect(await acme.subscribe('prepaid')).toMatchObject(done)
    expect((await acme.quote('monthly')).decision.rejection).toMatchObject({ code: 'not_eligible', rule: 'P3' })
  })

  it('G68: prepaid is cancelled at once, its balance is kept, and what comes in late still draws it down', async () => {
    const acme = await life()
    await buy(acme, 20_00)
    await acme.walkDays(3)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ status: 'canceled' })
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: false, reason: 'no_subscription' } })
    await acme.use(100 * OUTPUT_TOKENS_A_CENT, { ...OUTPUT, at: '2026-01-02T00:00:00Z' })
    expect(await balanceOf(acme)).toBe('19.00')
    expect(await acme.subscribe('prepaid')).toMatchObject(done)
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
  })

  it('C12, G65, G99: monthly is unpaid after the last failure, rolls on, and is active once its invoice is paid', async () => {
    const acme = await life({ plan: 'monthly', from: '2026-01-01T00:00:00Z' })
    await acme.use(1_000 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-02-01T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'past_due' })
    expect(await acme.consume(200 * OUTPUT_TOKENS_A_CENT, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
    await acme.walkTo('2026-02-08T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'unpaid', plan: 'monthly' })
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: false, reason: 'subscription_unpaid' } })
    expect(await acme.cancel()).toMatchObject({ ok: false, error: { code: 'not_cancelable' } })
    const issued = (await acme.documents()).length
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect((await acme.documents()).length).toBe(issued)
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row).toMatchObject({ status: 'active' })
    await acme.walkTo('2026-04-01T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'adjustment', total: 2_00n, status: 'paid' })
  })

  it('G94: the last invoice of a monthly plan that has ended is retried like any other', async () => {
    const acme = await life({ plan: 'monthly', from: '2026-01-01T00:00:00Z' })
    await acme.use(1_000 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    await acme.cancel()
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-02-02T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ status: 'open' })
    await acme.payWith('pm_card_visa')
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 10_00n })
  })
})

describe('a life of fifteen months', () => {
  it('from 31 January over a year’s end and a leap day: bought three times, drawn down in order, and what is left expires', async () => {
    const acme = await life({ from: '2027-01-31T00:00:00Z' })
    await buy(acme, 20_00)
    await acme.use(300 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    await acme.walkTo('2027-02-28T00:00:00Z')
    await buy(acme, 30_00)
    for (let month = 0; month < 10; month++) {
      await acme.use(150 * OUTPUT_TOKENS_A_CENT, OUTPUT)
      await acme.walkDays(30)
    }
    expect(await balanceOf(acme)).toBe('32.00')
    expect((await prepaidOf(acme)).lots.map(({ remaining }) => decimalString(remaining, 'usd'))).toEqual(['2.00', '30.00'])
    await acme.walkTo('2028-01-31T00:00:00Z')
    expect(await balanceOf(acme)).toBe('30.00')
    await acme.walkTo('2028-02-29T00:00:00Z')
    expect(await balanceOf(acme), 'bought on 28 February, it ended on 28 February').toBe('0.00')
    await buy(acme, 10_00)
    expect((await prepaidOf(acme)).lots.at(-1)?.expiresAt.toString()).toBe('2029-02-28T00:00:00Z')
    await acme.use(100 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    await acme.walkTo('2028-04-30T00:00:00Z')
    expect((await acme.periods()).length).toBe(15)
    expect(
      (await acme.documents()).map(({ kind }) => kind),
      'a prepaid plan renews without an invoice',
    ).toEqual(['purchase', 'purchase', 'purchase'])
  })

  it('one step or many: the same lots and documents', async () => {
    const walk = async (stops: readonly string[]) => {
      const acme = await life({ plan: 'monthly', from: '2026-01-31T00:00:00Z' })
      await buy(acme, 5_00)
      await acme.use(700 * OUTPUT_TOKENS_A_CENT, OUTPUT)
      for (const stop of stops) await acme.walkTo(stop)
      const { lots } = await prepaidOf(acme)
      return {
        lots: lots.map(({ remaining, expiredAmount }) => [remaining, expiredAmount]),
        documents: (await acme.documents()).map(({ kind, total, prepaidApplied, amountPaid }) => [kind, total, prepaidApplied, amountPaid]),
      }
    }
    expect(await walk(['2027-03-01T00:00:00Z'])).toEqual(
      await walk(['2026-02-15T00:00:00Z', '2026-02-28T00:00:00Z', '2026-12-31T00:00:00Z', '2027-03-01T00:00:00Z']),
    )
  })
})

describe('personal credit', () => {
  it('G74, T10: what a member gives goes towards the next invoice, and a purchase is one (C6)', async () => {
    const acme = await life()
    const member = await anyMember(acme)
    const about = { organizationId: acme.organizationId, memberId: member, amount: minor(8_00) }
    expect(await acme.step(() => first((context) => contributeCredit(context, about)))).toMatchObject({
      ok: false,
      error: { code: 'insufficient_personal_credit' },
    })
    expect(await acme.step(() => first((context) => grantPersonalCredit(context, { ...about, amount: minor(10_00) })))).toMatchObject({ ok: true })
    expect(await acme.step(() => first((context) => contributeCredit(context, about)))).toMatchObject({ ok: true })
    expect(await acme.credit()).toBe(8_00n)
    expect(await acme.step(() => first((context) => contributeCredit(context, { ...about, amount: minor(2_01) })))).toMatchObject({ ok: false })
    await buy(acme, 20_00)
    expect(await acme.latestDocument()).toMatchObject({ total: 20_00n, creditApplied: 8_00n, amountPaid: 12_00n })
    expect(await balanceOf(acme)).toBe('20.00')
  })
})
