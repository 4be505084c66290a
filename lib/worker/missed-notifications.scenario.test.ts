import { eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, installation, ledgerPostings, operatorNotices, payments, providerReadings, refunds, webhookInbox } from '@/db/schema'
import { compareCollected } from '../billing/commands/compare-provider'
import { receiveNotification } from '../billing/commands/receive-notification'
import { hearMissed } from '../billing/flows/hear-missed'
import { processInbox } from '../billing/flows/process-inbox'
import { type Scenario, scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import { getWebhookHealth } from '../billing/views/webhook-health'
import { newId } from '../ids'
import { minor } from '../money'
import type { PaymentProvider, Stretch } from '../payments/port'
import { stripeProvider } from '../payments/stripe/stripe-provider'
import { SECRET_KEY } from '../payments/testing/simulated-payments'
import { addDays, systemClock } from '../time'
import { SWEEPS } from './sweeps'

/** The sandbox of the stage calls nobody: each event that it records is lost, as where the endpoint is down for good. */
const stage = setStage()
beforeAll(() => inEngine((tx) => tx.insert(installation).values({ id: 1, paymentsMode: 'sandbox', createdAt: addDays(systemClock.now(), -40) })))
afterEach(() => stage.payments.fault({ fault: 'none' }))

/** Whatever has been told, and however far it has been gone through, was a day earlier. */
async function aDayPasses(): Promise<void> {
  const client = new Client({ connectionString: stage.payments.databaseUrl })
  await client.connect()
  await client.query('UPDATE stripe_sandbox.objects SET created = created - 86400')
  await client.end()
  await inEngine((tx) => tx.execute(sql`UPDATE provider_readings SET since = since - interval '24 hours', until = until - interval '24 hours'`))
}

/** A day later the worker does what it does at night. */
async function night(): Promise<{ heard: number; differences: number; isDone: boolean }> {
  await aDayPasses()
  const { did, again } = await SWEEPS.compare({ provider: stage.provider, mailer: null }, () => false)
  return { heard: did.heard ?? 0, differences: did.differences ?? 0, isDone: again === null }
}

/** The wall time in which a notification waits for its next try passes, until none waits. */
async function workThrough(): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    const due = await inEngine((tx) => tx.update(webhookInbox).set({ nextTryAt: systemClock.now() }).where(eq(webhookInbox.state, 'pending')))
    if (due.rowCount === 0) return
    await processInbox(stage.provider)
  }
  throw new Error('a notification still waits')
}

/** All that a notification could change. */
async function state(acme: Scenario) {
  const of = { organizationId: acme.organizationId }
  const count = (table: typeof ledgerPostings | typeof auditLog | typeof operatorNotices) =>
    inEngine((tx) => tx.$count(table, eq(table.organizationId, of.organizationId)))
  return {
    documents: await acme.documents(),
    payments: (await acme.payments()).map(({ state, disputeLost }) => ({ state, disputeLost })),
    credit: await acme.credit(),
    told: await acme.told(),
    postings: await count(ledgerPostings),
    activity: await count(auditLog),
    notices: await count(operatorNotices),
  }
}

const kinds = async ({ organizationId }: Scenario) => {
  const rows = await inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.organizationId, organizationId)).orderBy(operatorNotices.id))
  return rows.map(({ kind, amount }) => `${kind} ${amount}`)
}

async function paidReference(acme: Scenario): Promise<string> {
  const [payment] = await acme.payments()
  if (!payment?.providerRef) throw new Error('nothing was collected')
  return payment.providerRef
}

const refundThere = async (acme: Scenario, amount: number) => stage.payments.stripe.refunds.create({ payment_intent: await paidReference(acme), amount })

const bank = async (acme: Scenario, outcome: 'open' | 'won' | 'lost') =>
  stage.payments.fault({ fault: 'dispute', payment_intent: await paidReference(acme), outcome })

/** Somebody charges the saved card in the provider's own dashboard. */
async function payThere(acme: Scenario): Promise<string> {
  const [charge] = await acme.charges()
  const { id } = await stage.payments.stripe.paymentIntents.create({
    ...{ amount: 42_00, currency: 'usd', customer: (await acme.payerRef()) ?? '', off_session: true, confirm: true },
    payment_method: typeof charge?.payment_method === 'string' ? charge.payment_method : '',
  })
  return id
}

/** As the app gives back: our reference is there, and no row of it is here. */
async function refundForgotten(providerRef: string, amount: number): Promise<void> {
  const refundId = newId('re')
  await stage.provider.refund({ providerRef, refundId, amount: minor(amount), key: refundId })
}

const STORIES: { what: string; happens: (acme: Scenario) => Promise<unknown>; cash: bigint; notices: string[] }[] = [
  { what: 'a refund that was made there', happens: (acme) => refundThere(acme, 10_00), cash: 20_00n, notices: ['refunded_at_provider 1000'] },
  {
    what: 'a dispute that was opened and lost',
    happens: async (acme) => {
      await bank(acme, 'open')
      await bank(acme, 'lost')
    },
    cash: 0n,
    notices: ['dispute_lost 3000'],
  },
  { what: 'a payment that belongs to no invoice', happens: payThere, cash: 72_00n, notices: ['orphan_payment 4200'] },
]

describe('what the payment provider told, and nobody here heard (G80)', () => {
  it.each(STORIES)('$what is found at night and settled once', async ({ happens, cash, notices }) => {
    const acme = await scenario(stage, { plan: 'pro' })
    await happens(acme)
    await workThrough()
    await expect(acme.expectBalanced(), 'without the night it is never heard of').rejects.toThrow('our cash is what the provider has collected')

    expect((await night()).heard).toBeGreaterThan(0)
    await acme.step(workThrough)
    expect(await acme.cash()).toBe(cash)
    expect(await kinds(acme)).toEqual(notices)

    const before = await state(acme)
    expect(await night(), 'the next night finds nothing').toEqual({ heard: 0, differences: 0, isDone: true })
    await acme.step(workThrough)
    expect(await state(acme)).toEqual(before)
  })

  it('a dispute that is opened is settled one night, and lost another', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await bank(acme, 'open')
    await night()
    await acme.step(workThrough)
    expect(await kinds(acme)).toEqual(['dispute_opened 3000'])
    await bank(acme, 'lost')
    await night()
    await acme.step(workThrough)
    expect(await kinds(acme)).toEqual(['dispute_opened 3000', 'dispute_lost 3000'])
    expect(await acme.latestDocument()).toMatchObject({ status: 'uncollectible' })
  })

  it('is settled once by two workers that go through the same night', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await refundThere(acme, 10_00)
    await payThere(acme)
    await aDayPasses()
    await Promise.all([hearMissed(stage.provider), hearMissed(stage.provider)])
    await hearMissed(stage.provider)
    await Promise.all([processInbox(stage.provider), processInbox(stage.provider)])
    await acme.step(workThrough)
    expect(await kinds(acme)).toEqual(['refunded_at_provider 1000', 'orphan_payment 4200'])
    expect(await acme.cash()).toBe(62_00n)
  })
})

/** In pages of two, so that a few events are several. */
function byTwos(onPage: (page: number, stretch: Stretch) => Promise<unknown>): PaymentProvider {
  let pages = 0
  return {
    ...stage.provider,
    listNotifications: async (stretch) => {
      const page = await stage.provider.listNotifications({ ...stretch, limit: 2 })
      await onPage(++pages, stretch)
      return page
    },
  }
}

const reading = async () => (await inEngine((tx) => tx.select().from(providerReadings).where(eq(providerReadings.list, 'notifications'))))[0]

/** Six events that nobody has heard. */
async function sixEvents(): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'pro' })
  await night()
  await workThrough()
  for (const amount of [1_00, 2_00, 3_00, 4_00, 5_00, 6_00]) await refundThere(acme, amount)
  return acme
}

describe('going through what was told', () => {
  it('that is broken off where the provider goes away goes on from there', async () => {
    const acme = await sixEvents()
    await aDayPasses()
    const goesAway = byTwos((page) => (page === 2 ? stage.payments.fault({ fault: 'rate_limit', path: '^/v1/events$' }) : Promise.resolve()))
    await expect(hearMissed(goesAway)).rejects.toMatchObject({ name: 'ProviderUnavailable' })
    const place = (await reading())?.after
    expect(place).toMatch(/^evt_/)
    await workThrough()
    expect(await kinds(acme), 'the newest come first').toHaveLength(4)

    const asked: (string | null)[] = []
    const goesOn = byTwos(async (_page, { after }) => {
      asked.push(after)
    })
    expect(await hearMissed(goesOn)).toEqual({ found: 2, isDone: true })
    expect(asked[0]).toBe(place)
    expect(await reading()).toMatchObject({ until: null, after: null })
    await acme.step(workThrough)
    expect(await kinds(acme)).toHaveLength(6)
    expect(await acme.cash()).toBe(9_00n)
  })

  it('moves nothing where the provider is away from the first', async () => {
    await sixEvents()
    await aDayPasses()
    const before = await reading()
    const nobody = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: 'http://127.0.0.1:9' })
    await expect(hearMissed(nobody)).rejects.toMatchObject({ name: 'ProviderUnavailable' })
    const after = await reading()
    expect([String(after?.since), after?.after]).toEqual([String(before?.since), null])
    expect((await night()).heard).toBe(6)
  })

  it('begins its stretch anew where the provider has forgotten its place', async () => {
    await sixEvents()
    await aDayPasses()
    await expect(hearMissed(byTwos(() => Promise.reject(new Error('killed'))))).rejects.toThrow('killed')
    await inEngine((tx) => tx.update(providerReadings).set({ after: 'evt_forgotten_by_now' }))
    expect(await hearMissed(stage.provider)).toEqual({ found: 6, isDone: true })
  })

  it('leaves what is young: it may be on its way', async () => {
    await sixEvents()
    await inEngine((tx) => tx.update(providerReadings).set({ since: addDays(systemClock.now(), -1) }))
    expect(await hearMissed(stage.provider)).toEqual({ found: 0, isDone: true })
    expect((await night()).heard).toBe(6)
  })

  it('passes over what has come, and what comes afterwards is a repeat', async () => {
    const acme = await sixEvents()
    const { data } = await stage.payments.stripe.events.list({ type: 'refund.created', limit: 6 })
    const [came, late] = data.map(({ id, type }) => ({ id, type, subject: { kind: 'other' } as const }))
    if (!came || !late) throw new Error('nothing was told')
    await receiveNotification(came)
    expect((await night()).heard).toBe(5)
    await receiveNotification(late)
    await workThrough()
    expect(await kinds(acme)).toHaveLength(5)
  })

  it('lays no more before what comes in by itself where much waits', async () => {
    await sixEvents()
    const waiting = sql`INSERT INTO webhook_inbox (id, type, subject, state, next_try_at, received_at)
      SELECT 'waits_' || n, 'some.event', '{"kind":"other"}', 'pending', now(), now() FROM generate_series(1, 500) n`
    await inEngine((tx) => tx.execute(waiting))
    expect(await night()).toMatchObject({ heard: 0, isDone: false })
    await inEngine((tx) => tx.delete(webhookInbox).where(sql`id LIKE 'waits_%'`))
    expect((await night()).heard).toBe(6)
  })

  it('is not taken for the provider having called', async () => {
    const health = () => inEngine(getWebhookHealth)
    await sixEvents()
    const before = await health()
    expect((await night()).heard).toBe(6)
    const { lastReceivedAt, pending } = await health()
    expect(String(lastReceivedAt)).toBe(String(before.lastReceivedAt))
    expect(pending).toBe(6)
    await workThrough()
  })

  it('is woken again while the provider is away, and tells the operator', async () => {
    const nobody = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: 'http://127.0.0.1:9' })
    await aDayPasses()
    const away = await SWEEPS.compare({ provider: nobody, mailer: null }, () => false)
    expect(away).toMatchObject({ again: expect.anything(), notices: [expect.stringContaining('the payment provider is away')] })
    expect(await SWEEPS.compare({ provider: stage.provider, mailer: null }, () => false)).toMatchObject({ again: null, notices: [] })
  })
})

describe('what a restored backup does not know (G80)', () => {
  it('a payment that was refunded here is no credit', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await refundForgotten(await payThere(acme), 42_00)
    expect((await night()).heard).toBeGreaterThan(0)
    await acme.step(workThrough)
    expect(await acme.credit()).toBe(0n)
    expect(await acme.cash()).toBe(30_00n)
    expect(await kinds(acme)).toEqual(['orphan_payment 4200', 'kept_payment_refunded 4200'])
    expect(await night()).toMatchObject({ differences: 0 })
  })

  it('a refund of a payment that it knows is recorded on its invoice', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await refundForgotten(await paidReference(acme), 10_00)
    await night()
    await acme.step(workThrough)
    expect(await acme.latestDocument()).toMatchObject({ status: 'paid', amountRefunded: 10_00n })
    expect(await kinds(acme)).toEqual(['refunded_at_provider 1000'])
    expect(await night()).toMatchObject({ differences: 0 })
  })
})

describe('comparing payments and refunds with the books', () => {
  /** As where a fault of ours has lost what was heard: it is gone, and nothing came of it. */
  const forgetHeard = () => inEngine((tx) => tx.delete(webhookInbox).where(eq(webhookInbox.state, 'pending')))

  it.each([
    { what: 'a refund', happens: (acme: Scenario) => refundThere(acme, 10_00), notices: ['differs_at_provider 1000'] },
    { what: 'a payment for no invoice', happens: payThere, notices: ['differs_at_provider 4200'] },
  ])('tells of $what that is there and not here, once and a night later', async ({ happens, notices }) => {
    const acme = await scenario(stage, { plan: 'pro' })
    await happens(acme)
    expect(await night()).toMatchObject({ differences: 0 })
    await forgetHeard()
    expect(await night()).toMatchObject({ differences: 1 })
    expect(await kinds(acme)).toEqual(notices)
    expect(await night(), 'it has been told').toMatchObject({ differences: 0 })
  })

  it('tells of a refund of a payment that is kept as credit', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const providerRef = await payThere(acme)
    await night()
    await acme.step(workThrough)
    await stage.payments.stripe.refunds.create({ payment_intent: providerRef, amount: 10_00 })
    await night()
    await forgetHeard()
    expect(await night()).toMatchObject({ differences: 1 })
    expect(await kinds(acme)).toEqual(['orphan_payment 4200', 'differs_at_provider 1000'])
  })

  it('tells of a payment and a refund whose amount here is another', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await refundThere(acme, 10_00)
    await night()
    await workThrough()
    await inEngine(async (tx) => {
      await tx
        .update(payments)
        .set({ amount: minor(29_99) })
        .where(eq(payments.organizationId, acme.organizationId))
      await tx
        .update(refunds)
        .set({ amount: minor(9_99) })
        .where(eq(refunds.organizationId, acme.organizationId))
    })
    expect(await night()).toMatchObject({ differences: 2 })
    expect(await kinds(acme)).toEqual(['refunded_at_provider 1000', 'differs_at_provider 3000', 'differs_at_provider 1000'])
  })

  it('tells of what was collected past all payments, and of nothing that it knows', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    const payerRef = await acme.payerRef()
    const facts = { payerRef, amount: minor(7_00), currency: 'usd', collectedRef: `ch_of_${acme.organizationId}` }
    const compare = () => inEngine((tx) => compareCollected({ tx, actor: 'system' }, [{ ...facts, providerRef: null }]))
    expect(await compare()).toBe(1)
    expect(await compare(), 'it has been told').toBe(0)
    expect(await kinds(acme)).toEqual(['differs_at_provider 700'])
    const known = { ...facts, amount: minor(30_00), providerRef: await paidReference(acme) }
    expect(await inEngine((tx) => compareCollected({ tx, actor: 'system' }, [known]))).toBe(0)
  })

  it('finds nothing in a life of renewals, refusals, a new card, a dispute and refunds that were made here', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkTo('2026-01-31T00:00:00Z')
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-03-03T00:00:00Z')
    await acme.payWith('pm_card_visa')
    await acme.refund((await acme.latestDocument()).id)
    await bank(acme, 'lost')
    await night()
    await acme.step(workThrough)
    expect(await night()).toEqual({ heard: 0, differences: 0, isDone: true })
    expect(await kinds(acme)).toEqual(['dispute_lost 3000'])
  })

  it('leaves alone what the inbox will still act on, what is under way, and what is another’s', async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await refundThere(acme, 10_00)
    const { stripe } = stage.payments
    const customer = (await stripe.customers.create({})).id
    const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer })
    const theirs = await stripe.paymentIntents.create({ amount: 50_00, currency: 'usd', customer, payment_method: card, off_session: true, confirm: true })
    await stripe.refunds.create({ payment_intent: theirs.id })
    await night()
    expect(await night()).toMatchObject({ differences: 0 })
    await acme.step(workThrough)
    expect(await kinds(acme)).toEqual(['refunded_at_provider 1000'])
  })
})
