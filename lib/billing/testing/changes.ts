import { minor } from '../../money'
import type { Instant } from '../../time'
import { type Interval, type Product, planOf } from '../core/catalog'
import { type ChangeDecision, decideChange } from '../core/change'
import type { NewTerms } from '../core/change-outcome'
import type { Account, Holding } from '../core/state'
import { afterDays, noCredit } from './holdings'

/** Asks for a plan after 10 completed days of the cycle, unless told otherwise. */
export function change(
  holding: Holding,
  planId: string,
  facts: { interval?: Interval; now?: Instant; account?: Account; product?: Product } = {},
): ChangeDecision {
  const { interval = holding.terms.interval, now = afterDays(10), account = noCredit, product = holding.terms.product } = facts
  return decideChange({ holding, request: { target: { product, plan: planOf(product, planId), interval } }, account, now })
}

/** The outcome of a change that takes effect at once. */
export function newTerms({ outcome }: ChangeDecision): NewTerms {
  if (outcome?.type !== 'new_terms') throw new Error(`expected new terms, not ${outcome?.type}`)
  return outcome
}

/** What a document's lines say, in short. */
export const amounts = ({ document }: ChangeDecision) => document.lines.map((line) => [line.kind, line.amount])

/** A price for the year on each paid plan, ten months’ where none is given. */
export function withYears(product: Product, years: Record<string, number> = {}): Product {
  return {
    ...product,
    plans: product.plans.map((one) =>
      one.rank === 0 ? one : { ...one, prices: { ...one.prices, year: minor(years[one.id] ?? (one.prices.month ?? 0n) * 10n) } },
    ),
  }
}
