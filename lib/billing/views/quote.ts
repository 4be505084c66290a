import type { Locale } from '../../locale'
import { type MinorUnits, unitPriceString } from '../../money'
import { figuresIn, type Reader, wordSentence } from '../../sentences/word-sentence'
import { unitIn } from '../../unit-words'
import { type Interval, isFree, limitOf, type Plan, type Product } from '../core/catalog'
import type { ChangeDecision, Rejection } from '../core/change'
import type { DraftDocument } from '../core/document'
import type { Line } from '../core/line'
import { settingsUnder } from '../core/settings'
import type { Holding, Period, Settings } from '../core/state'
import { unitWordOf } from './unit-word'

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
  from: { id: string; name: string; interval: Interval }
  to: {
    id: string
    name: string
    interval: Interval
    isFree: boolean
    included: { meter: string; unit: string; limit: bigint | null; used: bigint }[]
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
  /** Settings of the customer's that the new plan does not keep (S4, S6, G92). */
  switchesOff: Setting[]
}

/** What a customer may have switched on or set. */
export type Setting = 'hard_limit' | 'pay_as_you_go' | 'auto_upgrade' | 'auto_renew'

export type FirstQuoteView = {
  plan: { id: string; name: string }
  currency: string
  charge: ChargeView
  periodEnd: string
  /** When the trial that it begins with ends, and the first charge comes (T9); null: it begins with none. */
  trialEnd: string | null
  nextRenewal: { at: string; amount: MinorUnits }
}

function viewLine(line: Line, reader: Reader): LineView {
  return {
    ...line,
    description: wordSentence(line.description, reader),
    formula: figuresIn(line.formula, reader.language),
    unitPrice: unitPriceString(line.unitPrice),
  }
}

function viewCharge(document: DraftDocument, product: Product, language: Locale): ChargeView {
  const reader: Reader = { language, currency: product.currency, unitWord: unitWordOf([product], language) }
  const { lines, total, creditApplied, carriedForward, amountDue, creditIssued } = document
  return { lines: lines.map((line) => viewLine(line, reader)), total, creditApplied, carriedForward, amountDue, creditIssued }
}

export function viewRejection(rejection: Rejection): RejectionView {
  return { ...rejection, retryAt: rejection.retryAt?.toString() ?? null, renewalAt: rejection.renewalAt.toString() }
}

type Quoted = { id: string; decision: ChangeDecision; loaded: { holding: Holding }; target: { product: Product; plan: Plan; interval: Interval } }

/** `locale`: of who reads it. */
export function viewQuote({ id, decision, loaded, target }: Quoted, locale: Locale): QuoteView {
  const { terms, segments } = loaded.holding
  return {
    id,
    kind: decision.kind,
    currency: terms.product.currency,
    from: { id: terms.plan.id, name: terms.plan.name, interval: terms.interval },
    to: {
      id: target.plan.id,
      name: target.plan.name,
      interval: target.interval,
      isFree: isFree(target.plan),
      included: target.product.meters.map((meter) => {
        const running = segments.findLast((segment) => segment.meter === meter.id)
        return {
          meter: meter.id,
          unit: unitIn(meter.unit, locale, meter.unitTranslations),
          limit: limitOf(target, meter.id),
          used: running ? running.countedAtStart + running.units : 0n,
        }
      }),
    },
    effective: decision.effective,
    effectiveAt: decision.effectiveAt.toString(),
    charge: viewCharge(decision.document, target.product, locale),
    nextRenewal: { at: decision.nextRenewal.at.toString(), amount: decision.nextRenewal.amount },
    expiresAt: decision.expiresAt.toString(),
    dropsPendingChange: decision.dropsPendingChange,
    rejection: decision.rejection && viewRejection(decision.rejection),
    startsNewPeriod: decision.outcome?.type === 'new_terms' && decision.outcome.newPeriod,
    switchesOff: switchedOff(loaded.holding.settings, settingsUnder(loaded.holding.settings, { from: terms, to: target })),
  }
}

function switchedOff(before: Settings, after: Settings): Setting[] {
  return [
    ...(before.hardLimit !== null && after.hardLimit === null ? (['hard_limit'] as const) : []),
    ...(before.payAsYouGo.enabled && !after.payAsYouGo.enabled ? (['pay_as_you_go'] as const) : []),
    ...(before.autoUpgrade && !after.autoUpgrade ? (['auto_upgrade'] as const) : []),
    ...(before.autoRenew && !after.autoRenew ? (['auto_renew'] as const) : []),
  ]
}

type FirstQuoted = {
  plan: Plan
  product: Product
  period: Period
  document: DraftDocument
  nextRenewal: ChangeDecision['nextRenewal']
  trialEnd: Period['end'] | null
}

export function viewFirstQuote({ plan, product, period, document, nextRenewal, trialEnd }: FirstQuoted, locale: Locale): FirstQuoteView {
  return {
    plan: { id: plan.id, name: plan.name },
    currency: product.currency,
    charge: viewCharge(document, product, locale),
    periodEnd: period.end.toString(),
    trialEnd: trialEnd?.toString() ?? null,
    nextRenewal: { at: nextRenewal.at.toString(), amount: nextRenewal.amount },
  }
}
