import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Dice, rounds, sample } from '../billing/testing/depth'
import type { Route } from './route'
import { routes } from './routes/table'
import { expectCountedAsTold } from './testing/counted'
import { createOfOrganization, giveCredit, nameOf, type OfOrganization, pathIn } from './testing/every-route'
import { SITUATIONS, type Situation } from './testing/race-situations'
import { type Json, type Reply, runInterface } from './testing/running-interface'
import { expectChargedOnceAfterAll, expectSound } from './testing/sound'
import { told } from './testing/twice'
import { BETTER, BODIES } from './testing/valid-bodies'

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

/** How often a pair is sent at once in each of the two orders: first side by side, then the one a little after the other. */
const ROUNDS = rounds(2)
/** Those between which money may go astray. */
const ROUNDS_OF_MONEY = rounds(3)
const AT_MOST_LATER_MICROSECONDS = 3_000

/** What is only possible after another has made it so; where it is, it is raced in one of `SITUATIONS`. */
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

/** What is charged, given back, or given up. */
const MOVE_MONEY = [
  ...['POST /organizations/{organization}/subscriptions', 'POST /subscriptions/{subscription}/changes', 'POST /organizations/{organization}/credits/purchases'],
  ...['PUT /organizations/{organization}/credits/auto_recharge', 'POST /organizations/{organization}/adjustments', 'POST /invoices/{invoice}/refunds'],
  ...['POST /test_clocks/{clock}/advance', 'PUT /organizations/{organization}/payment_method', 'POST /organizations/{organization}/pro_forma'],
  ...['POST /invoices/{invoice}/pay', 'POST /invoices/{invoice}/void', 'POST /invoices/{invoice}/mark_paid'],
]

/** Of an invoice that nobody has paid. */
const OF_OPEN_INVOICE = [
  'POST /invoices/{invoice}/pay',
  'POST /invoices/{invoice}/void',
  'POST /invoices/{invoice}/mark_paid',
  'POST /invoices/{invoice}/mark_uncollectible',
]

/** A pair, and where it meets; left out: on a plan that runs, with all that they need. */
type Meeting = { wishes: readonly Route[]; situation?: Situation }

async function world({ wishes, situation }: Meeting): Promise<OfOrganization> {
  if (situation) return situation.begin(api)
  const needed = new Set(wishes.flatMap(neededBy))
  const named = await createOfOrganization(api, 'Acme', new Set([...needed].filter((name) => name !== 'quote')))
  const owner = `/organizations/${named.organization}`
  await giveCredit(api, named)
  if (needed.has('quote')) named.quote = (await api.make(`/subscriptions/${named.subscription}/quotes`, { plan: 'pro' })).id // What it says depends on the credit.
  if (wishes.some((wish) => OF_OPEN_INVOICE.includes(nameOf(wish))))
    named.invoice = (await api.make(`${owner}/pro_forma`, { product: 'team-seats', plan: 'basic' })).invoice.id
  return named
}

function bodyOf(route: Route, named: OfOrganization, situation?: Situation): Json {
  const name = nameOf(route)
  return (situation?.bodies?.[name] ?? BETTER[name] ?? BODIES[name])?.(named) ?? {}
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

async function endOf(meeting: Meeting, run: (ask: Ask) => Promise<Reply[]>): Promise<End> {
  const { wishes, situation } = meeting
  const named = await world(meeting)
  const bodies = new Map(wishes.map((route) => [route, bodyOf(route, named, situation)]))
  const replies = await run((route, idempotencyKey = randomUUID()) =>
    api.send(route.method.toUpperCase(), pathIn(route, named), bodies.get(route), { idempotencyKey }),
  )
  for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500)
  await expectSound(api, named.organization)
  const asked = wishes.flatMap((route, index) => {
    const reply = replies[index]
    return reply ? [{ name: nameOf(route), path: pathIn(route, named), body: bodies.get(route), reply }] : []
  })
  await expectCountedAsTold(named.organization, asked)
  const state = await stateOf(named)
  if (situation || isOfNeitherOrder(wishes.map(nameOf))) await expectChargedOnceAfterAll(api, named.organization)
  return { told: replies.map(told).join(), state }
}

const oneByOne = (meeting: Meeting) =>
  endOf(meeting, async (ask) => {
    const replies: Reply[] = []
    for (const wish of meeting.wishes) replies.push(await ask(wish))
    return replies
  })

const atOnce = (meeting: Meeting, laterMicroseconds: number) =>
  endOf(meeting, async (ask) => {
    const sent = meeting.wishes.map((wish, index) => ({ wish, key: randomUUID(), later: index * laterMicroseconds }))
    const first = await Promise.all(
      sent.map(async ({ later, ...one }) => {
        await letOtherGo(later)
        return { ...one, reply: await ask(one.wish, one.key) }
      }),
    )
    const replies: Reply[] = []
    for (const { wish, key, reply } of first) replies.push(isToComeAgain(reply) ? await askAgain(ask, { wish, key, reply }) : reply)
    return replies
  })

/** The other gets so much further: turns of the event loop, on which the interface runs too, as no timer is as short. */
async function letOtherGo(microseconds: number): Promise<void> {
  const until = performance.now() + microseconds / 1_000
  while (performance.now() < until) await setImmediate()
}

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

/** A walk is many commands, and another comes between two of them, at a time of its own: what is told and kept is sound, and of neither order. */
const isOfNeitherOrder = (names: readonly string[]) => names.includes('POST /test_clocks/{clock}/advance') || isUsedWhileRefunded(names)

/** In the order in which the pair is named. */
const turned = ({ told: answers, state }: End): End => ({ told: answers.split(',').reverse().join(), state })

it('every command on an organization is one that there is', () => {
  expect(OF_NOBODY.filter((name) => !routes.some((route) => nameOf(route) === name))).toEqual([])
  expect([...Object.keys(BETTER), ...Object.keys(REFUSED_ALONE), ...MOVE_MONEY].filter((name) => !commands.some((route) => nameOf(route) === name))).toEqual([])
})

/** In each of the two orders, and at once as often as `ROUNDS` says, whichever is sent first. */
async function expectAsInTurn(meeting: Meeting, dice: Dice): Promise<void> {
  const back = { ...meeting, wishes: meeting.wishes.toReversed() }
  const isOfNeither = isOfNeitherOrder(meeting.wishes.map(nameOf))
  const rounds = meeting.situation || meeting.wishes.every((wish) => MOVE_MONEY.includes(nameOf(wish))) ? ROUNDS_OF_MONEY : ROUNDS
  const orders = await Promise.all([oneByOne(meeting), oneByOne(back).then(turned)])
  for (let round = 0; round < rounds; round++) {
    const later = round === 0 ? 0 : dice.below(AT_MOST_LATER_MICROSECONDS)
    for (const end of await Promise.all([atOnce(meeting, later), atOnce(back, later).then(turned)])) {
      if (isOfNeither) continue
      const possible = orders.filter((order) => isOrderOf(order, end))
      const what = `${orders.map((order) => order.told).join(' or ')}, not ${end.told}, ${later} µs apart`
      expect(possible, what).not.toEqual([])
      expect(
        possible.map(({ state }) => state),
        what,
      ).toContainEqual(end.state)
    }
  }
}

describe('on a plan that runs', () => {
  it.each(
    sample(
      commands.map((route) => ({ name: nameOf(route) })),
      8,
    ),
  )('$name does something where nobody else is at it (seed $seed)', async ({ name }) => {
    const { told: answer } = await oneByOne({ wishes: [routeNamed(name)] })
    const refused = REFUSED_ALONE[name]
    if (refused) expect(answer).toBe(refused)
    else expect(answer).toMatch(/^(?:done|accepted)$/)
  })

  it.each(sample(PAIRS, 12))('at once, $one and $other: as one after the other (seed $seed)', async ({ one, other }) => {
    await expectAsInTurn({ wishes: [routeNamed(one), routeNamed(other)] }, new Dice(`${one}, ${other}`))
  })
})

describe('where there is more to do', () => {
  const homes = Object.entries(SITUATIONS).flatMap(([where, { athome }]) => athome.map((name) => ({ where, name })))
  const meetings = Object.entries(SITUATIONS).flatMap(([where, { athome, meets }]) =>
    athome.flatMap((one, index) => [...athome.slice(index), ...meets].map((other) => ({ where, one, other }))),
  )

  it('whatever is refused on a plan that runs finds something to do', () => {
    expect(homes.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(REFUSED_ALONE)))
  })

  it.each(sample(homes, 3))('$where, $name does something where nobody else is at it (seed $seed)', async ({ where, name }) => {
    const { told: answer } = await oneByOne({ wishes: [routeNamed(name)], situation: situationNamed(where) })
    expect(answer).toMatch(/^(?:done|accepted)$/)
  })

  it.each(sample(meetings, 6))('$where, at once, $one and $other: as one after the other (seed $seed)', async ({ where, one, other }) => {
    const wishes = [routeNamed(one), routeNamed(other)]
    await expectAsInTurn({ wishes, situation: situationNamed(where) }, new Dice(`${where}: ${one}, ${other}`))
  })
})

function situationNamed(name: string): Situation {
  const found = SITUATIONS[name]
  if (!found) throw new Error(`there is no ${name}`)
  return found
}
