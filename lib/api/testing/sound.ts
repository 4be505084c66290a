import { expect } from 'vitest'
import { runDueFor } from '../../billing/flows/due-work'
import { reconcile } from '../../billing/flows/reconcile'
import { type Charge, cashByTransfer, keptAtProvider, ledgerCash } from '../../billing/testing/cash'
import { expectChargedOnce } from '../../billing/testing/settled'
import { letWallTimePass } from '../../billing/testing/wall-time'
import type { OrganizationId } from '../../ids'
import { payerRefOf } from './payer'
import type { RunningInterface } from './running-interface'

/** What the payment provider has taken from an organization. */
async function chargesOf(api: RunningInterface, id: OrganizationId): Promise<Charge[]> {
  const customer = await payerRefOf({ api, id })
  if (customer === '') return []
  const { data } = await api.payments.stripe.charges.list({ customer, limit: 100 })
  return data.filter(({ status }) => status === 'succeeded')
}

/** The books balance, and say what the payment provider does. An organization that somebody has closed has none to read, and only that is let pass. */
export async function expectSound(api: RunningInterface, organization: string): Promise<void> {
  const id = organization as OrganizationId
  const books = await api.get(`/books?organization=${organization}`)
  if (books.status !== 404) expect(books, 'the books').toMatchObject({ status: 200, body: { balanced: true, differences: [] } })
  const charges = await chargesOf(api, id)
  const kept = await keptAtProvider(api, charges)
  expect(await ledgerCash(id), 'cash at the provider, by transfer and in the books').toBe(kept + (await cashByTransfer(id)))
}

/** Once the worker has looked: nothing is unknown any more, no charge is without its payment, and nothing was billed or charged twice. */
export async function expectChargedOnceAfterAll(api: RunningInterface, organization: string): Promise<void> {
  const id = organization as OrganizationId
  for (let pass = 0; pass < 2; pass++) {
    await letWallTimePass(id)
    await reconcile(api.payments.provider)
    await runDueFor(api.payments.provider, [id])
  }
  await expectSound(api, organization)
  await expectChargedOnce(id, await chargesOf(api, id))
}
