import { type Product, planOf } from '../../core/catalog'
import type { ChangeDecision } from '../../core/change'
import type { ChangeOutcome } from '../../core/change-outcome'
import type { Terms } from '../../core/state'
import { fromRecord, toRecord } from './record'

/** Terms by name: a record holds no copy of the catalog. */
type NamedTerms = { product: string; version: number; plan: string; interval: Terms['interval'] }

type StoredOutcome =
  | { type: 'keeps_terms' }
  | (Omit<Extract<ChangeOutcome, { type: 'pending' }>, 'pendingChange'> & {
      pendingChange: Omit<Extract<ChangeOutcome, { type: 'pending' }>['pendingChange'], 'plan'> & { plan: string }
    })
  | (Omit<Extract<ChangeOutcome, { type: 'new_terms' }>, 'terms'> & { terms: NamedTerms })

type StoredDecision = Omit<ChangeDecision, 'outcome'> & { outcome: StoredOutcome | null }

export function recordDecision(decision: ChangeDecision): unknown {
  return toRecord({ ...decision, outcome: decision.outcome && nameTerms(decision.outcome) } satisfies StoredDecision)
}

function nameTerms(outcome: ChangeOutcome): StoredOutcome {
  switch (outcome.type) {
    case 'keeps_terms':
      return outcome
    case 'pending':
      return { ...outcome, pendingChange: { ...outcome.pendingChange, plan: outcome.pendingChange.plan.id } }
    case 'new_terms': {
      const { product, plan, interval } = outcome.terms
      return { ...outcome, terms: { product: product.id, version: product.version, plan: plan.id, interval } }
    }
  }
}

/** The decision as it was quoted. `product`: the catalog version that the quote names. */
export function readDecision(record: unknown, product: Product): ChangeDecision {
  const stored = fromRecord<StoredDecision>(record)
  return { ...stored, outcome: stored.outcome && resolveTerms(stored.outcome, product) }
}

function resolveTerms(outcome: StoredOutcome, product: Product): ChangeOutcome {
  switch (outcome.type) {
    case 'keeps_terms':
      return outcome
    case 'pending':
      return { ...outcome, pendingChange: { ...outcome.pendingChange, plan: planOf(product, outcome.pendingChange.plan) } }
    case 'new_terms':
      return { ...outcome, terms: { product, plan: planOf(product, outcome.terms.plan), interval: outcome.terms.interval } }
  }
}
