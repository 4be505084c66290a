import { setTimeout as sleep } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { organizations } from '../../../db/schema'
import { letWallTimePass } from '../../billing/testing/wall-time'
import { newEventId } from '../../client/event-id'
import type { OrganizationId } from '../../ids'
import { addDays, systemClock } from '../../time'
import type { Answered, Installation, WebName } from './installation'

/** Behind each other's back: a caller whose request is not answered asks the other one. */
const WEBS: readonly [WebName, WebName] = ['web', 'web 2']
const ASKS_AGAIN_MS = 20
const ASKS_BEFORE_TIME_PASSES = 10
/** Does not divide the limit, so that somebody always stands just below it and asks for more than is left. */
export const CONSUMED_AT_ONCE = 7
const REFUSALS_BEFORE_THE_NEXT = 6
const EVENTS_AT_ONCE = 10
export const BOUGHT_AT_ONCE = 5_00

const KINDS = ['usage', 'consume', 'purchases', 'seats', 'renewals'] as const
type Kind = (typeof KINDS)[number]
type Body = Record<string, unknown>
type Final = NonNullable<Answered>
/** `organization`: whose payment may have been in the hands of one that was killed. */
type Asking = { method: string; path: string; body: Body; key?: string; organization?: OrganizationId }
type Metered = { id: OrganizationId; subscription: string }

/** What a caller does who is given no answer in time: sends the same again, or, as no caller may, something new. */
export type Retrying = 'the same' | 'as if it were new'

/**
 * What many callers do at once to two web servers, each of them until it has an answer, and what they were answered. Whatever is killed meanwhile, the
 * database has to say the same afterwards as they were told.
 */
export class ClusterLoad {
  readonly reporting: Metered[] = []
  readonly capped: (Metered & { allowed: number; refused: number })[] = []
  readonly buyers: { id: OrganizationId; keys: number }[] = []
  readonly teams: (Metered & { joined: number })[] = []
  readonly renewed: OrganizationId[] = []
  reportedUnits = 0
  #answered = 0
  #isOver = false
  #tick = 0
  #failed: Promise<never> = new Promise(() => {})
  readonly #waiting: { until: number; reached: () => void }[] = []
  readonly #product: Installation
  readonly #retrying: Retrying

  constructor(product: Installation, retrying: Retrying = 'the same') {
    this.#product = product
    this.#retrying = retrying
  }

  /** Resolves when so many more have been answered: places in the load, whatever the machine's speed. */
  answers(more: number): Promise<void> {
    return this.during(new Promise((reached) => this.#waiting.push({ until: this.#answered + more, reached })))
  }

  /** As the promise, or the error of the first caller who was answered what nobody should be. */
  during<Value>(something: Promise<Value>): Promise<Value> {
    return Promise.race([something, this.#failed])
  }

  /** @returns `end`: begins nothing new, and resolves when everybody has their answer. */
  begin(kinds: readonly Kind[] = KINDS): { end: () => Promise<void> } {
    const lines: Record<Kind, () => Promise<unknown>> = {
      usage: () => Promise.all([1, 2].map(() => this.#repeat(() => this.#customer('api-calls', 'free'), this.reporting, this.#report))),
      consume: () => Promise.all([this.#consumeToTheLimit(), this.#consumeToTheLimit()]),
      purchases: () => this.#repeat(async () => ({ ...(await this.#customer('model-tokens', 'prepaid')), keys: 0 }), this.buyers, this.#buy),
      seats: () => this.#repeat(async () => ({ ...(await this.#customer('team-seats', 'basic')), joined: 0 }), this.teams, this.#join),
      renewals: () => this.#renewals(),
    }
    const all = Promise.all(kinds.map((kind) => lines[kind]()))
    this.#failed = all.then(() => new Promise<never>(() => {}))
    this.#failed.catch(() => {}) // Whoever waits is told.
    return {
      end: async () => {
        this.#isOver = true
        await all
      },
    }
  }

  async #repeat<One>(make: () => Promise<One>, list: One[], step: (one: One) => Promise<void>): Promise<void> {
    const one = await make()
    list.push(one)
    while (!this.#isOver) await step(one)
  }

  /** Asked until it is answered for good, each time of the other one. */
  async #insist({ method, path, body, key, organization }: Asking): Promise<Final> {
    const first = this.#tick++
    for (let asks = 1; ; asks++) {
      const answer = await this.#product.ask(method, path, body, key, WEBS[(first + asks) % 2])
      if (answer && isFinal(answer)) return this.#count(answer)
      if (organization && asks % ASKS_BEFORE_TIME_PASSES === 0) await this.#letTimePass(organization)
      await sleep(ASKS_AGAIN_MS)
    }
  }

  /** What the dead held for a minute is looked at now. Where a living one held it, two look at once, which must do no harm either. */
  async #letTimePass(organization: OrganizationId): Promise<void> {
    await letWallTimePass(organization)
    await this.#product.wake('reconcile')
  }

  #count(answer: Final): Final {
    this.#answered += 1
    for (const [index, { until, reached }] of [...this.#waiting.entries()].toReversed()) {
      if (this.#answered < until) continue
      this.#waiting.splice(index, 1)
      reached()
    }
    return answer
  }

  async #make(asking: Omit<Asking, 'key'>): Promise<Body> {
    const { status, body } = await this.#insist({ ...asking, key: newEventId() })
    if (status >= 300) throw new Error(`${asking.method} ${asking.path}: ${status} ${JSON.stringify(body)}`)
    return body
  }

  async #customer(product: string, plan: string, facts: Body = {}): Promise<Metered> {
    const owner = { email: `${newEventId()}@example.com`, name: 'Ada' }
    const made = await this.#make({ method: 'POST', path: '/organizations', body: { name: 'Acme', owner, invite: false, ...facts } })
    const id = String(made.id) as OrganizationId
    await this.#make({ method: 'PUT', path: `/organizations/${id}/payment_method`, body: { payment_method: 'pm_card_visa' } })
    return { id, subscription: await this.#subscribe(id, { product, plan }) }
  }

  /** One that died on the way may have been given up, unpaid: then the customer begins anew. */
  async #subscribe(id: OrganizationId, body: Body): Promise<string> {
    for (;;) {
      const told = await this.#insist({ method: 'POST', path: `/organizations/${id}/subscriptions`, body, key: newEventId(), organization: id })
      if (told.status < 300) return String(told.body.id)
      if (told.status !== 402) throw new Error(`nobody could subscribe: ${JSON.stringify(told.body)}`)
    }
  }

  /** The same to both at once, as a caller does whose first request was slow. */
  readonly #report = async ({ id: organization }: Metered): Promise<void> => {
    const batch = () => Array.from({ length: EVENTS_AT_ONCE }, () => ({ id: newEventId(), organization, meter: 'calls', quantity: 1 }))
    const events = batch()
    const again = this.#retrying === 'the same' ? events : batch()
    const told = await Promise.all([events, again].map((sent) => this.#insist({ method: 'POST', path: '/usage', body: { events: sent } })))
    for (const { status, body } of told) if (status >= 300) throw new Error(`usage was refused: ${JSON.stringify(body)}`)
    this.reportedUnits += EVENTS_AT_ONCE
  }

  async #consumeToTheLimit(): Promise<void> {
    while (!this.#isOver) {
      const customer = { ...(await this.#customer('api-calls', 'free')), allowed: 0, refused: 0 }
      this.capped.push(customer)
      const consume = async () => {
        while (!this.#isOver && customer.refused < REFUSALS_BEFORE_THE_NEXT) {
          const asked = { id: newEventId(), organization: customer.id, meter: 'calls', quantity: CONSUMED_AT_ONCE }
          const { body } = await this.#insist({ method: 'POST', path: '/consume', body: asked })
          if (body.allowed === true) customer.allowed += 1
          else customer.refused += 1
        }
      }
      await Promise.all([consume(), consume()])
    }
  }

  /** Sent to both at once too: one of them does it, and the other says what was done, or that nothing was (402). */
  readonly #buy = async (buyer: { id: OrganizationId; keys: number }): Promise<void> => {
    const { id: organization } = buyer
    const asking = {
      method: 'POST',
      path: `/organizations/${organization}/credits/purchases`,
      body: { amount: BOUGHT_AT_ONCE },
      key: newEventId(),
      organization,
    }
    const again = this.#retrying === 'the same' ? asking : { ...asking, key: newEventId() }
    const [one, other] = await Promise.all([this.#insist(asking), this.#insist(again)])
    if (one.status !== other.status || (one.status >= 300 && one.status !== 402)) throw new Error(`a purchase: ${JSON.stringify([one, other])}`)
    if (one.status < 300) buyer.keys += 1
  }

  readonly #join = async (team: Metered & { joined: number }): Promise<void> => {
    const asking = {
      method: 'POST',
      path: `/organizations/${team.id}/members`,
      body: { email: `${newEventId()}@example.com`, role: 'member' },
      key: newEventId(),
    }
    const told = await Promise.all([this.#insist(asking), this.#insist(asking)])
    for (const { status, body } of told) if (status >= 300) throw new Error(`nobody joined: ${JSON.stringify(body)}`)
    team.joined += 1
  }

  /** Subscribed a month and a minute ago on a clock, and off it: both workers are told that a renewal is due. */
  async #renewals(): Promise<void> {
    while (!this.#isOver) {
      const now = addDays(systemClock.now(), -30).subtract({ minutes: 1 }).toString()
      const clock = await this.#make({ method: 'POST', path: '/test_clocks', body: { now } })
      const { id } = await this.#customer('api-calls', 'basic', { test_clock: clock.id })
      await inEngine((tx) => tx.update(organizations).set({ testClockId: null }).where(eq(organizations.id, id)))
      this.renewed.push(id)
      await this.#product.wake('due')
    }
  }
}

/** It tells how it ended: later is not an answer, and neither is that the other one is at it. */
export const isFinal = (answer: Final): boolean => answer.status < 500 && answer.status !== 202 && answer.body.code !== 'idempotency_in_progress'
