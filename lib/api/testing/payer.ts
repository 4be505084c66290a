import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '../../../db/client'
import { organizations } from '../../../db/schema'
import type { FlowContext } from '../../billing/flows/flow-context'
import { beginCardSetup } from '../../billing/flows/payment-method'
import { newId, type OrganizationId } from '../../ids'
import { minor } from '../../money'
import type { Reply, RunningInterface } from './running-interface'

/** Whoever pays: a customer of these tests, or only what is known of one. */
export type Payer = { readonly api: RunningInterface; readonly id: string }

/** The payment provider's name for them; empty where they have none yet. */
export async function payerRefOf({ id }: Payer): Promise<string> {
  const [row] = await inEngine((tx) =>
    tx
      .select({ ref: organizations.payerRef })
      .from(organizations)
      .where(eq(organizations.id, id as OrganizationId)),
  )
  if (!row) throw new Error('the organization is gone')
  return row.ref ?? ''
}

/** `succeeded 1000` and so on, oldest first: what the provider was asked for, and what it took. */
export async function charges(payer: Payer): Promise<string[]> {
  const { data } = await payer.api.payments.stripe.charges.list({ customer: await payerRefOf(payer), limit: 100 })
  return data.map(({ status, amount }) => `${status} ${amount}`).reverse()
}

export const setCard = ({ api, id }: Payer, card: string): Promise<Reply> => api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: card })

/** The bank changes its mind about the card on file. */
export async function cardBecomes(payer: Payer, card: string): Promise<void> {
  const { data } = await payer.api.payments.stripe.paymentMethods.list({ customer: await payerRefOf(payer) })
  await payer.api.payments.fault({ fault: 'card', payment_method: data[0]?.id ?? '', card })
}

/** The bank declines the next charge of that amount, and no other. */
export async function refusesOnce(payer: Payer, amount: number): Promise<void> {
  const { data } = await payer.api.payments.stripe.paymentIntents.list({ customer: await payerRefOf(payer), limit: 100 })
  const asked = data.find((intent) => intent.amount === amount && intent.status !== 'succeeded')
  const error = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' }
  await payer.api.payments.fault({ fault: 'garble', status: 402, body: JSON.stringify({ error }), path: `/${asked?.id}/confirm$` })
}

/** Somebody fills in the provider's card page, to which the card dialog has sent them, and does not come back to ours. */
export async function typesCard({ api }: Payer, url: string): Promise<void> {
  const typed = { number: '4242 4242 4242 4242', expiry: '03 / 49', cvc: '123', name: 'Ada Lovelace' }
  const sent = await fetch(api.payments.page(url), { method: 'POST', redirect: 'manual', body: new URLSearchParams(typed) })
  expect(sent.status).toBe(303)
}

/** The card dialog, which says that so much will be collected. */
export function cardDialog({ api, id }: Payer, shows: bigint) {
  const back = 'https://billing.example.com/acme/payment'
  const flow: FlowContext = { provider: api.payments.provider, first: (work) => inEngine((tx) => work({ tx, actor: 'operator' })) }
  const about = { organizationId: id as OrganizationId, currency: 'usd', returnUrl: back, cancelUrl: back, key: newId('evt') } as const
  return beginCardSetup(flow, { ...about, expectedAmountDue: minor(shows) })
}

/** What a person does on the bank's page, in a browser that knows nothing of us. */
export async function answersBank({ api }: Payer, url: string, decision: 'approve' | 'decline'): Promise<void> {
  const page = api.payments.page(url)
  expect(await (await fetch(page)).text()).toContain('Approve')
  const secret = new URL(url).searchParams.get('client_secret') ?? ''
  const answered = await fetch(page.split('?')[0] ?? '', { method: 'POST', redirect: 'manual', body: new URLSearchParams({ client_secret: secret, decision }) })
  expect(answered.status).toBe(303)
}
