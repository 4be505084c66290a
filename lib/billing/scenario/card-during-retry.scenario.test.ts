import { describe, expect, it } from 'vitest'
import { runDueFor } from '../flows/due-work'
import { setPaymentMethod } from '../flows/payment-method'
import { holdFirst } from '../testing/held-call'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

/** On Basic, with a renewal on 31 January that its card does not pay, up to that day. */
async function unpaidUntil(day: string, card = 'pm_card_chargeCustomerFail'): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  await acme.payWith(card)
  await acme.walkTo(`${day}T00:00:00Z`)
  return acme
}

/** The bank's answer to a try at that moment is on its way while the customer saves another card. */
async function savedWhileTried(acme: Scenario, at: string, card = 'pm_card_visa'): Promise<void> {
  const { organizationId } = acme
  await acme.jumpTo(at)
  const trying = holdFirst(stage.provider.attempt)
  const worker = runDueFor({ ...stage.provider, attempt: trying.call }, [organizationId])
  await trying.isDone
  expect(await setPaymentMethod(acme.flow, { organizationId, methodRef: card, key: 'while it is tried' })).toMatchObject({ ok: true })
  trying.release()
  await worker
}

const failures = async (acme: Scenario) => (await acme.told()).filter((kind) => kind.startsWith('payment_'))

describe('a card that is saved while the one before is being tried (C12)', () => {
  it.each([
    { what: 'for the first time', until: '2026-01-30', at: '2026-01-31T00:00:00Z', told: 0 },
    { what: 'on a day of the schedule', until: '2026-01-31', at: '2026-02-01T00:00:00Z', told: 1 },
    { what: 'for the last time', until: '2026-02-06', at: '2026-02-07T00:00:00Z', told: 4 },
  ])('$what: is tried at once, and the plan goes on', async ({ until, at, told }) => {
    const acme = await unpaidUntil(until)
    await savedWhileTried(acme, at)
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
    expect(await failures(acme), 'nobody is told of a card that has been replaced').toHaveLength(told)
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1000, 1000])
  })

  it('also where the bank asked about the one before', async () => {
    const acme = await unpaidUntil('2026-01-31', 'pm_card_authenticationRequired')
    await savedWhileTried(acme, '2026-02-01T00:00:00Z')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })

  it('and declined too, on the last day: the plan ends, as the schedule says', async () => {
    const acme = await unpaidUntil('2026-02-06')
    await savedWhileTried(acme, '2026-02-07T00:00:00Z', 'pm_card_chargeCustomerFail')
    await acme.recover()
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect(await failures(acme)).toHaveLength(5)
  })
})
