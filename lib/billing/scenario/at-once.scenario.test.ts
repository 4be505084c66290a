import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { webhookInbox } from '@/db/schema'
import type { PaymentProvider } from '../../payments/port'
import { systemClock } from '../../time'
import { abandon, check } from '../flows/collect'
import { readConfirmation } from '../flows/confirmation'
import { runDueFor } from '../flows/due-work'
import { changePlanAndPay, subscribeAndPay } from '../flows/paid-actions'
import { processInbox } from '../flows/process-inbox'
import { reconcile } from '../flows/reconcile'
import { refundInvoice } from '../flows/refund'
import { RETURN_URL, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
/** Each race is run this often: which of them wins is up to the moment. */
const ROUNDS = process.env.HEADROOM_TEST_DEPTH === 'deep' ? 25 : 4
const rounds = Array.from({ length: ROUNDS }, (_, round) => round)

const codes = (results: readonly ({ ok: true } | { ok: false; error: { code: string } })[]) =>
  results.map((result) => (result.ok ? 'ok' : result.error.code)).sort()

function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

async function settled(acme: Scenario): Promise<void> {
  await acme.recover()
  await acme.recover()
}

describe('two at once', () => {
  it.each(rounds)('with the same quote: one change, one charge (%i)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { id: quoteId } = await acme.quote('pro')
    const { organizationId, subscriptionId } = acme
    const change = () => changePlanAndPay(acme.flow, { organizationId, subscriptionId, quoteId, returnUrl: RETURN_URL })
    const results = codes(await Promise.all([change(), change(), change()]))
    expect(results.filter((code) => code === 'ok')).toHaveLength(1)
    expect(results.filter((code) => code !== 'ok').every((code) => code === 'change_in_progress' || code === 'quote_expired')).toBe(true)
    await settled(acme)
    expect((await acme.held()).row.plan).toBe('pro')
    expect(await acme.charges()).toHaveLength(2)
  })

  it.each(rounds)('to different plans: one of them, and one charge (%i)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const [pro, enterprise] = [await acme.quote('pro'), await acme.quote('enterprise')]
    const { organizationId, subscriptionId } = acme
    const results = await Promise.all(
      [pro, enterprise].map(({ id: quoteId }) => changePlanAndPay(acme.flow, { organizationId, subscriptionId, quoteId, returnUrl: RETURN_URL })),
    )
    const succeeded = results.filter(({ ok }) => ok).length
    await settled(acme)
    // One after the other both may go through where the first had ended before the second began; then its quote is out.
    expect(succeeded).toBe(1)
    expect(await acme.charges()).toHaveLength(2)
  })

  it.each(rounds)('G79: the webhook and the person who comes back from the bank: they are told what the bank said (%i)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    await acme.payWith('pm_card_authenticationRequired')
    const asked = await acme.change('pro')
    if (!asked.ok || asked.value.outcome.type !== 'needs_customer') throw new Error('the bank did not ask')
    await acme.atBank(asked.value.outcome.url, 'approve')
    const [, payment] = await acme.payments()
    if (!payment?.providerRef) throw new Error('no payment')
    const { organizationId } = acme
    // The webhook has taken the payment and waits for the provider's answer when the person's page is asked for.
    const [asks, answers] = [gate(), gate()]
    const slow: PaymentProvider = {
      ...stage.provider,
      read: async (providerRef) => {
        const seen = await stage.provider.read(providerRef)
        asks.open()
        await answers.opened
        return seen
      },
    }
    const webhook = check(slow, { organizationId, paymentId: payment.id })
    await asks.opened
    const told = readConfirmation(stage.provider, { organizationId, providerRef: payment.providerRef })
    // Time enough to be told what was true before the answer, were nobody to wait for it.
    for (let look = 0; look < 20; look++) await acme.payments()
    answers.open()
    await webhook
    expect(await told).toEqual({ type: 'done' })
    expect((await acme.held()).row.plan).toBe('pro')
    await settled(acme)
    expect(await acme.charges()).toHaveLength(2)
  })

  it.each(rounds)('a change and a cancellation: never both half (%i)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { id: quoteId } = await acme.quote('pro')
    const { organizationId, subscriptionId } = acme
    const [changed] = await Promise.all([
      changePlanAndPay(acme.flow, { organizationId, subscriptionId, quoteId, returnUrl: RETURN_URL }),
      acme.cancel().catch(() => null),
    ])
    await settled(acme)
    const { row } = await acme.held()
    const charges = await acme.charges()
    expect(charges.length, 'charged for the change exactly where it took effect, or kept as credit').toBe(
      row.plan === 'pro' || (await acme.credit()) > 0n ? 2 : 1,
    )
    if (!changed.ok) expect(row.plan).toBe('basic')
  })

  it.each(rounds)('a change and the renewal: one renewal, and the books balance (%i)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(29)
    const { id: quoteId } = await acme.quote('pro')
    const { organizationId, subscriptionId } = acme
    await Promise.all([
      changePlanAndPay(acme.flow, { organizationId, subscriptionId, quoteId, returnUrl: RETURN_URL }),
      acme.walkTo('2026-01-31T00:00:00Z'),
      runDueFor(stage.provider, [organizationId]),
    ])
    await settled(acme)
    await acme.walkTo('2026-01-31T01:00:00Z')
    const renewals = (await acme.documents()).filter(({ kind, status }) => kind === 'renewal' && status !== 'void')
    expect(renewals.map(({ periodStart }) => periodStart?.toString())).toEqual(['2026-01-01T00:00:00Z', '2026-01-31T00:00:00Z'])
    const { plan } = (await acme.held()).row
    expect(renewals.at(-1)?.total).toBe(plan === 'pro' ? 30_00n : 10_00n)
  })

  it.each(rounds)('first subscriptions: one (%i)', async () => {
    const acme = await scenario(stage, { plan: null })
    const subscribe = () => subscribeAndPay(acme.flow, { organizationId: acme.organizationId, product: 'api-calls', plan: 'basic', returnUrl: RETURN_URL })
    const results = codes(await Promise.all([subscribe(), subscribe(), subscribe()]))
    expect(results.filter((code) => code === 'ok')).toHaveLength(1)
    await acme.recover()
    expect(await acme.charges()).toHaveLength(1)
    expect(await acme.documents()).toHaveLength(1)
  })

  it.each(rounds)('refunds: never more than was paid (%i)', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id: documentId } = await acme.latestDocument()
    const refund = () => refundInvoice(acme.flow, { organizationId: acme.organizationId, documentId })
    const results = codes(await Promise.all([refund(), refund(), refund()]))
    expect(results.filter((code) => code === 'ok')).toHaveLength(1)
    await settled(acme)
    expect(await acme.cashAtProvider()).toBe(0n)
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 30_00n })
  })

  it.each(rounds)('request, notification, reconciler and giving up: one effect (%i)', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { paymentId } = await acme.openChange('pro')
    const providerRef = await acme.chargeUnseen(paymentId)
    const key = { organizationId: acme.organizationId, paymentId }
    const told = () => ({
      id: randomUUID(),
      type: 'payment_intent.succeeded',
      subject: { kind: 'payment', providerRef },
      state: 'pending' as const,
      nextTryAt: systemClock.now(),
      receivedAt: systemClock.now(),
    })
    await inEngine((tx) => tx.insert(webhookInbox).values([told(), told(), told()]))
    await acme.letWallTimePass()
    const { provider } = stage
    await Promise.all([check(provider, key), check(provider, key), processInbox(provider), processInbox(provider), reconcile(provider), abandon(provider, key)])
    await settled(acme)
    expect((await acme.held()).row.plan).toBe('pro')
    expect(await acme.charges()).toHaveLength(2)
    expect((await acme.told()).filter((kind) => kind === 'plan_changed')).toHaveLength(1)
  })
})
