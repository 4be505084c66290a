import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { subscriptions } from '@/db/schema'
import { minor } from '../../money'
import { OutcomeUnknown, type PaymentProvider, ProviderUnavailable } from '../../payments/port'
import type { FaultRequest } from '../../payments/sandbox/faults'
import { stripeProvider } from '../../payments/stripe/stripe-provider'
import { SECRET_KEY } from '../../payments/testing/simulated-payments'
import { runDueFor } from '../flows/due-work'
import type { ActionOutcome } from '../flows/flow-context'
import { buyCreditAndPay, changePlanAndPay, setAutoRechargeAndCharge, subscribeAndPay } from '../flows/paid-actions'
import { beginCardSetup, completeCardSetup, setPaymentMethod } from '../flows/payment-method'
import { refundInvoice } from '../flows/refund'
import { sample } from '../testing/depth'
import { expectOneChange } from '../testing/one-effect'
import { balanceOf } from '../testing/prepaid'
import { RETURN_URL, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const ANSWER_WITHIN = 700
let impatient: PaymentProvider
beforeAll(() => {
  impatient = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: stage.payments.base, answerWithin: ANSWER_WITHIN })
})
afterEach(() => stage.payments.fault({ fault: 'none' }))

/** Everything works again. A fault that no call has met would make its case say nothing. */
async function heal(fault: FaultRequest): Promise<void> {
  expect(await stage.payments.fault({ fault: 'none' }), 'requests that met the fault').toBe('times' in fault ? fault.times : 1)
}

/** What can go wrong with a call. Twice where a connection is closed, for it is sent once more under its key. */
const WAYS: { way: string; fault: FaultRequest }[] = [
  { way: 'never arrives', fault: { fault: 'drop_before', times: 2 } },
  { way: 'is carried out, and its answer is lost', fault: { fault: 'drop_after', times: 2 } },
  { way: 'is carried out after we have stopped waiting', fault: { fault: 'delay', milliseconds: ANSWER_WITHIN + 400 } },
  { way: 'fails with a 500 that is remembered, and was carried out', fault: { fault: 'error_remembered', executes: true } },
  { way: 'fails with a 500 that is remembered, and was not', fault: { fault: 'error_remembered', executes: false } },
  { way: 'is turned away for now', fault: { fault: 'rate_limit' } },
  { way: 'is answered by somebody else', fault: { fault: 'garble', status: 200, body: '<h1>Welcome to our hotel</h1>' } },
]
type Call = { call: string; method: 'GET' | 'POST'; path: string }
const casesOf = (...calls: Call[]) =>
  calls.flatMap(({ call, method, path }) => WAYS.map(({ way, fault }) => ({ call, way, fault: { ...fault, method, path } as FaultRequest })))

const OPENING: Call = { call: 'opening', method: 'POST', path: '^/v1/payment_intents$' }
const CONFIRMING: Call = { call: 'confirming', method: 'POST', path: '/confirm$' }
const READING: Call = { call: 'reading back', method: 'GET', path: '^/v1/payment_intents/pi_' }
const ATTACHING: Call = { call: 'attaching', method: 'POST', path: '/attach$' }

/** Null: whoever asked hears that the provider gave no answer, or none that is known. */
async function answerOf<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked
  } catch (heard) {
    if (heard instanceof OutcomeUnknown || heard instanceof ProviderUnavailable) return null
    throw heard
  }
}

describe('an upgrade', () => {
  const CASES = casesOf(OPENING, CONFIRMING, { call: 'cancelling', method: 'POST', path: '/cancel$' })
  it.each(sample(CASES, 5))('whose $call $way (seed $seed): one charge and the change, or none and nothing changed', async ({ call, fault }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    if (call === 'cancelling') await acme.payWith('pm_card_chargeCustomerFail')
    const { id: quoteId } = await acme.quote('pro')
    await stage.payments.fault(fault)
    const { organizationId, subscriptionId } = acme
    const changed = await changePlanAndPay({ ...acme.flow, provider: impatient }, { organizationId, subscriptionId, quoteId, returnUrl: RETURN_URL })
    expect(changed.ok, 'what is not known is not refused').toBe(true)
    await heal(fault)
    await acme.payWith('pm_card_visa')
    await expectOneChange(acme, { took: null })
  })
})

describe('a charge that nobody here has heard of', () => {
  const FINDING: Call = { call: 'finding', method: 'GET', path: '^/v1/payment_intents/search$' }
  it.each(sample(casesOf(READING, FINDING), 3))('whose $call $way (seed $seed): is found a minute later, and buys what it paid', async ({ call, fault }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { paymentId } = await acme.openChange('pro')
    await acme.chargeUnseen(paymentId, { storesReference: call === READING.call })
    await stage.payments.fault(fault)
    await acme.recover(impatient)
    await heal(fault)
    await expectOneChange(acme, { took: true })
  })
})

describe('a renewal', () => {
  it.each(sample(casesOf(OPENING, CONFIRMING), 4))('whose $call $way (seed $seed): is paid once', async ({ fault }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkTo('2026-01-30T23:59:59Z')
    await stage.payments.fault(fault)
    await acme.walkOn(impatient, 1)
    await heal(fault)
    await acme.recover()
    await acme.recover()
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect((await acme.documents()).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['renewal paid', 'renewal paid'])
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })

  it('waits while the provider is away, and asks it no more than once a pass', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const nobody = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: 'http://127.0.0.1:9' })
    await acme.walkTo('2026-01-30T23:59:59Z')
    expect(await acme.walkOn(nobody, 1)).toMatchObject({ ok: false, error: { code: 'payments_unsettled' } })
    expect((await acme.payments()).at(-1)).toMatchObject({ state: 'created', attempts: 1 })
    expect(await runDueFor(nobody, [acme.organizationId]), 'nothing to do for the moment').toBe(0)
    expect((await acme.held()).row.status, 'nobody has failed to pay').toBe('active')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect(await acme.charges()).toHaveLength(2)
  })
})

/** `outcome`: as whoever asked was told; null where nobody waits for it. */
type Bought = {
  acme: Scenario
  price: number
  ask(provider: PaymentProvider): Promise<{ ok: boolean; value?: { outcome: ActionOutcome } | null }>
  /** How often it is there. */
  has(): Promise<number>
}
const CREDIT = 20_00

async function withPrepaid(): Promise<{ acme: Scenario; has(): Promise<number> }> {
  const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
  return { acme, has: async () => (Number(await balanceOf(acme)) * 100) / CREDIT }
}

const PURCHASES = {
  'a first plan': async (): Promise<Bought> => {
    const acme = await scenario(stage, { plan: null })
    const { organizationId, product } = acme
    const isLive = and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.status, 'active'))
    return {
      acme,
      price: 10_00,
      ask: (provider) => subscribeAndPay({ ...acme.flow, provider }, { organizationId, product, plan: 'basic', returnUrl: RETURN_URL }),
      has: async () => (await inEngine((tx) => tx.select().from(subscriptions).where(isLive))).length,
    }
  },
  credit: async (): Promise<Bought> => {
    const { acme, has } = await withPrepaid()
    const about = { organizationId: acme.organizationId, amount: minor(CREDIT), returnUrl: RETURN_URL }
    return { acme, price: CREDIT, has, ask: (provider) => buyCreditAndPay({ ...acme.flow, provider }, about) }
  },
  'a recharge': async (): Promise<Bought> => {
    const { acme, has } = await withPrepaid()
    const setting = { organizationId: acme.organizationId, enabled: true, threshold: minor(5_00), amount: minor(CREDIT), monthlyLimit: null }
    return { acme, price: CREDIT, has, ask: (provider) => setAutoRechargeAndCharge({ ...acme.flow, provider }, setting) }
  },
} satisfies Record<string, () => Promise<Bought>>

const TELLS_OF_PAYMENT: readonly string[] = ['receipt', 'auto_recharge_done']

describe('a purchase', () => {
  const MAKING = casesOf(OPENING, CONFIRMING)
  const PURCHASE_CASES = (Object.keys(PURCHASES) as (keyof typeof PURCHASES)[]).flatMap((what) => MAKING.map((one) => ({ what, ...one })))
  it.each(sample(PURCHASE_CASES, 2))('of $what whose $call $way (seed $seed): one charge and what it buys, or none of both', async ({ what, fault }) => {
    const { acme, price, ask, has } = await PURCHASES[what]()
    await stage.payments.fault(fault)
    const answer = await ask(impatient)
    expect(answer.ok, 'what is not known is not refused').toBe(true)
    await heal(fault)
    for (let minute = 0; minute < 4; minute++) await acme.recover()
    const charges = (await acme.charges()).filter(({ amount }) => amount === price).length
    expect(charges).toBeLessThanOrEqual(1)
    if (what === 'a recharge') expect(charges, 'what is bought by itself is bought in the end').toBe(1)
    expect(await has(), 'it is there as often as it was paid for').toBe(charges)
    expect(
      (await acme.told()).filter((kind) => TELLS_OF_PAYMENT.includes(kind)),
      'a receipt for a charge',
    ).toHaveLength(charges)
    const told = answer.value?.outcome.type
    if (told === 'done' || told === 'declined') expect(charges, 'what they were told is so').toBe(told === 'done' ? 1 : 0)
    if (charges === 0) expect(await ask(stage.provider), 'another try').toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    await acme.expectBalanced()
  })
})

/** The bank has refused its renewal. */
async function pastDue(): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.payWith('pm_card_chargeCustomerFail')
  await acme.walkTo('2026-01-31T00:00:00Z')
  return acme
}

async function expectRenewedOnce(acme: Scenario): Promise<void> {
  for (let minute = 0; minute < 3; minute++) await acme.recover()
  expect((await acme.documents()).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['renewal paid', 'renewal paid'])
  expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
  expect((await acme.told()).filter((kind) => kind === 'renewal_paid')).toHaveLength(1)
  expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
}

describe('a card update that pays a refused renewal', () => {
  it.each(sample(casesOf(ATTACHING, CONFIRMING), 1))('whose $call $way (seed $seed): it is paid once', async ({ fault }) => {
    const acme = await pastDue()
    await stage.payments.fault(fault)
    const update = { organizationId: acme.organizationId, methodRef: 'pm_card_visa', key: 'with a fault' }
    const answer = await answerOf(setPaymentMethod({ ...acme.flow, provider: impatient }, update))
    await heal(fault)
    // Whoever hears that nobody knows enters it once more.
    if (!answer?.ok) await acme.payWith('pm_card_visa')
    await expectRenewedOnce(acme)
  })

  const PAGE: Call = { call: 'card page', method: 'POST', path: '^/v1/checkout/sessions$' }
  const READING_PAGE: Call = { call: 'reading of the card page', method: 'GET', path: '^/v1/checkout/sessions/cs_' }
  it.each(sample(casesOf(PAGE, READING_PAGE, CONFIRMING), 2))('whose $call $way (seed $seed): the card is saved, and it is paid once', async ({ fault }) => {
    const acme = await pastDue()
    const { organizationId } = acme
    const flow = { ...acme.flow, provider: impatient }
    const about = { organizationId, currency: 'usd', returnUrl: RETURN_URL, cancelUrl: RETURN_URL, expectedAmountDue: minor(10_00) } as const
    const press = () => beginCardSetup(flow, { ...about, key: randomUUID() })
    await stage.payments.fault(fault)
    const begun = (await answerOf(press())) ?? (await press())
    if (!begun.ok) throw new Error(begun.error.code)
    const page = stage.payments.page(begun.value.url)
    const typed = new URLSearchParams({ number: '4242 4242 4242 4242', expiry: '12/40', cvc: '123', name: 'Ada' })
    expect((await fetch(page, { method: 'POST', body: typed, redirect: 'manual' })).status).toBe(303)
    // Coming back, and then the notification.
    const read = () => completeCardSetup(flow, { organizationId, setupRef: page.split('/').at(-1) ?? '' })
    expect((await answerOf(read())) ?? (await read())).toMatchObject({ state: 'complete', method: { last4: '4242' } })
    await heal(fault)
    await expectRenewedOnce(acme)
  })
})

describe('a first card', () => {
  const PAYER: Call = { call: 'payer', method: 'POST', path: '^/v1/customers$' }
  const DEFAULT: Call = { call: 'being the default', method: 'POST', path: '^/v1/customers/cus_' }
  it.each(sample(casesOf(PAYER, ATTACHING, DEFAULT), 2))('whose $call $way (seed $seed): is saved when it is entered again, and pays', async ({ fault }) => {
    const acme = await scenario(stage, { plan: null, card: null })
    const enter = () =>
      setPaymentMethod({ ...acme.flow, provider: impatient }, { organizationId: acme.organizationId, methodRef: 'pm_card_visa', key: randomUUID() })
    await stage.payments.fault(fault)
    expect((await answerOf(enter())) ?? (await enter())).toMatchObject({ ok: true, value: { method: { last4: '4242' } } })
    await heal(fault)
    expect(await acme.subscribe('basic')).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000])
  })
})

describe('a refund', () => {
  const SENDING: Call = { call: 'sending', method: 'POST', path: '^/v1/refunds$' }
  it.each(sample(casesOf(SENDING, READING), 2))('whose $call $way (seed $seed): is made once', async ({ fault }) => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id: documentId } = await acme.latestDocument()
    await stage.payments.fault(fault)
    await refundInvoice({ ...acme.flow, provider: impatient }, { organizationId: acme.organizationId, documentId })
    await heal(fault)
    await expectRefundedOnce(acme)
  })

  const LOOKING: Call = { call: 'finding', method: 'GET', path: '^/v1/refunds$' }
  it.each(sample(casesOf(LOOKING), 1))('of which nobody knows, and whose $call $way (seed $seed): is made once', async ({ fault }) => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id: documentId } = await acme.latestDocument()
    await stage.payments.fault({ fault: 'drop_after', times: 2, method: 'POST', path: SENDING.path })
    await refundInvoice({ ...acme.flow, provider: impatient }, { organizationId: acme.organizationId, documentId })
    await stage.payments.fault({ fault: 'none' })
    await stage.payments.fault(fault)
    await acme.recover(impatient)
    await heal(fault)
    await expectRefundedOnce(acme)
  })
})

async function expectRefundedOnce(acme: Scenario): Promise<void> {
  await stage.payments.fault({ fault: 'prune_keys' }) // A day later a remembered 500 is forgotten.
  await acme.letWallTimePass()
  await acme.recover()
  await acme.recover()
  expect(await acme.cashAtProvider()).toBe(0n)
  expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 30_00n })
}
