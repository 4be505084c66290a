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
import { setPaymentMethod } from '../flows/payment-method'
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
const CALLS = [
  { call: 'opening', method: 'POST', path: '^/v1/payment_intents$' },
  { call: 'confirming', method: 'POST', path: '/confirm$' },
  { call: 'reading back', method: 'GET', path: '^/v1/payment_intents/' },
  { call: 'cancelling', method: 'POST', path: '/cancel$' },
] as const
const CASES = CALLS.flatMap(({ call, method, path }) => WAYS.map(({ way, fault }) => ({ call, way, fault: { ...fault, method, path } as FaultRequest })))

describe('an upgrade', () => {
  it.each(sample(CASES, 7))('whose $call $way (seed $seed): one charge and the change, or none and nothing changed', async ({ call, fault }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    if (call === 'cancelling' || call === 'reading back') await acme.payWith('pm_card_chargeCustomerFail')
    const { id: quoteId } = await acme.quote('pro')
    await stage.payments.fault(fault)
    const { organizationId, subscriptionId } = acme
    const changed = await changePlanAndPay({ ...acme.flow, provider: impatient }, { organizationId, subscriptionId, quoteId, returnUrl: RETURN_URL })
    expect(changed.ok, 'what is not known is not refused').toBe(true)
    await stage.payments.fault({ fault: 'none' })
    await acme.payWith('pm_card_visa')
    await expectOneChange(acme, { took: null })
  })
})

describe('a renewal', () => {
  const RENEWAL_CASES = CASES.filter(({ call }) => call === 'opening' || call === 'confirming')
  it.each(sample(RENEWAL_CASES, 4))('whose $call $way (seed $seed): is paid once', async ({ fault }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkTo('2026-01-30T23:59:59Z')
    await stage.payments.fault(fault)
    await acme.walkOn(impatient, 1)
    await stage.payments.fault({ fault: 'none' })
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
  const MAKING = CASES.filter(({ call }) => call === 'opening' || call === 'confirming')
  const PURCHASE_CASES = (Object.keys(PURCHASES) as (keyof typeof PURCHASES)[]).flatMap((what) => MAKING.map((one) => ({ what, ...one })))
  it.each(sample(PURCHASE_CASES, 2))('of $what whose $call $way (seed $seed): one charge and what it buys, or none of both', async ({ what, fault }) => {
    const { acme, price, ask, has } = await PURCHASES[what]()
    await stage.payments.fault(fault)
    const answer = await ask(impatient)
    expect(answer.ok, 'what is not known is not refused').toBe(true)
    await stage.payments.fault({ fault: 'none' })
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

describe('a card update that pays a refused renewal', () => {
  const ATTACHING = WAYS.map(({ way, fault }) => ({ call: 'attaching', way, fault: { ...fault, method: 'POST', path: '/attach$' } as FaultRequest }))
  const UPDATE_CASES = [...ATTACHING, ...CASES.filter(({ call }) => call === 'confirming')]
  it.each(sample(UPDATE_CASES, 1))('whose $call $way (seed $seed): it is paid once', async ({ fault }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    await stage.payments.fault(fault)
    const update = { organizationId: acme.organizationId, methodRef: 'pm_card_visa', key: 'with a fault' }
    const isSaved = await setPaymentMethod({ ...acme.flow, provider: impatient }, update).then(
      ({ ok }) => ok,
      (heard: unknown) => {
        if (heard instanceof OutcomeUnknown || heard instanceof ProviderUnavailable) return false
        throw heard
      },
    )
    await stage.payments.fault({ fault: 'none' })
    // Whoever hears that nobody knows enters it once more.
    if (!isSaved) await acme.payWith('pm_card_visa')
    for (let minute = 0; minute < 3; minute++) await acme.recover()
    expect((await acme.documents()).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['renewal paid', 'renewal paid'])
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    expect((await acme.told()).filter((kind) => kind === 'renewal_paid')).toHaveLength(1)
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })
})

describe('a refund', () => {
  const REFUND_CASES = WAYS.map(({ way, fault }) => ({ way, fault: { ...fault, method: 'POST', path: '^/v1/refunds$' } as FaultRequest }))
  it.each(sample(REFUND_CASES, 2))('whose call $way (seed $seed): is made once', async ({ fault }) => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id: documentId } = await acme.latestDocument()
    await stage.payments.fault(fault)
    await refundInvoice({ ...acme.flow, provider: impatient }, { organizationId: acme.organizationId, documentId })
    await stage.payments.fault({ fault: 'none' })
    await stage.payments.fault({ fault: 'prune_keys' }) // A day later a remembered 500 is forgotten.
    await acme.letWallTimePass()
    await acme.recover()
    await acme.recover()
    expect(await acme.cashAtProvider()).toBe(0n)
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 30_00n })
  })
})
