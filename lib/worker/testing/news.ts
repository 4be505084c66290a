import { asc } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '../../../db/client'
import { webhookInbox } from '../../../db/schema'
import type { Delivery, Installation } from './installation'

const WITHIN = { timeout: 20_000, interval: 25 }

/** The payment provider's events since it was made: what became of each on its way, and what was kept of them here. */
export class News {
  readonly #product: Installation
  readonly #known: ReadonlySet<string>

  private constructor(product: Installation, known: ReadonlySet<string>) {
    this.#product = product
    this.#known = known
  }

  static async of(product: Installation): Promise<News> {
    const [sent, kept] = [await product.deliveries(), await inbox()]
    return new News(product, new Set([...sent.map(({ event }) => event), ...kept.map(({ id }) => id)]))
  }

  /** The oldest first. */
  async sent(): Promise<Delivery[]> {
    return (await this.#product.deliveries()).filter(({ event }) => !this.#known.has(event)).reverse()
  }

  /** Their ids, in the order in which they came. */
  async kept(): Promise<string[]> {
    return (await inbox()).map(({ id }) => id).filter((id) => !this.#known.has(id))
  }

  /** Until there are events, and that is what became of each. */
  async expectEach(what: string, fate: Partial<Record<keyof Delivery, unknown>>): Promise<void> {
    await expect
      .poll(() => this.sent(), { ...WITHIN, message: what })
      .toSatisfy((sent: Delivery[]) => sent.length > 0 && sent.every((one) => matches(one, fate)))
  }

  async expectNothingKept(): Promise<void> {
    expect(await this.kept(), 'nothing is kept of an event that did not come').toEqual([])
  }

  async expectEachKeptOnce(): Promise<void> {
    await this.expectEach('each event was taken', { delivered: true })
    expect((await this.kept()).sort(), 'each event is kept once').toEqual((await this.sent()).map(({ event }) => event).sort())
  }

  async expectTheNewestCameFirst(): Promise<void> {
    const events = (await this.sent()).map(({ event }) => event)
    expect(events.length, 'there is an order').toBeGreaterThan(1)
    expect(await this.kept()).toEqual(events.reverse())
  }
}

function inbox() {
  return inEngine((tx) => tx.select({ id: webhookInbox.id }).from(webhookInbox).orderBy(asc(webhookInbox.receivedAt)))
}

function matches(delivery: Delivery, fate: Partial<Record<keyof Delivery, unknown>>): boolean {
  return Object.entries(fate).every(([name, wanted]) => {
    const was = delivery[name as keyof Delivery]
    return wanted instanceof RegExp ? wanted.test(String(was)) : was === wanted
  })
}
