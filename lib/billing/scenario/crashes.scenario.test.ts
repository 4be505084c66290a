import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { paymentMethods, testClocks } from '@/db/schema'
import { OutcomeUnknown, type PaymentProvider } from '../../payments/port'
import type { FaultRequest } from '../../payments/sandbox/faults'
import { SECRET_KEY } from '../../payments/testing/simulated-payments'
import { bundle } from '../../platform/bundle'
import { instant } from '../../time'
import { look } from '../flows/collect'
import { runDueFor } from '../flows/due-work'
import { reconcile } from '../flows/reconcile'
import { sample } from '../testing/depth'
import type { Work } from '../testing/killed-request'
import { expectOneChange } from '../testing/one-effect'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
/** Bundled once, for each test starts it anew; where Node finds our packages from. */
const PROGRAMS = join(process.cwd(), 'node_modules/.cache/headroom', `killed-request-${process.pid}`)
const PROGRAM = join(PROGRAMS, 'killed.mjs')
beforeAll(() => bundle({ entryPoints: { killed: fileURLToPath(new URL('../testing/killed-request.ts', import.meta.url)) }, outdir: PROGRAMS }))
afterAll(() => rmSync(PROGRAMS, { recursive: true, force: true }))

/** Does it in a process of its own, which kills itself at that place as a power cut would. */
async function killAt(place: string, work: Work): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: {
      ...process.env,
      HEADROOM_FAILPOINT: place,
      HEADROOM_TEST_WORK: JSON.stringify({ ...work, apiBase: stage.payments.base, secretKey: SECRET_KEY }),
      DATABASE_ENGINE_URL: stage.database.engineUrl,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const signal = await new Promise<string | null>((resolve) => child.on('exit', (_code, how) => resolve(how)))
  expect(signal, `it was killed at ${place}: ${said}`).toBe('SIGKILL')
}

async function afterTenDays(card = 'pm_card_visa'): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.walkDays(10)
  if (card !== 'pm_card_visa') await acme.payWith(card)
  return acme
}

/** `charged`: the money had moved when the process died, so the change must take effect; else nothing may have changed. */
const CHANGES = [
  { place: 'collect:claimed', charged: false },
  { place: 'collect:before_open', charged: false },
  { place: 'collect:opened', charged: false },
  { place: 'collect:reference_stored', charged: false },
  { place: 'collect:before_attempt', charged: false },
  { place: 'collect:observed', charged: true },
  { place: 'collect:settled', charged: true },
]
const DECLINED = [{ place: 'abandon:before' }, { place: 'abandon:after' }]
const REFUNDS = [{ place: 'refund:opened' }, { place: 'refund:claimed' }, { place: 'refund:observed' }]

describe('a request that is killed', () => {
  it.each(sample(CHANGES, 3))('at $place (seed $seed): one charge and the change, or none and nothing changed', async ({ place, charged }) => {
    const acme = await afterTenDays()
    const { id: quoteId } = await acme.quote('pro')
    await killAt(place, { do: 'change', organizationId: acme.organizationId, subscriptionId: acme.subscriptionId, quoteId })
    await expectOneChange(acme, { took: charged })
  })

  it.each(sample(DECLINED, 1))('at $place (seed $seed), its card declined: nothing changed, and another try is possible', async ({ place }) => {
    const acme = await afterTenDays('pm_card_chargeCustomerFail')
    const { id: quoteId } = await acme.quote('pro')
    await killAt(place, { do: 'change', organizationId: acme.organizationId, subscriptionId: acme.subscriptionId, quoteId })
    await acme.payWith('pm_card_visa')
    await expectOneChange(acme, { took: false })
  })

  it.each(sample(REFUNDS, 1))('at $place (seed $seed): one refund', async ({ place }) => {
    const acme = await scenario(stage, { plan: 'pro' })
    const { id: documentId } = await acme.latestDocument()
    await killAt(place, { do: 'refund', organizationId: acme.organizationId, documentId })
    await acme.letWallTimePass()
    await acme.recover()
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ amountRefunded: 30_00n })
    expect(await acme.cashAtProvider()).toBe(0n)
    expect((await acme.held()).row.plan).toBe('free')
  })
})

describe('C12: a card update that is killed after the card was saved', () => {
  it('leaves what is open to the next sweep, and not to the next day', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    await acme.walkTo('2026-01-31T01:00:00Z')
    await killAt('card:saved', { do: 'card', organizationId: acme.organizationId, methodRef: 'pm_card_visa' })
    expect((await acme.held()).row.status).toBe('past_due')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.held()).row.status).toBe('active')
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
  })
})

describe('C12: a renewal whose payment somebody canceled at the provider, killed when another is to be opened', () => {
  it('is collected once, by a payment of its own', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const [, canceled] = await acme.payments()
    await stage.payments.stripe.paymentIntents.cancel(canceled?.providerRef ?? '')
    await killAt('collect:reopened', { do: 'card', organizationId: acme.organizationId, methodRef: 'pm_card_visa' })
    await acme.recover()
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
  })
})

describe('a worker that is killed while it renews', () => {
  it.each(sample(CHANGES, 2))('at $place (seed $seed): one renewal and one charge', async ({ place }) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await inEngine((tx) =>
      tx
        .update(testClocks)
        .set({ now: instant('2026-01-31T00:00:00Z') })
        .where(acme.onItsClock),
    )
    await killAt(place, { do: 'due', organizationId: acme.organizationId })
    await acme.recover()
    await acme.recover()
    expect((await acme.documents()).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['renewal paid', 'renewal paid'])
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })
})

describe('C12: a payment of what is owed after the schedule, killed when the money has moved', () => {
  it('is found although the first look at it is turned away: no other hour of its own is ahead', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-02-07T00:00:00Z')
    expect((await acme.held()).row.plan).toBe('free')
    const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, acme.organizationId)))
    await stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card: 'pm_card_visa' })
    const { id: documentId } = await acme.latestDocument()
    await killAt('collect:observed', { do: 'pay', organizationId: acme.organizationId, documentId })
    await stage.payments.fault({ fault: 'rate_limit', path: '/payment_intents/', times: 10 })
    await acme.letWallTimePass()
    await reconcile(stage.provider)
    await stage.payments.fault({ fault: 'none' })
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
  })
})

describe('C12: a worker that is killed while it tries a failed renewal again', () => {
  it.each(['collect:claimed', 'collect:before_attempt', 'collect:observed'])('at %s: the next sweep goes on, and it is paid once', async (place) => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, acme.organizationId)))
    await stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card: 'pm_card_visa' })
    await inEngine((tx) =>
      tx
        .update(testClocks)
        .set({ now: instant('2026-02-01T00:00:00Z') })
        .where(acme.onItsClock),
    )
    await killAt(place, { do: 'due', organizationId: acme.organizationId })
    await acme.recover()
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    expect((await acme.held()).row.status).toBe('active')
  })
})

describe('C12: a worker that is killed between the refusal and the question to the bank', () => {
  it('counts as refused, which is told once, and the next step asks the bank', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, acme.organizationId)))
    await stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card: 'pm_card_authenticationRequired' })
    await acme.jumpTo('2026-01-31T00:00:00Z')
    await killAt('collect:before_bank', { do: 'due', organizationId: acme.organizationId })
    for (let minute = 0; minute < 3; minute++) await acme.recover()
    expect((await acme.told()).filter((kind) => kind.startsWith('payment_'))).toEqual(['payment_failed'])
    await acme.walkTo('2026-02-01T00:00:00Z')
    const renewal = await renewalOf(acme)
    expect(renewal).toMatchObject({ state: 'needs_customer' })
    expect((await acme.told()).filter((kind) => kind.startsWith('payment_'))).toEqual(['payment_failed', 'payment_action_required'])
    await acme.atBank(renewal.confirmUrl ?? '', 'approve')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
  })
})

describe('C12: a renewal whose bank collects after all when it is asked', () => {
  it('is paid once and told of once, although the answer is lost', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, acme.organizationId)))
    const bankSays = (card: string) => stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card })
    await bankSays('pm_card_authenticationRequired')
    const yielding: PaymentProvider = {
      ...stage.provider,
      attempt: async (sent) => {
        if (sent.returnUrl === undefined) return stage.provider.attempt(sent)
        await bankSays('pm_card_visa')
        expect(await stage.provider.attempt(sent)).toMatchObject({ state: 'collected' })
        throw new OutcomeUnknown('the answer was lost')
      },
      read: async () => {
        throw new OutcomeUnknown('nobody answers')
      },
    }
    await acme.jumpTo('2026-01-31T00:00:00Z')
    await runDueFor(yielding, [acme.organizationId])
    expect(await renewalOf(acme)).toMatchObject({ state: 'in_flight' })
    for (let minute = 0; minute < 2; minute++) await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    expect((await acme.told()).filter((kind) => kind.startsWith('payment_') || kind === 'renewal_paid')).toEqual(['renewal_paid'])
  })
})

const UNHEARD = [
  { what: 'died before it asked', place: 'collect:before_attempt' },
  { what: 'died when it had just been claimed', place: 'collect:claimed' },
  { what: 'died when the bank had refused', place: 'collect:observed' },
  { what: 'had its call lost on the way', fault: { fault: 'drop_before' } },
  { what: 'had its answer lost on the way', fault: { fault: 'drop_after' } },
  { what: 'met a failure of the provider that is remembered under its key', fault: { fault: 'error_remembered', executes: false } },
] as const satisfies { what: string; place?: string; fault?: FaultRequest }[]
type Accident = (typeof UNHEARD)[number] & { forgotten: boolean; how: string }
const RETRIES: Accident[] = UNHEARD.flatMap((one) => [
  { ...one, forgotten: false, how: one.what },
  { ...one, forgotten: true, how: `${one.what}, and its key is forgotten since` },
])

/** Refused on 31 January; the retry of the next day has its accident, and the provider shows the refusal before it to whoever looks. */
async function accidentOfARetry(accident: Accident, provider = stage.provider): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.payWith('pm_card_chargeCustomerFail')
  await acme.walkTo('2026-01-31T00:00:00Z')
  await acme.jumpTo('2026-02-01T00:00:00Z')
  if ('place' in accident) await killAt(accident.place, { do: 'due', organizationId: acme.organizationId })
  else {
    await stage.payments.fault({ ...accident.fault, method: 'POST', path: '/confirm$' })
    await runDueFor(provider, [acme.organizationId])
  }
  if (accident.forgotten) await stage.payments.fault({ fault: 'prune_keys' })
  await acme.letWallTimePass()
  const { id: paymentId } = await renewalOf(acme)
  await look(provider, { organizationId: acme.organizationId, paymentId })
  for (let minute = 0; minute < 3; minute++) await acme.recover(provider)
  return acme
}

async function renewalOf(acme: Scenario) {
  const renewal = (await acme.payments()).at(-1)
  if (!renewal) throw new Error('nothing was renewed')
  return renewal
}

const refusedCharges = async (acme: Scenario) =>
  (await stage.payments.stripe.charges.list({ customer: (await acme.payerRef()) ?? '' })).data.filter(({ status }) => status === 'failed').length

async function expectTwoTries(acme: Scenario): Promise<void> {
  expect(await refusedCharges(acme), 'how often the bank was asked').toBe(2)
  expect((await acme.told()).filter((kind) => kind === 'payment_failed')).toHaveLength(2)
  expect((await renewalOf(acme)).retryAt?.toString()).toBe('2026-02-03T00:00:00Z')
}

describe('C12: a retry of a failed renewal is made once on its day', () => {
  it.each(sample(RETRIES, 4))('which $how (seed $seed)', async (accident) => {
    const acme = await accidentOfARetry(accident)
    await expectTwoTries(acme)
    await acme.walkTo('2026-02-07T00:00:00Z')
    expect(await refusedCharges(acme), 'at once, and after 1, 3, 5 and 7 days').toBe(5)
    expect((await acme.held()).row.plan).toBe('free')
  })

  /** A provider whose word of a refusal has another name for it, or none, whenever it is read. */
  const naming = (name: () => { refusalRef?: string }): PaymentProvider => ({
    ...stage.provider,
    read: async (providerRef) => {
      const observed = await stage.provider.read(providerRef)
      if (observed.state !== 'refused') return observed
      const { reason, remedy } = observed
      return { state: 'refused', reason, remedy, ...name() }
    },
  })
  const accident = { ...UNHEARD[0], forgotten: false, how: UNHEARD[0].what }

  it('also where the provider gives the refusals no names: the one before it does not count as its own', async () => {
    await expectTwoTries(
      await accidentOfARetry(
        accident,
        naming(() => ({})),
      ),
    )
  })

  it('is caught where one refusal is taken for another: the one before it counts as its own', async () => {
    const renaming = naming(() => ({ refusalRef: randomUUID() }))
    await expect(accidentOfARetry(accident, renaming).then(expectTwoTries)).rejects.toThrow('how often the bank was asked')
  })
})

it('a recovery that does not read back is caught: the same checks find the charge without a change', async () => {
  const acme = await afterTenDays()
  const { id: quoteId } = await acme.quote('pro')
  await killAt('collect:observed', { do: 'change', organizationId: acme.organizationId, subscriptionId: acme.subscriptionId, quoteId })
  const forgetful = { ...stage.provider, read: async () => ({ state: 'open' as const }), abandon: async () => ({ state: 'abandoned' as const }) }
  await expect(expectOneChange(acme, { took: true }, forgetful)).rejects.toThrow()
})
