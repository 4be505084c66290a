import { asc, eq, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine, inEngineSnapshot } from '@/db/client'
import { creditGrants, documentLines, documents, messages, organizations, payments, refunds, subscriptionPeriods, testClocks } from '@/db/schema'
import { type DocumentId, newId, type OrganizationId, type PaymentId, type QuoteId, type SubscriptionId, type TestClockId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import type { PaymentProvider } from '../../payments/port'
import { addDays, type Instant, instant } from '../../time'
import { cancelSubscription, dropPendingChange, reactivateSubscription } from '../commands/cancel-subscription'
import { changePlan } from '../commands/change-plan'
import { createOrganization } from '../commands/create-organization'
import { quoteChange } from '../commands/quote-change'
import { checkOrganization } from '../commands/run-books'
import { readSubscription } from '../commands/store/subscription'
import type { CommandContext } from '../context'
import type { Interval } from '../core/catalog'
import type { LimitsRequest } from '../core/limit-settings'
import type { QuoteAction } from '../core/renew-early'
import { advanceClock } from '../flows/advance-clock'
import { look } from '../flows/collect'
import { runDueFor } from '../flows/due-work'
import type { FlowContext } from '../flows/flow-context'
import { cancelAndAbandon, changePlanAndPay, payInvoice, subscribeAndPay } from '../flows/paid-actions'
import { setPaymentMethod } from '../flows/payment-method'
import { reconcile } from '../flows/reconcile'
import { refundInvoice } from '../flows/refund'
import { setLimitsAndCharge } from '../flows/set-limits'
import { consumeAndCharge, recordAndCharge } from '../flows/use'
import { cashByTransfer, keptAtProvider, ledgerCash } from './cash'
import { chargeUnseen } from './charge-unseen'
import type { Stage } from './stage'
import { addTo } from './team'
import { letWallTimePass } from './wall-time'

export const RETURN_URL = 'https://dashboard.example/back'
type Facts = {
  product?: string
  /** Null: none yet. */
  plan?: string | null
  interval?: Interval
  /** Besides the owner, there before anything is subscribed to. */
  members?: number
  card?: string | null
  /** When it all begins. */
  from?: string
  /** When the organization registered; left out: then. */
  registeredAt?: string
  name?: string
  currency?: Currency
  /** One that there is already, for several who share it; `from` does not count then. */
  clock?: TestClockId
}

let count = 0
const fresh = (prefix: string) => `${prefix}-${++count}`

/** The transaction of a person's command, as the machine interface opens it. */
export const first = <Value>(work: (context: CommandContext) => Promise<Value>): Promise<Value> => inEngine((tx) => work({ tx, actor: 'operator' }))

/**
 * One organization on a clock of its own, walked through its life. After each step the books are added up, and its cash is
 * compared with what the payment provider says it has collected.
 *
 * @example
 * const acme = await scenario(stage, { plan: 'basic', from: '2026-01-01T00:00:00Z' })
 * await acme.walkDays(10)
 * await acme.change('pro')
 */
export async function scenario(
  stage: Stage,
  {
    product = 'api-calls',
    plan = 'basic',
    interval,
    members = 0,
    card = 'pm_card_visa',
    from = '2026-01-01T00:00:00Z',
    name = 'Acme',
    currency = 'usd',
    clock,
    registeredAt,
  }: Facts = {},
): Promise<Scenario> {
  const clockId = clock ?? newId('clock')
  if (!clock) await inEngine((tx) => tx.insert(testClocks).values({ id: clockId, now: instant(from) }))
  const created = await first((context) =>
    createOrganization(context, {
      name,
      owner: { email: `${newId('user')}@example.com`, name: 'Ada' },
      currency,
      testClockId: clockId,
      invite: false,
      ...(registeredAt && { registeredAt: instant(registeredAt) }),
    }),
  )
  if (!created.ok) throw new Error(created.error.code)
  const life = new Scenario(stage, created.value.organization.id, clockId, product)
  if (card) expect(await life.payWith(card)).toMatchObject({ ok: true })
  for (let member = 0; member < members; member++) await addTo(life)
  if (plan) expect(await life.subscribe(plan, interval)).toMatchObject({ ok: true })
  return life
}

export class Scenario {
  #subscriptionId: SubscriptionId | null = null

  constructor(
    readonly stage: Stage,
    readonly organizationId: OrganizationId,
    readonly clockId: TestClockId,
    readonly product: string,
  ) {}

  get subscriptionId(): SubscriptionId {
    if (!this.#subscriptionId) throw new Error('nothing is subscribed to yet')
    return this.#subscriptionId
  }

  get flow(): FlowContext {
    return { provider: this.stage.provider, first }
  }

  get #ids() {
    return { organizationId: this.organizationId, subscriptionId: this.subscriptionId }
  }

  /** Does something, and asks the books to balance. */
  async step<Value>(work: () => Promise<Value>): Promise<Value> {
    const value = await work()
    await this.expectBalanced()
    return value
  }

  async expectBalanced(): Promise<void> {
    expect(await inEngineSnapshot((tx) => checkOrganization(tx, this.organizationId)), 'the books').toEqual([])
    if (await this.#hasUnknownMoney()) return
    const elsewhere = minor((await this.cashAtProvider()) + (await cashByTransfer(this.organizationId)))
    expect(await this.cash(), 'our cash is what the provider has collected, and what came by transfer').toBe(elsewhere)
  }

  async #hasUnknownMoney(): Promise<boolean> {
    const sentBack = await inEngine((tx) => tx.select({ state: refunds.state }).from(refunds).where(eq(refunds.organizationId, this.organizationId)))
    const rows = [...(await this.payments()), ...sentBack]
    return rows.some(({ state }) => state === 'in_flight' || state === 'open' || state === 'created' || state === 'pending')
  }

  get onItsClock() {
    return eq(testClocks.id, this.clockId)
  }

  now(): Promise<Instant> {
    return inEngine(async (tx) => {
      const [clock] = await tx.select().from(testClocks).where(this.onItsClock)
      if (!clock) throw new Error('the clock is gone')
      return clock.now
    })
  }

  async walkTo(to: string | Instant) {
    const at = typeof to === 'string' ? instant(to) : to
    return this.step(() => advanceClock(this.stage.provider, { clockId: this.clockId, to: at }))
  }

  /** The clock alone, as where no worker has been there yet. */
  async jumpTo(to: string): Promise<void> {
    await inEngine((tx) =>
      tx
        .update(testClocks)
        .set({ now: instant(to) })
        .where(this.onItsClock),
    )
  }

  /** Seconds on, collecting through another provider; nothing is asked of the books, for what is unknown may be out. */
  async walkOn(provider: PaymentProvider, seconds: number) {
    const to = (await this.now()).add({ seconds })
    return advanceClock(provider, { clockId: this.clockId, to })
  }

  /** Days of 24 hours; an advance that cannot be made is a failure of the test. */
  async walkDays(days: number): Promise<void> {
    const to = addDays(await this.now(), days)
    expect(await this.walkTo(to)).toEqual({ ok: true, value: { now: to } })
  }

  async subscribe(plan: string, interval?: Interval, trial?: boolean) {
    const about = { organizationId: this.organizationId, product: this.product, plan, interval, trial, returnUrl: RETURN_URL }
    const subscribed = await this.step(() => subscribeAndPay(this.flow, about))
    if (subscribed.ok) this.#subscriptionId = subscribed.value.subscriptionId
    return subscribed
  }

  payWith(methodRef: string) {
    return this.step(() => setPaymentMethod(this.flow, { organizationId: this.organizationId, methodRef, key: fresh('card') }))
  }

  /** Calls that were made, now or at a time in the past. */
  async use(
    quantity: number,
    { key = null, at = null, meter: named }: { key?: string | null; at?: Instant | string | null; meter?: string } = {},
  ): Promise<void> {
    const meter = named ?? (await this.#meter())
    const timestamp = typeof at === 'string' ? instant(at) : at
    const event = { id: fresh('event'), organizationId: this.organizationId, meter, quantity: BigInt(quantity), timestamp, key, properties: null }
    expect(await this.step(() => recordAndCharge(this.flow, [event]))).toMatchObject({ ok: true, value: { accepted: 1 } })
  }

  /** The first one of the product that is held. */
  async #meter(): Promise<string> {
    if (!this.#subscriptionId) return 'calls'
    return (await this.held()).holding.terms.product.meters[0]?.id ?? 'calls'
  }

  consume(quantity: number, { meter }: { meter?: string } = {}) {
    return this.step(() => this.consumeOnly(quantity, { meter }))
  }

  /** One of many at once: the books are asked by whoever waits for all of them. */
  async consumeOnly(quantity: number, { meter: named }: { meter?: string | undefined } = {}) {
    const meter = named ?? (await this.#meter())
    const request = { id: fresh('consume'), organizationId: this.organizationId, meter, quantity: BigInt(quantity), key: null, properties: null }
    return consumeAndCharge(this.flow, request)
  }

  setLimits(request: LimitsRequest) {
    return this.step(() => setLimitsAndCharge(this.flow, { ...this.#ids, request }))
  }

  async quote(plan: string, interval?: Interval) {
    const quoted = await this.step(() => first((context) => quoteChange(context, { ...this.#ids, plan, interval })))
    if (!quoted.ok) throw new Error(quoted.error.code)
    return quoted.value
  }

  /** A quote of the plan that is held: its term begun anew, or a new period at once. */
  async quoteAction(action: QuoteAction) {
    const quoted = await this.step(() => first((context) => quoteChange(context, { ...this.#ids, action })))
    if (!quoted.ok) throw new Error(quoted.error.code)
    return quoted.value
  }

  async act(action: QuoteAction) {
    const quote = await this.quoteAction(action)
    return this.execute(quote.id)
  }

  dropPendingChange() {
    return this.step(() => first((context) => dropPendingChange(context, this.#ids)))
  }

  execute(quoteId: QuoteId) {
    return this.step(() => changePlanAndPay(this.flow, { ...this.#ids, quoteId, returnUrl: RETURN_URL }))
  }

  async change(plan: string, interval?: Interval) {
    const quote = await this.quote(plan, interval)
    return this.execute(quote.id)
  }

  /** Commits a change and does not collect it, like a request that died at this point. */
  async openChange(plan: string) {
    const { id: quoteId } = await this.quote(plan)
    const opened = await this.step(() => first((context) => changePlan(context, { ...this.#ids, quoteId })))
    if (!opened.ok || !opened.value.paymentId || !opened.value.documentId) throw new Error('the change opened no payment')
    return { documentId: opened.value.documentId, paymentId: opened.value.paymentId }
  }

  /** Charges a payment at the provider, and lets nobody here know. */
  chargeUnseen(paymentId: PaymentId, options: { storesReference?: boolean } = {}): Promise<string> {
    return chargeUnseen(this, paymentId, options)
  }

  /** What the customer does on the bank's page, in a browser that is not ours; nobody tells us. */
  async atBank(url: string, decision: 'approve' | 'decline'): Promise<void> {
    const page = new URL(this.stage.payments.page(url))
    const body = new URLSearchParams({ decision, client_secret: page.searchParams.get('client_secret') ?? '' })
    const response = await fetch(`${page.origin}${page.pathname}`, { method: 'POST', body, redirect: 'manual' })
    expect(response.status, 'the bank took the answer').toBeLessThan(400)
  }

  /** Reads one payment back, as a notification makes us do. */
  lookAt(paymentId: PaymentId) {
    return this.step(() => look(this.stage.provider, { organizationId: this.organizationId, paymentId }))
  }

  letWallTimePass(): Promise<void> {
    return letWallTimePass(this.organizationId)
  }

  /** What the worker does every minute. */
  recover(provider = this.stage.provider) {
    return this.step(async () => {
      await this.letWallTimePass()
      await reconcile(provider)
      await runDueFor(provider, [this.organizationId])
    })
  }

  cancel() {
    return this.step(() => cancelAndAbandon(this.flow, this.#ids))
  }

  /** Only the command, without giving up an action that waits. */
  cancelOnly() {
    return this.step(() => first((context) => cancelSubscription(context, this.#ids)))
  }

  reactivate() {
    return this.step(() => first((context) => reactivateSubscription(context, this.#ids)))
  }

  refund(documentId: DocumentId, amount?: number) {
    return this.step(() =>
      refundInvoice(this.flow, { organizationId: this.organizationId, documentId, amount: amount === undefined ? undefined : minor(amount) }),
    )
  }

  pay(documentId: DocumentId) {
    return this.step(() => payInvoice(this.flow, { organizationId: this.organizationId, documentId, returnUrl: RETURN_URL }))
  }

  /** The subscription's row and what the rules see of it. */
  async held() {
    const loaded = await inEngine((tx) => readSubscription(tx, this.organizationId, this.subscriptionId))
    if (!loaded) throw new Error('the subscription is gone')
    return loaded
  }

  /** All documents in the order of their issue, with their lines. */
  documents() {
    return inEngine(async (tx) => {
      const found = await tx
        .select()
        .from(documents)
        .where(eq(documents.organizationId, this.organizationId))
        .orderBy(asc(documents.issuedAt), asc(documents.id))
      const lines = await tx.select().from(documentLines).where(eq(documentLines.organizationId, this.organizationId)).orderBy(asc(documentLines.position))
      return found.map((document) => ({ ...document, lines: lines.filter((line) => line.documentId === document.id) }))
    })
  }

  async latestDocument() {
    const latest = (await this.documents()).at(-1)
    if (!latest) throw new Error('no document was issued')
    return latest
  }

  payments() {
    return inEngine((tx) => tx.select().from(payments).where(eq(payments.organizationId, this.organizationId)).orderBy(asc(payments.id)))
  }

  periods() {
    return inEngine((tx) =>
      tx.select().from(subscriptionPeriods).where(eq(subscriptionPeriods.organizationId, this.organizationId)).orderBy(asc(subscriptionPeriods.periodStart)),
    )
  }

  /** Below zero: an amount that was too small to charge. */
  async credit(): Promise<bigint> {
    const [row] = await inEngine((tx) =>
      tx.select({ total: sql<string>`coalesce(sum(remaining), 0)` }).from(creditGrants).where(eq(creditGrants.organizationId, this.organizationId)),
    )
    return BigInt(row?.total ?? 0)
  }

  /** The kinds of the messages that were queued, oldest first. */
  async told(): Promise<string[]> {
    const rows = await inEngine((tx) =>
      tx.select({ kind: messages.kind }).from(messages).where(eq(messages.organizationId, this.organizationId)).orderBy(asc(messages.id)),
    )
    return rows.map(({ kind }) => kind)
  }

  cash(): Promise<MinorUnits> {
    return ledgerCash(this.organizationId)
  }

  /** Every charge that went through, at the provider. */
  async charges() {
    const customer = await this.payerRef()
    if (!customer) return []
    const found = await this.stage.payments.stripe.charges.list({ customer, limit: 100 })
    return found.data.filter((charge) => charge.status === 'succeeded')
  }

  async cashAtProvider(): Promise<MinorUnits> {
    return keptAtProvider(this.stage, await this.charges())
  }

  async payerRef(): Promise<string | null> {
    const [row] = await inEngine((tx) => tx.select({ ref: organizations.payerRef }).from(organizations).where(eq(organizations.id, this.organizationId)))
    return row?.ref ?? null
  }
}

export const lineAmounts = (document: { lines: readonly { kind: string; amount: bigint }[] }) => document.lines.map((line) => [line.kind, line.amount])
