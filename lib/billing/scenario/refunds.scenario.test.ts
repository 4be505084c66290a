import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { refunds, webhookInbox } from '@/db/schema'
import { systemClock } from '../../time'
import { processInbox } from '../flows/process-inbox'
import { readRefundBack, refundInvoice } from '../flows/refund'
import { scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

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
