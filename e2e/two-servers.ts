import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { organizations, users } from '@/db/schema'
import { hashPassword } from '@/lib/auth/password'
import { ledgerCash } from '@/lib/billing/testing/cash'
import type { OrganizationId } from '@/lib/ids'
import { freePort } from '@/lib/platform/embedded-postgres'
import { memoryDirectory } from '@/lib/platform/memory-directory'
import { passOn } from '@/lib/platform/reverse-proxy'
import { Installation, type WebName } from '@/lib/worker/testing/installation'

export const PASSWORD = 'a long sentence of the tests'

/** Two web servers, as they are built, behind one address; beside them a worker, the payment sandbox and Postgres, each a process of its own. */
export class TwoServers {
  readonly url: string
  readonly product: Installation
  /** Whom the load balancer sends everything to. */
  serving: WebName = 'web'
  readonly #balancer = createServer((incoming, outgoing) => passOn(incoming, outgoing, new URL(this.product.urlOf(this.serving))))
  readonly #port: number

  private constructor(port: number) {
    this.#port = port
    this.url = `http://localhost:${port}`
    const settings = { HEADROOM_URL: this.url, NEXTAUTH_URL: this.url, PUBLIC_URL: this.url, NODE_ENV: 'production' }
    this.product = new Installation({ names: ['sandbox', 'web', 'web 2', 'worker'], settings, pages: true })
  }

  static async start(): Promise<TwoServers> {
    process.env.TMPDIR = memoryDirectory() // Its database outlives nothing.
    const servers = new TwoServers((await freePort(0)) ?? 0)
    servers.#balancer.listen(servers.#port, 'localhost')
    await once(servers.#balancer, 'listening')
    await servers.product.start()
    return servers
  }

  async stop(): Promise<void> {
    this.#balancer.close()
    this.#balancer.closeAllConnections()
    await this.product.stop()
  }

  /** With an owner who signs in with `PASSWORD`, on a test clock of its own. */
  /** `plan`: null for none yet. */
  async newCustomer(product: string, plan: string | null, { startsAt = '2026-05-01T00:00:00Z' } = {}): Promise<Customer> {
    const email = `owner-${randomUUID().slice(0, 13)}@people.example`
    const { id: clock } = await this.product.make('POST', '/test_clocks', { now: startsAt })
    const founding = { name: 'Two servers', owner: { email, name: 'Owner' }, test_clock: clock, invite: false }
    const { id, slug } = await this.product.make('POST', '/organizations', founding)
    const passwordHash = await hashPassword(PASSWORD)
    await inEngine((tx) => tx.update(users).set({ passwordHash }).where(eq(users.email, email)))
    await this.product.make('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
    if (plan !== null) await this.product.make('POST', `/organizations/${id}/subscriptions`, { product, plan })
    return { id, slug, email, clock }
  }

  /** What the payment provider has collected, newest first, in minor units. */
  async chargesOf({ id }: Customer): Promise<number[]> {
    const [organization] = await inEngine((tx) => tx.select({ payer: organizations.payerRef }).from(organizations).where(eq(organizations.id, id)))
    const { data } = await this.product.stripe.charges.list({ customer: organization?.payer ?? '', limit: 100 })
    return data.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)
  }

  cashOf({ id }: Customer): Promise<bigint> {
    return ledgerCash(id)
  }
}

export type Customer = { id: OrganizationId; slug: string; email: string; clock: string }
