import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { testClocks } from '@/db/schema'
import { instant } from '../../time'
import { deleteOrganization } from '../commands/delete-organization'
import { readConfirmation } from '../flows/confirmation'
import { cancelAndAbandon, payInvoice, subscribeAndPay } from '../flows/paid-actions'
import { first, RETURN_URL, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** A first subscription of which the bank wants a confirmation. */
async function waitingFirst(): Promise<{ acme: Scenario; subscriptionId: `sub_${string}`; url: string; providerRef: string }> {
  const acme = await scenario(stage, { plan: null, card: 'pm_card_authenticationRequired' })
  const subscribed = await subscribeAndPay(acme.flow, { organizationId: acme.organizationId, product: 'api-calls', plan: 'pro', returnUrl: RETURN_URL })
  if (!subscribed.ok || subscribed.value.outcome.type !== 'needs_customer') throw new Error('it does not wait')
  const [payment] = await acme.payments()
  return { acme, subscriptionId: subscribed.value.subscriptionId, url: subscribed.value.outcome.url, providerRef: payment?.providerRef ?? '' }
}

/** Time passes and nothing is done: a worker that was down. */
async function jump(life: Scenario, to: string): Promise<void> {
  await inEngine((tx) =>
    tx
      .update(testClocks)
      .set({ now: instant(to) })
      .where(life.onItsClock),
  )
}

describe('G79: canceling while a first subscription waits for the bank', () => {
  it('gives it up, at the provider too, and another can begin at once', async () => {
    const { acme, subscriptionId, providerRef } = await waitingFirst()
    const ids = { organizationId: acme.organizationId, subscriptionId }
    expect(await acme.step(() => cancelAndAbandon(acme.flow, ids))).toEqual({ ok: true, value: { cancelAt: null } })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void' })
    expect((await stage.payments.stripe.paymentIntents.retrieve(providerRef)).status).toBe('canceled')
    expect(await cancelAndAbandon(acme.flow, ids), 'there is nothing left of it').toMatchObject({ error: { code: 'not_found' } })
    await acme.payWith('pm_card_visa')
    expect(await acme.subscribe('basic')).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    expect(await acme.cash()).toBe(10_00n)
  })

  it('that the bank has confirmed meanwhile: payment wins, and what it began ends with its period', async () => {
    const { acme, subscriptionId, url } = await waitingFirst()
    await acme.atBank(url, 'approve')
    const canceled = await acme.step(() => cancelAndAbandon(acme.flow, { organizationId: acme.organizationId, subscriptionId }))
    expect(canceled).toEqual({ ok: true, value: { cancelAt: instant('2026-01-31T00:00:00Z') } })
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountPaid: 30_00n })
  })

  it('is refused where the provider does not answer: nobody knows yet', async () => {
    const { acme, subscriptionId } = await waitingFirst()
    const ids = { organizationId: acme.organizationId, subscriptionId }
    await stage.payments.fault({ fault: 'rate_limit', path: '/cancel$' })
    expect(await cancelAndAbandon(acme.flow, ids)).toMatchObject({ error: { code: 'change_in_progress' } })
    expect(await acme.step(() => cancelAndAbandon(acme.flow, ids))).toEqual({ ok: true, value: { cancelAt: null } })
  })

  it('an upgrade from Free is given up, and Free goes on', async () => {
    const acme = await scenario(stage, { plan: 'free', card: 'pm_card_authenticationRequired' })
    expect(await acme.change('pro')).toMatchObject({ ok: true, value: { outcome: { type: 'needs_customer' } } })
    expect(await acme.cancel()).toEqual({ ok: true, value: { cancelAt: null } })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active', cancelAt: null })
    expect(await acme.cancel(), 'Free has nothing to cancel (G68)').toMatchObject({ error: { code: 'not_cancelable' } })
    expect((await acme.quote('pro')).decision.rejection).toBeNull()
  })

  it('twice at once, with the bank’s yes: one outcome that adds up', async () => {
    for (let round = 0; round < 4; round++) {
      const { acme, subscriptionId, url, providerRef } = await waitingFirst()
      const ids = { organizationId: acme.organizationId, subscriptionId }
      const answers = await Promise.all([
        cancelAndAbandon(acme.flow, ids),
        acme.atBank(url, 'approve').catch(() => {}),
        cancelAndAbandon(acme.flow, ids),
        readConfirmation(stage.provider, { organizationId: acme.organizationId, providerRef }),
      ])
      await acme.recover()
      const [document] = await acme.documents()
      expect(['paid', 'void'], JSON.stringify(answers)).toContain(document?.status)
      expect(await acme.cash()).toBe(document?.status === 'paid' ? 30_00n : 0n)
    }
  })
})

describe('G79: an action that has waited 24 hours', () => {
  it('is not paid any more, though no sweep has given it up yet', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_authenticationRequired')
    expect(await acme.change('pro')).toMatchObject({ value: { outcome: { type: 'needs_customer' } } })
    const { id: documentId } = await acme.latestDocument()
    const pay = () => payInvoice(acme.flow, { organizationId: acme.organizationId, documentId, returnUrl: RETURN_URL })
    await jump(acme, '2026-01-01T23:59:59Z')
    expect(await pay(), 'a second before').toMatchObject({ ok: true, value: { outcome: { type: 'needs_customer' } } })
    await jump(acme, '2026-01-02T00:00:00Z')
    await stage.payments.fault({ fault: 'rate_limit', path: '/cancel$' })
    expect(await pay(), 'the provider does not answer').toMatchObject({ error: { code: 'not_payable', status: 'expired' } })
    expect(await acme.step(pay)).toMatchObject({ error: { code: 'not_payable', status: 'void' } })
    expect((await acme.held()).row.plan).toBe('basic')
    expect((await acme.quote('pro')).decision.rejection).toBeNull()
  })
})

describe('A14: an organization that is closed', () => {
  it.each([
    { when: 'in the middle of a free period', passes: async (life: Scenario) => life.walkDays(40) },
    { when: 'before a period that has ended was closed', passes: async (life: Scenario) => life.walkDays(30).then(() => jump(life, '2026-03-20T00:00:00Z')) },
  ])('$when leaves its books balanced, also those of the periods before', async ({ passes }) => {
    const acme = await scenario(stage, { plan: 'free', card: null })
    await acme.use(5)
    await passes(acme)
    expect(await acme.step(() => first((context) => deleteOrganization(context, acme)))).toEqual({ ok: true, value: null })
  })
})

describe('A14: an organization that owes something', () => {
  const close = (acme: Scenario) => first((context) => deleteOrganization(context, { organizationId: acme.organizationId }))

  it('is not deleted while an invoice is open', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_010_000)
    await acme.cancel()
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const invoice = await acme.latestDocument()
    expect(await close(acme)).toEqual({ ok: false, error: { code: 'invoices_open', invoices: [invoice.id], amountDue: 5_00n } })
    await acme.payWith('pm_card_visa')
    expect(await close(acme)).toEqual({ ok: true, value: null })
  })

  it('is not deleted before its late usage is billed, and says when that is (G103)', async () => {
    const acme = await scenario(stage, { plan: 'enterprise' })
    await acme.use(1_000_000)
    await acme.cancel()
    await acme.walkTo('2026-01-31T00:00:00Z')
    await acme.use(10_000, { at: '2026-01-30T12:00:00Z' })
    expect(await close(acme)).toEqual({
      ok: false,
      error: { code: 'usage_unbilled', subscriptionId: acme.subscriptionId, billedAt: instant('2026-03-02T00:00:00Z') },
    })
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'adjustment', total: 5_00n, status: 'paid' })
    expect(await close(acme)).toEqual({ ok: true, value: null })
  })
})
