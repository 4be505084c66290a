import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PaymentProvider } from '../../payments/port'
import type { FaultRequest } from '../../payments/sandbox/faults'
import { stripeProvider } from '../../payments/stripe/stripe-provider'
import { SECRET_KEY } from '../../payments/testing/simulated-payments'
import { runDueFor } from '../flows/due-work'
import { changePlanAndPay } from '../flows/paid-actions'
import { refundInvoice } from '../flows/refund'
import { sample } from '../testing/depth'
import { expectOneChange } from '../testing/one-effect'
import { RETURN_URL, scenario } from '../testing/scenario'
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
