import { eq } from 'drizzle-orm'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { inEngine, inWeb } from '@/db/client'
import { catalogVersions, creditGrants, ledgerPostings, methodSetups, paymentMethods, subscriptions, testClocks } from '@/db/schema'
import { newId } from '../../ids'
import { exactFromMinor, minor } from '../../money'
import { instant, systemClock } from '../../time'
import { printProduct } from '../catalog/document'
import { reactivateSubscription } from '../commands/cancel-subscription'
import { quoteChange } from '../commands/quote-change'
import { advanceClock } from '../flows/advance-clock'
import { closeDueFor, runDueFor } from '../flows/due-work'
import type { FlowContext } from '../flows/flow-context'
import { cancelAndAbandon, changePlanAndPay, payInvoice, subscribeAndPay } from '../flows/paid-actions'
import { completeCardSetup, setPaymentMethod } from '../flows/payment-method'
import { refundInvoice } from '../flows/refund'
import { apiCallsProduct } from '../testing/holdings'
import { RETURN_URL, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** A member's pages: commands under row-level security. */
function byWeb({ organizationId }: Scenario): FlowContext {
  return { provider: stage.provider, first: (work) => inWeb({ organizationId }, (tx) => work({ tx, actor: 'operator' })) }
}

async function quoteByWeb(life: Scenario, plan: string) {
  const quoted = await byWeb(life).first((context) => quoteChange(context, { organizationId: life.organizationId, subscriptionId: life.subscriptionId, plan }))
  if (!quoted.ok) throw new Error(quoted.error.code)
  return { organizationId: life.organizationId, subscriptionId: life.subscriptionId, quoteId: quoted.value.id, returnUrl: RETURN_URL }
}

describe('as the web role, which sees one organization', () => {
  it('every money command of a page does all of its work', async () => {
    const acme = await scenario(stage, { plan: null, card: null })
    const { organizationId } = acme
    const flow = byWeb(acme)
    expect(await setPaymentMethod(flow, { organizationId, methodRef: 'pm_card_visa', key: 'web' })).toMatchObject({ ok: true })
    const subscribed = await subscribeAndPay(flow, { organizationId, product: 'api-calls', plan: 'enterprise', returnUrl: RETURN_URL })
    if (!subscribed.ok) throw new Error(subscribed.error.code)
    const ids = { organizationId, subscriptionId: subscribed.value.subscriptionId }
    const change = async (plan: string) => {
      const quoted = await flow.first((context) => quoteChange(context, { ...ids, plan }))
      if (!quoted.ok) throw new Error(quoted.error.code)
      return changePlanAndPay(flow, { ...ids, quoteId: quoted.value.id, returnUrl: RETURN_URL })
    }
    expect(await change('basic'), 'a credit note').toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    expect(await change('pro'), 'paid with credit').toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    await acme.use(290_000)
    expect(await change('enterprise'), 'alerts again').toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    await acme.expectBalanced()
    expect(await cancelAndAbandon(flow, ids)).toMatchObject({ ok: true })
    expect(await flow.first((context) => reactivateSubscription(context, ids))).toMatchObject({ ok: true })
    await setPaymentMethod(flow, { organizationId, methodRef: 'pm_card_chargeCustomerFail', key: 'web-2' })
    await acme.walkTo('2026-01-31T00:00:00Z')
    const open = (await acme.documents()).find(({ status }) => status === 'open')
    expect(open).toBeDefined()
    await setPaymentMethod(flow, { organizationId, methodRef: 'pm_card_authenticationRequired', key: 'web-3' })
    expect(await payInvoice(flow, { organizationId, documentId: open?.id ?? 'inv_', returnUrl: RETURN_URL })).toMatchObject({ ok: true })
    await setPaymentMethod(flow, { organizationId, methodRef: 'pm_card_visa', key: 'web-4' })
    expect(await refundInvoice(flow, { organizationId, documentId: open?.id ?? 'inv_' })).toMatchObject({ ok: true })
    await acme.expectBalanced()
    const [row] = await inEngine((tx) => tx.select().from(subscriptions).where(eq(subscriptions.organizationId, organizationId)))
    expect(row).toMatchObject({ plan: 'free', status: 'active' })
  })
})

describe('at once', () => {
  it('an advance goes on where usage closes the periods that it comes to (C14, G89)', async () => {
    const acme = await scenario(stage, { plan: 'free' })
    let isOver = false
    const others = Array.from({ length: 4 }, async () => {
      while (!isOver) await closeDueFor(stage.provider, [acme.organizationId])
    })
    const advanced = await advanceClock(stage.provider, { clockId: acme.clockId, to: instant('2026-12-31T00:00:00Z') })
    isOver = true
    await Promise.all(others)
    expect(advanced).toMatchObject({ ok: true })
    await acme.expectBalanced()
  })

  it('two upgrades, a cancellation, an advance and a payment end in one state that adds up', async () => {
    for (let round = 0; round < 4; round++) {
      const acme = await scenario(stage, { plan: 'basic' })
      await acme.walkDays(29)
      const [pro, enterprise] = [await quoteByWeb(acme, 'pro'), await quoteByWeb(acme, 'enterprise')]
      const ids = { organizationId: acme.organizationId, subscriptionId: acme.subscriptionId }
      await Promise.all([
        changePlanAndPay(byWeb(acme), pro),
        changePlanAndPay(acme.flow, enterprise),
        changePlanAndPay(byWeb(acme), pro),
        advanceClock(stage.provider, { clockId: acme.clockId, to: instant('2026-02-01T00:00:00Z') }),
        runDueFor(stage.provider, [acme.organizationId]),
        ...(round % 2 === 0 ? [cancelAndAbandon(acme.flow, ids)] : []),
      ])
      await acme.recover()
      while ((await runDueFor(stage.provider, [acme.organizationId])) > 0);
      await acme.expectBalanced()
      const documents = await acme.documents()
      expect(documents.filter(({ kind, status }) => kind === 'change' && status === 'paid').length, 'of quotes of one moment, one').toBeLessThanOrEqual(1)
      expect(documents.filter(({ kind, status }) => kind === 'renewal' && status !== 'void').length).toBeLessThanOrEqual(2)
      expect((await acme.payments()).filter(({ state }) => state === 'collected')).toHaveLength((await acme.charges()).length)
    }
  })

  it('two refunds of one invoice, and a downgrade: nobody gets more than was paid', async () => {
    for (let round = 0; round < 4; round++) {
      const acme = await scenario(stage, { plan: 'pro' })
      const documentId = (await acme.latestDocument()).id
      const { organizationId } = acme
      await acme.walkDays(1)
      const basic = await quoteByWeb(acme, 'basic')
      await Promise.all([
        refundInvoice(acme.flow, { organizationId, documentId, amount: minor(round % 2 === 0 ? 10_00 : 30_00) }),
        refundInvoice(byWeb(acme), { organizationId, documentId }),
        changePlanAndPay(byWeb(acme), basic),
      ])
      await acme.recover()
      expect((await acme.credit()) <= (await acme.cash()), `${await acme.credit()} of credit for ${await acme.cash()}`).toBe(true)
    }
  })

  it('the return page and the notification of a card setup: a declining card is tried once', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const { organizationId } = acme
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const setupRef = `cs_of_${organizationId}`
    await inEngine((tx) =>
      tx.insert(methodSetups).values({ organizationId, setupRef, state: 'open', expectedAmountDue: minor(10_00), createdAt: systemClock.now() }),
    )
    const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId)))
    if (!method) throw new Error('there is no card')
    const { methodRef, brand, last4, expMonth, expYear } = method
    const complete = { state: 'complete' as const, payerRef: (await acme.payerRef()) ?? '', method: { methodRef, brand, last4, expMonth, expYear } }
    // The notification has seen the setup open, and is slow to read it back: the return page is done by then.
    let returned = () => {}
    const returnPage = new Promise<void>((resolve) => {
      returned = resolve
    })
    const arriving = (wait: Promise<void>): FlowContext => ({
      ...acme.flow,
      provider: {
        ...stage.provider,
        readMethodSetup: async () => {
          await wait
          return complete
        },
      },
    })
    const before = (await acme.payments()).at(-1)?.attempts ?? 0
    const notified = completeCardSetup(arriving(returnPage), { organizationId, setupRef })
    await completeCardSetup(arriving(Promise.resolve()), { organizationId, setupRef })
    returned()
    expect(await notified).toMatchObject({ state: 'complete', pays: true })
    expect((await acme.payments()).at(-1)?.attempts).toBe(before + 1)
  })
})

describe('two subscriptions of one organization that renew together', () => {
  it('share its credit, and none of it is spent twice', async () => {
    const other = {
      ...apiCallsProduct,
      id: 'other-calls',
      meters: [{ id: 'other', unit: 'others', filter: null }],
      plans: apiCallsProduct.plans.map((plan) => ({ ...plan, included: { other: 10n } })),
    }
    await inEngine((tx) =>
      tx.insert(catalogVersions).values({
        product: other.id,
        version: 1,
        document: printProduct(other),
        contentHash: 'other',
        source: 'file',
        applies: 'next_renewal',
        effectiveAt: instant('2025-01-01T00:00:00Z'),
        publishedAt: instant('2025-01-01T00:00:00Z'),
      }),
    )
    const acme = await scenario(stage, { plan: 'basic' })
    const { organizationId } = acme
    const second = await subscribeAndPay(acme.flow, { organizationId, product: other.id, plan: 'basic', returnUrl: RETURN_URL })
    expect(second).toMatchObject({ ok: true })
    await inEngine(async (tx) => {
      const at = await acme.now()
      await tx
        .insert(creditGrants)
        .values({ organizationId, id: newId('grant'), source: 'credit_note', amount: minor(15_00), remaining: minor(15_00), grantedAt: at })
      const entry = { organizationId, source: 'test:credit', transactionId: crypto.randomUUID(), currency: 'usd', postedAt: at }
      await tx.insert(ledgerPostings).values([
        { ...entry, account: 'customer_credit', amount: exactFromMinor(minor(-15_00), 'usd') },
        { ...entry, account: 'revenue', amount: exactFromMinor(minor(15_00), 'usd') },
      ])
    })
    await advanceClock(stage.provider, { clockId: acme.clockId, to: instant('2026-01-31T00:00:00Z') })
    const renewed = (await acme.documents()).slice(-2)
    expect(renewed.map(({ kind, creditApplied, amountPaid }) => [kind, creditApplied + amountPaid])).toEqual([
      ['renewal', 10_00n],
      ['renewal', 10_00n],
    ])
    expect(renewed.reduce((sum, { creditApplied }) => sum + creditApplied, 0n)).toBe(15_00n)
    expect(await acme.credit()).toBe(0n)
  })
})

describe('a database that goes away in the middle of a renewal', () => {
  it('sets nobody aside: the renewal is made when it is back', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await inEngine((tx) =>
      tx
        .update(testClocks)
        .set({ now: instant('2026-01-31T00:00:00Z') })
        .where(eq(testClocks.id, acme.clockId)),
    )
    const owner = new pg.Client({ connectionString: stage.database.ownerUrl })
    await owner.connect()
    try {
      await owner.query('BEGIN')
      await owner.query('SELECT FROM document_series FOR UPDATE')
      const closing = closeDueFor(stage.provider, [acme.organizationId]).then(
        () => 'closed',
        () => 'failed',
      )
      await vi.waitFor(async () => {
        const { rows } = await owner.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        expect(rows.length).toBeGreaterThan(0)
      })
      expect(await closing).toBe('failed')
    } finally {
      await owner.query('ROLLBACK')
      await owner.end()
    }
    expect((await acme.held()).row.renewalError).toBeNull()
    while ((await runDueFor(stage.provider, [acme.organizationId])) > 0);
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
  })
})
