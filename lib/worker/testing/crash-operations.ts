import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '../../../db/client'
import { organizations, payments } from '../../../db/schema'
import type { FlowContext } from '../../billing/flows/flow-context'
import { beginCardSetup } from '../../billing/flows/payment-method'
import { cashByTransfer } from '../../billing/testing/cash'
import type { OrganizationId } from '../../ids'
import { minor } from '../../money'
import { addDays, instant, systemClock } from '../../time'
import { type Answered, Installation } from './installation'
import { retried, settle } from './settle'
import { toldTo } from './told'

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
  /** What the customer does once they are told, without which it does not end. */
  customerActs?(): Promise<void>
}

/** `clock`: null where it lives in real time, which is the worker's business. */
export type Customer = { id: OrganizationId; clock: string | null }

let count = 0
const fresh = (prefix: string) => `${prefix}-${++count}`

export async function customerOn(now: string | null, card: string | null = 'pm_card_visa'): Promise<Customer> {
  const clock = now === null ? null : (await product.make('POST', '/test_clocks', { now })).id
  const owner = { email: `${fresh('owner')}@example.com`, name: 'Ada' }
  const { id } = await product.make('POST', '/organizations', { name: 'Acme', owner, ...(clock && { test_clock: clock }), invite: false })
  const customer = { id, clock }
  if (card) await pay(customer, card)
  return customer
}

/** Whoever's page does not answer presses again, which changes nothing where it was heard. */
const answerBank = (url: string, decision: 'approve' | 'decline') => retried(() => product.atBank(url, decision))

const START = '2026-01-01T00:00:00Z'
const pay = ({ id }: Customer, card: string) => product.make('PUT', `/organizations/${id}/payment_method`, { payment_method: card })
const subscribe = ({ id }: Customer, name: string, plan: string) => product.make('POST', `/organizations/${id}/subscriptions`, { product: name, plan })
const walkTo = ({ clock }: Customer, to: string) => product.make('POST', `/test_clocks/${clock}/advance`, { to })
const invoicesOf = async ({ id }: Customer) => (await product.make('GET', `/organizations/${id}/invoices?limit=100`)).data

const payerOf = async ({ id }: Customer): Promise<string | null> =>
  (await inEngine((tx) => tx.select({ customer: organizations.payerRef }).from(organizations).where(eq(organizations.id, id))))[0]?.customer ?? null

/** Refused ones too. */
export async function triesOf(customer: Customer) {
  const payer = await payerOf(customer)
  return payer === null ? [] : (await product.stripe.charges.list({ customer: payer, limit: 100 })).data
}

export async function chargesOf(customer: Customer) {
  return (await triesOf(customer)).filter(({ status }) => status === 'succeeded')
}

/** One request under a key, its charges of that amount, and what shows that it was done. */
function asked(customer: Customer, method: string, path: string, body: unknown, amount: number, effects: () => Promise<number>): Ready {
  const key = fresh('key')
  const ask = () => product.ask(method, path, body, key)
  return { customer, begin: ask, again: ask, effects, moved: async () => (await chargesOf(customer)).filter((charge) => charge.amount === amount).length }
}

/** The bank changes its mind about the card on file, which stays the same card. */
async function bankSays(customer: Customer, card: string): Promise<void> {
  const [method] = (await product.stripe.paymentMethods.list({ customer: (await payerOf(customer)) ?? '' })).data
  await product.fault({ fault: 'card', payment_method: method?.id ?? '', card })
}

/** Nobody has looked at what was refused: its next try is due. */
async function aDayPasses({ id }: Customer): Promise<void> {
  const aDayEarlier = (instant: typeof payments.retryAt | typeof payments.firstFailedAt) => sql`${instant} - interval '1 day'`
  const moved = { retryAt: aDayEarlier(payments.retryAt), firstFailedAt: aDayEarlier(payments.firstFailedAt) }
  await inEngine((tx) =>
    tx
      .update(payments)
      .set(moved)
      .where(and(eq(payments.organizationId, id), isNotNull(payments.retryAt))),
  )
}

/** They open the link that was mailed, once they have it. One that was only told of a refusal is asked on the day of the next try. */
async function approveAsMailed(customer: Customer): Promise<void> {
  await settle(product, customer, { butTheBank: true })
  const questions = async () => (await toldTo(customer)).filter(({ kind }) => kind === 'payment_action_required')
  if ((await questions()).length === 0) {
    await aDayPasses(customer)
    await settle(product, customer, { butTheBank: true })
  }
  const [question, ...others] = await questions()
  expect(others, 'how often the customer is asked').toEqual([])
  await answerBank(String(question?.payload.url), 'approve')
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
async function subscribedAMonthAgo(): Promise<{ customer: Customer; subscription: string; renewsAt: string }> {
  const from = addDays(systemClock.now(), -30).subtract({ minutes: 1 })
  const customer = await customerOn(from.toString())
  const { id: subscription } = await subscribe(customer, 'api-calls', 'basic')
  return { customer, subscription, renewsAt: addDays(from, 30).toString() }
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

/** Where the card dialog sends a person to, on whose page they have read what is due. */
async function cardPage({ id }: Customer, due: bigint): Promise<string> {
  const flow: FlowContext = { provider: product.provider, first: (work) => inEngine((tx) => work({ tx, actor: 'operator' })) }
  const back = 'https://dashboard.example/payment'
  const about = { organizationId: id, currency: 'usd', returnUrl: back, cancelUrl: back, key: fresh('setup') } as const
  const begun = await beginCardSetup(flow, { ...about, expectedAmountDue: minor(due) })
  if (!begun.ok) throw new Error(begun.error.code)
  return begun.value.url
}

/** What falls due now, with nobody there. */
async function renewing(customer: Customer): Promise<Ready> {
  const renewed = async () => (await invoicesOf(customer)).filter(({ status }: { status: string }) => status === 'paid').length - 1
  const begin = async () => {
    await intoRealTime(customer)
    await product.wake('due')
    return null
  }
  const moved = async () => (await chargesOf(customer)).length - 1
  return { customer, begin, again: null, effects: renewed, moved, mustHappen: true }
}

async function pastDue(): Promise<Ready> {
  const { customer, paid, moved } = await refusedRenewal()
  const update = asked(customer, 'PUT', `/organizations/${customer.id}/payment_method`, { payment_method: 'pm_card_visa' }, 10_00, paid)
  // Its answer is about the card; what is open is due from then on, and the worker collects what the request could not.
  return { ...update, again: null, moved, mustHappen: true }
}

async function refundOfAPart(): Promise<Ready> {
  const customer = await customerOn(START)
  await subscribe(customer, 'api-calls', 'pro')
  const [{ id }] = await invoicesOf(customer)
  // A part, for the provider itself sends nobody more than was paid: a second one would be refused.
  const refunded = async () => (await product.make('GET', `/invoices/${id}`)).amount_refunded / 10_00
  const moved = async () => ((await chargesOf(customer))[0]?.amount_refunded ?? 0) / 10_00
  return { ...asked(customer, 'POST', `/invoices/${id}/refunds`, { amount: 10_00 }, 10_00, refunded), moved, mustHappen: true }
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
  refund: refundOfAPart,
  'refund whose answer is lost': async () => {
    const ready = await refundOfAPart()
    const begin = async () => {
      // Twice, for a connection that broke is tried once more under the call's key.
      await product.fault({ fault: 'drop_after', method: 'POST', path: '^/v1/refunds$', times: 2 })
      return ready.begin()
    }
    return { ...ready, begin }
  },
  dispute: async () => {
    const customer = await customerOn(START)
    await subscribe(customer, 'api-calls', 'pro')
    const [charge] = await chargesOf(customer)
    const payment_intent = String(charge?.payment_intent)
    const begin = async () => {
      for (const outcome of ['open', 'lost'] as const) await product.fault({ fault: 'dispute', payment_intent, outcome })
      return null
    }
    const lost = async () => (await product.stripe.disputes.list({ payment_intent })).data.filter(({ status }) => status === 'lost').length
    const given = async () => (await invoicesOf(customer)).filter(({ status }: { status: string }) => status === 'uncollectible').length
    return { customer, begin, again: null, effects: given, moved: lost, mustHappen: true as const }
  },
  'card update': pastDue,
  'card update on its page': async () => {
    const { customer, paid, moved } = await refusedRenewal()
    const page = await cardPage(customer, 10_00n)
    const begin = async () => {
      await product.fault({ fault: 'webhooks', mode: 'deliver' })
      await product.enterCard(page)
      return null
    }
    return { customer, begin, again: null, effects: paid, moved, mustHappen: true as const }
  },
  'first card, and what it pays': async () => {
    const customer = await customerOn(START, null)
    const path = `/organizations/${customer.id}`
    const live = async () => (await product.make('GET', `${path}/subscriptions`)).data.filter(({ status }: { status: string }) => status === 'active').length
    const subscribing = asked(customer, 'POST', `${path}/subscriptions`, { product: 'api-calls', plan: 'basic' }, 10_00, live)
    const key = fresh('key')
    const ask = async () => {
      const saved = await product.ask('PUT', `${path}/payment_method`, { payment_method: 'pm_card_visa' }, key)
      return saved?.status === 200 ? subscribing.begin() : saved
    }
    return { ...subscribing, begin: ask, again: ask }
  },
  'card update after a payment was canceled at the provider': async () => {
    const ready = await pastDue()
    const rows = await inEngine((tx) => tx.select().from(payments).where(eq(payments.organizationId, ready.customer.id)))
    const open = rows.find(({ state }) => state !== 'collected')
    await product.stripe.paymentIntents.cancel(open?.providerRef ?? '')
    return ready
  },
  renewal: async () => {
    const { customer } = await subscribedAMonthAgo()
    return renewing(customer)
  },
  'renewal that the bank asks about': async () => {
    const { customer } = await subscribedAMonthAgo()
    await bankSays(customer, 'pm_card_authenticationRequired')
    return { ...(await renewing(customer)), customerActs: () => approveAsMailed(customer) }
  },
  'retry of a failed renewal': async () => {
    const { customer, paid, moved } = await refusedRenewal()
    await bankSays(customer, 'pm_card_visa')
    const begin = async () => {
      await aDayPasses(customer)
      await product.wake('due')
      return null
    }
    return { customer, begin, again: null, effects: paid, moved, mustHappen: true as const }
  },
  'renewal in whose way an upgrade waits for the bank': async () => {
    const { customer, subscription, renewsAt } = await subscribedAMonthAgo()
    await walkTo(customer, instant(renewsAt).subtract({ hours: 12 }).toString())
    await bankSays(customer, 'pm_card_authenticationRequired')
    const { id: quote } = await product.make('POST', `/subscriptions/${subscription}/quotes`, { plan: 'pro' })
    const waiting = await product.ask('POST', `/subscriptions/${subscription}/changes`, { quote }, fresh('key'))
    expect(waiting).toMatchObject({ status: 402, body: { code: 'payment_action_required' } })
    await bankSays(customer, 'pm_card_visa')
    return renewing(customer)
  },
  'upgrade that the bank declines': async () => {
    const ready = await upgradeWith('pm_card_authenticationRequired')
    const waiting = await ready.begin()
    expect(waiting).toMatchObject({ status: 402, body: { code: 'payment_action_required' } })
    const begin = async () => {
      await answerBank(String(waiting?.body.url), 'decline')
      return null
    }
    return { ...ready, begin }
  },
  webhook: async () => {
    const ready = await upgradeWith('pm_card_authenticationRequired')
    const waiting = await ready.begin()
    expect(waiting).toMatchObject({ status: 402, body: { code: 'payment_action_required' } })
    const begin = async () => {
      await answerBank(String(waiting?.body.url), 'approve')
      return null
    }
    return { ...ready, begin, again: null, mustHappen: true as const }
  },
} satisfies Record<string, () => Promise<Ready>>
export type OperationName = keyof typeof OPERATIONS
