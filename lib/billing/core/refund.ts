import { type Currency, larger, type MinorUnits, minor, smaller, sum, ZERO } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { type Instant, isBefore } from '../../time'
import type { RefundPolicy } from './catalog'
import { count, decimal, iso, money, spoken } from './explain'
import type { Explanation } from './line'

/** A paid document, as far as a refund cares. */
export type RefundableDocument = {
  paidAt: Instant
  /** The sum of its lines. */
  total: MinorUnits
  /** The part of it that is for units: overage and late usage of a period that is over (A3, C8). */
  usage: MinorUnits
  /** Cash, not credit. */
  amountPaid: MinorUnits
  amountRefunded: MinorUnits
  /** Of the credit balance. Below zero where an earlier small amount was collected with it. */
  creditApplied: MinorUnits
  /** The renewal (or the first) of the running period, or a change since (G67, G105). */
  paysRunningPlan: boolean
}

export type RefundRequest = {
  document: RefundableDocument
  /** Credit that later documents gave for the time that this one paid for; see `creditGivenLater`. */
  creditIssuedLater: MinorUnits
  /** Units of all meters recorded in the period that the document paid for. */
  usageInPeriod: bigint
  /** ISO 3166-1 alpha-2 of the customer, where the law may give a longer window (T12); null: not known. */
  country: string | null
  /** Null: the product gives nothing back. */
  policy: RefundPolicy | null
  /** The operator's, with a reason: whatever the product's window and its conditions say (G80). How much there is to refund stays. */
  isException?: boolean
  /** Null: all that can be refunded. */
  requested: MinorUnits | null
  currency: Currency
  now: Instant
}

/** A document that was issued after the one to be refunded, as far as its credit is for the same time. */
export type LaterDocument =
  /** Of the same period: what of it reached the balance, used up or not (G105). */
  | { of: 'same_period'; creditIssued: MinorUnits }
  /** It ended the period and began another (C17): what its credit line took off for the time that was left. */
  | { of: 'next_period'; creditTaken: MinorUnits; isRefunded: boolean }

/**
 * Credit that was given for the time that a document paid for, and that a refund would give back a second time.
 *
 * Within a period it is the net credit: a line that a later invoice has netted ends with the plan that a refund ends (G105).
 * Where the period was ended by a change, a refund ends nothing; then what the new plan was paid with counts too, until
 * the change's own invoice is refunded. Else a plan for $99 would pay a second one for $100, and be refunded.
 */
export function creditGivenLater(later: readonly LaterDocument[]): MinorUnits {
  return sum(later.map((one) => (one.of === 'same_period' ? one.creditIssued : one.isRefunded ? ZERO : one.creditTaken)))
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
  /** Credit that had paid a part and goes back with the last of the cash (G67). */
  restoresCredit: MinorUnits
  /** A full refund of what pays the running plan ends it: a free period begins at once (A13, G67). */
  movesToFree: boolean
  windowClosesAt: Instant
}

/**
 * What of a document a refund is about. A13 gives back what an unused period's plan cost, so units of the period before,
 * which the same invoice bills, are left out: they were used. Where a policy asks no questions (B9), it is all of it.
 */
function refundedFor({ document, policy }: RefundTerms): MinorUnits {
  return policy.requiresNoUsage ? minor(document.total - document.usage) : document.total
}

type RefundTerms = { document: RefundableDocument; policy: RefundPolicy }

/** The cash that paid for it: what credit has paid goes back as credit. */
function cashFor(terms: RefundTerms): MinorUnits {
  return smaller(terms.document.amountPaid, refundedFor(terms))
}

/** Cash paid for the plan − cash refunded − credit given for the time that it paid for, at least 0 (A13, G105). */
export function refundableAmount(request: RefundTerms & Pick<RefundRequest, 'creditIssuedLater'>): MinorUnits {
  return larger(minor(cashFor(request) - request.document.amountRefunded - request.creditIssuedLater), ZERO)
}

/** With the last of its cash, what credit has paid of the plan. */
function creditRestored(terms: RefundTerms, amount: MinorUnits): MinorUnits {
  const { amountRefunded, creditApplied } = terms.document
  const isLast = minor(amountRefunded + amount) === cashFor(terms)
  return isLast ? larger(smaller(creditApplied, minor(refundedFor(terms) - cashFor(terms))), ZERO) : ZERO
}

/**
 * Decides a refund (A13, G67, G105): the window first, then whether anything may be refunded, then how much.
 *
 * @throws RangeError where the requested amount is not above zero: the door refuses that.
 */
export function decideRefund(asked: RefundRequest): Result<RefundDecision, RefundRefusal> {
  const { document, usageInPeriod, policy, requested, now, country } = asked
  if (requested !== null && requested <= 0n) throw new RangeError(`a refund of ${requested} is none`)
  const rules = asked.isException ? NO_QUESTIONS : policy
  if (!rules) return refuse(NOTHING_REFUNDED)
  const request = { ...asked, policy: rules }
  const windowClosesAt = asked.isException ? now : document.paidAt.add({ hours: windowHoursOf(rules, country) })
  if (isBefore(windowClosesAt, now)) return refuse(windowClosed(rules, country, windowClosesAt, now))
  const maximum = refundableAmount(request)
  if (maximum === 0n) return refuse(nothingLeft(request))
  if (rules.requiresNoUsage && usageInPeriod > 0n) return refuse(wasUsed(usageInPeriod))
  if (requested !== null && requested > maximum) return refuse(aboveRefundable(request, requested, maximum))
  const amount = requested ?? maximum
  const full = amount === maximum
  return ok({ amount, full, restoresCredit: creditRestored(request, amount), movesToFree: full && document.paysRunningPlan, windowClosesAt })
}

/** What an exception is made by: the whole of what was paid for, without an end. */
const NO_QUESTIONS: RefundPolicy = { windowHours: 0, requiresNoUsage: false, mandatory: null }

const HOURS_A_DAY = 24

/** The product's own window, and what the customer's law adds to it: 72 hours and 14 days are 17 days in all (T12). */
export function windowHoursOf({ windowHours, mandatory }: RefundPolicy, country: string | null): number {
  const isMandatory = mandatory !== null && country !== null && mandatory.countries.includes(country)
  return windowHours + (isMandatory ? mandatory.extraDays * HOURS_A_DAY : 0)
}

/** Screenshots and prepaid credit (G67, P5). */
const NOTHING_REFUNDED: RefundRefusal = {
  code: 'refund_not_eligible',
  message: 'This product gives no refunds.',
  rule: 'G67',
  formula: 'refund policy of this product = none',
  inputs: { refund_policy: 'none' },
}

export const BOUGHT_CREDIT_STAYS: RefundRefusal = {
  code: 'refund_not_eligible',
  message: 'Credit that was bought is not refunded; it can be used until it expires.',
  rule: 'P5',
  formula: 'kind of this invoice = purchase',
  inputs: { kind: 'purchase' },
}

function windowClosed(policy: RefundPolicy, country: string | null, windowClosesAt: Instant, now: Instant): RefundRefusal {
  return {
    code: 'refund_window_closed',
    message: `A refund could be asked for until ${spoken(windowClosesAt)}.`,
    windowClosesAt,
    rule: policy.mandatory ? 'T12' : 'A13',
    formula: `${iso(now)} > ${iso(windowClosesAt)}`,
    inputs: { now: iso(now), window_closes_at: iso(windowClosesAt), window_hours: windowHoursOf(policy, country) },
  }
}

type Decided = RefundRequest & { policy: RefundPolicy }

function refundableFormula(request: Decided): string {
  const { document, creditIssuedLater, currency } = request
  const inWords = (amount: MinorUnits) => money(amount, currency)
  const cash =
    cashFor(request) === document.amountPaid ? inWords(document.amountPaid) : `min(${inWords(document.amountPaid)}, ${inWords(refundedFor(request))})`
  return `max(${cash} − ${inWords(document.amountRefunded)} − ${inWords(creditIssuedLater)}, 0) = ${inWords(refundableAmount(request))}`
}

function refundableInputs(request: Decided) {
  const { document, creditIssuedLater, currency } = request
  return {
    amount_paid: decimal(document.amountPaid, currency),
    paid_for_plan: decimal(cashFor(request), currency),
    amount_refunded: decimal(document.amountRefunded, currency),
    credit_issued_later: decimal(creditIssuedLater, currency),
  }
}

function nothingLeft(request: Decided): RefundRefusal {
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
    message: `A refund is for a period without usage; ${count(usage)} units of this one were used, or are handed out.`,
    rule: 'A13',
    formula: `${count(usage)} > 0`,
    inputs: { usage_in_period: Number(usage) },
  }
}

function aboveRefundable(request: Decided, requested: MinorUnits, maximum: MinorUnits): RefundRefusal {
  return {
    code: 'above_refundable',
    message: `At most ${money(maximum, request.currency)} can be refunded.`,
    maximum,
    rule: 'G105',
    formula: `${money(requested, request.currency)} > ${refundableFormula(request)}`,
    inputs: { ...refundableInputs(request), requested: decimal(requested, request.currency) },
  }
}
