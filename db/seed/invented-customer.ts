import { eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { type BillingDetails, members, subscriptions, testClocks } from '@/db/schema'
import type { Role } from '@/lib/auth/permissions'
import { addMember } from '@/lib/billing/commands/add-member'
import { createOrganization } from '@/lib/billing/commands/create-organization'
import { quoteChange } from '@/lib/billing/commands/quote-change'
import { removeMember } from '@/lib/billing/commands/remove-member'
import { updateOrganization } from '@/lib/billing/commands/update-organization'
import type { CommandContext } from '@/lib/billing/context'
import type { Interval } from '@/lib/billing/core/catalog'
import type { LimitsRequest } from '@/lib/billing/core/limit-settings'
import { advanceClock } from '@/lib/billing/flows/advance-clock'
import { buyCreditAndPay, changePlanAndPay, setAutoRechargeAndCharge, subscribeAndPay } from '@/lib/billing/flows/paid-actions'
import { setPaymentMethod } from '@/lib/billing/flows/payment-method'
import { setLimitsAndCharge } from '@/lib/billing/flows/set-limits'
import { recordAndCharge } from '@/lib/billing/flows/use'
import { type MemberId, newId, type OrganizationId, type SubscriptionId, type TestClockId } from '@/lib/ids'
import type { MinorUnits } from '@/lib/money'
import type { PaymentProvider } from '@/lib/payments/port'
import type { Result } from '@/lib/result'
import { earliest, type Instant, isBefore } from '@/lib/time'
import type { PatternedCall } from './usage-pattern'

export type Person = { name: string; email: string; role: Role }

const DAYS_A_STEP = 3
const NOWHERE = 'https://headroom.example/'

type Founding = { name: string; externalId: string; at: Instant; people: readonly [Person, ...Person[]]; country: string; billing: BillingDetails }

/** What is subscribed to first; `product` left out: calls of an API. */
type First = { product?: string; plan: string; interval?: Interval; trial?: boolean }

/** A customer that is invented, and lives through its history by the same commands and payments as a real one. */
export class InventedCustomer {
  readonly #provider: PaymentProvider
  readonly organizationId: OrganizationId
  readonly #clockId: TestClockId
  readonly #slug: string
  #actor: MemberId | 'operator' = 'operator'
  #owner: MemberId | 'operator' = 'operator'
  #subscriptionId: SubscriptionId | null = null

  private constructor(provider: PaymentProvider, organizationId: OrganizationId, clockId: TestClockId, slug: string) {
    this.#provider = provider
    this.organizationId = organizationId
    this.#clockId = clockId
    this.#slug = slug
  }

  /** Founded at an instant of the past, on a clock of its own. Null where it is there already. */
  static async found(provider: PaymentProvider, { name, externalId, at, people, country, billing }: Founding): Promise<InventedCustomer | null> {
    const clockId = newId('clock')
    await inEngine((tx) => tx.insert(testClocks).values({ id: clockId, now: at }))
    const [owner, ...others] = people
    const { organization, created } = expectDone(
      await inEngine((tx) =>
        createOrganization({ tx, actor: 'operator' }, { name, externalId, owner, currency: 'usd', country, testClockId: clockId, invite: false }),
      ),
    )
    if (!created) return null
    const customer = new InventedCustomer(provider, organization.id, clockId, organization.slug)
    const [first] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(eq(members.organizationId, organization.id)))
    if (first) customer.#owner = first.id
    expectDone(await customer.#first((context) => updateOrganization(context, { organizationId: organization.id, billing })))
    for (const person of others) {
      const member = expectDone(await customer.#first((context) => addMember(context, { organizationId: organization.id, ...person, invite: false })))
      if (person.role === 'admin') customer.#actor = member.id
    }
    return customer
  }

  #first = <Value>(work: (context: CommandContext) => Promise<Value>): Promise<Value> => inEngine((tx) => work({ tx, actor: this.#actor }))

  get #flow() {
    return { provider: this.#provider, first: this.#first }
  }

  async payWith(methodRef: string): Promise<void> {
    expectDone(await setPaymentMethod(this.#flow, { organizationId: this.organizationId, methodRef, key: newId('quote') }))
  }

  async subscribe({ product = 'api-calls', ...first }: First): Promise<void> {
    const { subscriptionId, outcome } = expectDone(
      await subscribeAndPay(this.#flow, { organizationId: this.organizationId, product, ...first, returnUrl: NOWHERE }),
    )
    if (outcome.type !== 'done') throw new Error(`${this.#slug}: the first payment is ${outcome.type}`)
    this.#subscriptionId = subscriptionId
  }

  async changeTo(plan: string, interval?: Interval): Promise<void> {
    const key = { organizationId: this.organizationId, subscriptionId: this.#held() }
    const { id: quoteId } = expectDone(await this.#first((context) => quoteChange(context, { ...key, plan, interval })))
    const { outcome } = expectDone(await changePlanAndPay(this.#flow, { ...key, quoteId, returnUrl: NOWHERE }))
    if (outcome.type !== 'done') throw new Error(`${this.#slug}: the change to ${plan} is ${outcome.type}`)
  }

  #held(): SubscriptionId {
    if (!this.#subscriptionId) throw new Error(`${this.#slug} holds nothing`)
    return this.#subscriptionId
  }

  /** As the owner decides it, whose hard limit it is (S1). */
  async allow(request: LimitsRequest): Promise<void> {
    const first = <Value>(work: (context: CommandContext) => Promise<Value>) => inEngine((tx) => work({ tx, actor: this.#owner }))
    const input = { organizationId: this.organizationId, subscriptionId: this.#held(), request }
    expectDone(await setLimitsAndCharge({ provider: this.#provider, first }, input))
  }

  /** Credit that is bought and drawn down (P2). */
  async buyCredit(amount: MinorUnits): Promise<void> {
    const { outcome } = expectDone(await buyCreditAndPay(this.#flow, { organizationId: this.organizationId, amount, returnUrl: NOWHERE }))
    if (outcome.type !== 'done') throw new Error(`${this.#slug}: the purchase is ${outcome.type}`)
  }

  /** As the owner decides it (P4). */
  async refill(setting: { threshold: MinorUnits; amount: MinorUnits; monthlyLimit: MinorUnits }): Promise<void> {
    const first = <Value>(work: (context: CommandContext) => Promise<Value>) => inEngine((tx) => work({ tx, actor: this.#owner }))
    expectDone(await setAutoRechargeAndCharge({ provider: this.#provider, first }, { organizationId: this.organizationId, enabled: true, ...setting }))
  }

  /** Somebody who comes later, and is there at once. */
  async add(person: Person): Promise<MemberId> {
    const added = expectDone(await this.#first((context) => addMember(context, { organizationId: this.organizationId, ...person, invite: false })))
    return added.id
  }

  async remove(memberId: MemberId): Promise<void> {
    expectDone(await this.#first((context) => removeMember(context, { organizationId: this.organizationId, memberId })))
  }

  async invite(person: Person): Promise<void> {
    expectDone(await this.#first((context) => addMember(context, { organizationId: this.organizationId, ...person })))
  }

  /** Walks to `to` a few days at a time, and reports the calls of each step before the next period could begin. */
  async walk(to: Instant, calls: readonly PatternedCall[] = []): Promise<void> {
    const left = [...calls].sort((a, b) => a.at.epochMilliseconds - b.at.epochMilliseconds)
    for (let at = await this.#now(); isBefore(at, to); ) {
      const { periodEnd } = await this.#subscription()
      const next = earliest(to, at.add({ hours: DAYS_A_STEP * 24 }), periodEnd)
      const reportAt = next.equals(periodEnd) ? next.subtract({ seconds: 1 }) : next
      await this.#advance(reportAt)
      const due = left.findIndex((call) => !isBefore(call.at, reportAt))
      await this.#report(left.splice(0, due === -1 ? left.length : due))
      if (!reportAt.equals(next)) await this.#advance(next)
      at = next
    }
  }

  async #report(calls: readonly PatternedCall[]): Promise<void> {
    if (calls.length === 0) return
    const events = calls.map(({ at, key, quantity, meter }) => ({
      id: `${this.#slug}-${meter}-${key}-${at.epochMilliseconds}`,
      organizationId: this.organizationId,
      meter,
      quantity,
      timestamp: at,
      key,
      properties: null,
    }))
    expectDone(await recordAndCharge({ provider: this.#provider, first: (work) => inEngine((tx) => work({ tx, actor: 'operator' })) }, events))
  }

  async #advance(to: Instant): Promise<void> {
    expectDone(await advanceClock(this.#provider, { clockId: this.#clockId, to }))
  }

  async #now(): Promise<Instant> {
    const [clock] = await inEngine((tx) => tx.select().from(testClocks).where(eq(testClocks.id, this.#clockId)))
    if (!clock) throw new Error(`${this.#slug} has lost its clock`)
    return clock.now
  }

  async #subscription() {
    const [row] = await inEngine((tx) => tx.select().from(subscriptions).where(eq(subscriptions.id, this.#held())))
    if (!row) throw new Error(`${this.#slug} has lost its subscription`)
    return row
  }
}

/** What an invented story refuses is a mistake in the story. */
function expectDone<Value>(result: Result<Value, { code: string }>): Value {
  if (!result.ok) throw new Error(`the demo was refused: ${result.error.code}`)
  return result.value
}
