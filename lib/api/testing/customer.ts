import { expect } from 'vitest'
import { addDays, instant } from '../../time'
import { createCustomer, type Json, type Reply, type RunningInterface } from './running-interface'

let count = 0

type Wanted = { now?: string; card?: string | null; organization?: Record<string, unknown> }

/**
 * A customer as the operator's back end knows one: everything is asked over HTTP, and the books are asked to balance after
 * each step.
 */
export class Customer {
  private constructor(
    readonly api: RunningInterface,
    readonly id: string,
    readonly clock: string,
    private now: string,
  ) {}

  static async begin(api: RunningInterface, { now = '2026-01-01T00:00:00Z', card = 'pm_card_visa', organization = {} }: Wanted = {}): Promise<Customer> {
    if (Object.keys(organization).length === 0) {
      const { id, clock } = await createCustomer(api, { now, card })
      return new Customer(api, id, clock, now)
    }
    const clock = await api.make('/test_clocks', { now })
    const owner = { email: `owner-of-${clock.id}@example.com`, name: 'Ada' }
    const { id } = await api.make('/organizations', { name: 'Acme', owner, test_clock: clock.id, ...organization })
    if (card) expect((await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: card })).status).toBe(200)
    return new Customer(api, id, clock.id, now)
  }

  async balanced<Value>(work: Promise<Value>): Promise<Value> {
    const value = await work
    expect(await this.api.read(`/books?organization=${this.id}`)).toMatchObject({ balanced: true, differences: [] })
    return value
  }

  subscribe(product: string, plan: string, facts: Json = {}): Promise<Json> {
    return this.balanced(this.api.make(`/organizations/${this.id}/subscriptions`, { product, plan, ...facts }))
  }

  trySubscribe(product: string, plan: string, facts: Json = {}): Promise<Reply> {
    return this.balanced(this.api.post(`/organizations/${this.id}/subscriptions`, { product, plan, ...facts }))
  }

  async to(at: string): Promise<void> {
    await this.balanced(this.api.make(`/test_clocks/${this.clock}/advance`, { to: at }))
    this.now = at
  }

  days(days: number): Promise<void> {
    return this.to(addDays(instant(this.now), days).toString())
  }

  quote(subscription: string, asked: Json): Promise<Json> {
    return this.balanced(this.api.make(`/subscriptions/${subscription}/quotes`, asked))
  }

  /** Executes what was quoted, and holds the invoice's lines against it. */
  async change(subscription: string, asked: Json): Promise<Json> {
    const quoted = await this.quote(subscription, asked)
    expect(quoted.allowed, JSON.stringify(quoted.rejection)).toBe(true)
    const changed = await this.balanced(this.api.make(`/subscriptions/${subscription}/changes`, { quote: quoted.id }))
    if (changed.invoice) expect(changed.invoice.lines).toEqual(quoted.lines)
    return { ...changed, quoted }
  }

  subscription(id: string): Promise<Json> {
    return this.api.read(`/subscriptions/${id}`)
  }

  card(subscription: string): Promise<Json> {
    return this.api.read(`/subscriptions/${subscription}/usage`)
  }

  event(meter: string, quantity: number, facts: Json = {}): Json {
    count += 1
    return { id: `use-${count}`, organization: this.id, meter, quantity, ...facts }
  }

  record(meter: string, quantity: number, facts: Json = {}): Promise<Json> {
    return this.balanced(this.api.make('/usage', { events: [this.event(meter, quantity, facts)] }))
  }

  consume(meter: string, quantity: number, facts: Json = {}): Promise<Json> {
    return this.balanced(this.api.make('/consume', this.event(meter, quantity, facts)))
  }

  limits(subscription: string, settings: Json): Promise<Reply> {
    return this.balanced(this.api.send('PUT', `/subscriptions/${subscription}/limits`, settings))
  }

  /** Oldest first. */
  async invoices(): Promise<Json[]> {
    return (await this.api.read(`/organizations/${this.id}/invoices?limit=100`)).data.reverse()
  }

  async newest(): Promise<Json> {
    return (await this.invoices()).at(-1)
  }

  async credits(): Promise<Json> {
    return this.api.read(`/organizations/${this.id}/credits`)
  }

  async told(): Promise<string[]> {
    return (await this.api.read(`/organizations/${this.id}/notifications?limit=100`)).data.map(({ kind }: Json) => kind)
  }

  async join(name: string, role = 'member'): Promise<string> {
    const body = { email: `${name}-of-${this.clock}@example.com`, name, role, invite: false }
    return (await this.balanced(this.api.make(`/organizations/${this.id}/members`, body))).id
  }

  async leave(member: string): Promise<void> {
    expect((await this.balanced(this.api.send('DELETE', `/organizations/${this.id}/members/${member}`))).status).toBe(204)
  }
}

/** `[kind, amount]` of each line. */
export const lines = (document: Json): [string, number][] => document.lines.map(({ kind, amount }: Json) => [kind, amount])
