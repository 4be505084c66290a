import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { paymentMethods, testClocks } from '@/db/schema'
import { instant } from '../../time'
import { openRefund } from '../commands/refund-invoice'
import { findWaitingPayment } from '../commands/waiting-payment'
import { readConfirmation } from '../flows/confirmation'
import { closeDueFor, runDueFor } from '../flows/due-work'
import { checkRefund } from '../flows/refund'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const asking = { ok: true, value: { outcome: { type: 'needs_customer' } } }

/** Time passes and nothing is done: a worker that was down. */
async function jump(life: Scenario, to: string): Promise<void> {
  await inEngine((tx) =>
    tx
      .update(testClocks)
      .set({ now: instant(to) })
      .where(eq(testClocks.id, life.clockId)),
  )
}

async function worker(life: Scenario): Promise<void> {
  while ((await runDueFor(stage.provider, [life.organizationId])) > 0);
  await life.expectBalanced()
}

/** The bank changes its mind about the card on file. */
async function cardBecomes(life: Scenario, card: string): Promise<void> {
  const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, life.organizationId)))
  await stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card })
}

const renewals = async (life: Scenario) => (await life.documents()).filter(({ kind }) => kind === 'renewal')

describe('a renewal that the customer tries to pay at their bank', () => {
  it('goes on being collected after the bank has said no (C12)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_authenticationRequired')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const invoice = await acme.latestDocument()
    expect((await acme.held()).row.status).toBe('past_due')
    const paid = await acme.pay(invoice.id)
    expect(paid).toMatchObject(asking)
    if (!paid.ok || paid.value.outcome.type !== 'needs_customer') throw new Error('no page')
    await acme.atBank(paid.value.outcome.url, 'decline')
    const providerRef = (await acme.payments()).at(-1)?.providerRef ?? ''
    expect(await readConfirmation(stage.provider, { organizationId: acme.organizationId, providerRef })).toMatchObject({ type: 'declined' })
    expect((await acme.payments()).at(-1)).toMatchObject({ state: 'refused', dunning: true })
    await acme.payWith('pm_card_visa')
    expect(await acme.latestDocument()).toMatchObject({ id: invoice.id, status: 'paid' })
    expect((await acme.held()).row.status).toBe('active')
  })

  it('ends on Free where its payment was canceled at the provider: no plan for nothing', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const [, payment] = await acme.payments()
    await stage.payments.stripe.paymentIntents.cancel(payment?.providerRef ?? '')
    await acme.lookAt(payment?.id ?? 'pay_')
    await acme.walkDays(8)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
  })

  it.each(['pay now', 'another card', 'the next retry'] as const)(
    'C12: canceled at the provider, it is paid by %s with a new payment, and only by that one',
    async (way) => {
      const acme = await scenario(stage, { plan: 'basic' })
      await acme.payWith('pm_card_chargeCustomerFail')
      await acme.walkTo('2026-01-31T00:00:00Z')
      const invoice = await acme.latestDocument()
      const [, payment] = await acme.payments()
      const canceled = payment?.providerRef ?? ''
      await stage.payments.stripe.paymentIntents.cancel(canceled)
      await acme.lookAt(payment?.id ?? 'pay_')
      if (way === 'another card') await acme.payWith('pm_card_visa')
      else await cardBecomes(acme, 'pm_card_visa')
      if (way === 'pay now') expect(await acme.pay(invoice.id)).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
      if (way === 'the next retry') await acme.walkDays(1)
      expect(await acme.latestDocument()).toMatchObject({ id: invoice.id, status: 'paid', amountPaid: 10_00n })
      expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
      const [, paid] = await acme.payments()
      expect(paid).toMatchObject({ id: payment?.id, state: 'collected', reopened: 1 })
      expect(paid?.providerRef).not.toBe(canceled)
      const intents = await stage.payments.stripe.paymentIntents.list({ customer: (await acme.payerRef()) ?? '' })
      expect(intents.data.filter(({ id }) => id === canceled).map(({ status }) => status)).toEqual(['canceled'])
      expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    },
  )
})

describe('a failed renewal that is heard of again', () => {
  it('sends no second mail and skips no retry, however late the notification comes', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const payment = (await acme.payments()).at(-1)
    await acme.walkTo('2026-01-31T01:00:00Z')
    await acme.lookAt(payment?.id ?? 'pay_')
    await jump(acme, '2026-02-01T00:00:00Z')
    await acme.lookAt(payment?.id ?? 'pay_') // The day's retry is due, and has not been made.
    expect((await acme.told()).filter((kind) => kind === 'payment_failed')).toHaveLength(1)
    await worker(acme)
    expect((await acme.payments()).at(-1)).toMatchObject({ attempts: 2, retryAt: instant('2026-02-03T00:00:00Z') })
    expect((await acme.told()).filter((kind) => kind === 'payment_failed')).toHaveLength(2)
  })
})

describe('the last invoice of a plan that has ended (G94)', () => {
  it('is retried and changes no status, and never begins another free period', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_010_000)
    await acme.cancel()
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ amountDue: 5_00n, status: 'open' })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    await acme.use(500)
    await acme.walkDays(8)
    const { row, holding } = await acme.held()
    expect(row).toMatchObject({ plan: 'free', status: 'active', periodStart: instant('2026-01-31T00:00:00Z') })
    expect(holding.segments.at(-1)?.units).toBe(500n)
    expect(
      (await acme.told()).filter((kind) => kind === 'moved_to_free'),
      'at the cancellation',
    ).toHaveLength(1)
  })

  it('is for usage, so it is not refunded (A13)', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_010_000)
    await acme.cancel()
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.refund((await acme.latestDocument()).id)).toMatchObject({ ok: false, error: { code: 'refund_not_eligible' } })
  })
})

describe('two renewals that nobody has paid (G94)', () => {
  async function twoOpen(): Promise<Scenario> {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await jump(acme, '2026-03-05T00:00:00Z')
    await worker(acme)
    expect((await renewals(acme)).map(({ status }) => status)).toEqual(['paid', 'open', 'open'])
    expect((await acme.held()).row.status).toBe('past_due')
    return acme
  }

  it('stay past due while one of them is open, and the first to fail for the last time ends the plan', async () => {
    const acme = await twoOpen()
    const [, older, newer] = await renewals(acme)
    await cardBecomes(acme, 'pm_card_visa')
    await acme.pay(newer?.id ?? 'inv_')
    await cardBecomes(acme, 'pm_card_chargeCustomerFail')
    expect((await renewals(acme)).map(({ status }) => status)).toEqual(['paid', 'open', 'paid'])
    expect((await acme.held()).row.status, `${older?.id} is of the running plan`).toBe('past_due')
    await acme.walkDays(8)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('are active again once both are paid', async () => {
    const acme = await twoOpen()
    await acme.payWith('pm_card_visa')
    expect((await renewals(acme)).map(({ status }) => status)).toEqual(['paid', 'paid', 'paid'])
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })

  it('past due, cancelled, and the period ends: Free is not past due', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect((await acme.held()).row.status).toBe('past_due')
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await jump(acme, '2026-03-03T00:00:00Z')
    await worker(acme)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect((await acme.quote('pro')).decision.rejection).toBeNull()
  })
})

describe('a renewal whose payment is still on its way', () => {
  it('gives no credit for what nobody has paid: the plan waits for the outcome', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await jump(acme, '2026-01-31T00:00:00Z')
    await closeDueFor(stage.provider, [acme.organizationId])
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'open', amountDue: 30_00n })
    expect(await acme.quote('basic').catch((fault: Error) => fault.message)).toBe('change_in_progress')
    await worker(acme)
    expect((await acme.quote('basic')).decision.rejection).toBeNull()
  })
})

describe('a refund', () => {
  it('leaves late usage of an earlier period to be billed', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_000_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    const renewal = await acme.latestDocument()
    await acme.use(10_000, { at: '2026-01-30T12:00:00Z' })
    expect(await acme.refund(renewal.id)).toMatchObject({ ok: true })
    expect((await acme.held()).row.plan).toBe('free')
    await acme.walkDays(30)
    expect(await acme.latestDocument()).toMatchObject({ kind: 'adjustment', total: 5_00n, status: 'paid' })
  })

  it('gives up an upgrade that waits for the bank', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const invoice = await acme.latestDocument()
    await acme.payWith('pm_card_authenticationRequired')
    const changed = await acme.change('pro')
    expect(changed).toMatchObject(asking)
    expect(await acme.refund(invoice.id)).toMatchObject({ ok: true, value: { amount: 10_00n } })
    expect(await inEngine((tx) => findWaitingPayment(tx, acme.organizationId, acme.subscriptionId))).toBeNull()
    await acme.recover()
    expect((await acme.held()).row.plan).toBe('free')
    expect(await acme.cash()).toBe(0n)
  })

  it('that is on its way lets no change begin, for it will end the plan', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const invoice = await acme.latestDocument()
    const { id: quoteId } = await acme.quote('pro')
    const opened = await first((context) => openRefund(context, { organizationId: acme.organizationId, documentId: invoice.id }))
    if (!opened.ok) throw new Error(opened.error.code)
    expect(await acme.execute(quoteId)).toMatchObject({ ok: false, error: { code: 'change_in_progress' } })
    expect(await acme.quote('pro').catch((fault: Error) => fault.message)).toBe('change_in_progress')
    await acme.step(() => checkRefund(stage.provider, { organizationId: acme.organizationId, refundId: opened.value.refundId }))
    expect((await acme.held()).row.plan).toBe('free')
    expect((await acme.quote('pro')).decision.rejection).toBeNull()
  })

  it('at the very instant of the period’s start, of both its invoices, ends on Free once', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const renewal = await acme.latestDocument()
    await acme.change('pro')
    const change = await acme.latestDocument()
    expect(await acme.refund(change.id)).toMatchObject({ ok: true, value: { amount: 20_00n } })
    expect(await acme.refund(renewal.id)).toMatchObject({ ok: true, value: { amount: 10_00n } })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect(await acme.cash()).toBe(0n)
    await acme.walkDays(31)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect((await acme.told()).filter((kind) => kind === 'moved_to_free')).toHaveLength(1)
  })
})
