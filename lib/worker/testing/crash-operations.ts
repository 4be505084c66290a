import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '../../../db/client'
import { organizations, payments } from '../../../db/schema'
import { cashByTransfer } from '../../billing/testing/cash'
import type { OrganizationId } from '../../ids'
import { addDays, systemClock } from '../../time'
import { type Answered, Installation } from './installation'
import { settle } from './settle'

/** The installation that the operations are of; started and stopped by the test. */
export const product = new Installation()

/** Something that moves money, ready to be begun. */
export type Ready = {
  customer: Customer
  /** Asks for it, or sets it off. */
  begin(): Promise<Answered>
  /** Asks for it again under its key, as a caller does who has heard nothing; null where nobody waits for an answer. */
  again: (() => Promise<Answered>) | null
  /** How often it has taken effect, as the customer sees it. */
  effects(): Promise<number>
  /** How often the payment provider has moved the money. */
  moved(): Promise<number>
  /** It has to happen in the end, whoever died. */
  mustHappen?: true
}

/** `clock`: null where it lives in real time, which is the worker's business. */
export type Customer = { id: OrganizationId; clock: string | null }

let count = 0
const fresh = (prefix: string) => `${prefix}-${++count}`

async function customerOn(now: string | null, card = 'pm_card_visa'): Promise<Customer> {
  const clock = now === null ? null : (await product.make('POST', '/test_clocks', { now })).id
  const owner = { email: `${fresh('owner')}@example.com`, name: 'Ada' }
  const { id } = await product.make('POST', '/organizations', { name: 'Acme', owner, ...(clock && { test_clock: clock }), invite: false })
  await product.make('PUT', `/organizations/${id}/payment_method`, { payment_method: card })
  return { id, clock }
}

const START = '2026-01-01T00:00:00Z'
const pay = ({ id }: Customer, card: string) => product.make('PUT', `/organizations/${id}/payment_method`, { payment_method: card })
const subscribe = ({ id }: Customer, name: string, plan: string) => product.make('POST', `/organizations/${id}/subscriptions`, { product: name, plan })
const walkTo = ({ clock }: Customer, to: string) => product.make('POST', `/test_clocks/${clock}/advance`, { to })
const invoicesOf = async ({ id }: Customer) => (await product.make('GET', `/organizations/${id}/invoices?limit=100`)).data

export async function chargesOf({ id }: Customer) {
  const [row] = await inEngine((tx) => tx.select({ customer: organizations.payerRef }).from(organizations).where(eq(organizations.id, id)))
  if (!row?.customer) return []
  const { data } = await product.stripe.charges.list({ customer: row.customer, limit: 100 })
  return data.filter(({ status }) => status === 'succeeded')
}

/** One request under a key, its charges of that amount, and what shows that it was done. */
function asked(customer: Customer, method: string, path: string, body: unknown, amount: number, effects: () => Promise<number>): Ready {
  const key = fresh('key')
  const ask = () => product.ask(method, path, body, key)
  return { customer, begin: ask, again: ask, effects, moved: async () => (await chargesOf(customer)).filter((charge) => charge.amount === amount).length }
}

/** The bank changes its mind about the card on file, which stays the same card. */
async function bankSays({ id }: Customer, card: string): Promise<void> {
  const [row] = await inEngine((tx) => tx.select({ customer: organizations.payerRef }).from(organizations).where(eq(organizations.id, id)))
  const [method] = (await product.stripe.paymentMethods.list({ customer: row?.customer ?? '' })).data
  await product.fault({ fault: 'card', payment_method: method?.id ?? '', card })
}

async function upgradeWith(card: string): Promise<Ready & { subscription: string }> {
  const customer = await customerOn(START)
  const { id } = await subscribe(customer, 'api-calls', 'basic')
  await walkTo(customer, '2026-01-11T00:00:00Z')
  if (card !== 'pm_card_visa') await pay(customer, card)
  const { id: quote } = await product.make('POST', `/subscriptions/${id}/quotes`, { plan: 'pro' })
  const isPro = async () => Number((await product.make('GET', `/subscriptions/${id}`)).plan === 'pro')
  return { ...asked(customer, 'POST', `/subscriptions/${id}/changes`, { quote }, 13_33, isPro), subscription: id }
}

/** Subscribed a month and a minute ago, on a clock. */
async function subscribedAMonthAgo(): Promise<{ customer: Customer; renewsAt: string }> {
  const from = addDays(systemClock.now(), -30).subtract({ minutes: 1 })
  const customer = await customerOn(from.toString())
  await subscribe(customer, 'api-calls', 'basic')
  return { customer, renewsAt: addDays(from, 30).toString() }
}

/** Without its clock its time is now, and the worker's business. */
async function intoRealTime({ id }: Customer): Promise<Customer> {
  await inEngine((tx) => tx.update(organizations).set({ testClockId: null }).where(eq(organizations.id, id)))
  return { id, clock: null }
}

/** On Basic, with a renewal that the bank has refused a minute ago. */
async function refusedRenewal() {
  const { customer: before, renewsAt } = await subscribedAMonthAgo()
  await pay(before, 'pm_card_chargeCustomerFail')
  // The worker would hear of the refusal, and look at the payment while somebody else wants to begin with it.
  await product.fault({ fault: 'webhooks', mode: 'hold' })
  await walkTo(before, renewsAt)
  const customer = await intoRealTime(before)
  const open = (await invoicesOf(customer)).find(({ status }: { status: string }) => status === 'open')
  const paid = async () => (await invoicesOf(customer)).filter(({ status }: { status: string }) => status === 'paid').length - 1
  const moved = async () => (await chargesOf(customer)).length - 1
  return { customer, invoice: open.id as string, paid, moved }
}

async function pastDue(): Promise<Ready> {
  const { customer, paid, moved } = await refusedRenewal()
  const update = asked(customer, 'PUT', `/organizations/${customer.id}/payment_method`, { payment_method: 'pm_card_visa' }, 10_00, paid)
  // Its answer is about the card; what is open is due from then on, and the worker collects what the request could not.
  return { ...update, again: null, moved, mustHappen: true }
}

/** On a plan whose usage beyond what it includes is charged in blocks of $4. */
async function onBlocks(): Promise<{ customer: Customer; subscription: string; use(): Promise<null>; blocks(): Promise<number>; moved(): Promise<number> }> {
  const customer = await customerOn(null)
  const { id: subscription } = await subscribe(customer, 'screenshots', 'growth')
  await product.make('PUT', `/subscriptions/${subscription}/limits`, { hard_limit: 15_000 })
  const use = () => consume(customer, 'screenshots', 10_001)
  const blocks = async () =>
    (await invoicesOf(customer)).filter(({ kind, status }: { kind: string; status: string }) => kind === 'extra_usage' && status === 'paid').length
  return { customer, subscription, use, blocks, moved: async () => (await chargesOf(customer)).filter(({ amount }) => amount === 4_00).length }
}

/** Its answer is about the usage; what it sets off is the worker's too. */
async function consume({ id }: Customer, meter: string, quantity: number): Promise<null> {
  await product.ask('POST', '/consume', { id: fresh('use'), organization: id, meter, quantity })
  return null
}

export const OPERATIONS = {
  subscribe: async () => {
    const customer = await customerOn(START)
    const path = `/organizations/${customer.id}/subscriptions`
    const live = async () => (await product.make('GET', path)).data.filter(({ status }: { status: string }) => status === 'active').length
    return asked(customer, 'POST', path, { product: 'api-calls', plan: 'basic' }, 10_00, live)
  },
  upgrade: () => upgradeWith('pm_card_visa'),
  'declined upgrade': async () => {
    // The worker would hear of it and give it up before the web server does.
    await product.fault({ fault: 'webhooks', mode: 'hold' })
    return upgradeWith('pm_card_chargeCustomerFail')
  },
  purchase: async () => {
    const customer = await customerOn(START)
    await subscribe(customer, 'model-tokens', 'prepaid')
    const bought = async () => Number((await product.make('GET', `/organizations/${customer.id}`)).prepaid_balance) / 20
    return asked(customer, 'POST', `/organizations/${customer.id}/credits/purchases`, { amount: 20_00 }, 20_00, bought)
  },
  recharge: async () => {
    const customer = await customerOn(null)
    await subscribe(customer, 'model-tokens', 'prepaid')
    const bought = async () => Number((await product.make('GET', `/organizations/${customer.id}`)).prepaid_balance) / 20
    const body = { enabled: true, threshold: 5_00, amount: 20_00 }
    // With nothing on the balance it buys as it is saved; what the answer says is that it is saved, and the worker goes on.
    return { ...asked(customer, 'PUT', `/organizations/${customer.id}/credits/auto_recharge`, body, 20_00, bought), again: null, mustHappen: true as const }
  },
  'recharge by usage': async () => {
    const customer = await customerOn(null)
    await subscribe(customer, 'model-tokens', 'prepaid')
    const credits = `/organizations/${customer.id}/credits`
    await product.make('POST', `${credits}/purchases`, { amount: 20_00 })
    await product.make('PUT', `${credits}/auto_recharge`, { enabled: true, threshold: 5_00, amount: 20_00 })
    const bought = async () => (await invoicesOf(customer)).filter(({ status }: { status: string }) => status === 'paid').length - 1
    const moved = async () => (await chargesOf(customer)).length - 1
    return { customer, begin: () => consume(customer, 'output_tokens', 1_600_000), again: null, effects: bought, moved, mustHappen: true as const }
  },
  'block by usage': async () => {
    const { customer, use, blocks, moved } = await onBlocks()
    return { customer, begin: use, again: null, effects: blocks, moved, mustHappen: true as const }
  },
  'cancel with extra usage': async () => {
    // The worker, which hears of the refusal, would look at the payment just when it is to be collected, and collect it itself.
    await product.fault({ fault: 'webhooks', mode: 'hold' })
    const { customer, subscription, use, blocks, moved } = await onBlocks()
    await bankSays(customer, 'pm_card_chargeCustomerFail')
    await use()
    await settle(product, customer) // Whoever is at it still would be who collects it.
    await bankSays(customer, 'pm_card_visa')
    expect([await blocks(), await moved()]).toEqual([0, 0])
    const begin = () => product.ask('POST', `/subscriptions/${subscription}/cancel`, {}, fresh('key'))
    return { customer, begin, again: null, effects: blocks, moved, mustHappen: true as const }
  },
  'pay by hand': async () => {
    const { customer, invoice, paid, moved } = await refusedRenewal()
    await bankSays(customer, 'pm_card_visa')
    return { ...asked(customer, 'POST', `/invoices/${invoice}/pay`, {}, 10_00, paid), moved }
  },
  'pay an invoice that came first': async () => {
    const customer = await customerOn(START)
    const { invoice } = await product.make('POST', `/organizations/${customer.id}/pro_forma`, { product: 'api-calls', plan: 'basic' })
    const paid = async () => Number((await product.make('GET', `/invoices/${invoice.id}`)).status === 'paid')
    return asked(customer, 'POST', `/invoices/${invoice.id}/pay`, {}, 10_00, paid)
  },
  'mark paid': async () => {
    const { customer, invoice, paid } = await refusedRenewal()
    const moved = async () => Number(await cashByTransfer(customer.id)) / 10_00
    return { ...asked(customer, 'POST', `/invoices/${invoice}/mark_paid`, { reference: 'Transfer 42' }, 10_00, paid), moved }
  },
  refund: async () => {
    const customer = await customerOn(START)
    await subscribe(customer, 'api-calls', 'pro')
    const [{ id }] = await invoicesOf(customer)
    const refunded = async () => (await product.make('GET', `/invoices/${id}`)).amount_refunded / 30_00
    const moved = async () => ((await chargesOf(customer))[0]?.amount_refunded ?? 0) / 30_00
    return { ...asked(customer, 'POST', `/invoices/${id}/refunds`, {}, 30_00, refunded), moved, mustHappen: true as const }
  },
  'card update': pastDue,
  'card update after a payment was canceled at the provider': async () => {
    const ready = await pastDue()
    const rows = await inEngine((tx) => tx.select().from(payments).where(eq(payments.organizationId, ready.customer.id)))
    const open = rows.find(({ state }) => state !== 'collected')
    await product.stripe.paymentIntents.cancel(open?.providerRef ?? '')
    return ready
  },
  renewal: async () => {
    const { customer } = await subscribedAMonthAgo()
    const renewed = async () => (await invoicesOf(customer)).filter(({ status }: { status: string }) => status === 'paid').length - 1
    const begin = async () => {
      await intoRealTime(customer)
      await product.wake('due')
      return null
    }
    const moved = async () => (await chargesOf(customer)).length - 1
    return { customer, begin, again: null, effects: renewed, moved, mustHappen: true as const }
  },
  webhook: async () => {
    const ready = await upgradeWith('pm_card_authenticationRequired')
    const waiting = await ready.begin()
    expect(waiting).toMatchObject({ status: 402, body: { code: 'payment_action_required' } })
    const begin = async () => {
      await product.atBank(String(waiting?.body.url), 'approve')
      return null
    }
    return { ...ready, begin, again: null, mustHappen: true as const }
  },
} satisfies Record<string, () => Promise<Ready>>
export type OperationName = keyof typeof OPERATIONS
