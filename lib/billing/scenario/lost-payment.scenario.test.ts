import { describe, expect, it } from 'vitest'
import { type PaymentProvider, ProviderUnavailable } from '../../payments/port'
import { runDueFor } from '../flows/due-work'
import { markInvoicePaid } from '../flows/repairs'
import { holdFirst } from '../testing/held-call'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** The provider's search knows a new payment only after a while. */
const unsearchable = (): PaymentProvider => ({ ...stage.provider, find: async () => null })

/** A renewal that could not be opened three times, for the provider was away: from now on each try opens it under a key of its own. */
async function afterThreeOutages(): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  const away = async () => {
    throw new ProviderUnavailable('nobody takes calls')
  }
  await acme.jumpTo('2026-01-31T00:00:00Z')
  await runDueFor({ ...stage.provider, open: away, find: away }, [acme.organizationId])
  for (let outage = 1; outage < 3; outage++) await acme.recover({ ...stage.provider, open: away, find: away })
  expect(await renewalOf(acme)).toMatchObject({ attempts: 3, providerRef: null })
  await acme.letWallTimePass()
  return acme
}

/** A worker that is stopped when the provider has opened its payment, until `goOn`; its claim runs out meanwhile. */
async function stoppedWorker(acme: Scenario): Promise<{ openedRef: string; goOn(): Promise<unknown> }> {
  const opening = holdFirst(stage.provider.open)
  const worker = runDueFor({ ...unsearchable(), open: opening.call }, [acme.organizationId])
  const { providerRef: openedRef } = await opening.isDone
  await acme.letWallTimePass()
  return {
    openedRef,
    goOn: () => {
      opening.release()
      return worker
    },
  }
}

async function renewalOf(acme: Scenario) {
  const renewal = (await acme.payments()).at(-1)
  if (!renewal) throw new Error('nothing was renewed')
  return renewal
}

const stateAtProvider = async (providerRef: string) => (await stage.payments.stripe.paymentIntents.retrieve(providerRef)).status

describe('a worker that is stopped when it has opened a payment, for longer than its claim', () => {
  it('confirms nothing where another has collected it since', async () => {
    const acme = await afterThreeOutages()
    const { openedRef, goOn } = await stoppedWorker(acme)
    await runDueFor(unsearchable(), [acme.organizationId])
    const collected = await renewalOf(acme)
    expect(collected).toMatchObject({ state: 'collected', attempts: 5 })
    expect(collected.providerRef).not.toBe(openedRef)
    await goOn()
    expect(
      (await acme.charges()).map(({ amount }) => amount),
      'the first period and its renewal',
    ).toEqual([1000, 1000])
    expect(await renewalOf(acme)).toMatchObject({ state: 'collected', providerRef: collected.providerRef, checkAt: null })
    expect(await stateAtProvider(openedRef), 'nothing open is left').toBe('canceled')
    await acme.recover()
    await acme.expectBalanced()
  })

  it('confirms nothing where the money has come by bank transfer since', async () => {
    const acme = await afterThreeOutages()
    const { openedRef, goOn } = await stoppedWorker(acme)
    const { documentId } = await renewalOf(acme)
    const { organizationId } = acme
    const transfer = { organizationId, documentId, reference: 'statement 7' }
    expect(await markInvoicePaid({ ...acme.flow, provider: unsearchable() }, transfer)).toEqual({ ok: true, value: null })
    await goOn()
    expect(
      (await acme.charges()).map(({ amount }) => amount),
      'the first period',
    ).toEqual([1000])
    expect(await renewalOf(acme)).toMatchObject({ state: 'collected', bankReference: 'statement 7', providerRef: null, checkAt: null })
    expect(await stateAtProvider(openedRef), 'nothing open is left').toBe('canceled')
    await acme.expectBalanced()
  })

  it('leaves what it has opened to another who has found it and is about to confirm it', async () => {
    const acme = await afterThreeOutages()
    const { openedRef, goOn } = await stoppedWorker(acme)
    const finding = holdFirst(stage.provider.find)
    const other = runDueFor({ ...stage.provider, find: finding.call }, [acme.organizationId])
    expect(await finding.isDone).toMatchObject({ providerRef: openedRef })
    await goOn()
    finding.release()
    await other
    expect(await renewalOf(acme)).toMatchObject({ state: 'collected', providerRef: openedRef })
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
    await acme.expectBalanced()
  })
})
