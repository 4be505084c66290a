import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Dice } from '../../billing/testing/depth'
import { type Asked, expectCountedAsTold } from './counted'
import type { OfOrganization } from './every-route'
import type { Json, Reply, RunningInterface } from './running-interface'
import { expectChargedOnceAfterAll, expectSound } from './sound'
import { told } from './twice'

/** Something that is asked of one organization. */
export type Wish = {
  name: string
  /** Looks at what there is; what it gives back can be asked. `turn`: 0 for the first of a pair as it is named. */
  prepare(named: OfOrganization, turn: number): Promise<Prepared>
}

export type Prepared = Pick<Asked, 'path' | 'body'> & {
  ask(idempotencyKey: string): Promise<Reply>
  /** What is there afterwards of one that was told done, and what should be; another one of its name that was told done too may have had the last word. */
  kept?: { expected: unknown; read(): Promise<unknown> }
}

/** A pair, and where it meets. */
export type Meeting = { wishes: readonly Wish[]; begin(): Promise<OfOrganization> }

/** How a pair is raced. */
export type Terms = {
  /** How often in each of the two orders. */
  rounds: number
  /** So many of these begin at the same moment, in the others the second begins while the first is at it, at a time that is drawn. */
  sideBySide: number
  /** What comes of it is sound, and need not be what comes of an order. */
  isOfNeitherOrder?: boolean
  /** Afterwards the worker looks, and nothing is charged twice. */
  looksAfterwards?: boolean
}

/** That somebody else is at it is an answer of its own: the one who hears it asks again when the other has been answered. */
const COME_AGAIN = ['change_in_progress', 'refund_in_progress', 'clock_advancing', 'idempotency_in_progress', 'payments_unsettled', 'accepted']

type End = { told: string; state: Json; tookMicroseconds: readonly number[] }
type Conditions = Omit<Terms, 'rounds' | 'sideBySide'>
type Ask = (wish: Prepared, idempotencyKey: string) => Promise<Reply>

export class Races {
  readonly #api: RunningInterface

  constructor(api: RunningInterface) {
    this.#api = api
  }

  /**
   * In each of the two orders, and at once as often as the terms say, whichever is sent first: what comes of it at once is what comes of it in the one
   * order or in the other.
   */
  async expectAsInTurn(meeting: Meeting, terms: Terms, dice: Dice): Promise<void> {
    const back = { ...meeting, wishes: meeting.wishes.toReversed() }
    const [there, backwards] = await Promise.all([this.oneByOne(meeting, terms), this.oneByOne(back, terms)])
    const orders = [there, turned(backwards)]
    for (let round = 0; round < terms.rounds; round++) {
      const later = ({ tookMicroseconds: [first = 0] }: End) => (round < terms.sideBySide ? 0 : dice.below(first + 1))
      const [after, afterOther] = [later(there), later(backwards)]
      for (const end of await Promise.all([this.#atOnce(meeting, terms, after), this.#atOnce(back, terms, afterOther).then(turned)])) {
        if (terms.isOfNeitherOrder) continue
        const possible = orders.filter((order) => isOrderOf(order, end))
        const what = `${orders.map((order) => order.told).join(' or ')}, not ${end.told}, ${after} or ${afterOther} µs apart`
        expect(possible, what).not.toEqual([])
        expect(
          possible.map(({ state }) => state),
          what,
        ).toContainEqual(end.state)
      }
    }
  }

  oneByOne(meeting: Meeting, terms: Conditions): Promise<End> {
    return this.#endOf(meeting, terms, async (wishes, ask) => {
      const replies: Reply[] = []
      for (const wish of wishes) replies.push(await ask(wish, randomUUID()))
      return replies
    })
  }

  #atOnce(meeting: Meeting, terms: Conditions, laterMicroseconds: number): Promise<End> {
    return this.#endOf(meeting, terms, async (wishes, ask) => {
      const sent = wishes.map((wish, index) => ({ wish, key: randomUUID(), later: index * laterMicroseconds }))
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
  }

  async #endOf(meeting: Meeting, terms: Conditions, run: (wishes: readonly Prepared[], ask: Ask) => Promise<Reply[]>): Promise<End> {
    const named = await meeting.begin()
    const wishes: Prepared[] = []
    for (const [turn, wish] of meeting.wishes.entries()) wishes.push(await wish.prepare(named, turn))
    const tookMicroseconds: number[] = []
    const replies = await run(wishes, async (wish, idempotencyKey) => {
      const began = performance.now()
      const reply = await wish.ask(idempotencyKey)
      tookMicroseconds.push(Math.round((performance.now() - began) * 1_000))
      return reply
    })
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500)
    await expectSound(this.#api, named.organization)
    const asked = replies.flatMap((reply, index) => {
      const [wish, prepared] = [meeting.wishes[index], wishes[index]]
      return wish && prepared ? [{ name: wish.name, reply, ...prepared }] : []
    })
    await expectCountedAsTold(named.organization, asked)
    await expectKept(asked)
    const state = await this.#stateOf(named)
    if (terms.looksAfterwards) await expectChargedOnceAfterAll(this.#api, named.organization)
    return { told: replies.map(told).join(), state, tookMicroseconds }
  }

  /** All that tells one end from another; ids and what is made of them left out, and in which order credit came whose purchase took its time. */
  async #stateOf({ organization, clock }: OfOrganization): Promise<Json> {
    const owner = `/organizations/${organization}`
    const all = [owner, `${owner}/subscriptions`, `${owner}/invoices?limit=100`, `${owner}/credits`, `${owner}/members?limit=100`, `${owner}/entitlements`]
    const read = await Promise.all([...all, `/test_clocks/${clock}`].map((path) => this.#api.get(path)))
    const written = JSON.stringify(read.map(({ body }) => body))
    const state: Json[] = JSON.parse(written.replaceAll(/[a-z]+_[0-9a-z]{26}/g, 'id').replaceAll(/"(slug|number)":"[^"]*"/g, '"$1":""'))
    for (const { grants } of state) grants?.sort((one: Json, other: Json) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
    return state
  }
}

/** What was told done is there, or what another one of its name left there that was told done too. */
async function expectKept(asked: readonly (Asked & Prepared)[]): Promise<void> {
  const done = asked.filter(({ reply }) => told(reply) === 'done')
  for (const { name, kept } of done) {
    if (!kept) continue
    const expected = done.flatMap((one) => (one.name === name && one.kept ? [one.kept.expected] : []))
    expect(expected, `${name}: what is kept`).toContainEqual(await kept.read())
  }
}

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
async function askAgain(ask: Ask, { wish, key, reply }: { wish: Prepared; key: string; reply: Reply }): Promise<Reply> {
  if (told(reply) !== 'accepted') return ask(wish, randomUUID())
  expect((await ask(wish, key)).status, 'it is known what became of it').not.toBe(202)
  return reply
}

/** In an order, one that was accepted may have been told whatever became of it. */
function isOrderOf(order: End, end: End): boolean {
  const inTurn = order.told.split(',')
  return end.told.split(',').every((answer, index) => answer === 'accepted' || answer === inTurn[index])
}

/** In the order in which the pair is named. */
const turned = (end: End): End => ({ ...end, told: end.told.split(',').reverse().join() })
