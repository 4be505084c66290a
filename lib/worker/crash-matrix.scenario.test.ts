import { globSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { and, eq, inArray, notInArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { organizations, payments, pendingActions, refunds, webhookInbox } from '../../db/schema'
import { ledgerCash } from '../billing/testing/cash'
import { sample } from '../billing/testing/depth'
import { letWallTimePass } from '../billing/testing/wall-time'
import type { OrganizationId } from '../ids'
import type { FaultRequest } from '../payments/sandbox/faults'
import { addDays, systemClock } from '../time'
import { type Answered, Installation, type Victim } from './testing/installation'
import type { ProgramName } from './testing/killable'

/**
 * Web server, worker, payment sandbox and Postgres as the processes that they are, each killed with -9 at every step of everything that
 * moves money. Afterwards there is one charge or none, the books say the same, and so does whoever is asked again.
 */
const product = new Installation()
beforeAll(() => product.start())
afterAll(() => product.stop())

/** Something that moves money, ready to be begun. */
type Ready = {
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
type Customer = { id: OrganizationId; clock: string | null }

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

async function chargesOf({ id }: Customer) {
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
async function pastDue(): Promise<Ready> {
  const { customer: before, renewsAt } = await subscribedAMonthAgo()
  await pay(before, 'pm_card_chargeCustomerFail')
  await walkTo(before, renewsAt)
  const customer = await intoRealTime(before)
  const paid = async () => (await invoicesOf(customer)).filter(({ status }: { status: string }) => status === 'paid').length - 1
  const moved = async () => (await chargesOf(customer)).length - 1
  const update = asked(customer, 'PUT', `/organizations/${customer.id}/payment_method`, { payment_method: 'pm_card_visa' }, 10_00, paid)
  // Its answer is about the card; what is open is due from then on, and the worker collects what the request could not.
  return { ...update, again: null, moved, mustHappen: true }
}

const OPERATIONS = {
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
type OperationName = keyof typeof OPERATIONS

const OPENING = ['collect:claimed', 'collect:before_open', 'collect:opened', 'collect:reference_stored']
const CONFIRMING = ['collect:before_attempt', 'collect:observed', 'collect:settled']
const ANSWERING = ['answer:read', 'answer:kept']
const AT_PROVIDER = ['sandbox:asked 1', 'sandbox:asked 2', 'sandbox:performed 1', 'sandbox:performed 2']

type Row = { operations: OperationName[]; program: ProgramName; places: string[]; victims: Victim[] }
const ROWS: Row[] = [
  {
    operations: ['subscribe', 'upgrade', 'purchase'],
    program: 'web',
    places: [...OPENING, ...CONFIRMING, ...ANSWERING],
    victims: ['web', 'postgres', 'sandbox'],
  },
  { operations: ['recharge'], program: 'web', places: [...OPENING, ...CONFIRMING], victims: ['web', 'postgres', 'sandbox'] },
  { operations: ['declined upgrade'], program: 'web', places: ['abandon:before', 'abandon:after'], victims: ['web', 'postgres', 'sandbox'] },
  {
    operations: ['refund'],
    program: 'web',
    places: ['refund:opened', 'refund:claimed', 'refund:observed', ...ANSWERING],
    victims: ['web', 'postgres', 'sandbox'],
  },
  { operations: ['card update'], program: 'web', places: ['card:saved', 'collect:claimed', ...CONFIRMING], victims: ['web'] },
  { operations: ['card update after a payment was canceled at the provider'], program: 'web', places: ['collect:reopened'], victims: ['web'] },
  { operations: ['renewal'], program: 'worker', places: ['due:closed', ...OPENING, ...CONFIRMING], victims: ['worker', 'postgres', 'sandbox'] },
  { operations: ['subscribe', 'upgrade', 'purchase', 'recharge'], program: 'sandbox', places: AT_PROVIDER, victims: ['sandbox', 'web'] },
  { operations: ['refund'], program: 'sandbox', places: ['sandbox:asked', 'sandbox:performed'], victims: ['sandbox', 'web'] },
  { operations: ['renewal'], program: 'sandbox', places: AT_PROVIDER, victims: ['sandbox', 'worker'] },
  { operations: ['webhook'], program: 'web', places: ['webhook:verified', 'webhook:kept'], victims: ['web', 'postgres', 'sandbox'] },
  { operations: ['webhook'], program: 'worker', places: ['inbox:claimed', 'inbox:acted'], victims: ['worker', 'postgres', 'sandbox'] },
  { operations: ['webhook'], program: 'sandbox', places: ['sandbox:event_taken', 'sandbox:event_sent'], victims: ['sandbox', 'web', 'worker'] },
]
const CASES = ROWS.flatMap(({ operations, program, places, victims }) =>
  operations.flatMap((operation) => places.flatMap((place) => victims.map((victim) => ({ operation, program, place, victim })))),
)

it('every place in the code at which a process can be killed is in the matrix', () => {
  const sources = globSync('lib/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') })
  const places = sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bfailpoint\('([^']+)'\)/g)].map((match) => match[1]))
  expect([...new Set(CASES.map(({ place }) => place.split(' ')[0]))].sort()).toEqual([...new Set(places)].sort())
})

describe('killed with -9', () => {
  it.each(sample(CASES, 3))('$victim, as $program is at $place of $operation: one charge or none, and one truth (seed $seed)', async (one) => {
    const ready = await OPERATIONS[one.operation]()
    await expectOneTruth(ready, await die(ready, one))
  })

  it('is caught where it harms: the key of a request is not sent again, and the customer pays twice', async () => {
    const ready = await OPERATIONS.purchase()
    await die(ready, { program: 'web', place: 'collect:settled', victim: 'web' })
    const forgetful = () => product.ask('POST', `/organizations/${ready.customer.id}/credits/purchases`, { amount: 20_00 })
    await expect(expectOneTruth({ ...ready, again: forgetful })).rejects.toThrow('how often money has moved')
  })
})

/** What may happen to what the provider tells us, and to what it remembers. */
const FAULTS: { what: string; fault: FaultRequest; operation: OperationName }[] = [
  { what: 'its events are held back until later', fault: { fault: 'webhooks', mode: 'hold' }, operation: 'webhook' },
  { what: 'its events are lost', fault: { fault: 'webhooks', mode: 'off' }, operation: 'webhook' },
  { what: 'each event comes four times', fault: { fault: 'webhooks', repeat: 3 }, operation: 'webhook' },
  { what: 'the newest event comes first', fault: { fault: 'webhooks', order: 'newest_first' }, operation: 'webhook' },
  { what: 'two events come with another body than was signed', fault: { fault: 'webhooks', corrupt: 2 }, operation: 'webhook' },
  { what: 'it has forgotten every key', fault: { fault: 'prune_keys' }, operation: 'upgrade' },
  { what: 'it has forgotten every key', fault: { fault: 'prune_keys' }, operation: 'purchase' },
  { what: 'it has forgotten every key', fault: { fault: 'prune_keys' }, operation: 'refund' },
]

describe('a provider that misbehaves', () => {
  it.each(sample(FAULTS, 2))('$what, at $operation: one charge, and one truth (seed $seed)', async ({ fault, operation }) => {
    const ready = await OPERATIONS[operation]()
    if (fault.fault === 'prune_keys')
      await die(ready, { program: 'web', place: operation === 'refund' ? 'refund:observed' : 'collect:observed', victim: 'web' })
    await product.fault(fault)
    if (fault.fault !== 'prune_keys') await ready.begin()
    await expectOneTruth({ ...ready, mustHappen: true })
    // What was held comes now, when all is done.
    await product.fault({ fault: 'none' })
    await expectOneTruth({ ...ready, mustHappen: true })
  })
})

/** Begins it, has the victim die on the way, and starts it again; what whoever asked was told. */
async function die(ready: Ready, { program, place, victim }: { program: ProgramName; place: string; victim: Victim }): Promise<Answered> {
  const { died } = await product.arm(program, place, victim)
  const begun = ready.begin()
  await died
  await product.restore(victim)
  await retried(() => product.fault({ fault: 'none' }))
  const answer = await begun
  if (answer) expect(answer.status, `nobody's mistake: ${JSON.stringify(answer.body)}`).not.toBe(500)
  await product.requireSurvivors()
  return answer
}

const ASKS = 20
const LOOKS = 60
const PAUSE_MS = 50

/** It tells how it ended: later is not an answer. */
const isFinal = (answer: Answered): answer is NonNullable<Answered> =>
  answer !== null && answer.status < 500 && answer.status !== 202 && answer.body.code !== 'idempotency_in_progress'

/** Asks again until there is an answer that is one, while the worker does what it does. */
async function expectOneTruth(ready: Ready, told: Answered = null): Promise<void> {
  await settle(ready)
  const answer = ready.again ? await answered(ready.again, ready) : null
  await settle(ready)
  const [effects, moved] = [await ready.effects(), await ready.moved()]
  expect(moved, 'how often money has moved').toBeLessThanOrEqual(1)
  expect(effects, 'it has taken effect as often as it was paid for').toBe(moved)
  for (const said of ready.again ? [told, answer].filter(isFinal) : [])
    expect(said.status < 300, `what the customer is told: ${JSON.stringify(said.body)}`).toBe(moved === 1)
  if (ready.mustHappen) expect(moved).toBe(1)
  const { customer } = ready
  expect(await product.make('GET', `/books?organization=${customer.id}`)).toMatchObject({ balanced: true, differences: [] })
  const kept = (await chargesOf(customer)).reduce((sum, charge) => sum + BigInt(charge.amount - charge.amount_refunded), 0n)
  expect(await ledgerCash(customer.id), 'the books say what the provider does').toBe(kept)
}

async function answered(ask: () => Promise<Answered>, ready: Ready): Promise<NonNullable<Answered>> {
  for (let attempt = 0; attempt < ASKS; attempt++) {
    const answer = await ask()
    if (isFinal(answer)) return answer
    await settle(ready)
  }
  throw new Error('nobody was ever given an answer')
}

/** Until nothing waits any more: wall time passes, and the worker looks. */
async function settle({ customer }: Ready): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if ((await retried(() => waiting(customer))) === 0) return
    await retried(async () => {
      await letWallTimePass(customer.id)
      await inEngine((tx) => tx.update(webhookInbox).set({ nextTryAt: sql`now() - interval '1 second'` }).where(eq(webhookInbox.state, 'pending')))
      await product.wake('reconcile', 'inbox', 'due')
    })
    await sleep(PAUSE_MS)
  }
  throw new Error('something waits for ever')
}

async function waiting({ id: organizationId }: Customer): Promise<number> {
  return inEngine(async (tx) => {
    const open = await tx
      .select({ id: payments.id })
      .from(payments)
      .where(and(eq(payments.organizationId, organizationId), notInArray(payments.state, ['collected', 'abandoned'])))
    const sent = await tx
      .select({ id: refunds.id })
      .from(refunds)
      .where(and(eq(refunds.organizationId, organizationId), inArray(refunds.state, ['created', 'pending'])))
    const acts = await tx
      .select()
      .from(pendingActions)
      .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.state, 'waiting')))
    return open.length + sent.length + acts.length
  })
}

/** The server has only just come back, and connections of before are not yet known to be gone. */
async function retried<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (fault) {
      if (attempt >= LOOKS) throw fault
      await sleep(PAUSE_MS)
    }
  }
}
