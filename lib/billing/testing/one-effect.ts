import { expect } from 'vitest'
import type { PaymentProvider } from '../../payments/port'
import type { Scenario } from './scenario'

const PRO_FROM_BASIC = 1333

/**
 * What must be true of an upgrade from Basic to Pro after 10 days, whatever went wrong on its way, once somebody has looked:
 * one charge and the change, or no charge and nothing changed; and life goes on. `took`: which of the two, where it is known.
 */
export async function expectOneChange(acme: Scenario, { took }: { took: boolean | null }, provider?: PaymentProvider): Promise<void> {
  await acme.recover(provider)
  await acme.recover(provider)
  const { plan } = (await acme.held()).row
  if (took !== null) expect(plan).toBe(took ? 'pro' : 'basic')
  const upgrades = (await acme.charges()).filter(({ amount }) => amount === PRO_FROM_BASIC)
  expect(upgrades.length, 'charges for the upgrade').toBe(plan === 'pro' ? 1 : 0)
  expect(await acme.latestDocument()).toMatchObject(plan === 'pro' ? { status: 'paid', amountPaid: 13_33n } : { status: 'void' })
  const states = (await acme.payments()).map(({ state }) => state)
  expect(
    states.every((state) => state === 'collected' || state === 'abandoned'),
    states.join(),
  ).toBe(true)
  await acme.expectBalanced()
  expect(await acme.change(plan === 'pro' ? 'enterprise' : 'pro'), 'the next change').toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
}
