import { type MinorUnits, minor } from '../../money'
import { type Interval, isFree, limitOf, type Plan, type Product } from '../core/catalog'
import type { ChangeDecision, DecidedChange } from '../core/change'
import type { Terms } from '../core/state'
import { type OverLimitView, viewOverLimit } from './over-limit'
import { type RejectionView, viewRejection } from './quote'

/** What a plan includes of one meter in one period, and what happens above it. `limit` null: unlimited. */
export type IncludedView = { meter: string; unit: string; limit: bigint | null; overLimit: OverLimitView }

/** One plan by one interval, as it can be chosen now. */
export type PlanOffer = {
  id: string
  name: string
  isFree: boolean
  interval: Interval
  /** Of the whole interval; of a per-seat plan for one seat. */
  price: MinorUnits
  /** What a year comes to a month, of the same unit as `price`; null where it is paid monthly. */
  perMonth: MinorUnits | null
  /** The price of all present seats; null where it is not sold by the seat. */
  seatTotal: MinorUnits | null
  included: IncludedView[]
  /** What the operator's product enforces itself, e.g. concurrency (B2). */
  entitlements: Plan['entitlements']
  /** False: kept by those who have it, not sold any more. */
  isOffered: boolean
  change: 'current' | DecidedChange['kind']
  /** Why it cannot be chosen now, shown before anybody presses. */
  rejection: RejectionView | null
  /** What choosing it now would charge or credit; null where it cannot be chosen. */
  preview: { amountDue: MinorUnits; creditIssued: MinorUnits; effective: 'now' | 'period_end'; effectiveAt: string } | null
  /** Days that a trial of it would run (T9); null: none is to be had. */
  trialDays: number | null
  /** A first period of its own that choosing it would begin with (B1); null: none. */
  introduction: { days: number; included: { unit: string; limit: bigint }[] } | null
}

export type Offered = {
  product: Product
  plan: Plan
  interval: Interval
  /** Who would sit on a per-seat plan now. */
  seats: number | null
  decision: DecidedChange | null
  isCurrent: boolean
  /** Whether a trial, and an introduction, could still be had. */
  canTry: boolean
  canBeIntroduced: boolean
}

const INTERVALS = ['month', 'year'] as const satisfies readonly Interval[]
const MONTHS_A_YEAR = 12n

export function viewOffer({ product, plan, interval, seats, decision, isCurrent, canTry, canBeIntroduced }: Offered): PlanOffer {
  const price = plan.prices[interval] ?? minor(0n)
  const { trial, introduction } = product.policies
  return {
    id: plan.id,
    name: plan.name,
    isFree: isFree(plan),
    interval,
    price,
    // Shown beside the year's price and never charged, so the cent that does not divide is cut.
    perMonth: interval === 'year' && price > 0n ? minor(price / MONTHS_A_YEAR) : null,
    seatTotal: plan.perSeat && seats !== null ? minor(price * BigInt(seats)) : null,
    included: includedIn({ product, plan, interval }),
    entitlements: plan.entitlements,
    isOffered: plan.offered,
    change: isCurrent ? 'current' : (decision?.kind ?? 'upgrade'),
    rejection: decision?.rejection ? viewRejection(decision.rejection) : null,
    preview: decision && !decision.rejection ? previewOf(decision) : null,
    trialDays: trial && canTry && !isFree(plan) ? trial.days : null,
    introduction:
      introduction && canBeIntroduced && isFree(plan)
        ? { days: introduction.days, included: product.meters.map(({ id, unit }) => ({ unit, limit: introduction.included[id] ?? 0n })) }
        : null,
  }
}

/** What terms include of each meter. */
export function includedIn(terms: Terms): IncludedView[] {
  return terms.product.meters.map(({ id: meter, unit }) => ({
    meter,
    unit,
    limit: limitOf(terms, meter),
    overLimit: viewOverLimit(terms.plan.overLimit, meter),
  }))
}

function previewOf({ document, effective, effectiveAt }: ChangeDecision): PlanOffer['preview'] {
  return { amountDue: document.amountDue, creditIssued: document.creditIssued, effective, effectiveAt: effectiveAt.toString() }
}

/** Every plan once under each interval by which anything is sold: one that is not sold so stands there as it is sold. */
export function offersByInterval(plans: readonly Plan[], viewOne: (plan: Plan, interval: Interval) => PlanOffer): Partial<Record<Interval, PlanOffer[]>> {
  const sold = INTERVALS.filter((interval) => plans.some(({ prices }) => prices[interval] !== undefined))
  return Object.fromEntries(
    sold.map((interval) => [
      interval,
      plans.flatMap((plan) => {
        const by = plan.prices[interval] === undefined ? sold.find((other) => plan.prices[other] !== undefined) : interval
        return by ? [viewOne(plan, by)] : []
      }),
    ]),
  )
}
