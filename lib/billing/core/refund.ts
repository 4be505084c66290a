import { type Currency, larger, type MinorUnits, minor, ZERO } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { type Instant, isBefore } from '../../time'
import type { RefundPolicy } from './catalog'
import { count, decimal, iso, money, spoken } from './explain'
import type { Explanation } from './line'

/** A paid document, as far as a refund cares. */
export type RefundableDocument = {
  paidAt: Instant
  /** Cash, not credit. */
  amountPaid: MinorUnits
  amountRefunded: MinorUnits
  /** The renewal (or the first) of the running period, or a change since (G67, G105). */
  paysRunningPlan: boolean
}

export type RefundRequest = {
  document: RefundableDocument
  /** Net credit of later documents of the same period, used up or not (G105). */
  creditIssuedLater: MinorUnits
  /** Units of all meters recorded in the period that the document paid for. */
  usageInPeriod: bigint
  policy: RefundPolicy
  /** Null: all that can be refunded. */
  requested: MinorUnits | null
  currency: Currency
  now: Instant
}

export type RefundRefusal = Explanation & { message: string } & (
    | { code: 'refund_window_closed'; windowClosesAt: Instant }
    | { code: 'refund_not_eligible' }
    /** The interface's door makes it an invalid request. */
    | { code: 'above_refundable'; maximum: MinorUnits }
  )

export type RefundDecision = {
  amount: MinorUnits
  /** All that could be refunded of it is. */
  full: boolean
  /** A full refund of what pays the running plan ends it: a free period begins at once (A13, G67). */
  movesToFree: boolean
  windowClosesAt: Instant
}

/** Cash paid − cash refunded − net credit that the engine issued for time that the document paid for, at least 0 (G105). */
export function refundableAmount(document: RefundableDocument, creditIssuedLater: MinorUnits): MinorUnits {
  return larger(minor(document.amountPaid - document.amountRefunded - creditIssuedLater), ZERO)
}

/**
 * Decides a refund (A13, G67, G105): the window first, then whether anything may be refunded, then how much.
 *
 * @throws RangeError where the requested amount is not above zero: the door refuses that.
 */
export function decideRefund(request: RefundRequest): Result<RefundDecision, RefundRefusal> {
  const { document, creditIssuedLater, usageInPeriod, policy, requested, now } = request
  if (requested !== null && requested <= 0n) throw new RangeError(`a refund of ${requested} is none`)
  const windowClosesAt = document.paidAt.add({ hours: policy.windowHours })
  if (isBefore(windowClosesAt, now)) return refuse(windowClosed(policy, windowClosesAt, now))
  const maximum = refundableAmount(document, creditIssuedLater)
  if (maximum === 0n) return refuse(nothingLeft(request))
  if (policy.requiresNoUsage && usageInPeriod > 0n) return refuse(wasUsed(usageInPeriod))
  if (requested !== null && requested > maximum) return refuse(aboveRefundable(request, requested, maximum))
  const amount = requested ?? maximum
  const full = amount === maximum
  return ok({ amount, full, movesToFree: full && document.paysRunningPlan, windowClosesAt })
}

function windowClosed(policy: RefundPolicy, windowClosesAt: Instant, now: Instant): RefundRefusal {
  return {
    code: 'refund_window_closed',
    message: `A refund could be asked for until ${spoken(windowClosesAt)}.`,
    windowClosesAt,
    rule: 'A13',
    formula: `${iso(now)} > ${iso(windowClosesAt)}`,
    inputs: { now: iso(now), window_closes_at: iso(windowClosesAt), window_hours: policy.windowHours },
  }
}

function refundableFormula({ document, creditIssuedLater, currency }: RefundRequest): string {
  const parts = [document.amountPaid, document.amountRefunded, creditIssuedLater].map((part) => money(part, currency))
  return `max(${parts.join(' − ')}, 0) = ${money(refundableAmount(document, creditIssuedLater), currency)}`
}

function refundableInputs({ document, creditIssuedLater, currency }: RefundRequest) {
  return {
    amount_paid: decimal(document.amountPaid, currency),
    amount_refunded: decimal(document.amountRefunded, currency),
    credit_issued_later: decimal(creditIssuedLater, currency),
  }
}

function nothingLeft(request: RefundRequest): RefundRefusal {
  return {
    code: 'refund_not_eligible',
    message: 'Nothing of this invoice is left to be refunded.',
    rule: 'G105',
    formula: refundableFormula(request),
    inputs: refundableInputs(request),
  }
}

function wasUsed(usage: bigint): RefundRefusal {
  return {
    code: 'refund_not_eligible',
    message: `A refund is for a period without usage; ${count(usage)} units were used in this one.`,
    rule: 'A13',
    formula: `${count(usage)} > 0`,
    inputs: { usage_in_period: Number(usage) },
  }
}

function aboveRefundable(request: RefundRequest, requested: MinorUnits, maximum: MinorUnits): RefundRefusal {
  return {
    code: 'above_refundable',
    message: `At most ${money(maximum, request.currency)} can be refunded.`,
    maximum,
    rule: 'G105',
    formula: `${money(requested, request.currency)} > ${refundableFormula(request)}`,
    inputs: { ...refundableInputs(request), requested: decimal(requested, request.currency) },
  }
}
