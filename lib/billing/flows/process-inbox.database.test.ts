import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { paymentMethods, webhookInbox } from '@/db/schema'
import { ZERO } from '../../money'
import { stripeProvider } from '../../payments/stripe/stripe-provider'
import { SECRET_KEY } from '../../payments/testing/simulated-payments'
import { addDays, isBefore, systemClock } from '../../time'
import type { PaymentKey } from '../commands/payment-steps'
import { storeReference } from '../testing/charge-unseen'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { beginCardSetup } from './payment-method'
import { processInbox } from './process-inbox'

const stage = setStage()

type Subject = (typeof webhookInbox.$inferSelect)['subject']

async function tell(subject: Subject): Promise<string> {
  const id = `evt_${randomUUID()}`
  await inEngine((tx) =>
    tx.insert(webhookInbox).values({ id, type: 'some.event', subject, state: 'pending', nextTryAt: systemClock.now(), receivedAt: systemClock.now() }),
  )
  return id
}

async function read(id: string) {
  const [row] = await inEngine((tx) => tx.select().from(webhookInbox).where(eq(webhookInbox.id, id)))
  if (!row) throw new Error('the notification is gone')
  return row
}

async function makeDue(id: string): Promise<void> {
  await inEngine((tx) => tx.update(webhookInbox).set({ nextTryAt: systemClock.now() }).where(eq(webhookInbox.id, id)))
}

async function charged(storesReference = true): Promise<{ acme: Scenario; providerRef: string; key: PaymentKey }> {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.walkDays(10)
  const { paymentId } = await acme.openChange('pro')
  const providerRef = await acme.chargeUnseen(paymentId, { storesReference })
  return { acme, providerRef, key: { organizationId: acme.organizationId, paymentId } }
}

describe('a notification', () => {
  it('of a payment is acted on by reading the payment back, and its repeat changes nothing', async () => {
    const { acme, providerRef } = await charged()
    const [one, repeat] = [await tell({ kind: 'payment', providerRef }), await tell({ kind: 'payment', providerRef })]
    expect(await acme.step(() => processInbox(stage.provider))).toMatchObject({ done: 2, postponed: 0, nextTryAt: null })
    expect((await acme.held()).row.plan).toBe('pro')
    for (const id of [one, repeat]) expect(await read(id)).toMatchObject({ state: 'done', error: null, tries: 1 })
    expect((await acme.told()).filter((kind) => kind === 'plan_changed')).toHaveLength(1)
  })

  it('that overtakes the answer to our own call waits until we know what it is about', async () => {
    const { acme, providerRef, key } = await charged(false)
    const id = await tell({ kind: 'payment', providerRef })
    const early = await processInbox(stage.provider)
    expect(early).toMatchObject({ done: 0, postponed: 1 })
    expect(await read(id)).toMatchObject({ state: 'pending', error: 'its subject is not known yet' })
    expect(await processInbox(stage.provider), 'not before its time').toMatchObject({ done: 0, postponed: 0 })
    await storeReference(key, providerRef)
    await makeDue(id)
    expect(await acme.step(() => processInbox(stage.provider))).toMatchObject({ done: 1 })
    expect((await acme.held()).row.plan).toBe('pro')
  })

  it('about nothing of ours is ignored after a minute of asking', async () => {
    const id = await tell({ kind: 'payment', providerRef: 'pi_of_somebody_else' })
    const waits: number[] = []
    for (let tries = 1; tries < 6; tries++) {
      await processInbox(stage.provider)
      const row = await read(id)
      expect(row).toMatchObject({ state: 'pending', tries })
      waits.push(Math.round((row.nextTryAt.epochMilliseconds - systemClock.now().epochMilliseconds) / 1000))
      await makeDue(id)
    }
    expect(waits).toEqual([2, 4, 8, 16, 32])
    expect(await processInbox(stage.provider)).toMatchObject({ done: 1 })
    expect(await read(id)).toMatchObject({ state: 'ignored' })
  })

  it('that cannot be acted on now stays pending with its error, and comes again', async () => {
    const { acme, providerRef } = await charged()
    const id = await tell({ kind: 'payment', providerRef })
    const nobody = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: 'http://127.0.0.1:9' })
    const failed = await processInbox(nobody)
    expect(failed).toMatchObject({ done: 0, postponed: 1 })
    expect(failed.nextTryAt && isBefore(systemClock.now(), failed.nextTryAt)).toBe(true)
    expect(await read(id)).toMatchObject({ state: 'pending', error: expect.any(String) })
    await makeDue(id)
    await acme.step(() => processInbox(stage.provider))
    expect(await read(id)).toMatchObject({ state: 'done', error: null })
  })

  it('of a kind that we do not know is kept and ignored', async () => {
    const id = await tell({ kind: 'other' })
    await processInbox(stage.provider)
    expect(await read(id)).toMatchObject({ state: 'ignored' })
  })

  it('of a card page saves the card of the organization that began it, also where nobody came back to us', async () => {
    const acme = await scenario(stage, { plan: 'free', card: null })
    const { organizationId } = acme
    const begun = await beginCardSetup(acme.flow, {
      organizationId,
      currency: 'usd',
      returnUrl: 'https://dashboard.example/payment',
      cancelUrl: 'https://dashboard.example/payment',
      key: randomUUID(),
      expectedAmountDue: ZERO,
    })
    if (!begun.ok) throw new Error(begun.error.code)
    const page = new URL(stage.payments.page(begun.value.url))
    const setupRef = page.pathname.split('/').at(-1) ?? ''
    const opened = await tell({ kind: 'method_setup', setupRef })
    await processInbox(stage.provider)
    expect(await read(opened), 'nothing has been entered yet').toMatchObject({ state: 'done' })

    const card = new URLSearchParams({ number: '4242 4242 4242 4242', expiry: '12/40', cvc: '123', name: 'Ada', country: 'US', postal_code: '94107' })
    const response = await fetch(page, { method: 'POST', body: card, redirect: 'manual' })
    expect(response.status).toBeLessThan(400)
    const complete = await tell({ kind: 'method_setup', setupRef })
    await processInbox(stage.provider)
    expect(await read(complete)).toMatchObject({ state: 'done' })
    const [method] = await first(({ tx }) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId)))
    expect(method).toMatchObject({ brand: 'visa', last4: '4242' })
  })

  it('is taken by one of several workers', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => tell({ kind: 'other' })))
    const processed = await Promise.all(Array.from({ length: 4 }, () => processInbox(stage.provider)))
    expect(processed.reduce((done, one) => done + one.done, 0)).toBe(60)
    for (const id of ids) expect(await read(id)).toMatchObject({ state: 'ignored', tries: 1 })
  })

  it('of a worker that died over it is taken up again', async () => {
    const id = await tell({ kind: 'other' })
    await inEngine((tx) =>
      tx
        .update(webhookInbox)
        .set({ tries: 1, nextTryAt: addDays(systemClock.now(), -1) })
        .where(eq(webhookInbox.id, id)),
    )
    expect(await processInbox(stage.provider)).toMatchObject({ done: 1 })
  })
})
