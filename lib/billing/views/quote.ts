import type { MinorUnits } from '../../money'
import { unitPriceString } from '../../money'
import { type Interval, isFree, type Plan, type Product } from '../core/catalog'
import type { ChangeDecision, Rejection } from '../core/change'
import type { DraftDocument } from '../core/document'
import type { Line } from '../core/line'
import type { Holding, Period } from '../core/state'

/** Quotes as a dialog shows them: instants as ISO strings, so that they cross to the browser as they are. */

export type LineView = Omit<Line, 'unitPrice'> & { unitPrice: string }

export type ChargeView = {
  lines: LineView[]
  total: MinorUnits
  creditApplied: MinorUnits
  carriedForward: MinorUnits
  amountDue: MinorUnits
  creditIssued: MinorUnits
}

export type RejectionView = Omit<Rejection, 'retryAt' | 'renewalAt'> & { retryAt: string | null; renewalAt: string }

export type QuoteView = {
  id: string
  kind: ChangeDecision['kind']
  currency: string
  from: { id: string; name: string }
  to: {
    id: string
    name: string
    isFree: boolean
    included: { meter: string; unit: string; limit: bigint | null; used: bigint }[]
    overagePrice: string | null
  }
  effective: 'now' | 'period_end'
  effectiveAt: string
  charge: ChargeView
  nextRenewal: { at: string; amount: MinorUnits }
  expiresAt: string
  dropsPendingChange: boolean
  rejection: RejectionView | null
  /** Usage so far starts anew with the change (C17). */
  startsNewPeriod: boolean
}

export type FirstQuoteView = {
  plan: { id: string; name: string }
  currency: string
  charge: ChargeView
  periodEnd: string
  nextRenewal: { at: string; amount: MinorUnits }
}

export function viewLine(line: Line): LineView {
  return { ...line, unitPrice: unitPriceString(line.unitPrice) }
}

function viewCharge(document: DraftDocument): ChargeView {
  const { lines, total, creditApplied, carriedForward, amountDue, creditIssued } = document
  return { lines: lines.map(viewLine), total, creditApplied, carriedForward, amountDue, creditIssued }
}

export function viewRejection(rejection: Rejection): RejectionView {
  return { ...rejection, retryAt: rejection.retryAt?.toString() ?? null, renewalAt: rejection.renewalAt.toString() }
}

type Quoted = { id: string; decision: ChangeDecision; loaded: { holding: Holding }; target: { product: Product; plan: Plan; interval: Interval } }

export function viewQuote({ id, decision, loaded, target }: Quoted): QuoteView {
  const { terms, segments } = loaded.holding
  return {
    id,
    kind: decision.kind,
    currency: terms.product.currency,
    from: { id: terms.plan.id, name: terms.plan.name },
    to: {
      id: target.plan.id,
      name: target.plan.name,
      isFree: isFree(target.plan),
      included: target.product.meters.map((meter) => {
        const running = segments.findLast((segment) => segment.meter === meter.id)
        return { meter: meter.id, unit: meter.unit, limit: target.plan.included[meter.id] ?? null, used: running ? running.countedAtStart + running.units : 0n }
      }),
      overagePrice: target.plan.overLimit.type === 'overage' ? unitPriceString(target.plan.overLimit.unitPrice) : null,
    },
    effective: decision.effective,
    effectiveAt: decision.effectiveAt.toString(),
    charge: viewCharge(decision.document),
    nextRenewal: { at: decision.nextRenewal.at.toString(), amount: decision.nextRenewal.amount },
    expiresAt: decision.expiresAt.toString(),
    dropsPendingChange: decision.dropsPendingChange,
    rejection: decision.rejection && viewRejection(decision.rejection),
    startsNewPeriod: decision.outcome?.type === 'new_terms' && decision.outcome.newPeriod,
  }
}

type FirstQuoted = { plan: Plan; product: Product; period: Period; document: DraftDocument; nextRenewal: ChangeDecision['nextRenewal'] }

export function viewFirstQuote({ plan, product, period, document, nextRenewal }: FirstQuoted): FirstQuoteView {
  return {
    plan: { id: plan.id, name: plan.name },
    currency: product.currency,
    charge: viewCharge(document),
    periodEnd: period.end.toString(),
    nextRenewal: { at: nextRenewal.at.toString(), amount: nextRenewal.amount },
  }
}
