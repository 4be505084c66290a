import type { Transaction } from '../../../db/client'
import { type Currency, type MinorUnits, minor } from '../../money'
import { addDays, systemClock } from '../../time'
import { loadCatalog } from '../commands/store/catalog'
import { decideCancel } from '../core/cancellation'
import { freePlanOf, type Policies, type Product } from '../core/catalog'
import { findPlayable, type Playable } from '../core/playable'
import { decideRefund } from '../core/refund'
import { allowanceLeft, begin, consume, consumeAll, fullPrice, includedUnits, move, paidTerms, REHEARSAL_START, rehearsalDay, renew } from '../core/rehearsal'
import { NO_SETTINGS, type Terms } from '../core/state'
import { type DeskPlan, viewDeskPlan } from './desk-plans'

export type ExampleLine = { description: string; formula: string; amount: MinorUnits }

/** One thing that a customer does, and what the rules that charge make of it. */
export type Example = {
  kind: 'upgrade' | 'downgrade' | 'downgrade_used' | 'above_limit' | 'every_unit' | 'cancel' | 'refund' | 'refund_used'
  from: string
  to: string | null
  /** After so many completed days, of so many. */
  day: number
  days: number
  units: bigint
  lines: ExampleLine[]
  /** What is charged, or, below zero, given as credit. */
  total: MinorUnits
  when: 'now' | 'period_end'
  /** Units that are left after it; null: not limited, or none are metered. */
  left: bigint | null
  /** Why it is refused, in the words that the customer reads. */
  refusal: string | null
}

export type DeskProduct = {
  id: string
  name: string
  version: number
  currency: Currency
  unit: string | null
  /** By which examples count; null: none is sold so. */
  seats: boolean
  plans: DeskPlan[]
  policies: Policies
  freePlan: string | null
  examples: Example[]
  playable: Playable[]
}

/** The catalog in force, each policy with what it comes to. */
export async function getDeskCatalog(tx: Transaction): Promise<DeskProduct[]> {
  return (await loadCatalog(tx, systemClock.now())).map(viewProduct)
}

/** A version never changes, and neither does what it comes to. */
const viewed = new WeakMap<Product, DeskProduct>()

function viewProduct(product: Product): DeskProduct {
  const known = viewed.get(product)
  if (known) return known
  const view = {
    id: product.id,
    name: product.name,
    version: product.version,
    currency: product.currency,
    unit: product.meters[0]?.unit ?? null,
    seats: product.policies.seats !== null,
    plans: product.plans.filter(({ offered }) => offered).map((plan) => viewDeskPlan(product, plan, { basedOn: null, currency: product.currency })),
    policies: product.policies,
    freePlan: freePlanOf(product)?.name ?? null,
    examples: examplesOf(product),
    playable: findPlayable(product),
  }
  viewed.set(product, view)
  return view
}

/** Two neighbours among the paid plans tell more than the cheapest and the dearest. */
function examplesOf(product: Product): Example[] {
  const paid = paidTerms(product)
  const [low, high] = paid
  if (!low) return unitExamples(product)
  const above = high && high.interval === low.interval ? high : null
  return [...(above ? [upgrade(low, above), ...downgrades(above, low)] : []), ...aboveLimit(low), cancel(low), ...refunds(low)]
}

const HALF = 2n
const linesOf = (lines: readonly { description: string; formula: string; amount: MinorUnits }[]): ExampleLine[] =>
  lines.map(({ description, formula, amount }) => ({ description, formula, amount }))

function upgrade(from: Terms, to: Terms): Example {
  const before = consume(begin(from), (includedUnits(from) ?? 0n) / HALF)
  const days = before.holding.period.totalDays
  const day = Math.floor(days / 2)
  const { decision, after } = move(before, to, rehearsalDay(day))
  return {
    kind: 'upgrade',
    from: from.plan.name,
    to: to.plan.name,
    day,
    days,
    units: before.served,
    lines: linesOf(decision.document.lines),
    total: decision.document.total,
    when: decision.effective,
    left: after && allowanceLeft(after),
    refusal: decision.rejection?.message ?? null,
  }
}

const A_TENTH = 10n

/** By one who has used a little, and by one who has used everything. */
function downgrades(from: Terms, to: Terms): Example[] {
  const fresh = begin(from)
  const days = fresh.holding.period.totalDays
  const day = Math.floor(days / 2)
  const little = consume(fresh, (includedUnits(to) ?? 0n) / A_TENTH)
  const example = (kind: Example['kind'], before: typeof fresh): Example => {
    const { decision, after } = move(before, to, rehearsalDay(day))
    const { lines, total } = decision.document
    const facts = { from: from.plan.name, to: to.plan.name, day, days, units: before.served, when: decision.effective }
    return { kind, ...facts, lines: linesOf(lines), total, left: after && allowanceLeft(after), refusal: decision.rejection?.message ?? null }
  }
  const usedUp = consumeAll(fresh)
  return usedUp.served > 0n ? [example('downgrade', little), example('downgrade_used', usedUp)] : [example('downgrade', fresh)]
}

/** A tenth more than is included, with whatever has to be switched on for it. */
function aboveLimit(terms: Terms): Example[] {
  const included = includedUnits(terms)
  if (included === null || included === 0n) return []
  const units = included + included / A_TENTH
  const settings = { ...NO_SETTINGS, payAsYouGo: { enabled: true, cap: null }, hardLimit: terms.plan.overLimit.type === 'blocks' ? units : null }
  const used = consume(begin(terms, settings), units)
  const lines = renew(used).document?.lines.filter(({ kind }) => kind !== 'plan') ?? []
  const facts = { from: terms.plan.name, to: null, day: used.holding.period.totalDays, days: used.holding.period.totalDays, left: null, refusal: null }
  const total = minor(lines.reduce<bigint>((sum, { amount }) => sum + amount, 0n))
  return [{ kind: 'above_limit', ...facts, units: units - included, lines: linesOf(lines), total, when: 'period_end' }]
}

const EXAMPLE_UNITS = 1_000_000n

/** Plans that sell nothing but units. */
function unitExamples(product: Product): Example[] {
  return product.plans
    .filter(({ offered, overLimit }) => offered && overLimit.type === 'arrears')
    .map((plan) => {
      const interval = plan.prices.month === undefined ? ('year' as const) : ('month' as const)
      const used = consume(begin({ product, plan, interval }), EXAMPLE_UNITS)
      const document = renew(used).document
      const days = used.holding.period.totalDays
      const facts = { from: plan.name, to: null, day: days, days, units: EXAMPLE_UNITS, left: null, refusal: null }
      return { kind: 'every_unit', ...facts, lines: linesOf(document?.lines ?? []), total: document?.total ?? minor(0), when: 'period_end' } satisfies Example
    })
}

function cancel(terms: Terms): Example {
  const running = begin(terms)
  const days = running.holding.period.totalDays
  const day = Math.floor(days / 2)
  const decided = decideCancel({ holding: running.holding, now: rehearsalDay(day) })
  const renewal = renew({ ...running, holding: { ...running.holding, cancelAt: decided.ok ? decided.value.cancelAt : null } })
  return {
    kind: 'cancel',
    from: terms.plan.name,
    to: renewal.change === 'ended' ? null : renewal.terms.plan.name,
    day,
    days,
    units: 0n,
    lines: linesOf(renewal.document?.lines ?? []),
    total: renewal.document?.total ?? minor(0),
    when: 'period_end',
    left: null,
    refusal: decided.ok ? null : decided.error.message,
  }
}

/** On the second day: by one who has used nothing, and by one who has. */
function refunds(terms: Terms): Example[] {
  const { product, plan } = terms
  const price = fullPrice(terms)
  const day = 1
  const ask = (kind: Example['kind'], usageInPeriod: bigint): Example => {
    const document = {
      paidAt: REHEARSAL_START,
      total: price,
      usage: minor(0),
      amountPaid: price,
      amountRefunded: minor(0),
      creditApplied: minor(0),
      paysRunningPlan: true,
    }
    const about = { creditIssuedLater: minor(0), usageInPeriod, country: null, policy: product.policies.refund, requested: null, currency: product.currency }
    const decided = decideRefund({ document, ...about, now: addDays(REHEARSAL_START, day) })
    const facts = { kind, from: plan.name, to: null, day, days: begin(terms).holding.period.totalDays, units: usageInPeriod, lines: [], left: null }
    return { ...facts, total: decided.ok ? minor(-decided.value.amount) : minor(0), when: 'now', refusal: decided.ok ? null : decided.error.message }
  }
  return product.meters.length > 0 && product.policies.refund ? [ask('refund', 0n), ask('refund_used', 100n)] : [ask('refund', 0n)]
}
