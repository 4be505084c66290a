import { eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { organizations } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { Customer } from './customer'
import type { Json, Reply, RunningInterface } from './running-interface'

/** One request that is allowed. */
export type Wish = { method: string; path: string; body?: Json; actor?: string }

export type Ready = {
  /** Whose books are to balance; null where nobody's can be out. */
  customer: Customer | null
  path: string
  body?: Json
  /** How often it has happened, in whatever unit the case counts. */
  effects(): Promise<number>
}

/** One route, ready to be asked for the same twice at once. */
export type TwiceCase = {
  /** As the table of routes names it. */
  route: string
  prepare(api: RunningInterface): Promise<Ready>
  /** What the one that comes second may be told, under a key of its own, as `told` says it. */
  second: readonly string[]
  /** What `effects` is after two requests with one key, and after two with a key each; once, if left out. */
  happens?: { oneKey: number; twoKeys: number }
}

export function send(api: RunningInterface, { method, path, body, actor }: Wish, idempotencyKey?: string): Promise<Reply> {
  return api.send(method, path, body, { ...(actor && { actor }), ...(idempotencyKey && { idempotencyKey }) })
}

/** `done`, `accepted` where the outcome is not known yet, or the code of the refusal. */
export function told({ status, body }: Reply): string {
  if (status === 202) return 'accepted'
  return status < 300 ? 'done' : body.code
}

type Begun = { acme: Customer; subscription: string }

export async function beginOn(api: RunningInterface, product: string, plan: string, wanted: Parameters<typeof Customer.begin>[1] = {}): Promise<Begun> {
  const acme = await Customer.begin(api, wanted)
  const { id } = await acme.subscribe(product, plan)
  return { acme, subscription: id }
}

/** On Basic, with a renewal that the bank has refused. */
export async function beginPastDue(api: RunningInterface): Promise<Begun & { invoice: string }> {
  const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
  await api.send('PUT', `/organizations/${acme.id}/payment_method`, { payment_method: 'pm_card_chargeCustomerFail' })
  await acme.days(30)
  return { acme, subscription, invoice: (await acme.newest()).id }
}

/** An invoice first: nothing runs before it is paid. */
export async function beginProForma(api: RunningInterface): Promise<Begun & { invoice: string }> {
  const acme = await Customer.begin(api)
  const { subscription, invoice } = await acme.balanced(api.make(`/organizations/${acme.id}/pro_forma`, { product: 'api-calls', plan: 'basic' }))
  return { acme, subscription: subscription.id, invoice: invoice.id }
}

export async function membersOf({ api, id }: Customer): Promise<Json[]> {
  return (await api.read(`/organizations/${id}/members?limit=100`)).data
}

export async function ownerOf(customer: Customer): Promise<string> {
  return (await membersOf(customer)).find(({ role }) => role === 'owner')?.id
}

/** The activity of one kind, oldest first. */
export async function activity({ api, id }: Customer, action: string): Promise<Json[]> {
  return (await api.read(`/organizations/${id}/audit?limit=100`)).data.filter((entry: Json) => entry.action === action).reverse()
}

/** What the payment provider has taken from a customer. */
export async function chargesOf({ api, id }: Customer): Promise<{ amount: number; amount_refunded: number }[]> {
  const [row] = await inEngine((tx) =>
    tx
      .select({ customer: organizations.payerRef })
      .from(organizations)
      .where(eq(organizations.id, id as OrganizationId)),
  )
  if (!row?.customer) return []
  const { data } = await api.payments.stripe.charges.list({ customer: row.customer, limit: 100 })
  return data.filter(({ status }) => status === 'succeeded')
}
