import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { documents, payments, refunds, webhookInbox } from '@/db/schema'
import { type DocumentId, newId } from '../../ids'
import { minor } from '../../money'
import { systemClock } from '../../time'
import { printProduct } from '../catalog/document'
import { openRefund } from '../commands/refund-invoice'
import { processInbox } from '../flows/process-inbox'
import { reconcile } from '../flows/reconcile'
import { checkRefund, readRefundBack, refundInvoice } from '../flows/refund'
import { apiCallsProduct } from '../testing/holdings'
import { publish } from '../testing/publish'
import { first, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getActivityFeed } from '../views/activity-feed'

const stage = setStage()

describe('a refund (A13)', () => {
  it('of all of a period without usage moves to Free at once', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(12)
    const { id } = await acme.latestDocument()
    expect(await acme.refund(id)).toMatchObject({ ok: true, value: { amount: 30_00n } })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect((await acme.held()).row.periodStart.toString()).toBe('2026-01-13T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountRefunded: 30_00n })
    expect(await acme.refund(id)).toMatchObject({ ok: false, error: { code: 'refund_not_eligible' } })
    expect(await acme.cashAtProvider()).toBe(0n)
  })

  it('of a part changes no plan, and all parts are never more than was paid', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id } = await acme.latestDocument()
    expect(await acme.refund(id, 10_00)).toMatchObject({ ok: true })
    expect((await acme.held()).row.plan).toBe('pro')
    expect(await acme.refund(id, 20_01)).toMatchObject({ ok: false, error: { code: 'above_refundable', maximum: 20_00n } })
    expect(await acme.refund(id, 20_00)).toMatchObject({ ok: true })
    expect((await acme.held()).row.plan).toBe('free')
  })

  it('is refused once there is usage, and after 30 days', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const [firstInvoice] = await acme.documents()
    if (!firstInvoice) throw new Error('no invoice')
    await acme.use(1)
    expect(await acme.refund(firstInvoice.id)).toMatchObject({ ok: false, error: { code: 'refund_not_eligible' } })
    await acme.walkDays(31)
    expect(await acme.refund(firstInvoice.id)).toMatchObject({ ok: false, error: { code: 'refund_window_closed' } })
  })

  it('takes off the credit that was issued for the same time (G105), and gives back what credit had paid (G67)', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(15)
    await acme.change('basic') // $10.00 of credit: −$15.00 + $5.00.
    const [firstInvoice] = await acme.documents()
    if (!firstInvoice) throw new Error('no invoice')
    expect(await acme.refund(firstInvoice.id, 20_01)).toMatchObject({ ok: false, error: { code: 'above_refundable', maximum: 20_00n } })
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.credit()).toBe(0n)
    await acme.change('pro')
    const upgrade = await acme.latestDocument()
    expect(upgrade).toMatchObject({ amountPaid: 20_00n })
    expect(await acme.refund(upgrade.id)).toMatchObject({ ok: true })
    expect((await acme.held()).row.plan).toBe('free')
  })

  it('that takes the bank a while is in the books when it has arrived', async () => {
    const acme = await scenario(stage, { plan: 'basic', card: 'pm_card_pendingRefund' })
    const { id } = await acme.latestDocument()
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id })).toMatchObject({ ok: true })
    expect(await acme.latestDocument(), 'nothing is known yet').toMatchObject({ amountRefunded: 0n })
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id })).toMatchObject({ error: { code: 'refund_in_progress' } })
    await expect.poll(async () => (await stage.payments.stripe.refunds.list({ limit: 1 })).data[0]?.status).toBe('succeeded')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 10_00n })
    expect((await acme.held()).row.plan).toBe('free')
  })

  it('that the bank sends back later is taken out of the books again, and can be made anew', async () => {
    const acme = await scenario(stage, { plan: 'basic', card: 'pm_card_refundFail' })
    const { id } = await acme.latestDocument()
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id })).toMatchObject({ ok: true })
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 10_00n })
    await expect.poll(() => acme.cashAtProvider()).toBe(10_00n)

    const [refund] = (await stage.payments.stripe.refunds.list({ limit: 1 })).data
    const told = { id: `evt_${refund?.id}`, type: 'refund.failed', subject: { kind: 'refund', refundRef: refund?.id ?? '', providerRef: null } }
    await inEngine((tx) => tx.insert(webhookInbox).values({ ...told, state: 'pending', nextTryAt: systemClock.now(), receivedAt: systemClock.now() }))
    expect(await acme.step(() => processInbox(stage.provider))).toMatchObject({ done: 1 })
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 0n, status: 'paid' })
    expect((await acme.held()).row.plan, 'as was wanted').toBe('free')
  })

  it('takes the credit back, too, that it had given back', async () => {
    const acme = await scenario(stage, { plan: 'pro', card: 'pm_card_refundFail' })
    await acme.change('basic')
    await acme.walkTo('2026-01-31T00:00:00Z')
    await acme.change('enterprise')
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ creditApplied: 10_00n, amountPaid: 80_00n })
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: invoice.id })).toMatchObject({ ok: true })
    expect(await acme.credit()).toBe(10_00n)
    await expect.poll(() => acme.cashAtProvider()).toBe(110_00n)
    const [refund] = await inEngine((tx) => tx.select().from(refunds).where(eq(refunds.documentId, invoice.id)))
    await acme.step(() => readRefundBack(stage.provider, { organizationId: acme.organizationId, refundId: refund?.id ?? 're_' }))
    expect(await acme.credit()).toBe(0n)
  })
})

describe('A13: a renewal that bills the overage of the period before', () => {
  it('gives back the plan of the unused period, never the overage: that was used', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_010_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    const renewal = await acme.latestDocument()
    expect(renewal).toMatchObject({ total: 105_00n, amountPaid: 105_00n })
    expect(await acme.refund(renewal.id, 100_01)).toMatchObject({ error: { code: 'above_refundable', maximum: 100_00n } })
    expect(await acme.refund(renewal.id)).toMatchObject({ ok: true, value: { amount: 100_00n, state: 'succeeded' } })
    expect((await acme.held()).row.plan).toBe('free')
    expect(await acme.cash(), 'two periods were paid: one plan, and what was used of it').toBe(105_00n)
    expect(await acme.refund(renewal.id)).toMatchObject({ error: { code: 'refund_not_eligible' } })
  })

  it('with credit gives back what the plan cost, in cash and credit together', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.walkDays(10)
    await acme.change('pro')
    await acme.walkDays(10)
    await acme.change('enterprise')
    expect(await acme.credit(), '$46.67 − $23.33').toBe(23_34n)
    await acme.use(1_010_000)
    await acme.walkTo('2026-01-31T00:00:00Z')
    const renewal = await acme.latestDocument()
    expect(renewal).toMatchObject({ total: 105_00n, creditApplied: 23_34n, amountPaid: 81_66n })
    expect(await acme.refund(renewal.id)).toMatchObject({ ok: true, value: { amount: 81_66n } })
    expect(await acme.credit(), '$100.00 − $81.66').toBe(18_34n)
    expect((await acme.held()).row.plan).toBe('free')
  })
})

describe('G67: a part that was refunded is taken off a change’s credit once', () => {
  it('also where refund and changes come at one instant', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.refund((await acme.latestDocument()).id, 10_00)
    await acme.change('enterprise') // −$30.00 + $10.00 + $100.00.
    expect(await acme.latestDocument()).toMatchObject({ total: 80_00n })
    const quote = await acme.quote('basic')
    expect(quote.decision.document, 'the $10.00 are taken off already').toMatchObject({ total: -90_00n })
    await acme.execute(quote.id)
    expect((await acme.cash()) - (await acme.credit()), 'Basic costs what it costs').toBe(10_00n)
  })

  it('also where it was made while the change waited for the bank', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id } = await acme.latestDocument()
    await acme.payWith('pm_card_authenticationRequired')
    const changed = await acme.change('enterprise')
    if (!changed.ok || changed.value.outcome.type !== 'needs_customer') throw new Error('it does not wait')
    await acme.refund(id, 10_00)
    await acme.atBank(changed.value.outcome.url, 'approve')
    await acme.recover()
    expect((await acme.held()).row.plan).toBe('enterprise')
    await acme.change('basic')
    expect((await acme.cash()) - (await acme.credit()), 'Basic costs what it costs').toBe(10_00n)
  })
})

describe('a refund that the provider does not make', () => {
  const refundsOf = (documentId: DocumentId) => inEngine((tx) => tx.select().from(refunds).where(eq(refunds.documentId, documentId)))

  it('ends with its reason, is told in the activity, and can be made again', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id } = await acme.latestDocument()
    const [payment] = await acme.payments()
    await stage.payments.stripe.refunds.create({ payment_intent: payment?.providerRef ?? '', amount: 25_00 }) // At the provider, by hand.
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id })).toMatchObject({ ok: true, value: { state: 'failed' } })
    expect(await refundsOf(id)).toMatchObject([
      { state: 'failed', attempts: 1, checkAt: null, reason: expect.stringMatching('greater than unrefunded amount') },
    ])
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 0n })
    expect((await acme.held()).row.plan, 'nothing has changed').toBe('pro')
    const [told] = (await inEngine((tx) => getActivityFeed(tx, acme.organizationId, { limit: 1 }))).items
    expect(told).toMatchObject({ action: 'invoice.refund_failed', facts: { amount: 30_00n, reason: expect.stringMatching('greater') } })
    await reconcile(stage.provider)
    expect(await refundsOf(id), 'and is left alone').toHaveLength(1)
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id, amount: minor(5_00) })).toMatchObject({
      value: { state: 'succeeded' },
    })
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 5_00n })
  })

  it('for an error that it remembers is sent again under a key of its own, minutes later and not a day', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id } = await acme.latestDocument()
    await stage.payments.fault({ fault: 'error_remembered', executes: false, method: 'POST', path: '/v1/refunds$' })
    expect(await acme.refund(id)).toMatchObject({ ok: true, value: { state: 'created' } })
    await acme.recover()
    expect(await refundsOf(id), 'the same error under the same key').toMatchObject([{ state: 'created', attempts: 2 }])
    await acme.recover()
    expect(await refundsOf(id)).toMatchObject([{ state: 'succeeded', attempts: 3 }])
    expect(await acme.cashAtProvider()).toBe(0n)
    expect((await acme.held()).row.plan).toBe('free')
  })

  it('for an error after which it was made all the same is found, and not sent again', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id } = await acme.latestDocument()
    await stage.payments.fault({ fault: 'error_remembered', executes: true, method: 'POST', path: '/v1/refunds$' })
    expect(await refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId: id, amount: minor(10_00) })).toMatchObject({
      value: { state: 'created' },
    })
    for (let pass = 0; pass < 3; pass++) await acme.recover()
    expect(await refundsOf(id)).toMatchObject([{ state: 'succeeded' }])
    expect(await acme.cashAtProvider()).toBe(20_00n)
  })

  it('by two workers and a notification at once is sent once', async () => {
    for (let round = 0; round < 4; round++) {
      const acme = await scenario(stage, { plan: 'pro' })
      const { organizationId } = acme
      const { id } = await acme.latestDocument()
      const opened = await first((context) => openRefund(context, { organizationId, documentId: id, amount: minor(10_00) }))
      if (!opened.ok) throw new Error(opened.error.code)
      const key = { organizationId, refundId: opened.value.refundId }
      await Promise.all([checkRefund(stage.provider, key), checkRefund(stage.provider, key), readRefundBack(stage.provider, key), reconcile(stage.provider)])
      await acme.recover()
      expect(await acme.cashAtProvider()).toBe(20_00n)
      expect(await refundsOf(id)).toMatchObject([{ state: 'succeeded', attempts: 1 }])
    }
  })

  it('keeps no other from its turn, however many there are', async () => {
    const stuck = await scenario(stage, { plan: 'basic' })
    const acme = await scenario(stage, { plan: 'pro' })
    const { organizationId } = acme
    const { id } = await acme.latestDocument()
    const opened = await first((context) => openRefund(context, { organizationId, documentId: id }))
    if (!opened.ok) throw new Error(opened.error.code)
    // More than one pass takes, all due before it, and none of them ever answered: their payment is not known to the provider.
    const [paid] = await stuck.payments()
    const document = await stuck.latestDocument()
    const at = systemClock.now().subtract({ hours: 1 })
    await inEngine(async (tx) => {
      for (let index = 0; index < 101; index++) {
        const [documentId, paymentId] = [newId('inv'), newId('pay')]
        await tx.insert(documents).values({ ...document, id: documentId, number: null, kind: 'change', amountPaid: minor(0) })
        if (paid)
          await tx
            .insert(payments)
            .values({ ...paid, id: paymentId, documentId, providerRef: `pi_unknown_${index}`, state: 'refused', amount: minor(1), checkAt: null })
        await tx.insert(refunds).values({
          organizationId: stuck.organizationId,
          id: newId('re'),
          documentId,
          paymentId,
          amount: minor(1),
          movesToFree: false,
          state: 'created',
          attempts: 5,
          actor: 'system',
          checkAt: at,
          createdAt: at,
        })
      }
    })
    await inEngine((tx) =>
      tx
        .update(refunds)
        .set({ checkAt: at.add({ seconds: 1 }) })
        .where(eq(refunds.id, opened.value.refundId)),
    )
    await reconcile(stage.provider).catch(() => {})
    await reconcile(stage.provider).catch(() => {})
    expect(await refundsOf(id)).toMatchObject([{ state: 'succeeded' }])
    await inEngine((tx) => tx.update(refunds).set({ checkAt: null, state: 'failed' }).where(eq(refunds.organizationId, stuck.organizationId)))
  })
})

describe('G105: what a change of period was paid with', () => {
  it('is not refunded as well, or $99 would buy two plans; once the change is refunded, it is', async () => {
    const { plans, policies, ...calls } = printProduct(apiCallsProduct)
    const at = {
      ...calls,
      id: 'chains',
      meters: [{ id: 'chained', unit: 'calls' }],
      policies: { ...policies, upgrade: { type: 'new_period', unused: 'time' } },
    }
    await publish({ ...at, plans: plans.map((plan) => ({ ...plan, included: { chained: 1_000 } })) })
    const acme = await scenario(stage, { product: 'chains', plan: 'pro' })
    const paidFirst = await acme.latestDocument()
    await acme.walkDays(1)
    await acme.change('enterprise') // −$29.00 + $100.00.
    const change = await acme.latestDocument()
    expect(change).toMatchObject({ total: 71_00n, amountPaid: 71_00n })
    expect(await acme.refund(paidFirst.id), 'what the new plan was not paid with').toMatchObject({ ok: true, value: { amount: 1_00n } })
    expect(await acme.refund(paidFirst.id)).toMatchObject({ error: { code: 'refund_not_eligible' } })
    expect((await acme.held()).row.plan).toBe('enterprise')
    expect(await acme.refund(change.id)).toMatchObject({ ok: true, value: { amount: 71_00n } })
    expect((await acme.held()).row.plan).toBe('free')
    expect(await acme.refund(paidFirst.id), 'neither period was used').toMatchObject({ ok: true, value: { amount: 29_00n } })
    expect(await acme.cash()).toBe(0n)
  })
})
