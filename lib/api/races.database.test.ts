import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { organizations } from '../../db/schema'
import { cashByTransfer, ledgerCash } from '../billing/testing/cash'
import { sample } from '../billing/testing/depth'
import type { OrganizationId } from '../ids'
import type { Route } from './route'
import { routes } from './routes/table'
import { createOfOrganization, nameOf, type OfOrganization, pathIn } from './testing/every-route'
import { type Json, type Reply, runInterface, usage } from './testing/running-interface'
import { told } from './testing/twice'
import { BODIES } from './testing/valid-bodies'

/**
 * Every command on one organization against every other, and itself, at the same moment. What comes of it must be what would have come of it
 * one after the other, in the one order or the other: the same answers and the same state. That leaves no room for a double charge, a lost
 * update or a deadlock that reaches a person.
 */
const api = runInterface()

/** Writes that are about no organization. */
const OF_NOBODY = [
  ...['POST /organizations', 'POST /products', 'POST /test_clocks', 'POST /books/run', 'POST /webhook_endpoints', 'POST /deliveries/{delivery}/resend'],
  ...['PATCH /webhook_endpoints/{webhook_endpoint}', 'DELETE /webhook_endpoints/{webhook_endpoint}'],
  ...['POST /webhook_endpoints/{webhook_endpoint}/rotate_secret', 'POST /webhook_endpoints/{webhook_endpoint}/test'],
]

/** Where another body does more than the one that is only valid. */
const BETTER: Record<string, (named: OfOrganization) => Json> = {
  'POST /organizations/{organization}/subscriptions': () => ({ product: 'team-seats', plan: 'basic' }),
  'POST /organizations/{organization}/quotes': () => ({ product: 'team-seats', plan: 'basic' }),
  'POST /organizations/{organization}/pro_forma': () => ({ product: 'team-seats', plan: 'basic' }),
  'PUT /subscriptions/{subscription}/limits': () => ({ hard_limit: null }),
  'POST /organizations/{organization}/credits/purchases': () => ({ amount: 20_00 }),
  'POST /invoices/{invoice}/pay': () => ({}),
  'POST /usage': ({ organization }) => ({ events: [usage(organization, 5)] }),
  'POST /consume': ({ organization }) => usage(organization, 9_990),
  'POST /leases': ({ organization }) => ({ organization, meter: 'calls', quantity: 9_985, ttl_seconds: 60 }),
  'POST /test_clocks/{clock}/advance': () => ({ to: '2026-02-02T00:00:00Z' }),
  'POST /invoices/{invoice}/refunds': () => ({}),
  'POST /organizations/{organization}/members': ({ clock }) => ({ email: `newcomer-of-${clock}@example.com`, role: 'admin' }),
  'POST /organizations/{organization}/adjustments': () => ({ amount: -5_00, reason: 'Taken back' }),
}

/** What is only possible after another has made it so; with the others it races in vain, or in time. */
const REFUSED_ALONE: Record<string, string> = {
  'DELETE /organizations/{organization}': 'subscription_active',
  'POST /subscriptions/{subscription}/reactivate': 'not_scheduled',
  'DELETE /subscriptions/{subscription}/pending_change': 'not_found',
  'POST /subscriptions/{subscription}/limit_requests': 'plan_not_eligible',
  'POST /invoices/{invoice}/mark_uncollectible': 'change_in_progress',
}

/** That somebody else is at it is an answer of its own: the one who hears it asks again when the other has been answered. */
const COME_AGAIN = ['change_in_progress', 'refund_in_progress', 'clock_advancing', 'idempotency_in_progress', 'payments_unsettled', 'accepted']

const commands = routes.filter((route) => route.mutates && !OF_NOBODY.includes(nameOf(route)))
const PAIRS = commands.flatMap((one, index) => commands.slice(index).map((other) => ({ one: nameOf(one), other: nameOf(other) })))

function routeNamed(name: string): Route {
  const found = commands.find((route) => nameOf(route) === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

/** What its path and its body name. */
function neededBy(route: Route): string[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const recorder = new Proxy({} as OfOrganization, {
    get: (_, name) => {
      names.push(String(name))
      return 'named'
    },
  })
  bodyOf(route, recorder)
  return names
}

/** Of an invoice that nobody has paid. */
const OF_OPEN_INVOICE = [
  'POST /invoices/{invoice}/pay',
  'POST /invoices/{invoice}/void',
  'POST /invoices/{invoice}/mark_paid',
  'POST /invoices/{invoice}/mark_uncollectible',
]

async function world(wishes: readonly Route[]): Promise<OfOrganization> {
  const needed = new Set(wishes.flatMap(neededBy))
  const named = await createOfOrganization(api, 'Acme', new Set([...needed].filter((name) => name !== 'quote')))
  const owner = `/organizations/${named.organization}`
  if (named.member) await api.make(`${owner}/members/${named.member}/credit`, { amount: 5_00 })
  await api.make(`${owner}/adjustments`, { amount: 5_00, reason: 'A kindness' })
  if (needed.has('quote')) named.quote = (await api.make(`/subscriptions/${named.subscription}/quotes`, { plan: 'pro' })).id // What it says depends on the credit.
  if (wishes.some((wish) => OF_OPEN_INVOICE.includes(nameOf(wish))))
    named.invoice = (await api.make(`${owner}/pro_forma`, { product: 'team-seats', plan: 'basic' })).invoice.id
  return named
}

function bodyOf(route: Route, named: OfOrganization): Json {
  return (BETTER[nameOf(route)] ?? BODIES[nameOf(route)])?.(named) ?? {}
}

/** All that tells one end from another; ids and what is made of them left out, and in which order credit came whose purchase took its time. */
async function stateOf({ organization, clock }: OfOrganization): Promise<Json> {
  const owner = `/organizations/${organization}`
  const all = [owner, `${owner}/subscriptions`, `${owner}/invoices?limit=100`, `${owner}/credits`, `${owner}/members?limit=100`, `${owner}/entitlements`]
  const read = await Promise.all([...all, `/test_clocks/${clock}`].map((path) => api.get(path)))
  const written = JSON.stringify(read.map(({ body }) => body))
  const state: Json[] = JSON.parse(written.replaceAll(/[a-z]+_[0-9a-z]{26}/g, 'id').replaceAll(/"(slug|number)":"[^"]*"/g, '"$1":""'))
  for (const { grants } of state) grants?.sort((one: Json, other: Json) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
  return state
}

type End = { told: string; state: Json }

type Ask = (route: Route, idempotencyKey?: string) => Promise<Reply>

async function endOf(wishes: readonly Route[], run: (ask: Ask) => Promise<Reply[]>): Promise<End> {
  const named = await world(wishes)
  const bodies = new Map(wishes.map((route) => [route, bodyOf(route, named)]))
  const replies = await run((route, idempotencyKey = randomUUID()) =>
    api.send(route.method.toUpperCase(), pathIn(route, named), bodies.get(route), { idempotencyKey }),
  )
  for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500)
  await expectSound(named)
  return { told: replies.map(told).join(), state: await stateOf(named) }
}

/** The books balance, and say what the payment provider does. */
async function expectSound({ organization }: OfOrganization): Promise<void> {
  const id = organization as OrganizationId
  const books = await api.get(`/books?organization=${organization}`)
  if (books.status === 200) expect(books.body).toMatchObject({ balanced: true, differences: [] })
  const [row] = await inEngine((tx) => tx.select({ customer: organizations.payerRef }).from(organizations).where(eq(organizations.id, id)))
  const { data } = await api.payments.stripe.charges.list({ customer: row?.customer ?? '', limit: 100 })
  const kept = data.filter(({ status }) => status === 'succeeded').reduce((sum, charge) => sum + BigInt(charge.amount - charge.amount_refunded), 0n)
  expect(await ledgerCash(id), 'cash at the provider, by transfer and in the books').toBe(kept + (await cashByTransfer(id)))
}

const oneByOne = (wishes: readonly Route[]) =>
  endOf(wishes, async (ask) => {
    const replies: Reply[] = []
    for (const wish of wishes) replies.push(await ask(wish))
    return replies
  })

const atOnce = (wishes: readonly Route[]) =>
  endOf(wishes, async (ask) => {
    const sent = wishes.map((wish) => ({ wish, key: randomUUID() }))
    const first = await Promise.all(sent.map(async (one) => ({ ...one, reply: await ask(one.wish, one.key) })))
    const replies: Reply[] = []
    for (const { wish, key, reply } of first) replies.push(isToComeAgain(reply) ? await askAgain(ask, { wish, key, reply }) : reply)
    return replies
  })

const isToComeAgain = (reply: Reply) => COME_AGAIN.includes(told(reply))

/**
 * A refusal is kept under its key (G22), so that the wish has another. What was accepted is asked for under its own, and must be known by now; it
 * stays `accepted`, for it shares the fate of a payment that the other has in hand: paid with it, or taken back with it.
 */
async function askAgain(ask: Ask, { wish, key, reply }: { wish: Route; key: string; reply: Reply }): Promise<Reply> {
  if (told(reply) !== 'accepted') return ask(wish)
  expect((await ask(wish, key)).status, 'it is known what became of it').not.toBe(202)
  return reply
}

/** In an order, one that was accepted may have been told whatever became of it. */
function isOrderOf(order: End, end: End): boolean {
  const inTurn = order.told.split(',')
  return end.told.split(',').every((answer, index) => answer === 'accepted' || answer === inTurn[index])
}

/**
 * A refund is two transactions, with the provider between them. What is used meanwhile counts on the plan that still runs: that order is sound, and
 * neither of two.
 */
const USES = ['POST /usage', 'POST /consume', 'POST /leases', 'POST /leases/{lease}/settle']
const isUsedWhileRefunded = (names: readonly string[]) => names.includes('POST /invoices/{invoice}/refunds') && names.some((name) => USES.includes(name))

/** In the order in which the pair is named. */
const turned = ({ told: answers, state }: End): End => ({ told: answers.split(',').reverse().join(), state })

it('every command on an organization is one that there is', () => {
  expect(OF_NOBODY.filter((name) => !routes.some((route) => nameOf(route) === name))).toEqual([])
  expect([...Object.keys(BETTER), ...Object.keys(REFUSED_ALONE)].filter((name) => !commands.some((route) => nameOf(route) === name))).toEqual([])
})

it.each(
  sample(
    commands.map((route) => ({ name: nameOf(route) })),
    8,
  ),
)('$name does something where nobody else is at it (seed $seed)', async ({ name }) => {
  const { told: answer } = await oneByOne([routeNamed(name)])
  const refused = REFUSED_ALONE[name]
  if (refused) expect(answer).toBe(refused)
  else expect(answer).toMatch(/^(?:done|accepted)$/)
})

it.each(sample(PAIRS, 12))('at once, $one and $other: as one after the other (seed $seed)', async ({ one, other }) => {
  const wishes = [routeNamed(one), routeNamed(other)]
  const back = wishes.toReversed()
  // A walk is many commands, and another comes between two of them, at a time of its own: what is told and kept is sound, and of neither order.
  const isWalked = [one, other].includes('POST /test_clocks/{clock}/advance')
  const orders = await Promise.all([oneByOne(wishes), oneByOne(back).then(turned)])
  for (const end of await Promise.all([atOnce(wishes), atOnce(back).then(turned)])) {
    if (isWalked || isUsedWhileRefunded([one, other])) continue
    const possible = orders.filter((order) => isOrderOf(order, end))
    expect(possible, `${orders.map((order) => order.told).join(' or ')}, not ${end.told}`).not.toEqual([])
    expect(possible.map(({ state }) => state)).toContainEqual(end.state)
  }
})
